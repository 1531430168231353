// What a node reads from a folder of backups, to which anybody may have written: what a backup says
// it holds, and its rows. A changed input is signed anew, as by a node of the school.
#include "protocol/base/ensure.hpp"
#include "storage/backup/backup_reader.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/test_keys.hpp"
#include "tests/support/seeded_random.hpp"

#include <algorithm>

namespace staffroom::fuzz {
namespace {

constexpr unsigned backup_node = 5; // of the test keys

/// What a backup says it holds: nothing in it leads out of the folder, and what was read says the
/// same again.
void backup_manifest(ByteView input) {
    crypto::SodiumVerifier verifier;
    const auto manifest = storage::parse_signed_manifest(input, verifier);
    if (!manifest)
        return;
    for (const storage::BackupFile& file : manifest->files)
        ensure(
            file.path.find("..") == std::string::npos && !file.path.starts_with('/') &&
            file.path.find('\0') == std::string::npos
        );
    const Bytes again = storage::encode_signed_manifest(*manifest, test_key(backup_node));
    const ByteView content = input.subspan(Signature::size_bytes);
    ensure(std::ranges::equal(ByteView(again).subspan(Signature::size_bytes), content));
}

std::vector<Bytes> backup_manifest_seeds() {
    tests::SeededRandom random(6);
    const identity::Certificate certificate{
        test_key(backup_node).public_key(),
        random.make<TransportPublicKey>(),
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    const auto school = identity::found_school(
        test_key(0), test_key(1).public_key(), certificate, WallTime{1}, random
    );
    using storage::BackupKind;
    storage::BackupManifest manifest{
        WallTime{7}, test_key(backup_node).public_key(), school.wire, {}};
    std::vector<Bytes> seeds;
    seeds.push_back(storage::encode_signed_manifest(manifest, test_key(backup_node)));
    manifest.files = {
        {BackupKind::rows, "accounts", {}},
        {BackupKind::file, "files/ab/abcd", {{random.make<Digest>(), 7}}},
        {BackupKind::file, "keys", {{random.make<Digest>(), 182}}},
        {BackupKind::rows,
         "store/index",
         {{random.make<Digest>(), storage::part_bytes_max}, {random.make<Digest>(), 1}}},
        {BackupKind::file, "store/segments/segment-00000000", {{random.make<Digest>(), 300}}}};
    seeds.push_back(storage::encode_signed_manifest(manifest, test_key(backup_node)));
    return seeds;
}

void repair_backup_manifest(Bytes& input) {
    if (input.size() < Signature::size_bytes)
        return;
    const auto signature =
        test_key(backup_node)
            .sign(crypto::SignLabel::backup, ByteView(input).subspan(Signature::size_bytes));
    std::ranges::copy(signature.raw(), input.begin());
}

/// Rows that come in two pieces are those that come in one.
void backup_rows(ByteView input) {
    Bytes once;
    Bytes twice;
    const auto keep = [](Bytes& out) {
        return [&out](ByteView key, ByteView value) -> Result<void> {
            append(out, key);
            append(out, value);
            return {};
        };
    };
    storage::BackupRows whole;
    storage::BackupRows parts;
    const bool is_read = whole.take(input, keep(once)).has_value();
    const bool is_begun = parts.take(input.first(input.size() / 2), keep(twice)).has_value();
    if (is_begun && parts.take(input.subspan(input.size() / 2), keep(twice)))
        ensure(is_read && once == twice && whole.is_whole() == parts.is_whole());
    else
        ensure(!is_read);
}

std::vector<Bytes> backup_rows_seeds() {
    return {
        {0, 0, 0, 1, 0, 0, 0, 2, 'm', 1, 2, 0, 0, 0, 2, 0, 0, 0, 0, 'o', 'p'},
        {0, 0, 0x10, 0x01, 0, 0, 0, 0}};
}

} // namespace

Targets backup_targets() {
    return {
        {"backup_manifest", backup_manifest, backup_manifest_seeds, repair_backup_manifest, 120},
        {"backup_rows", backup_rows, backup_rows_seeds},
    };
}

} // namespace staffroom::fuzz
