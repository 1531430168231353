// A coordinator of the other network has the keys of a school on its card, and tells of terms that
// it has signed: again and again, by the hundred, with signatures of nobody beside its own, and
// with numbers behind which nothing can follow. [A17]
#include "protocol/replica/agreements/link_book.hpp"
#include "tests/simulation/people/caller.hpp"
#include "tests/simulation/people/servers.hpp"
#include "tests/simulation/scenes/linking/renewing.hpp"

namespace staffroom::simulation {
namespace {

struct FloodScene : LinkedNetworks {
    FloodScene()
        : LinkedNetworks(51) {
        standing = world.school(a).replica->ground(forest)->standings.front();
        world.run_for(std::chrono::seconds(20));
        world.stop(b, true); // the liar has its keys now
        auto made = std::make_unique<Caller>(world, 5);
        caller = made.get();
        caller->settle(world.add_guest("liar", std::move(made)));
        caller->on_open = [this](LinkId line) {
            opened = line;
            caller->say(line, wire::FarHello{world.school(b).chain, is_rivers_one()});
        };
        call();
    }
    void call() {
        caller->call_with(a, replica::far_meeting_key(link), world.school(b).transport_secret);
        world.run_for(std::chrono::seconds(5));
        ensure(opened && caller->is_open(*opened));
    }

    [[nodiscard]] bool is_rivers_one() const { return standing->agreement.one.network == rivers; }

    /// Terms of this number that school b has signed, with what stands before its signature.
    [[nodiscard]] Bytes terms(std::uint32_t number, agreement::Signatures junk = {}) {
        agreement::Agreement next = standing->agreement;
        next.link = link;
        next.number = number;
        next.nonce = world.school(a).random->make<Digest>();
        return signed_by_b({agreement::encode_agreement(next), {}, {}}, std::move(junk));
    }
    [[nodiscard]] Bytes
    signed_by_b(agreement::SignedAgreement copy, agreement::Signatures before = {}) {
        const crypto::SigningKey key(world.school(b).signing_seed);
        before.push_back(agreement::sign_for(
            {rivers, *world.school(b).id, key}, crypto::SignLabel::agreement, copy.bytes
        ));
        agreement::side_signatures(copy, is_rivers_one()) = std::move(before);
        return agreement::encode_link_act(agreement::LinkRenewal{std::move(copy), chains});
    }
    /// As many as one coordinator has room for, of the numbers that may follow from this one on.
    void offer_all(std::uint32_t from) {
        std::vector<Bytes> acts;
        for (std::uint32_t i = 0; i < limits::renewals_open_max; ++i)
            acts.push_back(terms(from + i));
        say(std::move(acts));
        REQUIRE(status(*this, a).renewals.size() == limits::renewals_open_max);
    }
    /// The terms of this id, as school a has told them.
    [[nodiscard]] agreement::SignedAgreement told(const AgreementId& id) {
        for (const wire::Message& message : caller->heard())
            if (const auto* acts = std::get_if<wire::FarActs>(&message))
                for (const Bytes& bytes : acts->acts) {
                    const auto act = agreement::parse_link_act(bytes);
                    const auto* each = act ? std::get_if<agreement::LinkRenewal>(&*act) : nullptr;
                    if (each != nullptr && agreement::agreement_id(each->agreement.bytes) == id)
                        return each->agreement;
                }
        FAIL("school a has not told these terms");
        return {};
    }
    /// School b has one key more, with which it signs from now on. It is off.
    void add_key() {
        const crypto::SigningKey root(world.school(b).root_seed);
        certify_anew(world, b, Bytes(world.school(b).chain), root);
        chains = {world.school(b).chain};
    }
    /// School b ends its key and has another one, with which it signs from now on. It is off.
    void replace_key() {
        const crypto::SigningKey root(world.school(b).root_seed);
        const Bytes before = world.school(b).chain;
        certify_anew(world, b, before, root);
        const auto known = identity::IdentityChain::parse(before, world.verifier());
        REQUIRE(known);
        for (const auto& node : known->nodes()) {
            const auto longer = identity::revoke(
                world.school(b).chain, root, node.certificate.id, {}, world.verifier()
            );
            REQUIRE(longer);
            world.school(b).chain = *longer;
        }
        chains = {world.school(b).chain};
    }
    /// How these terms stand at school a; open ones.
    [[nodiscard]] replica::LinkRenewalStatus open_terms(const AgreementId& id) {
        const auto open = status(*this, a).renewals;
        const auto found = std::ranges::find(open, id, &replica::LinkRenewalStatus::agreement);
        REQUIRE(found != open.end());
        return *found;
    }
    /// An end of the link by school b, good or with a signature that was made up.
    [[nodiscard]] Bytes end(bool is_good) {
        const agreement::CardLine& cards = *standing->cards_of(rivers);
        agreement::SignedStatement said{
            agreement::encode_end({standing->id, rivers, cards.newest().hash, {}}), {}};
        const crypto::SigningKey key(world.school(b).signing_seed);
        said.signatures.push_back(agreement::sign_for(
            {rivers, *world.school(b).id, key}, crypto::SignLabel::agreement_end, said.bytes
        ));
        if (!is_good)
            said.signatures.back().signature = world.school(a).random->make<Signature>();
        return agreement::encode_link_act(agreement::LinkEnded{std::move(said), std::nullopt});
    }
    void say(std::vector<Bytes> acts) {
        caller->say(*opened, wire::FarActs{std::move(acts)});
        world.run_for(std::chrono::seconds(2));
    }
    /// How many entries of governance school a has written.
    [[nodiscard]] std::uint64_t written() {
        std::uint64_t count = 0;
        for (const auto& log : world.school(a).replica->logs(log::space_of(forest)))
            if (log.descriptor.channel == log::Channel::governance &&
                log.descriptor.school == *world.school(a).id)
                count += log.stored.value;
        return count;
    }
    /// The network goes on: terms of its own, signed by the honest coordinator there.
    void go_on() {
        const AgreementId next = renew_by(*this, a, b1, {1, 2});
        CHECK(all_have(*this, next));
    }

    std::optional<agreement::Standing> standing{};
    std::vector<Bytes> chains{}; // that come with terms
    Caller* caller = nullptr;
    std::optional<LinkId> opened{};
};

AgreementId id_of(const Bytes& renewal) {
    const auto act = agreement::parse_link_act(renewal);
    REQUIRE(act);
    return agreement::agreement_id(std::get<agreement::LinkRenewal>(*act).agreement.bytes);
}

} // namespace

TEST_CASE("renewal flood: the same terms beside junk are written down once", "[sim]") {
    FloodScene scene;
    agreement::Signatures junk;
    for (std::uint8_t i = 1; i <= 2; ++i) {
        SchoolId::Raw school{};
        school[0] = i; // smaller than any that is there
        junk.push_back({SchoolId(school), SigningPublicKey({}), Signature({})});
    }
    const std::uint64_t before = scene.written();
    const Bytes act = scene.terms(1, junk);
    for (int i = 0; i < 3; ++i)
        scene.say(std::vector<Bytes>(limits::far_acts_max, act));

    CHECK(scene.written() == before + 1);
    CHECK(status(scene, scene.a).renewals.size() == 1);
    CHECK(scene.caller->is_open(*scene.opened));
    scene.go_on();
}

TEST_CASE("renewal flood: one coordinator fills nothing, and freezes nothing", "[sim]") {
    FloodScene scene;
    const std::uint64_t before = scene.written();
    for (std::uint32_t round = 0; round < 4; ++round) {
        std::vector<Bytes> acts{
            scene.terms(limits::renewals_ahead_max),
            scene.terms(limits::renewals_ahead_max + 1),
            scene.terms(0xffff'ffffU)};
        for (std::uint32_t i = 0; acts.size() < limits::far_acts_max; ++i)
            acts.push_back(scene.terms(limits::renewals_ahead_max - 64 * round - i));
        scene.say(std::move(acts));
    }

    CHECK(scene.written() <= before + limits::renewals_open_max);
    for (const auto& each : status(scene, scene.a).renewals)
        CHECK(each.number <= limits::renewals_ahead_max);
    CHECK(status(scene, scene.a).renewals.size() <= limits::renewals_open_max);
    // The honest coordinator over there has room of its own, and so has this side.
    const AgreementId theirs = terms_in(renew(scene, scene.b1, {2}));
    CHECK(hears(scene, scene.a, theirs));
    scene.go_on();
}

TEST_CASE("renewal flood: who has offered all it may still signs what was made here", "[sim]") {
    FloodScene scene;
    scene.offer_all(limits::renewals_ahead_max + 1 - limits::renewals_open_max);
    const AgreementId ours = terms_in(renew(scene, scene.a, {1, 2}));
    scene.world.run_for(std::chrono::seconds(5));

    scene.say({scene.signed_by_b(scene.told(ours))});

    CHECK(status(scene, scene.a).agreement == ours);
}

TEST_CASE("renewal flood: a new server offers anew", "[sim]") {
    FloodScene scene;
    scene.offer_all(1);
    scene.replace_key();

    const Bytes anew = scene.terms(5);
    scene.say({anew});

    const auto open = status(scene, scene.a).renewals;
    REQUIRE(open.size() == 1);
    CHECK(open.front().agreement == id_of(anew));
}

TEST_CASE("renewal flood: a school with many keys has room for a few", "[sim]") {
    FloodScene scene;
    const std::uint64_t before = scene.written();
    for (std::size_t key = 0; key < 6; ++key) {
        scene.add_key();
        std::vector<Bytes> acts;
        while (acts.size() < limits::renewals_open_max)
            acts.push_back(scene.terms(1));
        scene.say(std::move(acts));
    }

    CHECK(scene.written() == before + replica::renewals_of_school_max);
    const AgreementId theirs = terms_in(renew(scene, scene.b1, {2}));
    CHECK(hears(scene, scene.a, theirs));
    scene.go_on();
}

TEST_CASE("renewal flood: nothing older is signed after what is newer", "[sim]") {
    FloodScene scene;
    scene.say({scene.terms(1)});
    const AgreementId wide = terms_in(renew(scene, scene.a, {1, 2}));
    REQUIRE(scene.open_terms(wide).number == 2);
    const Bytes narrow = scene.terms(1);
    scene.say({narrow});

    // If it were in force, the other side could sign the wider one, and have that.
    CHECK_FALSE(scene.open_terms(id_of(narrow)).may_be_signed);
    CHECK(sign(scene, scene.a, id_of(narrow)).error().code == Errc::not_allowed);

    // And what this network makes is newer than all that it has made, whatever is free below.
    scene.replace_key();
    scene.say({scene.terms(9)});
    const AgreementId next = terms_in(renew(scene, scene.a, {2}));
    CHECK(scene.open_terms(next).number == 3);
}

TEST_CASE("renewal flood: ends that nobody signed cost two signatures a message", "[sim]") {
    FloodScene scene;
    std::vector<Bytes> ends;
    while (ends.size() + 1 < limits::far_acts_max)
        ends.push_back(scene.end(false));
    ends.push_back(scene.end(true));
    scene.say(ends);
    CHECK_FALSE(status(scene, scene.a).ended); // nobody has looked so far

    // One bad end keeps no good one out.
    scene.say({scene.end(false), scene.end(true)});
    CHECK(status(scene, scene.a).ended);
}

TEST_CASE("renewal flood: ends by keys of which nobody has heard keep out no good one", "[sim]") {
    FloodScene scene;
    const Bytes good = scene.end(true);
    scene.add_key();
    scene.say({scene.end(true), scene.end(true), scene.end(true), good});
    CHECK(status(scene, scene.a).ended);
}

TEST_CASE("renewal flood: nobody signs after what stands by an ended key there", "[sim]") {
    FloodScene scene;
    scene.say({scene.terms(1)});
    const AgreementId terms = status(scene, scene.a).renewals.at(0).agreement;
    const std::vector<std::size_t> others{scene.a, scene.a2, scene.b1, scene.b2, scene.b3};
    for (const std::size_t who : others)
        scene.world.part(scene.a1, who);
    scene.world.run_for(std::chrono::seconds(5));
    REQUIRE(sign(scene, scene.a, terms));
    REQUIRE(status(scene, scene.a).agreement == terms);
    scene.replace_key();
    scene.say({scene.terms(9)}); // brings the chain
    for (const std::size_t who : others)
        scene.world.mend(scene.a1, who);
    const auto is_known = [&] { return status(scene, scene.a1).agreement == terms; };
    REQUIRE(scene.world.run_until(is_known, std::chrono::seconds(300)));

    scene.world.run_for(std::chrono::seconds(30));
    CHECK(status(scene, scene.a).own.signed_by.size() == 1);

    // The new key signs, too: whoever coordinates here goes on with it.
    scene.call();
    scene.say({scene.signed_by_b(scene.told(terms))});
    CHECK(scene.world.run_until(
        [&] { return status(scene, scene.a).own.signed_by.size() == 2; }, patience
    ));
}

} // namespace staffroom::simulation
