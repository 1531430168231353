// The bytes that a run has sent, and the fewest that would have done. The bound is computed from
// what happened:
//
//   content    headers and bodies of entries, identity chains and notices, all by others, and
//              pieces of files that reached a disk: each came over a line at least once
//   + lost     bytes that the weather took: handed to a line and never delivered
//   + frames   per chunk committed: 400 bytes (proof, head, frame, want and credit)
//   + lines    per line that the weather or the plan ended, or that was there at the end: 1,600
//              bytes (handshake 400, two hellos, a chain asked for)
//   + pulses   per line and half minute: 250 bytes (a ping and its pong, with greetings)
//   + news     per publication and line of its network: 250 bytes (the ping and pong by which both
//              sides learn that they are equal again)
//
// A run must stay below three times the sum. Only traffic between honest schools is counted, on
// both sides; acts of a node's own accord, such as ending a line, leave the sum as it is.
#pragma once

#include "protocol/replica/ports/events.hpp"

#include <cstdint>

namespace staffroom::simulation {

class Traffic {
public:
    void sent(std::size_t bytes) { sent_ += bytes; }
    void lost(std::size_t bytes) { lost_ += bytes; }
    void opened() { ++lines_; }
    /// A node has ended a line over which bytes still came through.
    void given_up() { --lines_; }
    /// A line was open for so long.
    void was_open(std::chrono::microseconds span) { open_ += span; }
    /// Something new was published in a network with so many lines.
    void published(std::size_t lines) { news_ += lines; }
    void obtained(const replica::NewEntry& entry);
    void obtained_body(const replica::BodyBytes& body);
    void obtained_row(const replica::Row& row) { content_ += row.value.size(); }
    void obtained_piece(std::size_t bytes) { content_ += bytes; }
    void obtained_chunk() { ++chunks_; }

    [[nodiscard]] std::uint64_t bytes_sent() const { return sent_; }
    [[nodiscard]] std::uint64_t lower_bound() const;

private:
    std::uint64_t sent_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t content_ = 0;
    std::uint64_t chunks_ = 0;
    std::uint64_t lines_ = 0;
    std::uint64_t news_ = 0;
    std::chrono::microseconds open_{0};
};

} // namespace staffroom::simulation
