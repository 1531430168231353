#include "node/services/library/record_table.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <catch2/catch.hpp>
#include <malloc.h>

#include <cstring>
#include <random>

namespace staffroom {
namespace {

using services::RecordTable;
using services::RowNumber;

constexpr std::size_t bytes_a_revision_max = 150;

RevisionId random_id(std::mt19937_64& random) {
    RevisionId::Raw raw{};
    for (std::uint8_t& byte : raw)
        byte = static_cast<std::uint8_t>(random());
    return RevisionId(raw);
}

const SchoolId school(SchoolId::Raw{1});
const SpaceId space(SpaceId::Raw{2});

log::EntryHeader header_of(std::uint64_t clock) {
    log::EntryHeader header{.kind = 1, .school = school};
    header.clock = WallTime{clock};
    return header;
}

TEST_CASE("record table: a revision takes at most 150 bytes of memory", "[record_table]") {
    constexpr std::size_t count = 100'000;
    std::mt19937_64 random(1);
    const auto before = ::mallinfo2();

    RecordTable table(9);
    for (std::size_t i = 0; i < count; ++i)
        table.add(random_id(random), header_of(i), space);

    const auto after = ::mallinfo2();
    CHECK(table.size() == count);
    // Under a sanitizer the C library knows nothing of the heap, and both are zero.
    CHECK(
        after.uordblks + after.hblkhd - before.uordblks - before.hblkhd <=
        count * bytes_a_revision_max
    );
}

TEST_CASE("record table: every id is found, also those that share their first bytes") {
    std::mt19937_64 random(2);
    RecordTable table(random());
    std::map<RevisionId, RowNumber> known;
    for (int i = 0; i < 3000; ++i) {
        RevisionId::Raw raw = random_id(random).raw();
        if (i % 3 != 0)
            std::memset(raw.data(), 7, 24);
        const RevisionId id(raw);
        if (!known.contains(id))
            known.emplace(id, table.add(id, header_of(1), space));
    }

    const auto any = [](RowNumber) { return true; };
    for (const auto& [id, row] : known) {
        CHECK(table.find(id) == std::optional(row));
        CHECK(table.with_prefix(to_base32(id), 5, any) == std::vector{row});
    }
    CHECK_FALSE(table.find(random_id(random)).has_value());
    std::size_t alike = 0;
    const std::string prefix =
        to_base32(RevisionId(RevisionId::Raw{7, 7, 7, 7, 7, 7, 7, 7})).substr(0, 9);
    for (const auto& [id, row] : known)
        alike += to_base32(id).starts_with(prefix) ? 1U : 0U;
    CHECK(table.with_prefix(prefix, 10'000, any).size() == alike);
    CHECK(table.with_prefix(prefix, 10, any).size() == 10);
    // Those that are not wanted take no place from the others.
    const RowNumber last = table.with_prefix(prefix, 10'000, any).back();
    CHECK(table.with_prefix(prefix, 1, [&](RowNumber row) { return row == last; }).front() == last);
}

TEST_CASE("record table: what only was named keeps its place when it arrives", "[record_table]") {
    std::mt19937_64 random(3);
    RecordTable table(random());
    const RevisionId document = random_id(random);
    const RevisionId target = random_id(random);
    const RevisionId later = random_id(random);
    log::EntryHeader revision = header_of(5);
    revision.document = document;
    revision.parents = {document, later};
    revision.about = {{target, 3}, {document, 4}, {target, 5}};
    const RowNumber row = table.add(random_id(random), revision, space);
    REQUIRE(table.find(target).has_value());
    const RowNumber named = *table.find(target);
    CHECK_FALSE(table.at(named).is_here);

    CHECK(table.add(target, header_of(6), space) == named);
    const SpaceId second(SpaceId::Raw{3});
    table.add_space(named, second);

    CHECK(table.at(named).is_here);
    CHECK(table.spaces_of(named) == std::set{space, second});
    CHECK(table.spaces_of(row) == std::set{space});
    CHECK(table.revisions_of(*table.find(document)) == std::vector{row});
    CHECK(table.revisions_of(named) == std::vector{named});
    CHECK(table.parents_of(row) == std::vector{document, later});
    const auto edges = table.about(row);
    REQUIRE(edges.size() == 3);
    CHECK(edges[0].relation == 3);
    CHECK(edges[1].relation == 4);
    CHECK(edges[2].relation == 5);
    std::size_t pointing = 0;
    table.visit_pointing_at(named, [&](const services::TableEdge&) {
        ++pointing;
        return true;
    });
    CHECK(pointing == 2);
}

} // namespace
} // namespace staffroom
