#include "protocol/sync/fork_search.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/log/tree_shape.hpp"

#include <algorithm>

namespace staffroom::sync {
namespace {

using log::Blake2b256;
using log::CompactRange;
using log::Subtree;
using Hashes = std::span<const TreeHash>;

Subtree subtree_of(const wire::ForkQuestion& question) {
    return {question.level, question.index};
}

/// Returns the subtrees that one answer descends to from `at`: the descendants `fork_levels` below,
/// or the leaves.
std::vector<Subtree> descendants(const Subtree& at) {
    const unsigned levels = std::min(at.level, limits::fork_levels);
    std::vector<Subtree> below;
    for (std::uint64_t i = 0; i < (std::uint64_t{1} << levels); ++i)
        below.push_back({at.level - levels, (at.index << levels) + i});
    return below;
}

CompactRange range_of(const Subtree& at, const TreeHash& hash) {
    const std::uint64_t begin = log::begin_of(at);
    return {LogSize{begin}, LogSize{begin + log::width_of(at)}, {hash}};
}

/// Joins two ranges that are adjacent and well formed by construction.
CompactRange joined(const CompactRange& left, const CompactRange& right) {
    auto whole = log::merge<Blake2b256>(left, right);
    ensure(whole.has_value());
    return std::move(*whole);
}

/// Computes the hash of a perfect subtree from those of its descendants.
TreeHash top_of(Hashes hashes) {
    std::vector<TreeHash> level(hashes.begin(), hashes.end());
    while (level.size() > 1) {
        for (std::size_t i = 0; i < level.size() / 2; ++i)
            level[i] = log::inner_hash<Blake2b256>(level[2 * i], level[2 * i + 1]);
        level.resize(level.size() / 2, level.front());
    }
    return level.front();
}

/// Returns the two ranges of an answer about the whole log, if they have the root of `head`.
Result<std::pair<CompactRange, CompactRange>>
split_whole(const log::Head& head, LogSize size, Hashes hashes) {
    if (head.size < size)
        return fail(Errc::malformed, "a head smaller than what it is to hold");
    const std::size_t below = log::cover_count(LogSize{0}, size);
    if (hashes.size() != below + log::cover_count(size, head.size))
        return fail(Errc::malformed, "hashes that do not fit their ranges");
    const auto cut = hashes.begin() + static_cast<std::ptrdiff_t>(below);
    CompactRange left{LogSize{0}, size, {hashes.begin(), cut}};
    CompactRange right{size, head.size, {cut, hashes.end()}};
    auto root = log::root_of<Blake2b256>(joined(left, right));
    if (!root || *root != head.root)
        return fail(Errc::bad_proof, "hashes that do not lead to the root of their head");
    return std::pair(std::move(left), std::move(right));
}

} // namespace

Result<RangeBounds> ranges_of(const wire::ForkQuestion& question, LogSize stored) {
    if (question.size > stored || question.size.value == 0)
        return fail(Errc::out_of_range, "a question beyond what is stored");
    if (question.level == 0)
        return RangeBounds{{LogSize{0}, question.size}, {question.size, stored}};
    const Subtree at = subtree_of(question);
    const bool is_inside = at.level < 64 && at.index < (question.size.value >> at.level);
    if (!is_inside)
        return fail(Errc::out_of_range, "a subtree beyond what both hold");
    RangeBounds bounds;
    for (const Subtree& below : descendants(at)) {
        const std::uint64_t begin = log::begin_of(below);
        bounds.emplace_back(LogSize{begin}, LogSize{begin + log::width_of(below)});
    }
    return bounds;
}

wire::ForkAnswer answer_question(
    const wire::ForkQuestion& question, std::span<const CompactRange> ranges, const OwnHistory& own
) {
    wire::ForkAnswer answer{question.number, std::nullopt, {}};
    const auto add = [&](const CompactRange& range) {
        answer.hashes.insert(answer.hashes.end(), range.hashes.begin(), range.hashes.end());
    };
    if (question.level > 0) {
        for (const CompactRange& range : ranges)
            add(range);
        return answer;
    }
    ensure(ranges.size() == 2);
    auto right = log::merge<Blake2b256>(ranges[1], own.right);
    if (!right || right->end != own.head.head.size)
        return answer;
    add(ranges[0]);
    add(*right);
    answer.head = own.head;
    return answer;
}

ForkSearch::ForkSearch(OwnHistory own, LogSize size)
    : own_(std::move(own))
    , question_{0, own_.head.head.log, size, 0, 0} {
    ensure(size.value > 0 && size <= own_.stored);
}

Result<std::optional<log::ForkEvidence>>
ForkSearch::take(const wire::ForkAnswer& ours, const wire::ForkAnswer& theirs) {
    auto pieces = differs_ ? inside(ours, theirs) : whole(ours, theirs);
    if (!pieces)
        return fail(pieces.error());
    return descend(*pieces);
}

Result<std::vector<ForkSearch::Piece>>
ForkSearch::whole(const wire::ForkAnswer& ours, const wire::ForkAnswer& theirs) {
    if (!theirs.head || theirs.head->head.log != own_.head.head.log)
        return fail(Errc::malformed, "no head of this log");
    auto of_ours = split_whole(own_.head.head, question_.size, ours.hashes);
    if (!of_ours)
        return fail(Errc::corrupt, of_ours.error().detail);
    auto of_theirs = split_whole(theirs.head->head, question_.size, theirs.hashes);
    if (!of_theirs)
        return fail(of_theirs.error());
    their_head_ = theirs.head;
    right_of_ours_ = std::move(of_ours->second);
    right_of_theirs_ = std::move(of_theirs->second);
    std::vector<Piece> pieces;
    for (const Subtree& at : log::cover(LogSize{0}, question_.size)) {
        const std::size_t i = pieces.size();
        pieces.push_back({at, of_ours->first.hashes[i], of_theirs->first.hashes[i]});
    }
    const bool is_same = std::all_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
        return piece.ours == piece.theirs;
    });
    if (is_same)
        return fail(Errc::not_found, "the same history as far as both hold it");
    return pieces;
}

Result<std::vector<ForkSearch::Piece>>
ForkSearch::inside(const wire::ForkAnswer& ours, const wire::ForkAnswer& theirs) const {
    const std::vector<Subtree> below = descendants(differs_->at);
    if (ours.hashes.size() != below.size() || top_of(ours.hashes) != differs_->ours)
        return fail(Errc::corrupt, "a subtree of ours that is not what it was");
    if (theirs.hashes.size() != below.size())
        return fail(Errc::malformed, "hashes that do not fit their subtree");
    if (top_of(theirs.hashes) != differs_->theirs)
        return fail(Errc::bad_proof, "hashes that do not lead to the subtree above them");
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < below.size(); ++i)
        pieces.push_back({below[i], ours.hashes[i], theirs.hashes[i]});
    return pieces;
}

/// Follows the first difference down: hashes to the left of it are shared, hashes to the right
/// belong to each side.
std::optional<log::ForkEvidence> ForkSearch::descend(std::span<const Piece> pieces) {
    std::size_t first = 0;
    for (; pieces[first].ours == pieces[first].theirs; ++first)
        shared_ = joined(shared_, range_of(pieces[first].at, pieces[first].ours));
    for (std::size_t i = pieces.size(); i-- > first + 1;) {
        right_of_ours_ = joined(range_of(pieces[i].at, pieces[i].ours), right_of_ours_);
        right_of_theirs_ = joined(range_of(pieces[i].at, pieces[i].theirs), right_of_theirs_);
    }
    differs_ = pieces[first];
    if (differs_->at.level > 0) {
        question_.level = differs_->at.level;
        question_.index = differs_->at.index;
        return std::nullopt;
    }
    const log::Head& our_head = own_.head.head;
    const log::Head& their_head = their_head_->head;
    return log::ForkEvidence{
        Position{differs_->at.index},
        shared_,
        {our_head.size, our_head.root, differs_->ours, right_of_ours_},
        {their_head.size, their_head.root, differs_->theirs, right_of_theirs_}};
}

} // namespace staffroom::sync
