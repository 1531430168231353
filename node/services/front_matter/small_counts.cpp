#include "node/services/front_matter/small_counts.hpp"

#include "node/services/front_matter/field_names.hpp"
#include "node/services/front_matter/front_matter.hpp"
#include "node/services/front_matter/yaml_writer.hpp"

#include <algorithm>
#include <charconv>

namespace staffroom::services {
namespace {

constexpr std::string_view pupils_field = "pupils-reached";
constexpr std::uint64_t small_count_max = 5;

bool is_named(const std::string& written) {
    return canonical_name(written).find(pupils_field) != std::string::npos;
}

/// Tells whether characters are written by their number: such a text says something else than it
/// shows.
bool has_escapes(const std::string& written) {
    return written.find("\\x") != std::string::npos || written.find("\\u") != std::string::npos ||
           written.find("\\U") != std::string::npos;
}

/// Tells whether the name stands before a colon or an equals sign anywhere.
bool may_name_count(const std::string& written) {
    const std::string text = canonical_name(written);
    for (std::size_t at = text.find(pupils_field); at != std::string::npos;
         at = text.find(pupils_field, at + 1)) {
        const std::size_t next = text.find_first_not_of("\"'-\t", at + pupils_field.size());
        if (next != std::string::npos && (text[next] == ':' || text[next] == '='))
            return true;
    }
    return false;
}

} // namespace

bool counts_pupils(std::uint32_t field_code) {
    return field_code == static_cast<std::uint32_t>(records::FieldCode::pupils_reached);
}

std::string shown_count(std::string_view value, bool is_own_school) {
    std::uint64_t count = 0;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, count);
    const bool is_small =
        error == std::errc() && stop == end && count >= 1 && count <= small_count_max;
    return std::string(is_small && !is_own_school ? records::small_count_words : value);
}

std::string shown_value(std::uint32_t field_code, std::string_view value, bool is_own_school) {
    return counts_pupils(field_code) ? shown_count(value, is_own_school) : std::string(value);
}

std::string shown_front_matter(const std::string& written, bool is_own_school) {
    if (is_own_school || written.empty())
        return written;
    auto fields = parse_front_matter(written);
    const auto counts_them = [](const FrontMatterField& field) {
        return canonical_name(field.key) == pupils_field;
    };
    // Where the name stands, or may stand, in a form that is not read strictly, nothing of it is
    // shown.
    if (!fields)
        return is_named(written) || has_escapes(written) ? std::string() : written;
    if (std::ranges::none_of(*fields, counts_them))
        return may_name_count(written) ? std::string() : written;
    bool has_changed = false;
    for (FrontMatterField& field : *fields) {
        if (!counts_them(field))
            continue;
        for (std::string& value : field.values) {
            std::string shown = shown_count(value, false);
            has_changed = has_changed || shown != value;
            value = std::move(shown);
        }
    }
    return has_changed ? to_yaml(*fields) : written;
}

} // namespace staffroom::services
