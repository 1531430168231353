// The kinds of problem that the API answers with (RFC 9457 3.1.1): a stable code, a title that is
// the same each time, and the meaning in plain words. The node serves each at its `type`,
// /api/v1/problems/CODE. Not here: the wording of one occurrence (http/answers/problem and the
// handlers).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace staffroom::http {

inline constexpr std::string_view problem_types_path = "/api/v1/problems/";

struct ProblemType {
    std::string_view code;
    std::string_view title;
    std::string_view meaning; // sentences
};

/// Returns all kinds, in the order of their codes.
[[nodiscard]] std::span<const ProblemType> problem_types();
/// Returns null for a code that the table does not have.
[[nodiscard]] const ProblemType* find_problem_type(std::string_view code);
/// Returns the address of a kind as a relative reference: it holds at whichever address the node is
/// asked.
[[nodiscard]] std::string problem_type_address(std::string_view code);

} // namespace staffroom::http
