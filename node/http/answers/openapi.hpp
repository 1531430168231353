// The description of the API (OpenAPI 3.1) as it was built in: the bytes of
// http/answers/openapi.json. A test holds it against the router's table.
#pragma once

#include <string_view>

namespace staffroom::http {

[[nodiscard]] std::string_view openapi_document();

} // namespace staffroom::http
