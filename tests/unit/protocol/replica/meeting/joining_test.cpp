// A caller that comes with a code: told apart from a school, and let go once it was told. [N6]
// [S10]
#include "tests/support/network/founder_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {

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

} // namespace staffroom::replica
