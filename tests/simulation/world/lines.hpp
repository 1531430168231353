// The lines between schools: delay, bandwidth, cuts at any byte, partitions one way or both. Inside
// a line nothing is ever reordered or lost out of the middle, since TCP would not: bytes that meet
// a partition are gone together with everything behind them, until a side notices. Knows no
// replica; the world carries the bytes.
#pragma once

#include "tests/simulation/world/events.hpp"

#include <array>
#include <map>
#include <set>

namespace staffroom::simulation {

using replica::LinkId;

struct LineEnd {
    std::size_t school;
    LinkId link;
    friend auto operator<=>(const LineEnd&, const LineEnd&) = default;
};

struct LineQuality {
    std::chrono::microseconds delay{2000};
    std::uint64_t bytes_per_second = 0; // 0: as many as one likes
};

/// One direction of a line.
struct Way {
    Instant free_at{0};      // when the last byte handed over has left
    Instant last_arrival{0}; // of what is under way
    bool is_broken = false;  // bytes were lost; nothing that follows can be understood
};

struct Line {
    std::array<LineEnd, 2> ends; // the dialler's, the other one's
    std::array<bool, 2> is_open{true, true};
    std::array<Way, 2> ways{}; // from the dialler, from the other one
    Instant opened{0};
};

class Lines {
public:
    LineId connect(LineEnd dialler, LineEnd acceptor, Instant now);
    /// Nothing when it has gone.
    [[nodiscard]] Line* find(LineId id);
    struct Side {
        LineId line;
        bool is_dialler;
    };
    [[nodiscard]] std::optional<Side> find(LineEnd end) const;
    /// This end is no more; the line goes with its last end.
    void close(LineId id, bool at_dialler);
    [[nodiscard]] const std::map<LineId, Line>& all() const { return lines_; }
    /// Open ends of one school, in order.
    [[nodiscard]] std::vector<LineEnd> ends_of(std::size_t school) const;
    /// Ends that are open now, over all schools.
    [[nodiscard]] std::size_t open_ends() const { return ends_.size(); }

    /// When bytes handed over now are on the other side.
    [[nodiscard]] Instant send(Line& line, bool from_dialler, std::size_t bytes, Instant now);

    void set_quality(std::size_t one, std::size_t other, LineQuality quality);
    [[nodiscard]] LineQuality quality(std::size_t one, std::size_t other) const;
    void part(std::size_t from, std::size_t to) { parted_.insert({from, to}); }
    void mend(std::size_t from, std::size_t to) { parted_.erase({from, to}); }
    void mend_all();
    /// Bytes from the first do not reach the second.
    [[nodiscard]] bool is_parted(std::size_t from, std::size_t to) const {
        return parted_.contains({from, to});
    }

    /// All lines of a school are cut once so many more bytes have been delivered to it.
    void cut_after(std::size_t school, std::size_t bytes) { cuts_[school] = bytes; }
    /// How many of these bytes still come through; all of them where nothing is to be cut.
    [[nodiscard]] std::size_t pass(std::size_t school, std::size_t bytes);

private:
    std::map<LineId, Line> lines_;
    std::map<LineEnd, Side> ends_;
    std::map<std::pair<std::size_t, std::size_t>, LineQuality> qualities_;
    std::set<std::pair<std::size_t, std::size_t>> parted_;
    std::map<std::size_t, std::size_t> cuts_;
    LineId last_line_ = 0;
};

} // namespace staffroom::simulation
