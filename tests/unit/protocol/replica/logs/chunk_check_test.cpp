// A chunk against its head: honest at every split, and with every single fault under the name of
// its refusal.
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/logs/chunk_check.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

namespace crypto = staffroom::crypto;
namespace limits = staffroom::limits;
namespace replica = staffroom::replica;
namespace slog = staffroom::log;
namespace tests = staffroom::tests;
namespace wire = staffroom::wire;
using replica::BodyState;
using slog::Channel;
using slog::EntryHeader;
using staffroom::Bytes;
using staffroom::Errc;
using staffroom::LogSize;
using staffroom::Position;
using staffroom::SharedBytes;
using staffroom::tests::SeededRandom;

namespace {

SharedBytes share(Bytes bytes) {
    return std::make_shared<const Bytes>(std::move(bytes));
}

/// A log as its school wrote it; chunks are cut from it.
struct Author {
    SeededRandom random{1};
    slog::LogDescriptor descriptor;
    std::vector<SharedBytes> headers;
    std::vector<wire::WireBody> bodies;
    crypto::SigningKey key{crypto::Secret32()};

    explicit Author(Channel channel)
        : descriptor{
              random.make<staffroom::SpaceId>(),
              channel,
              random.make<staffroom::SchoolId>(),
              key.public_key(),
              random.make<staffroom::Incarnation>()} {}
    /// A log of records: the start of an incarnation, then so many.
    explicit Author(std::size_t records)
        : Author(Channel::records) {
        add_start();
        for (std::size_t i = 0; i < records; ++i)
            add_record();
    }

    void add(const EntryHeader& header, wire::WireBody body) {
        headers.push_back(share(slog::encode_header(header)));
        bodies.push_back(std::move(body));
    }
    void add_start() {
        add({.kind = slog::kind_incarnation_start, .school = descriptor.school},
            {BodyState::missing, {}});
    }
    void add_record() {
        const auto salt = random.make<staffroom::Salt>();
        Bytes text(50 + random.below(50));
        random.fill(text);
        EntryHeader header{.kind = 1, .school = descriptor.school};
        header.encoded_length = static_cast<std::uint32_t>(text.size());
        header.commitment = staffroom::records::commitment(salt, text);
        add(header, {BodyState::have, {staffroom::to_bytes(salt.view()), share(std::move(text))}});
    }
    void add_operation() {
        Bytes payload(80);
        random.fill(payload);
        EntryHeader header{.kind = slog::kind_operation, .school = descriptor.school};
        header.payload = slog::Payload{
            static_cast<std::uint32_t>(payload.size()),
            crypto::hash(crypto::HashLabel::payload, payload)};
        add(header, {BodyState::have, {{}, share(std::move(payload))}});
    }

    [[nodiscard]] std::vector<staffroom::TreeHash> leaves() const {
        std::vector<staffroom::TreeHash> all;
        for (const SharedBytes& header : headers)
            all.push_back(slog::leaf_hash<slog::Blake2b256>(*header));
        return all;
    }
    [[nodiscard]] slog::CompactRange range(std::size_t begin, std::size_t end) const {
        const auto all = leaves();
        return *slog::range_from_nodes<slog::Blake2b256>(
            LogSize{begin}, LogSize{end}, tests::slow_reader<slog::Blake2b256>(all)
        );
    }
    [[nodiscard]] slog::SignedHead head() const {
        const auto root = tests::slow_root<slog::Blake2b256>(leaves());
        return slog::sign_head({slog::log_id(descriptor), LogSize{headers.size()}, root, {0}}, key);
    }
    /// [begin, end) of the log.
    [[nodiscard]] wire::Chunk chunk(std::size_t begin, std::size_t end) const {
        const auto slice = [&](const auto& all) {
            using List = std::decay_t<decltype(all)>;
            return List(
                all.begin() + static_cast<std::ptrdiff_t>(begin),
                all.begin() + static_cast<std::ptrdiff_t>(end)
            );
        };
        return {
            1,
            slog::log_id(descriptor),
            Position{begin},
            slice(headers),
            slice(bodies),
            range(end, headers.size()).hashes,
            std::nullopt};
    }
};

struct Receiver {
    slog::LogDescriptor descriptor;
    slog::CompactRange frontier;
    slog::SignedHead head;

    Receiver(const Author& author, std::size_t stored)
        : descriptor(author.descriptor)
        , frontier(author.range(0, stored))
        , head(author.head()) {}

    [[nodiscard]] auto prove(const wire::Chunk& chunk) const {
        return replica::prove_chunk({descriptor, frontier, head}, chunk);
    }
    /// Why the chunk is refused; closed when it is not.
    [[nodiscard]] Errc refusal(const wire::Chunk& chunk) const {
        const auto proven = prove(chunk);
        return proven ? Errc::closed : proven.error().code;
    }
};

SharedBytes flipped(const SharedBytes& bytes, std::size_t at) {
    Bytes copy = *bytes;
    copy.at(at) ^= 0x01;
    return share(std::move(copy));
}

/// The refusal of the log with this entry behind it, honestly hashed and signed.
Errc refusal_with(
    Author& author, const EntryHeader& header, wire::WireBody body = {BodyState::missing, {}}
) {
    author.add(header, std::move(body));
    const Errc code = Receiver(author, 0).refusal(author.chunk(0, author.headers.size()));
    author.headers.pop_back();
    author.bodies.pop_back();
    return code;
}

} // namespace

TEST_CASE("chunk: an honest log is proven at every split", "[replica]") {
    const Author author(18);
    const std::size_t size = author.headers.size();
    for (std::size_t begin = 0; begin < size; ++begin) {
        for (std::size_t end = begin + 1; end <= size; ++end) {
            INFO(begin << " to " << end);
            const auto proven = Receiver(author, begin).prove(author.chunk(begin, end));
            REQUIRE(proven);
            CHECK(proven->frontier == author.range(0, end));
            CHECK(proven->right == author.range(end, size));
            CHECK(proven->entries.size() == end - begin);
            // Position 0 is the start of the incarnation, which begins no document.
            CHECK(proven->documents == end - std::max<std::size_t>(begin, 1));
            CHECK(proven->without_body.empty());
        }
    }
}

TEST_CASE("chunk: entries come out as they were sent, with their ids", "[replica]") {
    const Author author(3);
    const auto proven = Receiver(author, 0).prove(author.chunk(0, 4));
    REQUIRE(proven);
    for (std::size_t i = 0; i < 4; ++i) {
        const replica::NewEntry& entry = proven->entries[i];
        CHECK(*entry.header == *author.headers[i]);
        CHECK(entry.revision == slog::revision_id(*author.headers[i]));
        CHECK(entry.state == (i == 0 ? BodyState::none : BodyState::have));
    }
}

TEST_CASE("chunk: an entry of a later version is kept unread, with its body", "[replica]") {
    Author author(2);
    author.add_record();
    Bytes later = *author.headers.back();
    REQUIRE(later[0] == 8);
    later[1] = 2;
    staffroom::append(later, Bytes{0xB0, 0x01, 0x05}); // a field that version 1 does not have
    author.headers.back() = share(std::move(later));
    const std::size_t size = author.headers.size();

    const auto proven = Receiver(author, 0).prove(author.chunk(0, size));

    REQUIRE(proven);
    CHECK(proven->newer == 1);
    CHECK(proven->documents == 2);
    CHECK(proven->with_files.empty());
    CHECK(proven->entries.back().state == BodyState::have);
    author.bodies.back() = author.bodies[1];
    CHECK(Receiver(author, 0).refusal(author.chunk(0, size)) == Errc::bad_commitment);
}

TEST_CASE("chunk: complete subtrees of 256 entries are handed out to be stored", "[replica]") {
    const Author author(600);
    const auto proven = Receiver(author, 0).prove(author.chunk(0, 601));
    REQUIRE(proven);
    REQUIRE(proven->nodes.size() == 3);
    const auto leaves = author.leaves();
    for (const slog::TreeNode& node : proven->nodes)
        CHECK(*tests::slow_reader<slog::Blake2b256>(leaves)(node.at) == node.hash);
}

TEST_CASE("chunk: any altered header, hash or root does not lead to the head", "[replica]") {
    const Author author(12);
    const Receiver receiver(author, 3);
    const wire::Chunk good = author.chunk(3, 7);
    REQUIRE(receiver.refusal(good) == Errc::closed);

    for (std::size_t i = 0; i < good.headers.size(); ++i) {
        for (std::size_t at = 0; at < good.headers[i]->size(); ++at) {
            wire::Chunk chunk = good;
            chunk.headers[i] = flipped(good.headers[i], at);
            CHECK(receiver.refusal(chunk) == Errc::bad_proof);
        }
    }
    for (std::size_t i = 0; i < good.range.size(); ++i) {
        wire::Chunk chunk = good;
        chunk.range[i] = tests::altered(good.range[i]);
        CHECK(receiver.refusal(chunk) == Errc::bad_proof);
    }
    wire::Chunk shorter = good;
    shorter.range.pop_back();
    CHECK(receiver.refusal(shorter) == Errc::bad_proof);
    wire::Chunk longer = good;
    longer.range.push_back(good.range.back());
    CHECK(receiver.refusal(longer) == Errc::bad_proof);
    wire::Chunk swapped = good;
    std::swap(swapped.headers[0], swapped.headers[1]);
    std::swap(swapped.bodies[0], swapped.bodies[1]);
    CHECK(receiver.refusal(swapped) == Errc::bad_proof);

    Receiver other_root = receiver;
    other_root.head.head.root = tests::altered(receiver.head.head.root);
    CHECK(other_root.refusal(good) == Errc::bad_proof);
    Receiver other_prefix = receiver;
    other_prefix.frontier.hashes[0] = tests::altered(receiver.frontier.hashes[0]);
    CHECK(other_prefix.refusal(good) == Errc::bad_proof);
}

TEST_CASE("chunk: it follows what is stored and ends within its head", "[replica]") {
    const Author author(12);
    const Receiver receiver(author, 3);
    for (const std::size_t begin : {0U, 2U, 4U})
        CHECK(receiver.refusal(author.chunk(begin, 7)) == Errc::out_of_range);
    wire::Chunk empty = author.chunk(3, 3);
    CHECK(receiver.refusal(empty) == Errc::out_of_range);

    for (const std::uint64_t size : {6U, 3U, 2U, 0U}) {
        INFO(size);
        Receiver small = receiver;
        small.head.head.size = LogSize{size};
        CHECK(small.refusal(author.chunk(3, 7)) == Errc::out_of_range);
    }
    Receiver large = receiver;
    large.head.head.size = LogSize{~std::uint64_t{0}};
    CHECK(large.refusal(author.chunk(3, 7)) == Errc::bad_proof);
}

TEST_CASE("chunk: any altered body or salt breaks its commitment", "[replica]") {
    const Author author(3);
    const Receiver receiver(author, 0);
    const wire::Chunk good = author.chunk(0, 4);
    const slog::BodyBytes body = good.bodies[2].body;
    const auto refusal = [&](Bytes salt, SharedBytes encoded) {
        wire::Chunk chunk = good;
        chunk.bodies[2].body = {std::move(salt), std::move(encoded)};
        const auto alone = replica::check_body(*good.headers[2], chunk.bodies[2].body);
        const Errc code = receiver.refusal(chunk);
        CHECK((alone ? Errc::closed : alone.error().code) == code);
        return code;
    };
    REQUIRE(refusal(body.salt, body.encoded) == Errc::closed);
    for (std::size_t at = 0; at < body.encoded->size(); ++at)
        CHECK(refusal(body.salt, flipped(body.encoded, at)) == Errc::bad_commitment);
    for (std::size_t at = 0; at < body.salt.size(); ++at) {
        Bytes salt = body.salt;
        salt[at] ^= 0x80;
        CHECK(refusal(salt, body.encoded) == Errc::bad_commitment);
    }
    CHECK(refusal({}, body.encoded) == Errc::bad_commitment);
    CHECK(refusal(Bytes(31), body.encoded) == Errc::bad_commitment);
    CHECK(refusal(body.salt, share({})) == Errc::bad_commitment);
    CHECK(refusal(good.bodies[1].body.salt, good.bodies[1].body.encoded) == Errc::bad_commitment);
}

TEST_CASE(
    "chunk: a record without its body is kept as missing, whatever the sender calls it", "[replica]"
) {
    const Author author(3);
    for (const BodyState state :
         {BodyState::erased, BodyState::refused, BodyState::not_for_you, BodyState::missing}) {
        wire::Chunk chunk = author.chunk(0, 4);
        chunk.bodies[2] = {state, {}};
        const auto proven = Receiver(author, 0).prove(chunk);
        REQUIRE(proven);
        CHECK(proven->entries[2].state == BodyState::missing);
        REQUIRE(proven->without_body.size() == 1);
        CHECK(proven->without_body[0] == std::pair(Position{2}, BodyState::missing));
    }
}

TEST_CASE("chunk: governance travels whole", "[replica]") {
    Author author(Channel::governance);
    author.add_start();
    author.add_operation();
    author.add_operation();
    const Receiver receiver(author, 0);
    CHECK(receiver.refusal(author.chunk(0, 3)) == Errc::closed);

    wire::Chunk missing = author.chunk(0, 3);
    missing.bodies[1] = {BodyState::missing, {}};
    CHECK(receiver.refusal(missing) == Errc::malformed);
    wire::Chunk altered = author.chunk(0, 3);
    altered.bodies[1].body.encoded = flipped(altered.bodies[1].body.encoded, 5);
    CHECK(receiver.refusal(altered) == Errc::bad_commitment);
    wire::Chunk salted = author.chunk(0, 3);
    salted.bodies[1].body.salt = Bytes(32);
    CHECK(receiver.refusal(salted) == Errc::bad_commitment);
}

TEST_CASE("chunk: an entry of another school, channel or place is refused", "[replica]") {
    Author records(Channel::records);
    Author governance(Channel::governance);
    SeededRandom random(2);
    EntryHeader foreign{.kind = 1, .school = random.make<staffroom::SchoolId>()};
    EntryHeader operation{.kind = slog::kind_operation, .school = records.descriptor.school};
    operation.payload = slog::Payload{0, crypto::hash(crypto::HashLabel::payload, {})};
    EntryHeader record{.kind = 1, .school = governance.descriptor.school};
    record.commitment = random.make<staffroom::Commitment>();
    EntryHeader empty_operation{
        .kind = slog::kind_operation, .school = governance.descriptor.school};
    EntryHeader other_payload{.kind = 250, .school = governance.descriptor.school};
    other_payload.payload = operation.payload;

    CHECK(refusal_with(records, foreign) == Errc::malformed);
    CHECK(refusal_with(records, operation, {BodyState::have, {{}, share({})}}) == Errc::malformed);
    CHECK(refusal_with(governance, record) == Errc::malformed);
    CHECK(refusal_with(governance, empty_operation) == Errc::malformed);
    CHECK(
        refusal_with(governance, other_payload, {BodyState::have, {{}, share({})}}) ==
        Errc::malformed
    );
    CHECK(
        refusal_with(records, {.kind = 150, .school = records.descriptor.school}) == Errc::closed
    );
}

TEST_CASE("chunk: an incarnation starts once", "[replica]") {
    Author author(Channel::records);
    author.add_start();
    const EntryHeader start{
        .kind = slog::kind_incarnation_start, .school = author.descriptor.school};
    CHECK(refusal_with(author, start) == Errc::malformed);
    Author empty(Channel::records);
    CHECK(refusal_with(empty, start) == Errc::closed);
}

TEST_CASE(
    "chunk: bytes that are no header are refused although the root covers them", "[replica]"
) {
    Author author(Channel::records);
    author.headers.push_back(share({0x08, 1, 0x08, 1}));
    author.bodies.push_back({BodyState::missing, {}});
    CHECK(Receiver(author, 0).refusal(author.chunk(0, 1)) == Errc::not_strict);
    author.headers[0] = share(Bytes(limits::header_bytes_max + 1));
    CHECK(Receiver(author, 0).refusal(author.chunk(0, 1)) == Errc::too_large);
}

TEST_CASE("chunk: it has one body for each header", "[replica]") {
    const Author author(3);
    wire::Chunk chunk = author.chunk(0, 4);
    chunk.bodies.pop_back();
    CHECK(Receiver(author, 0).refusal(chunk) == Errc::malformed);
}
