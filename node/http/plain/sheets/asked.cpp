#include "node/http/plain/sheets/asked.hpp"

namespace staffroom::http::plain {

void ask(
    const services::Services& services,
    const Request& request,
    const Respond& respond,
    Asked asked,
    const std::function<void(const JsonObject&)>& then
) {
    Request inner = request;
    inner.method = Method::get;
    inner.path_values = std::move(asked.path_values);
    inner.query = std::move(asked.query);
    inner.if_match.clear();
    inner.if_none_match.clear();
    asked.handler(services, inner, [respond, then](Response answer) {
        if (answer.status != 200)
            return respond(std::move(answer));
        boost::system::error_code error;
        const Json read = boost::json::parse(answer.body, error);
        static const JsonObject nothing;
        then(!error && read.is_object() ? read.get_object() : nothing);
    });
}

std::string text_in(const JsonObject& object, std::string_view name) {
    const Json* found = object.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::uint64_t number_in(const JsonObject& object, std::string_view name) {
    const Json* found = object.if_contains(name);
    if (found == nullptr || !found->is_number())
        return 0;
    boost::system::error_code error;
    const auto number = found->to_number<std::uint64_t>(error);
    return error ? 0 : number;
}

bool flag_in(const JsonObject& object, std::string_view name) {
    const Json* found = object.if_contains(name);
    return found != nullptr && found->is_bool() && found->get_bool();
}

const JsonObject& object_in(const JsonObject& object, std::string_view name) {
    static const JsonObject nothing;
    const Json* found = object.if_contains(name);
    return found != nullptr && found->is_object() ? found->get_object() : nothing;
}

std::vector<const JsonObject*> objects_in(const JsonObject& object, std::string_view name) {
    std::vector<const JsonObject*> out;
    const Json* found = object.if_contains(name);
    if (found == nullptr || !found->is_array())
        return out;
    for (const Json& each : found->get_array())
        if (each.is_object())
            out.push_back(&each.get_object());
    return out;
}

std::string query_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                              (byte >= '0' && byte <= '9') || letter == '-' || letter == '.' ||
                              letter == '_';
        if (is_plain) {
            out += letter;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    return out;
}

std::string address_with(const std::string& path, const Values& query) {
    std::string out = path;
    char mark = '?';
    for (const auto& [name, value] : query) {
        if (value.empty())
            continue;
        out += std::exchange(mark, '&');
        out += query_encoded(name) + "=" + query_encoded(value);
    }
    return out;
}

} // namespace staffroom::http::plain
