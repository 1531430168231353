// A school whose machine is gone comes back with its recovery phrase: it asks a member for its
// chain, certifies a new node, joins with the same code and has every word of its own again.  [N6]
#include "protocol/recovery/chain_request.hpp"
#include "tests/simulation/liars/guest_line.hpp"
#include "tests/simulation/people/scenes.hpp"
#include "tests/simulation/people/servers.hpp"
#include "tests/support/network/revocation.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using recovery::ChainRequest;
using std::chrono::seconds;

/// The machine of a school that has nothing but its phrase and a code.
class Bearer final : public Guest {
public:
    Bearer(World& world, ChainRequest request)
        : world_(world)
        , request_(std::move(request)) {}

    void settle(std::size_t index) { index_ = index; }
    void call(std::size_t school) {
        link_ = world_.dial_as_guest(index_, world_.school(school).address);
    }
    [[nodiscard]] const ChainRequest& request() const { return request_; }
    [[nodiscard]] std::optional<Errc> trouble() const { return trouble_; }

    void opened(LinkId) override { send(); }
    void arrived(LinkId, ByteView bytes) override {
        // Lines cut bytes as they like, and so does this scene.
        for (std::size_t at = 0; at < bytes.size() && !trouble_; ++at)
            if (auto fed = request_.feed(bytes.subspan(at, 1)); !fed)
                trouble_ = fed.error().code;
        send();
    }
    void closed(LinkId) override {
        if (!trouble_ && !request_.found())
            trouble_ = Errc::closed;
    }

private:
    void send() {
        Bytes bytes = request_.take_output();
        if (!bytes.empty())
            world_.send_as_guest(index_, link_, std::move(bytes));
    }

    World& world_;
    ChainRequest request_;
    std::size_t index_ = 0;
    LinkId link_{};
    std::optional<Errc> trouble_{};
};

/// Asks `responder` for the chain of whoever has one of these root keys.
Result<recovery::FoundChain>
ask(World& world,
    std::size_t responder,
    const crypto::Secret32& psk,
    std::vector<crypto::SigningKey> roots) {
    tests::SeededRandom random(77 + world.school_count()); // a frame seen twice meets silence
    crypto::Secret32 secret;
    random.fill(secret.writable());
    auto request = ChainRequest::start(
        psk, channel::TransportKeyPair::from_secret(secret), std::move(roots), random
    );
    REQUIRE(request);
    auto owned = std::make_unique<Bearer>(world, std::move(*request));
    Bearer& bearer = *owned;
    bearer.settle(world.add_guest("bearer" + std::to_string(world.school_count()), std::move(owned))
    );
    bearer.call(responder);
    const auto is_over = [&] { return bearer.request().found() || bearer.trouble(); };
    if (!world.run_until(is_over, seconds(400)))
        return fail(Errc::timed_out);
    if (!bearer.request().found())
        return fail(*bearer.trouble());
    return *bearer.request().found();
}

std::vector<crypto::SigningKey> roots_of(const School& school) {
    std::vector<crypto::SigningKey> roots;
    roots.emplace_back(school.root_seed);
    roots.emplace_back(school.next_root_seed);
    return roots;
}

struct Scene {
    World world{5};
    NetworkId network{create()};

    NetworkId create() {
        for (const char* name : {"a", "b", "c"})
            world.add_school(name);
        const NetworkId made = create_network(world, 0);
        REQUIRE(join(world, 1, invite(world, 0, made), 0));
        REQUIRE(join(world, 2, invite(world, 0, made), 0));
        REQUIRE(publish(world, 2, made, 40));
        REQUIRE(publish(world, 1, made, 5));
        REQUIRE(world.run_until([&] { return all_hold(world, {0, 1, 2}, 45); }, seconds(120)));
        return made;
    }

    /// The disk, the keys and /run are gone; the phrase is not.
    void lose(std::size_t index) {
        world.stop(index, true);
        world.put_image(index, {std::make_unique<tests::TornFileSystem>(), {}, {}});
        world.school(index).mark.clear();
    }

    /// A new machine with keys of its own, certified by a root key of the phrase.
    void settle_anew(std::size_t index, ByteView chain, const crypto::SigningKey& root) {
        certify_anew(world, index, chain, root);
    }

    /// Ends every key of the school but that of the node that runs, as the command does.
    void end_other_keys(std::size_t index, bool same_boot) {
        simulation::end_other_keys(world, index, same_boot);
    }
};

} // namespace

TEST_CASE("recovery: with the phrase and a code a school has all its words again", "[sim]") {
    Scene scene;
    World& world = scene.world;
    scene.lose(2);
    const Code code = invite(world, 0, scene.network);
    world.run_for(seconds(5));

    const auto found = ask(world, 1, code.psk, roots_of(world.school(2)));

    REQUIRE(found);
    CHECK(found->network_name == "Forest");
    CHECK(found->root == 0);
    scene.settle_anew(2, found->chain, roots_of(world.school(2))[found->root]);
    world.start(2, false);
    REQUIRE(join(world, 2, code, 1));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1, 2}, 45); }, seconds(120)));
    // The code has not been used up.
    const std::size_t late = world.add_school("late");
    REQUIRE(join(world, late, code, 1));
    // It goes on writing, and so may the thief of the old machine until its key is ended: with pins
    // at what the others hold, nothing that was written before is lost.
    REQUIRE(publish(world, 2, scene.network, 3));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1, 2, late}, 48); }, seconds(120)));
    scene.end_other_keys(2, true);
    REQUIRE(publish(world, 2, scene.network, 1));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1, 2, late}, 49); }, seconds(400)));
}

TEST_CASE("recovery: a node that still runs is seen by who is linked with it", "[sim]") {
    Scene scene;
    World& world = scene.world;
    const Code code = invite(world, 0, scene.network);

    const auto while_it_runs = ask(world, 0, code.psk, roots_of(world.school(2)));
    scene.lose(2);
    world.run_for(seconds(120));
    const auto when_it_is_gone = ask(world, 0, code.psk, roots_of(world.school(2)));

    REQUIRE(while_it_runs);
    CHECK(while_it_runs->is_linked);
    REQUIRE(when_it_is_gone);
    CHECK_FALSE(when_it_is_gone->is_linked);
}

TEST_CASE(
    "recovery: a new key in the same boot loses no word and goes on with no old log", "[sim]"
) {
    Scene scene;
    World& world = scene.world;
    const SpaceId own = log::school_space(*world.school(2).id);
    replica::PublishRecords drafts;
    drafts.drafts = {make_draft(own, "a draft"), make_draft(own, "another")};
    REQUIRE(world.command(2, drafts));
    world.stop(2, false);
    const Bytes chain = world.school(2).chain;

    scene.settle_anew(2, chain, crypto::SigningKey(world.school(2).root_seed));
    world.start(2, true);
    scene.end_other_keys(2, true);

    drafts.drafts = {make_draft(own, "a third")};
    REQUIRE(world.command(2, drafts));
    REQUIRE(publish(world, 2, scene.network, 2));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1, 2}, 47); }, seconds(400)));
    const SigningPublicKey key = crypto::public_key_of(world.school(2).signing_seed);
    const auto logs = world.school(2).replica->logs(own);
    REQUIRE(logs.size() == 2);
    for (const auto& log : logs) {
        CHECK_FALSE(log.cut_at);
        // The start of an incarnation stands before the drafts.
        CHECK(log.stored.value == (log.descriptor.node_key == key ? 2 : 3));
    }
}

TEST_CASE("recovery: an old disk with an ended key is told, and writes to nobody", "[sim]") {
    Scene scene;
    World& world = scene.world;
    School& school = world.school(2);
    world.stop(2, false);
    DiskImage old_disk = world.take_image(2);
    const Bytes old_chain = school.chain;
    const crypto::Secret32 old_signing = school.signing_seed.copy();
    const crypto::Secret32 old_transport = school.transport_secret.copy();
    scene.settle_anew(2, old_chain, crypto::SigningKey(school.root_seed));
    world.start(2, false);
    scene.end_other_keys(2, true);
    world.run_for(seconds(60));
    world.stop(2, false);

    world.put_image(2, std::move(old_disk));
    school.chain = old_chain;
    school.signing_seed = old_signing.copy();
    school.transport_secret = old_transport.copy();
    world.start(2, false);

    const auto is_told = [&] { return needs_attention(world, 2, "node.key-ended"); };
    CHECK(world.run_until(is_told, seconds(120)));
    const auto refused = publish(world, 2, scene.network, 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::not_allowed);
    replica::PublishRecords draft;
    draft.drafts = {make_draft(log::school_space(*school.id), "words that are only here")};
    CHECK(world.command(2, draft));
    CHECK(status(world, 0)->documents == 45);
    // It stays told after a start, without a neighbour.
    world.stop(2, false);
    world.part(0, 2);
    world.part(1, 2);
    world.start(2, false);
    CHECK(needs_attention(world, 2, "node.key-ended"));
}

TEST_CASE("recovery: a changed root key is found, one that is out of force is not", "[sim]") {
    Scene scene;
    World& world = scene.world;
    School& school = world.school(2);
    world.stop(2, false);
    auto changed = identity::change_root(
        school.chain,
        crypto::SigningKey(school.next_root_seed),
        crypto::public_key_of(school.signing_seed),
        world.verifier()
    );
    REQUIRE(changed);
    school.chain = *changed;
    world.start(2, true);
    world.run_for(seconds(60));
    scene.lose(2);
    const Code code = invite(world, 0, scene.network);

    const auto found = ask(world, 0, code.psk, roots_of(school));
    std::vector<crypto::SigningKey> old;
    old.emplace_back(school.root_seed);
    const auto stale = ask(world, 0, code.psk, std::move(old));

    REQUIRE(found);
    CHECK(found->root == 1);
    REQUIRE_FALSE(stale);
    CHECK(stale.error().code == Errc::not_found);
}

TEST_CASE("recovery: a stranger with a code learns of no school", "[sim]") {
    Scene scene;
    World& world = scene.world;
    tests::SeededRandom random(9);
    crypto::Secret32 seed;
    random.fill(seed.writable());
    std::vector<crypto::SigningKey> guess;
    guess.emplace_back(seed);
    const Code code = invite(world, 0, scene.network);

    const auto unknown = ask(world, 0, code.psk, std::move(guess));
    const auto without_code = ask(world, 0, make_code(random).psk, roots_of(world.school(2)));
    const std::size_t late = world.add_school("late");
    REQUIRE(join(world, late, code, 0));
    const auto spent = ask(world, 0, code.psk, roots_of(world.school(2)));

    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == Errc::not_found);
    REQUIRE_FALSE(without_code);
    REQUIRE_FALSE(spent);
    CHECK(spent.error().code == Errc::invitation_spent);
}

} // namespace staffroom::simulation
