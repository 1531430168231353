// Who answers a code for another network, and what an agreement written beside it is worth: a
// member can write any act, and whoever bears the code can come again with something else. [A9]
#include "protocol/agreement/agreeing.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/agreeing.hpp"
#include "tests/support/network/responder_scene.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::replica {

using tests::ResponderScene;

TEST_CASE("agreeing: an agreement spends the code that it follows from", "[replica]") {
    ResponderScene scene;
    const RevisionId code = scene.make_code();
    auto act = scene.signed_by_bearer(code, scene.card);
    scene.sign_here(act);

    scene.write(act);

    CHECK(scene.status(code).is_spent);
    REQUIRE(scene.links().size() == 1);
    CHECK_FALSE(scene.links().front().is_disputed);
}

// The attack: nobody signs the name of the code beside an agreement, so a member copies one that
// stands, and nobody can use the other code any more.
TEST_CASE("agreeing: a copied agreement spends no other code, and disputes none", "[replica]") {
    ResponderScene scene;
    const RevisionId first = scene.make_code();
    const RevisionId second = scene.make_code();
    auto act = scene.signed_by_bearer(first, scene.card);
    scene.sign_here(act);
    scene.write(act);
    auto of_second = scene.signed_by_bearer(second, scene.card);
    scene.sign_here(of_second);

    act.invite = second;
    scene.write(act);
    CHECK_FALSE(scene.status(second).is_spent);
    scene.write(of_second);

    REQUIRE(scene.links().size() == 2);
    for (const LinkStatus& link : scene.links())
        CHECK_FALSE(link.is_disputed);
}

TEST_CASE("agreeing: two agreements by one code are both disputed", "[replica]") {
    ResponderScene scene;
    const RevisionId code = scene.make_code();
    for (const char* name : {"Forest", "Forest again"}) {
        agreement::Card card = scene.card;
        card.name = name;
        auto act = scene.signed_by_bearer(code, card);
        scene.sign_here(act);
        scene.write(act);
    }

    REQUIRE(scene.links().size() == 2);
    for (const LinkStatus& link : scene.links())
        CHECK(link.is_disputed);
}

// The attack: any member writes acts that bring the longest chains of a school that nobody here
// knows. Reading them costs hundreds of signatures, each time somebody asks for the links.
TEST_CASE("agreeing: foreign chains are read for what the own side has signed alone", "[replica]") {
    ResponderScene scene;
    const RevisionId code = scene.make_code();
    auto act = scene.signed_by_bearer(code, scene.card);
    for (int i = 0; i < 40; ++i)
        act.chains.push_back(scene.found().wire);
    scene.write(act);

    scene.verifier.calls = 0;
    CHECK(scene.links().empty());
    CHECK(scene.verifier.calls <= 1);

    scene.sign_here(act);
    scene.write(act);
    scene.verifier.calls = 0;
    CHECK(scene.links().size() == 1);
    CHECK(scene.verifier.calls > 40);
}

// The attack: four words are how two people know that nobody stands between them. Whoever else
// bears the spent code would show its own at the next look.
TEST_CASE("agreeing: a second try with another agreement changes no words", "[replica]") {
    ResponderScene scene;
    const RevisionId code = scene.make_code();
    const auto act = scene.signed_by_bearer(code, scene.card);
    REQUIRE(scene.accept(scene.bearer(LinkId{11}, code), act));
    const auto words = scene.status(code).words;
    REQUIRE(words);
    agreement::Card card = scene.card;
    card.name = "Forest again";
    const auto another = scene.signed_by_bearer(code, card);

    SECTION("while the first is written") {
        REQUIRE(scene.accept(scene.bearer(LinkId{12}, code), another));
        CHECK(scene.status(code).words == words);
    }
    SECTION("after it") {
        scene.reach_disk();
        REQUIRE(scene.accept(scene.bearer(LinkId{12}, code), another));
        CHECK(scene.status(code).words == words);
    }
    SECTION("the same one again shows the words of its own link") {
        REQUIRE(scene.accept(scene.bearer(LinkId{12}, code), act));
        CHECK(scene.status(code).words != words);
    }
}

// The attack: any member writes ends that nobody has signed, by the thousand. Each costs a
// signature whenever the links are looked at.
TEST_CASE("agreeing: of a writer's unsigned ends few are looked at", "[replica]") {
    ResponderScene scene;
    const RevisionId code = scene.make_code();
    auto act = scene.signed_by_bearer(code, scene.card);
    scene.sign_here(act);
    scene.write(act);
    const LinkStatus link = scene.links().front();
    scene.verifier.calls = 0;
    static_cast<void>(scene.links());
    const auto calls_without = scene.verifier.calls;

    for (std::uint64_t i = 0; i < 60; ++i) {
        const agreement::End end{
            link.agreement,
            link.network,
            link.own.card.hash,
            {{scene.random.make<LogId>(), LogSize{i + 1}, scene.random.make<TreeHash>()}}};
        agreement::LinkEnded ended{{agreement::encode_end(end), {}}, {}};
        ended.end.signatures = {
            {scene.parts->context.school,
             scene.parts->context.keys.signing.public_key(),
             scene.random.make<Signature>()}};
        scene.write(ended);
    }

    scene.verifier.calls = 0;
    CHECK_FALSE(scene.links().front().ended);
    CHECK(scene.verifier.calls > calls_without);
    CHECK(scene.verifier.calls <= calls_without + 40);
}

// The attack: a page that asks for the links at every click.
TEST_CASE("agreeing: what stands is asked for without a signature", "[replica]") {
    ResponderScene scene;
    const RevisionId code = scene.make_code();
    auto act = scene.signed_by_bearer(code, scene.card);
    scene.sign_here(act);
    scene.write(act);

    scene.verifier.calls = 0;
    const auto links = scene.parts->link_book.statuses();
    CHECK(scene.status(code).is_spent);
    CHECK(scene.verifier.calls == 0);
    REQUIRE(links.size() == 1);
    CHECK(links.front().id == scene.links().front().id);
    CHECK(links.front().since == scene.links().front().since);
}

} // namespace staffroom::replica
