// Keeps the library's documents folded: which revisions count, which are heads, who may revise.
// Other schools can give a document thousands of revisions, one by one, and make each fold dearer
// than the one before. So each revision is added to what is folded already, and nothing is folded
// from the start again.
#include "node/services/library/sight.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <tuple>

namespace staffroom::services {
namespace {

/// The most changes at once for which each document is moved; beyond them sorting the list anew
/// costs less.
constexpr std::size_t moved_in_list_max = 256;
/// The most words that are read for one document, and looked for of all, before somebody gets an
/// answer; the rest waits for the next time.
constexpr std::size_t words_read_max = 500;
constexpr std::size_t words_looked_for_max = 500;
constexpr std::size_t words_of_split_max = 200; // at one question
constexpr std::size_t words_of_one_max = 32;

std::vector<SchoolId> joint_schools(const records::RecordBody& body) {
    std::vector<SchoolId> schools;
    for (const records::Field& field : body.fields)
        if (field.code == static_cast<std::uint32_t>(records::FieldCode::joint_with))
            if (const auto school = id_from_base32<SchoolId>(field.value))
                schools.push_back(*school);
    return schools;
}

} // namespace

void Library::fold_changed() {
    if (!changed_.empty())
        newer_.clear();
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
    if (grow(document))
        return;
    const std::vector<RowNumber> revisions = table_.revisions_of(document);
    DocumentView view{{}, {}, {}, false};
    Reading reading;
    if (is_false(document)) {
        view.uncounted = ids_of(revisions);
    } else if (revisions.size() == 1) {
        view.order = view.heads = ids_of(revisions);
    } else {
        const auto with_words = deciding(document, revisions, reading);
        const auto facts = facts_of(revisions, with_words, reading);
        view = fold_revisions(pointers_to(facts));
    }
    take_out(document, revisions);
    put_in(document, view, revisions.size());
    if (reading.lacking.empty())
        unsettled_.erase(document);
    else
        unsettled_.insert_or_assign(document, Unsettled{std::move(reading.lacking)});
}

/// Adds revisions at the end of a document, where it mostly grows; the rest of it need not be
/// looked at. False: it has to be folded whole.
bool Library::grow(RowNumber document) {
    const auto known = folded_.find(document);
    if (known == folded_.end() || unsettled_.contains(document) || is_false(document))
        return false;
    std::vector<RowNumber> fresh;
    for (RowNumber row = table_.at(document).newest_revision;
         row != no_row && table_.at(row).number == 0 && !table_.at(row).is_uncounted;
         row = table_.at(row).next_revision)
        fresh.push_back(row);
    if (fresh.empty())
        return false;
    const bool was_listed = table_.at(document).is_listed;
    take_out_of_list(document);
    bool has_grown = was_listed;
    for (auto row = fresh.rbegin(); row != fresh.rend() && has_grown; ++row) {
        has_grown = can_grow(document, known->second, *row);
        if (has_grown)
            put_last(known->second, *row);
    }
    if (was_listed)
        put_in_list(document);
    return has_grown;
}

bool Library::can_grow(RowNumber document, const Folded& folded, RowNumber revision) const {
    const TableRow& row = table_.at(revision);
    const TableRow& latest = table_.at(folded.latest);
    if (!table_.at(document).is_here || row.school != table_.at(document).school || row.is_parent ||
        std::tie(row.clock, row.id) < std::tie(latest.clock, latest.id))
        return false;
    const std::vector<RevisionId> parents = table_.parents_of(revision);
    return !parents.empty() && std::ranges::all_of(parents, [&](const RevisionId& parent) {
        const TableRow& found = table_.at(*table_.find(parent));
        return found.document == document && found.number > 0;
    });
}

void Library::put_last(Folded& folded, RowNumber revision) {
    for (const RevisionId& parent : table_.parents_of(revision)) {
        const RowNumber row = *table_.find(parent);
        if (table_.at(row).is_head)
            std::erase(folded.heads, row);
        table_.at(row).is_head = false;
    }
    folded.order.push_back(revision);
    TableRow& row = table_.at(revision);
    row.number = static_cast<std::uint32_t>(folded.order.size());
    row.is_head = true;
    // Nothing has a later clock; of equal ones the smaller id comes first.
    const auto place = std::ranges::find_if(folded.heads, [&](RowNumber head) {
        return table_.at(head).clock != row.clock;
    });
    folded.heads.insert(place, revision);
    folded.latest = revision;
    folded.is_taken_back = std::ranges::any_of(folded.heads, [&](RowNumber head) {
        return table_.at(head).is_retraction;
    });
}

void Library::take_out(RowNumber document, const std::vector<RowNumber>& revisions) {
    take_out_of_list(document);
    folded_.erase(document);
    for (const RowNumber number : revisions) {
        TableRow& row = table_.at(number);
        if (row.is_uncounted)
            --uncounted_;
        row.is_uncounted = row.is_head = false;
        row.number = 0;
    }
}

void Library::put_in(RowNumber document, const DocumentView& view, std::size_t revisions) {
    Folded folded;
    for (const RevisionId& id : view.order) {
        const RowNumber row = *table_.find(id);
        folded.order.push_back(row);
        table_.at(row).number = static_cast<std::uint32_t>(folded.order.size());
        if (folded.latest == no_row ||
            std::tie(table_.at(folded.latest).clock, table_.at(folded.latest).id) <
                std::tie(table_.at(row).clock, id))
            folded.latest = row;
    }
    for (const RevisionId& id : view.heads) {
        folded.heads.push_back(*table_.find(id));
        table_.at(folded.heads.back()).is_head = true;
    }
    for (const RevisionId& id : view.uncounted)
        table_.at(*table_.find(id)).is_uncounted = true;
    uncounted_ += view.uncounted.size();
    folded.is_taken_back = view.is_hidden;
    const bool is_shown = !view.heads.empty();
    if (is_shown && revisions > 1)
        folded_.insert_or_assign(document, std::move(folded));
    if (is_shown)
        put_in_list(document);
}

void Library::put_in_list(RowNumber document) {
    table_.at(document).is_listed = true;
    ++documents_;
    if (order_.is_built())
        order_.insert({arrival_of(document), document});
}

void Library::take_out_of_list(RowNumber document) {
    if (!table_.at(document).is_listed)
        return;
    --documents_;
    if (order_.is_built())
        order_.remove({arrival_of(document), document});
    table_.at(document).is_listed = false;
}

/// Returns when the last of its heads came.
std::uint64_t Library::arrival_of(RowNumber document) const {
    std::uint64_t last = 0;
    for (const RowNumber head : heads_in(document))
        last = std::max(last, table_.at(head).arrival);
    return last;
}

/// Returns the revisions that decide. The words of the first revision and of parents say who else
/// may revise, which matters where another school did.
std::set<RowNumber> Library::deciding(
    RowNumber document, const std::vector<RowNumber>& revisions, Reading& reading
) const {
    std::set<RowNumber> rows;
    if (!table_.at(document).is_here)
        return rows; // without the first revision all of them count
    std::vector<SchoolId> joint;
    for (const RowNumber row : revisions) {
        if (table_.at(row).school == table_.at(document).school)
            continue;
        if (rows.insert(document).second)
            joint = joint_with(document, reading);
        if (std::ranges::find(joint, table_.school_of(row)) != joint.end())
            continue;
        for (const RevisionId& parent : table_.parents_of(row))
            if (const auto found = table_.find(parent))
                rows.insert(*found);
    }
    return rows;
}

/// Returns the schools that a revision's words name as its authors' partners. The words are read
/// once.
std::vector<SchoolId> Library::joint_with(RowNumber revision, Reading& reading) const {
    if (const auto known = joint_.find(revision); known != joint_.end())
        return known->second;
    if (!table_.at(revision).is_here)
        return {};
    if (reading.count == words_read_max) {
        reading.lacking.push_back(revision);
        return {};
    }
    ++reading.count;
    const auto read = read_revision(table_.at(revision).id);
    // Words that cannot be read may come again; until then one bad place must not keep all
    // documents from their readers.
    if (!read || read->state == replica::BodyState::missing) {
        reading.lacking.push_back(revision);
        return {};
    }
    // Erasing words does not take a colleague's revision away: but then nobody is named.
    return joint_
        .emplace(revision, read->body ? joint_schools(*read->body) : std::vector<SchoolId>{})
        .first->second;
}

std::vector<RowNumber> LibraryView::split_by_arrival() const {
    const Sight sight(*library_, reader_);
    std::vector<std::pair<std::uint64_t, RowNumber>> split;
    for (const auto& [document, folded] : library_->folded_)
        if (const auto heads = sight.heads_in(document);
            heads.size() > 1 && !sight.is_taken_back(document))
            split.emplace_back(sight.table().at(heads.front()).arrival, document);
    std::ranges::sort(split, std::ranges::greater());
    std::vector<RowNumber> documents;
    documents.reserve(split.size());
    for (const auto& [arrival, document] : split)
        documents.push_back(document);
    return documents;
}

/// Tells, as services::may_revise does, who may revise on top of the first heads, with words that
/// may still be unread.
bool Library::may_join(
    const Sight& sight, RowNumber document, const SchoolId& school, Reading& reading
) const {
    const auto names = [&](RowNumber revision) {
        const auto joint = joint_with(revision, reading);
        return std::ranges::find(joint, school) != joint.end();
    };
    const bool is_first_here = table_.at(document).is_here;
    if (is_first_here && (table_.school_of(document) == school || names(document)))
        return true;
    return std::ranges::any_of(sight.first_heads_in(document), [&](const RevisionId& id) {
        const RowNumber head = *table_.find(id);
        return (!is_first_here && table_.school_of(head) == school) || names(head);
    });
}

std::vector<RevisionId>
LibraryView::split_documents_of(const SchoolId& school, std::size_t count_max) const {
    const std::vector<RowNumber> split = split_by_arrival();
    Library::Reading reading;
    reading.count = words_read_max - words_of_split_max;
    std::vector<RevisionId> found;
    for (const RowNumber document : split) {
        if (found.size() == count_max)
            break;
        const Sight sight(*library_, reader_); // readers come in between
        if (sight.heads_in(document).size() > 1 && !sight.is_taken_back(document) &&
            !sight.newer_than(document) && library_->may_join(sight, document, school, reading))
            found.push_back(sight.table().at(document).id);
    }
    return found;
}

/// Returns the facts of revisions. `with_words`: those whose words are read for the schools that
/// they name.
std::vector<RevisionFacts> Library::facts_of(
    const std::vector<RowNumber>& revisions, const std::set<RowNumber>& with_words, Reading& reading
) const {
    std::vector<RevisionFacts> facts;
    facts.reserve(revisions.size());
    for (const RowNumber number : revisions) {
        const TableRow& row = table_.at(number);
        facts.push_back(
            {row.id,
             table_.at(row.document).id,
             table_.parents_of(number),
             table_.school_of(number),
             row.clock,
             row.is_retraction,
             with_words.contains(number) ? joint_with(number, reading) : std::vector<SchoolId>{}}
        );
    }
    return facts;
}

/// Looks for words that came meanwhile: they may name schools that may revise.
void Library::look_for_words() {
    std::size_t looked = 0;
    auto next = unsettled_.upper_bound(looked_for_);
    for (std::size_t i = 0; i < unsettled_.size() && looked < words_looked_for_max; ++i) {
        if (next == unsettled_.end())
            next = unsettled_.begin();
        looked += std::min(next->second.lacking.size(), words_of_one_max);
        if (has_new_words(next->second))
            mark_changed(next->first);
        looked_for_ = next->first;
        ++next;
    }
}

bool Library::has_new_words(Unsettled& unsettled) const {
    const std::size_t count = std::min(unsettled.lacking.size(), words_of_one_max);
    for (std::size_t i = 0; i < count; ++i) {
        unsettled.next = (unsettled.next + 1) % unsettled.lacking.size();
        const auto found = entries_.find(table_.at(unsettled.lacking[unsettled.next]).id);
        if (found && found->state != replica::BodyState::missing)
            return true;
    }
    return false;
}

} // namespace staffroom::services
