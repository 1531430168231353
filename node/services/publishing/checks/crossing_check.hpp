// By which links a record of reach linked leaves its network, and why not: asked before anything is
// written, so that its author hears it, and not a gateway's trace. The same question is asked again
// of the header wherever it goes [A5]. Called by services/publishing/preparation and retraction.
#pragma once

#include "node/services/library/library.hpp"
#include "node/services/records/publish_outcome.hpp"
#include "node/services/records/record_file.hpp"
#include "protocol/replica/ports/status.hpp"

#include <variant>
#include <vector>

namespace staffroom::services {

/// What is known here, of which nothing changes meanwhile.
struct CrossingContext {
    const std::vector<replica::LinkStatus>& links; // of the networks of this school
    const LibraryView& library;                    // as the node itself
    WallTime now;
};

/// What a header says of other networks.
struct Crossing {
    std::vector<replica::LinkStatus> links{};
    std::uint32_t pass_on = 0; // networks further than those of the links
    bool is_wider = false;     // than what it builds on

    [[nodiscard]] std::vector<SharingId> ids() const;
    /// Puts into an answer who else reads the record: only links that take something.
    [[nodiscard]] PublishedRecord told(PublishedRecord record) const;
};

/// For the name of a link that is none here, or of several.
[[nodiscard]] Refusal unknown_link(const Error& error);
/// For a record of reach linked that names no link.
[[nodiscard]] Refusal no_link();
/// What the revisions say on which another one builds: whoever reads them may read what follows.
[[nodiscard]] Crossing
crossing_of(const CrossingContext& with, const std::vector<RevisionId>& revisions);

/// Where a record goes that is read and has its space; nowhere unless its reach is linked. Adds to
/// `read` what its author has to know of links that take nothing any more.
[[nodiscard]] std::variant<Crossing, Refusal> find_crossing(
    const CrossingContext& with,
    ReadRecord& read,
    const SpaceId& space,
    const std::vector<RevisionId>& builds_on
);

} // namespace staffroom::services
