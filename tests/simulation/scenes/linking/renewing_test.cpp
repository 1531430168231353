// A link goes on by other terms: both sides sign them, the old ones count until then, and nothing
// that came before is gone meanwhile. And it outlives who has signed it. [A17]
#include "tests/simulation/scenes/linking/renewing.hpp"

namespace staffroom::simulation {
namespace {

using agreement::Terms;

/// A link of the same networks that a1, who is on its card, has not heard of: it is away.
void agree_without_a1(LinkedNetworks& scene) {
    for (const std::size_t who : {scene.a, scene.a2, scene.b, scene.b1, scene.b2, scene.b3})
        scene.world.part(scene.a1, who);
    scene.world.run_for(std::chrono::seconds(5));
    scene.link =
        agree(scene.world, {scene.a, scene.forest, {{2}}}, {scene.b, scene.rivers, {{2, 3}}});
}

void bring_back_a1(LinkedNetworks& scene) {
    for (const std::size_t who : {scene.a, scene.a2, scene.b, scene.b1, scene.b2, scene.b3})
        scene.world.mend(scene.a1, who);
}

/// Until the founder coordinates no more, by its own wish, as far as the others know.
void lay_down(LinkedNetworks& scene) {
    give_role(scene, scene.a, scene.a, network::Role::member);
    REQUIRE(scene.world.run_until(
        [&] {
            return has_role(scene, scene.a1, scene.a, network::Role::member) &&
                   has_role(scene, scene.a2, scene.a, network::Role::member);
        },
        patience
    ));
}

} // namespace

TEST_CASE("renewing: other terms count once both have signed, and nothing is gone", "[sim]") {
    LinkedNetworks scene(31);
    const AgreementId first = status(scene, scene.a).agreement;
    const RevisionId finding = scene.publish_linked(scene.a2, "what we found");
    const RevisionId write_up = scene.publish_linked(scene.a2, "what we do", 1);
    REQUIRE(scene.arrive({finding}, patience));

    const AgreementId terms = terms_in(renew(scene, scene.a, {1, 2}));

    REQUIRE(hears(scene, scene.b, terms));
    REQUIRE(hears(scene, scene.b1, terms));
    scene.world.run_for(std::chrono::seconds(30));
    for (const std::size_t who : {scene.a, scene.a1, scene.a2, scene.b, scene.b1, scene.b3}) {
        CHECK(status(scene, who).agreement == first); // one side alone changes nothing
        REQUIRE(status(scene, who).renewals.size() == 1);
    }
    CHECK(status(scene, scene.a).renewals[0].is_signed_here);
    CHECK_FALSE(status(scene, scene.a).renewals[0].is_signed_there);
    CHECK(status(scene, scene.b).renewals[0].may_be_signed);
    CHECK(status(scene, scene.b).renewals[0].theirs == Terms{{1, 2}});
    CHECK_FALSE(scene.shows(scene.b3, write_up));
    CHECK(sign(scene, scene.b3, terms).error().code == Errc::not_allowed); // a plain member
    CHECK(sign(scene, scene.a, terms).error().code == Errc::already_exists);

    REQUIRE(sign(scene, scene.b1, terms)); // whichever coordinator looks first
    bool was_shown = true;
    REQUIRE(scene.world.run_until(
        [&] {
            for (const std::size_t who : scene.schools_of_rivers())
                was_shown = was_shown && scene.shows(who, finding);
            return status(scene, scene.a2).agreement == terms &&
                   status(scene, scene.b3).agreement == terms;
        },
        patience
    ));
    REQUIRE(all_have(scene, terms));
    CHECK(scene.arrive({finding, write_up}, patience));
    CHECK(was_shown);
    for (const std::size_t who : {scene.a, scene.b3}) {
        CHECK(status(scene, who).number == 1);
        CHECK(status(scene, who).until == renewed_until);
        CHECK(status(scene, who).renewals.empty());
        CHECK_FALSE(status(scene, who).is_disputed);
    }
    CHECK(scene.shown(scene.b3).carried_by.at(finding).size() == 1); // nothing was carried again
    // It is there after a start.
    for (const std::size_t who : {scene.a, scene.b}) {
        scene.world.stop(who, true);
        scene.world.start(who, false);
        CHECK(status(scene, who).agreement == terms);
    }
    CHECK(scene.shows(scene.b, finding));
}

TEST_CASE("renewing: two that are made at once leave no link with both", "[sim]") {
    LinkedNetworks scene(32);
    scene.part_networks();
    scene.world.run_for(std::chrono::seconds(5));
    const AgreementId ours = terms_in(renew(scene, scene.a, {1, 2}));
    const AgreementId theirs = terms_in(renew(scene, scene.b, {2}));
    scene.mend_networks();
    REQUIRE(hears(scene, scene.a, theirs));
    REQUIRE(hears(scene, scene.b, ours));
    REQUIRE(hears(scene, scene.a1, theirs));

    // Neither network signs a second one of the same number, whoever is asked there.
    for (const std::size_t who : {scene.a, scene.a1})
        CHECK(sign(scene, who, theirs).error().code == Errc::not_allowed);
    CHECK(sign(scene, scene.b, ours).error().code == Errc::not_allowed);
    const AgreementId next = terms_in(renew(scene, scene.a1, {2}));
    REQUIRE(hears(scene, scene.b1, next));
    REQUIRE(sign(scene, scene.b1, next));
    REQUIRE(all_have(scene, next));
    for (const std::size_t who : {scene.a, scene.b}) {
        CHECK(status(scene, who).number == 2);
        CHECK_FALSE(status(scene, who).is_disputed);
        CHECK(status(scene, who).renewals.empty());
    }
}

TEST_CASE("renewing: a link that has ended goes on by nothing", "[sim]") {
    LinkedNetworks scene(33);
    const AgreementId terms = terms_in(renew(scene, scene.a, {2}));
    REQUIRE(hears(scene, scene.b, terms));
    scene.part_networks();
    REQUIRE(scene.world.command(
        scene.a, replica::EndLink{scene.forest, scene.link, network::Reason::own_wish}
    ));
    CHECK(renew(scene, scene.a, {1, 2}).error().code == Errc::already_exists);
    // The other side has not heard of it, and signs: the link stays ended.
    REQUIRE(sign(scene, scene.b, terms));
    CHECK(status(scene, scene.b).agreement == terms);
    scene.mend_networks();
    REQUIRE(scene.world.run_until(
        [&] {
            return status(scene, scene.b3).ended.has_value() &&
                   status(scene, scene.a2).ended.has_value();
        },
        std::chrono::seconds(180)
    ));
    const RevisionId late = scene.publish_linked(scene.a2, "too late");
    scene.world.run_for(std::chrono::seconds(60));
    CHECK_FALSE(scene.shows(scene.b3, late));
}

TEST_CASE("renewing: a link outlives the role of who has signed it", "[sim]") {
    LinkedNetworks scene(34);
    const RevisionId before = scene.publish_linked(scene.a2, "while it coordinates");
    REQUIRE(scene.arrive({before}, patience));
    REQUIRE(status(scene, scene.a2).own.signed_by.size() == 2); // the other coordinator, too

    lay_down(scene);
    for (const std::size_t who : {scene.a, scene.a1, scene.a2})
        CHECK_FALSE(status(scene, who).ended);
    const RevisionId after = scene.publish_linked(scene.a2, "when it does not");
    CHECK(scene.arrive({before, after}, std::chrono::seconds(120)));
    // And whoever is left renews it.
    const AgreementId terms = terms_in(renew(scene, scene.a1, {2}));
    REQUIRE(hears(scene, scene.b, terms));
    REQUIRE(sign(scene, scene.b, terms));
    CHECK(all_have(scene, terms));
}

TEST_CASE("renewing: who was no coordinator any more has signed nothing", "[sim]") {
    LinkedNetworks scene(35);
    const std::size_t c = scene.world.add_school("c");
    const NetworkId north = create_network(scene.world, c);
    // The others take its role while it is away; it signs another link meanwhile.
    for (const std::size_t who : {scene.a1, scene.a2, scene.b, scene.b1, scene.b2, scene.b3})
        scene.world.part(scene.a, who);
    scene.world.run_for(std::chrono::seconds(5));
    const auto closing = scene.world.command(
        scene.a1,
        replica::WriteAct{
            scene.forest, network::SetRole{*scene.world.school(scene.a).id, network::Role::member}}
    );
    REQUIRE(closing);
    const RevisionId operation = std::get<replica::ActWritten>(*closing).operation;
    REQUIRE(scene.world.run_until(
        [&] {
            return scene.world
                .command(scene.a2, replica::WriteAct{scene.forest, network::Confirm{operation}})
                .has_value();
        },
        patience
    ));
    REQUIRE(scene.world.run_until(
        [&] { return has_role(scene, scene.a1, scene.a, network::Role::member); }, patience
    ));
    const Code code = make_code(*scene.world.school(c).random);
    REQUIRE(scene.world.command(
        c,
        replica::InviteLink{
            north,
            code.psk.copy(),
            code.admit.copy(),
            renewed_until,
            {{2}},
            {{2}},
            renewed_until,
            renewed_until}
    ));
    REQUIRE(scene.world.command(
        scene.a,
        replica::AcceptLink{
            scene.forest, code.psk.copy(), code.admit.copy(), scene.world.school(c).address, false}
    ));
    REQUIRE(scene.world.school(scene.a).replica->network_links().size() == 2);
    for (const std::size_t who : {scene.a1, scene.a2, scene.b, scene.b1, scene.b2, scene.b3})
        scene.world.mend(scene.a, who);

    REQUIRE(scene.world.run_until(
        [&] { return has_role(scene, scene.a, scene.a, network::Role::member); },
        std::chrono::seconds(600)
    ));
    scene.world.run_for(std::chrono::seconds(30));
    for (const std::size_t who : {scene.a, scene.a1, scene.a2}) {
        const auto links = scene.world.school(who).replica->network_links();
        REQUIRE(links.size() == 1);
        CHECK(links.front().id == scene.link);
    }
}

TEST_CASE("renewing: who signs what is in force signs the first agreement, too", "[sim]") {
    LinkedNetworks scene(36);
    agree_without_a1(scene);
    const AgreementId terms = renew_by(scene, scene.a, scene.b, {1, 2});
    REQUIRE(
        scene.world.run_until([&] { return status(scene, scene.a).agreement == terms; }, patience)
    );
    bring_back_a1(scene);
    const auto signatories = [&] {
        const auto found = found_status(scene, scene.a2);
        return found ? found->own.signed_by.size() : 0;
    };
    REQUIRE(scene.world.run_until([&] { return signatories() == 2; }, std::chrono::seconds(300)));

    lay_down(scene);

    scene.world.run_for(std::chrono::seconds(10));
    for (const std::size_t who : {scene.a, scene.a1, scene.a2}) {
        CHECK(status(scene, who).agreement == terms);
        CHECK(status(scene, who).own.signed_by.size() == 1);
    }
}

TEST_CASE("renewing: whoever gets its role back signs what stands, without a start", "[sim]") {
    LinkedNetworks scene(37);
    agree_without_a1(scene);
    give_role(scene, scene.a1, scene.a1, network::Role::member); // before it has heard of the link
    bring_back_a1(scene);
    REQUIRE(scene.world.run_until(
        [&] {
            return has_role(scene, scene.a, scene.a1, network::Role::member) &&
                   found_status(scene, scene.a1).has_value();
        },
        std::chrono::seconds(300)
    ));
    CHECK(status(scene, scene.a1).own.signed_by.size() == 1);

    become_coordinator(scene.world, scene.a1, scene.a, scene.forest);
    REQUIRE(scene.world.run_until(
        [&] { return status(scene, scene.a2).own.signed_by.size() == 2; }, patience
    ));
    lay_down(scene);

    scene.world.run_for(std::chrono::seconds(10));
    for (const std::size_t who : {scene.a, scene.a1, scene.a2})
        CHECK(found_status(scene, who).has_value());
}

TEST_CASE("renewing: an end is known where newer terms are not", "[sim]") {
    LinkedNetworks scene(40);
    const AgreementId terms = terms_in(renew(scene, scene.a, {1, 2}));
    REQUIRE(hears(scene, scene.b, terms));
    scene.part_networks();
    scene.world.run_for(std::chrono::seconds(5));
    REQUIRE(sign(scene, scene.b, terms));
    REQUIRE(status(scene, scene.b).agreement == terms);
    REQUIRE(scene.world.command(
        scene.b, replica::EndLink{scene.rivers, scene.link, network::Reason::own_wish}
    ));
    REQUIRE(status(scene, scene.a).agreement != terms);

    scene.mend_networks();

    CHECK(scene.world.run_until(
        [&] { return status(scene, scene.a2).ended.has_value(); }, std::chrono::seconds(180)
    ));
}

TEST_CASE("renewing: what is left as it was is what was shown", "[sim]") {
    LinkedNetworks scene(41);
    const AgreementId shown = status(scene, scene.a1).agreement;
    const AgreementId terms = renew_by(scene, scene.a, scene.b, {1, 2});
    REQUIRE(all_have(scene, terms));

    CHECK(renew(scene, scene.a1, {2}, shown).error().code == Errc::not_found);
    CHECK(status(scene, scene.a1).renewals.empty());
    CHECK(renew(scene, scene.a1, {2}, terms));
}

TEST_CASE("renewing: what is on its way while terms become narrower is no lie", "[sim]") {
    LinkedNetworks scene(42);
    const AgreementId terms = terms_in(renew(scene, scene.a, {1}));
    REQUIRE(hears(scene, scene.b, terms));
    REQUIRE(hears(scene, scene.b1, terms));
    replica::PublishRecords many;
    for (int i = 0; i < 250; ++i) {
        replica::RecordDraft draft =
            make_draft(log::space_of(scene.forest), "finding " + std::to_string(i));
        draft.kind = 2;
        draft.reach = 5;
        draft.links = {scene.link};
        many.drafts.push_back(std::move(draft));
    }
    REQUIRE(scene.world.command(scene.a2, std::move(many)));
    REQUIRE(scene.world.run_until(
        [&] { return scene.crossing(scene.b).theirs + scene.crossing(scene.b1).theirs > 0; },
        patience
    ));

    // Rivers has both signatures now; Forest goes on giving until it hears.
    REQUIRE(sign(scene, scene.b, terms));

    scene.world.run_for(std::chrono::seconds(60));
    bool was_on_its_way = false;
    for (const std::size_t who : {scene.b, scene.b1}) {
        const auto crossing = scene.crossing(who);
        was_on_its_way =
            was_on_its_way || crossing.theirs_refused.count(agreement::Refusal::terms_replaced) > 0;
        CHECK(crossing.theirs_refused.count(agreement::Refusal::kind_not_agreed) == 0);
        for (const auto& gateway : crossing.gateways)
            CHECK(gateway.trouble != "kind-not-agreed");
    }
    CHECK(was_on_its_way);
    REQUIRE(all_have(scene, terms));
    const RevisionId write_up = scene.publish_linked(scene.a2, "a write-up", 1);
    CHECK(scene.arrive({write_up}, patience)); // nobody was silenced
}

} // namespace staffroom::simulation
