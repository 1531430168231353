// Evidence as a node keeps it, and what starts a search: the real parts of a replica that founded a
// network, with a neighbour on an open link, seen by the effects that they ask for. [S14] [S15]
#include "protocol/base/limits.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/support/network/founder_scene.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using log::Blake2b256;
using log::ForkProof;
using log::SignedHead;
using tests::numbered_leaves;
using tests::slow_reader;
using Leaves = std::vector<TreeHash>;

Leaves branch(std::size_t fork_at, std::size_t size, std::uint8_t salt) {
    Leaves leaves = numbered_leaves<Blake2b256>(size, salt);
    const Leaves shared = numbered_leaves<Blake2b256>(fork_at);
    std::copy(shared.begin(), shared.end(), leaves.begin());
    return leaves;
}

log::CompactRange range_of(const Leaves& leaves, std::size_t end) {
    auto range = log::range_from_nodes<Blake2b256>(
        LogSize{0}, LogSize{end}, slow_reader<Blake2b256>(leaves)
    );
    REQUIRE(range);
    return std::move(*range);
}

/// A founder whose own log may have histories, and a neighbour.
struct Scene : tests::FounderScene {
    log::Channel channel = log::Channel::records;

    log::LogDescriptor descriptor() {
        return {
            log::space_of(*network),
            channel,
            parts->context.school,
            parts->context.keys.signing.public_key(),
            Incarnation(Incarnation::Raw{5})};
    }
    SignedHead head(const Leaves& leaves, std::size_t size) {
        const auto root = log::root_of<Blake2b256>(range_of(leaves, size));
        return log::sign_head(
            {log::log_id(descriptor()), LogSize{size}, *root, {1}}, parts->context.keys.signing
        );
    }
    ForkProof proof(std::size_t fork_at) {
        const Leaves a = branch(fork_at, 45, 1);
        const Leaves b = branch(fork_at, 38, 2);
        auto evidence = log::make_fork(
            {LogSize{45}, slow_reader<Blake2b256>(a)}, {LogSize{38}, slow_reader<Blake2b256>(b)}
        );
        REQUIRE(evidence);
        return {descriptor(), head(a, 45), head(b, 38), std::move(*evidence)};
    }
    /// The whole log, as a start finds it.
    const LogRecord& hold(const Leaves& leaves) {
        const LogSize size{leaves.size()};
        const SignedHead newest = head(leaves, leaves.size());
        Image image;
        image.logs.push_back(
            {newest.head.log,
             descriptor(),
             newest,
             size,
             range_of(leaves, leaves.size()),
             {size, size, {}},
             0}
        );
        parts->logbook.restore(image);
        return *parts->logbook.find(newest.head.log);
    }
    std::optional<Position> cut_at() {
        const LogRecord* record = parts->logbook.find(log::log_id(descriptor()));
        return record->cut ? std::optional(record->cut->position) : std::nullopt;
    }
    std::vector<Load> loads() { return taken<Load>(); }
};

} // namespace

TEST_CASE("forks: of all evidence for a log the earliest position is kept", "[replica]") {
    Scene scene;
    const LogRecord& record = scene.hold(branch(3, 45, 1));
    Forks& forks = scene.parts->forks;

    CHECK(forks.take(scene.proof(21)) == Acceptance::taken);
    CHECK(scene.cut_at() == Position{21});
    CHECK(record.counted() == LogSize{21});
    CHECK(forks.take(scene.proof(21)) == Acceptance::known);
    CHECK(forks.take(scene.proof(30)) == Acceptance::known);
    CHECK(scene.cut_at() == Position{21});
    CHECK(forks.take(scene.proof(7)) == Acceptance::taken);
    CHECK(scene.cut_at() == Position{7});
    CHECK(forks.take_rows().size() == 2);
    CHECK(scene.parts->logbook.take_cut_changes().size() == 2);
}

TEST_CASE("cuts: the earliest of all sources counts, and what one takes back leaves the others") {
    Scene scene;
    const LogRecord& record = scene.hold(branch(3, 45, 1));
    Logbook& logbook = scene.parts->logbook;
    const auto cut = [&](CutSource source, std::optional<std::uint64_t> at) {
        std::optional<Cut> wanted;
        if (at)
            wanted = Cut{source, Position{*at}, TreeHash({})};
        logbook.set_cut(record.id, source, wanted);
        return logbook.take_cut_changes().size();
    };

    CHECK(cut(CutSource::revocation, 30) == 1);
    CHECK(cut(CutSource::revocation, 30) == 0); // it says the same
    CHECK(record.counted() == LogSize{30});
    CHECK_FALSE(record.is_forked);
    CHECK(cut(CutSource::fork, 40) == 1);
    CHECK(record.counted() == LogSize{30});
    CHECK(record.is_forked);
    CHECK(cut(CutSource::fork, 12) == 1);
    CHECK(record.counted() == LogSize{12});
    CHECK(cut(CutSource::revocation, 5) == 1);
    CHECK(record.counted() == LogSize{5});
    CHECK(cut(CutSource::revocation, std::nullopt) == 1);
    CHECK(record.counted() == LogSize{12});
    CHECK(cut(CutSource::revocation, std::nullopt) == 0);
}

TEST_CASE(
    "forks: any evidence for one position is one item, an earlier one is newer", "[replica]"
) {
    Scene scene;
    scene.hold(branch(3, 45, 1));
    const auto item_after = [&](std::size_t fork_at) {
        const SpaceState& space = *scene.parts->spaces.find(log::space_of(*scene.network));
        static_cast<void>(scene.parts->forks.take(scene.proof(fork_at)));
        for (const wire::Item& item : space.items.between(std::nullopt, std::nullopt)) {
            if (const Bytes* bytes = scene.parts->forks.find(space.id, item.id)) {
                CHECK(log::parse_fork_proof(*bytes)->evidence.position == Position{fork_at});
                return item.size;
            }
        }
        return std::uint64_t{0};
    };
    const std::uint64_t at_21 = item_after(21);
    const std::uint64_t at_7 = item_after(7);
    CHECK(at_21 > 0);
    CHECK(at_7 == at_21 + 14);
}

TEST_CASE(
    "forks: evidence of one school is taken at a pace, and folds no roster twice", "[replica]"
) {
    Scene scene;
    scene.channel = log::Channel::governance;
    const std::uint64_t folds = scene.state().folds;
    std::size_t taken = 0;
    const auto take = [&](std::size_t fork_at) {
        const Bytes bytes = log::encode_fork_proof(scene.proof(fork_at));
        const auto outcome = scene.parts->forks.take(log::space_of(*scene.network), bytes);
        REQUIRE(outcome);
        taken += *outcome == Acceptance::taken ? 1U : 0U;
    };

    for (std::size_t fork_at = 30; fork_at > 8; --fork_at)
        take(fork_at);
    CHECK(taken == 16);
    scene.parts->context.now = scene.parts->context.now + std::chrono::seconds(1);
    take(5);
    CHECK(taken == 17);
    CHECK(scene.state().folds == folds + 1);
}

TEST_CASE("offers: whatever is parked counts, and stays within its room", "[replica]") {
    Scene scene;
    Link& link = scene.link();
    const wire::Token token = link.space(log::space_of(*scene.network))->token;
    constexpr std::size_t room = 512 * limits::kib;
    const auto stranger = [&] {
        ForkProof proof = scene.proof(21);
        proof.descriptor.school = scene.random.make<SchoolId>();
        const LogId log = log::log_id(proof.descriptor);
        for (SignedHead* head : {&proof.head_a, &proof.head_b}) {
            head->head.log = log;
            *head = log::sign_head(head->head, scene.parts->context.keys.signing);
        }
        return proof;
    };
    const ForkProof proof = stranger();
    wire::Offers offers{token, {}, {}, {}};
    offers.forks.push_back(log::encode_fork_proof(proof));
    REQUIRE(scene.parts->offers.arrived(link, offers));
    CHECK(link.parked_bytes == offers.forks.front().size());

    offers = {token, {}, {{proof.descriptor, proof.head_a, LogSize{1}}}, {}};
    for (std::size_t i = 0; i < 2 * limits::parked_heads_max; ++i)
        REQUIRE(scene.parts->offers.arrived(link, offers));
    CHECK(link.parked_bytes > limits::parked_heads_max * sizeof(wire::LogOffer));
    CHECK(link.parked_bytes <= room);
    CHECK(link.staged_bytes() == link.parked_bytes);
}

TEST_CASE("forks: a log that comes after its evidence is cut from the start", "[replica]") {
    Scene scene;
    REQUIRE(scene.parts->forks.take(scene.proof(21)) == Acceptance::taken);
    const Leaves leaves = branch(21, 45, 1);
    scene.parts->logbook.note_head(scene.descriptor(), scene.head(leaves, 45));
    CHECK(scene.cut_at() == Position{21});
}

TEST_CASE("forks: what proves nothing, or is about others, is told apart", "[replica]") {
    Scene scene;
    Forks& forks = scene.parts->forks;
    ForkProof forged = scene.proof(21);
    crypto::Secret32 seed;
    forged.head_b = log::sign_head(forged.head_b.head, crypto::SigningKey(seed));
    CHECK(forks.take(forged) == Acceptance::refused);
    ForkProof stranger = scene.proof(21);
    stranger.descriptor.school = scene.random.make<SchoolId>();
    CHECK(forks.take(stranger) == Acceptance::parked);
    ForkProof uncertified = scene.proof(21);
    uncertified.descriptor.node_key = scene.random.make<SigningPublicKey>();
    CHECK(forks.take(uncertified) == Acceptance::parked);
    const Bytes bytes = log::encode_fork_proof(scene.proof(21));
    const auto elsewhere = forks.take(scene.random.make<SpaceId>(), bytes);
    REQUIRE_FALSE(elsewhere);
    CHECK(elsewhere.error().code == Errc::bad_proof);
    CHECK(scene.parts->logbook.take_cut_changes().empty());
    CHECK(forks.take(log::space_of(*scene.network), bytes).value() == Acceptance::taken);
}

TEST_CASE("fork finder: an older head of another history starts a search", "[replica]") {
    Scene scene;
    const Leaves ours = branch(10, 45, 1);
    const LogRecord& record = scene.hold(ours);
    ForkFinder& finder = scene.parts->fork_finder;
    const auto offer = [&](const SignedHead& head) {
        const wire::LogOffer made{scene.descriptor(), head, head.head.size};
        return finder.head_seen(scene.link(), record, made);
    };
    const auto compare = [&] {
        const auto loads = scene.loads();
        REQUIRE(loads.size() == 1);
        const auto& ask = std::get<LoadRanges>(loads[0].what);
        REQUIRE(ask.ranges == sync::RangeBounds{{LogSize{0}, LogSize{30}}});
        finder.load_finished(loads[0].id, Loaded(LoadedRanges{record.id, {range_of(ours, 30)}}));
    };

    SECTION("of our own history it is nothing new") {
        REQUIRE(offer(scene.head(ours, 30)));
        compare();
        CHECK_FALSE(finder.is_busy());
    }
    SECTION("of another it is searched") {
        REQUIRE(offer(scene.head(branch(10, 45, 2), 30)));
        compare();
        CHECK(finder.is_busy());
        const auto asked = scene.loads();
        REQUIRE(asked.size() == 1);
        CHECK(std::get<LoadRanges>(asked[0].what).ranges.size() == 2);
        // Not twice at a time, and not without end on one link.
        finder.contradicted(scene.link(), record, LogSize{30});
        CHECK(scene.loads().empty());
    }
    SECTION("signed by somebody else it ends the link") {
        SignedHead forged = scene.head(branch(10, 45, 2), 30);
        crypto::Secret32 seed;
        forged = log::sign_head(forged.head, crypto::SigningKey(seed));
        REQUIRE(offer(forged));
        compare();
        CHECK_FALSE(finder.is_busy());
        REQUIRE(scene.out.size() == 1);
        CHECK(std::get<CloseLink>(scene.out.front()).why == Errc::bad_signature);
    }
    SECTION("of our size the roots are compared at once") {
        CHECK_FALSE(finder.is_busy());
        REQUIRE(offer(scene.head(branch(10, 45, 2), 45)));
        CHECK(finder.is_busy());
    }
}

TEST_CASE(
    "fork finder: questions beyond the limit are not read for, and end no link", "[replica]"
) {
    Scene scene;
    const LogRecord& record = scene.hold(branch(10, 45, 1));
    scene.link().unsent_bytes = 2 * limits::send_queue_bytes_max;
    for (std::uint32_t number = 1; number <= 3 * limits::fork_searches_per_link_max; ++number)
        scene.parts->fork_finder.asked(scene.link(), {number, record.id, LogSize{30}, 0, 0});

    const std::size_t loads = scene.loads().size();
    CHECK(loads == limits::fork_searches_per_link_max);
    CHECK_FALSE(scene.link().closing);
}

TEST_CASE("fork finder: a search that finds one history ends the complaint", "[replica]") {
    Scene scene;
    const Leaves ours = branch(10, 45, 1);
    scene.hold(ours);
    LogRecord& record = *scene.parts->logbook.find(log::log_id(scene.descriptor()));
    record.is_contradicted = true;
    scene.parts->fork_finder.contradicted(scene.link(), record, LogSize{45});
    const auto loads = scene.loads();
    REQUIRE(loads.size() == 1);
    const log::CompactRange nothing{LogSize{45}, LogSize{45}, {}};

    scene.parts->fork_finder.load_finished(
        loads[0].id, Loaded(LoadedRanges{record.id, {range_of(ours, 45), nothing}})
    );
    scene.parts->fork_finder.answered(
        scene.link(), {1, scene.head(ours, 45), range_of(ours, 45).hashes}
    );

    CHECK_FALSE(scene.parts->fork_finder.is_busy());
    CHECK_FALSE(record.is_contradicted);
}

TEST_CASE("fork finder: searches of a link are bounded", "[replica]") {
    Scene scene;
    const LogRecord& record = scene.hold(branch(10, 45, 1));
    ForkFinder& finder = scene.parts->fork_finder;
    std::size_t started = 0;
    for (std::size_t i = 0; i < 3 * limits::fork_attempts_per_link_max; ++i) {
        finder.contradicted(scene.link(), record, LogSize{45});
        started += scene.loads().size();
        Instant& now = scene.parts->context.now;
        now = now + std::chrono::seconds(20);
        finder.tick();
        CHECK_FALSE(finder.is_busy());
    }
    CHECK(started == limits::fork_attempts_per_link_max);
}

} // namespace staffroom::replica
