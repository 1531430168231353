// What a school's chain says of its nodes' keys, and what of their words counts then. [I2] [S2]
#include "protocol/log/tree_hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/support/network/founder_scene.hpp"
#include "tests/support/network/revocation.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using log::Blake2b256;

/// The founder has a second node, which has written an invitation and a record.
struct Scene : tests::FounderScene {
    crypto::SigningKey root{parts->context.keys.signing.copy()};
    crypto::SigningKey second = make_key();
    Bytes before = parts->networks.own_chain().wire();
    Bytes chain = with_node(before, second.public_key());
    LogId governance = hold(log::Channel::governance);
    LogId records = hold(log::Channel::records);

    Scene() {
        const network::Operation invite{
            {}, network::Invite{{}, random.make<SigningPublicKey>(), WallTime{9}}};
        REQUIRE(parts->networks.take_governance(
            {governance,
             LogSize{0},
             LogSize{2},
             {{governance,
               Position{1},
               parts->context.school,
               random.make<RevisionId>(),
               std::make_shared<const Bytes>(network::encode_operation(invite))}},
             {},
             {}}
        ));
        REQUIRE(invitations() == 1);
        REQUIRE(is_listed(records));
    }
    crypto::SigningKey make_key() {
        crypto::Secret32 seed;
        random.fill(seed.writable());
        return crypto::SigningKey(seed);
    }
    Bytes with_node(const Bytes& of, const SigningPublicKey& key) {
        const auto longer = identity::certify(
            of,
            root,
            {key,
             random.make<TransportPublicKey>(),
             random.make<EncryptionPublicKey>(),
             random.make<identity::CertificateId>()},
            verifier
        );
        REQUIRE(longer);
        return *longer;
    }
    log::LogDescriptor descriptor(log::Channel channel) {
        return {
            log::space_of(*network),
            channel,
            parts->context.school,
            second.public_key(),
            Incarnation(Incarnation::Raw{7})};
    }
    static TreeHash leaf() { return log::leaf_hash<Blake2b256>(as_view("an entry")); }
    /// A log of the second node with two entries.
    LogId hold(log::Channel channel) {
        REQUIRE(parts->networks.keep_chain(chain));
        const LogId id = log::log_id(descriptor(channel));
        log::CompactRange range;
        log::append_leaves<Blake2b256>(range, std::vector<TreeHash>{leaf(), leaf()}, [](auto) {});
        const TreeHash root_hash = *log::root_of<Blake2b256>(range);
        const LogSize size{2};
        const auto head = log::sign_head({id, size, root_hash, WallTime{1}}, second);
        Image image;
        image.logs.push_back({id, descriptor(channel), head, size, range, {size, size, {}}, 0});
        parts->logbook.restore(image);
        state().space.add_log(id, parts->context.school);
        parts->networks.update_item(*parts->logbook.find(id));
        return id;
    }
    bool is_listed(const LogId& id) {
        return state().space.items.find(Digest(id.raw())) != nullptr;
    }
    std::size_t invitations() { return state().roster.open_invite_count(); }
    Acceptance judge_larger() {
        const log::Head head{records, LogSize{3}, random.make<TreeHash>(), WallTime{1}};
        return parts->networks.judge_head(
            descriptor(log::Channel::records), log::sign_head(head, second)
        );
    }
};

} // namespace

TEST_CASE("ended key: nothing counts of a log that its revocation does not pin", "[replica]") {
    Scene scene;
    const auto nothing = scene.parts->networks.notice(Digest({}));
    CHECK(nothing == nullptr);
    CHECK(scene.judge_larger() == Acceptance::taken);

    REQUIRE(scene.parts->networks.keep_chain(
        tests::revoke(scene.chain, scene.root, scene.second.public_key(), {})
    ));

    CHECK_FALSE(scene.is_listed(scene.records));
    CHECK_FALSE(scene.is_listed(scene.governance));
    CHECK(scene.invitations() == 0);
    CHECK(scene.parts->logbook.take_cut_changes().size() == 2);
    // Who offers more of it has not heard of the end.
    CHECK(scene.judge_larger() == Acceptance::parked);
}

TEST_CASE("ended key: what its revocation pins goes on to count", "[replica]") {
    Scene scene;
    const TreeHash root = scene.leaf();

    REQUIRE(scene.parts->networks.keep_chain(tests::revoke(
        scene.chain,
        scene.root,
        scene.second.public_key(),
        {{scene.records, LogSize{1}, root}, {scene.governance, LogSize{2}, root}}
    )));

    CHECK(scene.state().space.items.find(Digest(scene.records.raw()))->size == 1);
    CHECK(scene.is_listed(scene.governance));
    CHECK(scene.invitations() == 1);
    CHECK(scene.judge_larger() == Acceptance::taken);
}

TEST_CASE("ended key: its notices leave the line, and are no reason to end a link", "[replica]") {
    Scene scene;
    const auto write = [&](std::uint64_t counter) {
        return network::sign_notice(
            {network::NoticeKind::addresses,
             log::space_of(*scene.network),
             scene.parts->context.school,
             scene.second.public_key(),
             counter,
             {}},
            scene.second
        );
    };
    const auto notice = write(1);
    REQUIRE(scene.parts->networks.take_notice(notice) == Acceptance::taken);
    const Digest subject = network::subject(notice.notice);
    REQUIRE(scene.state().space.items.find(subject) != nullptr);

    REQUIRE(scene.parts->networks.keep_chain(
        tests::revoke(scene.chain, scene.root, scene.second.public_key(), {})
    ));

    CHECK(scene.state().space.items.find(subject) == nullptr);
    CHECK(scene.parts->networks.take_notice(write(2)) == Acceptance::known);
}

TEST_CASE("ended key: a log counts while its key stands in the chain that counts", "[replica]") {
    Scene scene;
    const Bytes other = scene.with_node(
        scene.with_node(scene.before, scene.make_key().public_key()), scene.make_key().public_key()
    );

    REQUIRE(scene.parts->networks.keep_chain(other));
    CHECK_FALSE(scene.is_listed(scene.records));
    CHECK(scene.invitations() == 0);

    REQUIRE(scene.parts->networks.keep_chain(scene.with_node(
        scene.with_node(scene.chain, scene.make_key().public_key()), scene.make_key().public_key()
    )));
    CHECK(scene.is_listed(scene.records));
    CHECK(scene.invitations() == 1);
}

TEST_CASE("chains: of a school that no roster names none is checked", "[replica]") {
    Scene scene;
    const crypto::SigningKey key = scene.make_key();
    auto stranger = identity::found_school(
        key,
        key.public_key(),
        {key.public_key(),
         scene.random.make<TransportPublicKey>(),
         scene.random.make<EncryptionPublicKey>(),
         scene.random.make<identity::CertificateId>()},
        WallTime{1},
        scene.random
    );
    stranger.wire.back() ^= 1U; // of the signature

    CHECK(scene.parts->networks.take_chain(stranger.wire) == Acceptance::parked);
}

} // namespace staffroom::replica
