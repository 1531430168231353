// Attached files between schools: through a middle, over lines that are cut at any byte, past a
// crash, past a liar; text never behind them. [S11]-[S13]
#include "protocol/records/attachment.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using replica::FileName;

struct MadeFile {
    FileName name;
    Bytes content;
};

MadeFile make_file(std::size_t size, std::uint64_t seed) {
    Bytes content(size);
    tests::SeededRandom random(seed);
    random.fill(content);
    const Digest hash = records::attachment_hash(content);
    return {{hash, size}, std::move(content)};
}

void bring_in(World& world, std::size_t index, const MadeFile& file) {
    auto added = world.school(index).files->add(file.name, 0, file.content);
    REQUIRE(added);
    REQUIRE(added->is_whole);
}

/// Publishes a record that names the files; their bytes may be anywhere.
void publish_with(
    World& world, std::size_t index, const NetworkId& network, const std::vector<MadeFile>& files
) {
    records::RecordBody body;
    body.title = "A title";
    body.text = "See the pictures.";
    replica::RecordDraft draft = make_draft(log::space_of(network), "");
    for (const MadeFile& file : files) {
        body.attachments.push_back(
            {to_bytes(file.name.hash.view()), "a.png", "image/png", file.name.size, ""}
        );
        draft.attachment_bytes += file.name.size;
    }
    const auto encoded = records::encode_body(body);
    REQUIRE(encoded);
    draft.codec = static_cast<std::uint32_t>(encoded->codec);
    draft.plain_length = encoded->plain_length;
    draft.encoded = encoded->encoded;
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    REQUIRE(world.command(index, std::move(command)));
}

bool holds(World& world, std::size_t index, const MadeFile& file) {
    return world.school(index).files && world.school(index).files->holds(file.name);
}

/// A - B - C: B founded, A and C never meet.
NetworkId make_chain(World& world) {
    const NetworkId network = make_star(world, 2);
    world.part(1, 2);
    return network;
}

constexpr std::chrono::seconds patience{600};

} // namespace

TEST_CASE("files: they arrive through a middle school and are the same there", "[sim]") {
    World world(51);
    const NetworkId network = make_chain(world);
    const std::vector<MadeFile> files{
        make_file(200'000, 1), make_file(0, 2), make_file(65'536, 3), make_file(65'537, 4)};
    for (const MadeFile& file : files)
        bring_in(world, 1, file);

    publish_with(world, 1, network, files);

    for (const MadeFile& file : files) {
        CHECK(world.run_until([&] { return holds(world, 2, file); }, patience));
        const auto content = world.school(2).files->read(file.name);
        REQUIRE(content);
        CHECK(*content == file.content);
    }
}

TEST_CASE("files: after sync --wait the files are here as well as the text", "[sim]") {
    World world(52);
    const NetworkId network = make_star(world, 1);
    const MadeFile file = make_file(3'000'000, 1);
    bring_in(world, 0, file);
    world.part(0, 1);
    world.cut_now(1);
    publish_with(world, 0, network, {file});
    world.mend(0, 1);

    const auto reply = world.command(1, replica::WaitForSync{});

    REQUIRE(reply);
    CHECK(std::get<replica::SyncReport>(*reply).lagging.empty());
    CHECK(holds(world, 1, file));
}

TEST_CASE(
    "files: a file that nobody holds keeps no sync waiting, and comes when it is there", "[sim]"
) {
    World world(53);
    const NetworkId network = make_chain(world);
    const MadeFile file = make_file(100'000, 1);
    publish_with(world, 1, network, {file});
    world.run_for(std::chrono::seconds(5));

    const auto reply = world.command(2, replica::WaitForSync{});
    REQUIRE(reply);
    CHECK(std::get<replica::SyncReport>(*reply).lagging.empty());
    CHECK(!holds(world, 2, file));
    bring_in(world, 1, file);
    world.send(1, replica::NoteFile{file.name.hash});

    CHECK(world.run_until([&] { return holds(world, 2, file); }, std::chrono::seconds(20)));
}

TEST_CASE("files: records that name one file nobody holds do not ask round in a circle", "[sim]") {
    World world(60);
    const NetworkId network = make_star(world, 3);
    const MadeFile file = make_file(100'000, 1);
    for (std::size_t author = 1; author <= 3; ++author)
        publish_with(world, author, network, {file});
    world.run_for(std::chrono::seconds(30));
    const auto bytes_sent = [&] {
        std::uint64_t sum = 0;
        for (std::size_t index = 0; index < 4; ++index)
            sum += world.school(index).bytes_sent;
        return sum;
    };
    const std::uint64_t before = bytes_sent();

    world.run_for(std::chrono::minutes(20));

    // Pings, and each of three records asked for on each line every five minutes.
    CHECK(bytes_sent() - before < 200'000);
    bring_in(world, 1, file);
    world.send(1, replica::NoteFile{file.name.hash});
    for (const std::size_t index : {0U, 2U, 3U})
        CHECK(world.run_until([&] { return holds(world, index, file); }, patience));
}

TEST_CASE(
    "files: who names a file of a draft does not get it, nor learn that it is here", "[sim]"
) {
    const MadeFile file = make_file(300'000, 1);
    for (const bool is_sent : {false, true}) {
        INFO("the asker " << (is_sent ? "has it too" : "only knows its hash"));
        const auto what_goes = [&](bool is_here) {
            World world(62);
            const NetworkId network = make_star(world, 1);
            if (is_here)
                bring_in(world, 0, file);
            if (is_sent)
                bring_in(world, 1, file);
            publish_with(world, 1, network, {file});
            world.run_for(std::chrono::seconds(7));
            world.cut_now(1); // in the middle of it, or behind it
            world.send(0, replica::NoteFile{file.name.hash});
            world.run_for(std::chrono::minutes(12));
            CHECK(holds(world, 0, file) == (is_here || is_sent));
            CHECK(holds(world, 1, file) == is_sent);
            return std::pair(world.school(0).bytes_sent, world.school(1).bytes_sent);
        };

        CHECK(what_goes(true) == what_goes(false));
    }
}

TEST_CASE("files: a line cut at any byte goes on with the piece where it was", "[sim]") {
    World world(54);
    const NetworkId network = make_star(world, 1);
    const MadeFile file = make_file(6'000'000, 1);
    bring_in(world, 0, file);
    publish_with(world, 0, network, {file});
    tests::SeededRandom random(54);

    for (int cut = 0; cut < 25 && !holds(world, 1, file); ++cut) {
        world.cut_after(1, 1 + random.below(600'000));
        world.run_for(std::chrono::milliseconds(700));
    }

    CHECK(world.run_until([&] { return holds(world, 1, file); }, patience));
    CHECK(world.school(1).pieces_kept <= records::piece_count(file.name.size) + 8);
}

TEST_CASE(
    "files: a crash in the middle of a file loses no more than what was not on the disk", "[sim]"
) {
    World world(55);
    const NetworkId network = make_star(world, 1);
    const MadeFile file = make_file(4'000'000, 1);
    bring_in(world, 0, file);
    publish_with(world, 0, network, {file});
    REQUIRE(world.run_until([&] { return world.school(1).pieces_kept >= 20; }, patience));

    for (int i = 0; i < 3; ++i) {
        world.stop(1, true);
        world.start(1, false);
        world.run_for(std::chrono::milliseconds(400));
    }

    CHECK(world.run_until([&] { return holds(world, 1, file); }, patience));
    CHECK(*world.school(1).files->read(file.name) == file.content);
    world.stop(1, true);
    world.start(1, false);
    CHECK(holds(world, 1, file));
}

TEST_CASE("files: a liar's pieces end its link, and the file comes from somebody else", "[sim]") {
    World world(56);
    const NetworkId network = make_star(world, 2);
    const MadeFile file = make_file(500'000, 1);
    std::size_t lies = 0;
    SECTION("a piece with one byte changed") {
        world.school(0).lie = [&](Result<replica::FileResult>& result) {
            auto* piece = result ? std::get_if<replica::LoadedPiece>(&*result) : nullptr;
            if (piece == nullptr)
                return;
            Bytes changed = *piece->content;
            changed[changed.size() / 2] ^= 1U;
            piece->content = std::make_shared<const Bytes>(std::move(changed));
            ++lies;
        };
    }
    SECTION("a piece that is too short") {
        world.school(0).lie = [&](Result<replica::FileResult>& result) {
            auto* piece = result ? std::get_if<replica::LoadedPiece>(&*result) : nullptr;
            if (piece == nullptr)
                return;
            piece->content = std::make_shared<const Bytes>(Bytes(5));
            ++lies;
        };
    }
    SECTION("hashes of another file") {
        world.school(0).lie = [&](Result<replica::FileResult>& result) {
            auto* hashes = result ? std::get_if<replica::LoadedHashes>(&*result) : nullptr;
            if (hashes == nullptr)
                return;
            auto changed = *hashes->pieces;
            std::swap(changed.front(), changed.back());
            hashes->pieces = std::make_shared<const records::PieceHashes>(std::move(changed));
            ++lies;
        };
    }
    SECTION("hashes of a shorter file") {
        world.school(0).lie = [&](Result<replica::FileResult>& result) {
            auto* hashes = result ? std::get_if<replica::LoadedHashes>(&*result) : nullptr;
            if (hashes == nullptr)
                return;
            hashes->pieces = std::make_shared<const records::PieceHashes>();
            ++lies;
        };
    }
    bring_in(world, 0, file);
    publish_with(world, 0, network, {file});
    world.run_for(std::chrono::seconds(20));
    CHECK(lies > 0);
    CHECK(!holds(world, 1, file));

    // An honest school that has it as well, met only now.
    bring_in(world, 2, file);
    publish_with(world, 2, network, {file});
    REQUIRE(world.command(1, replica::AddNeighbour{network, world.school(2).address}));

    CHECK(world.run_until([&] { return holds(world, 1, file); }, patience));
}

TEST_CASE("files: a school alone finds out that all files of its records are here", "[sim]") {
    World world(60);
    const std::size_t alone = world.add_school("alone");
    const NetworkId network = create_network(world, alone);
    const MadeFile here = make_file(1000, 1);
    const MadeFile gone = make_file(1000, 2);
    bring_in(world, alone, here);

    publish_with(world, alone, network, {here});
    publish_with(world, alone, network, {here, gone});
    world.run_for(std::chrono::seconds(2));

    CHECK(status(world, alone)->waiting_files == 1);
    world.stop(alone, false);
    world.start(alone, false);
    world.run_for(std::chrono::seconds(2));
    CHECK(status(world, alone)->waiting_files == 1);
}

TEST_CASE("files: where the disk refuses pieces, text goes on and it is said", "[sim]") {
    World world(61);
    const NetworkId network = make_star(world, 1);
    const MadeFile file = make_file(500'000, 1);
    bring_in(world, 0, file);
    bool is_full = true;
    world.school(1).lie = [&](Result<replica::FileResult>& result) {
        if (is_full && result && std::holds_alternative<replica::FileProgress>(*result))
            result = fail(Errc::disk_full);
    };
    publish_with(world, 0, network, {file});
    world.run_for(std::chrono::seconds(5));
    REQUIRE(publish(world, 0, network, 20));

    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, 21); }, patience));
    CHECK(needs_attention(world, 1, "files.waiting"));
    CHECK(status(world, 1)->waiting_files == 1);
    is_full = false;

    CHECK(world.run_until([&] { return holds(world, 1, file); }, patience));
    world.run_for(std::chrono::seconds(2));
    CHECK(!needs_attention(world, 1, "files.waiting"));
    CHECK(status(world, 1)->waiting_files == 0);
}

TEST_CASE("files: text passes a file that is on its way", "[sim]") {
    World world(57);
    const NetworkId network = make_star(world, 1);
    const MadeFile file = make_file(20'000'000, 1);
    bring_in(world, 0, file);
    publish_with(world, 0, network, {file});
    REQUIRE(world.run_until([&] { return world.school(1).pieces_kept >= 10; }, patience));

    REQUIRE(publish(world, 0, network, 2000));

    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, 2001); }, patience));
    CHECK(!holds(world, 1, file));
    CHECK(world.run_until([&] { return holds(world, 1, file); }, patience));
}

TEST_CASE(
    "files: a file damaged on the disk is set aside and comes again from a neighbour", "[sim]"
) {
    World world(58);
    const NetworkId network = make_chain(world);
    const MadeFile file = make_file(200'000, 1);
    bring_in(world, 1, file);
    publish_with(world, 1, network, {file});
    REQUIRE(world.run_until([&] { return holds(world, 2, file); }, patience));
    for (const std::string& path : world.school(0).disk->files()) {
        if (path.find("/disk/files/") == 0)
            world.school(0).disk->flip_bit(path, 8 * 70'000);
    }
    REQUIRE(!world.school(0).files->read(file.name));

    const auto lost = world.school(0).replica->logs(log::space_of(network));
    for (const auto& one : lost) {
        if (one.descriptor.channel == log::Channel::records &&
            one.descriptor.school == *world.school(1).id)
            world.send(0, replica::FetchFiles{one.id, Position{1}});
    }

    CHECK(world.run_until([&] { return holds(world, 0, file); }, patience));
    CHECK(*world.school(0).files->read(file.name) == file.content);
}

} // namespace staffroom::simulation
