#include "tests/simulation/world/nodes.hpp"

namespace staffroom::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t writes_until_fall_max = 60;
constexpr seconds start_again_after{10};

} // namespace

Nodes::Nodes(World& world, std::vector<std::unique_ptr<Author>>& authors, Random& random)
    : world_(world)
    , authors_(authors)
    , random_(random) {
    world_.on_fallen([this](std::size_t school, Fall fall) { fallen(school, fall); });
}

void Nodes::off_for(std::size_t school, std::chrono::microseconds span, bool is_power) {
    if (!world_.is_running(school) || is_calm_)
        return;
    world_.stop(school, false);
    if (is_power)
        same_boot_.erase(school);
    else
        same_boot_.insert(school);
    world_.at(world_.now() + span, [this, school] { switch_on(school); });
}

void Nodes::fall_soon(std::size_t school, Fall fall) {
    if (world_.is_running(school) && !is_calm_)
        world_.arm_fall(school, random_.below(writes_until_fall_max), fall);
}

void Nodes::fallen(std::size_t school, Fall fall) {
    if (fall == Fall::power)
        same_boot_.erase(school);
    else
        same_boot_.insert(school);
    const auto span =
        is_calm_ ? milliseconds(100)
                 : std::chrono::duration_cast<milliseconds>(draw_span(
                       random_, milliseconds(100), one_in(random_, 3) ? seconds(600) : seconds(5)
                   ));
    world_.at(world_.now() + span, [this, school] { switch_on(school); });
}

void Nodes::photograph(std::size_t school) {
    images_.insert_or_assign(school, world_.take_image(school));
}

void Nodes::go_back(std::size_t school, bool with_mark, bool is_lying) {
    auto image = images_.extract(school);
    if (image.empty() || is_calm_)
        return;
    if (world_.is_running(school))
        world_.stop(school, false);
    if (is_lying)
        world_.school(school).mark = image.mapped().mark;
    world_.put_image(school, std::move(image.mapped()));
    if (with_mark)
        same_boot_.insert(school);
    else
        same_boot_.erase(school);
    switch_on(school);
}

void Nodes::switch_on(std::size_t school) {
    if (world_.is_running(school) || world_.school(school).guest)
        return;
    if (world_.try_start(school, same_boot_.contains(school))) {
        authors_[school]->node_started();
        return;
    }
    // A full disk, or the next fall while it started: somebody will come and try again.
    if (!world_.school(school).fall)
        world_.at(world_.now() + start_again_after, [this, school] { switch_on(school); });
}

void Nodes::calm() {
    is_calm_ = true;
    for (std::size_t school = 0; school < authors_.size(); ++school) {
        world_.school(school).disk->heal();
        world_.school(school).disk_delay = std::chrono::microseconds(500);
        world_.school(school).fall.reset();
        switch_on(school);
    }
}

} // namespace staffroom::simulation
