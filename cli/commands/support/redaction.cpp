#include "cli/commands/support/redaction.hpp"

#include "cli/output/answer.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace staffroom::cli {

namespace {

using Words = std::string_view;

constexpr std::array plain_settings{
    Words("school.language"),
    Words("school.licence"),
    Words("node.disk_floor_mb"),
    Words("accounts.password_memory_mib"),
    Words("accounts.session_idle_hours"),
    Words("accounts.session_days"),
    Words("limits.web_connections"),
    Words("limits.web_idle_seconds"),
    Words("limits.disk_low_mib"),
    Words("limits.event_heartbeat_seconds"),
    Words("backup.every"),
    Words("backup.keep"),
    Words("trace.level")};
constexpr std::array address_settings{
    Words("node.listen"), Words("node.web"), Words("https.listen")};
constexpr std::array plain_fields{
    Words("bodies"),
    Words("bytes"),
    Words("code"),
    Words("commits_lost"),
    Words("damaged"),
    Words("entries"),
    Words("entries_kept"),
    Words("entries_lost"),
    Words("files"),
    Words("logs"),
    Words("reason"),
    Words("rows_lost"),
    Words("seconds"),
    Words("state"),
    Words("version"),
    Words("why"),
    Words("written")};
constexpr std::array plain_labels{
    Words("version"),
    Words("state"),
    Words("part"),
    Words("kind"),
    Words("reason"),
    Words("direction"),
    Words("route"),
    Words("method"),
    Words("status"),
    Words("le")};

bool has(const auto& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

/// Tells whether a text is a word or number of ours, such as "io_error" or "store.salvaged".
bool is_word(std::string_view text) {
    constexpr std::size_t letters_max = 60;
    return !text.empty() && text.size() <= letters_max && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    });
}

std::string shown_address(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    const std::string_view host = address.substr(0, colon);
    const bool is_here = host.starts_with("127.") || host == "[::1]" || host == "localhost";
    const bool is_everywhere = host == "0.0.0.0" || host == "[::]";
    const std::string where = is_here         ? "this machine alone"
                              : is_everywhere ? "every address"
                                              : "one address";
    return where + ", port " +
           std::string(colon == std::string_view::npos ? "" : address.substr(colon + 1));
}

struct AsText {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(const std::vector<std::string>& texts) const {
        return std::to_string(texts.size());
    }
};

struct IsSet {
    bool operator()(const std::string& text) const { return !text.empty(); }
    bool operator()(std::int64_t) const { return true; }
    bool operator()(const std::vector<std::string>& texts) const { return !texts.empty(); }
};

/// Numbers for what must not be read, the same for the same.
class Numbers {
public:
    std::string of(std::string_view label, std::string_view value) {
        auto& known = known_[std::string(label)];
        return std::to_string(known.emplace(value, known.size() + 1).first->second);
    }

private:
    std::map<std::string, std::map<std::string, std::size_t>> known_;
};

/// One line of samples, `name{label="value",...} number`; nothing for one that is not of that form.
std::optional<std::string> shown_sample(std::string_view line, Numbers& numbers) {
    const std::size_t open = line.find('{');
    if (open == std::string_view::npos)
        return std::string(line);
    std::string out(line.substr(0, open + 1));
    std::string_view rest = line.substr(open + 1);
    while (!rest.starts_with('}')) {
        const std::size_t equals = rest.find("=\"");
        const std::size_t end =
            equals == std::string_view::npos ? equals : rest.find('"', equals + 2);
        if (end == std::string_view::npos)
            return std::nullopt;
        const std::string_view label = rest.substr(0, equals);
        const std::string_view value = rest.substr(equals + 2, end - equals - 2);
        out += std::string(label) + "=\"" +
               (has(plain_labels, label) ? std::string(value) : numbers.of(label, value)) + "\"";
        rest.remove_prefix(end + 1);
        if (rest.starts_with(',')) {
            out += ',';
            rest.remove_prefix(1);
        }
    }
    return out + std::string(rest);
}

} // namespace

std::string shown_setting(const node::Config& config, const std::string& name) {
    const auto value = node::setting_value(config, name);
    if (has(plain_settings, name))
        return std::visit(AsText{}, value);
    if (has(address_settings, name))
        return shown_address(std::visit(AsText{}, value));
    return std::visit(IsSet{}, value) ? "set" : "not set";
}

std::optional<std::string> shown_check(const boost::json::value& check) {
    const std::string level = text_at(check, "level");
    const std::string code = text_at(check, "code");
    if (!is_word(level) || !is_word(code))
        return std::nullopt;
    return level + " " + code;
}

std::optional<std::string> shown_event(const boost::json::value& event) {
    const std::string level = text_at(event, "level");
    const std::string code = text_at(event, "code");
    if (!is_word(level) || !is_word(code))
        return std::nullopt;
    std::string out = std::to_string(count_at(event, "time_ms")) + " " + level + " " + code;
    if (const auto* fields = field_at(event, "fields").if_object())
        for (const auto& [name, value] : *fields) {
            const auto* text = value.if_string();
            if (has(plain_fields, std::string_view(name)) && text != nullptr && is_word(*text))
                out += " " + std::string(name) + "=" + std::string(*text);
        }
    return out;
}

std::string shown_metrics(std::string_view text) {
    std::string out;
    Numbers numbers;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        // A histogram has a dozen lines for each route; its sum and count say enough.
        const bool is_ours = line.starts_with("staffroom_") || line.starts_with("process_");
        if (!is_ours || line.find("_bucket{") != std::string_view::npos)
            continue;
        if (const auto shown = shown_sample(line, numbers))
            out += *shown + "\n";
    }
    return out;
}

} // namespace staffroom::cli
