// Process logging: one event per line, a stable code and fields. Never an entry's text, never a
// key. Not the log of a school. Built by app, passed to whoever has something to say; may be used
// from several threads.
#pragma once

#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace staffroom::node {

enum class TraceLevel { debug, info, notice, warning, error };

/// Nothing for a word that is no level.
[[nodiscard]] std::optional<TraceLevel> parse_trace_level(std::string_view word);

struct TraceField {
    std::string_view name;
    std::string value;
};

class Trace {
public:
    /// To standard error: with `<n>` priorities and no time of its own when the journal reads it,
    /// else with the time (UTC).
    [[nodiscard]] static std::unique_ptr<Trace> to_standard_error(TraceLevel lowest);
    /// To a stream that outlives the trace, without a time; for tests.
    [[nodiscard]] static std::unique_ptr<Trace> to_stream(std::ostream& out, TraceLevel lowest);

    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;
    Trace(Trace&&) = delete;
    Trace& operator=(Trace&&) = delete;
    ~Trace();

    /// Writes `code name=value name="quoted value"`; control characters in values are escaped.
    void event(
        TraceLevel level, std::string_view code, std::initializer_list<TraceField> fields = {}
    ) const;

private:
    Trace(std::shared_ptr<spdlog::logger> logger, TraceLevel lowest, bool with_priority);
    std::shared_ptr<spdlog::logger> logger_;
    TraceLevel lowest_;
    bool with_priority_;
};

} // namespace staffroom::node
