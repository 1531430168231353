// The school that a storm removes: it belongs at first, is put out by two coordinators in the
// middle, and goes on writing, from an older day of its disk as well. Declared in storm.hpp.  [M11]
#include "protocol/base/ensure.hpp"
#include "tests/simulation/people/scenes.hpp"
#include "tests/simulation/storm.hpp"

namespace staffroom::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds banish_every{30};
constexpr seconds writes_every_max{240};
constexpr std::size_t second_coordinator = 1;

} // namespace

/// Behind all schools that write by plan: their numbers stay what they are.
void Storm::add_exile() {
    Gathering& gathering = gatherings_.front();
    const std::size_t index = world_.add_school("exile");
    const Code code = invite(world_, 0, gathering.network);
    world_.witness().allow(gathering.space(), index);
    const auto joined = join(world_, index, code, 0);
    ensure(joined.has_value());
    const auto raised = world_.command(
        0,
        replica::WriteAct{
            gathering.network,
            network::SetRole{*world_.school(second_coordinator).id, network::Role::coordinator}}
    );
    ensure(raised.has_value());
    exile_ = index;
}

void Storm::plan_exile(const Season& season) {
    if (!exile_)
        return;
    tests::SeededRandom random = stream_of(options_, Stream::exile);
    const auto length = season.end - season.begin;
    const Instant removed = season.begin + draw_span(random, length / 4, length / 2);
    const Instant copied = season.begin + draw_span(random, length / 10, length / 5);
    const Instant back = removed + draw_span(random, seconds(0), length / 4);
    world_.at(copied, [this] { exile_image_ = world_.take_image(*exile_); });
    world_.at(back, [this] {
        world_.stop(*exile_, true);
        world_.put_image(*exile_, std::move(*exile_image_));
        world_.start(*exile_, false);
    });
    // In every other storm it leaves as well, about when it is removed.
    if (one_in(random, 2))
        world_.at(removed + draw_span(random, seconds(0), minutes(3)), [this] {
            if (!world_.is_running(*exile_))
                return;
            // Where only one of the two has signed it still belongs, and its words count until now.
            banished_at_ = std::max(banished_at_, world_.now());
            world_.send(
                *exile_,
                replica::WriteAct{
                    gatherings_.front().network, network::Leave{network::Reason::own_wish}}
            );
        });
    world_.at(removed, [this] {
        world_.witness().distrust(*exile_);
        banish();
    });
    for (Instant at = season.begin; at < season.end + length;) {
        at = at + draw_span(random, seconds(1), writes_every_max);
        world_.at(at, [this] {
            if (world_.is_running(*exile_))
                world_.send(
                    *exile_,
                    replica::PublishRecords{{make_draft(
                        gatherings_.front().space(), "We go on. " + std::to_string(world_.now().us)
                    )}}
                );
        });
    }
}

/// What two coordinators do until nobody of them counts the school any more: propose, and confirm.
/// A disk of an older day forgets that it has.
void Storm::banish() {
    const Gathering& gathering = gatherings_.front();
    const SchoolId& exile = *world_.school(*exile_).id;
    for (const std::size_t coordinator : {std::size_t{0}, second_coordinator}) {
        if (!world_.is_running(coordinator))
            continue;
        const replica::Replica& replica = *world_.school(coordinator).replica;
        const auto schools = replica.schools(gathering.network);
        const bool is_in = std::ranges::any_of(schools, [&](const replica::SchoolStanding& one) {
            return one.school == exile && one.standing == replica::Standing::member;
        });
        if (!is_in)
            continue;
        banished_at_ = world_.now();
        const auto proposals = replica.proposals(gathering.network);
        const auto known = std::ranges::find(proposals, exile, &replica::ProposalStatus::school);
        if (known == proposals.end())
            world_.send(
                coordinator,
                replica::WriteAct{
                    gathering.network, network::Remove{exile, network::Reason::charter_broken}}
            );
        else if (!known->is_signed_here)
            world_.send(
                coordinator, replica::WriteAct{gathering.network, network::Confirm{known->id}}
            );
    }
    world_.at(world_.now() + banish_every, [this] { banish(); });
}

} // namespace staffroom::simulation
