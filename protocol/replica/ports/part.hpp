// Everything that a part of a replica may be told, in one list. A part answers what concerns it;
// the replica tells all of them in the order of ReplicaParts::all. It names a part only where one
// hands something to another.
#pragma once

#include "protocol/replica/ports/events.hpp"

#include <optional>
#include <vector>

namespace staffroom::replica {

struct Link;

class Part {
public:
    Part() = default;
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    Part(Part&&) = delete;
    Part& operator=(Part&&) = delete;
    virtual ~Part() = default;

    /// Takes in what the disk has kept. Called once, after the logbook and the networks. Errors:
    /// corrupt.
    [[nodiscard]] virtual Result<void> restore(const Image& /*image*/) { return {}; }

    // ---- what has happened
    virtual void link_closed(const Link& /*link*/, Errc /*why*/) {}
    /// Called when bytes of a link have left: there is room for more.
    virtual void queue_drained(const Link& /*link*/) {}
    virtual void load_finished(LoadId /*id*/, const Result<Loaded>& /*outcome*/) {}
    virtual void work_finished(FileWorkId /*id*/, const Result<FileResult>& /*outcome*/) {}
    virtual void store_finished(StoreId /*id*/, bool /*succeeded*/) {}
    virtual void erasure_finished(ErasureId /*id*/, const Result<ErasureResult>& /*outcome*/) {}
    /// Called when a log counts less far than before, or further again.
    virtual void log_cut(const LogId& /*id*/) {}

    // ---- what is to be done
    /// Goes on with everything that can go on; called after every input. Costs nothing while there
    /// is nothing.
    virtual void pump() {}
    /// Looks after everything that waits or has stalled, every 100 ms while a part is busy.
    virtual void tick() {}
    /// Ends an input, as its last step: links that ended are gone by now.
    virtual void settled() {}
    [[nodiscard]] virtual bool is_busy() const { return false; }
    /// Returns when the replica is to be woken for this part, if nothing else comes before.
    [[nodiscard]] virtual std::optional<Instant> deadline() const { return std::nullopt; }
    /// Returns the rows to keep that have gathered since the last call.
    [[nodiscard]] virtual std::vector<Row> take_rows() { return {}; }
};

} // namespace staffroom::replica
