// The adoptions of a record with their words: what was kept, changed and seen, every outcome alike.
// Reads the library; called by http on a pool thread. Not here: sums (services/lineage/adoptions).
#pragma once

#include "node/runtime/stop_sign.hpp"
#include "node/services/library/library.hpp"
#include "node/services/lineage/adoptions.hpp"
#include "node/services/lineage/network_border.hpp"

namespace staffroom::services {

struct AdoptionStory {
    RecordRow row; // of the adoption
    BareRow source;
    bool has_source; // false: what was tried is not here, and `source` says nothing
    std::string stage;
    std::string mode;
    std::string outcome;
    std::string kept; // the beginning of each, `story_bytes_max`
    std::string changed;
    std::string what_happened;
    std::optional<Transposition> across; // none: it crosses no border of networks
    bool is_cut;                         // there is more of one of them
    std::optional<std::uint64_t> pupils; // none: not counted
    std::optional<std::uint64_t> adults;
};

inline constexpr std::size_t story_bytes_max = 4096;
/// The most stories that are counted; the rest is not looked at.
inline constexpr std::size_t counted_stories_max = 50'000;

/// Returns the adoptions that are about any revision of the document and are neither taken back nor
/// drafts; oldest first. The newest of several versions side by side is told.
[[nodiscard]] std::vector<AdoptionStory>
stories_of(const LibraryView& library, const RevisionId& document);

/// Returns the facts of a story, without how far it was handed on.
[[nodiscard]] AdoptionFacts facts_of(const AdoptionStory& story);

struct CountedStories {
    AdoptionCount count;
    bool is_cut; // there are more of them
};
/// Counts the adoptions of everything that is here, until the sign goes up.
[[nodiscard]] CountedStories
count_stories(const LibraryView& library, const runtime::StopSign& sign = {});

} // namespace staffroom::services
