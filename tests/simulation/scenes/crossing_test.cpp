// Records cross a link: from the school that wrote one to every node of the other network, which
// checks it by itself; and what may not cross stays. [A10] [A11] [A12] [A13]
#include "tests/simulation/people/linked_networks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {

using agreement::CarriedView;
using agreement::Refusal;

TEST_CASE("crossing: a finding is at every node of the other network, as it was written", "[sim]") {
    LinkedNetworks scene(1);
    const RevisionId finding = scene.publish_linked(scene.a2, "what we found");

    REQUIRE(scene.arrive({finding}, std::chrono::seconds(60)));

    for (const std::size_t who : scene.schools_of_rivers()) {
        CAPTURE(scene.world.school(who).name);
        const ShownThere here = scene.shown(who);
        CHECK(here.views.size() == 1);
        CHECK(here.refused.empty());
        const CarriedView& view = here.views.at(finding);
        CHECK(view.header.school == scene.world.school(scene.a2).id);
        CHECK(view.link == scene.link);
        REQUIRE(view.trail.size() == 1);
        CHECK(view.trail[0].network == scene.forest);
        CHECK(view.trail[0].name == "Forest");
        const auto body =
            records::decode_body(view.header.codec, view.header.plain_length, *view.body.encoded);
        REQUIRE(body);
        CHECK(body->text == "what we found");
    }
    // The author's network goes on knowing it as its own, and nothing of the others.
    CHECK(scene.shown(scene.a2).entries == 0);
    CHECK(scene.crossing(scene.a2).ours == 1);
    REQUIRE(scene.world.run_until(
        [&] { return scene.crossing(scene.a2).ours_passed == 1; }, std::chrono::seconds(30)
    ));
    REQUIRE(scene.world.run_until(
        [&] { return scene.crossing(scene.b3).theirs == 1; }, std::chrono::seconds(30)
    ));
}

TEST_CASE("crossing: people are told where one school alone carries", "[sim]") {
    LinkedNetworks scene(11);
    const auto is_told = [&](std::size_t who) {
        return needs_attention(scene.world, who, "link.one-gateway") ||
               needs_attention(scene.world, who, "link.no-gateway");
    };
    CHECK_FALSE(is_told(scene.a2));
    CHECK_FALSE(is_told(scene.b3));
    LinkedNetworks lonely(12, false);
    CHECK(needs_attention(lonely.world, lonely.a2, "link.one-gateway"));
    CHECK(needs_attention(lonely.world, lonely.b3, "link.one-gateway"));
    const RevisionId finding = lonely.publish_linked(lonely.a2, "by one school alone");
    CHECK(lonely.arrive({finding}, std::chrono::seconds(60)));
}

TEST_CASE("crossing: both ways, and again when there is more", "[sim]") {
    LinkedNetworks scene(2);
    std::vector<RevisionId> findings;
    for (int i = 0; i < 3; ++i) {
        findings.push_back(scene.publish_linked(scene.a2, "finding " + std::to_string(i)));
        REQUIRE(scene.arrive(findings, std::chrono::seconds(60)));
    }
    const RevisionId note = scene.publish_linked(scene.b3, "a note", 3);
    REQUIRE(
        scene.world.run_until([&] { return scene.shows(scene.a2, note); }, std::chrono::seconds(60))
    );
    CHECK(scene.shown(scene.a).refused.empty());
}

TEST_CASE("crossing: what was not agreed, or is for others, stays", "[sim]") {
    LinkedNetworks scene(3);
    const RevisionId finding = scene.publish_linked(scene.a2, "crosses");
    scene.publish(scene.a2, "within the network");
    scene.publish_linked(scene.a2, "a write-up", 1);
    scene.publish(
        scene.a2, "for another link", 2, {scene.world.school(scene.a).random->make<SharingId>()}
    );
    REQUIRE(scene.arrive({finding}, std::chrono::seconds(60)));
    scene.world.run_for(std::chrono::seconds(60));

    for (const std::size_t who : scene.schools_of_rivers())
        CHECK(scene.shown(who).entries == 1);
    const replica::LinkCrossing here = scene.crossing(scene.a);
    CHECK(here.ours == 2);
    CHECK(here.ours_passed == 1);
    CHECK(here.ours_refused.at(Refusal::kind_not_agreed) == 1);
}

TEST_CASE("crossing: with two gateways a side it is there once", "[sim]") {
    LinkedNetworks scene(4);
    std::vector<RevisionId> findings;
    for (int i = 0; i < 40; ++i)
        findings.push_back(scene.publish_linked(scene.a2, "finding " + std::to_string(i)));
    REQUIRE(scene.arrive(findings, std::chrono::seconds(120)));
    scene.world.run_for(std::chrono::seconds(60));

    const ShownThere here = scene.shown(scene.b3);
    CHECK(here.views.size() == findings.size());
    CHECK(here.entries < 2 * findings.size());
    CHECK(scene.crossing(scene.b3).theirs == findings.size());
}

// The attack on oneself: while one answer is being written the next is asked for already, and what
// a disk refuses is either lost or carried twice.
TEST_CASE("crossing: what a full disk refused while more was on its way comes once", "[sim]") {
    LinkedNetworks scene(13, false);
    scene.world.stop(scene.b, false);
    std::vector<RevisionId> findings;
    for (int i = 0; i < 600; ++i)
        findings.push_back(scene.publish_linked(scene.a2, "finding " + std::to_string(i)));
    scene.world.run_for(std::chrono::seconds(60));
    scene.world.start(scene.b, true);
    const auto has_come = [&](std::size_t count) {
        return scene.world.run_until(
            [&] { return scene.crossing(scene.b).theirs >= count; }, std::chrono::seconds(120)
        );
    };
    REQUIRE(has_come(1));
    tests::TornFileSystem& disk = *scene.world.school(scene.b).disk;
    disk.fail_from(disk.operations(), Errc::disk_full);
    scene.world.run_for(std::chrono::seconds(5));
    CHECK(scene.crossing(scene.b).theirs < findings.size());
    disk.heal();
    REQUIRE(has_come(findings.size()));

    const ShownThere here = scene.shown(scene.b);
    CHECK(here.refused.empty());
    CHECK(here.views.size() == findings.size());
    CHECK(here.entries == findings.size());
}

TEST_CASE("crossing: one gateway's restart and cut lines hold nothing up for ever", "[sim]") {
    for (std::size_t bytes = 0; bytes < 12000; bytes += 1500) {
        CAPTURE(bytes);
        LinkedNetworks scene(5);
        scene.world.stop(scene.b1, false);
        scene.part_networks();
        std::vector<RevisionId> findings;
        for (int i = 0; i < 20; ++i)
            findings.push_back(scene.publish_linked(
                scene.a2, "finding " + std::to_string(i) + std::string(200, 'x')
            ));
        scene.world.run_for(std::chrono::seconds(20));
        scene.world.cut_after(scene.b, bytes);
        scene.mend_networks();
        scene.world.run_for(std::chrono::seconds(10));
        scene.world.stop(scene.b, true);
        scene.world.start(scene.b, false);
        scene.world.start(scene.b1, true);
        REQUIRE(scene.arrive(findings, std::chrono::seconds(900)));
        CHECK(scene.shown(scene.b3).refused.empty());
    }
}

TEST_CASE("crossing: a gateway that lies is caught, and the other one carries", "[sim]") {
    LinkedNetworks scene(6);
    scene.world.part(scene.a1, scene.b); // the liar is asked first
    scene.world.part(scene.a1, scene.b1);
    School& liar = scene.world.school(scene.a);
    std::optional<Refusal> expected;
    SECTION("about the words") {
        expected = Refusal::body_altered;
        liar.lie_of_load = [&](Result<replica::Loaded>& loaded) {
            auto* chunk = loaded ? std::get_if<replica::LoadedChunk>(&*loaded) : nullptr;
            if (chunk != nullptr)
                for (log::StoredEntry& entry : chunk->entries)
                    if (entry.state == log::BodyState::have && !entry.body.salt.empty())
                        entry.body.salt[0] ^= 1U;
            return true;
        };
    }
    SECTION("by keeping them back") {
        liar.lie_of_load = [&](Result<replica::Loaded>& loaded) {
            auto* chunk = loaded ? std::get_if<replica::LoadedChunk>(&*loaded) : nullptr;
            if (chunk != nullptr)
                for (log::StoredEntry& entry : chunk->entries)
                    if (!entry.body.salt.empty())
                        entry.state = log::BodyState::missing;
            return true;
        };
    }
    SECTION("by saying nothing at all") {
        liar.lie_of_load = [](Result<replica::Loaded>&) { return false; };
    }
    const RevisionId finding = scene.publish_linked(scene.a2, "what we found");
    scene.world.run_for(std::chrono::seconds(30));
    for (const std::size_t who : scene.schools_of_rivers())
        CHECK(scene.shown(who).entries == 0);
    if (expected) {
        const auto by_b = scene.crossing(scene.b).theirs_refused;
        const auto by_b1 = scene.crossing(scene.b1).theirs_refused;
        CHECK(by_b.count(*expected) + by_b1.count(*expected) > 0);
    }

    scene.mend_networks();

    REQUIRE(scene.arrive({finding}, std::chrono::seconds(900)));
    CHECK(scene.shown(scene.b3).refused.empty());
}

TEST_CASE("crossing: what a member of the network forges is shown by nobody", "[sim]") {
    LinkedNetworks scene(7);
    const RevisionId finding = scene.publish_linked(scene.a2, "what we found");
    REQUIRE(scene.arrive({finding}, std::chrono::seconds(60)));
    const ShownThere honest = scene.shown(scene.b3);
    const CarriedView& view = honest.views.at(finding);

    // It carries what it has again, with other words, under a proof that nobody wrote down.
    Bytes words = to_bytes(as_view("forged"));
    agreement::RelayedRecord record{
        view.position,
        view.header_bytes,
        log::BodyState::have,
        {view.body.salt, std::make_shared<const Bytes>(words)},
        {}};
    const Bytes body = agreement::encode_carried_record({finding, record});
    replica::RecordDraft draft = make_draft(log::space_of(scene.rivers), "");
    draft.kind = log::kind_carried_record;
    draft.codec = 0;
    draft.plain_length = static_cast<std::uint32_t>(body.size());
    draft.encoded = std::make_shared<const Bytes>(body);
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    REQUIRE(scene.world.command(scene.b2, std::move(command)));
    scene.world.run_for(std::chrono::seconds(30));

    for (const std::size_t who : scene.schools_of_rivers()) {
        CAPTURE(scene.world.school(who).name);
        const ShownThere here = scene.shown(who);
        CHECK(here.views.size() == 1);
        CHECK(here.refused.at(Refusal::no_proof) == 1);
        CHECK(scene.crossing(who).theirs == 1);
        CHECK(scene.crossing(who).theirs_refused.at(Refusal::no_proof) == 1);
    }
}

TEST_CASE("crossing: a removed school stops at its cut", "[sim]") {
    LinkedNetworks scene(8);
    const RevisionId before = scene.publish_linked(scene.a2, "before it was removed");
    REQUIRE(scene.arrive({before}, std::chrono::seconds(60)));
    for (std::size_t other = scene.a; other <= scene.b3; ++other)
        if (other != scene.a2)
            scene.world.part(scene.a2, other);
    const RevisionId after = scene.publish_linked(scene.a2, "when it did not know yet");
    const network::Remove removal{
        *scene.world.school(scene.a2).id, network::Reason::charter_broken};
    const auto written = scene.world.command(scene.a, replica::WriteAct{scene.forest, removal});
    REQUIRE(written);
    const RevisionId operation = std::get<replica::ActWritten>(*written).operation;
    REQUIRE(scene.world.run_until(
        [&] { return !scene.world.school(scene.a1).replica->proposals(scene.forest).empty(); },
        std::chrono::seconds(30)
    ));
    REQUIRE(
        scene.world.command(scene.a1, replica::WriteAct{scene.forest, network::Confirm{operation}})
    );
    scene.world.run_for(std::chrono::seconds(5));
    for (std::size_t other = scene.a; other <= scene.b3; ++other)
        if (other != scene.a2)
            scene.world.mend(scene.a2, other);
    scene.world.run_for(std::chrono::seconds(120));

    for (const std::size_t who : scene.schools_of_rivers()) {
        CHECK(scene.shows(who, before));
        CHECK_FALSE(scene.shows(who, after));
        CHECK(scene.shown(who).entries == 1);
    }
}

TEST_CASE("crossing: what is erased where it was carried does not come again", "[sim]") {
    LinkedNetworks scene(13);
    const RevisionId erased = scene.publish_linked(scene.a2, "to be erased in Rivers");
    const RevisionId kept = scene.publish_linked(scene.a2, "to be kept");
    REQUIRE(scene.arrive({erased, kept}, std::chrono::seconds(60)));
    scene.world.run_for(std::chrono::seconds(30));
    const ShownThere before = scene.shown(scene.b3);
    for (const auto& [school, entry] : before.carried_by.at(erased)) {
        const bool is_b = school == scene.world.school(scene.b).id;
        const network::ErasureOrder order{
            school, {entry}, network::ErasureKind::whole, network::ErasureReason::asked};
        REQUIRE(scene.world.command(
            is_b ? scene.b : scene.b1, replica::OrderErasure{scene.rivers, order}
        ));
    }
    REQUIRE(scene.world.run_until(
        [&] {
            return std::ranges::none_of(scene.schools_of_rivers(), [&](std::size_t who) {
                return scene.shows(who, erased);
            });
        },
        std::chrono::seconds(60)
    ));
    for (const std::size_t who : scene.schools_of_rivers()) {
        scene.world.stop(who, true);
        scene.world.start(who, false);
    }
    scene.world.run_for(std::chrono::seconds(180));
    for (const std::size_t who : scene.schools_of_rivers()) {
        CHECK_FALSE(scene.shows(who, erased));
        CHECK(scene.shows(who, kept));
    }
}

TEST_CASE("crossing: what came before an end stays, what is written after it does not", "[sim]") {
    for (const bool is_by_giver : {true, false}) {
        CAPTURE(is_by_giver);
        LinkedNetworks scene(10);
        const RevisionId before = scene.publish_linked(scene.a2, "before the end");
        REQUIRE(scene.arrive({before}, std::chrono::seconds(60)));
        const RevisionId note = scene.publish_linked(scene.b2, "a note before the end", 3);
        REQUIRE(scene.world.run_until(
            [&] { return scene.shows(scene.a2, note); }, std::chrono::seconds(60)
        ));
        scene.world.run_for(std::chrono::seconds(2)); // until who ends it has it all, too
        const std::size_t who = is_by_giver ? scene.a : scene.b;
        REQUIRE(scene.world.command(
            who, replica::EndLink{scene.network_of(who), scene.link, network::Reason::own_wish}
        ));
        const RevisionId after = scene.publish_linked(scene.a2, "after the end");
        const auto has_ended = [&](std::size_t at) { return !scene.crossing(at).is_in_force; };
        REQUIRE(scene.world.run_until(
            [&] { return has_ended(scene.a2) && has_ended(scene.b3); }, std::chrono::seconds(60)
        ));
        scene.world.run_for(std::chrono::seconds(60));

        for (const std::size_t each : scene.schools_of_rivers()) {
            CHECK(scene.shows(each, before));
            CHECK_FALSE(scene.shows(each, after));
            CHECK(scene.shown(each).refused.empty());
        }
        CHECK(scene.shows(scene.a2, note));
        CHECK(scene.crossing(scene.a2).waiting.at(replica::CrossingWait::not_in_force) == 1);
        // Everybody knows it after a start, too.
        scene.world.stop(scene.b3, true);
        scene.world.start(scene.b3, false);
        CHECK(has_ended(scene.b3));
        CHECK(scene.shows(scene.b3, before));
    }
}

TEST_CASE("crossing: a network that is not linked holds nothing of it", "[sim]") {
    LinkedNetworks scene(9);
    const std::size_t c = scene.world.add_school("c");
    const NetworkId north = create_network(scene.world, c);
    // A neighbour of a gateway in another network: the gateway is in both.
    REQUIRE(join(scene.world, scene.b, invite(scene.world, c, north), c));
    const RevisionId finding = scene.publish_linked(scene.a2, "what we found");
    REQUIRE(scene.arrive({finding}, std::chrono::seconds(60)));
    scene.world.run_for(std::chrono::seconds(30));

    for (const LogId& log : scene.world.school(c).store->logs()) {
        const auto descriptor = scene.world.school(c).store->descriptor_of(log);
        REQUIRE(descriptor);
        const bool is_of_others = descriptor->space == log::space_of(scene.forest) ||
                                  descriptor->space == log::space_of(scene.rivers);
        CHECK_FALSE(is_of_others);
    }
    CHECK(scene.world.school(c).replica->link_crossings().empty());
    CHECK(scene.world.school(c).replica->ground(north) == nullptr);
}

} // namespace staffroom::simulation
