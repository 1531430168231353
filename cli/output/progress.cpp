#include "cli/output/progress.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

constexpr std::size_t bar_columns = 30;
constexpr std::chrono::milliseconds telling_from{500}; // before that a rate is a guess

/// Returns ", 20 a second, 3 s left"; empty where it cannot be told.
std::string rate_text(std::size_t done, std::size_t total, std::chrono::milliseconds elapsed) {
    if (elapsed < telling_from || done == 0)
        return {};
    const auto ms = static_cast<std::size_t>(elapsed.count());
    const std::size_t rate = done * 1000 / ms;
    std::string out = rate > 0 ? ", " + std::to_string(rate) + " a second"
                               : ", " + std::to_string(done * 60'000 / ms) + " a minute";
    if (done < total)
        out += ", " + std::to_string((total - done) * ms / done / 1000) + " s left";
    return out;
}

} // namespace

std::string progress_line(
    std::size_t done,
    std::size_t total,
    std::string_view noun,
    std::chrono::milliseconds elapsed,
    std::size_t columns
) {
    const std::size_t filled = total == 0 ? bar_columns : done * bar_columns / total;
    const std::string bar =
        "[" + std::string(filled, '#') + std::string(bar_columns - filled, '.') + "] ";
    std::string words =
        std::to_string(done) + " of " + counted(total, noun) + rate_text(done, total, elapsed);
    if (columns == 0 || bar.size() + words.size() < columns)
        return bar + words;
    return words.substr(0, columns - 1); // the last column would move the cursor on
}

Progress::Progress(Output& output, std::string noun, std::size_t total)
    : output_(output)
    , noun_(std::move(noun))
    , total_(total)
    , begin_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
    if (columns_drawn_ > 0)
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
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin_
    );
    const auto line = progress_line(done_, total_, noun_, elapsed, output_.err_terminal().columns);
    // Draws spaces over the rest of a longer line; no escape sequence, so that it works on
    // TERM=dumb.
    const std::size_t rest = columns_drawn_ > line.size() ? columns_drawn_ - line.size() : 0;
    output_.err() << '\r' << line << std::string(rest, ' ') << std::flush;
    columns_drawn_ = line.size();
}

} // namespace staffroom::cli
