// The passports that members have written down: the same set is kept in whatever order they come,
// and nobody pushes out what another wrote.
#include "protocol/base/limits.hpp"
#include "protocol/replica/membership/passport_book.hpp"
#include "tests/support/agreement/linked_scene.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace agreement = staffroom::agreement;
namespace crypto = staffroom::crypto;
namespace limits = staffroom::limits;
using staffroom::Digest;
using staffroom::Incarnation;
using staffroom::LogSize;
using staffroom::SchoolId;
using staffroom::replica::PassportBook;
using staffroom::tests::LinkedScene;

namespace {

struct Written {
    SchoolId writer;
    agreement::SignedStatement statement;
};

agreement::SignedStatement
passport(LinkedScene& scene, std::uint64_t log, std::uint64_t size, bool last = false) {
    agreement::Passport made =
        staffroom::tests::passport_for(scene.log, {scene.forest, scene.agreement_id, {}, 1});
    Incarnation::Raw raw{};
    raw[14] = static_cast<std::uint8_t>(log >> 8U);
    raw[15] = static_cast<std::uint8_t>(log);
    made.descriptor.incarnation = Incarnation(raw);
    made.size = LogSize{size};
    made.last = last;
    return {
        agreement::encode_passport(made),
        {{scene.author.id, scene.author.node.public_key(), staffroom::Signature({})}}};
}

/// What a book keeps, to be compared.
std::vector<std::pair<SchoolId, staffroom::Bytes>> kept_of(const PassportBook& book) {
    std::vector<std::pair<SchoolId, staffroom::Bytes>> all;
    for (const auto& [writer, of_writer] : book.all())
        for (const auto& [about, kept] : of_writer)
            all.emplace_back(writer, kept.statement.bytes);
    return all;
}

PassportBook book_of(const std::vector<Written>& all) {
    PassportBook book;
    for (const Written& each : all)
        book.take(each.writer, each.statement);
    return book;
}

} // namespace

TEST_CASE("passport book: of each log the farthest, of last ones the nearest", "[agreement]") {
    LinkedScene scene;
    PassportBook book;
    for (const std::uint64_t size : {3U, 9U, 5U}) {
        book.take(scene.author.id, passport(scene, 1, size));
        book.take(scene.author.id, passport(scene, 1, size, true));
    }
    const auto& kept = book.all().at(scene.author.id);
    REQUIRE(kept.size() == 2);
    for (const auto& [about, each] : kept)
        CHECK(each.passport.size == LogSize{about.last ? 3U : 9U});
}

TEST_CASE("passport book: any order keeps the same, also of too many", "[agreement]") {
    LinkedScene scene;
    std::vector<Written> all;
    const std::size_t logs = limits::passports_per_school_max + 40;
    for (std::size_t i = 0; i < logs; ++i)
        all.push_back({scene.author.id, passport(scene, i, 1 + i % 7)});
    for (std::size_t i = 0; i < 60; ++i)
        all.push_back({scene.author.id, passport(scene, i * 13, 9)});
    Written other{scene.forest.coordinators[0].id, passport(scene, 3, 2)};
    other.statement.signatures[0].school = other.writer;
    all.push_back(other);
    const auto first = kept_of(book_of(all));
    CHECK(first.size() == limits::passports_per_school_max + 1);

    std::reverse(all.begin(), all.end());
    CHECK(kept_of(book_of(all)) == first);
    for (std::size_t i = all.size() - 1; i > 0; --i)
        std::swap(all[i], all[scene.random.below(i + 1)]);
    CHECK(kept_of(book_of(all)) == first);
}

// The attack: a member writes an honest passport down again with signatures in the names of others,
// which stand before the true ones, or are too many to be read.
TEST_CASE("passport book: nobody signs in the name of another", "[agreement]") {
    LinkedScene scene;
    PassportBook book;
    agreement::SignedStatement statement = passport(scene, 1, 5);
    statement.signatures[0].school = scene.forest.coordinators[0].id;
    book.take(scene.author.id, statement);
    CHECK(book.all().empty());

    statement.signatures.push_back(passport(scene, 1, 5).signatures[0]);
    book.take(scene.author.id, statement);
    REQUIRE(book.all().at(scene.author.id).size() == 1);
    const auto& kept = book.all().at(scene.author.id).begin()->second.statement;
    REQUIRE(kept.signatures.size() == 1);
    CHECK(kept.signatures[0].school == scene.author.id);
}

// The attack: a member writes thousands of passports for what other networks have given, and those
// of this network's own logs are pushed out.
TEST_CASE("passport book: what others gave is counted by itself", "[agreement]") {
    LinkedScene scene;
    std::vector<Written> all;
    for (std::uint64_t i = 0; i < limits::passports_passed_on_max + 30; ++i) {
        agreement::SignedStatement statement = passport(scene, 1, 5);
        auto made = agreement::parse_passport(statement.bytes);
        REQUIRE(made);
        made->before = scene.random.make<Digest>();
        statement.bytes = agreement::encode_passport(*made);
        all.push_back({scene.author.id, std::move(statement)});
    }
    for (std::size_t i = 0; i < limits::passports_per_school_max + 20; ++i)
        all.push_back({scene.author.id, passport(scene, i, 1)});
    const auto first = kept_of(book_of(all));

    const PassportBook book = book_of(all);
    std::size_t own = 0;
    for (const auto& [about, kept] : book.all().at(scene.author.id))
        own += about.before ? 0U : 1U;
    CHECK(own == limits::passports_per_school_max);
    CHECK(first.size() - own == limits::passports_passed_on_max);
    std::reverse(all.begin(), all.end());
    CHECK(kept_of(book_of(all)) == first);
}
