// A stranger on the lines: it has no key, it has listened, and it repeats what it heard, or sends
// noise. A node that answers with more than one step of a handshake has told it something.
#pragma once

#include "tests/simulation/people/plan.hpp"
#include "tests/simulation/world/world.hpp"

#include <deque>

namespace staffroom::simulation {

class Replayer final : public Guest {
public:
    Replayer(World& world, Random& random)
        : world_(world)
        , random_(random) {}

    /// Its place among the schools, once it has one.
    void settle(std::size_t index) { index_ = index; }
    void heard(const SharedBytes& bytes);
    /// Dials somebody and says something.
    void knock(std::size_t school);

    void opened(LinkId link) override;
    void arrived(LinkId link, ByteView bytes) override;
    void closed(LinkId link) override { answered_.erase(link); }

private:
    World& world_;
    Random& random_;
    std::size_t index_ = 0;
    std::deque<SharedBytes> heard_;
    std::map<LinkId, std::size_t> answered_; // bytes
};

} // namespace staffroom::simulation
