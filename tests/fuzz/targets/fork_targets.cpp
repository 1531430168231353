// Forks of a log as neighbours may tell them: evidence as bytes, with signatures made good again,
// and answers of anybody's choice to a search.
#include "protocol/base/ensure.hpp"
#include "protocol/log/fork_proof.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/log/tree_shape.hpp"
#include "protocol/sync/fork_search.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/made_log.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/test_keys.hpp"

namespace staffroom::fuzz {
namespace {

using log::Blake2b256;
using log::CompactRange;

log::LogDescriptor descriptor() {
    return {
        SpaceId(SpaceId::Raw{1}),
        log::Channel::records,
        SchoolId(SchoolId::Raw{2}),
        test_key(0).public_key(),
        Incarnation(Incarnation::Raw{3})};
}

log::SignedHead head_of(LogSize size, const TreeHash& root) {
    return log::sign_head({log::log_id(descriptor()), size, root, {1}}, test_key(0));
}

log::ForkProof proof_of(std::uint64_t parts_at, std::uint64_t size_a, std::uint64_t size_b) {
    auto evidence = log::make_fork(
        {LogSize{size_a}, reader_of(parts_at, 1)}, {LogSize{size_b}, reader_of(parts_at, 2)}
    );
    ensure(evidence.has_value());
    return {
        descriptor(),
        head_of(LogSize{size_a}, evidence->a.root),
        head_of(LogSize{size_b}, evidence->b.root),
        std::move(*evidence)};
}

/// What holds must say the same when it is written and read again.
void fork_proof(ByteView input) {
    const auto parsed = log::parse_fork_proof(input);
    if (!parsed)
        return;
    crypto::SodiumVerifier verifier;
    if (!log::check_fork_proof(*parsed, verifier))
        return;
    ensure(parsed->evidence.a.leaf != parsed->evidence.b.leaf);
    const auto again = log::parse_fork_proof(log::encode_fork_proof(*parsed));
    ensure(again.has_value() && log::check_fork_proof(*again, verifier).has_value());
}

std::vector<Bytes> fork_proof_seeds() {
    return {
        log::encode_fork_proof(proof_of(0, 1, 1)),
        log::encode_fork_proof(proof_of(5, 9, 12)),
        log::encode_fork_proof(proof_of(31, 40, 33))};
}

/// Roots and signatures made to fit whatever the ranges have become.
void repair_proof(Bytes& input) {
    auto parsed = log::parse_fork_proof(input);
    if (!parsed)
        return;
    parsed->descriptor = descriptor();
    const auto fit = [&](log::ForkSide& side, log::SignedHead& head) {
        CompactRange leaf{
            parsed->evidence.shared.end, LogSize{parsed->evidence.position.value + 1}, {side.leaf}};
        auto left = log::merge<Blake2b256>(parsed->evidence.shared, leaf);
        auto whole = left ? log::merge<Blake2b256>(*left, side.right) : left;
        auto root = whole ? log::root_of<Blake2b256>(*whole) : Result<TreeHash>(side.root);
        side.root = root ? *root : side.root;
        head = head_of(side.size, side.root);
    };
    fit(parsed->evidence.a, parsed->head_a);
    fit(parsed->evidence.b, parsed->head_b);
    input = log::encode_fork_proof(*parsed);
}

/// A neighbour that answers a search: honestly, with changed hashes, or with any message. Whatever
/// it says, evidence that comes out holds, and the search ends.
void search(ByteView input) {
    InputReader in(input);
    const std::uint64_t parts_at = in.u8();
    const LogSize size_a{parts_at + 1 + in.u8() % 64};
    const LogSize size_b{parts_at + 1 + in.u8() % 64};
    const auto ours = reader_of(parts_at, 1);
    const auto theirs = reader_of(parts_at, 2);
    const auto history = [](LogSize size, const log::NodeReader& reader) {
        const auto whole = log::range_from_nodes<Blake2b256>(LogSize{0}, size, reader);
        ensure(whole.has_value());
        const auto root = log::root_of<Blake2b256>(*whole);
        ensure(root.has_value());
        return sync::OwnHistory{head_of(size, *root), size, {size, size, {}}};
    };
    const auto answer = [](const sync::OwnHistory& own, const log::NodeReader& reader, auto asked) {
        const auto bounds = sync::ranges_of(asked, own.stored);
        ensure(bounds.has_value());
        std::vector<CompactRange> ranges;
        for (const auto& [begin, end] : *bounds)
            ranges.push_back(*log::range_from_nodes<Blake2b256>(begin, end, reader));
        return sync::answer_question(asked, ranges, own);
    };
    const sync::OwnHistory own = history(size_a, ours);
    const sync::OwnHistory other = history(size_b, theirs);
    sync::ForkSearch search(own, std::min(size_a, size_b));
    for (std::size_t round = 0;; ++round) {
        ensure(round < 17);
        wire::ForkAnswer said = answer(other, theirs, search.question());
        const std::uint8_t how = in.u8() % 4;
        if (how == 1 && !said.hashes.empty())
            said.hashes[in.u8() % said.hashes.size()] = leaf_of(in.u8(), 7);
        if (how == 2) {
            const auto decoded = wire::decode_message(in.piece());
            const auto* any = decoded ? std::get_if<wire::ForkAnswer>(&*decoded) : nullptr;
            said = any == nullptr ? said : *any;
        }
        const auto taken = search.take(answer(own, ours, search.question()), said);
        if (!taken)
            return;
        if (!*taken)
            continue;
        ensure(log::check_fork(**taken).has_value());
        return;
    }
}

std::vector<Bytes> search_seeds() {
    wire::ForkAnswer answer{1, head_of(LogSize{4}, leaf_of(0, 1)), {leaf_of(0, 1), leaf_of(1, 2)}};
    Bytes lie{5, 9, 9, 2};
    append_piece(lie, wire::encode_message(answer));
    return {{0, 0, 0, 0}, {200, 20, 50, 0, 0, 0}, {77, 3, 9, 0, 1, 4, 2}, std::move(lie)};
}

} // namespace

Targets fork_targets() {
    return {
        {"fork_proof", fork_proof, fork_proof_seeds, repair_proof, 400},
        {"fork_search", search, search_seeds, nullptr, 300},
    };
}

} // namespace staffroom::fuzz
