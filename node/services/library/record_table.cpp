#include "node/services/library/record_table.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace staffroom::services {
namespace {

constexpr std::size_t id_text_characters = 52;

bool is_retraction(const log::EntryHeader& header) {
    return header.retention == static_cast<std::uint32_t>(records::Retention::retraction);
}

template <class Value, class Numbers>
std::uint32_t number_in(std::vector<Value>& values, Numbers& numbers, const Value& value) {
    const auto known = numbers.find(value);
    if (known != numbers.end())
        return known->second;
    const auto number = static_cast<std::uint32_t>(values.size());
    values.push_back(value);
    numbers.emplace(value, number);
    return number;
}

} // namespace

RecordTable::RecordTable(std::uint64_t seed)
    : seed_(seed)
    , by_id_(0, Hash{this}, Equal{this}) {}

RowNumber
RecordTable::add(const RevisionId& id, const log::EntryHeader& header, const SpaceId& space) {
    const RowNumber number = number_of(id);
    const RowNumber document = header.document ? number_of(*header.document) : number;
    TableRow& row = at(number);
    ensure(!row.is_here);
    row.is_here = true;
    row.clock = header.clock;
    row.kind = header.kind;
    row.reach = header.reach;
    row.school = number_of_school(header.school);
    row.spaces = number_of_spaces({space});
    row.is_retraction = is_retraction(header);
    row.document = document;
    row.next_revision = std::exchange(at(document).newest_revision, number);
    // Lists grow at their front, so what comes first is put in last.
    for (auto parent = header.parents.rbegin(); parent != header.parents.rend(); ++parent) {
        const RowNumber named = number_of(*parent);
        at(named).is_parent = true;
        parents_.push_back({named, row.parents});
        row.parents = static_cast<std::uint32_t>(parents_.size() - 1);
    }
    for (auto about = header.about.rbegin(); about != header.about.rend(); ++about) {
        const RowNumber target = number_of(about->target);
        edges_.push_back({number, target, about->relation, row.about, at(target).pointed_at});
        row.about = at(target).pointed_at = static_cast<std::uint32_t>(edges_.size() - 1);
    }
    return number;
}

void RecordTable::add_space(RowNumber row, const SpaceId& space) {
    std::set<SpaceId> spaces = spaces_of(row);
    if (spaces.insert(space).second)
        at(row).spaces = number_of_spaces(spaces);
}

std::optional<RowNumber> RecordTable::find(const RevisionId& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? std::nullopt : std::optional(*found);
}

std::vector<RowNumber> RecordTable::with_prefix(
    const std::string& prefix, std::size_t count_max, const std::function<bool(RowNumber)>& wanted
) const {
    if (prefix.size() >= id_text_characters) {
        const auto id = id_from_base32<RevisionId>(prefix);
        const auto row = id ? find(*id) : std::nullopt;
        return row && wanted(*row) ? std::vector{*row} : std::vector<RowNumber>{};
    }
    // Base 32 keeps the order of bytes, and 8 letters are 5 bytes, of which the first 4 are
    // compared before any text is made.
    std::string lowest(prefix);
    lowest.resize(id_text_characters, 'a');
    const auto first = id_from_base32<RevisionId>(lowest);
    constexpr std::size_t compared = 4;
    std::vector<RowNumber> found;
    for (RowNumber row = 0; first && row < size() && found.size() < count_max; ++row)
        if (std::memcmp(at(row).id.raw().data(), first->raw().data(), compared) == 0 &&
            to_base32(at(row).id).starts_with(prefix) && wanted(row))
            found.push_back(row);
    return found;
}

const SchoolId& RecordTable::school_of(RowNumber row) const {
    return schools_[at(row).school];
}

const std::set<SpaceId>& RecordTable::spaces_of(RowNumber row) const {
    return spaces_[at(row).spaces];
}

std::vector<RowNumber> RecordTable::revisions_of(RowNumber document) const {
    std::vector<RowNumber> revisions;
    for (RowNumber row = at(document).newest_revision; row != no_row; row = at(row).next_revision)
        revisions.push_back(row);
    std::ranges::reverse(revisions);
    return revisions;
}

std::vector<RevisionId> RecordTable::parents_of(RowNumber revision) const {
    std::vector<RevisionId> parents;
    for (std::uint32_t link = at(revision).parents; link != no_row; link = parents_[link].next)
        parents.push_back(at(parents_[link].parent).id);
    return parents;
}

std::vector<TableEdge> RecordTable::about(RowNumber source) const {
    std::vector<TableEdge> found;
    for (std::uint32_t edge = at(source).about; edge != no_row; edge = edges_[edge].next_from)
        found.push_back(edges_[edge]);
    return found;
}

// ----------------------------------------------------------------------------------------- numbers

void RecordTable::clear() {
    by_id_.clear(); // by the rows, which go next
    rows_.clear();
    edges_.clear();
    parents_.clear();
    schools_.clear();
    school_numbers_.clear();
    spaces_.clear();
    space_numbers_.clear();
}

std::size_t RecordTable::hash(const RevisionId& id) const {
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    std::uint64_t mixed = seed_;
    for (std::size_t i = 0; i < RevisionId::size_bytes; i += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, id.raw().data() + i, sizeof word);
        mixed = (mixed ^ word) * odd;
        mixed ^= mixed >> 32U;
    }
    return mixed;
}

RowNumber RecordTable::number_of(const RevisionId& id) {
    if (const auto known = find(id))
        return *known;
    ensure(rows_.size() < no_row);
    rows_.push_back(TableRow{id});
    by_id_.insert(size() - 1);
    return size() - 1;
}

std::uint32_t RecordTable::number_of_spaces(const std::set<SpaceId>& spaces) {
    return number_in(spaces_, space_numbers_, spaces);
}

std::uint32_t RecordTable::number_of_school(const SchoolId& school) {
    return number_in(schools_, school_numbers_, school);
}

} // namespace staffroom::services
