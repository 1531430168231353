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
        for (std::size_t at = 0; at + shard_bytes <= words.encoded.size(); at += shard_bytes)
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

void order(World& world, std::size_t index, const NetworkId& network, const Words& words) {
    REQUIRE(world.command(
        index,
        replica::OrderErasure{
            network,
            ErasureOrder{
                *world.school(index).id,
                {words.revision},
                ErasureKind::whole,
                ErasureReason::pupil}}
    ));
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

} // namespace staffroom::simulation
