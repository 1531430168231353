// The progress of a long command: a bar that redraws itself on a terminal, with count, rate and
// time left, else one line for every tenth. It goes to stderr, so that it never mixes with results.
// It draws only what this program wrote: no name of a file ever reaches it. Called by import.
#pragma once

#include "cli/output/output.hpp"

#include <chrono>
#include <string>

namespace staffroom::cli {

class Progress {
public:
    /// Makes a bar for `total` of `noun` ("document"); draws nothing yet.
    Progress(Output& output, std::string noun, std::size_t total);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    Progress(Progress&&) = delete;
    Progress& operator=(Progress&&) = delete;
    /// Leaves the terminal on a fresh line.
    ~Progress();

    void advance(std::size_t count);
    [[nodiscard]] std::size_t done() const { return done_; }

private:
    void draw();

    Output& output_;
    std::string noun_;
    std::size_t total_;
    std::size_t done_ = 0;
    std::size_t tenths_said_ = 0;
    std::size_t columns_drawn_ = 0; // 0: nothing stands on the terminal's line
    std::chrono::steady_clock::time_point begin_;
};

/// Returns the line of a bar as it is drawn: "[####....] 40 of 100 documents, 20 a second, 3 s
/// left". Rate and rest are left out before they can be told; the bar is left out where `columns`
/// (0: no limit) has no room for it, and the end is cut off.
[[nodiscard]] std::string progress_line(
    std::size_t done,
    std::size_t total,
    std::string_view noun,
    std::chrono::milliseconds elapsed,
    std::size_t columns
);

} // namespace staffroom::cli
