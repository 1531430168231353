// The sight of a reader who is in some of the spaces, from nothing but a look at all entries: the
// slow twin of services/library/sight, and random records for both. Called by the tests of readers.
#pragma once

#include "protocol/records/kinds.hpp"
#include "tests/support/records/shared_shelf.hpp"
#include "tests/support/records/slow_documents.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace staffroom::tests {

/// An entry on a shelf of several spaces.
struct SharedEntry {
    SharedShelf::Written written;
    log::EntryHeader header;
    SlowRevision revision;
    std::set<SpaceId> spaces;
    std::uint64_t number; // in the order of arrival
};

/// Records in two networks and within the school, drafts among them, about one another.
inline std::vector<SharedEntry> put_random(SharedShelf& shelf, std::mt19937_64& random) {
    const auto below = [&](std::size_t end) {
        return static_cast<std::size_t>(random() % static_cast<std::uint64_t>(end));
    };
    std::vector<SharedEntry> entries;
    for (std::size_t i = 0; i < 70; ++i) {
        const SchoolId school = school_of(static_cast<std::uint8_t>(1 + below(3)));
        auto draft = shelf.draft("Number " + std::to_string(i), below(3) == 0);
        const std::size_t space = below(SharedShelf::spaces);
        draft.space = shelf.space(space);
        // The last space is the school's own, where nothing is shared.
        constexpr std::array narrow{records::Reach::draft, records::Reach::school};
        constexpr std::array wide{
            records::Reach::network,
            records::Reach::linked,
            records::Reach::circle,
            records::Reach::network};
        draft.reach = static_cast<std::uint32_t>(
            space + 1 == SharedShelf::spaces ? narrow[below(2)] : wide[below(4)]
        );
        if (!entries.empty() && below(3) != 0) {
            const SharedEntry& parent = entries[below(entries.size())];
            draft.document = parent.revision.document;
            draft.parents = {parent.revision.id};
            if (below(3) == 0)
                draft.parents.push_back(entries[below(entries.size())].revision.id);
            if (below(8) == 0)
                draft.retention = static_cast<std::uint32_t>(records::Retention::retraction);
        }
        if (!entries.empty() && below(2) == 0)
            draft.about.emplace_back(
                entries[below(entries.size())].revision.id,
                static_cast<std::uint32_t>(1 + below(13))
            );
        const auto written = shelf.write(school, draft);
        std::set<SpaceId> spaces{draft.space};
        shelf.keep(written, space);
        if (below(6) == 0) {
            const std::size_t other = below(SharedShelf::spaces);
            if (spaces.insert(shelf.space(other)).second)
                shelf.keep(written, other);
        }
        const auto header = log::parse_header(*written.header);
        entries.push_back(
            {written, *header, *slow_revision(*written.header, std::nullopt), std::move(spaces), i}
        );
    }
    return entries;
}

/// What a reader in these spaces sees, from nothing but a look at all entries.
struct SlowSight {
    std::map<RevisionId, const SharedEntry*> seen;    // counted or not
    std::map<RevisionId, std::set<RevisionId>> order; // counted, by document
    std::map<RevisionId, std::set<RevisionId>> heads;
    std::map<RevisionId, SchoolId> owners; // of documents whose first revision is here, seen or not

    SlowSight(const std::vector<SharedEntry>& entries, const std::set<SpaceId>& spaces) {
        SlowRevisions all;
        for (const SharedEntry& entry : entries) {
            all.emplace(entry.revision.id, entry.revision);
            owners.emplace(entry.revision.id, entry.header.school);
            const bool is_shared =
                entry.header.reach >= static_cast<std::uint32_t>(records::Reach::network);
            const bool is_near = std::ranges::any_of(entry.spaces, [&](const SpaceId& space) {
                return spaces.contains(space);
            });
            if (is_shared && is_near)
                seen.emplace(entry.revision.id, &entry);
        }
        for (const auto& [id, document] : slow_documents(all)) {
            std::set<RevisionId> counted;
            for (const RevisionId& each : document.counted)
                if (seen.contains(each))
                    counted.insert(each);
            if (counted.empty())
                continue;
            std::set<RevisionId> last = counted;
            for (const RevisionId& each : counted)
                for (const RevisionId& parent : all.at(each).parents)
                    last.erase(parent);
            order.emplace(id, std::move(counted));
            heads.emplace(id, std::move(last));
        }
    }
    [[nodiscard]] static bool is_supersedes(const log::About& about) {
        return static_cast<records::RelationKind>(about.relation) ==
               records::RelationKind::supersedes;
    }
    [[nodiscard]] bool is_counted(const RevisionId& id) const {
        const auto found = seen.find(id);
        return found != seen.end() && order.contains(found->second->revision.document) &&
               order.at(found->second->revision.document).contains(id);
    }
    [[nodiscard]] bool is_taken_back(const RevisionId& document) const {
        return std::ranges::any_of(heads.at(document), [&](const RevisionId& head) {
            return seen.at(head)->revision.is_retraction;
        });
    }
    [[nodiscard]] RevisionId newest_head(const RevisionId& document) const {
        return *std::ranges::min_element(heads.at(document), {}, [&](const RevisionId& head) {
            return std::pair(~seen.at(head)->header.clock.ms, head);
        });
    }
    [[nodiscard]] std::uint64_t arrival_of(const RevisionId& document) const {
        std::uint64_t last = 0;
        for (const RevisionId& head : heads.at(document))
            last = std::max(last, seen.at(head)->number);
        return last;
    }
    [[nodiscard]] std::size_t uncounted_count() const {
        return static_cast<std::size_t>(std::ranges::count_if(seen, [this](const auto& each) {
            return !is_counted(each.first);
        }));
    }
    using Ends = std::multiset<std::pair<RevisionId, RevisionId>>; // source, target
    [[nodiscard]] Ends relations_from(const RevisionId& document) const {
        Ends ends;
        for (const RevisionId& each :
             is_taken_back(document) ? order.at(document) : heads.at(document))
            for (const log::About& about : seen.at(each)->header.about)
                ends.emplace(each, about.target);
        // What it was written in place of is also said by its first revision.
        if (is_counted(document))
            for (const log::About& about : seen.at(document)->header.about)
                if (is_supersedes(about) && !ends.contains({document, about.target}))
                    ends.emplace(document, about.target);
        return ends;
    }
    [[nodiscard]] Ends relations_to(const RevisionId& document) const {
        Ends ends;
        for (const auto& [source, entry] : seen) {
            const RevisionId& other = entry->revision.document;
            if (!is_counted(source) || !(heads.at(other).contains(source) || is_taken_back(other)))
                continue;
            for (const log::About& about : entry->header.about)
                if (order.at(document).contains(about.target))
                    ends.emplace(source, about.target);
        }
        return ends;
    }
    /// Documents in whose place something that is seen was written, by whatever school.
    [[nodiscard]] std::set<RevisionId> superseded() const {
        std::set<RevisionId> found;
        for (const auto& [id, revisions] : order)
            for (const auto& [source, entry] : seen) {
                const RevisionId& newer = entry->revision.document;
                if (newer == id || !is_counted(source) || is_taken_back(newer))
                    continue;
                for (const log::About& about : entry->header.about)
                    if (is_supersedes(about) && revisions.contains(about.target))
                        found.insert(id);
            }
        return found;
    }
};

} // namespace staffroom::tests
