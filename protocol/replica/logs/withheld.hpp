// Which bodies and files are not kept here, whoever offers them: what was ordered to go, what this
// school refuses. Asked by the logbook and by whoever fetches and serves files; answered by
// replica/erasure. [E3] [E9]
#pragma once

#include "protocol/log/body.hpp"
#include "protocol/log/descriptor.hpp"

#include <optional>

namespace staffroom::replica {

/// A revision, and the school that wrote it.
struct RecordName {
    SchoolId school;
    RevisionId revision;
    friend auto operator<=>(const RecordName&, const RecordName&) = default;
};

/// What an entry can be called by: itself, and the record of another network that it carries.
struct EntryNames {
    RecordName entry;
    std::optional<RecordName> carried{};
};

class Withheld {
public:
    Withheld() = default;
    Withheld(const Withheld&) = delete;
    Withheld& operator=(const Withheld&) = delete;
    Withheld(Withheld&&) = delete;
    Withheld& operator=(Withheld&&) = delete;
    virtual ~Withheld() = default;

    /// Returns erased or refused for a body that must not be kept; nothing where it may be.
    [[nodiscard]] virtual std::optional<log::BodyState>
    state_of(const SpaceId& space, const EntryNames& names) const = 0;
    /// Tells whether the files of this entry must not be kept, whatever becomes of its text.
    [[nodiscard]] virtual bool
    keeps_no_files(const SpaceId& space, const EntryNames& names) const = 0;
    /// Tells whether a record of another network that is carried in this space may have to go.
    /// Otherwise nobody has to look into a body for one.
    [[nodiscard]] virtual bool withholds_carried(const SpaceId& space) const = 0;
};

} // namespace staffroom::replica
