#include "node/services/library/library.hpp"

#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

/// The origins read by one update, so that the first question about an origin does not find all of
/// them unread.
constexpr std::size_t origins_of_one_update = 64;

} // namespace

Library::Library(const storage::Store& store, std::uint64_t seed)
    : store_(store)
    , entries_(store)
    , table_(seed)
    , order_([this](RowNumber row) -> const RevisionId& { return table_.at(row).id; }) {}

// ------------------------------------------------------------------------------ taking entries in

Result<void> Library::update(const std::vector<LogExtent>& logs) {
    const std::lock_guard lock(mutex_);
    if (!logs.empty() && logs.front().as_of < as_of_)
        return {};
    if (!logs.empty())
        as_of_ = logs.front().as_of;
    const bool is_shorter = std::ranges::any_of(logs, [&](const LogExtent& extent) {
        const auto done = read_.find(extent.log);
        return done != read_.end() && extent.stored < done->second;
    });
    if (is_shorter)
        forget_all();
    take_judged_again(logs);
    Result<void> outcome;
    for (const LogExtent& extent : logs)
        if (outcome)
            outcome = read_log(extent);
    has_read_all_ = has_read_all_ || outcome;
    look_for_words();
    fold_changed();
    note_origins(origins_of_one_update);
    return outcome;
}

void Library::forget_all() {
    read_.clear();
    changed_.clear();
    unsettled_.clear();
    looked_for_ = 0;
    folded_.clear();
    joint_.clear();
    newer_.clear();
    last_arrival_ = 0;
    has_read_all_ = false;
    order_.forget();
    origins_ = {};
    words_of_ = {};
    documents_ = 0;
    uncounted_ = 0;
    table_.clear();
    entries_.forget();
}

/// Takes in what another network's statements have changed: what they let cross is shown late, and
/// where they let something cross no longer, all is read again.
void Library::take_judged_again(const std::vector<LogExtent>& logs) {
    const RecordEntries::Judged judged = entries_.judge_again(logs);
    if (judged.has_lost)
        return forget_all();
    for (const RecordEntries::Opened& late : judged.late)
        add_opened(late);
}

/// Reads a log. Bodies are written one after the other as they come, so the place of a body says
/// when it came. An entry without a body is taken to have come with the entry before it, or just
/// now. An entry of a newer version is stored and forwarded; there is nothing of it to show.
Result<void> Library::read_log(const LogExtent& extent) {
    LogSize& done = read_.try_emplace(extent.log, LogSize{0}).first->second;
    if (done >= extent.stored)
        return {};
    std::uint64_t arrival = has_read_all_ ? last_arrival_ : 0;
    return store_.for_each_entry(
        extent.log,
        Position{done.value},
        [&](const storage::EntryReader::VisitedEntry& entry) -> Result<bool> {
            const storage::Place& place = entry.row.place;
            if (place.length > 0)
                arrival = (std::uint64_t{place.segment} << 32U) | place.offset;
            last_arrival_ = std::max(last_arrival_, arrival);
            const auto header = log::parse_header(entry.row.header);
            if (header && header->kind == log::kind_carried_record) {
                if (const auto opened = entries_.open(entry.row.header, extent, arrival))
                    add_opened(*opened);
            } else if (header && is_shown_entry(*header)) {
                add(log::revision_id(entry.row.header), *header, extent.space, arrival);
            }
            done = LogSize{entry.position.value + 1};
            return done < extent.stored;
        }
    );
}

void Library::add_opened(const RecordEntries::Opened& opened) {
    if (const auto header = log::parse_header(opened.header))
        add(opened.revision, *header, opened.space, opened.arrival);
}

void Library::add(
    const RevisionId& id,
    const log::EntryHeader& header,
    const SpaceId& space,
    std::uint64_t arrival
) {
    if (const auto known = table_.find(id); known && table_.at(*known).is_here) {
        table_.add_space(*known, space);
        return;
    }
    const RowNumber row = table_.add(id, header, space);
    table_.at(row).arrival = arrival;
    mark_changed(table_.at(row).document);
    const bool is_given_out_as_document =
        table_.at(row).document != row && table_.at(row).newest_revision != no_row;
    if (is_given_out_as_document)
        mark_changed(row);
    if (row < origins_.looked_at())
        origins_.put_off(row); // it had only been named until now
}

void Library::mark_changed(RowNumber document) {
    if (table_.at(document).is_changed)
        return;
    table_.at(document).is_changed = true;
    changed_.push_back(document);
}

// -------------------------------------------------------------------------------- inner questions

std::vector<RevisionId> Library::ids_of(std::span<const RowNumber> rows) const {
    std::vector<RevisionId> ids;
    ids.reserve(rows.size());
    for (const RowNumber row : rows)
        ids.push_back(table_.at(row).id);
    return ids;
}

/// Returns the revisions that count, parents before children.
std::span<const RowNumber> Library::order_of(RowNumber document) const {
    if (const auto found = folded_.find(document); found != folded_.end())
        return found->second.order;
    // Revisions that came since the last fold do not count yet.
    const RowNumber* only = &table_.at(document).newest_revision;
    while (*only != no_row && table_.at(*only).number == 0)
        only = &table_.at(*only).next_revision;
    return *only == no_row ? std::span<const RowNumber>() : std::span(only, 1);
}

/// Returns the heads, newest clock first.
std::span<const RowNumber> Library::heads_in(RowNumber document) const {
    if (const auto found = folded_.find(document); found != folded_.end())
        return found->second.heads;
    return order_of(document);
}

bool Library::is_taken_back(RowNumber document) const {
    if (const auto found = folded_.find(document); found != folded_.end())
        return found->second.is_taken_back;
    const auto order = order_of(document);
    return !order.empty() && table_.at(order.front()).is_retraction;
}

/// Tells whether an id, given as that of a document, is that of a later revision of another one: a
/// revision that names it so counts nowhere.
bool Library::is_false(RowNumber document) const {
    return table_.at(document).is_here && table_.at(document).document != document;
}

} // namespace staffroom::services
