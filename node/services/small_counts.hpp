#pragma once
#include <string>
#include <string_view>
namespace staffroom::services {
[[nodiscard]] std::string shown_count(std::string_view value, bool is_own_school);
}
