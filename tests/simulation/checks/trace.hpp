// The digest of a run: one BLAKE2b over every event and every byte sent, so that two runs of one
// seed can be told apart by 32 bytes; and, where a person asks for it, one line an event.
#pragma once

#include "tests/simulation/world/events.hpp"

#include <sodium.h>

#include <string>

namespace staffroom::simulation {

class Trace {
public:
    Trace();

    void note(const Event& event);
    /// Anything else that a run must repeat: what was sent, how a store went.
    void note(std::string_view what, std::size_t school, std::uint64_t number, ByteView bytes = {});
    /// One line on standard error for each event from now on.
    void show() { is_shown_ = true; }
    void say(const std::string& line) const;
    [[nodiscard]] bool is_shown() const { return is_shown_; }

    [[nodiscard]] std::uint64_t events() const { return events_; }
    /// Of all so far, in hexadecimal.
    [[nodiscard]] std::string digest() const;

private:
    void add(std::uint64_t number);

    crypto_generichash_state state_{};
    std::uint64_t events_ = 0;
    bool is_shown_ = false;
};

} // namespace staffroom::simulation
