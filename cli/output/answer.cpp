#include "cli/output/answer.hpp"

namespace staffroom::cli {

namespace {

std::string name_of(const boost::json::value& item) {
    if (item.is_string())
        return std::string(item.get_string());
    for (const std::string_view key : {"name", "address", "id"})
        if (auto text = text_at(item, key); !text.empty())
            return text;
    return text_at(field_at(item, "school"), "name");
}

} // namespace

const boost::json::value& field_at(const boost::json::value& object, std::string_view key) {
    static const boost::json::value nothing = nullptr;
    const auto* fields = object.if_object();
    const auto* field = fields != nullptr ? fields->if_contains(key) : nullptr;
    return field != nullptr ? *field : nothing;
}

std::string text_at(const boost::json::value& object, std::string_view key) {
    const auto& field = field_at(object, key);
    if (field.is_string())
        return std::string(field.get_string());
    if (field.is_int64() || field.is_uint64() || field.is_bool())
        return boost::json::serialize(field);
    return {};
}

std::uint64_t count_at(const boost::json::value& object, std::string_view key) {
    const auto& field = field_at(object, key);
    if (field.is_uint64())
        return field.get_uint64();
    if (field.is_int64() && field.get_int64() > 0)
        return static_cast<std::uint64_t>(field.get_int64());
    return 0;
}

bool flag_at(const boost::json::value& object, std::string_view key) {
    const auto& field = field_at(object, key);
    return field.is_bool() && field.get_bool();
}

const boost::json::array& list_at(const boost::json::value& object, std::string_view key) {
    static const boost::json::array no_items;
    const auto& field = field_at(object, key);
    return field.is_array() ? field.get_array() : no_items;
}

std::string names_of(const boost::json::array& items) {
    std::string out;
    for (const auto& item : items) {
        if (!out.empty())
            out += ", ";
        out += name_of(item);
    }
    return out;
}

} // namespace staffroom::cli
