// A pause after a store that the disk has refused: each failed store ends a log of ours, and the
// next try begins another one. The attack on oneself: a disk stays full over night, and every
// school of the network keeps a thousand logs of this one for ever. Pure. Called by whoever writes
// what other networks say.
#pragma once

#include "protocol/base/time.hpp"

#include <algorithm>
#include <optional>

namespace staffroom::replica {

class StorePause {
public:
    static constexpr std::chrono::seconds shortest{5};

    explicit StorePause(std::chrono::seconds longest)
        : longest_(longest) {}

    [[nodiscard]] bool is_over(Instant now) const { return !until_ || *until_ <= now; }
    /// When it is over; nothing where there is none.
    [[nodiscard]] std::optional<Instant> until() const { return until_; }
    /// Begins a pause, twice as long as the last one. A store that was on its way when a pause
    /// began says nothing new.
    void failed(Instant now) {
        if (!is_over(now))
            return;
        length_ = until_ ? std::min(2 * length_, longest_) : shortest;
        until_ = now + length_;
    }
    void succeeded() { until_.reset(); }

private:
    std::chrono::seconds longest_;
    std::chrono::seconds length_{0};
    std::optional<Instant> until_{};
};

} // namespace staffroom::replica
