#include "node/http/problems/problem_types.hpp"

#include <algorithm>

namespace staffroom::http {

const ProblemType* find_problem_type(std::string_view code) {
    const auto known = problem_types();
    const auto found = std::ranges::lower_bound(known, code, {}, &ProblemType::code);
    return found == known.end() || found->code != code ? nullptr : &*found;
}

std::string problem_type_address(std::string_view code) {
    return std::string(problem_types_path) + std::string(code);
}

} // namespace staffroom::http
