// Which charters this school may write, and how much of a member's room they take. [N8]
#include "protocol/base/limits.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/agreements/charters.hpp"
#include "protocol/replica/stored.hpp"
#include "tests/support/network/founder_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

struct CharterScene : tests::FounderScene {
    [[nodiscard]] Digest founding() const { return state().genesis.charter_hash(); }
    [[nodiscard]] Result<Digest> may(const network::CharterAct& act) const {
        return charter_that_is_new(parts->logbook, state(), parts->context.school, act);
    }
    [[nodiscard]] Errc refusal(const network::CharterAct& act) const {
        const auto allowed = may(act);
        return allowed ? Errc::closed : allowed.error().code;
    }
    /// Writes an act as any member can, whether it may or not.
    void write(const network::CharterAct& act) {
        OwnLogs::Draft draft = parts->own_logs.draft();
        draft.add_operation(state().space.id, network::encode_charter_act(act));
        draft.commit();
        for (const Store& written : taken<Store>())
            store_finished(*parts, StoreFinished{written.id, {}});
    }
    [[nodiscard]] network::CharterBook book() const {
        return charter_book(parts->logbook, state());
    }
};

} // namespace

TEST_CASE("charters: what was written stands in the book, once", "[replica]") {
    CharterScene scene;
    const network::CharterRevised second{scene.founding(), "Be kind, and say why."};
    const auto id = scene.may(second);
    REQUIRE(id);
    scene.write(second);

    CHECK(scene.book().in_force == *id); // one of one school
    CHECK(scene.refusal(second) == Errc::already_exists);
    CHECK(scene.refusal(network::CharterSigned{*id}) == Errc::already_exists);
    CHECK(scene.refusal(network::CharterSigned{scene.random.make<Digest>()}) == Errc::not_found);
    CHECK(
        scene.refusal(network::CharterRevised{scene.random.make<Digest>(), "x"}) == Errc::not_found
    );
    CHECK(scene.refusal(network::CharterRevised{*id, ""}) == Errc::malformed);
}

// The attack: a member writes revisions by the thousand, into every node's memory; the later ones
// push out what others have signed.
TEST_CASE("charters: of a school the first ones count, whatever comes behind them", "[replica]") {
    CharterScene scene;
    const network::CharterRevised first{scene.founding(), "0"};
    for (std::size_t i = 0; i < limits::charter_acts_per_school_max + 20; ++i)
        scene.write(network::CharterRevised{scene.founding(), std::to_string(i)});

    std::size_t kept = 0;
    for (const auto& [school, acts] : scene.state().charter_acts)
        kept += acts.size();
    CHECK(kept == limits::charter_acts_per_school_max);
    CHECK(scene.book().find(network::charter_id(first)) != nullptr);
    CHECK(scene.refusal(network::CharterRevised{scene.founding(), "more"}) == Errc::too_large);
}

// The attack: a stolen key fills the places of its school; the school revokes it, and could put
// forward and sign nothing any more. Who heard of the theft first never had that log.
TEST_CASE("charters: what stands behind a cut takes no places", "[replica]") {
    CharterScene scene;
    const SchoolId& self = scene.parts->context.school;
    const network::CharterRevised honest{scene.founding(), "Be kind."};
    scene.write(honest);
    const LogId own = scene.state().charter_acts.begin()->first;
    const crypto::SigningKey stolen{crypto::Secret32()};
    log::LogDescriptor of{
        log::space_of(*scene.network),
        log::Channel::governance,
        self,
        stolen.public_key(),
        scene.random.make<Incarnation>()};
    while (log::log_id(of) > own)
        of.incarnation = scene.random.make<Incarnation>();
    const LogId thiefs = log::log_id(of);
    const LogSize size{limits::charter_acts_per_school_max};
    scene.parts->logbook.note_head(
        of, log::sign_head({thiefs, size, scene.random.make<TreeHash>(), WallTime{1}}, stolen)
    );
    const std::vector<network::Charter> before = scene.book().charters;
    for (Position at{0}; at.value < size.value; ++at.value)
        scene.state().charter_acts[thiefs].try_emplace(
            at,
            self,
            WallTime{1},
            network::CharterRevised{scene.founding(), std::to_string(at.value)}
        );
    CHECK(scene.book().find(network::charter_id(honest)) == nullptr);
    CHECK(scene.refusal(network::CharterRevised{scene.founding(), "more"}) == Errc::too_large);

    const Cut ended{CutSource::revocation, Position{0}, log::empty_root<log::Blake2b256>()};
    scene.parts->logbook.set_cut(thiefs, CutSource::revocation, ended);

    const std::vector<network::Charter> after = scene.book().charters;
    REQUIRE(after.size() == before.size());
    for (std::size_t i = 0; i < after.size(); ++i)
        CHECK(after[i].id == before[i].id);
    CHECK(scene.may(network::CharterRevised{scene.founding(), "more"}));
}

} // namespace staffroom::replica
