#include "node/services/library.hpp"

#include "node/services/document_heads.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

/// Beyond so many changes at once, sorting the list anew costs less than moving each.
constexpr std::size_t moved_in_list_max = 256;

/// Operations and the like stand in logs beside records; they are not shown.
bool is_record(const log::EntryHeader& header) {
    return header.commitment.has_value();
}

std::vector<SchoolId> joint_schools(const records::RecordBody& body) {
    std::vector<SchoolId> schools;
    for (const records::Field& field : body.fields)
        if (field.code == static_cast<std::uint32_t>(records::FieldCode::joint_with))
            if (const auto school = id_from_base32<SchoolId>(field.value))
                schools.push_back(*school);
    return schools;
}

} // namespace

Library::Library(const storage::Store& store, std::uint64_t seed)
    : store_(store)
    , table_(seed)
    , order_([this](RowNumber row) -> const RevisionId& { return table_.at(row).id; }) {}

// ------------------------------------------------------------------------------ taking entries in

Result<void> Library::update(const std::vector<LogExtent>& logs) {
    const std::lock_guard lock(mutex_);
    Result<void> outcome;
    for (const LogExtent& extent : logs)
        if (outcome)
            outcome = read_log(extent);
    // Words that came meanwhile may name schools that may revise.
    for (const RowNumber document : unsettled_)
        mark_changed(document);
    fold_changed();
    return outcome;
}

Result<void> Library::read_log(const LogExtent& extent) {
    LogSize& done = read_.try_emplace(extent.log, LogSize{0}).first->second;
    if (done >= extent.stored)
        return {};
    return store_.for_each_entry(
        extent.log,
        Position{done.value},
        [&](const storage::EntryReader::VisitedEntry& entry) -> Result<bool> {
            add(entry.row.header, extent.space);
            done = LogSize{entry.position.value + 1};
            return done < extent.stored;
        }
    );
}

void Library::add(ByteView header_bytes, const SpaceId& space) {
    const auto header = log::parse_header(header_bytes);
    // An entry of a newer version is stored and forwarded; there is nothing of it to show.
    if (!header || !is_record(*header))
        return;
    const RevisionId id = log::revision_id(header_bytes);
    if (const auto known = table_.find(id); known && table_.at(*known).is_here) {
        table_.add_space(*known, space);
        return;
    }
    const RowNumber row = table_.add(id, *header, space);
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

// ----------------------------------------------------------------------------------------- folding

void Library::fold_changed() {
    if (changed_.size() > moved_in_list_max)
        order_.forget();
    while (!changed_.empty()) {
        const RowNumber document = changed_.back();
        fold(document);
        changed_.pop_back();
        table_.at(document).is_changed = false;
    }
    changed_.shrink_to_fit();
}

void Library::fold(RowNumber document) {
    const std::vector<RowNumber> revisions = table_.revisions_of(document);
    DocumentView view{{}, {}, {}, false};
    bool lacks_words = false;
    if (is_false(document)) {
        view.uncounted = ids_of(revisions);
    } else if (revisions.size() == 1) {
        view.order = view.heads = ids_of(revisions);
    } else {
        const auto facts = facts_of(revisions, deciding(document, revisions), lacks_words);
        view = fold_revisions(pointers_to(facts));
    }
    take_out(document, revisions);
    put_in(document, view);
    if (lacks_words)
        unsettled_.insert(document);
    else
        unsettled_.erase(document);
}

void Library::take_out(RowNumber document, const std::vector<RowNumber>& revisions) {
    TableRow& place = table_.at(document);
    if (place.is_listed) {
        --documents_;
        if (order_.is_built())
            order_.remove({table_.at(newest_head(table_, document)).clock, document});
        place.is_listed = false;
    }
    for (const RowNumber number : revisions) {
        TableRow& row = table_.at(number);
        if (row.is_uncounted)
            --uncounted_;
        row.is_uncounted = row.is_head = false;
        row.number = 0;
    }
}

void Library::put_in(RowNumber document, const DocumentView& view) {
    std::uint32_t number = 0;
    for (const RevisionId& id : view.order)
        table_.at(*table_.find(id)).number = ++number;
    for (const RevisionId& id : view.heads)
        table_.at(*table_.find(id)).is_head = true;
    for (const RevisionId& id : view.uncounted)
        table_.at(*table_.find(id)).is_uncounted = true;
    uncounted_ += view.uncounted.size();
    if (view.heads.empty())
        return;
    table_.at(document).is_listed = true;
    ++documents_;
    if (order_.is_built())
        order_.insert({table_.at(newest_head(table_, document)).clock, document});
}

/// Who else may revise stands in the words of the first revision and of parents, and matters where
/// another school did.
std::set<RevisionId>
Library::deciding(RowNumber document, const std::vector<RowNumber>& revisions) const {
    std::set<RevisionId> ids;
    if (!table_.at(document).is_here)
        return ids; // without the first revision all of them count
    for (const RowNumber row : revisions) {
        if (table_.at(row).school == table_.at(document).school)
            continue;
        ids.insert(table_.at(document).id);
        const std::vector<RevisionId> parents = table_.parents_of(row);
        ids.insert(parents.begin(), parents.end());
    }
    return ids;
}

/// `with_words`: those whose words are read for the schools that they name. `lacks_words` becomes
/// true where such words may still arrive.
std::vector<RevisionFacts> Library::facts_of(
    const std::vector<RowNumber>& revisions,
    const std::set<RevisionId>& with_words,
    bool& lacks_words
) const {
    std::vector<RevisionFacts> facts;
    for (const RowNumber number : revisions) {
        const TableRow& row = table_.at(number);
        facts.push_back(
            {row.id,
             table_.at(row.document).id,
             table_.parents_of(number),
             table_.school_of(number),
             row.clock,
             row.is_retraction,
             {}}
        );
        if (!with_words.contains(row.id))
            continue;
        const auto read = read_revision(row.id);
        if (read && read->body)
            facts.back().joint_with = joint_schools(*read->body);
        // What cannot be read may come again; until then one bad place must not keep all documents
        // from their readers.
        lacks_words = lacks_words || !read || read->state == replica::BodyState::missing;
    }
    return facts;
}

// -------------------------------------------------------------------------------- inner questions

std::vector<RevisionId> Library::ids_of(const std::vector<RowNumber>& rows) const {
    std::vector<RevisionId> ids;
    ids.reserve(rows.size());
    for (const RowNumber row : rows)
        ids.push_back(table_.at(row).id);
    return ids;
}

/// Revisions that count, parents before children.
std::vector<RowNumber> Library::order_of(RowNumber document) const {
    std::vector<RowNumber> order = table_.revisions_of(document);
    std::erase_if(order, [&](RowNumber row) { return table_.at(row).number == 0; });
    std::ranges::sort(order, {}, [&](RowNumber row) { return table_.at(row).number; });
    return order;
}

/// Newest clock first.
std::vector<RowNumber> Library::heads_in(RowNumber document) const {
    std::vector<RowNumber> heads = table_.revisions_of(document);
    std::erase_if(heads, [&](RowNumber row) { return !table_.at(row).is_head; });
    std::ranges::sort(heads, [&](RowNumber a, RowNumber b) {
        const TableRow& left = table_.at(a);
        const TableRow& right = table_.at(b);
        return left.clock != right.clock ? left.clock > right.clock : left.id < right.id;
    });
    return heads;
}

bool Library::is_taken_back(RowNumber document) const {
    return has_retracted_head(table_, document);
}

/// Whether the id, given as that of a document, is that of a later revision of another one: what
/// names it so counts nowhere.
bool Library::is_false(RowNumber document) const {
    return table_.at(document).is_here && table_.at(document).document != document;
}

bool Library::counts(RowNumber revision) const {
    return table_.at(revision).is_here && !table_.at(revision).is_uncounted;
}

std::optional<RowNumber> Library::known_revision(const RevisionId& id) const {
    const auto row = table_.find(id);
    return row && counts(*row) ? row : std::nullopt;
}

/// By the id of the document or of one of its revisions; nothing: not here, or it does not count.
std::optional<RowNumber> Library::document_of(const RevisionId& id) const {
    const auto row = table_.find(id);
    if (row && table_.at(*row).is_listed)
        return row;
    return row && counts(*row) ? std::optional(table_.at(*row).document) : std::nullopt;
}

/// A document's id names its newest revision, a later revision's id that revision.
std::optional<RowNumber> Library::named_by(const RevisionId& id) const {
    const auto document = document_of(id);
    if (!document)
        return std::nullopt;
    const auto row = table_.find(id);
    return table_.at(*row).is_listed ? newest_head(table_, *row) : *row;
}

/// The document that its owner wrote in place of this one.
std::optional<RowNumber> Library::newer_than(RowNumber document) const {
    const auto supersedes = static_cast<std::uint32_t>(records::RelationKind::supersedes);
    const std::vector<RowNumber> order = order_of(document);
    for (const RowNumber target : order)
        for (const TableEdge& edge : table_.pointing_at(target)) {
            const RowNumber newer = table_.at(edge.source).document;
            if (edge.relation == supersedes && newer != document && counts(edge.source) &&
                table_.at(edge.source).school == table_.at(order.front()).school &&
                !is_taken_back(newer))
                return newer;
        }
    return std::nullopt;
}

/// Of a revision that counts.
BareRow Library::bare_row(RowNumber revision) const {
    const TableRow& row = table_.at(revision);
    LifeState life = LifeState::active;
    if (is_taken_back(row.document))
        life = LifeState::retracted;
    else if (newer_than(row.document))
        life = LifeState::superseded;
    return {
        table_.at(row.document).id,
        row.id,
        row.kind,
        row.reach,
        table_.school_of(revision),
        table_.spaces_of(revision),
        row.clock,
        heads_in(row.document).size(),
        life,
        row.number};
}

} // namespace staffroom::services
