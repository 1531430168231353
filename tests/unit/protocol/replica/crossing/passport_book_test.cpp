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
using staffroom::LogId;
using staffroom::LogSize;
using staffroom::SchoolId;
using staffroom::replica::PassportBook;
using staffroom::tests::LinkedScene;

namespace {

/// The log of governance in which a school writes.
PassportBook::Writer writer_of(const SchoolId& school, std::uint8_t log = 1) {
    return {school, LogId(LogId::Raw{log})};
}

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
std::vector<std::pair<PassportBook::Writer, staffroom::Bytes>> kept_of(const PassportBook& book) {
    std::vector<std::pair<PassportBook::Writer, staffroom::Bytes>> all;
    for (const auto& [writer, of_writer] : book.all())
        for (const auto& [about, kept] : of_writer)
            all.emplace_back(writer, kept.statement.bytes);
    return all;
}

PassportBook book_of(const std::vector<Written>& all) {
    PassportBook book;
    for (const Written& each : all)
        book.take(writer_of(each.writer), each.statement);
    return book;
}

/// One more passport for what another network's school has given.
agreement::SignedStatement passed_on(LinkedScene& scene, const SchoolId& author) {
    agreement::SignedStatement statement = passport(scene, 1, 5);
    auto made = agreement::parse_passport(statement.bytes);
    REQUIRE(made);
    made->descriptor.school = author;
    made->before = scene.random.make<Digest>();
    statement.bytes = agreement::encode_passport(*made);
    return statement;
}

} // namespace

TEST_CASE("passport book: of each log the farthest, of last ones the nearest", "[agreement]") {
    LinkedScene scene;
    PassportBook book;
    for (const std::uint64_t size : {3U, 9U, 5U}) {
        book.take(writer_of(scene.author.id), passport(scene, 1, size));
        book.take(writer_of(scene.author.id), passport(scene, 1, size, true));
    }
    const auto& kept = book.all().at(writer_of(scene.author.id));
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
    book.take(writer_of(scene.author.id), statement);
    CHECK(book.all().empty());

    statement.signatures.push_back(passport(scene, 1, 5).signatures[0]);
    book.take(writer_of(scene.author.id), statement);
    REQUIRE(book.all().at(writer_of(scene.author.id)).size() == 1);
    const auto& kept = book.all().at(writer_of(scene.author.id)).begin()->second.statement;
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
    for (const auto& [about, kept] : book.all().at(writer_of(scene.author.id)))
        own += about.before ? 0U : 1U;
    CHECK(own == limits::passports_per_school_max);
    CHECK(first.size() - own == limits::passports_passed_on_max);
    std::reverse(all.begin(), all.end());
    CHECK(kept_of(book_of(all)) == first);
}

// The attack: a school of the first network publishes thousands of small records, each with a
// passport of its own there, from a log whose name it ground small; nothing else is passed on then.
TEST_CASE("passport book: a flooding author takes the room of no other", "[agreement]") {
    LinkedScene scene;
    std::vector<SchoolId> schools{scene.author.id};
    for (int i = 0; i < 3; ++i)
        schools.push_back(scene.random.make<SchoolId>());
    for (const SchoolId& flooding : schools) {
        std::vector<Written> all;
        std::vector<staffroom::Bytes> others;
        for (std::size_t i = 0; i < limits::passports_passed_on_max + 20; ++i)
            all.push_back({scene.author.id, passed_on(scene, flooding)});
        for (const SchoolId& school : schools) {
            if (school == flooding)
                continue;
            all.push_back({scene.author.id, passed_on(scene, school)});
            others.push_back(all.back().statement.bytes);
        }
        const auto first = kept_of(book_of(all));

        CHECK(first.size() == limits::passports_passed_on_max);
        for (const staffroom::Bytes& each : others)
            CHECK(std::ranges::count(first, each, [](const auto& kept) {
                      return kept.second;
                  }) == 1);
        std::reverse(all.begin(), all.end());
        CHECK(kept_of(book_of(all)) == first);
        for (std::size_t i = all.size() - 1; i > 0; --i)
            std::swap(all[i], all[scene.random.below(i + 1)]);
        CHECK(kept_of(book_of(all)) == first);
    }
}

TEST_CASE("passport book: what would not be kept need not be written", "[agreement]") {
    LinkedScene scene;
    PassportBook book;
    const auto writer = writer_of(scene.author.id);
    const SchoolId other = scene.random.make<SchoolId>();
    std::size_t unkept = 0;
    for (std::size_t i = 0; i < limits::passports_passed_on_max + 200; ++i) {
        const auto statement = passed_on(scene, i % 5 == 0 ? other : scene.author.id);
        const auto made = agreement::parse_passport(statement.bytes);
        REQUIRE(made);
        const bool is_kept = book.would_keep(writer, *made);
        CHECK_FALSE(book.has(scene.author.id, statement));
        book.take(writer, statement);
        CHECK(book.has(scene.author.id, statement) == is_kept);
        unkept += is_kept ? 0U : 1U;
    }
    CHECK(unkept > 0);
}

// The attack: orders and ends forget what has crossed, once its passport was pushed out.
TEST_CASE("passport book: how far a log has crossed is not forgotten", "[agreement]") {
    LinkedScene scene;
    PassportBook book;
    const std::size_t logs = limits::passports_per_school_max + 40;
    for (std::size_t i = 0; i < logs; ++i)
        book.take(writer_of(scene.author.id), passport(scene, i, 1 + i % 7));
    const auto& reached = book.reached().at(scene.author.id);
    REQUIRE(reached.size() == logs);
    for (std::size_t i = 0; i < logs; ++i) {
        const auto made = agreement::parse_passport(passport(scene, i, 1 + i % 7).bytes);
        REQUIRE(made);
        const LogId log = staffroom::log::log_id(made->descriptor);
        CHECK(reached.at({made->agreement, made->card, log}) == LogSize{1 + i % 7});
    }
}

// The attack: a key that was stolen signs larger passports, in a log of its own, and what the
// school writes later with another one never counts.
TEST_CASE("passport book: one log of a school displaces nothing of another", "[agreement]") {
    LinkedScene scene;
    const auto stolen = writer_of(scene.author.id, 1);
    const auto later = writer_of(scene.author.id, 2);
    PassportBook book;
    for (std::size_t i = 0; i < limits::passports_per_school_max; ++i)
        book.take(stolen, passport(scene, i, 1000));
    for (const std::uint64_t log : {std::uint64_t{7}, std::uint64_t{60'000}})
        book.take(later, passport(scene, log, 5));
    PassportBook without;
    for (const std::uint64_t log : {std::uint64_t{7}, std::uint64_t{60'000}})
        without.take(later, passport(scene, log, 5));

    const auto& kept = book.all().at(later);
    CHECK(kept.size() == 2);
    for (const auto& [about, each] : kept)
        CHECK(each.passport.size == LogSize{5});
    CHECK(book.all().at(stolen).size() == limits::passports_per_school_max);
    CHECK(without.all().at(later).size() == kept.size());
}
