#include "protocol/log/tree_proof.hpp"

#include "protocol/log/tree_shape.hpp"

#include <algorithm>
#include <bit>

namespace staffroom::log {

namespace {

// The range [begin, begin + width) that a proof is narrowed down to, from the whole log to the
// subtree of interest. It is a node of the RFC 9162 tree, so `begin` is a multiple of the power of
// two that is not less than `width`.
struct Window {
    std::uint64_t begin;
    std::uint64_t width;

    // The split of RFC 9162 2.1.1: the largest power of two below the width, which is at least 2.
    [[nodiscard]] std::uint64_t left_width() const { return std::bit_floor(width - 1); }
    [[nodiscard]] Window left() const { return {begin, left_width()}; }
    [[nodiscard]] Window right() const { return {begin + left_width(), width - left_width()}; }
};

// Computes the MTH of the window. A perfect window is read; the ragged one at the right end of a
// log is folded.
template <class H> Result<TreeHash> window_root(Window window, const NodeReader& reader) {
    const LogSize end{window.begin + window.width};
    const std::vector<Subtree> subtrees = cover(LogSize{window.begin}, end);
    auto root = reader(subtrees.back());
    for (auto left = subtrees.rbegin() + 1; root && left != subtrees.rend(); ++left) {
        auto hash = reader(*left);
        if (!hash)
            return hash;
        root = inner_hash<H>(*hash, *root);
    }
    return root;
}

template <class H>
Result<Proof> roots_upwards(std::span<const Window> down, const NodeReader& reader) {
    Proof proof;
    proof.reserve(down.size());
    for (auto window = down.rbegin(); window != down.rend(); ++window) {
        auto root = window_root<H>(*window, reader);
        if (!root)
            return fail(root.error());
        proof.push_back(*root);
    }
    return proof;
}

// The two counters of the checking algorithms: `first` follows the proven position (or the old
// log's last), `last` the new log's last, both rising level by level.
struct Climb {
    std::uint64_t first;
    std::uint64_t last;

    void rise() {
        first >>= 1U;
        last >>= 1U;
    }
    [[nodiscard]] bool first_is_right() const { return first % 2 == 1; }
    // True when the next hash of the proof stands to the left.
    [[nodiscard]] bool joins_left() const { return first_is_right() || first == last; }
    // A node at the ragged edge without a sibling on its level rises to where it has one.
    void skip_missing_siblings() {
        while (!first_is_right() && first != 0)
            rise();
    }
};

Result<void> check_old_and_new(LogSize old_size, LogSize new_size) {
    if (old_size.value == 0)
        return fail(Errc::out_of_range, "a proof from nothing proves nothing");
    if (old_size > new_size)
        return fail(Errc::out_of_range, "the old log is longer than the new one");
    return {};
}

} // namespace

template <class H>
Result<Proof> inclusion_proof(Position position, LogSize size, const NodeReader& reader) {
    if (position.value >= size.value)
        return fail(Errc::out_of_range, "the position is not in the log");

    std::vector<Window> siblings;
    Window window{0, size.value};
    while (window.width > 1) {
        const bool goes_left = position.value < window.right().begin;
        siblings.push_back(goes_left ? window.right() : window.left());
        window = goes_left ? window.left() : window.right();
    }
    return roots_upwards<H>(siblings, reader);
}

template <class H>
Result<void> check_inclusion(
    Position position,
    LogSize size,
    const TreeHash& leaf,
    std::span<const TreeHash> proof,
    const TreeHash& root
) {
    return InclusionChecker<H>(size, root).check(position, leaf, proof);
}

template <class H>
bool InclusionChecker<H>::meets_held(const Step& step, std::span<const TreeHash> to_come) const {
    if (to_come.size() > held_.size())
        return false;
    const std::size_t at = held_.size() - to_come.size();
    return held_steps_[at] == step &&
           std::equal(to_come.begin(), to_come.end(), held_.begin() + std::ptrdiff_t(at));
}

template <class H>
Result<void> InclusionChecker<H>::check(
    Position position, const TreeHash& leaf, std::span<const TreeHash> proof
) {
    if (position.value >= size_.value)
        return fail(Errc::out_of_range, "the position is not in the log");

    Climb climb{position.value, size_.value - 1};
    TreeHash reached = leaf;
    steps_.clear();
    for (std::size_t i = 0; i < proof.size(); ++i) {
        const Step step{climb.first, climb.last, reached};
        if (meets_held(step, proof.subspan(i))) {
            const std::size_t at = held_.size() - (proof.size() - i);
            steps_.insert(
                steps_.end(), held_steps_.begin() + std::ptrdiff_t(at), held_steps_.end()
            );
            held_.assign(proof.begin(), proof.end());
            held_steps_.swap(steps_);
            return {};
        }
        steps_.push_back(step);
        if (climb.last == 0)
            return fail(Errc::bad_proof, "the proof is too long");
        if (climb.joins_left()) {
            reached = inner_hash<H>(proof[i], reached);
            climb.skip_missing_siblings();
        } else {
            reached = inner_hash<H>(reached, proof[i]);
        }
        climb.rise();
    }
    if (climb.last != 0)
        return fail(Errc::bad_proof, "the proof is too short");
    if (reached != root_)
        return fail(Errc::bad_proof, "the hashes do not lead to the root");
    held_.assign(proof.begin(), proof.end());
    held_steps_.swap(steps_);
    return {};
}

template <class H>
Result<Proof> consistency_proof(OldSize old_size, NewSize new_size, const NodeReader& reader) {
    if (auto sizes = check_old_and_new(old_size.size, new_size.size); !sizes)
        return fail(sizes.error());

    std::vector<Window> down;
    Window window{0, new_size.size.value};
    const std::uint64_t old_end = old_size.size.value;
    while (old_end != window.begin + window.width) {
        const bool goes_left = old_end <= window.right().begin;
        down.push_back(goes_left ? window.right() : window.left());
        window = goes_left ? window.left() : window.right();
    }
    // A window from 0 is the old log itself, whose root the checker knows.
    if (window.begin != 0)
        down.push_back(window);
    return roots_upwards<H>(down, reader);
}

template <class H>
Result<void> check_consistency(
    OldSize old_size,
    NewSize new_size,
    const TreeHash& old_root,
    const TreeHash& new_root,
    std::span<const TreeHash> proof
) {
    if (auto sizes = check_old_and_new(old_size.size, new_size.size); !sizes)
        return sizes;
    if (old_size.size == new_size.size) {
        if (!proof.empty() || old_root != new_root)
            return fail(Errc::bad_proof, "logs of one size must have one root and need no hashes");
        return {};
    }
    // A perfect old log is one node of the new tree, and the proof leaves its root out.
    const bool starts_at_old_root = std::has_single_bit(old_size.size.value);
    if (!starts_at_old_root && proof.empty())
        return fail(Errc::bad_proof, "the proof is too short");

    TreeHash reached_old = starts_at_old_root ? old_root : proof.front();
    TreeHash reached_new = reached_old;
    Climb climb{old_size.size.value - 1, new_size.size.value - 1};
    while (climb.first_is_right())
        climb.rise();
    for (const TreeHash& hash : proof.subspan(starts_at_old_root ? 0 : 1)) {
        if (climb.last == 0)
            return fail(Errc::bad_proof, "the proof is too long");
        if (climb.joins_left()) {
            reached_old = inner_hash<H>(hash, reached_old);
            reached_new = inner_hash<H>(hash, reached_new);
            climb.skip_missing_siblings();
        } else {
            reached_new = inner_hash<H>(reached_new, hash);
        }
        climb.rise();
    }
    if (climb.last != 0)
        return fail(Errc::bad_proof, "the proof is too short");
    if (reached_old != old_root || reached_new != new_root)
        return fail(Errc::bad_proof, "the hashes do not lead to both roots");
    return {};
}

template Result<Proof> inclusion_proof<Blake2b256>(Position, LogSize, const NodeReader&);
template Result<Proof> inclusion_proof<Sha256>(Position, LogSize, const NodeReader&);
template Result<void> check_inclusion<
    Blake2b256>(Position, LogSize, const TreeHash&, std::span<const TreeHash>, const TreeHash&);
template Result<void> check_inclusion<
    Sha256>(Position, LogSize, const TreeHash&, std::span<const TreeHash>, const TreeHash&);
template class InclusionChecker<Blake2b256>;
template class InclusionChecker<Sha256>;
template Result<Proof> consistency_proof<Blake2b256>(OldSize, NewSize, const NodeReader&);
template Result<Proof> consistency_proof<Sha256>(OldSize, NewSize, const NodeReader&);
template Result<void> check_consistency<
    Blake2b256>(OldSize, NewSize, const TreeHash&, const TreeHash&, std::span<const TreeHash>);
template Result<void> check_consistency<
    Sha256>(OldSize, NewSize, const TreeHash&, const TreeHash&, std::span<const TreeHash>);

} // namespace staffroom::log
