// Which bodies and files are not kept here, whoever offers them: what was ordered to go, what this
// school refuses. Asked by the logbook and by whoever fetches and serves files; answered by
// replica/erasure. [E3]
#pragma once

#include "protocol/log/body.hpp"
#include "protocol/log/descriptor.hpp"

#include <optional>

namespace staffroom::replica {

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
    state_of(const log::LogDescriptor& descriptor, const RevisionId& revision) const = 0;
    /// Tells whether the files of this entry must not be kept, whatever becomes of its text.
    [[nodiscard]] virtual bool
    keeps_no_files(const log::LogDescriptor& descriptor, const RevisionId& revision) const = 0;
};

} // namespace staffroom::replica
