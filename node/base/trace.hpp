// Process logging: one event per line, a stable code and fields; to the journal with its fields
// where the journal reads standard error. Never an entry's text, never a key. Not the log of a
// school. Built by app, passed to every part that has something to say; may be used from several
// threads. The last events stay in memory for those who ask what just happened.
#pragma once

#include "protocol/base/time.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace staffroom::node {

enum class TraceLevel { debug, info, notice, warning, error };

/// Returns nothing for a word that is no level.
[[nodiscard]] std::optional<TraceLevel> parse_trace_level(std::string_view word);

struct TraceField {
    std::string_view name;
    std::string value;
};

[[nodiscard]] std::string_view trace_level_word(TraceLevel level);

/// An event that was written, with its number in this run (from 1).
struct TracedEvent {
    std::uint64_t number;
    WallTime time;
    TraceLevel level;
    std::string code;
    std::vector<std::pair<std::string, std::string>> fields;
};

inline constexpr std::size_t traced_events_max = 1000;
/// The length at which a field's value is cut in the kept events; the written line has it whole.
inline constexpr std::size_t traced_value_bytes_max = 1000;

class Trace {
public:
    /// Writes to the journal, each field as a field of its own (STAFFROOM_EVENT, STAFFROOM_LINK
    /// ...), when it is what reads standard error; else to standard error, with the time (UTC).
    [[nodiscard]] static std::unique_ptr<Trace> to_standard_error(TraceLevel lowest);
    /// Writes to a stream that outlives the trace, without a time; for tests.
    [[nodiscard]] static std::unique_ptr<Trace> to_stream(std::ostream& out, TraceLevel lowest);

    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;
    Trace(Trace&&) = delete;
    Trace& operator=(Trace&&) = delete;
    ~Trace();

    /// From here on events below this level are left out.
    void set_lowest(TraceLevel lowest) { lowest_ = lowest; }
    /// Writes `code name=value name="quoted value"`; control characters in values are escaped.
    void event(
        TraceLevel level, std::string_view code, std::initializer_list<TraceField> fields = {}
    ) const;

    /// Returns the kept events after number `after` and of at least `lowest`, oldest first; at most
    /// `count_max`, the newest of them.
    [[nodiscard]] std::vector<TracedEvent>
    recent(std::uint64_t after, TraceLevel lowest, std::size_t count_max) const;
    /// Returns the number of the newest event; 0 before the first.
    [[nodiscard]] std::uint64_t last_number() const;

private:
    void
    keep(TraceLevel level, std::string_view code, std::initializer_list<TraceField> fields) const;

    enum class Place { standard_error, journal, stream };
    Trace(Place place, std::ostream* out, TraceLevel lowest);

    Place place_;
    std::ostream* out_; // for `stream` only
    mutable std::mutex write_mutex_;
    std::atomic<TraceLevel> lowest_;
    mutable std::mutex mutex_;
    mutable std::deque<TracedEvent> kept_;
    mutable std::uint64_t last_number_ = 0;
};

} // namespace staffroom::node
