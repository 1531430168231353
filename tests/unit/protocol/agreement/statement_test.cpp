// Agreements, cards, passports and ends as bytes: each comes back as it was, and what is cut,
// longer or against the form is refused.
#include "protocol/base/limits.hpp"
#include "tests/support/agreement/linked_scene.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace agreement = staffroom::agreement;
namespace limits = staffroom::limits;
using agreement::Agreement;
using agreement::Card;
using agreement::End;
using agreement::Passport;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Digest;
using staffroom::Errc;
using staffroom::LogSize;
using staffroom::NetworkId;
using staffroom::SchoolId;
using staffroom::TreeHash;
using staffroom::tests::LinkedScene;
using staffroom::tests::passport_for;

namespace {

template <class Parse> void check_cuts(const Bytes& bytes, std::size_t bytes_max, Parse parse) {
    const auto whole = parse(bytes);
    REQUIRE(whole);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CAPTURE(length);
        const auto cut = parse(ByteView(bytes).first(length));
        // Cut between two fields it may be another statement, never this one.
        CHECK((!cut || !(*cut == *whole)));
    }
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(parse(longer));
    longer.resize(bytes_max + 1);
    CHECK(parse(longer).error().code == Errc::too_large);
}

Agreement some_agreement(LinkedScene& scene) {
    auto agreed = scene.standing->agreement;
    agreed.one.gives = {{1, 2}, true, {NetworkId(NetworkId::Raw{1}), NetworkId(NetworkId::Raw{2})}};
    agreed.other.gives.passed_on = true;
    return agreed;
}

Errc refusal_of(const Agreement& agreed) {
    const auto parsed = agreement::parse_agreement(agreement::encode_agreement(agreed));
    return parsed ? Errc::closed : parsed.error().code;
}

Errc refusal_of(const Card& card) {
    const auto parsed = agreement::parse_card(agreement::encode_card(card));
    return parsed ? Errc::closed : parsed.error().code;
}

template <class Id> std::vector<Id> ascending(LinkedScene& scene, std::size_t count) {
    std::vector<Id> ids;
    for (std::size_t i = 0; i < count; ++i)
        ids.push_back(scene.random.make<Id>());
    std::ranges::sort(ids);
    return ids;
}

} // namespace

TEST_CASE("agreement: comes back as it was, and cut it is another or none", "[agreement]") {
    LinkedScene scene;
    Agreement agreed = some_agreement(scene);
    CHECK(*agreement::parse_agreement(agreement::encode_agreement(agreed)) == agreed);
    agreed.link = scene.link;
    agreed.number = 3;
    CHECK(*agreement::parse_agreement(agreement::encode_agreement(agreed)) == agreed);
    CHECK(agreement::link_of(agreed, scene.agreement_id) == scene.link);
    check_cuts(
        agreement::encode_agreement(agreed), limits::statement_bytes_max, agreement::parse_agreement
    );
}

TEST_CASE("agreement: has one form, and two different networks", "[agreement]") {
    LinkedScene scene;
    const Agreement good = some_agreement(scene);
    CHECK(refusal_of(good) == Errc::closed);
    const auto refused = [&](auto change) {
        Agreement agreed = good;
        change(agreed);
        return refusal_of(agreed);
    };

    CHECK(refused([](Agreement& a) { std::swap(a.one, a.other); }) == Errc::malformed);
    CHECK(refused([](Agreement& a) { a.other.network = a.one.network; }) == Errc::malformed);
    CHECK(refused([](Agreement& a) { a.number = 1; }) == Errc::malformed);
    CHECK(refused([&](Agreement& a) { a.link = scene.link; }) == Errc::malformed);
    CHECK(refused([](Agreement& a) { a.review.ms = a.until.ms + 1; }) == Errc::malformed);
    CHECK(refused([](Agreement& a) { a.one.gives.kinds = {2, 1}; }) == Errc::malformed);
    CHECK(refused([](Agreement& a) { a.one.gives.kinds = {2, 2}; }) == Errc::malformed);
    CHECK(refused([](Agreement& a) { a.one.gives.kinds = {0}; }) == Errc::malformed);
    CHECK(refused([](Agreement& a) { a.one.gives.kinds = {200}; }) == Errc::malformed);
    CHECK(refused([](Agreement& a) { a.one.gives.pass_on = false; }) == Errc::malformed);
    CHECK(refused([](Agreement& a) {
              std::ranges::reverse(a.one.gives.onward);
          }) == Errc::malformed);
    CHECK(refused([&](Agreement& a) {
              a.one.gives.onward = ascending<NetworkId>(scene, limits::agreement_onward_max + 1);
          }) == Errc::too_large);
    const auto kinds = [&](std::uint32_t count) {
        return refused([&](Agreement& a) {
            a.one.gives.kinds.clear();
            for (std::uint32_t kind = 1; kind <= count; ++kind)
                a.one.gives.kinds.push_back(kind);
        });
    };
    CHECK(kinds(limits::agreement_kinds_max) == Errc::closed);
    CHECK(kinds(limits::agreement_kinds_max + 1) == Errc::too_large);
}

TEST_CASE("agreement: with its signatures it comes back as it was", "[agreement]") {
    LinkedScene scene;
    const auto& made = scene.statements.agreements[0];
    const Bytes bytes = agreement::encode_signed_agreement(made);

    const auto parsed = agreement::parse_signed_agreement(bytes);

    REQUIRE(parsed);
    CHECK(parsed->bytes == made.bytes);
    CHECK(parsed->one == made.one);
    CHECK(parsed->other == made.other);
    auto twice = made;
    twice.one.push_back(twice.one.front());
    const auto refused =
        agreement::parse_signed_agreement(agreement::encode_signed_agreement(twice));
    CHECK(refused.error().code == Errc::malformed);
}

TEST_CASE("card: comes back as it was, and cut it is another or none", "[agreement]") {
    LinkedScene scene;
    Card card = scene.forest.card();
    CHECK(*agreement::parse_card(agreement::encode_card(card)) == card);
    card.number = 4;
    card.previous = scene.random.make<Digest>();
    card.stands_by = ascending<Digest>(scene, 2);
    CHECK(*agreement::parse_card(agreement::encode_card(card)) == card);
    check_cuts(agreement::encode_card(card), limits::card_bytes_max, agreement::parse_card);
}

TEST_CASE("card: says who signs, and nothing beyond its bounds", "[agreement]") {
    LinkedScene scene;
    const Card good = scene.forest.card();
    const auto refused = [&](auto change) {
        Card card = good;
        change(card);
        return refusal_of(card);
    };

    CHECK(refused([](Card& c) { c.signatures = 0; }) == Errc::malformed);
    CHECK(refused([](Card& c) { c.signatures = 3; }) == Errc::closed);
    CHECK(refused([](Card& c) { c.signatures = 4; }) == Errc::malformed);
    CHECK(refused([](Card& c) { c.coordinators.clear(); }) == Errc::malformed);
    CHECK(refused([](Card& c) { std::ranges::reverse(c.coordinators); }) == Errc::malformed);
    CHECK(refused([](Card& c) { c.number = 1; }) == Errc::malformed);
    CHECK(refused([](Card& c) { c.name.clear(); }) == Errc::malformed);
    CHECK(refused([](Card& c) { c.name = std::string("a\0b", 3); }) == Errc::malformed);
    CHECK(refused([](Card& c) { c.place = std::string(401, 'x'); }) == Errc::malformed);
    CHECK(refused([](Card& c) { c.gateways.push_back(c.gateways[0]); }) == Errc::malformed);
    CHECK(refused([](Card& c) { c.gateways[0].addresses = {"no port"}; }) == Errc::malformed);
    CHECK(refused([](Card& c) {
              c.gateways[0].addresses.assign(limits::addresses_per_school_max + 1, "a:1");
          }) == Errc::too_large);
    const auto coordinators = [&](std::size_t count) {
        return refused([&](Card& c) { c.coordinators = ascending<SchoolId>(scene, count); });
    };
    CHECK(coordinators(limits::card_coordinators_max) == Errc::closed);
    CHECK(coordinators(limits::card_coordinators_max + 1) == Errc::too_large);
}

TEST_CASE("passport: comes back as it was, and is of a log of records", "[agreement]") {
    LinkedScene scene;
    Passport passport = passport_for(scene.log, {scene.forest, scene.agreement_id, {}, 3});
    CHECK(*agreement::parse_passport(agreement::encode_passport(passport)) == passport);
    passport.last = true;
    passport.before = scene.random.make<Digest>();
    CHECK(*agreement::parse_passport(agreement::encode_passport(passport)) == passport);
    check_cuts(agreement::encode_passport(passport), limits::kib, agreement::parse_passport);

    passport.descriptor.channel = staffroom::log::Channel::governance;
    const auto refused = agreement::parse_passport(agreement::encode_passport(passport));
    CHECK(refused.error().code == Errc::malformed);
}

TEST_CASE("end: comes back as it was, with each log once", "[agreement]") {
    LinkedScene scene;
    End end{scene.agreement_id, scene.forest.id, scene.forest.card_hash(), {}};
    for (const auto& log : ascending<staffroom::LogId>(scene, limits::agreement_pins_max))
        end.pins.push_back({log, LogSize{7}, scene.random.make<TreeHash>()});
    CHECK(*agreement::parse_end(agreement::encode_end(end)) == end);

    End twice = end;
    twice.pins[1] = twice.pins[0];
    CHECK(agreement::parse_end(agreement::encode_end(twice)).error().code == Errc::malformed);
    end.pins.push_back({staffroom::LogId(staffroom::LogId::Raw{255}), LogSize{1}, end.pins[0].root}
    );
    CHECK(agreement::parse_end(agreement::encode_end(end)).error().code == Errc::too_large);
    end.pins.resize(2, end.pins[0]);
    check_cuts(agreement::encode_end(end), limits::statement_bytes_max, agreement::parse_end);
}

TEST_CASE("refusal: each has a word and a sentence of its own", "[agreement]") {
    std::set<std::string_view> names;
    for (const auto refusal : agreement::all_refusals()) {
        names.insert(agreement::refusal_name(refusal));
        CHECK(agreement::refusal_text(refusal).ends_with('.'));
    }
    CHECK(names.size() == agreement::all_refusals().size());
    CHECK(names.size() == static_cast<std::size_t>(agreement::Refusal::terms_replaced) + 1);
}
