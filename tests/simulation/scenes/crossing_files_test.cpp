// Files cross by the same rule as their records: what is attached to a record that crosses is at
// every node of the other network, also over a line that is cut; of all others not a byte. [A14]
#include "protocol/records/attachment.hpp"
#include "protocol/replica/agreements/link_book.hpp"
#include "tests/simulation/people/caller.hpp"
#include "tests/simulation/people/linked_networks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

using replica::FileName;

constexpr std::chrono::seconds patience{300};

struct Picture {
    FileName name{Digest({}), 0};
    Bytes content;
};

Picture picture(std::uint64_t seed, std::size_t size = 200'000) {
    Picture made;
    made.content = Bytes(size);
    tests::SeededRandom random(seed);
    random.fill(made.content);
    made.name = {records::attachment_hash(made.content), made.content.size()};
    return made;
}

void put(LinkedNetworks& scene, std::size_t who, const Picture& made) {
    REQUIRE(scene.world.school(who).files->add(made.name, 0, made.content));
}

/// A finding with this picture, for these links; without any it stays in its network.
RevisionId publish_with(
    LinkedNetworks& scene,
    std::size_t who,
    const Picture& made,
    const std::vector<SharingId>& links,
    std::uint32_t kind = 2
) {
    records::RecordBody body;
    body.title = "What we saw";
    body.text = "There is a picture.";
    body.attachments.push_back(
        {to_bytes(made.name.hash.view()), "plan.png", "image/png", made.name.size, ""}
    );
    const auto encoded = records::encode_body(body);
    REQUIRE(encoded);
    replica::RecordDraft draft = make_draft(log::space_of(scene.network_of(who)), "");
    draft.kind = kind;
    draft.reach = links.empty() ? 4 : 5;
    draft.links = links;
    draft.attachment_bytes = made.name.size;
    draft.codec = static_cast<std::uint32_t>(encoded->codec);
    draft.plain_length = encoded->plain_length;
    draft.encoded = encoded->encoded;
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    const auto published = scene.world.command(who, std::move(command));
    REQUIRE(published);
    return std::get<replica::RecordsPublished>(*published).revisions.front();
}

bool all_hold(LinkedNetworks& scene, const Picture& made) {
    return std::ranges::all_of(scene.schools_of_rivers(), [&](std::size_t who) {
        return scene.world.school(who).files->holds(made.name);
    });
}

bool nobody_holds(LinkedNetworks& scene, const Picture& made) {
    return std::ranges::none_of(scene.schools_of_rivers(), [&](std::size_t who) {
        return scene.world.school(who).files->holds(made.name);
    });
}

} // namespace

TEST_CASE("crossing files: a picture is at every node of the other network", "[sim][files]") {
    LinkedNetworks scene(31);
    const Picture crosses = picture(1);
    const Picture at_home = picture(2);
    const Picture of_a_write_up = picture(3);
    for (const Picture* each : {&crosses, &at_home, &of_a_write_up})
        put(scene, scene.a2, *each);

    const RevisionId finding = publish_with(scene, scene.a2, crosses, {scene.link});
    publish_with(scene, scene.a2, at_home, {});
    publish_with(scene, scene.a2, of_a_write_up, {scene.link}, 1); // no kind that crosses

    REQUIRE(scene.arrive({finding}, patience));
    REQUIRE(scene.world.run_until([&] { return all_hold(scene, crosses); }, patience));
    scene.world.run_for(std::chrono::seconds(60));
    CHECK(nobody_holds(scene, at_home));
    CHECK(nobody_holds(scene, of_a_write_up));
}

TEST_CASE("crossing files: a cut line costs no piece twice", "[sim][files]") {
    LinkedNetworks scene(32, false);
    const Picture large = picture(4, 3'000'000);
    put(scene, scene.a2, large);
    const RevisionId finding = publish_with(scene, scene.a2, large, {scene.link});
    REQUIRE(scene.arrive({finding}, patience));
    for (const std::uint64_t pieces : {3U, 9U, 20U}) {
        REQUIRE(scene.world.run_until(
            [&] { return scene.world.school(scene.b).pieces_kept >= pieces; }, patience
        ));
        scene.part_networks();
        scene.world.run_for(std::chrono::seconds(5));
        scene.mend_networks();
    }
    REQUIRE(scene.world.run_until([&] { return all_hold(scene, large); }, patience));
    const std::size_t count = records::piece_count(large.name.size);
    CHECK(scene.world.school(scene.b).pieces_kept <= count + 4);
}

TEST_CASE(
    "crossing files: a file of another place is not given for one that is named", "[sim][files]"
) {
    LinkedNetworks scene(33);
    // It stands on the disks of the gateways there, by drafts: whoever knows its hash names it.
    const Picture draft = picture(5);
    put(scene, scene.b, draft);
    put(scene, scene.b1, draft);
    const RevisionId finding = publish_with(scene, scene.a2, draft, {scene.link});
    REQUIRE(scene.arrive({finding}, patience));
    scene.world.run_for(std::chrono::seconds(120));

    for (const std::size_t who : {scene.b2, scene.b3})
        CHECK_FALSE(scene.world.school(who).files->holds(draft.name));
}

TEST_CASE("crossing files: what is called back loses its files there", "[sim][files]") {
    LinkedNetworks scene(34);
    const Picture gone = picture(6);
    put(scene, scene.a2, gone);
    const RevisionId finding = publish_with(scene, scene.a2, gone, {scene.link});
    REQUIRE(scene.world.run_until([&] { return all_hold(scene, gone); }, patience));
    const bool is_whole = GENERATE(true, false);
    CAPTURE(is_whole);
    const network::ErasureOrder order{
        *scene.world.school(scene.a2).id,
        {finding},
        is_whole ? network::ErasureKind::whole : network::ErasureKind::files_only,
        network::ErasureReason::asked};

    REQUIRE(scene.world.command(scene.a2, replica::OrderErasure{scene.forest, order}));

    REQUIRE(scene.world.run_until([&] { return nobody_holds(scene, gone); }, patience));
    for (const std::size_t who : scene.schools_of_rivers())
        CHECK(scene.shows(who, finding) != is_whole);
}

TEST_CASE("crossing files: who asks by what does not cross is refused", "[sim][files]") {
    LinkedNetworks scene(35);
    scene.part_networks();
    const Picture crosses = picture(7);
    const Picture at_home = picture(8);
    put(scene, scene.a2, crosses);
    put(scene, scene.a2, at_home);
    const RevisionId finding = publish_with(scene, scene.a2, crosses, {scene.link});
    const RevisionId kept = publish_with(scene, scene.a2, at_home, {});
    scene.world.run_for(std::chrono::seconds(60));
    REQUIRE(scene.world.school(scene.a1).files->holds(at_home.name));
    REQUIRE(scene.crossing(scene.a1).ours_passed == 1);
    const auto place_of = [&](const RevisionId& revision) {
        const auto found = scene.world.school(scene.a1).store->find_revision(revision);
        REQUIRE(found);
        return std::pair(log::log_id(found->descriptor), found->position);
    };
    const auto [log, crossing_at] = place_of(finding);
    const Position kept_at = place_of(kept).second;
    // With the keys of a gateway of Rivers.
    scene.world.stop(scene.b, true);
    auto made = std::make_unique<Caller>(scene.world, 5);
    Caller* caller = made.get();
    caller->settle(scene.world.add_guest("asker", std::move(made)));
    const bool is_one = scene.world.school(scene.a1)
                            .replica->ground(scene.forest)
                            ->standings.front()
                            .agreement.one.network == scene.forest;
    caller->on_open = [&, log = log, crossing_at = crossing_at](LinkId line) {
        caller->say(line, wire::FarHello{scene.world.school(scene.b).chain, !is_one});
        caller->say(line, wire::WantFile{4, log, crossing_at, crosses.name.hash});
        caller->say(line, wire::WantFile{5, log, kept_at, at_home.name.hash});
        caller->say(line, wire::WantFile{6, log, crossing_at, at_home.name.hash});
    };
    caller->call_with(
        scene.a1, replica::far_meeting_key(scene.link), scene.world.school(scene.b).transport_secret
    );
    scene.world.run_for(std::chrono::seconds(10));

    std::map<std::uint32_t, wire::FileState> states;
    for (const wire::Message& message : caller->heard())
        if (const auto* found = std::get_if<wire::FileFound>(&message))
            states.insert_or_assign(found->stream, found->state);
    CHECK(states.at(4) == wire::FileState::have);
    CHECK(states.at(5) == wire::FileState::refused);
    CHECK(states.at(6) == wire::FileState::refused);
}

} // namespace staffroom::simulation
