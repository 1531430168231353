// What somebody may see of what this node holds. This is the one place that says so: every question
// to the library, the search, the export, the files and the events brings a Reader, and whatever
// its reader may not see is to it as if it were not here. Not here: what a person may do
// (http/answers/caller says whom a request stands for). A value; safe from every thread.
#pragma once

#include "protocol/base/ids.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace staffroom::services {

/// It has no default: nobody becomes a reader by accident.
class Reader {
public:
    /// Sees everything: whoever may open the Unix socket or has the token of this machine.
    [[nodiscard]] static Reader machine_owner() { return Reader(std::nullopt); }
    /// Sees everything: the node's own work, such as the search index and the checks of publishing.
    [[nodiscard]] static Reader node_itself() { return Reader(std::nullopt); }
    /// Sees what was shared with a network in one of these spaces: no draft, and nothing that stays
    /// within the school.
    [[nodiscard]] static Reader in_spaces(std::set<SpaceId> spaces) {
        return Reader(std::move(spaces));
    }

    /// Nothing needs to be asked about each record.
    [[nodiscard]] bool sees_all() const { return !spaces_; }
    /// Whether it may see a record of this reach that stands in these spaces.
    [[nodiscard]] bool may_see(std::uint32_t reach, const std::set<SpaceId>& spaces) const;
    /// Those of the spaces of a record that it may know of.
    [[nodiscard]] std::set<SpaceId> known_of(const std::set<SpaceId>& spaces) const;
    [[nodiscard]] bool knows(const SpaceId& space) const;

private:
    explicit Reader(std::optional<std::set<SpaceId>> spaces)
        : spaces_(std::move(spaces)) {}

    std::optional<std::set<SpaceId>> spaces_; // none: everything
};

} // namespace staffroom::services
