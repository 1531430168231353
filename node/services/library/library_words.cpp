// The library's reads from disk: titles, records whole, histories, origins.
#include "node/services/library/sight.hpp"
#include "node/services/text/beginning.hpp"

#include <algorithm>
#include <span>

namespace staffroom::services {
namespace {

/// The most bytes of a reason in a history, which shows many revisions; a reader that wants all of
/// one reads it by itself.
constexpr std::size_t why_bytes_max = 4096;
constexpr std::size_t history_authors_max = 20;
constexpr std::size_t author_bytes_max = 400;

void put_told_words(HistoryRow& row, const records::RecordBody& body) {
    row.row.title = beginning_of(body.title, records::title_bytes_max);
    const auto code =
        row.is_retraction ? records::FieldCode::retraction_reason : records::FieldCode::why_changed;
    if (const std::string* why = records::field_value(body, code))
        row.why_changed = beginning_of(*why, why_bytes_max);
    const auto told = std::min(body.authors.size(), history_authors_max);
    for (const records::Author& author : std::span(body.authors).first(told))
        row.authors.emplace_back(beginning_of(author.name, author_bytes_max));
}

} // namespace

Result<Library::ReadRevision> Library::read_revision(const RevisionId& id) const {
    auto found = entries_.read_body(id);
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

Result<records::RecordBody> Library::read_body(const RevisionId& id) const {
    auto read = read_revision(id);
    if (!read)
        return fail(read.error());
    return std::move(read->body);
}

bool Library::may_read(const Reader& reader, const RevisionId& id) const {
    if (reader.sees_all())
        return true;
    const Sight sight(*this, reader);
    const auto row = table_.find(id);
    return row && sight.is_seen(*row);
}

/// Adds a title. A body that its author's node wrote wrongly is shown as a record without words,
/// not as an error of ours. Many are read for one list, so nothing of a body is unpacked behind its
/// title.
RecordRow Library::titled(const BareRow& bare) const {
    RecordRow row{bare, replica::BodyState::missing, {}};
    const auto found = entries_.read_body(row.revision);
    if (!found)
        return row;
    row.state = found->state;
    const auto header = log::parse_header(*found->header);
    if (!header || found->state != replica::BodyState::have)
        return row;
    row.title = records::decode_title(header->codec, *found->body.encoded).value_or("");
    return row;
}

RecordRow LibraryView::titled_row(const Sight& sight, RowNumber revision) const {
    return library_->titled(sight.bare_row(revision));
}

RecordRow LibraryView::with_title(const BareRow& row) const {
    if (!library_->may_read(reader_, row.revision))
        return {row, replica::BodyState::missing, {}};
    return library_->titled(row);
}

replica::BodyState LibraryView::state_of(const RevisionId& revision) const {
    if (!library_->may_read(reader_, revision))
        return replica::BodyState::missing;
    const auto found = library_->entries_.read_body(revision);
    return found ? found->state : replica::BodyState::missing;
}

std::optional<RecordRow> LibraryView::row_of(const RevisionId& id) const {
    const auto row = bare_row_of(id);
    return row ? std::optional(with_title(*row)) : std::nullopt;
}

std::optional<RecordRow> LibraryView::row_of_revision(const RevisionId& id) const {
    const auto row = bare_row_of_revision(id);
    return row ? std::optional(with_title(*row)) : std::nullopt;
}

// ----------------------------------------------------------------------------------- a record
// whole

Result<ShownRecord> LibraryView::show(const std::string& text) const {
    const Sight sight(*library_, reader_);
    const auto row = resolve(sight, text);
    if (!row)
        return fail(row.error());
    return show_row(sight, *row);
}

Result<ShownRecord> LibraryView::show(const RevisionId& revision) const {
    const Sight sight(*library_, reader_);
    const auto row = sight.revision_of(revision);
    if (!row)
        return fail(Errc::not_found, "No record here has this id.");
    return show_row(sight, *row);
}

Result<ShownRecord> LibraryView::show_row(const Sight& sight, RowNumber revision) const {
    const RecordTable& table = sight.table();
    auto read = library_->read_revision(table.at(revision).id);
    if (!read)
        return fail(read.error());
    const RowNumber document = table.at(revision).document;
    const auto order = sight.order_of(document);
    const auto newer = sight.newer_than(document);
    ShownRecord shown{
        {sight.bare_row(revision), read->state, read->body ? read->body->title : ""},
        std::move(read->header),
        std::nullopt,
        order.size(),
        table.school_of(sight.owning(document)),
        sight.first_heads_in(document),
        sight.is_head(revision),
        newer ? std::optional(table.at(*newer).id) : std::nullopt,
        std::nullopt};
    if (sight.is_taken_back(document)) {
        shown.retraction = "";
        // Retractions stand before all others.
        for (const RevisionId& head : shown.heads) {
            if (!table.at(*table.find(head)).is_retraction)
                break;
            const auto body = library_->read_body(head);
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

Result<records::RecordBody> LibraryView::words(const RevisionId& revision) const {
    if (!library_->may_read(reader_, revision))
        return fail(Errc::not_found);
    return library_->read_body(revision);
}

Result<HistoryPage> LibraryView::history(const std::string& text, std::size_t before) const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    const auto found = resolve(sight, text);
    if (!found)
        return fail(found.error());
    const RowNumber document = table.at(*found).document;
    const auto order = sight.order_of(document);
    const std::size_t end = before == 0 ? order.size() : std::min(before - 1, order.size());
    const std::size_t begin = end - std::min(end, history_rows_max);
    HistoryPage page{table.at(document).id, {}, order.size()};
    for (const RowNumber revision : order.subspan(begin, end - begin)) {
        const TableRow& known = table.at(revision);
        HistoryRow row{
            {sight.bare_row(revision), replica::BodyState::missing, {}},
            table.parents_of(revision),
            sight.is_head(revision),
            known.is_retraction,
            {},
            {}};
        if (const auto read = library_->read_revision(known.id)) {
            row.row.state = read->state;
            if (read->body)
                put_told_words(row, *read->body);
        }
        page.rows.push_back(std::move(row));
    }
    return page;
}

std::optional<RevisionId> LibraryView::last_text(const RevisionId& document) const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    const auto found = sight.document_of(document);
    if (!found)
        return std::nullopt;
    const auto order = sight.order_of(*found);
    for (auto row = order.rbegin(); row != order.rend(); ++row) {
        if (table.at(*row).is_retraction)
            continue;
        const auto read = library_->entries_.find(table.at(*row).id);
        if (read && read->state == replica::BodyState::have)
            return table.at(*row).id;
    }
    return std::nullopt;
}

std::vector<SchoolId>
LibraryView::may_revise(const RevisionId& document, const std::vector<RevisionId>& parents) const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    const auto found = sight.document_of(document);
    if (!found)
        return {};
    // A document's own school may revise it also while the words of others cannot be read.
    std::set<RowNumber> rows;
    if (table.at(*found).is_here)
        rows.insert(*found);
    for (const RevisionId& parent : parents)
        if (const auto row = table.find(parent); row && table.at(*row).document == *found)
            rows.insert(*row);
    Library::Reading reading;
    const auto facts = library_->facts_of({rows.begin(), rows.end()}, rows, reading);
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
    auto note = fresh_origins_.take(table_.at(row).id);
    if (!note) {
        const auto read = read_revision(table_.at(row).id);
        if (!read || read->state == replica::BodyState::missing)
            origins_.put_off(row);
        else if (read->body)
            note = origin_note(*read->body);
    }
    if (note && note->names_one) {
        origins_.note(row, note->origin);
        words_of_.note(row, note->words);
    }
}

/// Notes all origins, which a publisher has to know; readers come in between.
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

/// Returns records with an origin, in the order of arrival.
std::vector<RowNumber> LibraryView::with_origin_in(
    const Sight& sight, const std::string& origin, const std::optional<SchoolId>& school
) const {
    const RecordTable& table = sight.table();
    std::vector<RowNumber> rows = library_->origins_.candidates(hash_of_origin(origin));
    std::erase_if(rows, [&](RowNumber row) {
        // A school that revises a record takes its origin over, so the school that began it has to
        // be the same.
        if (school &&
            (table.school_of(row) != *school || table.school_of(table.at(row).document) != *school))
            return true;
        if (!sight.counts(row))
            return true;
        const auto body = library_->read_body(table.at(row).id);
        return !body || body->origin != origin;
    });
    return rows;
}

std::optional<RecordRow> LibraryView::find_origin(
    const SpaceId& space, const SchoolId& school, const std::string& origin
) const {
    library_->note_all_origins();
    const Sight sight(*library_, reader_);
    for (const RowNumber row : with_origin_in(sight, origin, school))
        if (sight.stands_in(row, space))
            return titled_row(sight, sight.newest_head(sight.table().at(row).document));
    return std::nullopt;
}

std::optional<RecordRow> LibraryView::find_words(
    const SpaceId& space,
    const SchoolId& school,
    const std::string& front_matter,
    const std::string& text
) const {
    library_->note_all_origins();
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    for (const RowNumber row : library_->words_of_.candidates(hash_of_words(front_matter, text))) {
        if (!sight.counts(row) || table.school_of(row) != school || !sight.stands_in(row, space))
            continue;
        const auto body = library_->read_body(table.at(row).id);
        if (body && body->front_matter == front_matter && body->text == text)
            return titled_row(sight, sight.newest_head(table.at(row).document));
    }
    return std::nullopt;
}

std::vector<RecordRow> LibraryView::with_origin(const std::string& origin) const {
    library_->note_all_origins();
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    std::map<RevisionId, RowNumber> documents;
    for (const RowNumber row : with_origin_in(sight, origin))
        documents.emplace(table.at(table.at(row).document).id, table.at(row).document);
    std::vector<RecordRow> rows;
    rows.reserve(documents.size());
    for (const auto& [id, document] : documents)
        rows.push_back(titled_row(sight, sight.newest_head(document)));
    return rows;
}

} // namespace staffroom::services
