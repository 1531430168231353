// How fast the pupil-detail check reads: every document of the corpus, or made-up lines where it is
// not there.
// Usage: detail_bench [rounds]
// Prints a line; asserts nothing about time.
#include "node/services/pupil_details/pupil_details.hpp"
#include "tests/support/records/corpus.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace {

std::vector<std::string> texts() {
    std::vector<std::string> all;
    for (const auto& path : staffroom::tests::corpus_documents())
        all.push_back(staffroom::tests::read_whole_file(path));
    if (!all.empty())
        return all;
    std::string made_up;
    for (int i = 0; i < 2000; ++i)
        made_up +=
            "The group went on with the booklet, and Aisha (4B) with the tray of 28 cards.\n\n";
    return {made_up};
}

} // namespace

int main(int argc, char** argv) {
    std::size_t rounds = 5;
    if (argc > 1) {
        const std::string_view typed(argv[1]);
        std::from_chars(typed.data(), typed.data() + typed.size(), rounds);
    }
    const std::vector<std::string> all = texts();
    std::size_t bytes = 0;
    for (const std::string& text : all)
        bytes += text.size();
    std::vector<double> seconds;
    std::size_t found = 0;
    for (std::size_t round = 0; round <= std::max<std::size_t>(rounds, 1); ++round) {
        const auto begin = std::chrono::steady_clock::now();
        found = 0;
        for (const std::string& text : all)
            found += staffroom::pupil_details::find_in_text(text).size();
        seconds.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()
        );
    }
    const double first = seconds.front(); // compiles the patterns as well
    seconds.erase(seconds.begin());
    std::ranges::sort(seconds);
    const double median = seconds[seconds.size() / 2];
    std::printf(
        "%zu texts, %zu KB, %zu findings: %.0f us/KB (median of %zu), first round %.2f s\n",
        all.size(),
        bytes / 1024,
        found,
        median * 1e6 / (static_cast<double>(bytes) / 1024),
        seconds.size(),
        first
    );
}
