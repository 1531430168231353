// A feed as Atom (RFC 4287). Pure. Called by the handlers of feeds.
#pragma once

#include "protocol/base/time.hpp"

#include <string>
#include <vector>

namespace staffroom::http::feeds {

struct AtomEntry {
    std::string id; // an IRI that stays
    std::string title;
    std::string address; // where it is read
    std::string summary; // plain words; may be empty
    std::string language;
    std::vector<std::string> authors;
    std::vector<std::string> subjects;
    WallTime published;
    WallTime updated;
};

struct AtomFeed {
    std::string id;
    std::string title;
    std::string author; // of entries that name nobody: the school that serves it
    std::string address;
    std::vector<AtomEntry> entries; // the newest first
};

/// Writes a feed. It has no link to itself, which would show its token to whom it is passed on.
[[nodiscard]] std::string atom_document(const AtomFeed& feed);

/// Formats a moment as RFC 3339 wants it; the last second of the year 9999 at most.
[[nodiscard]] std::string atom_time(WallTime time);

} // namespace staffroom::http::feeds
