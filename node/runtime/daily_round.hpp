// Looks at everything that is held once a day, so that damage is found before somebody needs the
// damaged part: one small job after another with a pause between, so that nobody waits for the
// whole. Built by app. Not here: the steps of a round (storage/store/scrub).
#pragma once

#include "node/base/trace.hpp"
#include "node/runtime/running_node.hpp"
#include "storage/store/scrub.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace staffroom::runtime {

class DailyRound {
public:
    struct Reports {
        std::function<void()> found_damage; // only a salvage helps
        std::function<void()> is_over{};    // on the pool, at the end of each round
    };
    DailyRound(
        boost::asio::io_context& io,
        services::RunningNode& core,
        node::Trace& trace,
        Reports reports
    )
        : timer_(io)
        , core_(core)
        , trace_(trace)
        , reports_(std::move(reports)) {}

    /// Starts the rounds. The first begins an hour from now; where damage is known already, at
    /// once.
    void start(bool is_damage_known = false);
    /// Stops: the job under way is the last.
    void stop();
    /// Begins one round from its beginning; the next one comes a day after its end.
    void begin();

private:
    void wait(std::chrono::milliseconds pause, void (DailyRound::*then)());
    void step();
    void fetch_again();
    void report();

    boost::asio::steady_timer timer_;
    services::RunningNode& core_;
    node::Trace& trace_;
    Reports reports_;
    std::shared_ptr<storage::Scrub> round_;
    std::size_t asked_ = 0; // how many of the round's finds were asked for again
    bool is_stopped_ = false;
};

} // namespace staffroom::runtime
