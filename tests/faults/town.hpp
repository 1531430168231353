// One or two nodes, the line between them and a clock that only moves when nothing is left to do:
// as little world as faults of a disk need. Not here: delays, cuts and crowds, which belong to the
// simulator.
#pragma once

#include "tests/faults/node.hpp"

#include <deque>

namespace staffroom::faults {

class Town {
public:
    explicit Town(std::vector<Node*> nodes)
        : nodes_(std::move(nodes)) {}

    /// Starts a node and wakes it. Errors: as Node::start.
    [[nodiscard]] Result<Started> start(std::size_t index, const Boot& boot);
    void stop(std::size_t index);
    /// The first thing that a started node is told.
    void wake(std::size_t index);
    /// Performs a command and what follows from it at once, or within `patience`.
    [[nodiscard]] Result<replica::Reply> command(
        std::size_t index,
        replica::CommandBody body,
        std::chrono::seconds patience = std::chrono::seconds(60)
    );
    void run_for(std::chrono::microseconds span);
    /// True when it came to be within `patience`.
    bool run_until(const std::function<bool()>& done, std::chrono::seconds patience);
    /// While it is closed nobody reaches anybody.
    void open_line(bool is_open);

private:
    using End = std::pair<std::size_t, replica::LinkId>;

    void feed(std::size_t index, replica::Input input);
    void settle();
    void perform(std::size_t index, replica::Outbox outbox);
    void dial(std::size_t index, const replica::OpenLink& open);
    void close(End end, bool tell_self); // a copy: a reference might point into the line
    [[nodiscard]] Instant next_wake() const;

    std::vector<Node*> nodes_;
    std::deque<std::function<void()>> queue_;
    std::map<End, End> lines_;
    std::map<std::uint64_t, std::optional<Result<replica::Reply>>> replies_;
    std::uint64_t last_request_ = 0;
    std::uint64_t last_accepted_ = 0;
    bool is_line_open_ = true;
    Instant now_{1'000'000};
};

} // namespace staffroom::faults
