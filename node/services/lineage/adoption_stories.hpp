// The adoptions of a record with their words: what was kept, changed and seen, every outcome alike.
// Reads the library; called by http on a pool thread. Not here: sums (services/adoptions).
#pragma once

#include "node/services/library/library.hpp"
#include "node/services/lineage/adoptions.hpp"

namespace staffroom::services {

struct AdoptionStory {
    RecordRow row; // of the adoption
    BareRow source;
    bool has_source; // false: what was tried is not here, and `source` says nothing
    std::string stage;
    std::string mode;
    std::string outcome;
    std::string kept;
    std::string changed;
    std::string what_happened;
    std::optional<std::uint64_t> pupils; // none: not counted
    std::optional<std::uint64_t> adults;
    std::size_t steps_back;
};

/// Those that are about any revision of the document and are neither taken back nor drafts; oldest
/// first. Of versions side by side the newest is told.
[[nodiscard]] std::vector<AdoptionStory>
stories_of(const Library& library, const RevisionId& document);
/// Of everything that is here.
[[nodiscard]] std::vector<AdoptionStory> all_stories(const Library& library);

[[nodiscard]] AdoptionFacts facts_of(const AdoptionStory& story);

} // namespace staffroom::services
