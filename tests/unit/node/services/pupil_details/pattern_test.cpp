#include "node/services/pupil_details/pattern.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace details = staffroom::pupil_details;

namespace {

const std::vector<std::string> sources{
    R"([0-9]{2,4})",
    R"((?:^|[^a-z])([A-Z][a-z]+)(?: [A-Z]\.)?)",
    R"((?i:year) ?[1-9]\b)",
    R"(^x)",
    R"(b+$)",
    R"((?:ab|ba){2})",
    R"([\x{C0}-\x{17E}]a)",
    R"(a?)"};

/// The slow twin: each pattern by itself.
std::vector<std::size_t>
found_one_by_one(const std::vector<details::Pattern>& patterns, std::string_view text) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < patterns.size(); ++i)
        if (patterns[i].find(text, 0))
            found.push_back(i);
    return found;
}

} // namespace

TEST_CASE("pattern set: finds in one pass what each pattern finds alone", "[node]") {
    const details::PatternSet set(sources);
    std::vector<details::Pattern> patterns;
    for (const std::string& source : sources)
        patterns.emplace_back(source);
    const std::vector<std::string> pieces{"a", "b", "x", " ", "Y", "ear", "1", "9", ".", "\u00E9"};
    std::mt19937_64 random(7);
    std::size_t matches = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (std::size_t length = random() % 12; length > 0; --length)
            text += pieces[random() % pieces.size()];
        CAPTURE(text);
        auto found = set.found_in(text);
        std::ranges::sort(found);
        CHECK(found == found_one_by_one(patterns, text));
        matches += found.size();
    }
    CHECK(matches > 2000);
}
