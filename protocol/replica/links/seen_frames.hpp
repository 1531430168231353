// The first frames that were answered. A listener could replay a recorded first frame to learn
// whether a node is there, so none is answered twice, over starts as well: a recorded frame gets
// silence for as long as it is remembered. [C2]
#pragma once

#include "protocol/replica/ports/store.hpp"
#include "protocol/wire/messages.hpp"

#include <deque>
#include <set>
#include <utility>

namespace staffroom::replica {

class SeenFrames {
public:
    void restore(const Image& image);
    /// Remembers a frame. Returns false when this very frame was answered before.
    [[nodiscard]] bool remember(const wire::Fingerprint& mac);
    [[nodiscard]] std::vector<Row> take_rows() { return std::exchange(rows_, {}); }

private:
    // The disk holds a ring of small rows; the newest is written again with each frame.
    std::set<wire::Fingerprint> seen_;
    std::deque<wire::Fingerprint> order_;
    std::uint64_t block_ = 0; // number of the row that is being filled, counted without end
    Bytes filling_;           // its frames
    std::vector<Row> rows_;
};

} // namespace staffroom::replica
