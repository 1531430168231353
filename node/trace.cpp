#include "node/trace.hpp"

#include "node/environment.hpp"
#include "node/runtime/clock.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <utility>

namespace staffroom::node {
namespace {

struct LevelFacts {
    TraceLevel level;
    std::string_view word;
    char priority; // syslog(3), as the journal reads it from a line's head
};

constexpr std::array<LevelFacts, 5> levels{
    {{TraceLevel::debug, "debug", '7'},
     {TraceLevel::info, "info", '6'},
     {TraceLevel::notice, "notice", '5'},
     {TraceLevel::warning, "warning", '4'},
     {TraceLevel::error, "error", '3'}}};

const LevelFacts& facts_of(TraceLevel level) {
    return levels.at(static_cast<std::size_t>(level));
}

bool is_plain(char letter) {
    const bool is_alphanumeric = (letter >= 'a' && letter <= 'z') ||
                                 (letter >= 'A' && letter <= 'Z') ||
                                 (letter >= '0' && letter <= '9');
    return is_alphanumeric || std::string_view("-_.:/[]@+").find(letter) != std::string_view::npos;
}

void append_value(std::string& line, std::string_view value) {
    if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) {
        line += value;
        return;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    line += '"';
    for (const char letter : value) {
        const auto code = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\') {
            line += '\\';
            line += letter;
        } else if (code < 0x20 || code == 0x7f) {
            // A name that a stranger chose must not be able to start a line of its own.
            line += "\\x";
            line += digits[code >> 4U];
            line += digits[code & 15U];
        } else {
            line += letter;
        }
    }
    line += '"';
}

std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink, const std::string& pattern) {
    auto logger = std::make_shared<spdlog::logger>("staffroom", std::move(sink));
    logger->set_pattern(pattern, spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::trace);
    // An event that explains a crash is worth more than the write that it saves.
    logger->flush_on(spdlog::level::trace);
    return logger;
}

} // namespace

std::optional<TraceLevel> parse_trace_level(std::string_view word) {
    for (const LevelFacts& facts : levels)
        if (facts.word == word)
            return facts.level;
    return std::nullopt;
}

std::string_view trace_level_word(TraceLevel level) {
    return facts_of(level).word;
}

std::unique_ptr<Trace> Trace::to_standard_error(TraceLevel lowest) {
    const bool is_journal = environment_value("JOURNAL_STREAM").has_value();
    auto logger = make_logger(
        std::make_shared<spdlog::sinks::stderr_sink_mt>(),
        is_journal ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %v"
    );
    return std::unique_ptr<Trace>(new Trace(std::move(logger), lowest, is_journal));
}

std::unique_ptr<Trace> Trace::to_stream(std::ostream& out, TraceLevel lowest) {
    auto logger = make_logger(std::make_shared<spdlog::sinks::ostream_sink_mt>(out), "%v");
    return std::unique_ptr<Trace>(new Trace(std::move(logger), lowest, false));
}

Trace::Trace(std::shared_ptr<spdlog::logger> logger, TraceLevel lowest, bool with_priority)
    : logger_(std::move(logger))
    , lowest_(lowest)
    , with_priority_(with_priority) {}

Trace::~Trace() = default;

void Trace::event(TraceLevel level, std::string_view code, std::initializer_list<TraceField> fields)
    const {
    if (level < lowest_)
        return;
    keep(level, code, fields);
    std::string line;
    if (with_priority_) {
        line += '<';
        line += facts_of(level).priority;
        line += '>';
    } else {
        line += facts_of(level).word;
        line += ' ';
    }
    line += code;
    for (const TraceField& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        append_value(line, field.value);
    }
    logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void Trace::keep(TraceLevel level, std::string_view code, std::initializer_list<TraceField> fields)
    const {
    TracedEvent event{0, runtime::wall_now(), level, std::string(code), {}};
    for (const TraceField& field : fields)
        event.fields.emplace_back(field.name, field.value.substr(0, traced_value_bytes_max));
    const std::lock_guard lock(mutex_);
    event.number = ++last_number_;
    kept_.push_back(std::move(event));
    if (kept_.size() > traced_events_max)
        kept_.pop_front();
}

std::vector<TracedEvent>
Trace::recent(std::uint64_t after, TraceLevel lowest, std::size_t count_max) const {
    const std::lock_guard lock(mutex_);
    std::vector<TracedEvent> found;
    for (auto event = kept_.rbegin(); event != kept_.rend() && found.size() < count_max; ++event) {
        if (event->number <= after)
            break;
        if (event->level >= lowest)
            found.push_back(*event);
    }
    std::reverse(found.begin(), found.end());
    return found;
}

std::uint64_t Trace::last_number() const {
    const std::lock_guard lock(mutex_);
    return last_number_;
}

} // namespace staffroom::node
