// What the library reads from disk when it is asked: titles, records whole, histories, origins.
#include "node/services/document_heads.hpp"
#include "node/services/library.hpp"

#include <algorithm>

namespace staffroom::services {

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
    if (const auto read = read_revision(row.revision)) {
        row.state = read->state;
        row.title = read->body ? read->body->title : "";
    }
    return row;
}

RecordRow Library::with_title(const BareRow& row) const {
    RecordRow titled{row, replica::BodyState::missing, {}};
    if (const auto read = read_revision(row.revision)) {
        titled.state = read->state;
        titled.title = read->body ? read->body->title : "";
    }
    return titled;
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
    const std::vector<RowNumber> order = order_of(document);
    const std::vector<RowNumber> heads = heads_in(document);
    const auto newer = newer_than(document);
    ShownRecord shown{
        {bare_row(revision), read->state, read->body ? read->body->title : ""},
        std::move(read->header),
        std::nullopt,
        order.size(),
        table_.school_of(order.front()),
        ids_of(heads),
        newer ? std::optional(table_.at(*newer).id) : std::nullopt,
        std::nullopt};
    if (is_taken_back(document)) {
        shown.retraction = "";
        for (const RowNumber head : heads) {
            if (!table_.at(head).is_retraction)
                continue;
            const auto body = words(table_.at(head).id);
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

Result<std::vector<HistoryRow>> Library::history(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto found = resolve(text);
    if (!found)
        return fail(found.error());
    std::vector<HistoryRow> rows;
    for (const RowNumber revision : order_of(table_.at(*found).document)) {
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
        rows.push_back(std::move(row));
    }
    return rows;
}

void Library::put_words(HistoryRow& row, const records::RecordBody& body) {
    row.row.title = body.title;
    const auto code =
        row.is_retraction ? records::FieldCode::retraction_reason : records::FieldCode::why_changed;
    if (const std::string* why = records::field_value(body, code))
        row.why_changed = *why;
    for (const records::Author& author : body.authors)
        row.authors.push_back(author.name);
}

std::vector<SchoolId>
Library::may_revise(const RevisionId& document, const std::vector<RevisionId>& parents) const {
    const std::lock_guard lock(mutex_);
    const auto found = document_of(document);
    if (!found)
        return {};
    bool lacks_words = false;
    std::set<RevisionId> deciding(parents.begin(), parents.end());
    deciding.insert(table_.at(*found).id);
    // Its own school may revise it also while the words of others cannot be read.
    const auto facts = facts_of(table_.revisions_of(*found), deciding, lacks_words);
    return services::may_revise(pointers_to(facts), parents);
}

// ------------------------------------------------------------------------------------------
// origins

/// Reads the bodies that came since the last question about an origin.
void Library::update_origins() const {
    std::vector<RowNumber> rows = origins_.take_put_off();
    for (RowNumber row = origins_.looked_at(); row < table_.size(); ++row)
        rows.push_back(row);
    origins_.has_looked_at(table_.size());
    for (const RowNumber row : rows) {
        if (!table_.at(row).is_here)
            continue;
        const auto read = read_revision(table_.at(row).id);
        if (!read || read->state == replica::BodyState::missing)
            origins_.put_off(row);
        else if (read->body)
            origins_.note(row, read->body->origin);
    }
}

/// In the order of arrival.
std::vector<RowNumber> Library::counted_with_origin(
    const std::string& origin, const std::optional<SchoolId>& school
) const {
    update_origins();
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
    const std::lock_guard lock(mutex_);
    for (const RowNumber row : counted_with_origin(origin, school))
        if (table_.spaces_of(row).contains(space))
            return titled_row(newest_head(table_, table_.at(row).document));
    return std::nullopt;
}

std::vector<RecordRow> Library::with_origin(const std::string& origin) const {
    const std::lock_guard lock(mutex_);
    std::map<RevisionId, RowNumber> documents;
    for (const RowNumber row : counted_with_origin(origin))
        documents.emplace(table_.at(table_.at(row).document).id, table_.at(row).document);
    std::vector<RecordRow> rows;
    rows.reserve(documents.size());
    for (const auto& [id, document] : documents)
        rows.push_back(titled_row(newest_head(table_, document)));
    return rows;
}

} // namespace staffroom::services
