// Charters of a network: their form, and which one is in force, against a slow twin.
#include "protocol/base/limits.hpp"
#include "protocol/network/charter.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/operations.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::network {

using tests::SeededRandom;

namespace {

struct Council {
    SeededRandom random;
    std::vector<SchoolId> schools{};
    std::set<SchoolId> members{};
    FoundingCharter founding;
    std::vector<PlacedCharterAct> acts{};

    explicit Council(std::uint64_t seed, std::size_t size)
        : random(seed)
        , founding{random.make<Digest>(), "Be kind.", random.make<SchoolId>()} {
        schools.push_back(founding.founder);
        while (schools.size() < size)
            schools.push_back(random.make<SchoolId>());
        members.insert(schools.begin(), schools.end());
    }
    Digest revise(std::size_t school, const Digest& follows, std::string text) {
        CharterRevised revision{follows, std::move(text)};
        const Digest id = charter_id(revision);
        acts.push_back({schools[school], WallTime{acts.size() + 1}, std::move(revision)});
        return id;
    }
    void sign(std::size_t school, const Digest& charter) {
        acts.push_back({schools[school], WallTime{acts.size() + 1}, CharterSigned{charter}});
    }
    [[nodiscard]] CharterBook fold() const {
        std::vector<const PlacedCharterAct*> pointers;
        for (const PlacedCharterAct& each : acts)
            pointers.push_back(&each);
        return fold_charters(founding, pointers, members);
    }
};

// ---- the slow twin: of every charter asks all acts anew

std::set<SchoolId> twin_signers(const Council& council, const Digest& id) {
    std::set<SchoolId> signers;
    for (const PlacedCharterAct& each : council.acts) {
        const auto* revision = std::get_if<CharterRevised>(&each.act);
        const Digest about =
            revision != nullptr ? charter_id(*revision) : std::get<CharterSigned>(each.act).charter;
        if (about == id && council.members.count(each.author) > 0)
            signers.insert(each.author);
    }
    return signers;
}

/// 0 where its predecessors are not all here, or only by schools that are no members.
std::uint32_t twin_number(const Council& council, const Digest& id, std::size_t depth = 0) {
    if (id == council.founding.id)
        return 1;
    for (const PlacedCharterAct& each : council.acts) {
        const auto* revision = std::get_if<CharterRevised>(&each.act);
        if (revision == nullptr || charter_id(*revision) != id ||
            council.members.count(each.author) == 0 || depth > council.acts.size())
            continue;
        const std::uint32_t before = twin_number(council, revision->follows, depth + 1);
        return before == 0 ? 0 : before + 1;
    }
    return 0;
}

Digest twin_in_force(const Council& council) {
    Digest best = council.founding.id;
    std::uint32_t best_number = 1;
    std::size_t best_count = council.members.size();
    for (const PlacedCharterAct& each : council.acts) {
        const auto* revision = std::get_if<CharterRevised>(&each.act);
        if (revision == nullptr)
            continue;
        const Digest id = charter_id(*revision);
        const std::uint32_t number = twin_number(council, id);
        const std::size_t count = twin_signers(council, id).size();
        const bool is_adopted = number > 0 && count * 2 > council.members.size();
        const bool is_better =
            number > best_number ||
            (number == best_number && (count > best_count || (count == best_count && id < best)));
        if (is_adopted && is_better) {
            best = id;
            best_number = number;
            best_count = count;
        }
    }
    return best;
}

} // namespace

TEST_CASE("charter: an act is read back as it was written", "[network]") {
    SeededRandom random(1);
    const CharterRevised revision{random.make<Digest>(), "We read what others write."};
    const auto read = parse_charter_act(encode_charter_act(revision));
    REQUIRE(read);
    const auto& again = std::get<CharterRevised>(*read);
    CHECK(again.follows == revision.follows);
    CHECK(again.text == revision.text);
    const CharterSigned signature{random.make<Digest>()};
    const auto signed_again = parse_charter_act(encode_charter_act(signature));
    REQUIRE(signed_again);
    CHECK(std::get<CharterSigned>(*signed_again).charter == signature.charter);
}

TEST_CASE("charter: no operation and no order is one, and none of them is a charter", "[network]") {
    SeededRandom random(2);
    const Bytes revision = encode_charter_act(CharterRevised{random.make<Digest>(), "a"});
    CHECK_FALSE(parse_operation(revision));
    CHECK_FALSE(parse_erasure(revision));
    CHECK_FALSE(parse_charter_act(encode_operation(Operation{{}, Seen{}})));
}

TEST_CASE("charter: what nobody could read or hold is refused", "[network]") {
    SeededRandom random(3);
    const Digest follows = random.make<Digest>();
    const auto refusal_of = [&](std::string text) {
        const auto read = parse_charter_act(encode_charter_act(CharterRevised{follows, text}));
        return read ? Errc::closed : read.error().code;
    };
    CHECK(refusal_of("") == Errc::malformed);
    CHECK(refusal_of("a\xff") == Errc::malformed);
    CHECK(refusal_of(std::string("a\0b", 3)) == Errc::malformed);
    CHECK(refusal_of(std::string(limits::charter_bytes_max, 'a')) == Errc::closed);
    CHECK(refusal_of(std::string(limits::charter_bytes_max + 1, 'a')) == Errc::too_large);
}

TEST_CASE("charter: without any revision the founding one is in force", "[network]") {
    const Council council(4, 3);
    const CharterBook book = council.fold();
    REQUIRE(book.charters.size() == 1);
    CHECK(book.in_force == council.founding.id);
    CHECK(book.charters.front().signed_by == council.members);
    CHECK(book.needed == 2);
}

TEST_CASE("charter: more than half of the members bring one into force", "[network]") {
    Council council(5, 4);
    const Digest second = council.revise(0, council.founding.id, "Be kind, and say why.");
    CHECK(council.fold().in_force == council.founding.id);
    council.sign(1, second);
    CHECK(council.fold().in_force == council.founding.id); // two of four
    council.sign(1, second);                               // again counts once
    CHECK(council.fold().in_force == council.founding.id);
    council.sign(2, second);
    CHECK(council.fold().in_force == second);
    CHECK(council.fold().find(second)->number == 2);
}

// The attack: a school that was removed, or that never was a member, decides.
TEST_CASE("charter: a signature of a school that is no member counts for nothing", "[network]") {
    Council council(6, 5);
    const Digest second = council.revise(0, council.founding.id, "Be kind, and say why.");
    council.sign(1, second);
    council.sign(2, second);
    REQUIRE(council.fold().in_force == second);
    council.members.erase(council.schools[2]);
    council.members.insert(council.random.make<SchoolId>());
    CHECK(council.fold().in_force == council.founding.id);
    council.members.erase(council.schools[0]); // its author
    CHECK(council.fold().find(second) == nullptr);
}

TEST_CASE("charter: one whose predecessor is not here waits for it", "[network]") {
    Council council(7, 2);
    const CharterRevised missing{council.founding.id, "b"};
    const Digest third = council.revise(0, charter_id(missing), "c");
    council.sign(1, third);
    CHECK(council.fold().charters.size() == 1);
    static_cast<void>(council.revise(1, council.founding.id, "b"));
    CHECK(council.fold().in_force == third);
}

TEST_CASE("charter: in any order of the acts the twin finds the same", "[network]") {
    for (std::uint64_t seed = 100; seed < 400; ++seed) {
        Council council(seed, 1 + seed % 6);
        std::vector<Digest> known{council.founding.id, council.random.make<Digest>()};
        const std::size_t count = council.random.below(24);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t school = council.random.below(council.schools.size());
            const Digest about = known[council.random.below(known.size())];
            if (council.random.below(2) == 0)
                known.push_back(
                    council.revise(school, about, std::to_string(council.random.below(4)) + "x")
                );
            else
                council.sign(school, about);
        }
        if (seed % 3 == 0 && council.members.size() > 1)
            council.members.erase(council.schools.back());
        const CharterBook book = council.fold();
        CHECK(book.in_force == twin_in_force(council));
        for (const Charter& each : book.charters) {
            CHECK(each.number == twin_number(council, each.id));
            if (each.follows)
                CHECK(each.signed_by == twin_signers(council, each.id));
        }
        std::ranges::reverse(council.acts);
        const CharterBook reversed = council.fold();
        CHECK(reversed.in_force == book.in_force);
        REQUIRE(reversed.charters.size() == book.charters.size());
        for (std::size_t i = 0; i < book.charters.size(); ++i) {
            CHECK(reversed.charters[i].id == book.charters[i].id);
            CHECK(reversed.charters[i].author == book.charters[i].author);
        }
    }
}

} // namespace staffroom::network
