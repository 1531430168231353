// What a node does, and does not do, for a neighbour that asks for files: seen by the effects that
// it asks for, since nothing leaves before one. [S11] [S12]
#include "protocol/log/entry.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/parts.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

constexpr LinkId asker{2};

/// A node that holds one log of a network, and a neighbour on an open link.
struct Scene {
    tests::SeededRandom random{1};
    crypto::SodiumVerifier verifier;
    std::unique_ptr<ReplicaParts> parts;
    Outbox out;
    std::optional<NetworkId> network;
    std::optional<LogId> log;

    Scene() {
        crypto::Secret32 secret;
        random.fill(secret.writable());
        NodeKeys keys{crypto::SigningKey(secret), channel::TransportKeyPair::from_secret(secret)};
        const auto school = random.make<SchoolId>();
        parts = std::make_unique<ReplicaParts>(Context{std::move(keys), school, random, verifier});
        parts->context.out = &out;
        const auto genesis = network::make_genesis("Rivers", "talk", "Be kind.", school, random);
        REQUIRE(genesis);
        REQUIRE(parts->networks.add_network(*genesis));
        network = parts->networks.all().begin()->first;
        log = add_log(log::space_of(*network));
        Link link{asker, false, "x", {}, Instant{0}, LinkPhase::open, MemberMeeting{}};
        LinkSpace space(random.make<wire::Token>());
        space.remote_is_member = true;
        link.spaces.emplace(*network, std::move(space));
        parts->links.add(std::move(link));
    }

    /// A log with ten entries, as a start finds it.
    LogId add_log(const SpaceId& space) {
        const log::LogDescriptor descriptor{
            space,
            log::Channel::records,
            random.make<SchoolId>(),
            random.make<SigningPublicKey>(),
            random.make<Incarnation>()};
        const LogId id = log::log_id(descriptor);
        const LogSize size{10};
        const log::SignedHead head = log::sign_head(
            {id, size, random.make<TreeHash>(), WallTime{1}}, parts->context.keys.signing
        );
        Image image;
        image.logs.push_back({id, descriptor, head, size, {}, {size, size, {}}, 0});
        parts->logbook.restore(image);
        return id;
    }

    Link& link() { return *parts->links.find(asker); }
    Result<void> want(const LogId& of, std::uint64_t position, const Digest& hash) {
        return parts->file_server.want(link(), {++streams, of, Position{position}, hash});
    }
    template <class Effect> std::vector<Effect> taken() {
        std::vector<Effect> all;
        for (Output& output : out) {
            if (auto* effect = std::get_if<Effect>(&output))
                all.push_back(std::move(*effect));
        }
        out.clear();
        return all;
    }
    std::uint32_t streams = 0;
};

/// The entry as the disk gives it, naming these files.
LoadedChunk entry_with(Scene& scene, const std::vector<FileName>& files) {
    records::RecordBody body;
    body.title = "A title";
    for (const FileName& file : files)
        body.attachments.push_back({to_bytes(file.hash.view()), "a", "image/png", file.size, ""});
    const auto encoded = records::encode_body(body);
    REQUIRE(encoded);
    log::EntryHeader header{.kind = 1, .school = scene.random.make<SchoolId>()};
    header.codec = static_cast<std::uint32_t>(encoded->codec);
    header.plain_length = encoded->plain_length;
    header.encoded_length = static_cast<std::uint32_t>(encoded->encoded->size());
    header.commitment = scene.random.make<Commitment>();
    LoadedEntry entry{
        std::make_shared<const Bytes>(log::encode_header(header)),
        BodyState::have,
        {Bytes(32), encoded->encoded}};
    return {*scene.log, Position{3}, {std::move(entry)}, {}};
}

/// Asks for one piece-rich file until it is found.
std::uint32_t open_file(Scene& scene, const FileName& file) {
    REQUIRE(scene.want(*scene.log, 3, file.hash));
    const auto loads = scene.taken<Load>();
    REQUIRE(loads.size() == 1);
    scene.parts->file_server.load_finished(loads[0].id, Loaded(entry_with(scene, {file})));
    const auto works = scene.taken<WorkOnFile>();
    REQUIRE(works.size() == 1);
    CHECK(std::get<LoadHashes>(works[0].what).file == file);
    scene.parts->file_server.work_finished(
        works[0].id,
        FileResult(LoadedHashes{std::make_shared<const records::PieceHashes>(
            records::piece_count(file.size), scene.random.make<TreeHash>()
        )})
    );
    scene.out.clear();
    return scene.streams;
}

} // namespace

TEST_CASE("file server: only an entry that the neighbour may see is looked at", "[replica]") {
    Scene scene;
    const auto hash = scene.random.make<Digest>();

    SECTION("a member's question is") {
        REQUIRE(scene.want(*scene.log, 3, hash));
        CHECK(scene.taken<Load>().size() == 1);
    }
    SECTION("who is no member gets nothing looked up") {
        scene.link().space(*scene.network)->remote_is_member = false;
        REQUIRE(scene.want(*scene.log, 3, hash));
        CHECK(scene.taken<Load>().empty());
    }
    SECTION("nor is a log of a network that is not in common") {
        const LogId other = scene.add_log(scene.random.make<SpaceId>());
        REQUIRE(scene.want(other, 3, hash));
        CHECK(scene.taken<Load>().empty());
    }
    SECTION("nor a log of our own space") {
        const LogId own = scene.add_log(log::school_space(scene.parts->context.school));
        REQUIRE(scene.want(own, 3, hash));
        CHECK(scene.taken<Load>().empty());
    }
    SECTION("nor one that nobody knows, nor an entry beyond the end") {
        REQUIRE(scene.want(scene.random.make<LogId>(), 3, hash));
        REQUIRE(scene.want(*scene.log, 10, hash));
        CHECK(scene.taken<Load>().empty());
    }
}

TEST_CASE("file server: only files that the entry names are looked for", "[replica]") {
    Scene scene;
    const FileName named{scene.random.make<Digest>(), 70'000};
    const FileName too_large{scene.random.make<Digest>(), limits::attachment_bytes_max + 1};
    for (const Digest& hash : {scene.random.make<Digest>(), too_large.hash}) {
        REQUIRE(scene.want(*scene.log, 3, hash));
        const auto loads = scene.taken<Load>();
        REQUIRE(loads.size() == 1);

        scene.parts->file_server.load_finished(
            loads[0].id, Loaded(entry_with(scene, {named, too_large}))
        );

        CHECK(scene.taken<WorkOnFile>().empty());
    }
}

TEST_CASE("file server: pieces are bounded in number and place", "[replica]") {
    Scene scene;
    const FileName file{scene.random.make<Digest>(), 10 * limits::piece_bytes};
    const std::uint32_t stream = open_file(scene, file);
    FileServer& server = scene.parts->file_server;

    CHECK(server.want_pieces(scene.link(), {stream, 8, 3}).error().code == Errc::out_of_range);
    REQUIRE(server.want_pieces(scene.link(), {stream, 0, 4}));
    CHECK(scene.taken<WorkOnFile>().size() == 1); // one at a time
    CHECK(server.want_pieces(scene.link(), {stream, 4, 2}).error().code == Errc::too_large);
    REQUIRE(server.want_pieces(scene.link(), {stream + 4, 0, 1})); // another stream: passed over
    CHECK(scene.taken<WorkOnFile>().empty());
}

TEST_CASE("file server: who was removed meanwhile gets no further piece", "[replica]") {
    Scene scene;
    const FileName file{scene.random.make<Digest>(), 10 * limits::piece_bytes};
    const std::uint32_t stream = open_file(scene, file);

    scene.link().space(*scene.network)->remote_is_member = false;
    REQUIRE(scene.parts->file_server.want_pieces(scene.link(), {stream, 0, 1}));

    CHECK(scene.taken<WorkOnFile>().empty());
}

TEST_CASE("file server: while text waits to be sent, no piece is loaded", "[replica]") {
    Scene scene;
    const FileName file{scene.random.make<Digest>(), 10 * limits::piece_bytes};
    const std::uint32_t stream = open_file(scene, file);
    scene.link().unsent_bytes = 200'000;

    REQUIRE(scene.parts->file_server.want_pieces(scene.link(), {stream, 0, 2}));
    CHECK(scene.taken<WorkOnFile>().empty());
    scene.link().unsent_bytes = 0;
    scene.parts->file_server.queue_drained(scene.link());

    CHECK(scene.taken<WorkOnFile>().size() == 1);
}

TEST_CASE("file server: a neighbour that only asks is ended", "[replica]") {
    Scene scene;
    Result<void> asked;
    std::size_t count = 0;
    for (; asked && count < 100; ++count)
        asked = scene.want(*scene.log, 3, scene.random.make<Digest>());

    REQUIRE(!asked);
    CHECK(asked.error().code == Errc::too_large);
    CHECK(count < 20);
}

} // namespace staffroom::replica
