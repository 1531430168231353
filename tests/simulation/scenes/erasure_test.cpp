// Erasure among schools: one is away when the order comes, one comes back with an older disk, one
// falls at every step; at the end no disk holds a byte of the words, and all say so. [E1]-[E6]
#include "protocol/records/attachment.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

using network::ErasureKind;
using network::ErasureOrder;
using network::ErasureReason;
using replica::FileName;

constexpr std::chrono::seconds erasure_patience{900};
constexpr std::size_t shard_bytes = 16;
constexpr std::size_t ends_bytes = 100;

/// A record with a file, and the bytes by which it is known on a disk.
struct Words {
    RevisionId revision{RevisionId::Raw{}};
    FileName file{Digest({}), 0};
    Bytes content;
    Bytes encoded{};
};

Words publish_words(World& world, std::size_t index, const NetworkId& network, std::uint64_t seed) {
    Words words;
    words.content = Bytes(70'000);
    tests::SeededRandom random(seed);
    random.fill(words.content);
    words.file = {records::attachment_hash(words.content), words.content.size()};
    REQUIRE(world.school(index).files->add(words.file, 0, words.content));
    records::RecordBody body;
    body.title = "About a pupil";
    for (int i = 0; i < 400; ++i)
        body.text.push_back(static_cast<char>('a' + random.below(26)));
    body.attachments.push_back(
        {to_bytes(words.file.hash.view()), "plan.png", "image/png", words.file.size, ""}
    );
    replica::RecordDraft draft = make_draft(log::space_of(network), "");
    const auto encoded = records::encode_body(body);
    REQUIRE(encoded);
    draft.attachment_bytes = words.file.size;
    draft.codec = static_cast<std::uint32_t>(encoded->codec);
    draft.plain_length = encoded->plain_length;
    draft.encoded = encoded->encoded;
    words.encoded = *encoded->encoded;
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    const auto published = world.command(index, std::move(command));
    REQUIRE(published);
    words.revision = std::get<replica::RecordsPublished>(*published).revisions.front();
    return words;
}

bool contains(const Bytes& content, ByteView part) {
    return std::search(content.begin(), content.end(), part.begin(), part.end()) != content.end();
}

/// Whether any bytes of these words stand in any file of the school's disk.
bool is_on_disk(World& world, std::size_t index, const Words& words) {
    tests::TornFileSystem& disk = *world.school(index).disk;
    for (const std::string& path : disk.files()) {
        const auto content = storage::read_file(disk, path, std::size_t{1} << 28U);
        REQUIRE(content);
        if (contains(*content, ByteView(words.content).first(64)))
            return true;
        // Its ends are the same in every such record.
        for (std::size_t at = ends_bytes; at + ends_bytes < words.encoded.size(); at += shard_bytes)
            if (contains(*content, ByteView(words.encoded).subspan(at, shard_bytes)))
                return true;
    }
    return false;
}

bool has_whole(World& world, std::size_t index, const Words& words) {
    const School& school = world.school(index);
    const auto body = school.store ? school.store->read_body(words.revision)
                                   : Result<storage::FoundBody>(fail(Errc::closed));
    return body && body->state == replica::BodyState::have && school.files->holds(words.file);
}

std::size_t erased_at(World& world, std::size_t index) {
    if (!world.is_running(index))
        return 0;
    const auto orders = world.school(index).replica->erasures();
    if (orders.size() != 1)
        return 0;
    return static_cast<std::size_t>(std::count_if(
        orders[0].schools.begin(),
        orders[0].schools.end(),
        [](const replica::ErasureSchool& school) { return school.state == "erased"; }
    ));
}

/// School `index` orders that these records of `owner` go.
void order_of(
    World& world,
    std::size_t index,
    const NetworkId& network,
    std::size_t owner,
    std::vector<RevisionId> entries
) {
    std::sort(entries.begin(), entries.end());
    REQUIRE(world.command(
        index,
        replica::OrderErasure{
            network,
            ErasureOrder{
                *world.school(owner).id,
                std::move(entries),
                ErasureKind::whole,
                ErasureReason::pupil}}
    ));
}

void order(World& world, std::size_t index, const NetworkId& network, const Words& words) {
    order_of(world, index, network, index, {words.revision});
}

RevisionId write_act(World& world, std::size_t index, const NetworkId& network, network::Act what) {
    const auto written = world.command(index, replica::WriteAct{network, std::move(what)});
    REQUIRE(written);
    return std::get<replica::ActWritten>(*written).operation;
}

bool all_have(World& world, const Words& words) {
    for (std::size_t i = 0; i < world.school_count(); ++i)
        if (!has_whole(world, i, words))
            return false;
    return true;
}

/// Every school knows that every school has erased.
bool all_say(World& world) {
    for (std::size_t i = 0; i < world.school_count(); ++i)
        if (erased_at(world, i) != world.school_count())
            return false;
    return true;
}

/// The node of this school ends at one write after the other, by power or by hand, and comes back;
/// lines are cut meanwhile.
void fall_at_every_step(World& world, std::size_t school, std::uint64_t seed) {
    constexpr std::uint64_t falls = 12;
    tests::SeededRandom random(seed);
    for (std::uint64_t fall = 0; fall < falls; ++fall) {
        world.arm_fall(school, fall, fall % 2 == 0 ? Fall::power : Fall::kill);
        world.cut_after(random.below(4), random.below(3'000));
        world.run_for(std::chrono::seconds(3));
        if (!world.is_running(school))
            world.start(school, false);
    }
    world.school(school).fall.reset();
    world.school(school).disk->heal();
}

} // namespace

TEST_CASE(
    "erasure: one away, one with an old disk, one that falls; no disk keeps a byte",
    "[sim][erasure]"
) {
    constexpr std::size_t author = 1;
    constexpr std::size_t falling = 2;
    constexpr std::size_t restored = 3;
    constexpr std::size_t away = 4;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        INFO("seed " << seed);
        World world(900 + seed);
        const NetworkId network = make_star(world, 4);
        const Words gone = publish_words(world, author, network, 1);
        const Words stays = publish_words(world, author, network, 2);
        REQUIRE(world.run_until(
            [&] { return all_have(world, gone) && all_have(world, stays); }, erasure_patience
        ));
        REQUIRE(is_on_disk(world, away, gone));
        world.stop(away, false);
        world.stop(restored, false);
        DiskImage old_disk = world.take_image(restored);
        world.start(restored, true);
        world.run_for(std::chrono::seconds(5));

        order(world, author, network, gone);
        fall_at_every_step(world, falling, seed);
        world.stop(restored, false);
        world.put_image(restored, std::move(old_disk));
        world.start(restored, false);
        world.run_for(std::chrono::hours(24));
        world.start(away, false);
        const bool all_said = world.run_until([&] { return all_say(world); }, erasure_patience);

        CHECK(all_said);
        for (std::size_t i = 0; i < 5; ++i) {
            INFO("school " << i << ", erased by " << erased_at(world, i));
            CHECK_FALSE(is_on_disk(world, i, gone));
            CHECK(has_whole(world, i, stays));
        }
        CHECK(world.run_until(
            [&] {
                return all_hold(world, {0, 1, 2, 3, 4}, 2);
            },
            erasure_patience
        ));
    }
}

TEST_CASE("erasure: who joins later gets the order before the record", "[sim][erasure]") {
    World world(940);
    const NetworkId network = make_star(world, 2);
    const Words gone = publish_words(world, 1, network, 1);
    const Words stays = publish_words(world, 1, network, 2);
    REQUIRE(world.run_until(
        [&] { return all_have(world, gone) && all_have(world, stays); }, erasure_patience
    ));
    order(world, 1, network, gone);
    REQUIRE(world.run_until([&] { return all_say(world); }, erasure_patience));

    const std::size_t newcomer = world.add_school("newcomer");
    world.witness().allow(log::space_of(network), newcomer);
    REQUIRE(join(world, newcomer, invite(world, 0, network), 0));

    CHECK(world.run_until([&] { return all_say(world); }, erasure_patience));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1, 2, 3}, 2); }, erasure_patience));
    CHECK(world.run_until([&] { return has_whole(world, newcomer, stays); }, erasure_patience));
    const auto body = world.school(newcomer).store->read_body(gone.revision);
    REQUIRE(body);
    CHECK(body->state == replica::BodyState::erased);
}

TEST_CASE(
    "erasure: a neighbour whose disk still gives the words finds nobody who keeps them",
    "[sim][erasure]"
) {
    World world(945);
    const NetworkId network = make_star(world, 2);
    const Words gone = publish_words(world, 1, network, 1);
    REQUIRE(world.run_until([&] { return all_have(world, gone); }, erasure_patience));
    const auto kept = world.school(0).store->read_body(gone.revision);
    REQUIRE(kept);
    // The founder says that it has the body, whatever has become of it on its disk.
    world.school(0).lie_of_load = [&](Result<replica::Loaded>& loaded) {
        auto* chunk = loaded ? std::get_if<replica::LoadedChunk>(&*loaded) : nullptr;
        if (chunk != nullptr)
            for (replica::LoadedEntry& entry : chunk->entries)
                if (entry.header != nullptr && *entry.header == *kept->header)
                    entry = {entry.header, replica::BodyState::have, kept->body};
        return true;
    };
    order(world, 1, network, gone);
    REQUIRE(world.run_until([&] { return all_say(world); }, erasure_patience));

    const std::size_t newcomer = world.add_school("newcomer");
    world.witness().allow(log::space_of(network), newcomer);
    world.part(1, newcomer);
    world.part(2, newcomer);
    REQUIRE(join(world, newcomer, invite(world, 0, network), 0));
    REQUIRE(world.run_until([&] { return all_say(world); }, erasure_patience));
    world.run_for(std::chrono::minutes(5));

    CHECK_FALSE(is_on_disk(world, newcomer, gone));
    const auto body = world.school(newcomer).store->read_body(gone.revision);
    REQUIRE(body);
    CHECK(body->state == replica::BodyState::erased);
}

TEST_CASE("erasure: nobody orders for a school that is there", "[sim][erasure]") {
    World world(950);
    const NetworkId network = make_star(world, 2);
    const Words words = publish_words(world, 1, network, 1);
    REQUIRE(world.run_until([&] { return has_whole(world, 0, words); }, erasure_patience));

    const auto refused = world.command(
        0,
        replica::OrderErasure{
            network,
            ErasureOrder{
                *world.school(1).id, {words.revision}, ErasureKind::whole, ErasureReason::flood}}
    );
    // A revision of another school under the own name reaches nothing.
    const auto in_vain = world.command(
        0,
        replica::OrderErasure{
            network,
            ErasureOrder{
                *world.school(0).id, {words.revision}, ErasureKind::whole, ErasureReason::flood}}
    );
    world.run_for(std::chrono::seconds(30));

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::not_allowed);
    CHECK(in_vain);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(has_whole(world, i, words));
}

TEST_CASE("erasure: a refused record goes here alone and is not fetched again", "[sim][erasure]") {
    World world(960);
    const NetworkId network = make_star(world, 1);
    const Words words = publish_words(world, 0, network, 1);
    REQUIRE(world.run_until([&] { return has_whole(world, 1, words); }, erasure_patience));

    REQUIRE(
        world.command(1, replica::WithholdEntries{{words.revision}, replica::BodyState::refused})
    );
    world.run_for(std::chrono::minutes(10));
    world.stop(1, false);
    world.start(1, false);
    world.run_for(std::chrono::minutes(10));

    CHECK_FALSE(is_on_disk(world, 1, words));
    CHECK(has_whole(world, 0, words));
}

TEST_CASE("erasure: a receipt from before the second order says nothing of it", "[sim][erasure]") {
    World world(970);
    const NetworkId network = make_star(world, 4);
    const Words words = publish_words(world, 4, network, 1);
    REQUIRE(world.run_until([&] { return all_have(world, words); }, erasure_patience));
    write_act(world, 0, network, network::SetRole{*world.school(1).id, network::Role::coordinator});
    write_act(world, 4, network, network::Leave{network::Reason::own_wish});
    world.run_for(std::chrono::minutes(2));
    order_of(world, 0, network, 4, {words.revision});
    world.run_for(std::chrono::minutes(2));
    for (const std::size_t other : {0U, 1U, 3U})
        world.part(other, 2);

    order_of(world, 1, network, 4, {words.revision});
    const auto erased_by = [&](std::size_t school) {
        std::size_t said = 0;
        for (const replica::ErasureStatus& order : world.school(0).replica->erasures())
            for (const replica::ErasureSchool& each : order.schools)
                said += each.school == *world.school(school).id && each.state == "erased" ? 1U : 0U;
        return said;
    };
    CHECK(world.run_until(
        [&] { return erased_by(0) == 2 && erased_by(1) == 2 && erased_by(3) == 2; },
        erasure_patience
    ));
    CHECK(has_whole(world, 2, words));
    CHECK(erased_by(2) == 0);

    for (const std::size_t other : {0U, 1U, 3U})
        world.mend(other, 2);
    CHECK(world.run_until([&] { return erased_by(2) == 2; }, erasure_patience));
    CHECK_FALSE(is_on_disk(world, 2, words));
}

TEST_CASE(
    "erasure: of an order that reaches less than it did the rest is missing", "[sim][erasure]"
) {
    World world(980);
    const NetworkId network = make_star(world, 4);
    const Words stays = publish_words(world, 4, network, 1);
    const Words gone = publish_words(world, 4, network, 2);
    REQUIRE(world.run_until(
        [&] { return all_have(world, stays) && all_have(world, gone); }, erasure_patience
    ));
    for (const std::size_t one : {1U, 3U})
        write_act(
            world, 0, network, network::SetRole{*world.school(one).id, network::Role::coordinator}
        );
    write_act(world, 4, network, network::Leave{network::Reason::own_wish});
    world.run_for(std::chrono::minutes(2));
    order_of(world, 0, network, 4, {gone.revision, stays.revision});
    order_of(world, 1, network, 4, {gone.revision});
    order_of(world, 3, network, 4, {gone.revision, stays.revision});
    const auto all_are = [&](const Words& words, replica::BodyState state) {
        for (std::size_t i = 0; i < 4; ++i) {
            const auto body = world.school(i).store->read_body(words.revision);
            if (!body || body->state != state)
                return false;
        }
        return true;
    };
    REQUIRE(world.run_until(
        [&] {
            return all_are(gone, replica::BodyState::erased) &&
                   all_are(stays, replica::BodyState::erased);
        },
        erasure_patience
    ));

    // Without school 3 only one coordinator wants both to go, and its order reaches the other.
    const RevisionId demoted =
        write_act(world, 0, network, network::SetRole{*world.school(3).id, network::Role::member});
    world.run_for(std::chrono::seconds(5));
    write_act(world, 1, network, network::Confirm{demoted});

    CHECK(world.run_until(
        [&] { return all_are(stays, replica::BodyState::missing); }, erasure_patience
    ));
    CHECK(all_are(gone, replica::BodyState::erased));
}

} // namespace staffroom::simulation
