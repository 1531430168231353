#include "node/services/front_matter/name_line.hpp"

#include "node/services/front_matter/field_names.hpp"
#include "node/services/text/visible_words.hpp"

namespace staffroom::services {
namespace {

constexpr std::string_view no_break_space = "\u00a0";
constexpr std::string_view wide_colon = "\uff1a";
constexpr std::size_t name_bytes_max = 80;

bool is_colon_end(std::string_view rest) {
    return rest.empty() || rest.front() == ' ' || rest.front() == '\t' ||
           rest.starts_with(no_break_space);
}

/// Tells whether a line may begin with a name: it cannot begin as a comment, a list, a bracket or a
/// block does.
bool begins_name(std::string_view line) {
    return !line.empty() &&
           std::string_view(" \t#-[]{}|>&*!%@`,?<").find(line.front()) == std::string_view::npos;
}

std::optional<NameLine> quoted_name(std::string_view line) {
    const std::size_t end = line.find(line.front(), 1);
    if (end == std::string_view::npos || end == 1)
        return std::nullopt;
    std::string_view rest = line.substr(end + 1);
    while (!rest.empty() && rest.front() == ' ')
        rest.remove_prefix(1);
    if (rest.empty() || rest.front() != ':')
        return std::nullopt;
    return NameLine{line.substr(1, end - 1), rest.substr(1)};
}

} // namespace

std::string_view line_at(std::string_view text, std::size_t from) {
    const std::size_t end = text.find_first_of("\r\n", from);
    if (end == std::string_view::npos)
        return text.substr(from);
    const bool is_cr_lf = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    return text.substr(from, end + (is_cr_lf ? 2 : 1) - from);
}

std::optional<NameLine> name_line(std::string_view line) {
    if (!begins_name(line))
        return std::nullopt;
    if (line.front() == '"' || line.front() == '\'')
        return quoted_name(line);
    for (std::size_t at = line.find(':'); at != std::string_view::npos && at <= name_bytes_max;
         at = line.find(':', at + 1)) {
        const std::string_view name = trimmed_to_visible(line.substr(0, at));
        const std::string_view rest = line.substr(at + 1);
        if (name.empty())
            return std::nullopt;
        if (is_colon_end(rest) || is_known_name(canonical_name(name)))
            return NameLine{name, rest};
    }
    const std::size_t wide = line.find(wide_colon);
    if (wide == std::string_view::npos || wide > name_bytes_max)
        return std::nullopt;
    const std::string_view name = trimmed_to_visible(line.substr(0, wide));
    if (!is_known_name(canonical_name(name)))
        return std::nullopt;
    return NameLine{name, line.substr(wide + wide_colon.size())};
}

} // namespace staffroom::services
