#include "cli/records/unified_diff.hpp"

// dtl uses these headers and leaves including them to its user.
#include <dtl/dtl.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace staffroom::cli {
namespace {

constexpr std::size_t lines_max = 20'000;

} // namespace

void append_lines(std::vector<std::string>& lines, std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
}

Outcome<std::string>
unified_diff(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    if (before.size() > lines_max || after.size() > lines_max)
        return Failure{
            "The texts have more than 20,000 lines and are not compared.",
            "export both and compare the files.",
            ExitCode::refused};
    dtl::Diff<std::string> diff(before, after);
    diff.onHuge();
    diff.compose();
    diff.composeUnifiedHunks();
    std::ostringstream out;
    diff.printUnifiedFormat(out);
    return out.str();
}

} // namespace staffroom::cli
