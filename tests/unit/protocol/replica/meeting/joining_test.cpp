// A caller that comes with a code: told apart from a school, and let go once it was told. [N6]
// [S10]
#include "protocol/network/invitation.hpp"
#include "tests/support/network/founder_scene.hpp"
#include "tests/support/network/revocation.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

/// A caller with an open code to the founder's network, who says that it is the founder's school.
struct BearerScene : tests::FounderScene {
    crypto::SigningKey root{parts->context.keys.signing.copy()};
    crypto::SigningKey admit = make_key();
    network::Invite invite{{}, admit.public_key(), WallTime{9}};
    Bytes before = parts->networks.own_chain().wire();

    BearerScene() { link().handshake_hash = random.make<channel::HandshakeHash>(); }
    crypto::SigningKey make_key() {
        crypto::Secret32 seed;
        random.fill(seed.writable());
        return crypto::SigningKey(seed);
    }
    Bytes with_node(
        ByteView chain, const SigningPublicKey& signing, const TransportPublicKey& transport
    ) {
        const auto longer = identity::certify(
            chain,
            root,
            {signing,
             transport,
             random.make<EncryptionPublicKey>(),
             random.make<identity::CertificateId>()},
            verifier
        );
        REQUIRE(longer);
        return *longer;
    }
    void ask_to_join(const Bytes& chain) {
        const auto id = random.make<RevisionId>();
        state().roster.invites.emplace(
            id,
            network::KnownInvite{id, random.make<SchoolId>(), network::InviteState::open, &invite}
        );
        link().meeting = InviteMeeting{network, id};
        const Bytes statement = network::admission_statement(
            Digest(link().handshake_hash->raw()),
            parts->context.school,
            state().genesis.charter_hash()
        );
        const wire::JoinRequest request{chain, admit.sign(crypto::SignLabel::admission, statement)};
        REQUIRE(parts->joining.join_requested(link(), request));
    }
    bool reads_as_member() {
        parts->exchange.ping_arrived(link(), wire::Ping{0, {}});
        return link().spaces.at(log::space_of(*network)).remote_is_member;
    }
};

} // namespace

TEST_CASE("joining: a key that its school has ended reads nothing over a code", "[replica]") {
    for (const bool is_ended : {false, true}) {
        BearerScene scene;
        const auto node = scene.make_key().public_key();
        const auto key = scene.random.make<TransportPublicKey>();
        const Bytes chain = scene.with_node(scene.before, node, key);
        const Bytes ended = tests::revoke(chain, scene.root, node, {});
        REQUIRE(scene.parts->networks.keep_chain(is_ended ? ended : chain));
        scene.link().remote_key = key;

        scene.ask_to_join(chain);

        CHECK(scene.link().school.has_value() == !is_ended);
        CHECK(scene.reads_as_member() == !is_ended);
    }
}

TEST_CASE("joining: a chain beside the one that counts reads nothing over a code", "[replica]") {
    BearerScene scene;
    Bytes known = scene.before;
    for (int i = 0; i < 2; ++i)
        known = scene.with_node(
            known, scene.make_key().public_key(), scene.random.make<TransportPublicKey>()
        );
    REQUIRE(scene.parts->networks.keep_chain(known));
    const auto key = scene.random.make<TransportPublicKey>();
    scene.link().remote_key = key;

    scene.ask_to_join(scene.with_node(scene.before, scene.make_key().public_key(), key));

    CHECK_FALSE(scene.link().school);
    CHECK_FALSE(scene.reads_as_member());
}

TEST_CASE("joining: a key that ended meanwhile reads nothing after its next ping", "[replica]") {
    BearerScene scene;
    const auto node = scene.make_key().public_key();
    const auto key = scene.random.make<TransportPublicKey>();
    const Bytes chain = scene.with_node(scene.before, node, key);
    scene.link().remote_key = key;
    scene.ask_to_join(chain);
    REQUIRE(scene.reads_as_member());

    REQUIRE(scene.parts->networks.keep_chain(tests::revoke(chain, scene.root, node, {})));

    CHECK_FALSE(scene.reads_as_member());
}

TEST_CASE("joining: who bears a code is nobody's link until it has asked to join", "[replica]") {
    tests::FounderScene scene;
    Link& link = scene.link();
    link.meeting = InviteMeeting{scene.network, scene.random.make<RevisionId>()};

    CHECK_FALSE(link.is_known());
    link.dialled = true;
    CHECK(link.is_known());
}

TEST_CASE("joining: a code that is not open is answered, and its link ends", "[replica]") {
    for (const bool is_open : {true, false}) {
        tests::FounderScene scene;
        const auto id = scene.random.make<RevisionId>();
        const network::Invite invite{{}, scene.random.make<SigningPublicKey>(), WallTime{9}};
        const auto state = is_open ? network::InviteState::open : network::InviteState::spent;
        scene.state().roster.invites.emplace(
            id, network::KnownInvite{id, scene.random.make<SchoolId>(), state, &invite}
        );
        scene.link().meeting = InviteMeeting{scene.network, id};

        scene.parts->joining.bearer_connected(scene.link());

        CHECK(scene.taken<CloseLink>().empty() == is_open);
    }
}

namespace {

/// A school that bears a code of the network `made_for`, and somebody who answers on its way.
struct PathScene : tests::FounderScene {
    crypto::SigningKey code = make_key();
    crypto::SigningKey own = make_key();
    channel::TransportKeyPair transport{channel::TransportKeyPair::from_secret(secret())};
    identity::NewSchool answerer = identity::found_school(
        own,
        own.public_key(),
        {own.public_key(),
         transport.public_key,
         random.make<EncryptionPublicKey>(),
         random.make<identity::CertificateId>()},
        WallTime{1},
        random
    );
    Bytes made_for = genesis("Rivers");

    crypto::Secret32 secret() {
        crypto::Secret32 made;
        random.fill(made.writable());
        return made;
    }
    crypto::SigningKey make_key() { return crypto::SigningKey(secret()); }
    Bytes genesis(const std::string& name) {
        auto made = network::make_genesis(name, "talk", "Be kind.", answerer.school, random);
        REQUIRE(made);
        return *made;
    }
    /// As the school that made the code has bound it, by this key.
    [[nodiscard]] wire::InviteOffer::Bound
    bound(const crypto::SigningKey& by, const Bytes& genesis, const SchoolId& inviter) const {
        const Bytes statement =
            network::invitation_statement(network::network_id(genesis), inviter);
        return {inviter, by.sign(crypto::SignLabel::invitation, statement)};
    }
    /// Whether the school asks to join what it is offered; else, what its people are told.
    Result<void>
    comes_to(const Bytes& genesis, const std::optional<wire::InviteOffer::Bound>& bound) {
        parts->joining.start(RequestId{7}, JoinNetwork{secret(), code.copy(), "y:1"});
        Link* link = nullptr;
        for (auto& [id, each] : parts->links.all())
            link = id == tests::neighbour ? link : &each;
        REQUIRE(link != nullptr);
        link->remote_key = transport.public_key;
        link->handshake_hash = random.make<channel::HandshakeHash>();
        link->phase = LinkPhase::open;
        auto taken = parts->joining.offer_arrived(
            *link, {wire::InviteStatus::open, genesis, answerer.wire, bound}
        );
        const auto told = taken_done();
        CHECK(told.has_value() == !taken.has_value());
        if (told)
            CHECK(told->error().code == taken.error().code);
        return taken;
    }
    std::optional<Result<Reply>> taken_done() {
        for (Done& done : taken<Done>())
            return std::move(done.outcome);
        return std::nullopt;
    }
};

} // namespace

TEST_CASE("joining: a code leads into no network but the one it was made for", "[replica]") {
    const auto comes = [](auto change) {
        PathScene scene;
        const SchoolId inviter = scene.random.make<SchoolId>();
        Bytes genesis = scene.made_for;
        std::optional bound = scene.bound(scene.code, scene.made_for, inviter);
        change(scene, genesis, bound);
        const auto taken = scene.comes_to(genesis, bound);
        return taken ? std::string("asks") : std::string(errc_name(taken.error().code));
    };
    using Bound = std::optional<wire::InviteOffer::Bound>;
    CHECK(comes([](PathScene&, Bytes&, Bound&) {}) == "asks");
    // Whoever has heard of the code knows its public key, and what its maker signed.
    CHECK(comes([](PathScene& scene, Bytes& genesis, Bound&) {
              genesis = scene.genesis("Rivers");
          }) == "wrong_network");
    CHECK(comes([](PathScene&, Bytes&, Bound& bound) { bound.reset(); }) == "wrong_network");
    CHECK(comes([](PathScene& scene, Bytes& genesis, Bound& bound) {
              genesis = scene.genesis("Rivers");
              bound = scene.bound(scene.make_key(), genesis, bound->inviter);
          }) == "wrong_network");
    CHECK(comes([](PathScene& scene, Bytes&, Bound& bound) {
              bound->inviter = scene.random.make<SchoolId>();
          }) == "wrong_network");
    CHECK(comes([](PathScene& scene, Bytes& genesis, Bound& bound) {
              const Bytes statement =
                  network::invitation_statement(network::network_id(genesis), bound->inviter);
              bound->signature = scene.code.sign(crypto::SignLabel::admission, statement);
          }) == "wrong_network");
}

} // namespace staffroom::replica
