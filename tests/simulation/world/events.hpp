// The queue of a world: plain values ordered by (Instant, sequence), so that two events at one
// moment happen in the order in which they were caused. The world alone performs them.
#pragma once

#include "protocol/replica/ports/events.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace staffroom::simulation {

using LineId = std::uint64_t;

/// Bytes reach the far end of a line; their sender's queue is that much shorter.
struct Crossed {
    LineId line;
    bool from_dialler;
    SharedBytes bytes;
    bool is_counted; // in the traffic of the run
};
/// A dial that somebody has begun comes to its end.
struct Dialled {
    std::size_t school;
    std::uint64_t life;
    replica::OpenLink open;
};
/// The end of a line, closed at the other side, is noticed on this one.
struct HungUp {
    LineId line;
    bool at_dialler;
};
/// What a school's disk or file worker has to say.
struct Answered {
    std::size_t school;
    std::uint64_t life;
    std::unique_ptr<replica::Input> input;
};
struct Due {
    std::size_t school;
    std::uint64_t life;
};
/// A step of a script: a person, the weather, a power station.
struct Act {
    std::function<void()> perform;
};

using Happening = std::variant<Crossed, Dialled, HungUp, Answered, Due, Act>;

struct Event {
    Instant at;
    std::uint64_t sequence;
    Happening what;
};

class EventQueue {
public:
    void push(Instant at, Happening what) {
        heap_.push_back({at, ++sequence_, std::move(what)});
        std::push_heap(heap_.begin(), heap_.end(), is_later);
    }
    [[nodiscard]] bool is_empty() const { return heap_.empty(); }
    [[nodiscard]] Instant next_at() const { return heap_.front().at; }
    [[nodiscard]] Event pop() {
        std::pop_heap(heap_.begin(), heap_.end(), is_later);
        Event event = std::move(heap_.back());
        heap_.pop_back();
        return event;
    }

private:
    static bool is_later(const Event& a, const Event& b) {
        return a.at > b.at || (a.at == b.at && a.sequence > b.sequence);
    }

    std::vector<Event> heap_;
    std::uint64_t sequence_ = 0;
};

} // namespace staffroom::simulation
