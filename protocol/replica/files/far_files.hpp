// Files over a line to a gateway of another network: which place there an entry here was carried
// from, and of what that gateway may have files. Asked by whoever fetches and serves files;
// answered by replica/crossing. [A14]
#pragma once

#include "protocol/replica/links/link.hpp"
#include "protocol/replica/logs/record_files.hpp"

namespace staffroom::replica {

class FarFiles {
public:
    FarFiles() = default;
    FarFiles(const FarFiles&) = delete;
    FarFiles& operator=(const FarFiles&) = delete;
    FarFiles(FarFiles&&) = delete;
    FarFiles& operator=(FarFiles&&) = delete;
    virtual ~FarFiles() = default;

    /// The author's entry in the other network's log that an entry here carries; nothing where it
    /// carries none from there.
    [[nodiscard]] virtual std::optional<EntryPlace>
    place_there(const Link& link, const EntryPlace& here) const = 0;
    /// An entry here that carries this one of the other network's log.
    [[nodiscard]] virtual std::optional<EntryPlace>
    place_here(const Link& link, const EntryPlace& there) const = 0;
    /// The entry here that a gateway of the other network means: one of a log here, or one that
    /// carries a record that is passed on, by its place in its author's log. [A15]
    [[nodiscard]] virtual EntryPlace
    meant_here(const Link& link, const EntryPlace& named) const = 0;
    /// How that gateway names an entry here.
    [[nodiscard]] virtual EntryPlace
    named_there(const Link& link, const EntryPlace& here) const = 0;
    /// Tells whether no text is on its way over this line: files come after it.
    [[nodiscard]] virtual bool is_quiet(const Link& link) const = 0;
    /// Tells whether `gives` can be answered: not while what crosses is read anew.
    [[nodiscard]] virtual bool can_tell() const = 0;
    /// Tells whether this entry crosses by the line's link, so that its files do.
    [[nodiscard]] virtual bool gives(const Link& link, const EntryPlace& entry) = 0;
};

} // namespace staffroom::replica
