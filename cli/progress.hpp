// How far a long command is: a bar that redraws itself on a terminal, else one line for every
// tenth. On stderr, so that it never mixes with results. Called by import.
#pragma once

#include "cli/output.hpp"

#include <string>

namespace staffroom::cli {

class Progress {
public:
    /// `total` of `noun` ("document"); draws nothing yet.
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
    bool has_drawn_ = false;
};

} // namespace staffroom::cli
