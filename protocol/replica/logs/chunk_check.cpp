#include "protocol/replica/logs/chunk_check.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/records/body.hpp"

namespace staffroom::replica {
namespace {

using log::Channel;
using log::EntryHeader;

Result<void>
check_place(const EntryHeader& header, const log::LogDescriptor& descriptor, Position at) {
    if (header.school != descriptor.school)
        return fail(Errc::malformed, "an entry of another school");
    if (header.kind == log::kind_incarnation_start && at.value != 0)
        return fail(Errc::malformed, "an incarnation that starts twice");
    const bool is_governance = descriptor.channel == Channel::governance;
    // A later version may have kinds with a payload that we do not know; bodies stay in their
    // place.
    const bool is_operation =
        header.version > 1 ? header.payload.has_value() : header.kind == log::kind_operation;
    const bool belongs = is_governance
                             ? !header.commitment && is_operation == header.payload.has_value()
                             : !header.payload && !is_operation;
    if (!belongs)
        return fail(Errc::malformed, "an entry in the wrong channel");
    return {};
}

Result<void> check_body_of(const EntryHeader& header, const log::BodyBytes& body) {
    if (header.payload) {
        const bool matches =
            body.salt.empty() && body.encoded->size() == header.payload->length &&
            crypto::hash(crypto::HashLabel::payload, *body.encoded) == header.payload->hash;
        if (!matches)
            return fail(Errc::bad_commitment, "payload");
        return {};
    }
    const auto salt = Salt::from(body.salt);
    if (!salt || !header.commitment || body.encoded->size() != header.encoded_length ||
        records::commitment(*salt, *body.encoded) != *header.commitment)
        return fail(Errc::bad_commitment, "body");
    return {};
}

/// Puts one entry of the chunk under `proven`.
Result<void> take_entry(
    const ChunkContext& context, const wire::Chunk& chunk, std::size_t index, ProvenChunk& proven
) {
    const SharedBytes& bytes = chunk.headers[index];
    const wire::WireBody& body = chunk.bodies[index];
    const Position at{chunk.begin.value + index};
    auto header = log::parse_any_header(*bytes);
    if (!header)
        return fail(header.error());
    if (auto placed = check_place(*header, context.descriptor, at); !placed)
        return fail(placed.error());
    proven.documents += log::begins_document(*header) ? 1U : 0U;

    proven.newer += header->version > 1 ? 1U : 0U;
    if (header->version == 1 && header->commitment && header->attachment_bytes > 0)
        proven.with_files.push_back(at);

    NewEntry entry{log::revision_id(*bytes), bytes, BodyState::none, {}};
    if (header->commitment || header->payload) {
        entry.state = body.state == BodyState::have ? BodyState::have : BodyState::missing;
        // Refuses governance without its payload: without payloads nobody could tell who belongs.
        if (header->payload && entry.state != BodyState::have)
            return fail(Errc::malformed, "an operation without its payload");
        if (entry.state == BodyState::have) {
            if (auto checked = check_body_of(*header, body.body); !checked)
                return fail(checked.error());
            entry.body = body.body;
        } else {
            proven.without_body.emplace_back(at, BodyState::missing);
        }
    }
    proven.entries.push_back(std::move(entry));
    return {};
}

} // namespace

Result<ProvenChunk> prove_chunk(const ChunkContext& context, const wire::Chunk& chunk) {
    const std::uint64_t begin = chunk.begin.value;
    const std::uint64_t size = context.head.head.size.value;
    if (begin != context.frontier.end.value || size < begin || chunk.headers.empty() ||
        chunk.headers.size() > size - begin)
        return fail(Errc::out_of_range, "a chunk that does not follow");
    if (chunk.bodies.size() != chunk.headers.size())
        return fail(Errc::malformed, "one body for each header");

    // Checks the roots first: a chunk that does not belong to the log costs no more than hashing.
    std::vector<TreeHash> leaves;
    leaves.reserve(chunk.headers.size());
    for (const SharedBytes& header : chunk.headers)
        leaves.push_back(log::leaf_hash<log::Blake2b256>(*header));
    ProvenChunk proven;
    proven.frontier = context.frontier;
    log::append_leaves<log::Blake2b256>(proven.frontier, leaves, [&](const log::TreeNode& node) {
        if (node.at.level >= tree_node_level_min)
            proven.nodes.push_back(node);
    });
    proven.right = {proven.frontier.end, LogSize{size}, chunk.range};
    auto whole = log::merge<log::Blake2b256>(proven.frontier, proven.right);
    if (!whole)
        return fail(Errc::bad_proof, "range of a chunk");
    auto root = log::root_of<log::Blake2b256>(*whole);
    if (!root || *root != context.head.head.root)
        return fail(Errc::bad_proof, "root of a chunk");

    for (std::size_t i = 0; i < chunk.headers.size(); ++i) {
        if (auto taken = take_entry(context, chunk, i, proven); !taken)
            return fail(taken.error());
    }
    return proven;
}

Result<void> check_body(ByteView header, const log::BodyBytes& body) {
    auto parsed = log::parse_any_header(header);
    if (!parsed)
        return fail(parsed.error());
    if (!body.encoded)
        return fail(Errc::bad_commitment, "no body");
    return check_body_of(*parsed, body);
}

} // namespace staffroom::replica
