// A chunk of a log as it comes from a neighbour, proven against a signed head. A changed chunk gets
// fitting commitments, a new root and a new signature, so that the checks of its entries are
// reached.
#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/logs/chunk_check.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/test_keys.hpp"
#include "tests/support/seeded_random.hpp"

namespace staffroom::fuzz {
namespace {

using log::Blake2b256;
using log::Channel;
using log::CompactRange;

constexpr std::uint64_t entries_made = 40;

/// One log of one school, written by a key that everybody knows.
struct ChunkLog {
    log::LogDescriptor descriptor;
    std::vector<SharedBytes> headers;
    std::vector<wire::WireBody> bodies;

    [[nodiscard]] LogId id() const { return log::log_id(descriptor); }
    [[nodiscard]] CompactRange frontier(std::uint64_t size) const {
        CompactRange range;
        std::vector<TreeHash> leaves;
        for (std::uint64_t i = 0; i < size; ++i)
            leaves.push_back(log::leaf_hash<Blake2b256>(*headers[i]));
        log::append_leaves<Blake2b256>(range, leaves);
        return range;
    }
};

SharedBytes shared(Bytes bytes) {
    return std::make_shared<const Bytes>(std::move(bytes));
}

/// Makes the header say what its body is; a header that does not parse stays as it is.
void commit_to(SharedBytes& header, const wire::WireBody& body, const ChunkLog& log) {
    auto parsed = log::parse_header(*header);
    if (!parsed)
        return;
    parsed->school = log.descriptor.school;
    const Bytes& encoded = body.body.encoded ? *body.body.encoded : Bytes{};
    const auto salt = Salt::from(body.body.salt);
    if (parsed->payload) {
        const auto length = static_cast<std::uint32_t>(encoded.size());
        const Digest hash = crypto::hash(crypto::HashLabel::payload, encoded);
        parsed->payload = log::Payload{length, hash};
    } else if (parsed->commitment && salt) {
        parsed->commitment = records::commitment(*salt, encoded);
        parsed->encoded_length = static_cast<std::uint32_t>(encoded.size());
    }
    header = shared(log::encode_header(*parsed));
}

ChunkLog make_log(Channel channel) {
    tests::SeededRandom random(channel == Channel::governance ? 1 : 2);
    ChunkLog log{
        {random.make<SpaceId>(),
         channel,
         random.make<SchoolId>(),
         test_key(0).public_key(),
         random.make<Incarnation>()},
        {},
        {}};
    for (std::uint64_t i = 0; i < entries_made; ++i) {
        const bool is_governance = channel == Channel::governance;
        log::EntryHeader header{
            .kind = is_governance ? log::kind_operation : 1, .school = log.descriptor.school};
        Bytes salt(is_governance ? 0 : 32);
        random.fill(salt);
        if (is_governance) {
            header.payload = log::Payload{0, Digest(Digest::Raw{})};
        } else {
            header.commitment = Commitment(Commitment::Raw{});
            header.attachment_bytes = i % 3 == 0 ? 70'000 : 0;
            if (i % 2 == 1)
                header.document = random.make<RevisionId>();
        }
        const wire::WireBody body{
            log::BodyState::have, {salt, shared(Bytes(20 + i, static_cast<std::uint8_t>(i)))}};
        SharedBytes bytes = shared(log::encode_header(header));
        commit_to(bytes, body, log);
        log.headers.push_back(std::move(bytes));
        log.bodies.push_back(body);
    }
    return log;
}

const ChunkLog& log_of(Channel channel) {
    static const ChunkLog governance = make_log(Channel::governance);
    static const ChunkLog records = make_log(Channel::records);
    return channel == Channel::governance ? governance : records;
}

/// Which channel, how many entries are held, the signed head as two pieces, then the chunk.
struct ChunkInput {
    std::uint8_t channel;
    std::uint8_t held;
    Bytes signature;
    Bytes head;
    Bytes message;

    [[nodiscard]] static ChunkInput read(ByteView input) {
        InputReader in(input);
        const std::uint8_t channel = in.u8();
        const std::uint8_t held = in.u8();
        Bytes signature = in.take(Signature::size_bytes);
        Bytes head = to_bytes(in.piece());
        return {channel, held, std::move(signature), std::move(head), to_bytes(in.rest())};
    }
    [[nodiscard]] Bytes write() const {
        Bytes input{channel, held};
        append(input, signature);
        append_piece(input, head);
        append(input, message);
        return input;
    }
    [[nodiscard]] const ChunkLog& log() const {
        return log_of(channel % 2 == 0 ? Channel::records : Channel::governance);
    }
    [[nodiscard]] std::uint64_t size_held() const { return held % (entries_made + 1); }
    [[nodiscard]] Result<log::SignedHead> signed_head() const {
        return log::parse_head(head, *Signature::from(signature));
    }
};

/// A proven chunk must be what its head says, however it came to be.
void check_proven(const replica::ProvenChunk& proven, const wire::Chunk& chunk) {
    ensure(proven.entries.size() == chunk.headers.size());
    ensure(proven.frontier.end.value == chunk.begin.value + chunk.headers.size());
    ensure(log::is_well_formed(proven.frontier) && log::is_well_formed(proven.right));
    for (const replica::NewEntry& entry : proven.entries) {
        ensure(entry.revision == log::revision_id(*entry.header));
        const auto header = log::parse_header(*entry.header);
        ensure(header.has_value());
        if (entry.state == log::BodyState::have)
            ensure(replica::check_body(*entry.header, entry.body).has_value());
        else
            ensure(!header->payload.has_value());
    }
    ensure(proven.documents <= proven.entries.size());
}

void chunk(ByteView input) {
    const ChunkInput given = ChunkInput::read(input);
    const auto decoded = wire::decode_message(given.message);
    const auto* message = decoded ? std::get_if<wire::Chunk>(&*decoded) : nullptr;
    const auto head = given.signed_head();
    if (message == nullptr || !head)
        return;
    const ChunkLog& log = given.log();
    crypto::SodiumVerifier verifier;
    if (!log::check_head(*head, log.descriptor, verifier))
        return;
    const CompactRange frontier = log.frontier(given.size_held());
    const auto proven = replica::prove_chunk({log.descriptor, frontier, *head}, *message);
    if (proven)
        check_proven(*proven, *message);
}

/// The root of the held entries, the chunk and what it says of the rest; nothing where that is no
/// tree.
std::optional<TreeHash>
root_with(const CompactRange& frontier, const wire::Chunk& chunk, LogSize size) {
    CompactRange all = frontier;
    std::vector<TreeHash> leaves;
    for (const SharedBytes& header : chunk.headers)
        leaves.push_back(log::leaf_hash<Blake2b256>(*header));
    log::append_leaves<Blake2b256>(all, leaves);
    const auto whole = log::merge<Blake2b256>(all, {all.end, size, chunk.range});
    const auto root = whole ? log::root_of<Blake2b256>(*whole) : fail(whole.error());
    return root ? std::optional(*root) : std::nullopt;
}

void repair_chunk(Bytes& input) {
    ChunkInput given = ChunkInput::read(input);
    auto decoded = wire::decode_message(given.message);
    auto* message = decoded ? std::get_if<wire::Chunk>(&*decoded) : nullptr;
    if (message == nullptr)
        return;
    const ChunkLog& log = given.log();
    message->log = log.id();
    message->begin = Position{given.size_held()};
    const wire::WireBody none{log::BodyState::missing, {{}, shared({})}};
    message->bodies.resize(message->headers.size(), none);
    for (std::size_t i = 0; i < message->headers.size(); ++i)
        commit_to(message->headers[i], message->bodies[i], log);
    const CompactRange frontier = log.frontier(given.size_held());
    const std::uint64_t end = given.size_held() + message->headers.size();
    const auto said = given.signed_head();
    LogSize size = said ? said->head.size : LogSize{end};
    auto root = root_with(frontier, *message, size);
    if (!root) {
        message->range.clear();
        size = LogSize{end};
        root = root_with(frontier, *message, size);
    }
    ensure(root.has_value());
    const auto head = log::sign_head({log.id(), size, *root, WallTime{1}}, test_key(0));
    given.signature = to_bytes(head.signature.view());
    given.head = head.bytes;
    given.message = wire::encode_message(*decoded);
    input = given.write();
}

std::vector<Bytes> chunk_seeds() {
    std::vector<Bytes> seeds;
    for (const std::uint8_t channel : {std::uint8_t{0}, std::uint8_t{1}}) {
        for (const auto& [begin, end] : {std::pair{0, 3}, std::pair{5, 6}, std::pair{30, 40}}) {
            ChunkInput given{channel, static_cast<std::uint8_t>(begin), {}, {}, {}};
            const ChunkLog& log = given.log();
            wire::Chunk made{1, log.id(), Position{given.held}, {}, {}, {}, std::nullopt};
            made.headers.assign(log.headers.begin() + begin, log.headers.begin() + end);
            made.bodies.assign(log.bodies.begin() + begin, log.bodies.begin() + end);
            given.signature.resize(Signature::size_bytes);
            given.message = wire::encode_message(made);
            Bytes seed = given.write();
            repair_chunk(seed);
            seeds.push_back(std::move(seed));
        }
    }
    return seeds;
}

} // namespace

Targets chunk_targets() {
    return {{"chunk", chunk, chunk_seeds, repair_chunk, 300}};
}

} // namespace staffroom::fuzz
