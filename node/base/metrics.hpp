// Plain counters and states of this run, read by the status API, /metrics and /readyz. Touched on
// the network thread only, so they need no locks. Not here: anything about a person, a school or a
// record.
#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace staffroom::node {

struct Metrics {
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t links_open = 0;
    std::uint64_t links_accepted = 0;
    std::uint64_t links_refused = 0; // over a cap, or evicted to make room for a newer stranger
    std::uint64_t links_dialled = 0;
    std::uint64_t dials_failed = 0;
    std::uint64_t commits = 0; // synced batches, each of them a group of Store effects
    std::uint64_t commits_failed = 0;
    std::uint64_t stores = 0; // Store effects
    std::uint64_t loads = 0;
    std::uint64_t records_stored = 0;           // entries that joined a log here
    std::map<Errc, std::uint64_t> links_failed; // neighbours' links that ended with trouble, dials

    bool has_started = false; // the store has answered the first write
    bool is_stopping = false;
    std::optional<Errc> commit_trouble; // why the last commit failed; nothing: it did not
};

} // namespace staffroom::node
