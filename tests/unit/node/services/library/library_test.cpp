#include "node/services/library/library.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"
#include "tests/support/records/shelf.hpp"
#include "tests/support/records/slow_documents.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace staffroom {
namespace {

using services::LibraryView;
using services::RecordPage;
using services::RecordQuery;
using tests::school_of;
using tests::Shelf;

const SchoolId oakhill = school_of(1);
const SchoolId heathview = school_of(2);

replica::RecordDraft
draft_of(const Shelf& shelf, const records::RecordBody& body, records::RecordKind kind) {
    replica::RecordDraft draft = shelf.draft(body.title, kind);
    auto encoded = records::encode_body(body);
    REQUIRE(encoded.has_value());
    draft.codec = static_cast<std::uint32_t>(encoded->codec);
    draft.plain_length = encoded->plain_length;
    draft.encoded = encoded->encoded;
    return draft;
}

records::RecordBody joint_body(const std::string& title, const SchoolId& with) {
    records::RecordBody body;
    body.title = title;
    body.fields.push_back(
        {static_cast<std::uint32_t>(records::FieldCode::joint_with), to_base32(with)}
    );
    return body;
}

/// All of a list in pages, each row as text.
std::vector<std::string> listed(const LibraryView& library, std::size_t limit) {
    std::vector<std::string> rows;
    RecordQuery query;
    query.limit = limit;
    do {
        const auto page = library.list(query);
        REQUIRE(page.has_value());
        for (const services::RecordRow& row : page->rows)
            rows.push_back(
                std::to_string(~row.clock.ms) + " " + to_base32(row.document) + " " +
                to_base32(row.revision) + " " + row.title + " " + std::to_string(row.number) + "/" +
                std::to_string(row.heads)
            );
        query.after = page->next;
        REQUIRE(rows.size() < 1000); // pages that overlap would never end
    } while (!query.after.empty());
    return rows;
}

/// Entries as several schools write them about one another's, honest and not.
std::vector<Shelf::Written> random_entries(Shelf& shelf, std::mt19937_64& random) {
    const auto below = [&](std::size_t end) {
        return static_cast<std::size_t>(random() % static_cast<std::uint64_t>(end));
    };
    std::vector<Shelf::Written> entries;
    std::vector<RevisionId> documents;
    for (std::size_t i = 0; i < 80; ++i) {
        const SchoolId school = school_of(static_cast<std::uint8_t>(1 + below(3)));
        records::RecordBody body;
        body.title = "Number " + std::to_string(i);
        if (below(4) == 0)
            body = joint_body(body.title, school_of(static_cast<std::uint8_t>(1 + below(3))));
        auto draft = draft_of(shelf, body, records::RecordKind::comment);
        if (!entries.empty() && below(3) != 0) {
            const std::size_t parent = below(entries.size());
            // Some name a revision as if it were a document.
            draft.document = below(8) == 0 ? entries[below(entries.size())].id : documents[parent];
            draft.parents = {entries[parent].id};
            if (below(3) == 0)
                draft.parents.push_back(entries[below(entries.size())].id);
            if (below(8) == 0)
                draft.retention = static_cast<std::uint32_t>(records::Retention::retraction);
        }
        if (!entries.empty() && below(3) == 0)
            draft.about.emplace_back(
                entries[below(entries.size())].id, static_cast<std::uint32_t>(1 + below(9))
            );
        entries.push_back(shelf.write(school, draft));
        documents.push_back(draft.document.value_or(entries.back().id));
    }
    return entries;
}

using Edge = std::tuple<RevisionId, RevisionId, RevisionId, records::RelationKind>;

std::multiset<Edge> edges_of(const std::vector<services::Relation>& relations) {
    std::multiset<Edge> edges;
    for (const services::Relation& each : relations)
        edges.emplace(each.source, each.source_document, each.target, each.kind);
    return edges;
}

/// The same two questions from nothing but headers and bodies, by going through all of them.
struct Twin {
    tests::SlowRevisions revisions;
    std::multiset<Edge> edges; // of revisions, whether they count or not
    std::map<RevisionId, tests::SlowDocument> documents;

    explicit Twin(const std::vector<Shelf::Written>& entries) {
        for (const Shelf::Written& entry : entries) {
            const auto header = log::parse_header(*entry.header);
            const auto body =
                records::decode_body(header->codec, header->plain_length, *entry.body.encoded);
            REQUIRE(body.has_value());
            revisions.emplace(entry.id, *tests::slow_revision(*entry.header, *body));
            for (const log::About& about : header->about)
                edges.emplace(
                    entry.id,
                    header->document.value_or(entry.id),
                    about.target,
                    static_cast<records::RelationKind>(about.relation)
                );
        }
        documents = tests::slow_documents(revisions);
    }
    /// What is said of the revisions of a document that count, and of its id.
    [[nodiscard]] std::multiset<Edge> relations_to(const RevisionId& id) const {
        std::multiset<Edge> found;
        for (const Edge& edge : edges) {
            const tests::SlowDocument& source = documents.at(std::get<1>(edge));
            // Of a document that is taken back, what its revisions were about is still told.
            const auto& speaks = source.is_hidden ? source.counted : source.heads;
            const RevisionId& target = std::get<2>(edge);
            if (speaks.contains(std::get<0>(edge)) &&
                (target == id || documents.at(id).counted.contains(target)))
                found.insert(edge);
        }
        return found;
    }
};

void check_against(const Twin& twin, const LibraryView& library) {
    std::size_t uncounted = 0;
    std::size_t shown = 0;
    for (const auto& [id, document] : twin.documents) {
        CAPTURE(to_base32(id));
        uncounted += document.uncounted.size();
        if (document.counted.empty())
            continue;
        ++shown;
        const auto heads = library.heads_of(id);
        CHECK(std::set<RevisionId>(heads.begin(), heads.end()) == document.heads);
        CHECK(library.is_hidden(id) == document.is_hidden);
        CHECK(edges_of(library.relations_to(id)) == twin.relations_to(id));
    }
    CHECK(library.document_count() == shown);
    CHECK(library.uncounted_count() == uncounted);
}

TEST_CASE("library: grown in any order it says what its headers and bodies say", "[library]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        Shelf shelf;
        Shelf other;
        auto entries = random_entries(shelf, random);
        const Twin twin(entries);

        for (Shelf* each : {&shelf, &other}) {
            std::ranges::shuffle(entries, random);
            for (const Shelf::Written& entry : entries) {
                each->keep(entry);
                if (random() % 2 == 0)
                    REQUIRE(each->library().list({}).has_value()); // in order from here on
            }
        }

        const LibraryView grown = shelf.library();
        const auto fresh = shelf.fresh_library();
        const auto rows = listed(grown, 1000);
        CHECK(rows == listed(tests::as_owner(*fresh), 1000));
        // Elsewhere the same came in another order.
        auto sorted = rows;
        auto others = listed(other.library(), 1000);
        std::ranges::sort(sorted);
        std::ranges::sort(others);
        CHECK(sorted == others);
        CHECK(rows == listed(grown, 7));
        for (const LibraryView& library : {grown, tests::as_owner(*fresh), other.library()}) {
            check_against(twin, library);
            CHECK(library.figures().split == grown.figures().split);
        }
    }
}

TEST_CASE("library: a list has the newest first, and pages neither overlap nor leave out") {
    Shelf shelf;
    std::vector<std::string> titles;
    for (int i = 0; i < 30; ++i) {
        shelf.put(oakhill, shelf.draft("Number " + std::to_string(i)));
        titles.push_back("Number " + std::to_string(i));
        REQUIRE(shelf.library().list({}).has_value());
    }
    std::ranges::reverse(titles);

    std::vector<std::string> shown;
    RecordQuery query;
    query.limit = 7;
    do {
        const auto page = shelf.library().list(query);
        REQUIRE(page.has_value());
        CHECK(page->rows.size() <= 7);
        for (const services::RecordRow& row : page->rows)
            shown.push_back(row.title);
        query.after = page->next;
    } while (!query.after.empty());

    CHECK(shown == titles);
}

TEST_CASE("library: a joint school's revision counts once the words that name it have come") {
    Shelf shelf;
    const auto first = shelf.write(
        oakhill,
        draft_of(shelf, joint_body("Ours", heathview), records::RecordKind::practice_write_up)
    );
    const Position place = shelf.keep(first, replica::BodyState::missing);
    auto revision = shelf.draft("Theirs");
    revision.document = first.id;
    revision.parents = {first.id};
    const RevisionId theirs = shelf.put(heathview, revision);
    CHECK(shelf.library().heads_of(first.id) == std::vector{first.id});
    CHECK(shelf.library().uncounted_count() == 1);

    shelf.fill(first, place);

    CHECK(shelf.library().heads_of(first.id) == std::vector{theirs});
    CHECK(shelf.library().uncounted_count() == 0);
    CHECK(shelf.library().find(to_base32(first.id))->title == "Theirs");
}

TEST_CASE("library: words that cannot be read hold up no other document", "[library]") {
    Shelf shelf;
    const RevisionId first = shelf.put(
        oakhill,
        draft_of(shelf, joint_body("Ours", heathview), records::RecordKind::practice_write_up)
    );
    auto revision = shelf.draft("Theirs");
    revision.document = first;
    revision.parents = {first};
    shelf.disk().on_read = tests::bad_sector("segment-00000000", 5);

    const RevisionId theirs = shelf.put(heathview, revision);
    const RevisionId other = shelf.put(oakhill, shelf.draft("Another"));

    CHECK(shelf.library().row_of(other).has_value());
    CHECK(shelf.library().heads_of(first) == std::vector{first});
    shelf.disk().on_read = nullptr;
    shelf.put(oakhill, shelf.draft("A third"));
    CHECK(shelf.library().heads_of(first) == std::vector{theirs});
}

TEST_CASE("library: words that come late are shown, and found by their origin", "[library]") {
    Shelf shelf;
    records::RecordBody body;
    body.title = "From elsewhere";
    body.origin = "https://example.org/a.md";
    const auto entry =
        shelf.write(oakhill, draft_of(shelf, body, records::RecordKind::practice_write_up));
    // Named before it is here, and asked for before and after that.
    auto comment = shelf.draft("About it", records::RecordKind::comment);
    comment.about.emplace_back(
        entry.id, static_cast<std::uint32_t>(records::RelationKind::adapted_from)
    );
    shelf.put(heathview, comment);
    const LibraryView library = shelf.library();
    CHECK(library.with_origin(body.origin).empty());
    const Position place = shelf.keep(entry, replica::BodyState::missing);
    CHECK(library.with_origin(body.origin).empty());
    CHECK(library.row_of(entry.id)->title.empty());

    shelf.fill(entry, place);

    CHECK(library.row_of(entry.id)->title == body.title);
    REQUIRE(library.with_origin(body.origin).size() == 1);
    CHECK(library.find_origin(shelf.network(), oakhill, body.origin)->revision == entry.id);
    CHECK_FALSE(library.find_origin(shelf.network(), heathview, body.origin).has_value());
    CHECK(library.with_origin("https://example.org/b.md").empty());
}

TEST_CASE("library: ids are found by their first letters, those that are only named are not") {
    Shelf shelf;
    auto comment = shelf.draft("About nothing that is here", records::RecordKind::comment);
    const RevisionId absent(RevisionId::Raw{1, 2, 3, 4, 5, 6, 7, 8});
    comment.about.emplace_back(
        absent, static_cast<std::uint32_t>(records::RelationKind::adapted_from)
    );
    const RevisionId here = shelf.put(oakhill, comment);
    const LibraryView library = shelf.library();

    CHECK(library.find(to_base32(here).substr(0, 8))->revision == here);
    CHECK(library.find(to_base32(here))->revision == here);
    CHECK(library.find(to_base32(absent)).error().code == Errc::not_found);
    CHECK(library.find(to_base32(absent).substr(0, 12)).error().code == Errc::not_found);
    REQUIRE(library.relations_to(absent).size() == 1);
    CHECK(library.relations_to(absent).front().source == here);
}

TEST_CASE("library: a list is in order of arrival, whatever clocks say", "[library]") {
    Shelf shelf;
    const std::uint64_t far_ahead = 4'070'908'800'000; // 2099
    const auto wrong = shelf.write(heathview, shelf.draft("From 2099"), WallTime{far_ahead});
    const auto early = shelf.write(heathview, shelf.draft("From 1970"), WallTime{1});
    std::vector<std::string> titles;

    shelf.put(oakhill, shelf.draft("First"));
    shelf.keep(wrong);
    shelf.put(oakhill, shelf.draft("Second"));
    shelf.keep(early);
    const RevisionId last = shelf.put(oakhill, shelf.draft("Third"));
    auto revision = shelf.draft("From 2099, again");
    revision.document = wrong.id;
    revision.parents = {wrong.id};
    shelf.put(heathview, revision);

    const auto page = shelf.library().list({});
    for (const services::RecordRow& row : page->rows)
        titles.push_back(row.title);
    // The revision has an earlier clock than what it revises, and came last all the same.
    CHECK(
        titles ==
        std::vector<std::string>{"From 2099, again", "Third", "From 1970", "Second", "First"}
    );
    const auto anew = tests::as_owner(*shelf.fresh_library()).list({});
    REQUIRE(anew->rows.size() == titles.size());
    for (std::size_t i = 0; i < titles.size(); ++i)
        CHECK(anew->rows[i].title == titles[i]);
    CHECK(shelf.library().row_of(last)->number == 1);
}

} // namespace
} // namespace staffroom
