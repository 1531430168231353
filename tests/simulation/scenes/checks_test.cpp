// Tests that the simulator looks where it says it does: the final state of nodes, the bytes that
// had to be sent, the bytes that wait for each line.
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"
#include "tests/simulation/checks/end_state.hpp"
#include "tests/simulation/people/scenes.hpp"
#include "tests/simulation/people/stories.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using std::chrono::seconds;

RevisionId publish_one(World& world, std::size_t school, replica::RecordDraft draft) {
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    const auto reply = world.command(school, std::move(command));
    REQUIRE(reply);
    world.run_for(seconds(5));
    return std::get<replica::RecordsPublished>(*reply).revisions.front();
}

std::string shown(World& world, std::size_t school) {
    return describe_network(world, school, *status(world, school));
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Nobody's: dials and says a few bytes.
struct Stranger final : Guest {
    World* world = nullptr;
    std::size_t index = 0;
    void opened(LinkId link) override {
        world->send_as_guest(index, link, Bytes(60));
        world->hang_up_as_guest(index, link);
    }
    void arrived(LinkId, ByteView) override {}
    void closed(LinkId) override {}
};

} // namespace

TEST_CASE("end state: the same titles under other heads are another state", "[sim]") {
    World world(401);
    const NetworkId network = make_star(world, 1);
    const auto draft = [&] { return make_draft(log::space_of(network), "words"); };
    const RevisionId first = publish_one(world, 0, draft());
    CHECK(has(shown(world, 0), "document [A title]: [A title] 1 count, 0 do not"));
    CHECK(has(shown(world, 0), "coordinator"));

    const auto revision = [&](std::vector<RevisionId> parents) {
        replica::RecordDraft made = draft();
        made.document = first;
        made.parents = std::move(parents);
        return made;
    };
    const RevisionId left = publish_one(world, 0, revision({first}));
    const RevisionId right = publish_one(world, 0, revision({first}));
    publish_one(world, 1, revision({left})); // nobody has asked that school to
    CHECK(has(shown(world, 1), ": [A title] [A title] 3 count, 1 do not"));

    replica::RecordDraft retraction = revision({left, right});
    retraction.retention = static_cast<std::uint32_t>(records::Retention::retraction);
    const RevisionId taken_back = publish_one(world, 0, std::move(retraction));
    CHECK(has(shown(world, 1), ": [A title] hidden 4 count, 1 do not"));
    publish_one(world, 0, revision({taken_back}));
    CHECK(has(shown(world, 1), ": [A title] 5 count, 1 do not"));
    CHECK(shown(world, 0) == shown(world, 1));
}

TEST_CASE("stories: schools write side by side, join, take back and undo", "[sim]") {
    std::size_t side_by_side = 0;
    std::size_t joined = 0;
    std::size_t joint = 0;
    std::size_t undone = 0;
    tests::SeededRandom random(402);
    for (const Story& story : draw_stories(Instant{0}, Instant{7'200'000'000}, 4, random)) {
        std::set<std::size_t> built_on;
        for (const Step& step : story.steps) {
            joined += step.parents.size() > 1 ? 1U : 0U;
            joint += step.school != story.first().school && !step.joint_with.empty() ? 1U : 0U;
            for (const std::size_t parent : step.parents) {
                side_by_side += built_on.insert(parent).second ? 0U : 1U;
                undone += story.steps[parent].is_retraction && !step.is_retraction ? 1U : 0U;
            }
        }
    }

    CHECK(side_by_side > 0);
    CHECK(joined > 0);
    CHECK(joint > 0);
    CHECK(undone > 0);
}

TEST_CASE("lower bound: strangers add nothing to it, a publication what it has to cost", "[sim]") {
    World world(403);
    const NetworkId network = make_star(world, 1);
    const Traffic& traffic = world.witness().traffic();
    auto made = std::make_unique<Stranger>();
    Stranger& stranger = *made;
    stranger.world = &world;
    stranger.index = world.add_guest("stranger", std::move(made));
    publish_one(world, 0, make_draft(log::space_of(network), "the first")); // opens the log
    const std::uint64_t before = traffic.lower_bound();

    for (int i = 0; i < 20; ++i)
        world.dial_as_guest(stranger.index, world.school(0).address);
    world.run_for(seconds(5));
    CHECK(traffic.lower_bound() == before);

    const RevisionId revision =
        publish_one(world, 0, make_draft(log::space_of(network), "a few words"));
    const auto found = world.school(1).store->read_body(revision);
    REQUIRE(found);
    const std::uint64_t content =
        found->header->size() + found->body.salt.size() + found->body.encoded->size();
    // One chunk, and one line on which both sides say that they are equal again.
    CHECK(traffic.lower_bound() - before == content + 400 + 250);

    const std::uint64_t later = traffic.lower_bound();
    world.part(0, 1);
    world.cut_now(0);
    CHECK(traffic.lower_bound() - later < 600); // a pulse or two: the line has been there
    world.mend(0, 1);
    world.run_for(seconds(30));
    CHECK(traffic.lower_bound() - later >= 1600);
}

TEST_CASE("memory: what waits for a line that has fallen silent stays bounded", "[sim]") {
    World world(404);
    const NetworkId network = make_star(world, 2);
    // The second hears of an entry from the first before the author's own words arrive, and says
    // so: from then on the author pushes.
    world.lines().set_quality(0, 2, {std::chrono::milliseconds(800), 0});
    REQUIRE(world.command(2, replica::AddNeighbour{network, world.school(1).address}));
    world.run_for(seconds(5));
    publish_one(world, 0, make_draft(log::space_of(network), "the first"));
    world.part(0, 2);
    const std::uint64_t before = world.school(0).bytes_sent;

    // More than may wait, before the silence is noticed.
    for (std::uint64_t i = 0; i < 400; ++i) {
        Bytes noise(25'000);
        tests::SeededRandom(i).fill(noise);
        replica::PublishRecords command;
        command.drafts.push_back(make_draft(log::space_of(network), to_hex(noise)));
        REQUIRE(world.command(0, std::move(command)));
    }

    CHECK(world.school(0).bytes_sent - before > limits::send_queue_bytes_max);
    CHECK_FALSE(world.witness().violation());
}

} // namespace staffroom::simulation
