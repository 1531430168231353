// Everything that a member can make large, at its largest: answers stay small, and nothing is gone
// through again for each entry that comes.
#include "node/services/library/library.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"
#include "tests/support/records/shelf.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom {
namespace {

using services::LibraryView;
using tests::school_of;
using tests::Shelf;

const SchoolId oakhill = school_of(1);
const SchoolId heathview = school_of(2);

/// Of a record that names a school as its authors' partner.
replica::RecordDraft naming_draft(const Shelf& shelf, const SchoolId& with) {
    records::RecordBody body;
    body.title = "Ours, too";
    body.fields.push_back(
        {static_cast<std::uint32_t>(records::FieldCode::joint_with), to_base32(with)}
    );
    const auto encoded = records::encode_body(body);
    REQUIRE(encoded.has_value());
    replica::RecordDraft draft = shelf.draft(body.title);
    draft.codec = static_cast<std::uint32_t>(encoded->codec);
    draft.plain_length = encoded->plain_length;
    draft.encoded = encoded->encoded;
    return draft;
}

/// Revisions that all build on the same one.
std::vector<Shelf::Written>
beside_each_other(Shelf& shelf, const RevisionId& document, std::size_t count) {
    std::vector<Shelf::Written> entries;
    auto draft = shelf.draft("One of many");
    draft.document = document;
    draft.parents = {document};
    for (std::size_t i = 0; i < count; ++i)
        entries.push_back(shelf.write(oakhill, draft));
    return entries;
}

/// Revisions that each build on the one before.
std::vector<Shelf::Written> chained(
    Shelf& shelf, const RevisionId& document, std::size_t count, const replica::RecordDraft& like
) {
    std::vector<Shelf::Written> entries;
    replica::RecordDraft draft = like;
    draft.document = document;
    draft.parents = {document};
    for (std::size_t i = 0; i < count; ++i) {
        entries.push_back(shelf.write(oakhill, draft));
        draft.parents = {entries.back().id};
    }
    return entries;
}

TEST_CASE("library: 40,000 versions side by side are answered in parts", "[library]") {
    constexpr std::size_t versions = 40'000;
    Shelf shelf;
    const RevisionId document = shelf.put(oakhill, shelf.draft("First"));
    const auto entries = beside_each_other(shelf, document, versions);
    auto about = shelf.draft("About one of them", records::RecordKind::comment);
    about.about.emplace_back(
        entries[7].id, static_cast<std::uint32_t>(records::RelationKind::comments_on)
    );

    shelf.keep_all(entries);
    const RevisionId comment = shelf.put(heathview, about);
    const LibraryView library = shelf.library();
    const auto shown = library.show(to_base32(document));
    const auto history = library.history(to_base32(document));

    REQUIRE(shown);
    CHECK(shown->row.heads == versions);
    CHECK(shown->revisions == versions + 1);
    CHECK(shown->heads.size() == services::shown_heads_max);
    CHECK(shown->heads.front() == entries.back().id);
    CHECK(library.is_head(entries.front().id));
    CHECK_FALSE(library.is_head(document));
    REQUIRE(history);
    CHECK(history->revisions == versions + 1);
    CHECK(history->rows.size() == services::history_rows_max);
    CHECK(history->rows.back().row.number == versions + 1);
    REQUIRE(library.relations_to(document).size() == 1);
    CHECK(library.relations_to(document).front().source == comment);
    CHECK(library.list({})->rows.size() == 2);
    CHECK(library.split_documents() == std::vector{document});

    // A retraction is one of the first, or nobody could build on it.
    auto retraction = shelf.draft("Taken back");
    retraction.document = document;
    retraction.parents = {entries.front().id};
    retraction.retention = static_cast<std::uint32_t>(records::Retention::retraction);
    const RevisionId taken_back = shelf.put(oakhill, retraction);
    for (const auto& later : beside_each_other(shelf, document, 20))
        shelf.keep(later);
    CHECK(library.is_hidden(document));
    CHECK(library.first_heads(document).front() == taken_back);
    CHECK(
        tests::as_owner(*shelf.fresh_library()).first_heads(document) ==
        library.first_heads(document)
    );
}

TEST_CASE("library: 10,000 revisions in a chain are read in pages", "[library]") {
    constexpr std::size_t revisions = 10'000;
    Shelf shelf;
    const RevisionId document = shelf.put(oakhill, shelf.draft("First"));
    const auto entries = chained(shelf, document, revisions, shelf.draft("Another"));
    const std::string id = to_base32(document);

    shelf.keep_all({entries.begin(), entries.end() - 300});
    for (auto each = entries.end() - 300; each != entries.end(); ++each)
        shelf.keep(*each); // one by one, as they are written
    const LibraryView library = shelf.library();

    CHECK(library.find(id)->revision == entries.back().id);
    CHECK(library.find(id)->number == revisions + 1);
    CHECK(library.find(id + "@5000")->revision == entries[4998].id);
    CHECK(library.heads_of(document).size() == 1);
    std::size_t next = revisions + 2;
    std::size_t before = 0;
    while (next > 1) {
        const auto page = library.history(id, before);
        REQUIRE(page);
        REQUIRE(!page->rows.empty());
        CHECK(page->rows.size() <= services::history_rows_max);
        for (auto row = page->rows.rbegin(); row != page->rows.rend(); ++row)
            REQUIRE(row->row.number == --next);
        before = page->rows.front().row.number;
    }
    CHECK(library.history(id, 1)->rows.empty());
    CHECK(tests::as_owner(*shelf.fresh_library()).find(id)->revision == entries.back().id);
}

TEST_CASE("library: words that decide are read a few at a time until all have been", "[library]") {
    constexpr std::size_t revisions = 1'800;
    Shelf shelf;
    const RevisionId document = shelf.put(oakhill, shelf.draft("First"));
    auto naming = naming_draft(shelf, heathview);
    naming.document = document;
    naming.parents = {document};
    const RevisionId named = shelf.put(oakhill, naming);
    std::vector<Shelf::Written> entries;
    naming.parents = {named};
    for (std::size_t i = 0; i < revisions; ++i) {
        entries.push_back(shelf.write(heathview, naming));
        naming.parents = {entries.back().id};
    }

    shelf.keep_all(entries);
    const std::size_t at_first = shelf.library().uncounted_count();
    std::size_t looks = 0;
    while (shelf.library().uncounted_count() > 0 && ++looks < 10)
        shelf.look_again();

    CHECK(at_first > 0);
    CHECK(looks >= 2);
    CHECK(shelf.library().uncounted_count() == 0);
    CHECK(shelf.library().heads_of(document) == std::vector{entries.back().id});
}

TEST_CASE("library: what thousands say of one record is told by the last of them", "[library]") {
    constexpr std::size_t comments = 3'000;
    Shelf shelf;
    const RevisionId document = shelf.put(oakhill, shelf.draft("Much discussed"));
    auto about = shelf.draft("About it", records::RecordKind::comment);
    about.about.emplace_back(
        document, static_cast<std::uint32_t>(records::RelationKind::comments_on)
    );
    std::vector<Shelf::Written> entries;
    for (std::size_t i = 0; i < comments; ++i)
        entries.push_back(shelf.write(heathview, about));

    shelf.keep_all(entries);
    const auto relations = shelf.library().relations_to(document);
    const auto news = shelf.library().relations_to_school(oakhill);

    CHECK(relations.size() == services::relations_max);
    CHECK(relations.back().source == entries.back().id);
    CHECK(news.size() == services::relations_max);
    CHECK(news.front().source == entries.back().id);
}

TEST_CASE("library: who may join versions is read a few at a time and remembered", "[library]") {
    constexpr std::size_t documents = 150;
    Shelf shelf;
    std::vector<Shelf::Written> entries;
    for (std::size_t i = 0; i < documents; ++i) {
        // Of another school, and only its versions name ours.
        const RevisionId document = shelf.put(heathview, shelf.draft("Theirs"));
        auto naming = naming_draft(shelf, oakhill);
        naming.document = document;
        naming.parents = {document};
        entries.push_back(shelf.write(heathview, naming));
        entries.push_back(shelf.write(heathview, naming));
    }
    const RevisionId own = shelf.put(oakhill, shelf.draft("Ours"));
    for (const auto& each : beside_each_other(shelf, own, 2))
        entries.push_back(each);
    shelf.keep_all(entries);
    const LibraryView library = shelf.library();

    std::size_t looks = 0;
    std::size_t found = 0;
    while (found < documents + 1 && ++looks < 10) {
        const auto split = library.split_documents_of(oakhill, 500);
        REQUIRE(split.size() > found);
        found = split.size();
        CHECK(std::ranges::find(split, own) != split.end());
    }

    CHECK(looks > 1);
    CHECK(looks < 10);
    CHECK(library.split_documents_of(school_of(3), 500).empty());
    CHECK(library.split_documents_of(oakhill, 7).size() == 7);
}

} // namespace
} // namespace staffroom
