// Identity chains: honest ones, and every way in which one may be wrong.
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/identity/chain_events.hpp"
#include "tests/support/network/chain_builder.hpp"

#include <catch2/catch.hpp>

namespace crypto = staffroom::crypto;
namespace identity = staffroom::identity;
namespace limits = staffroom::limits;

using identity::IdentityChain;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Digest;
using staffroom::Errc;
using staffroom::SchoolId;
using staffroom::WallTime;
using staffroom::tests::make_certificate;
using staffroom::tests::make_key;
using staffroom::tests::SeededRandom;
using Builder = staffroom::tests::ChainBuilder;

namespace {

struct Founded {
    SeededRandom random;
    crypto::SodiumVerifier verifier;
    crypto::SigningKey root;
    crypto::SigningKey next_root;
    identity::Certificate node;
    identity::NewSchool school;

    explicit Founded(std::uint64_t seed)
        : random(seed)
        , root(make_key(random))
        , next_root(make_key(random))
        , node(make_certificate(random))
        , school(identity::found_school(root, next_root.public_key(), node, WallTime{7}, random)) {}
};

} // namespace

TEST_CASE("identity chain: a new school's chain says what it was made of", "[identity]") {
    Founded made(1);

    const auto chain = IdentityChain::parse(made.school.wire, made.verifier);

    REQUIRE(chain);
    CHECK(chain->school() == made.school.school);
    CHECK(chain->event_count() == 1);
    CHECK(chain->wire() == made.school.wire);
    REQUIRE(chain->nodes().size() == 1);
    CHECK(chain->nodes()[0].certificate == made.node);
    CHECK_FALSE(chain->nodes()[0].revoked);
    CHECK(chain->find_signing(made.node.signing_key) == &chain->nodes()[0]);
    CHECK(chain->find_transport(made.node.transport_key) == &chain->nodes()[0]);
    CHECK(chain->find_signing(made.root.public_key()) == nullptr);
}

TEST_CASE("identity chain: any flipped bit is refused or makes another school", "[identity]") {
    Founded made(2);

    for (std::size_t at = 0; at < made.school.wire.size(); ++at) {
        for (const unsigned bit : {0U, 3U, 7U}) {
            INFO("byte " << at << " bit " << bit);
            Bytes altered = made.school.wire;
            altered[at] = static_cast<std::uint8_t>(altered[at] ^ (1U << bit));
            const auto chain = IdentityChain::parse(altered, made.verifier);
            if (!chain)
                continue;
            // Where the last event falls away as an unknown field, less is certified, never more.
            const bool says_less = chain->event_count() == 0 && chain->nodes().empty();
            CHECK((says_less || chain->school() != made.school.school));
        }
    }
}

TEST_CASE("identity chain: a chain cut anywhere certifies nothing", "[identity]") {
    Founded made(3);
    for (std::size_t length = 0; length < made.school.wire.size(); ++length) {
        INFO(length);
        const auto chain =
            IdentityChain::parse(ByteView(made.school.wire).first(length), made.verifier);
        CHECK((!chain || chain->nodes().empty()));
    }
}

TEST_CASE("identity chain: certificates follow one another under the root keys", "[identity]") {
    Builder builder;
    builder.add(builder.event(make_certificate(builder.random)), {0, 1});
    builder.add(builder.event(make_certificate(builder.random)), {1, 0});
    const auto chain = builder.parse();
    REQUIRE(chain);
    CHECK(chain->nodes().size() == 2);

    SECTION("an event of another school is refused") {
        auto event = builder.event(make_certificate(builder.random));
        event.school = builder.random.make<staffroom::SchoolId>();
        builder.add(event, {0, 1});
        CHECK(builder.refusal() == Errc::bad_proof);
    }
    SECTION("an event that names another one before it is refused") {
        auto event = builder.event(make_certificate(builder.random));
        event.previous = builder.random.make<Digest>();
        builder.add(event, {0, 1});
        CHECK(builder.refusal() == Errc::bad_proof);
    }
    SECTION("a sequence number that does not follow is refused") {
        for (const std::uint32_t sequence : {0U, 2U, 4U}) {
            auto event = builder.event(make_certificate(builder.random));
            event.sequence = sequence;
            builder.add(event, {0, 1});
            CHECK(builder.refusal() == Errc::bad_proof);
            builder.parts.events.pop_back();
        }
    }
    SECTION("a key that is certified twice is refused") {
        auto again = make_certificate(builder.random);
        again.transport_key = chain->nodes()[0].certificate.transport_key;
        builder.add(builder.event(again), {0, 1});
        CHECK(builder.refusal() == Errc::malformed);
    }
    SECTION("events that change places are refused") {
        std::swap(builder.parts.events[0], builder.parts.events[1]);
        CHECK(builder.refusal() == Errc::bad_proof);
    }
}

TEST_CASE("identity chain: too few, foreign or doubled signatures are refused", "[identity]") {
    Builder builder;
    const auto event = builder.event(make_certificate(builder.random));

    const std::vector<std::uint32_t> places[] = {{}, {0}, {1}, {0, 0}, {1, 1}, {0, 2}, {0, 1, 1}};
    for (const auto& signers : places) {
        INFO(signers.size());
        builder.add(event, signers);
        CHECK(builder.refusal() == Errc::bad_signature);
        builder.parts.events.pop_back();
    }
    builder.add(event, {0, 1});
    builder.parts.events[0].signatures[1].signature =
        make_key(builder.random)
            .sign(crypto::SignLabel::chain_event, builder.parts.events[0].event);
    CHECK(builder.refusal() == Errc::bad_signature);
    builder.parts.events[0].signatures[1].signature =
        builder.roots[1].sign(crypto::SignLabel::head, builder.parts.events[0].event);
    CHECK(builder.refusal() == Errc::bad_signature);
}

TEST_CASE("identity chain: root keys change only to those committed before", "[identity]") {
    Builder builder;
    builder.add(builder.event(make_certificate(builder.random)), {0, 1});

    SECTION("the committed keys take over and the old ones end") {
        builder.add(builder.change_roots(), {0, 1});
        builder.add(builder.event(make_certificate(builder.random)), {0, 1});
        REQUIRE(builder.parse());
        std::swap(builder.roots, builder.next_roots);
        builder.add(builder.event(make_certificate(builder.random)), {0, 1});
        CHECK(builder.refusal() == Errc::bad_signature);
    }
    SECTION("a change back to keys that were committed again is good") {
        builder.add(builder.change_roots(), {0, 1});
        builder.add(builder.change_roots(), {0, 1});
        CHECK(builder.parse());
    }
    SECTION("keys that were not committed are refused") {
        builder.next_roots[1] = make_key(builder.random);
        builder.add(builder.change_roots(), {0, 1});
        CHECK(builder.refusal() == Errc::bad_proof);
    }
    SECTION("the committed keys in another order are refused") {
        std::swap(builder.next_roots[0], builder.next_roots[1]);
        builder.add(builder.change_roots(), {0, 1});
        CHECK(builder.refusal() == Errc::bad_proof);
    }
    SECTION("another threshold is refused") {
        builder.threshold = 1;
        builder.add(builder.change_roots(), {0, 1});
        CHECK(builder.refusal() == Errc::bad_proof);
    }
    SECTION("the old keys cannot sign the change") {
        const auto change = builder.change_roots();
        std::swap(builder.roots, builder.next_roots);
        builder.add(change, {0, 1});
        CHECK(builder.refusal() == Errc::bad_signature);
    }
}

TEST_CASE("identity chain: a revocation marks its certificate and keeps the pins", "[identity]") {
    Builder builder(1);
    const auto first = make_certificate(builder.random);
    builder.add(builder.event(first), {0});
    builder.add(builder.event(make_certificate(builder.random)), {1});
    const identity::LogPin pin{
        builder.random.make<staffroom::LogId>(),
        staffroom::LogSize{9},
        builder.random.make<staffroom::TreeHash>()};
    builder.add(builder.event(identity::Revocation{first.id, {pin}}), {0});

    const auto chain = builder.parse();

    REQUIRE(chain);
    CHECK(chain->nodes()[0].revoked);
    REQUIRE(chain->nodes()[0].pins.size() == 1);
    CHECK(chain->nodes()[0].pins[0].log == pin.log);
    CHECK(chain->nodes()[0].pins[0].size == pin.size);
    CHECK(chain->nodes()[0].pins[0].root == pin.root);
    CHECK_FALSE(chain->nodes()[1].revoked);
}

TEST_CASE("identity chain: who lists another's root key does not lead by it", "[identity]") {
    Founded victim(6);
    SeededRandom random(7);
    const auto thief = make_key(random);
    const Bytes inception = identity::encode_inception(
        {{thief.public_key(), victim.root.public_key()},
         1,
         random.make<Digest>(),
         WallTime{7},
         Bytes(16, 1)}
    );
    const identity::ChainEvent event{
        crypto::hash_as<SchoolId>(crypto::HashLabel::inception, inception),
        1,
        crypto::hash(crypto::HashLabel::chain_event, inception),
        make_certificate(random)};
    const Bytes bytes = identity::encode_chain_event(event);
    const auto sign = [&](const crypto::SigningKey& key, std::uint32_t place) {
        return identity::encode_chain(
            {inception, {{bytes, {{place, key.sign(crypto::SignLabel::chain_event, bytes)}}}}}
        );
    };

    const auto by_thief = IdentityChain::parse(sign(thief, 0), victim.verifier);
    const auto by_both = IdentityChain::parse(sign(victim.root, 1), victim.verifier);
    const auto own = IdentityChain::parse(victim.school.wire, victim.verifier);

    REQUIRE(by_thief);
    CHECK(by_thief->is_led_by(thief.public_key()));
    CHECK(by_thief->root_keys().back() == victim.root.public_key());
    CHECK_FALSE(by_thief->is_led_by(victim.root.public_key()));
    REQUIRE(by_both);
    CHECK(by_both->is_led_by(victim.root.public_key()));
    REQUIRE(own);
    CHECK(own->is_led_by(victim.root.public_key()));
    CHECK_FALSE(own->is_led_by(victim.next_root.public_key()));
}

TEST_CASE("identity chain: revoke ends a key, change_root takes the committed one", "[identity]") {
    Founded made(5);
    const auto checked = IdentityChain::parse(made.school.wire, made.verifier);
    REQUIRE(checked);
    const auto& first = checked->nodes().front().certificate;
    const auto stranger = make_key(made.random);

    const auto ended = identity::revoke(made.school.wire, made.root, first.id, {}, made.verifier);
    const auto by_stranger =
        identity::revoke(made.school.wire, stranger, first.id, {}, made.verifier);
    const auto changed = identity::change_root(
        made.school.wire, made.next_root, stranger.public_key(), made.verifier
    );
    const auto not_committed =
        identity::change_root(made.school.wire, stranger, made.root.public_key(), made.verifier);

    REQUIRE(ended);
    CHECK(IdentityChain::parse(*ended, made.verifier)->nodes().front().revoked);
    REQUIRE_FALSE(by_stranger);
    CHECK(by_stranger.error().code == Errc::not_allowed);
    REQUIRE(changed);
    const auto after = IdentityChain::parse(*changed, made.verifier);
    CHECK(after->root_keys() == std::vector{made.next_root.public_key()});
    CHECK(after->is_better_than(*IdentityChain::parse(*ended, made.verifier)));
    // The old key is out of force, and the new one commits to the next.
    CHECK_FALSE(identity::revoke(*changed, made.root, first.id, {}, made.verifier));
    CHECK(identity::change_root(*changed, stranger, made.root.public_key(), made.verifier));
    REQUIRE_FALSE(not_committed);
    CHECK(not_committed.error().code == Errc::not_allowed);
}

TEST_CASE("identity chain: certify adds a node and needs a root key in force", "[identity]") {
    Founded made(4);
    const auto second = make_certificate(made.random);

    const auto longer = identity::certify(made.school.wire, made.root, second, made.verifier);
    const auto foreign =
        identity::certify(made.school.wire, make_key(made.random), second, made.verifier);
    const auto broken =
        identity::certify(ByteView(made.school.wire).first(40), made.root, second, made.verifier);

    REQUIRE(longer);
    const auto before = IdentityChain::parse(made.school.wire, made.verifier);
    const auto after = IdentityChain::parse(*longer, made.verifier);
    REQUIRE(after);
    CHECK(after->school() == made.school.school);
    CHECK(after->nodes().size() == 2);
    CHECK(after->find_signing(second.signing_key) != nullptr);
    CHECK(after->is_better_than(*before));
    CHECK_FALSE(before->is_better_than(*after));
    CHECK_FALSE(after->is_better_than(*after));
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().code == Errc::not_allowed);
    CHECK_FALSE(broken);
}

TEST_CASE("identity chain: of two equally long chains all nodes choose the same", "[identity]") {
    Founded made(5);
    crypto::SodiumVerifier verifier;
    const auto one = IdentityChain::parse(
        *identity::certify(made.school.wire, made.root, make_certificate(made.random), verifier),
        verifier
    );
    const auto other = IdentityChain::parse(
        *identity::certify(made.school.wire, made.root, make_certificate(made.random), verifier),
        verifier
    );

    REQUIRE(one);
    REQUIRE(other);
    CHECK(one->is_better_than(*other) != other->is_better_than(*one));
}

TEST_CASE("identity chain: its limits hold at their edge and not beyond", "[identity]") {
    Builder builder(1);
    while (builder.parts.events.size() < limits::chain_events_max)
        builder.add(builder.event(make_certificate(builder.random)), {0});
    CHECK(builder.parse());
    builder.add(builder.event(make_certificate(builder.random)), {0});
    CHECK(builder.refusal() == Errc::too_large);

    const Bytes huge(limits::chain_bytes_max + 1, 0);
    CHECK(IdentityChain::parse(huge, builder.verifier).error().code == Errc::too_large);
}

TEST_CASE("identity chain: an inception outside its bounds is refused", "[identity]") {
    SeededRandom random(6);
    const auto is_accepted = [&](std::size_t keys, std::uint32_t threshold, std::size_t nonce) {
        identity::Inception inception{
            {}, threshold, random.make<Digest>(), WallTime{1}, Bytes(nonce)};
        for (std::size_t i = 0; i < keys; ++i)
            inception.root_keys.push_back(random.make<staffroom::SigningPublicKey>());
        return identity::decode_inception(identity::encode_inception(inception)).has_value();
    };
    CHECK(is_accepted(1, 1, 16));
    CHECK(is_accepted(limits::root_keys_max, 8, 16));
    CHECK_FALSE(is_accepted(limits::root_keys_max + 1, 8, 16));
    CHECK_FALSE(is_accepted(0, 0, 16));
    CHECK_FALSE(is_accepted(2, 0, 16));
    CHECK_FALSE(is_accepted(2, 3, 16));
    CHECK_FALSE(is_accepted(1, 1, 15));
    CHECK_FALSE(is_accepted(1, 1, 17));
}
