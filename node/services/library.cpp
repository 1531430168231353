#include "node/services/library.hpp"

#include "node/services/names.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <charconv>

namespace staffroom::services {
namespace {

/// Operations and the like stand in logs beside records; they are not shown.
bool is_record(const log::EntryHeader& header) {
    return header.commitment.has_value();
}

/// Newest first; the id decides between equal clocks, so that pages never overlap.
bool comes_before(const RecordRow& a, const RecordRow& b) {
    if (a.clock != b.clock)
        return a.clock > b.clock;
    return a.document < b.document;
}

std::string cursor_of(const RecordRow& row) {
    return std::to_string(row.clock.ms) + "." + to_base32(row.document);
}

struct Cursor {
    WallTime clock;
    RevisionId document;
};

Result<Cursor> parse_cursor(std::string_view text) {
    const std::size_t dot = text.find('.');
    std::uint64_t ms = 0;
    if (dot != std::string_view::npos) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + dot, ms);
        auto document = id_from_base32<RevisionId>(text.substr(dot + 1));
        if (error == std::errc() && end == text.data() + dot && document)
            return Cursor{WallTime{ms}, *document};
    }
    return fail(Errc::invalid_input, "The value of \"after\" does not come from a page before.");
}

/// "ID@2" as its two parts; a pin of 0 means the newest revision.
Result<std::pair<std::string, std::size_t>> split_pin(const std::string& text) {
    const std::size_t at = text.find('@');
    if (at == std::string::npos)
        return std::pair(text, std::size_t{0});
    std::size_t pin = 0;
    const char* const begin = text.data() + at + 1;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(begin, end, pin);
    if (error != std::errc() || stop != end || pin == 0)
        return fail(Errc::not_found, "\"" + text.substr(at) + "\" is not a revision number.");
    return std::pair(text.substr(0, at), pin);
}

} // namespace

Result<void> Library::update(const std::vector<LogExtent>& logs) {
    const std::lock_guard lock(mutex_);
    for (const LogExtent& extent : logs)
        if (auto ok = read_log(extent); !ok)
            return ok;
    return retry_missing();
}

Result<void> Library::read_log(const LogExtent& extent) {
    LogSize& done = read_.try_emplace(extent.log, LogSize{0}).first->second;
    if (done >= extent.stored)
        return {};
    return store_.for_each_entry(
        extent.log,
        Position{done.value},
        [&](const storage::EntryReader::VisitedEntry& entry) -> Result<bool> {
            if (auto ok = add(entry.row.header, entry.row.state, extent.space); !ok)
                return fail(ok.error());
            done = LogSize{entry.position.value + 1};
            return done < extent.stored;
        }
    );
}

Result<void> Library::add(ByteView header_bytes, replica::BodyState state, const SpaceId& space) {
    auto header = log::parse_header(header_bytes);
    // An entry of a newer version is stored and forwarded; there is nothing of it to show.
    if (!header || !is_record(*header))
        return {};
    const RevisionId id = log::revision_id(header_bytes);
    if (const auto known = revisions_.find(id); known != revisions_.end()) {
        known->second.row.spaces.insert(space);
        return {};
    }
    const RevisionId document = header->document.value_or(id);
    Revision revision{
        {document,
         id,
         header->kind,
         header->reach,
         header->school,
         {space},
         header->clock,
         state,
         {},
         {}},
        header->parents};
    if (auto ok = read_words(revision, *header); !ok)
        return ok;
    documents_[document].revisions.push_back(id);
    revisions_.emplace(id, std::move(revision));
    return {};
}

Result<void> Library::read_words(Revision& revision, const log::EntryHeader& header) {
    const RevisionId id = revision.row.revision;
    auto found = store_.read_body(id);
    if (!found)
        return fail(found.error());
    revision.row.state = found->state;
    if (found->state != replica::BodyState::have) {
        wordless_.insert(id);
        return {};
    }
    wordless_.erase(id);
    // A body that its author's node wrote wrongly is shown as a record without words, not as an
    // error of ours.
    const auto body = records::decode_body(header.codec, header.plain_length, *found->body.encoded);
    if (!body)
        return {};
    revision.row.title = body->title;
    revision.row.origin = body->origin;
    if (!body->origin.empty())
        origins_[body->origin].push_back(id);
    return {};
}

Result<void> Library::retry_missing() {
    const std::vector<RevisionId> waiting(wordless_.begin(), wordless_.end());
    for (const RevisionId& id : waiting) {
        auto stored = store_.find_revision(id);
        if (!stored)
            return fail(stored.error());
        Revision& revision = revisions_.at(id);
        revision.row.state = stored->state;
        if (stored->state != replica::BodyState::have)
            continue;
        const auto header = log::parse_header(*stored->header);
        if (!header)
            return fail(header.error());
        if (auto ok = read_words(revision, *header); !ok)
            return ok;
    }
    return {};
}

std::size_t Library::document_count() const {
    const std::lock_guard lock(mutex_);
    return documents_.size();
}

Result<RecordPage> Library::list(const RecordQuery& query) const {
    std::optional<Cursor> after;
    if (!query.after.empty()) {
        auto cursor = parse_cursor(query.after);
        if (!cursor)
            return fail(cursor.error());
        after = *cursor;
    }
    const std::lock_guard lock(mutex_);
    std::vector<RecordRow> rows;
    for (const auto& [id, document] : documents_) {
        RecordRow row = newest(document);
        const bool is_wanted = (!query.space || row.spaces.contains(*query.space)) &&
                               (!query.kind || row.kind == *query.kind);
        const bool is_later = !after || row.clock < after->clock ||
                              (row.clock == after->clock && row.document > after->document);
        if (is_wanted && is_later)
            rows.push_back(std::move(row));
    }
    std::ranges::sort(rows, comes_before);
    RecordPage page;
    if (rows.size() > query.limit) {
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(query.limit), rows.end());
        page.next = rows.empty() ? "" : cursor_of(rows.back());
    }
    page.rows = std::move(rows);
    return page;
}

Result<RecordRow> Library::find(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto id = resolve(text);
    if (!id)
        return fail(id.error());
    return revisions_.at(*id).row;
}

Result<ShownRecord> Library::show(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto id = resolve(text);
    if (!id)
        return fail(id.error());
    const Revision& revision = revisions_.at(*id);
    const Document& document = documents_.at(revision.row.document);
    auto stored = store_.find_revision(*id);
    if (!stored)
        return fail(stored.error());
    auto header = log::parse_header(*stored->header);
    if (!header)
        return fail(header.error());
    auto found = store_.read_body(*id);
    if (!found)
        return fail(found.error());
    const std::vector<RevisionId> order = history(document);
    const auto place = std::ranges::find(order, *id);
    ShownRecord shown{
        revision.row,
        std::move(*header),
        std::nullopt,
        static_cast<std::size_t>(place - order.begin()) + 1,
        order.size()};
    shown.row.heads = heads(document).size();
    shown.row.state = found->state;
    if (found->state != replica::BodyState::have)
        return shown;
    auto body =
        records::decode_body(shown.header.codec, shown.header.plain_length, *found->body.encoded);
    if (!body)
        return fail(body.error());
    shown.body = std::move(*body);
    return shown;
}

/// A document's id names its newest revision, a later revision's id that revision.
Result<RevisionId> Library::resolve(const std::string& text) const {
    const auto pinned = split_pin(text);
    if (!pinned)
        return fail(pinned.error());
    const auto& [prefix, pin] = *pinned;
    if (!is_id_prefix(prefix))
        return fail(
            Errc::not_found, "\"" + prefix + "\" is not an id; one has 52 characters, 8 are enough."
        );
    std::set<RevisionId> matches;
    for (const auto& [id, revision] : revisions_)
        if (to_base32(id).starts_with(prefix))
            matches.insert(id);
    // A document whose first revision has not arrived is known by its later ones.
    for (const auto& [id, document] : documents_)
        if (to_base32(id).starts_with(prefix))
            matches.insert(id);
    // A record that came in through an exported file answers to the id that it had before.
    if (const auto copies = origins_.find("staffroom:" + prefix);
        matches.empty() && copies != origins_.end())
        matches.insert(revisions_.at(copies->second.front()).row.document);
    if (matches.empty())
        return fail(Errc::not_found, "No record here has the id \"" + prefix + "\".");
    if (matches.size() > 1) {
        std::vector<std::string> candidates;
        for (const RevisionId& id : matches)
            candidates.push_back(to_base32(id));
        return fail(ambiguous(prefix, candidates));
    }
    const RevisionId id = *matches.begin();
    const bool is_document = documents_.contains(id);
    const Document& document = documents_.at(is_document ? id : revisions_.at(id).row.document);
    if (pin == 0)
        return is_document ? newest(document).revision : id;
    const std::vector<RevisionId> order = history(document);
    if (pin > order.size())
        return fail(
            Errc::not_found, "The record has " + std::to_string(order.size()) + " revisions here."
        );
    return order[pin - 1];
}

std::optional<RecordRow> Library::find_origin(
    const SpaceId& space, const SchoolId& school, const std::string& origin
) const {
    const std::lock_guard lock(mutex_);
    const auto known = origins_.find(origin);
    if (known == origins_.end())
        return std::nullopt;
    for (const RevisionId& id : known->second) {
        const RecordRow& row = revisions_.at(id).row;
        if (row.school == school && row.spaces.contains(space))
            return newest(documents_.at(row.document));
    }
    return std::nullopt;
}

std::vector<RecordRow> Library::with_origin(const std::string& origin) const {
    const std::lock_guard lock(mutex_);
    std::set<RevisionId> documents;
    if (const auto known = origins_.find(origin); known != origins_.end())
        for (const RevisionId& id : known->second)
            documents.insert(revisions_.at(id).row.document);
    std::vector<RecordRow> rows;
    for (const RevisionId& document : documents)
        rows.push_back(newest(documents_.at(document)));
    return rows;
}

std::vector<RevisionId> Library::heads_of(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    const auto known = documents_.find(document);
    return known == documents_.end() ? std::vector<RevisionId>{} : heads(known->second);
}

/// Parents before children; among the free ones the older clock first, then the id. A revision
/// whose parents are not here counts as free.
std::vector<RevisionId> Library::history(const Document& document) const {
    std::vector<RevisionId> waiting = document.revisions;
    std::ranges::sort(waiting, [&](const RevisionId& a, const RevisionId& b) {
        const WallTime clock_a = revisions_.at(a).row.clock;
        const WallTime clock_b = revisions_.at(b).row.clock;
        return clock_a != clock_b ? clock_a < clock_b : a < b;
    });
    std::set<RevisionId> left(waiting.begin(), waiting.end());
    std::vector<RevisionId> order;
    while (!waiting.empty()) {
        const auto is_free = [&](const RevisionId& id) {
            return std::ranges::none_of(revisions_.at(id).parents, [&](const RevisionId& parent) {
                return left.contains(parent);
            });
        };
        // Hashes cannot form a circle, so one is free; taking the first otherwise keeps this
        // finite.
        auto next = std::ranges::find_if(waiting, is_free);
        if (next == waiting.end())
            next = waiting.begin();
        left.erase(*next);
        order.push_back(*next);
        waiting.erase(next);
    }
    return order;
}

std::vector<RevisionId> Library::heads(const Document& document) const {
    std::set<RevisionId> built_on;
    for (const RevisionId& id : document.revisions)
        for (const RevisionId& parent : revisions_.at(id).parents)
            built_on.insert(parent);
    std::vector<RevisionId> ends;
    for (const RevisionId& id : document.revisions)
        if (!built_on.contains(id))
            ends.push_back(id);
    std::ranges::sort(ends);
    return ends;
}

RecordRow Library::newest(const Document& document) const {
    const std::vector<RevisionId> ends = heads(document);
    const auto by_clock = [&](const RevisionId& a, const RevisionId& b) {
        return revisions_.at(a).row.clock < revisions_.at(b).row.clock;
    };
    const auto last = std::ranges::max_element(ends, by_clock);
    RecordRow row = revisions_.at(last == ends.end() ? document.revisions.front() : *last).row;
    row.heads = std::max<std::size_t>(ends.size(), 1);
    return row;
}

} // namespace staffroom::services
