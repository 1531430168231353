// Leaves out the place in our sources from which an event was sent; its code says what it is.
#define SD_JOURNAL_SUPPRESS_LOCATION

#include "node/base/trace.hpp"

#include "node/base/clock.hpp"
#include "node/base/environment.hpp"

#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <ostream>
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

/// Formats a time as 2026-11-29T09:30:03.123Z.
std::string time_text(WallTime time) {
    const auto seconds = static_cast<std::time_t>(time.ms / 1000);
    std::tm parts{};
    std::array<char, 32> text{};
    if (::gmtime_r(&seconds, &parts) == nullptr)
        return "?";
    const std::size_t length =
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
    const std::string ms = std::to_string(1000 + time.ms % 1000);
    return std::string(text.data(), length) + ms.substr(1) + "Z";
}

/// Writes a line in one call, so that two threads' lines never mix; a reader that has gone loses
/// the line.
void write_line(std::string line) {
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t count = ::write(STDERR_FILENO, rest.data(), rest.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return;
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// Tells whether the journal reads our standard error: systemd.exec(5), $JOURNAL_STREAM. A shell
/// that was started from a service passes the variable on, and has a standard error of its own.
bool is_read_by_journal() {
    const auto stream = environment_value("JOURNAL_STREAM");
    struct stat facts {};
    if (!stream || ::fstat(STDERR_FILENO, &facts) != 0)
        return false;
    return *stream == std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino);
}

/// Makes a name of systemd.journal-fields(7): capitals, digits and underscores.
std::string journal_name(std::string_view name) {
    std::string out = "STAFFROOM_";
    for (const char letter : name) {
        const bool is_small = letter >= 'a' && letter <= 'z';
        const bool is_digit = letter >= '0' && letter <= '9';
        if (is_small)
            out += static_cast<char>(letter - 'a' + 'A');
        else
            out += is_digit || (letter >= 'A' && letter <= 'Z') ? letter : '_';
    }
    return out;
}

bool send_to_journal(
    TraceLevel level,
    std::string_view code,
    const std::string& line,
    std::initializer_list<TraceField> fields
) {
    std::vector<std::string> entries{
        "MESSAGE=" + line,
        std::string("PRIORITY=") + facts_of(level).priority,
        "SYSLOG_IDENTIFIER=staffroomd",
        "STAFFROOM_EVENT=" + std::string(code)};
    for (const TraceField& field : fields)
        entries.push_back(journal_name(field.name) + "=" + field.value);
    std::vector<iovec> parts;
    parts.reserve(entries.size());
    for (std::string& entry : entries)
        parts.push_back({entry.data(), entry.size()});
    return ::sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) == 0;
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
    const Place place = is_read_by_journal() ? Place::journal : Place::standard_error;
    return std::unique_ptr<Trace>(new Trace(place, nullptr, lowest));
}

std::unique_ptr<Trace> Trace::to_stream(std::ostream& out, TraceLevel lowest) {
    return std::unique_ptr<Trace>(new Trace(Place::stream, &out, lowest));
}

Trace::Trace(Place place, std::ostream* out, TraceLevel lowest)
    : place_(place)
    , out_(out)
    , lowest_(lowest) {}

Trace::~Trace() = default;

void Trace::event(TraceLevel level, std::string_view code, std::initializer_list<TraceField> fields)
    const {
    if (level < lowest_)
        return;
    keep(level, code, fields);
    std::string line(code);
    for (const TraceField& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        append_value(line, field.value);
    }
    const std::lock_guard lock(write_mutex_);
    const std::string with_level = std::string(facts_of(level).word) + ' ' + line;
    switch (place_) {
    case Place::stream: *out_ << with_level << std::endl; return;
    case Place::standard_error:
        write_line(time_text(runtime::wall_now()) + ' ' + with_level);
        return;
    case Place::journal:
        // A journal that is being restarted still takes what is written to standard error.
        if (!send_to_journal(level, code, line, fields))
            write_line(std::string("<") + facts_of(level).priority + ">" + line);
        return;
    }
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
