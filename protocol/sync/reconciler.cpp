#include "protocol/sync/reconciler.hpp"

#include "protocol/base/limits.hpp"

namespace staffroom::sync {
namespace {

using wire::Range;
using wire::RangeMode;

/// A range with at most this many items is listed rather than split.
constexpr std::size_t list_at_most = 32;
constexpr std::size_t split_into = 16;
static_assert(list_at_most <= limits::range_items_max);

constexpr std::size_t items_per_message_max = 4096;
constexpr std::size_t item_bytes_max = 64; // id, tag, size and their frames
static_assert(items_per_message_max * item_bytes_max < limits::message_bytes_max / 2);

Range listing(const std::optional<Digest>& upper, std::vector<Item> items) {
    return {upper, RangeMode::items, std::nullopt, std::move(items)};
}

/// Cuts a run of items into parts of nearly equal number; the cuts are ids of ours.
void split(
    const std::vector<Item>& items, const std::optional<Digest>& upper, std::vector<Range>& out
) {
    const std::size_t parts = split_into;
    for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t begin = items.size() * part / parts;
        const std::size_t end = items.size() * (part + 1) / parts;
        const bool is_last = part + 1 == parts;
        const auto cut = is_last ? upper : std::optional<Digest>(items[end].id);
        const std::span<const Item> run(items.data() + begin, end - begin);
        out.push_back({cut, RangeMode::fingerprint, fingerprint_of(run), {}});
    }
}

void describe(
    std::vector<Item> items, const std::optional<Digest>& upper, std::vector<Range>& out
) {
    if (items.size() <= list_at_most)
        out.push_back(listing(upper, std::move(items)));
    else
        split(items, upper, out);
}

/// Skips up to `upper`; joins neighbouring skips, which say no more than one.
void skip_to(const std::optional<Digest>& upper, std::vector<Range>& out) {
    if (!out.empty() && out.back().mode == RangeMode::skip)
        out.pop_back();
    out.push_back({upper, RangeMode::skip, std::nullopt, {}});
}

/// Drops the ranges that do not fit into one message. The next comparison finds them, because the
/// fingerprints still differ.
void keep_what_fits(std::vector<Range>& ranges) {
    std::size_t items = 0;
    std::size_t kept = 0;
    for (; kept < ranges.size() && kept < limits::ranges_per_message_max; ++kept) {
        items += ranges[kept].items.size();
        if (items > items_per_message_max)
            break;
    }
    if (kept == ranges.size())
        return;
    ranges.resize(std::min(kept, limits::ranges_per_message_max - 1));
    skip_to(std::nullopt, ranges);
}

/// Compares two lists, both in id order.
void compare(
    const std::vector<Item>& ours, const std::vector<Item>& theirs, Differences& differences
) {
    auto our = ours.begin();
    auto their = theirs.begin();
    while (our != ours.end() || their != theirs.end()) {
        const bool only_ours = their == theirs.end() || (our != ours.end() && our->id < their->id);
        if (only_ours) {
            differences.offer.push_back((our++)->id);
            continue;
        }
        const bool only_theirs = our == ours.end() || their->id < our->id;
        if (only_theirs) {
            differences.ask.push_back((their++)->id);
            continue;
        }
        // One size with two contents: both sides must see both.
        const bool contradicts = our->size == their->size && our->tag != their->tag;
        if (our->size > their->size || contradicts)
            differences.offer.push_back(our->id);
        if (their->size > our->size || contradicts)
            differences.ask.push_back(their->id);
        ++our;
        ++their;
    }
}

bool lies_inside(const Range& range, const std::optional<Digest>& lower) {
    std::optional<Digest> last;
    for (const Item& item : range.items) {
        const bool too_low = (lower && item.id < *lower) || (last && item.id <= *last);
        if (too_low || (range.upper && item.id >= *range.upper))
            return false;
        last = item.id;
    }
    return true;
}

} // namespace

std::vector<Range> opening_ranges(const ItemTable& table) {
    std::vector<Range> ranges;
    describe(table.between(std::nullopt, std::nullopt), std::nullopt, ranges);
    return ranges;
}

Result<RangeAnswer> answer_ranges(const ItemTable& table, std::span<const Range> ranges) {
    RangeAnswer answer;
    std::optional<Digest> lower;
    bool open = false;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const Range& range = ranges[i];
        const bool ends_early = !range.upper && i + 1 != ranges.size();
        if (ends_early || (range.upper && lower && *range.upper < *lower) ||
            !lies_inside(range, lower))
            return fail(Errc::malformed, "ranges out of order");
        std::vector<Item> ours = table.between(lower, range.upper);
        switch (range.mode) {
        case RangeMode::skip: skip_to(range.upper, answer.ranges); break;
        case RangeMode::fingerprint:
            if (fingerprint_of(ours) == *range.fingerprint) {
                skip_to(range.upper, answer.ranges);
            } else {
                describe(std::move(ours), range.upper, answer.ranges);
                open = true;
            }
            break;
        case RangeMode::items:
            compare(ours, range.items, answer.differences);
            skip_to(range.upper, answer.ranges);
            break;
        }
        lower = range.upper;
    }
    if (!open)
        answer.ranges.clear();
    keep_what_fits(answer.ranges);
    return answer;
}

} // namespace staffroom::sync
