#include "tests/simulation/storm.hpp"

#include "protocol/base/ensure.hpp"
#include "tests/simulation/checks/checkers.hpp"
#include "tests/simulation/liars/liars.hpp"
#include "tests/simulation/people/scenes.hpp"

namespace staffroom::simulation {

using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr seconds join_again_after{45};
constexpr std::size_t codes_tried_max = 12;
constexpr minutes calm_max{60};
constexpr seconds knocks_every{60};
constexpr seconds look_every{5};
constexpr minutes stay_equal_for{3};

} // namespace

/// A code that somebody carries until it has brought them in.
struct OpenCode {
    std::optional<Code> code;
    bool is_made = false; // the founder's node has said so
    std::size_t attempts = 0;
};

Storm::Storm(const StormOptions& options)
    : options_(options)
    , scenario_(scenario_of(options))
    , lines_random_(stream_of(options, Stream::lines))
    , disks_random_(stream_of(options, Stream::disks))
    , nodes_random_(stream_of(options, Stream::nodes))
    , clocks_random_(stream_of(options, Stream::clocks))
    , liars_random_(stream_of(options, Stream::liars))
    , world_(options.seed) {
    if (options.is_shown)
        world_.trace().show();
}

bool Storm::all_is_written() {
    for (std::size_t school = 0; school < authors_.size(); ++school) {
        if (world_.witness().is_honest(school) && !authors_[school]->is_done())
            return false;
    }
    return true;
}

// ------------------------------------------------------------------------------------- gathering

void Storm::add_schools(std::size_t count) {
    const Instant end = world_.now() + options_.span * 2;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t index = world_.add_school("school" + std::to_string(i));
        School& school = world_.school(index);
        school.clock = Clock::wrong(clocks_random_, end);
        // Some can only dial out.
        school.listens = index < 2 || !one_in(nodes_random_, 5);
        authors_.push_back(std::make_unique<Author>(world_, index, options_));
    }
    nodes_ = std::make_unique<Nodes>(world_, authors_, nodes_random_);
}

NetworkId Storm::found(std::size_t founder) {
    const NetworkId network = create_network(world_, founder);
    gatherings_.push_back({network, {founder}});
    world_.witness().allow(log::space_of(network), founder);
    authors_[founder]->belong_to(network);
    return network;
}

void Storm::admit(Gathering& gathering, std::size_t newcomer, std::size_t at) {
    const std::size_t founder = *gathering.members.begin();
    const Code code = invite(world_, founder, gathering.network);
    world_.witness().allow(gathering.space(), newcomer);
    const auto joined = join(world_, newcomer, code, at);
    ensure(joined.has_value());
    gathering.members.insert(newcomer);
    authors_[newcomer]->belong_to(gathering.network);
}

/// One code at two members that do not see each other: both bearers are suspended from then on.
void Storm::dispute(std::size_t one, std::size_t other) {
    Gathering& gathering = gatherings_.front();
    const Code code = invite(world_, 0, gathering.network);
    world_.run_for(seconds(5));
    const auto on_both_sides = [&](const std::function<void(std::size_t, std::size_t)>& visit) {
        for (std::size_t school = 1; school < authors_.size(); ++school) {
            if (school == one)
                continue;
            visit(0, school);
            visit(one, school);
        }
    };
    on_both_sides([this](std::size_t a, std::size_t b) { world_.part(a, b); });
    world_.cut_now(0);
    for (const auto& [newcomer, at] : {std::pair(one, 0U), std::pair(other, 1U)}) {
        world_.witness().allow(gathering.space(), newcomer);
        const auto joined = join(world_, newcomer, code, at);
        ensure(joined.has_value());
        suspended_.insert(newcomer);
    }
    world_.on_membership([this](std::size_t school) { membership_changed(school); });
    on_both_sides([this](std::size_t a, std::size_t b) { world_.mend(a, b); });
}

/// Once all members know of the dispute, nothing new may reach the two.
void Storm::membership_changed(std::size_t school) {
    Gathering& gathering = gatherings_.front();
    if (!gathering.members.contains(school))
        return;
    for (const auto& network : world_.school(school).replica->networks()) {
        const bool is_known =
            network.network == gathering.network &&
            std::none_of(network.members.begin(), network.members.end(), [&](const auto& member) {
                return suspended_.contains(*world_.witness().find(member.school));
            });
        if (is_known)
            know_of_dispute_.insert(school);
    }
    if (know_of_dispute_.size() < gathering.members.size())
        return;
    for (const std::size_t one : suspended_)
        world_.witness().forbid(gathering.space(), one, world_.now());
}

/// In the middle of a storm: the founder writes the code down, the newcomer tries until it is in.
void Storm::admit_later(std::size_t newcomer, Instant when) {
    const auto code = std::make_shared<OpenCode>();
    Gathering& gathering = gatherings_.front();
    gathering.members.insert(newcomer);
    authors_[newcomer]->belong_to(gathering.network);
    world_.witness().allow(gathering.space(), newcomer);
    world_.at(when, [this, newcomer, code] { ask_to_join(newcomer, code); });
}

void Storm::ask_to_join(std::size_t newcomer, std::shared_ptr<OpenCode> code) {
    const Gathering& gathering = gatherings_.front();
    const auto again = [this, newcomer, code] {
        world_.at(world_.now() + join_again_after, [this, newcomer, code] {
            ask_to_join(newcomer, code);
        });
    };
    const auto is_member = [&] {
        const auto networks = world_.school(newcomer).replica->networks();
        return std::any_of(networks.begin(), networks.end(), [&](const auto& one) {
            return one.network == gathering.network;
        });
    };
    again();
    if (world_.is_running(newcomer) && is_member()) {
        // Whose disk goes back to a day before asks for a new code.
        code->is_made = false;
        return;
    }
    // A code that a disk of another day has forgotten is given up after a while.
    if (!code->is_made || ++code->attempts % codes_tried_max == 0)
        invite_later(code);
    else if (world_.is_running(newcomer))
        world_.send(
            newcomer,
            replica::JoinNetwork{
                code->code->psk.copy(),
                code->code->admit.copy(),
                world_.school(code->attempts % 3).address,
                seconds(20)}
        );
}

void Storm::invite_later(const std::shared_ptr<OpenCode>& code) {
    if (!world_.is_running(0))
        return;
    constexpr WallTime far_ahead{9'000'000'000'000};
    code->code = make_code(*world_.school(0).random);
    code->is_made = false;
    world_.send(
        0,
        replica::CreateInvitation{
            gatherings_.front().network,
            code->code->psk.copy(),
            code->code->admit.copy(),
            far_ahead},
        [code](const Result<replica::Reply>& reply) { code->is_made = reply.has_value(); }
    );
}

void Storm::gather() {
    const std::size_t count = std::max<std::size_t>(options_.schools, 5);
    add_schools(count);
    found(0);
    const bool has_dispute = scenario_ == Scenario::dispute;
    const bool has_latecomer = scenario_ == Scenario::summer;
    std::size_t early = count;
    if (has_dispute)
        early = count - 2;
    if (has_latecomer)
        early = count - 1;
    for (std::size_t school = 1; school < early; ++school)
        admit(gatherings_[0], school, 0);
    if (scenario_ == Scenario::two_networks) {
        found(1);
        for (std::size_t school = 2; school < 2 + count / 3; ++school)
            admit(gatherings_[1], school, 1);
    }
    if (scenario_ != Scenario::order && scenario_ != Scenario::dispute)
        add_exile();
    for (const auto& author : authors_)
        author->node_started();
    world_.run_for(seconds(5));
    if (has_dispute)
        dispute(count - 2, count - 1);
}

// ------------------------------------------------------------------------------------------ storm

void Storm::plan(Instant end) {
    const Season season{world_.now(), end, authors_.size()};
    for (const auto& author : authors_)
        author->plan(season.begin, season.end);
    plan_stories(season);
    plan_lines(world_, season, lines_random_);
    std::optional<std::size_t> summering;
    if (scenario_ == Scenario::summer)
        summering = 1 + static_cast<std::size_t>(nodes_random_.below(authors_.size() - 2));
    plan_nights(world_, *nodes_, season, nodes_random_, summering);
    std::set<std::size_t> spared = suspended_;
    if (scenario_ == Scenario::forks)
        spared.insert(authors_.size() - 1);
    if (scenario_ != Scenario::order)
        plan_disks(world_, *nodes_, season, disks_random_, spared);
    plan_liar(season);
    plan_exile(season);
    if (scenario_ == Scenario::summer)
        admit_later(authors_.size() - 1, season.begin + (end - season.begin) / 3);
}

/// Between schools that are honest members for as long as the run lasts.
void Storm::plan_stories(const Season& season) {
    constexpr std::size_t in_doubt = 2; // the last ones: liars, latecomers, a dispute
    tests::SeededRandom random = stream_of(options_, Stream::stories);
    stories_ = draw_stories(season.begin, season.end, season.schools - in_doubt, random);
    for (Story& story : stories_) {
        for (Step& step : story.steps)
            authors_[step.school]->plan(step);
    }
}

void Storm::plan_liar(const Season& season) {
    const std::size_t liar = authors_.size() - 1;
    if (scenario_ == Scenario::forks)
        plan_fork(world_, *nodes_, season, liar, liars_random_);
    if (scenario_ == Scenario::garbage)
        plan_garbage(world_, season, liar, liars_random_);
    if (scenario_ == Scenario::crafted)
        add_crafter(season, liar);
    if (scenario_ == Scenario::garbage || scenario_ == Scenario::crafted)
        add_replayer(season);
}

void Storm::add_replayer(const Season& season) {
    auto made = std::make_unique<Replayer>(world_, liars_random_);
    Replayer& replayer = *made;
    const std::size_t index = world_.add_guest("stranger", std::move(made));
    replayer.settle(index);
    guests_.insert(index);
    world_.on_sent([this, &replayer](std::size_t school, const SharedBytes& bytes) {
        if (world_.witness().is_honest(school))
            replayer.heard(bytes);
    });
    for (Instant at = season.begin; at < season.end;) {
        at = at + draw_span(liars_random_, seconds(1), knocks_every * 2);
        const auto school = static_cast<std::size_t>(liars_random_.below(season.schools));
        world_.at(at, [&replayer, school] { replayer.knock(school); });
    }
}

/// The school's keys are in other hands from now on.
void Storm::add_crafter(const Season& season, std::size_t liar) {
    auto made = std::make_unique<Crafter>(
        world_, take_keys(world_.school(liar), gatherings_.front().network), liars_random_
    );
    Crafter& crafter = *made;
    crafter.settle(liar);
    guests_.insert(liar);
    world_.replace_by(liar, std::move(made));
    for (Instant at = season.begin; at < season.end;) {
        at = at + draw_span(liars_random_, seconds(1), knocks_every * 2);
        const auto school = static_cast<std::size_t>(liars_random_.below(liar));
        world_.at(at, [&crafter, school] { crafter.knock(school); });
    }
}

bool Storm::run_until(Instant end) {
    bool is_at_end = false;
    world_.at(end, [&is_at_end] { is_at_end = true; });
    while (!is_at_end) {
        if (is_over() || !world_.step())
            return false;
        if (options_.progress != nullptr)
            *options_.progress = world_.trace().events();
        if (options_.until && world_.trace().events() >= *options_.until)
            return false;
    }
    return true;
}

bool Storm::calm_down() {
    world_.lines().mend_all();
    for (const std::size_t guest : guests_)
        world_.cut_now(guest);
    nodes_->calm();
    const Instant deadline = world_.now() + calm_max;
    // Equal, still equal after a while, and equal again where a liar has written something since.
    for (const auto stay : {stay_equal_for, minutes(0)}) {
        while (!(all_is_written() && !find_difference(*this))) {
            if (!run_until(world_.now() + look_every))
                return false;
            if (world_.now() > deadline)
                return true;
        }
        if (!run_until(world_.now() + stay))
            return false;
    }
    return true;
}

Outcome Storm::run() {
    gather();
    const Instant end = world_.now() + options_.span;
    plan(end);
    if (run_until(end) && calm_down()) {
        if (auto found = check_after_calm(*this))
            world_.witness().violated(found->property, found->detail);
    }
    Outcome outcome;
    outcome.scenario = scenario_name(scenario_);
    outcome.events = world_.trace().events();
    outcome.digest = world_.trace().digest();
    outcome.violation = world_.witness().violation();
    outcome.acknowledged = world_.witness().acknowledged().size();
    outcome.bytes_sent = world_.witness().traffic().bytes_sent();
    outcome.lower_bound = world_.witness().traffic().lower_bound();
    if (!outcome.violation && !options_.until)
        outcome.end_state = describe_end(*this);
    return outcome;
}

Outcome run_storm(const StormOptions& options) {
    Outcome first = Storm(options).run();
    if (scenario_of(options) != Scenario::order || first.violation || options.until)
        return first;
    StormOptions other = options;
    other.lines_drawn = 1;
    const Outcome over_other_lines = Storm(other).run();
    other = options;
    other.clocks_drawn = 1;
    const Outcome with_other_clocks = Storm(other).run();
    first.events += over_other_lines.events + with_other_clocks.events;
    first.digest += over_other_lines.digest + with_other_clocks.digest;
    for (const Outcome* outcome : {&over_other_lines, &with_other_clocks}) {
        if (!first.violation && outcome->violation)
            first.violation = outcome->violation;
    }
    if (!first.violation && first.end_state != over_other_lines.end_state)
        first.violation = {"same state under any order of arrival", "other lines, other state"};
    if (!first.violation && first.end_state != with_other_clocks.end_state)
        first.violation = {"same state with clocks drawn anew", "other clocks, other state"};
    return first;
}

} // namespace staffroom::simulation
