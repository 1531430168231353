#include "storage/files/node_folder.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/crypto/diffie_hellman.hpp"
#include "protocol/crypto/key_derivation.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/identity/phrase.hpp"
#include "storage/files/broken_restore.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

namespace staffroom::storage {

namespace {

// The layout of `keys`: magic, version, four secrets, SHA-256 of all before it. Stored: never
// renumber.
constexpr std::string_view keys_magic = "staffroom-keys\r\n"; // CRLF shows a copy made in text mode
constexpr std::uint16_t keys_version = 1;
constexpr std::size_t secret_bytes = crypto::Secret32::size_bytes;
constexpr std::size_t keys_head_bytes = keys_magic.size() + 2;
constexpr std::size_t keys_checksum_at = keys_head_bytes + 4 * secret_bytes;
constexpr std::size_t keys_bytes = keys_checksum_at + Digest::size_bytes;
constexpr std::size_t phrase_entropy_bytes = 32; // 24 words

constexpr mode_t private_file = 0600;
constexpr mode_t private_folder = 0700;
constexpr mode_t readable_file = 0644;

Error system_error(const std::filesystem::path& path, int number) {
    const std::string why = std::generic_category().message(number);
    if (number == ENOSPC || number == EDQUOT)
        return {Errc::disk_full, "There is no space left to write " + path.string() + "."};
    if (number == EROFS)
        return {Errc::io_error, path.string() + " lies on a disk that can only be read."};
    if (number == EACCES || number == EPERM)
        return {Errc::io_error, "This user may not read and write " + path.string() + "."};
    return {Errc::io_error, path.string() + ": " + why + "."};
}

/// A file descriptor that is closed when it is destroyed.
class FolderHandle {
public:
    explicit FolderHandle(int number)
        : number_(number) {}
    FolderHandle(const FolderHandle&) = delete;
    FolderHandle& operator=(const FolderHandle&) = delete;
    FolderHandle(FolderHandle&&) = delete;
    FolderHandle& operator=(FolderHandle&&) = delete;
    ~FolderHandle() {
        if (number_ >= 0)
            ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }

private:
    int number_;
};

Result<Bytes> read_all(const std::filesystem::path& path, std::size_t bytes_max) {
    const FolderHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open())
        return fail(system_error(path, errno));
    Bytes out(bytes_max + 1);
    std::size_t held = 0;
    while (held < out.size()) {
        const ssize_t count = ::read(file.number(), out.data() + held, out.size() - held);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(system_error(path, errno));
        if (count == 0)
            break;
        held += static_cast<std::size_t>(count);
    }
    if (held > bytes_max)
        return fail(Errc::corrupt, path.string() + " is longer than such a file can be.");
    out.resize(held);
    return out;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const FolderHandle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.is_open() || ::fsync(handle.number()) != 0)
        return fail(system_error(folder, errno));
    return {};
}

Result<void> write_and_sync(const std::filesystem::path& path, ByteView bytes, mode_t mode) {
    const FolderHandle file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    );
    // An old temporary file may carry wider rights than `mode`; open leaves them as they are.
    if (!file.is_open() || ::fchmod(file.number(), mode) != 0)
        return fail(system_error(path, errno));
    while (!bytes.empty()) {
        const ssize_t count = ::write(file.number(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(system_error(path, errno));
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    if (::fsync(file.number()) != 0)
        return fail(system_error(path, errno));
    return {};
}

/// Replaces a file: a reader finds the old one or the whole new one, whenever the power goes.
Result<void> replace_synced(const std::filesystem::path& path, ByteView bytes, mode_t mode) {
    const std::filesystem::path temporary = path.string() + ".new";
    if (auto written = write_and_sync(temporary, bytes, mode); !written)
        return written;
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return fail(system_error(path, errno));
    return sync_folder(path.parent_path());
}

Bytes encode_keys(const FolderKeys& keys) {
    Bytes out;
    out.reserve(keys_bytes);
    append(out, as_view(keys_magic));
    append_u16_be(out, keys_version);
    for (const auto* secret : {&keys.signing_seed, &keys.transport, &keys.encryption, &keys.local})
        append(out, secret->view());
    append(out, crypto::sha256(out).view());
    return out;
}

crypto::Secret32 secret_at(ByteView bytes, std::size_t place) {
    crypto::Secret32 secret;
    const auto part = bytes.subspan(keys_head_bytes + place * secret_bytes, secret_bytes);
    std::copy(part.begin(), part.end(), secret.writable().begin());
    return secret;
}

Result<FolderKeys> decode_keys(ByteView bytes, const std::filesystem::path& path) {
    if (bytes.size() < keys_head_bytes || as_text(bytes.first(keys_magic.size())) != keys_magic)
        return fail(Errc::corrupt, path.string() + " is not a file of Staffroom keys.");
    const std::uint16_t version = read_u16_be(bytes.subspan(keys_magic.size()));
    if (version > keys_version)
        return fail(
            Errc::unknown_version, path.string() + " was made by a newer version of Staffroom."
        );
    if (version != keys_version || bytes.size() != keys_bytes ||
        !(crypto::sha256(bytes.first(keys_checksum_at)) ==
          Digest::from(bytes.subspan(keys_checksum_at))))
        return fail(Errc::corrupt, path.string() + " is damaged: its checksum is wrong.");
    return FolderKeys{
        secret_at(bytes, 0), secret_at(bytes, 1), secret_at(bytes, 2), secret_at(bytes, 3)};
}

Result<void> write_keys(const std::filesystem::path& folder, const FolderKeys& keys) {
    Bytes encoded = encode_keys(keys);
    auto done = replace_synced(keys_path(folder), encoded, private_file);
    sodium_memzero(encoded.data(), encoded.size());
    return done;
}

Result<void> check_certified(ByteView chain, const FolderKeys& keys) {
    crypto::SodiumVerifier verifier;
    const auto checked = identity::IdentityChain::parse(chain, verifier);
    if (!checked)
        return fail(checked.error());
    if (checked->find_signing(crypto::public_key_of(keys.signing_seed)) == nullptr)
        return fail(Errc::corrupt, "The identity chain does not certify the keys.");
    return {};
}

std::string user_name(uid_t user) {
    std::array<char, 4096> room{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        return std::to_string(user);
    return entry.pw_name;
}

Result<void> make_folder(const std::filesystem::path& folder) {
    if (::mkdir(folder.c_str(), private_folder) == 0)
        return sync_folder(folder.parent_path().empty() ? "." : folder.parent_path());
    if (errno != EEXIST)
        return fail(system_error(folder, errno));
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
        return fail(Errc::io_error, folder.string() + " is not a folder.");
    return {};
}

/// Makes a folder that has no school yet. Errors: already_exists (a school is there, or half of
/// one), and those of make_folder and check_ownership.
Result<void> make_empty(const std::filesystem::path& folder) {
    if (is_node_folder(folder))
        return fail(Errc::already_exists, folder.string() + " already holds a school.");
    if (find_broken_restore(folder))
        return fail(Errc::already_exists, no_school_sentence(folder));
    if (auto made = make_folder(folder); !made)
        return made;
    return check_ownership(folder);
}

/// Makes the words of a new recovery phrase and the school that they found, with `keys` as its
/// first node.
Result<std::pair<std::vector<std::string>, identity::NewSchool>>
found_school(const FolderKeys& keys, WallTime created, Random& random) {
    crypto::Secret<phrase_entropy_bytes> entropy;
    random.fill(entropy.writable());
    auto words = identity::phrase_from_entropy(entropy.view());
    if (!words)
        return fail(words.error());
    const auto seed = identity::seed_from_phrase(*words, "");
    const auto root = identity::root_key(seed, 0);
    const auto next = identity::root_key(seed, 1);
    auto school = identity::found_school(
        root, next.public_key(), certificate_of(keys, random), created, random
    );
    return std::pair(std::move(*words), std::move(school));
}

} // namespace

std::filesystem::path settings_path(const std::filesystem::path& folder) {
    return folder / "staffroom.toml";
}
std::filesystem::path keys_path(const std::filesystem::path& folder) {
    return folder / "keys";
}
std::filesystem::path identity_path(const std::filesystem::path& folder) {
    return folder / "identity";
}
std::filesystem::path store_path(const std::filesystem::path& folder) {
    return folder / "store";
}
std::filesystem::path files_path(const std::filesystem::path& folder) {
    return folder / "files";
}

std::filesystem::path socket_path(const std::filesystem::path& folder) {
    return folder / "api.sock";
}

Result<NewNode> create_node_folder(
    const std::filesystem::path& folder, const InitOptions& options, Random& random
) {
    if (auto made = make_empty(folder); !made)
        return fail(made.error());
    const FolderKeys keys = make_folder_keys(random);
    auto founded = found_school(keys, options.created, random);
    if (!founded)
        return fail(founded.error());
    auto& [words, school] = *founded;
    auto done = replace_synced(identity_path(folder), school.wire, readable_file);
    if (done)
        done = replace_synced(settings_path(folder), as_view(options.settings), readable_file);
    if (done)
        done = write_keys(folder, keys);
    if (!done)
        return fail(done.error());
    return NewNode{school.school, std::move(words)};
}

FolderKeys make_folder_keys(Random& random) {
    FolderKeys keys;
    for (auto* secret : {&keys.signing_seed, &keys.transport, &keys.encryption, &keys.local})
        random.fill(secret->writable());
    return keys;
}

identity::Certificate certificate_of(const FolderKeys& keys, Random& random) {
    return {
        crypto::public_key_of(keys.signing_seed),
        crypto::transport_public_key(keys.transport),
        EncryptionPublicKey(crypto::transport_public_key(keys.encryption).raw()),
        random.make<identity::CertificateId>()};
}

Result<void> adopt_node_folder(
    const std::filesystem::path& folder,
    const std::string& settings,
    const FolderKeys& keys,
    ByteView chain
) {
    if (auto fits = check_certified(chain, keys); !fits)
        return fits;
    if (auto made = make_empty(folder); !made)
        return made;
    auto done = replace_synced(identity_path(folder), chain, readable_file);
    if (done)
        done = replace_synced(settings_path(folder), as_view(settings), readable_file);
    return done ? write_keys(folder, keys) : done;
}

Result<void>
replace_identity(const std::filesystem::path& folder, ByteView chain, const FolderKeys* keys) {
    const auto before = open_node_folder(folder);
    if (!before)
        return fail(before.error());
    if (auto fits = check_certified(chain, keys != nullptr ? *keys : before->keys); !fits)
        return fits;
    if (auto written = replace_synced(identity_path(folder), chain, readable_file); !written)
        return written;
    return keys != nullptr ? write_keys(folder, *keys) : Result<void>();
}

Result<NodeFolder> open_node_folder(const std::filesystem::path& folder) {
    struct stat about {};
    if (::stat(keys_path(folder).c_str(), &about) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return fail(Errc::not_found, no_school_sentence(folder));
        return fail(system_error(keys_path(folder), errno));
    }
    auto bytes = read_all(keys_path(folder), keys_bytes);
    if (!bytes)
        return fail(bytes.error());
    auto wire = read_all(identity_path(folder), limits::chain_bytes_max);
    auto opened = wire ? parse_node_folder(folder, *bytes, std::move(*wire))
                       : Result<NodeFolder>(fail(wire.error()));
    sodium_memzero(bytes->data(), bytes->size());
    if (opened)
        opened->keys_exposed = (about.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    return opened;
}

Result<NodeFolder>
parse_node_folder(const std::filesystem::path& folder, ByteView keys_read, Bytes wire) {
    auto keys = decode_keys(keys_read, keys_path(folder));
    if (!keys)
        return fail(keys.error());
    crypto::SodiumVerifier verifier;
    const auto chain = identity::IdentityChain::parse(wire, verifier);
    if (!chain && chain.error().code == Errc::unknown_version)
        return fail(
            Errc::unknown_version,
            identity_path(folder).string() + " was made by a newer version of Staffroom."
        );
    if (!chain)
        return fail(Errc::corrupt, identity_path(folder).string() + " is damaged.");
    if (chain->find_signing(crypto::public_key_of(keys->signing_seed)) == nullptr)
        return fail(
            Errc::corrupt,
            "The files keys and identity in " + folder.string() + " belong to different schools."
        );
    return NodeFolder{std::move(*keys), std::move(wire), chain->school(), false};
}

bool is_node_folder(const std::filesystem::path& folder) {
    std::error_code error;
    return std::filesystem::exists(keys_path(folder), error);
}

std::string owner_name(const std::filesystem::path& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return {};
    return user_name(facts.st_uid);
}

std::string own_user_name() {
    return user_name(::geteuid());
}

Result<void> check_ownership(const std::filesystem::path& folder) {
    for (const std::filesystem::path& path : {folder, keys_path(folder)}) {
        struct stat facts {};
        if (::stat(path.c_str(), &facts) != 0)
            continue;
        if (facts.st_uid != ::geteuid())
            return fail(
                Errc::not_allowed,
                path.string() + " belongs to the user " + user_name(facts.st_uid) +
                    ", and this is " + user_name(::geteuid()) +
                    ": files made here now would be closed to their owner."
            );
        if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
            return fail(
                Errc::not_allowed, "Other users of this machine may write in " + path.string() + "."
            );
    }
    return {};
}

Result<void> check_writable(const std::filesystem::path& folder) {
    const auto probe = folder / ".write-test";
    auto written = write_and_sync(probe, as_view("test"), private_file);
    ::unlink(probe.c_str());
    return written;
}

} // namespace staffroom::storage
