// The request of a replica to take words and files off the disk, and the answer: plain values. The
// core says what has to go; where it stands, and what was made of it, is known outside.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/log/body.hpp"

#include <optional>
#include <vector>

namespace staffroom::replica {

using log::BodyState;

/// One revision of a school whose words or files must go, or may come back.
struct ErasureTarget {
    std::optional<SpaceId> space; // none: wherever it stands
    SchoolId school;
    RevisionId revision;
    BodyState state;         // erased, refused; missing: it may be fetched again
    bool is_only_of_files{}; // the text stays
    bool is_of_carried{};    // not where its own school has written it here
};

/// A revision of a school whose text stays in one space, although its files go there. An order
/// names any id under its own school's name, so the id alone says nothing of another's record.
struct FilelessEntry {
    SpaceId space;
    SchoolId school;
    RevisionId revision;
    bool is_of_carried{}; // as above
    friend auto operator<=>(const FilelessEntry&, const FilelessEntry&) = default;
};

/// A place whose body has another state than before.
struct ErasedPlace {
    LogId log;
    Position position;
    BodyState state;
};

struct ErasureResult {
    std::vector<ErasedPlace> places;
    std::vector<Digest> files; // that are on this disk no longer
};

} // namespace staffroom::replica
