// Reads fields of the node's JSON answers, leniently: a field that is missing or of another type
// reads as empty, so that a newer node does not break an older command line. Called by the
// commands.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

[[nodiscard]] std::string text_at(const boost::json::value& object, std::string_view key);
[[nodiscard]] std::uint64_t count_at(const boost::json::value& object, std::string_view key);
[[nodiscard]] bool flag_at(const boost::json::value& object, std::string_view key);
/// Returns the field itself; null when it is missing.
[[nodiscard]] const boost::json::value&
field_at(const boost::json::value& object, std::string_view key);
/// Returns the items of an array; none when it is missing.
[[nodiscard]] const boost::json::array&
list_at(const boost::json::value& object, std::string_view key);
/// Returns a list of texts, or of objects with a `name`, `address`, `school` or `id`, as "a, b, c".
[[nodiscard]] std::string names_of(const boost::json::array& items);

} // namespace staffroom::cli
