#include "node/services/publishing/checks/transposition_check.hpp"

#include "node/services/lineage/network_border.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/records/requirements.hpp"

namespace staffroom::services {
namespace {

/// The record of another network that it tried; none where it tried none.
std::optional<RecordRow> tried_from_elsewhere(
    const LibraryView& library, const Targets& targets, const SpaceId& space, const ReadRecord& read
) {
    for (const auto& [target, relation] : targets) {
        if (relation != static_cast<std::uint32_t>(records::RelationKind::tried_in))
            continue;
        const auto row = library.row_of_revision(target);
        const bool stays = read.facts.reach < records::Reach::network;
        if (row && comes_from_elsewhere(library, *row, stays ? row->spaces : std::set{space}))
            return row;
    }
    return std::nullopt;
}

} // namespace

void ask_for_transposition(
    const LibraryView& library, const Targets& targets, const SpaceId& space, ReadRecord& read
) {
    const auto tried = tried_from_elsewhere(library, targets, space, read);
    if (!tried)
        return;
    const std::size_t before = read.problems.size();
    records::append_absent_across(read.problems, read.body, read.facts);
    if (read.problems.size() > before)
        read.notes.push_back(
            "\"" + tried->title +
            "\" is of another network: readers in both are told what it is there, and what it "
            "means here."
        );
    if (read.facts.reach == records::Reach::network)
        read.notes.push_back(
            "Its author is in another network and hears of this only by a link: name it with "
            "--link LINK."
        );
}

} // namespace staffroom::services
