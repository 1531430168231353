// Receipts that nobody earned: for orders still to come, for logs that do not exist, in the name of
// another school, by whoever is no member. None of them is believed by anybody. [E6]
#include "tests/simulation/checks/canaries.hpp"
#include "tests/simulation/liars/crafter.hpp"
#include "tests/simulation/people/caller.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using network::CarriedOut;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t author = 1;
constexpr std::size_t victim = 2;
constexpr std::size_t liar = 3;
constexpr std::size_t stranger = 4; // has left

/// As `of` would say with its own hand, signed by whoever has this seed.
network::SignedNotice receipt_by(
    World& world,
    const NetworkId& network,
    std::size_t of,
    const crypto::Secret32& key_seed,
    const crypto::Secret32& signing_seed,
    std::vector<CarriedOut> logs
) {
    constexpr std::uint64_t counter_beyond_all = 1'000'000;
    std::sort(logs.begin(), logs.end(), [](const auto& one, const auto& other) {
        return one.log < other.log;
    });
    const network::Notice notice{
        network::NoticeKind::erasures,
        log::space_of(network),
        *world.school(of).id,
        crypto::public_key_of(key_seed),
        counter_beyond_all,
        network::encode_receipt({WallTime{1}, std::move(logs)})};
    return network::sign_notice(notice, crypto::SigningKey(signing_seed));
}

/// A member that says what it likes, in a line of its own for each saying.
class Sayer {
public:
    Sayer(World& world, std::size_t index, const NetworkId& network)
        : world_(world)
        , keys_(take_keys(world.school(index), network)) {
        auto made = std::make_unique<Caller>(world, 78);
        caller_ = made.get();
        world.replace_by(index, std::move(made));
        caller_->settle(index);
    }

    Sayer(const Sayer&) = delete;
    Sayer& operator=(const Sayer&) = delete;
    Sayer(Sayer&&) = delete;
    Sayer& operator=(Sayer&&) = delete;
    ~Sayer() { caller_->on_open = nullptr; }

    void say(std::size_t to, const network::SignedNotice& notice) {
        caller_->on_open = [this, notice](LinkId link) {
            const wire::Token token = caller_->token(link, keys_.network_seed);
            const auto chain = identity::IdentityChain::parse(keys_.chain, world_.verifier());
            REQUIRE(chain);
            const auto tip =
                *wire::Fingerprint::from(chain->tip().view().first(wire::Fingerprint::size_bytes));
            caller_->say(link, wire::Hello{0, tip, {{token, std::nullopt, true}}, keys_.chain});
            caller_->say(link, wire::Offers{token, {}, {}, {notice}});
        };
        caller_->call(to, keys_.transport_secret);
        world_.run_for(seconds(20));
    }

private:
    World& world_;
    MemberKeys keys_;
    Caller* caller_;
};

/// How many of the running schools believe that this one has erased all that was ordered.
std::size_t believed_of(World& world, std::size_t school) {
    std::size_t believers = 0;
    for (std::size_t i = 0; i < liar; ++i) {
        if (!world.is_running(i))
            continue;
        const auto orders = world.school(i).replica->erasures();
        const auto says = [&](const replica::ErasureStatus& order) {
            return std::any_of(order.schools.begin(), order.schools.end(), [&](const auto& each) {
                return each.school == *world.school(school).id && each.state == "erased";
            });
        };
        believers += !orders.empty() && std::all_of(orders.begin(), orders.end(), says) ? 1U : 0U;
    }
    return believers;
}

LogId governance_log(World& world, std::size_t school, const NetworkId& network) {
    for (const auto& one : world.school(school).replica->logs(log::space_of(network)))
        if (one.own && one.descriptor.channel == log::Channel::governance)
            return log::log_id(one.descriptor);
    FAIL("no governance log");
    return LogId({});
}

/// To two schools: all that nobody has earned.
void say_all(World& world, const NetworkId& network, const LogId& orders) {
    const crypto::Secret32 of_liar = world.school(liar).signing_seed.copy();
    const crypto::Secret32 of_victim = world.school(victim).signing_seed.copy();
    const crypto::Secret32 of_stranger = world.school(stranger).signing_seed.copy();
    Sayer sayer(world, liar, network);

    const std::vector<CarriedOut> everything{{orders, LogSize{1'000'000}}};
    const std::vector<CarriedOut> nowhere{
        {orders, LogSize{1}}, {LogId(LogId::Raw{7}), LogSize{1'000}}};
    for (const std::size_t hearer : {0U, 1U}) {
        // Good for all that may ever come, and one that names a log which is not there.
        sayer.say(hearer, receipt_by(world, network, liar, of_liar, of_liar, everything));
        sayer.say(hearer, receipt_by(world, network, liar, of_liar, of_liar, nowhere));
        // In the victim's name: with the liar's key, and with the victim's, which the liar has not.
        sayer.say(hearer, receipt_by(world, network, victim, of_liar, of_liar, everything));
        sayer.say(hearer, receipt_by(world, network, victim, of_victim, of_liar, everything));
        // True of a school that has left, and nobody counts it.
        sayer.say(
            hearer, receipt_by(world, network, stranger, of_stranger, of_stranger, everything)
        );
    }
}

} // namespace

TEST_CASE("receipts: what nobody has earned is believed by nobody", "[sim][erasure]") {
    World world(9'700);
    const NetworkId network = make_star(world, 4);
    Canaries gone(world, network, 1);
    gone.publish(author, 2);
    // An order that all carry out, so that the author's log is one with orders.
    const auto order = [&](const RevisionId& entry) {
        REQUIRE(world.command(
            author,
            replica::OrderErasure{
                network,
                {*world.school(author).id,
                 {entry},
                 network::ErasureKind::whole,
                 network::ErasureReason::asked}}
        ));
    };
    REQUIRE(world.run_until([&] { return gone.are_at(victim) && gone.are_at(0); }, seconds(120)));
    order(gone.all()[0].revision);
    REQUIRE(world.run_until(
        [&] { return believed_of(world, victim) == 3 && believed_of(world, liar) == 3; },
        seconds(300)
    ));
    REQUIRE(world.command(
        stranger, replica::WriteAct{network, network::Leave{network::Reason::own_wish}}
    ));
    world.run_for(minutes(1));
    const LogId orders = governance_log(world, author, network);
    world.stop(victim, false);
    say_all(world, network, orders);
    order(gone.all()[1].revision);
    world.run_for(minutes(10));

    CHECK(believed_of(world, 0) == 2);
    CHECK(believed_of(world, author) == 2);
    CHECK(believed_of(world, victim) == 0);
    CHECK(believed_of(world, liar) == 0);
    CHECK(believed_of(world, stranger) == 0);
    CHECK(gone.found_at(victim).words == Canaries::words_each);

    world.start(victim, false);
    CHECK(world.run_until([&] { return believed_of(world, victim) == 3; }, seconds(300)));
    CHECK(gone.found_at(victim).words == 0);
    CHECK(believed_of(world, liar) == 0);
}

} // namespace staffroom::simulation
