#include "node/runtime/daily_round.hpp"

namespace staffroom::runtime {
namespace {

constexpr std::chrono::milliseconds first_after = std::chrono::minutes{60};
constexpr std::chrono::milliseconds first_with_damage = std::chrono::seconds{5};
constexpr std::chrono::hours next_after{24};

/// A pause of about the time that a step takes on a slow card: neighbours' loads keep half of the
/// disk.
constexpr std::chrono::milliseconds step_pause{50};

} // namespace

void DailyRound::start(bool is_damage_known) {
    wait(is_damage_known ? first_with_damage : first_after, &DailyRound::begin);
}

void DailyRound::stop() {
    is_stopped_ = true;
    timer_.cancel();
}

void DailyRound::wait(std::chrono::milliseconds pause, void (DailyRound::*then)()) {
    timer_.expires_after(pause);
    timer_.async_wait([this, then](const boost::system::error_code& error) {
        if (!error && !is_stopped_)
            (this->*then)();
    });
}

void DailyRound::begin() {
    round_ = std::make_shared<storage::Scrub>(core_.store(), core_.files());
    asked_ = 0;
    step();
}

void DailyRound::step() {
    const auto is_over = std::make_shared<bool>(false);
    core_.run_blocking(
        [this, round = round_, is_over] {
            *is_over = round->step(storage::scrub_step_bytes);
            if (*is_over && reports_.is_over)
                reports_.is_over();
        },
        [this, is_over] {
            if (is_stopped_)
                return;
            fetch_again();
            if (*is_over)
                report();
            else
                wait(step_pause, &DailyRound::step);
        }
    );
}

/// Asks for the finds of the step: each of them becomes a load, and all at once would not fit the
/// queue.
void DailyRound::fetch_again() {
    const auto& found = round_->report().fetch_again;
    for (; asked_ < found.size(); ++asked_)
        core_.ask(
            replica::FetchFiles{found[asked_].log, found[asked_].position},
            [](const Result<replica::FilesNoted>&) {}
        );
}

void DailyRound::report() {
    using node::TraceLevel;
    const storage::ScrubReport& found = round_->report();
    const bool is_well = found.fetch_again.empty() && !found.needs_salvage && !found.trouble;
    trace_.event(
        is_well ? TraceLevel::info : TraceLevel::warning,
        "store.looked-after",
        {{"entries", std::to_string(found.entries)},
         {"damaged", std::to_string(found.damaged + found.files_damaged)}}
    );
    if (found.trouble)
        trace_.event(
            TraceLevel::error,
            "store.unreadable",
            {{"why", std::string(errc_name(found.trouble->code))},
             {"detail", found.trouble->detail}}
        );
    const bool needs_salvage = found.needs_salvage;
    round_.reset();
    wait(next_after, &DailyRound::begin);
    if (needs_salvage)
        reports_.found_damage();
}

} // namespace staffroom::runtime
