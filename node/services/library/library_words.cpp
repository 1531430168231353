// What the library reads from disk when it is asked: titles, records whole, histories, origins.
#include "node/services/library/library.hpp"
#include "node/services/text/beginning.hpp"

#include <algorithm>
#include <span>

namespace staffroom::services {
namespace {

/// A history shows many revisions; whoever wants all of one reads it by itself.
constexpr std::size_t why_bytes_max = 4096;
constexpr std::size_t history_authors_max = 20;
constexpr std::size_t author_bytes_max = 400;

} // namespace

Result<Library::ReadRevision> Library::read_revision(const RevisionId& id) const {
    auto found = store_.read_body(id);
    if (!found)
        return fail(found.error());
    auto header = log::parse_header(*found->header);
    if (!header)
        return fail(header.error());
    Result<records::RecordBody> body =
        fail(Errc::not_found, "The words of this revision are not here.");
    if (found->state == replica::BodyState::have)
        body = records::decode_body(header->codec, header->plain_length, *found->body.encoded);
    return ReadRevision{std::move(*header), found->state, std::move(body)};
}

/// A body that its author's node wrote wrongly is shown as a record without words, not as an error
/// of ours.
RecordRow Library::titled_row(RowNumber revision) const {
    RecordRow row{bare_row(revision), replica::BodyState::missing, {}};
    put_title(row);
    return row;
}

RecordRow Library::with_title(const BareRow& row) const {
    RecordRow titled{row, replica::BodyState::missing, {}};
    put_title(titled);
    return titled;
}

/// Many are read for one list, so nothing of a body is unpacked behind its title.
void Library::put_title(RecordRow& row) const {
    const auto found = store_.read_body(row.revision);
    if (!found)
        return;
    row.state = found->state;
    const auto header = log::parse_header(*found->header);
    if (!header || found->state != replica::BodyState::have)
        return;
    row.title = records::decode_title(header->codec, *found->body.encoded).value_or("");
}

std::optional<RecordRow> Library::row_of(const RevisionId& id) const {
    const auto row = bare_row_of(id);
    return row ? std::optional(with_title(*row)) : std::nullopt;
}

std::optional<RecordRow> Library::row_of_revision(const RevisionId& id) const {
    const auto row = bare_row_of_revision(id);
    return row ? std::optional(with_title(*row)) : std::nullopt;
}

// ----------------------------------------------------------------------------------- a record
// whole

Result<ShownRecord> Library::show(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto row = resolve(text);
    if (!row)
        return fail(row.error());
    return show_row(*row);
}

Result<ShownRecord> Library::show(const RevisionId& revision) const {
    const std::lock_guard lock(mutex_);
    const auto row = known_revision(revision);
    if (!row)
        return fail(Errc::not_found, "No record here has this id.");
    return show_row(*row);
}

Result<ShownRecord> Library::show_row(RowNumber revision) const {
    auto read = read_revision(table_.at(revision).id);
    if (!read)
        return fail(read.error());
    const RowNumber document = table_.at(revision).document;
    const auto order = order_of(document);
    const auto newer = newer_than(document);
    ShownRecord shown{
        {bare_row(revision), read->state, read->body ? read->body->title : ""},
        std::move(read->header),
        std::nullopt,
        order.size(),
        table_.school_of(order.front()),
        first_heads_in(document),
        table_.at(revision).is_head,
        newer ? std::optional(table_.at(*newer).id) : std::nullopt,
        std::nullopt};
    if (is_taken_back(document)) {
        shown.retraction = "";
        // Retractions stand before all others.
        for (const RevisionId& head : shown.heads) {
            if (!table_.at(*table_.find(head)).is_retraction)
                break;
            const auto body = words(head);
            shown.row.title = body ? body->title : "";
            if (!body)
                continue;
            if (const auto* reason =
                    records::field_value(*body, records::FieldCode::retraction_reason))
                shown.retraction = *reason;
        }
        return shown;
    }
    if (read->state != replica::BodyState::have)
        return shown;
    if (!read->body)
        return fail(read->body.error());
    shown.body = std::move(*read->body);
    return shown;
}

Result<records::RecordBody> Library::words(const RevisionId& revision) const {
    auto read = read_revision(revision);
    if (!read)
        return fail(read.error());
    return std::move(read->body);
}

Result<HistoryPage> Library::history(const std::string& text, std::size_t before) const {
    const std::lock_guard lock(mutex_);
    const auto found = resolve(text);
    if (!found)
        return fail(found.error());
    const RowNumber document = table_.at(*found).document;
    const auto order = order_of(document);
    const std::size_t end = before == 0 ? order.size() : std::min(before - 1, order.size());
    const std::size_t begin = end - std::min(end, history_rows_max);
    HistoryPage page{table_.at(document).id, {}, order.size()};
    for (const RowNumber revision : order.subspan(begin, end - begin)) {
        const TableRow& known = table_.at(revision);
        HistoryRow row{
            {bare_row(revision), replica::BodyState::missing, {}},
            table_.parents_of(revision),
            known.is_head,
            known.is_retraction,
            {},
            {}};
        if (const auto read = read_revision(known.id)) {
            row.row.state = read->state;
            if (read->body)
                put_words(row, *read->body);
        }
        page.rows.push_back(std::move(row));
    }
    return page;
}

std::optional<RevisionId> Library::last_text(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    const auto found = document_of(document);
    if (!found)
        return std::nullopt;
    const auto order = order_of(*found);
    for (auto row = order.rbegin(); row != order.rend(); ++row) {
        if (table_.at(*row).is_retraction)
            continue;
        const auto read = store_.find_revision(table_.at(*row).id);
        if (read && read->state == replica::BodyState::have)
            return table_.at(*row).id;
    }
    return std::nullopt;
}

void Library::put_words(HistoryRow& row, const records::RecordBody& body) {
    row.row.title = beginning_of(body.title, records::title_bytes_max);
    const auto code =
        row.is_retraction ? records::FieldCode::retraction_reason : records::FieldCode::why_changed;
    if (const std::string* why = records::field_value(body, code))
        row.why_changed = beginning_of(*why, why_bytes_max);
    const auto told = std::min(body.authors.size(), history_authors_max);
    for (const records::Author& author : std::span(body.authors).first(told))
        row.authors.emplace_back(beginning_of(author.name, author_bytes_max));
}

std::vector<SchoolId>
Library::may_revise(const RevisionId& document, const std::vector<RevisionId>& parents) const {
    const std::lock_guard lock(mutex_);
    const auto found = document_of(document);
    if (!found)
        return {};
    // Its own school may revise it also while the words of others cannot be read.
    std::set<RowNumber> rows;
    if (table_.at(*found).is_here)
        rows.insert(*found);
    for (const RevisionId& parent : parents)
        if (const auto row = table_.find(parent); row && table_.at(*row).document == *found)
            rows.insert(*row);
    Reading reading;
    const auto facts = facts_of({rows.begin(), rows.end()}, rows, reading);
    return services::may_revise(pointers_to(facts), parents);
}

// ------------------------------------------------------------------------------------------
// origins

/// Reads some of the bodies that nobody has looked at yet.
void Library::note_origins(std::size_t bodies_max) const {
    const RowNumber begin = origins_.looked_at();
    const auto count =
        static_cast<RowNumber>(std::min<std::size_t>(bodies_max, table_.size() - begin));
    origins_.has_looked_at(begin + count);
    for (RowNumber row = begin; row < begin + count; ++row)
        note_origin(row);
}

void Library::note_origin(RowNumber row) const {
    if (!table_.at(row).is_here)
        return;
    const auto read = read_revision(table_.at(row).id);
    if (!read || read->state == replica::BodyState::missing)
        origins_.put_off(row);
    else if (read->body && !read->body->origin.empty()) {
        origins_.note(row, read->body->origin);
        words_of_.note(row, read->body->front_matter + '\0' + read->body->text);
    }
}

/// Who publishes has to know all of them; readers come in between.
void Library::note_all_origins() const {
    constexpr std::size_t at_once = 64;
    bool has_more = true;
    while (has_more) {
        const std::lock_guard lock(mutex_);
        note_origins(at_once);
        has_more = origins_.looked_at() < table_.size();
    }
    const std::lock_guard lock(mutex_);
    for (const RowNumber row : origins_.take_put_off())
        note_origin(row);
}

/// In the order of arrival.
std::vector<RowNumber> Library::counted_with_origin(
    const std::string& origin, const std::optional<SchoolId>& school
) const {
    std::vector<RowNumber> rows = origins_.candidates(origin);
    std::erase_if(rows, [&](RowNumber row) {
        // Who revises a record takes its origin over, so the one who began it has to be the same.
        if (school && (table_.school_of(row) != *school ||
                       table_.school_of(table_.at(row).document) != *school))
            return true;
        const auto body = words(table_.at(row).id);
        return !counts(row) || !body || body->origin != origin;
    });
    return rows;
}

std::optional<RecordRow> Library::find_origin(
    const SpaceId& space, const SchoolId& school, const std::string& origin
) const {
    note_all_origins();
    const std::lock_guard lock(mutex_);
    for (const RowNumber row : counted_with_origin(origin, school))
        if (table_.spaces_of(row).contains(space))
            return titled_row(newest_head(table_.at(row).document));
    return std::nullopt;
}

std::optional<RecordRow> Library::find_words(
    const SpaceId& space,
    const SchoolId& school,
    const std::string& front_matter,
    const std::string& text
) const {
    note_all_origins();
    const std::lock_guard lock(mutex_);
    for (const RowNumber row : words_of_.candidates(front_matter + '\0' + text)) {
        if (!counts(row) || table_.school_of(row) != school ||
            !table_.spaces_of(row).contains(space))
            continue;
        const auto body = words(table_.at(row).id);
        if (body && body->front_matter == front_matter && body->text == text)
            return titled_row(newest_head(table_.at(row).document));
    }
    return std::nullopt;
}

std::vector<RecordRow> Library::with_origin(const std::string& origin) const {
    note_all_origins();
    const std::lock_guard lock(mutex_);
    std::map<RevisionId, RowNumber> documents;
    for (const RowNumber row : counted_with_origin(origin))
        documents.emplace(table_.at(table_.at(row).document).id, table_.at(row).document);
    std::vector<RecordRow> rows;
    rows.reserve(documents.size());
    for (const auto& [id, document] : documents)
        rows.push_back(titled_row(newest_head(document)));
    return rows;
}

} // namespace staffroom::services
