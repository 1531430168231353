#include "cli/progress.hpp"

#include <algorithm>

namespace staffroom::cli {

Progress::Progress(Output& output, std::string noun, std::size_t total)
    : output_(output)
    , noun_(std::move(noun))
    , total_(total) {}

Progress::~Progress() {
    if (has_drawn_)
        output_.err() << std::endl;
}

void Progress::advance(std::size_t count) {
    done_ = std::min(done_ + count, total_);
    if (total_ == 0)
        return;
    if (output_.err_terminal().is_terminal) {
        draw();
        return;
    }
    const std::size_t tenths = done_ * 10 / total_;
    if (tenths == tenths_said_)
        return;
    tenths_said_ = tenths;
    output_.say(
        std::to_string(tenths * 10) + " %: " + std::to_string(done_) + " of " +
        counted(total_, noun_)
    );
}

void Progress::draw() {
    constexpr std::size_t bar_columns = 30;
    const std::size_t filled = done_ * bar_columns / total_;
    output_.err() << "\r[" << std::string(filled, '#') << std::string(bar_columns - filled, '.')
                  << "] " << done_ << " of " << counted(total_, noun_) << std::flush;
    has_drawn_ = true;
}

} // namespace staffroom::cli
