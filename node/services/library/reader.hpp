// The reader of this node's records, and what it may see. This is the one place that decides: every
// question to the library, the search, the export, the files and the events brings a Reader, and a
// record that its reader may not see does not exist for it. Not here: what a person may do
// (http/answers/caller says whom a request stands for). A value; safe from every thread.
#pragma once

#include "protocol/base/ids.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace staffroom::services {

/// A reader. It has no default: nobody becomes a reader by accident.
class Reader {
public:
    /// Makes a reader that sees everything: it may open the Unix socket or has the token of this
    /// machine.
    [[nodiscard]] static Reader machine_owner() { return Reader(std::nullopt); }
    /// Makes a reader that sees everything: the node's own work, such as the search index and the
    /// checks of publishing.
    [[nodiscard]] static Reader node_itself() { return Reader(std::nullopt); }
    /// Makes a reader that sees the records shared with a network in one of these spaces: no draft,
    /// and nothing that stays within the school.
    [[nodiscard]] static Reader in_spaces(std::set<SpaceId> spaces) {
        return Reader(std::move(spaces));
    }

    /// Tells whether it sees everything, so that nothing needs to be asked about each record.
    [[nodiscard]] bool sees_all() const { return !spaces_; }
    /// Tells whether it may see a record of this reach that stands in these spaces.
    [[nodiscard]] bool may_see(std::uint32_t reach, const std::set<SpaceId>& spaces) const;
    /// Returns the spaces of a record that it may know of.
    [[nodiscard]] std::set<SpaceId> known_of(const std::set<SpaceId>& spaces) const;
    [[nodiscard]] bool knows(const SpaceId& space) const;

private:
    explicit Reader(std::optional<std::set<SpaceId>> spaces)
        : spaces_(std::move(spaces)) {}

    std::optional<std::set<SpaceId>> spaces_; // none: everything
};

} // namespace staffroom::services
