// The fuzz targets in the test command: honest bytes of each kind, all their truncations, single
// bytes changed, and noise. What libFuzzer finds is added to `found`.
#include "protocol/log/entry.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/network/notice.hpp"
#include "protocol/network/operations.hpp"
#include "protocol/records/body.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace staffroom::fuzz {
namespace {

std::vector<Bytes> honest_bytes(Random& random) {
    std::vector<Bytes> all;
    const auto school = random.make<SchoolId>();
    log::EntryHeader header{.kind = 1, .school = school};
    header.parents = {random.make<RevisionId>()};
    header.commitment = random.make<Commitment>();
    all.push_back(log::encode_header(header));
    all.push_back(network::encode_operation(
        {{random.make<RevisionId>()},
         network::Join{random.make<RevisionId>(), random.make<Digest>()}}
    ));
    all.push_back(*network::make_genesis("Rivers", "writing", "Be kind.", school, random));
    crypto::Secret32 seed;
    random.fill(seed.writable());
    const crypto::SigningKey key(seed);
    all.push_back(network::encode_signed_notice(network::sign_notice(
        {network::NoticeKind::profile, random.make<SpaceId>(), school, key.public_key(), 7, {1, 2}},
        key
    )));
    all.push_back(wire::encode_message(wire::Want{
        1, random.make<LogId>(), LogSize{0}, LogSize{5}, LogSize{5}, 8}));
    all.push_back(wire::encode_message(wire::Ping{1, {}}));
    const auto log = random.make<LogId>();
    const auto file = random.make<Digest>();
    all.push_back(wire::encode_message(wire::WantFile{7, log, Position{3}, file}));
    all.push_back(wire::encode_message(wire::FileFound{
        7, wire::FileState::have, 70'000, {random.make<TreeHash>()}}));
    all.push_back(wire::encode_message(wire::WantPieces{7, 1, 4}));
    all.push_back(wire::encode_message(wire::FilePiece{
        7, 1, std::make_shared<const Bytes>(Bytes(40))}));
    all.push_back(wire::encode_message(wire::FileHere{log, Position{3}, file}));
    records::RecordBody body;
    body.title = "A title";
    body.text = "Some text";
    body.attachments.push_back({Bytes(32, 1), "a.png", "image/png", 70'000, "A grid"});
    all.push_back(*records::encode_body(body)->encoded);
    all.push_back(to_bytes(as_view("abandon abandon about")));
    all.push_back(to_bytes(as_view("7K2M-QH4D-9XTC-V0RA")));
    return all;
}

/// Shortest inputs that once ended a target. None so far.
const std::vector<Bytes> found{};

void run_all(ByteView input) {
    for (const Target& target : targets())
        target.run(input);
}

} // namespace

TEST_CASE("fuzz targets: honest bytes, cut and changed, are answered by every parser", "[fuzz]") {
    tests::SeededRandom random(1);
    wire::keep_protobuf_quiet();
    for (const Bytes& honest : honest_bytes(random)) {
        for (std::size_t length = 0; length <= honest.size(); length += 3)
            run_all(ByteView(honest).first(length));
        for (std::size_t at = 0; at < honest.size(); at += 2) {
            Bytes changed = honest;
            changed[at] ^= static_cast<std::uint8_t>(1U + random.below(255));
            run_all(changed);
        }
    }
    for (const Bytes& input : found)
        run_all(input);
    SUCCEED("no target ended the process");
}

TEST_CASE("fuzz targets: noise is answered by every parser", "[fuzz]") {
    tests::SeededRandom random(2);
    for (int i = 0; i < 300; ++i) {
        Bytes noise(random.below(400));
        random.fill(noise);
        run_all(noise);
    }
    SUCCEED("no target ended the process");
}

} // namespace staffroom::fuzz
