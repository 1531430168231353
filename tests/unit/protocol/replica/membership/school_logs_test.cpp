// Of a school with very many logs the same ones count at every node: against a slow twin, in any
// order, and between nodes of which none keeps what does not count. [S16]
#include "protocol/log/tree_hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/support/network/governance_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

/// Says it once more, slowly: all in order, and as many of the first as there is room for.
std::set<LogId> first_of(const std::set<LogId>& all, std::size_t room) {
    std::set<LogId> first;
    for (const LogId& log : all)
        if (first.size() < room)
            first.insert(log);
    return first;
}

std::size_t below(Random& random, std::size_t bound) {
    return static_cast<std::size_t>(random.make<Salt>().view()[0]) % bound;
}

/// A node that asks for a log only where it has room, and keeps what came before it had none.
struct Keeper {
    SchoolLogs logs;
    std::set<LogId> kept{};

    void offered(const LogId& log) {
        if (!logs.has_room_for(log) || !kept.insert(log).second)
            return;
        static_cast<void>(logs.add(log));
    }
    [[nodiscard]] std::set<LogId> served() const {
        std::set<LogId> all;
        for (const LogId& log : kept)
            if (!logs.is_beyond(log))
                all.insert(log);
        return all;
    }
};

struct Scene : tests::GovernanceScene {
    SchoolId self = parts->context.school;
    crypto::SigningKey key{seed()};

    log::LogDescriptor next(log::Channel channel) {
        return {
            log::space_of(*network), channel, self, key.public_key(), random.make<Incarnation>()};
    }
    log::SignedHead head(const log::LogDescriptor& of, std::uint64_t size) const {
        return log::sign_head(
            {log::log_id(of),
             LogSize{size},
             size == 0 ? log::empty_root<log::Blake2b256>() : leaf,
             WallTime{1}},
            key
        );
    }
    void hold(const log::LogDescriptor& of) {
        log::CompactRange range;
        log::append_leaves<log::Blake2b256>(range, std::vector<TreeHash>{leaf}, [](auto) {});
        const LogSize one{1};
        Image image;
        image.logs.push_back({log::log_id(of), of, head(of, 1), one, range, {one, one, {}}, 0});
        parts->logbook.restore(image);
        parts->networks.update_item(*parts->logbook.find(log::log_id(of)));
    }
    [[nodiscard]] bool takes(const log::LogDescriptor& of) const {
        const auto& known = state().space.school_logs;
        const auto at = known.find({of.school, of.channel});
        return at == known.end() || at->second.has_room_for(log::log_id(of));
    }

    TreeHash leaf = log::leaf_hash<log::Blake2b256>(as_view("an entry"));
};

} // namespace

TEST_CASE("school logs: those with the smallest ids count, as a slow twin says", "[replica]") {
    tests::SeededRandom random(5);
    for (std::size_t room = 1; room <= 6; ++room) {
        SchoolLogs logs(room);
        std::set<LogId> all;
        std::set<LogId> beyond; // as the answers have told
        std::vector<LogId> known;
        for (int step = 0; step < 400; ++step) {
            const bool is_new = known.empty() || below(random, 3) > 0;
            if (is_new)
                known.push_back(random.make<LogId>());
            const LogId log = is_new ? known.back() : known[below(random, known.size())];
            const bool comes = is_new || below(random, 2) > 0;
            for (const LogId& changed : comes ? logs.add(log) : logs.remove(log)) {
                beyond.erase(changed);
                if (logs.is_beyond(changed))
                    beyond.insert(changed);
            }
            if (comes)
                all.insert(log);
            else
                all.erase(log);

            const std::set<LogId> first = first_of(all, room);
            for (const LogId& each : all) {
                REQUIRE(logs.is_beyond(each) == (first.count(each) == 0));
                REQUIRE(beyond.count(each) == (first.count(each) == 0 ? 1 : 0));
            }
            REQUIRE(logs.is_full() == (all.size() >= room));
        }
    }
}

TEST_CASE("school logs: nodes that hear of them in other orders serve the same", "[replica]") {
    tests::SeededRandom random(6);
    for (int round = 0; round < 200; ++round) {
        std::vector<Keeper> nodes(3, Keeper{SchoolLogs(4)});
        std::set<LogId> all;
        for (int i = 0; i < 12; ++i) {
            const auto log = random.make<LogId>();
            all.insert(log);
            nodes[below(random, nodes.size())].offered(log);
        }
        // Each tells the next what it serves, and nothing of what it does not.
        for (std::size_t step = 0; step < 3 * nodes.size(); ++step)
            for (const LogId& log : nodes[step % nodes.size()].served())
                nodes[(step + 1) % nodes.size()].offered(log);

        for (const Keeper& node : nodes)
            REQUIRE(node.served() == first_of(all, 4));
    }
}

TEST_CASE(
    "school logs: two nodes that met very many logs from both ends have one line", "[replica]"
) {
    Scene one;
    Scene other;
    std::vector<log::LogDescriptor> logs;
    for (std::size_t i = 0; i < limits::logs_per_school_max + 20; ++i)
        logs.push_back(one.next(log::Channel::records));

    for (const log::LogDescriptor& of : logs)
        if (one.takes(of))
            one.hold(of);
    std::reverse(logs.begin(), logs.end());
    for (const log::LogDescriptor& of : logs)
        if (other.takes(of))
            other.hold(of);

    const auto& line = one.state().space.items;
    CHECK(line.size() == limits::logs_per_school_max + 1); // and the chain of the school
    CHECK(line.fingerprint() == other.state().space.items.fingerprint());
}

TEST_CASE("school logs: heads without entries take no room", "[replica]") {
    Scene scene;
    const identity::Certificate certificate{
        scene.parts->context.keys.signing.public_key(),
        scene.parts->context.keys.transport.public_key,
        scene.random.make<EncryptionPublicKey>(),
        scene.random.make<identity::CertificateId>()};
    const auto judge = [&] {
        log::LogDescriptor of = scene.next(log::Channel::records);
        of.node_key = certificate.signing_key;
        const log::Head head{log::log_id(of), LogSize{9}, scene.leaf, WallTime{1}};
        const auto taken = scene.parts->networks.judge_head(
            of, log::sign_head(head, scene.parts->context.keys.signing)
        );
        if (taken == Acceptance::taken)
            scene.state().space.know_log(log::log_id(of), of.school);
        return taken;
    };
    scene.parts->context.now = Instant{10'000'000};
    for (std::size_t i = 0; i < limits::logs_per_school_max + 16; ++i)
        REQUIRE(judge() == Acceptance::taken);
    // From here on they come slowly, and they do come.
    CHECK(judge() == Acceptance::parked);
    scene.parts->context.now = Instant{11'000'000};
    CHECK(judge() == Acceptance::taken);
    CHECK(judge() == Acceptance::parked);
}

TEST_CASE("school logs: an operation in a log without room counts no more", "[replica]") {
    Scene scene;
    scene.invite(scene.self, {});
    const LogId log = scene.log_of(scene.self).first;
    scene.parts->networks.update_item(*scene.parts->logbook.find(log));
    CHECK(scene.state().roster.open_invite_count() == 1);

    std::vector<LogId> smaller;
    while (smaller.size() < limits::logs_per_school_max) {
        const log::LogDescriptor of = scene.next(log::Channel::governance);
        if (log::log_id(of) > log)
            continue;
        smaller.push_back(log::log_id(of));
        scene.hold(of);
    }
    static_cast<void>(scene.parts->networks.fold_what_is_due());
    CHECK(scene.state().roster.open_invite_count() == 0);
    CHECK(scene.parts->logbook.find(log)->cut->source == CutSource::number);

    // One of them falls for another reason, as with every node that never had it.
    const Cut ended{CutSource::revocation, Position{0}, log::empty_root<log::Blake2b256>()};
    scene.parts->logbook.set_cut(smaller.front(), CutSource::revocation, ended);
    scene.parts->networks.update_item(*scene.parts->logbook.find(smaller.front()));
    static_cast<void>(scene.parts->networks.fold_what_is_due());
    CHECK(scene.state().roster.open_invite_count() == 1);
    CHECK_FALSE(scene.parts->logbook.find(log)->cut);
}

} // namespace staffroom::replica
