#include "node/services/small_counts.hpp"

#include "node/services/front_matter.hpp"
#include "node/services/yaml_writer.hpp"

#include <algorithm>
#include <charconv>

namespace staffroom::services {
namespace {

constexpr std::string_view pupils_field = "pupils-reached";
constexpr std::uint64_t small_count_max = 5;

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
    if (!fields)
        return written.find(pupils_field) == std::string::npos ? written : std::string();
    bool has_changed = false;
    for (FrontMatterField& field : *fields) {
        if (field.key != pupils_field)
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
