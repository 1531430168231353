// How a plain page asks the API, and reads what it says. What is refused goes to the reader as it
// is; http/server/reception makes a page of it. Called by this room's handlers.
#pragma once

#include "node/http/answers/json.hpp"
#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace staffroom::http::plain {

using Values = std::map<std::string, std::string>;

using Handler = void (*)(const services::Services&, const Request&, const Respond&);

/// What is asked of a handler that reads.
struct Asked {
    Handler handler;
    Values path_values{};
    Values query{};
};

/// Asks as the caller of `request`; `then` gets the answer where there is one.
void ask(
    const services::Services& services,
    const Request& request,
    const Respond& respond,
    Asked asked,
    const std::function<void(const JsonObject&)>& then
);

// What a member says; empty, zero, false where it is absent or of another type.
[[nodiscard]] std::string text_in(const JsonObject& object, std::string_view name);
[[nodiscard]] std::uint64_t number_in(const JsonObject& object, std::string_view name);
[[nodiscard]] bool flag_in(const JsonObject& object, std::string_view name);
[[nodiscard]] const JsonObject& object_in(const JsonObject& object, std::string_view name);
[[nodiscard]] std::vector<const JsonObject*>
objects_in(const JsonObject& object, std::string_view name);

/// Returns a value of a query, encoded.
[[nodiscard]] std::string query_encoded(std::string_view text);
/// Returns the address of a plain page with those values that are not empty.
[[nodiscard]] std::string address_with(const std::string& path, const Values& query);

} // namespace staffroom::http::plain
