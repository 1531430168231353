// The pace of the search index: when it may be filled, never in the way of a copy. While the store
// keeps growing without a pause the indexer is held back, yet not for ever, so that a copy that
// takes all night can be searched meanwhile. Decides only; app holds the timer and tells the time.
//
//   stored, stored, stored ... index_quiet without one -> index
//                          ... index_patience_max      -> index for index_turn, then hold again
#pragma once

#include "protocol/base/time.hpp"

#include <chrono>

namespace staffroom::services {

/// A neighbour on a line of 10 Mbit/s sends a chunk every 0.2 s: the index follows between two.
inline constexpr std::chrono::milliseconds index_quiet{100};
inline constexpr std::chrono::seconds index_patience_max{30};
inline constexpr std::chrono::seconds index_turn{3};

class IndexPace {
public:
    /// Called when something has become durable. True: call `tick` every `index_quiet` from now on,
    /// until it answers that it is quiet.
    [[nodiscard]] bool stored(Instant now) {
        last_ = now;
        if (is_counting_)
            return false;
        is_counting_ = true;
        begun_ = now;
        return true;
    }

    /// Tells whether the indexer begins no batch now.
    [[nodiscard]] bool is_held(Instant now) const { return is_counting_ && now >= free_until_; }

    enum class Step { wait, index, index_and_end };
    /// `is_publishing`: a call of records is under way, and more will become durable.
    [[nodiscard]] Step tick(Instant now, bool is_publishing) {
        if (is_publishing)
            last_ = now;
        if (now - last_ >= index_quiet) {
            is_counting_ = false;
            return Step::index_and_end;
        }
        if (now - begun_ < index_patience_max)
            return Step::wait;
        begun_ = now;
        free_until_ = now + index_turn;
        return Step::index;
    }

private:
    bool is_counting_ = false;
    Instant last_{0};
    Instant begun_{0};
    Instant free_until_{0};
};

} // namespace staffroom::services
