// What would have crossed by an agreement, or does, of the records that this node holds: so that
// coordinators see what they sign before they do. Judged by the same question that is asked of a
// record on its way [A5]. Called by the handlers of links, on a pool thread.
#pragma once

#include "node/services/library/library_view.hpp"
#include "protocol/agreement/agreement.hpp"

#include <map>
#include <vector>

namespace staffroom::services {

inline constexpr std::uint64_t preview_days = 90;
inline constexpr std::size_t preview_rows_max = 100;

struct PreviewAsk {
    SpaceId space; // of the network that gives
    agreement::Terms gives;
    std::optional<SharingId> link; // none: nothing is agreed yet
    WallTime now;
};

struct PreviewedRecord {
    RecordRow row;
    bool is_named; // its author has named this link, so it does cross
};

struct LinkPreview {
    std::size_t count = 0; // of the last `preview_days`, of kinds that cross, for other schools
    std::size_t named = 0; // among them those that cross
    std::vector<PreviewedRecord> rows{};            // the newest, at most preview_rows_max
    std::map<std::uint32_t, std::size_t> staying{}; // of other kinds, by kind
};

[[nodiscard]] LinkPreview preview_of(const LibraryView& library, const PreviewAsk& ask);

} // namespace staffroom::services
