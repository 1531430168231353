// The border between two networks in a lineage: whether a school tried what another network wrote,
// and what it says of that: what it is there, what it means here. A practice that is only copied
// over a border is marked as such, for people to ask. Reads the library; called by services/lineage
// and services/publishing on a pool thread. [domain 3.7]
#pragma once

#include "node/services/library/library.hpp"

namespace staffroom::services {

/// What a school says of a record of another network that it tried.
struct Transposition {
    std::string there; // what it is in that network
    std::string here;  // what it means in the own one

    /// What it means here is the answer; the rest explains it.
    [[nodiscard]] bool is_interpreted() const { return !here.empty(); }
};

[[nodiscard]] Transposition transposition_of(const records::RecordBody& body);

/// Whether a record that stands in these spaces is read by others than the network of `target`,
/// which a link brought. A school in both networks that writes for the author's own crosses
/// nothing.
[[nodiscard]] bool comes_from_elsewhere(
    const LibraryView& library, const BareRow& target, const std::set<SpaceId>& spaces
);

/// Whether one record that is about another stands in another network than that.
[[nodiscard]] bool
crosses_border(const LibraryView& library, const BareRow& from, const BareRow& target);

} // namespace staffroom::services
