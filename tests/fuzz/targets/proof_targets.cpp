// The proofs without a signature: inclusion, consistency, ranges of the tree, evidence of a fork;
// and the comparison of two tables by ranges, which proves nothing but must find everything.
#include "protocol/base/ensure.hpp"
#include "protocol/log/fork.hpp"
#include "protocol/log/tree_proof.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/sync/reconciler.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/made_log.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/seeded_random.hpp"

#include <map>
#include <set>

namespace staffroom::fuzz {
namespace {

using log::Blake2b256;
using log::CompactRange;

constexpr std::uint64_t leaves_max = 300;

TreeHash root_at(LogSize size, const log::NodeReader& reader) {
    const auto range = log::range_from_nodes<Blake2b256>(LogSize{0}, size, reader);
    ensure(range.has_value());
    const auto root = log::root_of<Blake2b256>(*range);
    ensure(root.has_value());
    return *root;
}

TreeHash changed(const TreeHash& hash, std::uint8_t bits) {
    TreeHash::Raw raw = hash.raw();
    raw[bits % raw.size()] ^= static_cast<std::uint8_t>(bits | 1U);
    return TreeHash(raw);
}

/// Changes one hash, drops one or adds one; true when that was done.
bool tamper(std::vector<TreeHash>& hashes, InputReader& in) {
    const std::uint8_t how = in.u8() % 5;
    const std::uint8_t which = in.u8();
    if (how == 1 && !hashes.empty()) {
        TreeHash& one = hashes[which % hashes.size()];
        one = changed(one, in.u8());
        return true;
    }
    if (how == 2 && !hashes.empty()) {
        hashes.erase(hashes.begin() + which % static_cast<int>(hashes.size()));
        return true;
    }
    if (how == 3) {
        hashes.insert(
            hashes.begin() + which % static_cast<int>(hashes.size() + 1), leaf_of(which, 9)
        );
        return true;
    }
    return false;
}

void inclusion(InputReader& in) {
    const LogSize size{1 + in.u16() % leaves_max};
    const Position position{in.u16() % size.value};
    const auto reader = reader_of(leaves_max, 0);
    auto proof = log::inclusion_proof<Blake2b256>(position, size, reader);
    ensure(proof.has_value());
    const bool is_changed = tamper(*proof, in);
    const auto checked = log::check_inclusion<Blake2b256>(
        position, size, leaf_of(position.value, 0), *proof, root_at(size, reader)
    );
    ensure(checked.has_value() == !is_changed);
}

void consistency(InputReader& in) {
    const log::OldSize old_size{LogSize{1 + in.u16() % leaves_max}};
    const log::NewSize new_size{
        LogSize{old_size.size.value + in.u16() % (leaves_max + 1 - old_size.size.value)}};
    const auto reader = reader_of(leaves_max, 0);
    auto proof = log::consistency_proof<Blake2b256>(old_size, new_size, reader);
    ensure(proof.has_value());
    const bool is_changed = tamper(*proof, in);
    const TreeHash old_root = root_at(old_size.size, reader);
    const TreeHash new_root = root_at(new_size.size, reader);
    const auto checked =
        log::check_consistency<Blake2b256>(old_size, new_size, old_root, new_root, *proof);
    ensure(checked.has_value() == !is_changed);
}

CompactRange raw_range(InputReader& in) {
    CompactRange range{LogSize{in.u64()}, LogSize{in.u64()}, {}};
    const std::size_t count = in.u8();
    for (std::size_t i = 0; i < count; ++i)
        range.hashes.push_back(leaf_of(i, in.u8()));
    return range;
}

/// Numbers and hashes of anybody's choice.
void raw_proofs(InputReader& in) {
    const CompactRange left = raw_range(in);
    const CompactRange right = raw_range(in);
    if (const auto merged = log::merge<Blake2b256>(left, right)) {
        ensure(log::is_well_formed(*merged));
        static_cast<void>(log::root_of<Blake2b256>(*merged));
    }
    const TreeHash root = leaf_of(in.u8(), 1);
    static_cast<void>(log::check_inclusion<Blake2b256>(
        Position{in.u64()}, LogSize{in.u64()}, root, left.hashes, root
    ));
    static_cast<void>(log::check_consistency<Blake2b256>(
        {LogSize{in.u64()}}, {LogSize{in.u64()}}, root, leaf_of(2, 2), right.hashes
    ));
    const log::ForkEvidence evidence{
        Position{in.u64()},
        left,
        {LogSize{in.u64()}, root, root, right},
        {right.end, root, leaf_of(2, 2), right}};
    ensure(!log::check_fork(evidence).has_value());
}

void fork(InputReader& in) {
    const std::uint64_t parts_at = in.u16() % leaves_max;
    const LogSize size_a{parts_at + 1 + in.u8()};
    const LogSize size_b{parts_at + 1 + in.u8()};
    const auto reader_a = reader_of(parts_at, 1);
    const auto reader_b = reader_of(parts_at, 2);
    auto evidence = log::make_fork({size_a, reader_a}, {size_b, reader_b});
    ensure(evidence.has_value() && evidence->position.value == parts_at);
    bool is_changed = tamper(evidence->shared.hashes, in);
    is_changed = tamper(evidence->a.right.hashes, in) || is_changed;
    is_changed = tamper(evidence->b.right.hashes, in) || is_changed;
    evidence->a.root = root_at(size_a, reader_a);
    evidence->b.root = root_at(size_b, reader_b);
    ensure(log::check_fork(*evidence).has_value() == !is_changed);
}

void proof(ByteView input) {
    InputReader in(input);
    switch (in.u8() % 4) {
    case 0: return inclusion(in);
    case 1: return consistency(in);
    case 2: return raw_proofs(in);
    default: return fork(in);
    }
}

std::vector<Bytes> proof_seeds() {
    Bytes raw{2};
    for (const std::uint64_t number : {0U, 8U}) // [0, 8), one hash
        append_u64_be(raw, number);
    append(raw, Bytes{1, 7});
    for (const std::uint64_t number : {8U, 12U})
        append_u64_be(raw, number);
    append(raw, Bytes{1, 9, 3});
    raw.resize(raw.size() + 48, 0);
    return {
        {0, 0, 200, 0, 77, 0, 0},
        {0, 1, 43, 0, 0, 1, 4, 9},
        {1, 0, 100, 0, 60, 0, 0},
        {1, 0, 7, 0, 255, 2, 1},
        std::move(raw),
        {3, 0, 130, 200, 3, 0, 0, 0, 0},
        {3, 0, 0, 1, 90, 0, 0, 3, 2}};
}

// ----------------------------------------------------------------------------------------- ranges

/// Three bytes an item; ids are near each other so that both tables share some.
sync::ItemTable read_table(ByteView bytes) {
    sync::ItemTable table;
    InputReader in(bytes);
    for (std::size_t i = 0; i < 600 && !in.is_empty(); ++i) {
        Digest::Raw id{};
        id[0] = in.u8();
        const std::uint8_t more = in.u8();
        id[1] = more & 7U;
        table.put({Digest(id), std::uint64_t{more} >> 4U, wire::ItemTag({in.u8()})});
    }
    return table;
}

std::set<Digest> difference(const sync::ItemTable& one, const sync::ItemTable& other) {
    std::set<Digest> ids;
    for (const wire::Item& item : one.between(std::nullopt, std::nullopt)) {
        const wire::Item* twin = other.find(item.id);
        if (twin == nullptr || !(*twin == item))
            ids.insert(item.id);
    }
    return ids;
}

/// Both sides answer each other to the end: they find exactly what differs.
void compare(const sync::ItemTable& ours, const sync::ItemTable& theirs) {
    std::set<Digest> expected = difference(ours, theirs);
    expected.merge(difference(theirs, ours));
    std::set<Digest> found;
    std::vector<wire::Range> ranges = sync::opening_ranges(ours);
    bool is_ours = false;
    for (std::size_t rounds = 0; !ranges.empty(); ++rounds, is_ours = !is_ours) {
        ensure(rounds < 64);
        const auto answer = sync::answer_ranges(is_ours ? ours : theirs, ranges);
        ensure(answer.has_value());
        found.insert(answer->differences.offer.begin(), answer->differences.offer.end());
        found.insert(answer->differences.ask.begin(), answer->differences.ask.end());
        ranges = answer->ranges;
    }
    ensure(found == expected);
}

/// Two tables as pieces, then a message of ranges from anybody.
void ranges(ByteView input) {
    InputReader in(input);
    const sync::ItemTable ours = read_table(in.piece());
    const sync::ItemTable theirs = read_table(in.piece());
    compare(ours, theirs);
    const auto decoded = wire::decode_message(in.rest());
    const auto* asked = decoded ? std::get_if<wire::Ranges>(&*decoded) : nullptr;
    if (asked == nullptr)
        return;
    const auto answer = sync::answer_ranges(ours, asked->ranges);
    if (!answer)
        return;
    const auto again = sync::answer_ranges(theirs, answer->ranges);
    ensure(again.has_value());
}

std::vector<Bytes> ranges_seeds() {
    tests::SeededRandom random(2);
    std::vector<Bytes> seeds;
    for (const std::size_t items : {0U, 3U, 60U, 400U}) {
        Bytes ours(3 * items);
        random.fill(ours);
        Bytes theirs = ours;
        for (std::size_t i = 0; i < theirs.size(); i += 31)
            theirs[i] ^= 1U;
        const wire::Ranges opening{
            random.make<wire::Token>(), sync::opening_ranges(read_table(theirs))};
        Bytes seed;
        append_piece(seed, ours);
        append_piece(seed, theirs);
        append(seed, wire::encode_message(opening));
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

} // namespace

Targets proof_targets() {
    return {
        {"proof", proof, proof_seeds, nullptr, 300},
        {"ranges", ranges, ranges_seeds, nullptr, 300},
    };
}

} // namespace staffroom::fuzz
