// The sight of a reader: no question is asked without a reader, and what it may not see is answered
// like what is not here.
#include "node/http/monitor/event_hub.hpp"
#include "node/http/records/record_json.hpp"
#include "node/services/lineage/adoption_stories.hpp"
#include "node/services/lineage/lineage.hpp"
#include "node/services/lineage/ways_back.hpp"
#include "node/services/search/search.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/records/slow_sight.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <type_traits>

namespace staffroom {
namespace {

using records::Reach;
using services::Library;
using services::LibraryView;
using services::Reader;
using services::Search;
using tests::school_of;
using tests::SharedEntry;
using tests::SharedShelf;
using tests::SlowSight;

// ------------------------------------------------------------------------------- at compile time

/// Any question to the library that takes this.
template <class Asked, class About>
concept Answers = requires(const Asked& asked, const About& about) {
    asked.list(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.find(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.show(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.words(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.history(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.last_text(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.heads_of(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.first_heads(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.state_of(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.is_head(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.is_hidden(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.row_of(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.row_of_revision(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.bare_row_of(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.bare_row_of_revision(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.with_title(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.relations_from(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.relations_to(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.relations_to_school(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.documents_of_kind(about);
}
|| requires(const Asked& asked, const About& about) {
    asked.with_origin(about);
};
template <class Asked>
concept Counts = requires(const Asked& asked) {
    asked.document_count();
}
|| requires(const Asked& asked) {
    asked.uncounted_count();
}
|| requires(const Asked& asked) {
    asked.figures();
}
|| requires(const Asked& asked) {
    asked.split_documents();
};
template <class Asked>
concept AnswersQuestions = Counts<Asked> || Answers<Asked, services::RecordQuery> ||
    Answers<Asked, std::string> || Answers<Asked, RevisionId> || Answers<Asked, SchoolId> ||
    Answers<Asked, services::BareRow> || Answers<Asked, records::RecordKind>;

static_assert(AnswersQuestions<LibraryView>);
static_assert(!AnswersQuestions<Library>);
static_assert(!std::is_default_constructible_v<Reader>);
static_assert(!std::is_default_constructible_v<LibraryView>);
static_assert(!std::is_constructible_v<LibraryView, const Library&>);
static_assert(!std::is_constructible_v<LibraryView, const Library&, Reader>);

using Done = std::function<void(Result<services::SearchAnswer>)>;
template <class... Given>
concept SearchTakes = requires(Search& search, Given... given) {
    search.find(given...);
};
static_assert(SearchTakes<Reader, services::SearchRequest, Done>);
static_assert(!SearchTakes<services::SearchRequest, Done>);

template <class... Given>
concept HubTakes = requires(http::EventHub& hub, Given... given) {
    hub.open(given...);
};
static_assert(HubTakes<Reader, std::string, Instant>);
static_assert(!HubTakes<std::string, Instant>);

template <class From>
concept LineageTakes = requires(const From& from, const RevisionId& id) {
    services::lineage_of(from, id);
}
|| requires(const From& from, const RevisionId& id) {
    services::stories_of(from, id);
}
|| requires(const From& from) {
    services::count_stories(from);
}
|| requires(const From& from, const RevisionId& id) {
    services::longest_way_back(from, id);
}
|| requires(const From& from) {
    http::read_with_place(from, std::string());
};
static_assert(LineageTakes<LibraryView>);
static_assert(!LineageTakes<Library>);

// ------------------------------------------------------------------------------------- the twin

std::vector<RevisionId> listed_in_pages(const LibraryView& library, std::size_t limit) {
    std::vector<RevisionId> documents;
    services::RecordQuery query;
    query.limit = limit;
    do {
        const auto page = library.list(query);
        REQUIRE(page.has_value());
        REQUIRE((page->rows.size() == limit || page->next.empty())); // pages are full
        for (const services::RecordRow& row : page->rows)
            documents.push_back(row.document);
        query.after = page->next;
        REQUIRE(documents.size() < 1000);
    } while (!query.after.empty());
    return documents;
}

SlowSight::Ends ends_of(const std::vector<services::Relation>& relations) {
    SlowSight::Ends ends;
    for (const services::Relation& each : relations)
        ends.emplace(each.source, each.target);
    return ends;
}

/// Two answers with nothing to tell them apart but the id that was asked for.
template <class Answer>
void check_alike(
    const Result<Answer>& hidden,
    const Result<Answer>& unknown,
    const std::string& id,
    const std::string& other
) {
    REQUIRE(!hidden.has_value());
    REQUIRE(!unknown.has_value());
    CHECK(hidden.error().code == unknown.error().code);
    std::string detail = hidden.error().detail;
    if (const auto at = detail.find(id); at != std::string::npos)
        detail.replace(at, id.size(), other);
    CHECK(detail == unknown.error().detail);
}

void check_hidden(const LibraryView& library, const RevisionId& id, const RevisionId& unknown) {
    const std::string text = to_base32(id);
    const std::string other = to_base32(unknown);
    for (const std::size_t length : {std::size_t{12}, text.size()}) {
        const std::string a = text.substr(0, length);
        const std::string b = other.substr(0, length);
        check_alike(library.find(a), library.find(b), a, b);
        check_alike(library.show(a), library.show(b), a, b);
        check_alike(library.history(a), library.history(b), a, b);
        check_alike(library.find(a + "@1"), library.find(b + "@1"), a, b);
    }
    check_alike(library.show(id), library.show(unknown), text, other);
    check_alike(library.words(id), library.words(unknown), text, other);
    CHECK(!library.row_of(id).has_value());
    CHECK(!library.row_of_revision(id).has_value());
    CHECK(!library.bare_row_of(id).has_value());
    CHECK(!library.bare_row_of_revision(id).has_value());
    CHECK(!library.last_text(id).has_value());
    CHECK(!library.is_head(id));
    CHECK(!library.is_hidden(id));
    CHECK(library.heads_of(id).empty());
    CHECK(library.first_heads(id).empty());
    CHECK(library.may_revise(id, {id}).empty());
    CHECK(library.relations_from(id).empty());
}

/// One document that is seen, with all that is said of it.
void check_document(const LibraryView& library, const SlowSight& slow, const RevisionId& id) {
    const std::set<RevisionId>& heads = slow.heads.at(id);
    const auto given = library.heads_of(id);
    CHECK(std::set<RevisionId>(given.begin(), given.end()) == heads);
    CHECK(given.front() == slow.newest_head(id));
    CHECK(library.is_hidden(id) == slow.is_taken_back(id));
    const auto history = library.history(to_base32(id));
    REQUIRE(history.has_value());
    CHECK(history->revisions == slow.order.at(id).size());
    std::set<RevisionId> told;
    for (const services::HistoryRow& row : history->rows) {
        told.insert(row.row.revision);
        CHECK(row.row.number == told.size());
        CHECK(row.is_head == heads.contains(row.row.revision));
        CHECK(library.is_head(row.row.revision) == row.is_head);
        const std::string pinned = to_base32(id) + "@" + std::to_string(row.row.number);
        CHECK(library.find(pinned)->revision == row.row.revision);
    }
    CHECK(told == slow.order.at(id));
    const auto shown = library.show(to_base32(id));
    REQUIRE(shown.has_value());
    CHECK(shown->row.revision == slow.newest_head(id));
    CHECK(shown->owner == slow.owners.at(id)); // rights come from all that is here
    CHECK(library.may_revise(id, {}).front() == slow.owners.at(id));
    CHECK(shown->row.heads == heads.size());
    CHECK(std::set<RevisionId>(shown->heads.begin(), shown->heads.end()) == heads);
    CHECK((!shown->superseded_by || slow.order.contains(*shown->superseded_by)));
    CHECK(shown->body.has_value() != slow.is_taken_back(id));
    const SharedEntry& entry = *slow.seen.at(shown->row.revision);
    CHECK(std::ranges::includes(entry.spaces, shown->row.spaces));
    CHECK(ends_of(library.relations_from(id)) == slow.relations_from(id));
    CHECK(ends_of(library.relations_to(id)) == slow.relations_to(id));
}

/// What is said of all of it: lists, numbers, news.
void check_whole(const LibraryView& library, const SlowSight& slow) {
    CHECK(library.document_count() == slow.order.size());
    CHECK(library.uncounted_count() == slow.uncounted_count());
    std::vector<RevisionId> split;
    for (const auto& [id, heads] : slow.heads)
        if (heads.size() > 1)
            split.push_back(id);
    CHECK(library.split_documents() == split);

    // What the list leaves out is superseded by something that is seen, too.
    const auto superseded = slow.superseded();
    const auto listed = listed_in_pages(library, 1000);
    const std::set<RevisionId> found(listed.begin(), listed.end());
    for (const auto& [id, heads] : slow.heads)
        CHECK((found.contains(id) || superseded.contains(id)));
    for (const RevisionId& id : listed)
        CHECK(slow.order.contains(id));
    CHECK(std::ranges::is_sorted(listed, std::greater(), [&](const RevisionId& id) {
        return slow.arrival_of(id);
    }));
    CHECK(listed_in_pages(library, 3) == listed);
    std::size_t counted = 0;
    for (const auto& [kind, count] : library.figures().documents)
        counted += count;
    CHECK(counted == listed.size());
    std::set<RevisionId> by_kind;
    for (const auto kind : {records::RecordKind::adoption, records::RecordKind::comment})
        for (const RevisionId& id : library.documents_of_kind(kind))
            by_kind.insert(id);
    CHECK(by_kind == found);

    for (const SchoolId& school : {school_of(1), school_of(2), school_of(3)})
        for (const services::Relation& each : library.relations_to_school(school)) {
            CHECK(slow.is_counted(each.source));
            REQUIRE(slow.seen.contains(each.target));
            CHECK(slow.seen.at(each.target)->header.school == school);
        }
    std::size_t trials = 0;
    for (const auto& [id, heads] : slow.heads)
        for (const RevisionId& head : heads)
            trials += slow.seen.at(head)->header.about.size();
    CHECK(services::count_stories(library).count.totals({}).adoptions <= trials);
    for (const auto& [id, heads] : slow.heads)
        for (const services::AdoptionStory& story : services::stories_of(library, id)) {
            CHECK(slow.is_counted(story.row.revision));
            CHECK((!story.has_source || slow.is_counted(story.source.revision)));
        }
}

void check_seen(const LibraryView& library, const SlowSight& slow) {
    for (const auto& [id, heads] : slow.heads) {
        CAPTURE(to_base32(id));
        check_document(library, slow, id);
    }
    check_whole(library, slow);
}

TEST_CASE("reader: who may see two of three spaces sees what a look at all entries says") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        SharedShelf shelf;
        const auto entries = tests::put_random(shelf, random);
        const RevisionId unknown = shelf.write(school_of(9), shelf.draft("Elsewhere", false)).id;
        for (const auto& spaces :
             {std::set<SpaceId>{shelf.space(0)},
              std::set<SpaceId>{shelf.space(0), shelf.space(1)},
              std::set<SpaceId>{shelf.space(2)},
              std::set<SpaceId>{}}) {
            const LibraryView library = shelf.as(Reader::in_spaces(spaces));
            const SlowSight slow(entries, spaces);
            check_seen(library, slow);
            for (const SharedEntry& entry : entries) {
                const RevisionId& id = entry.revision.id;
                if (!slow.seen.contains(id) && !slow.order.contains(id))
                    check_hidden(library, id, unknown);
                else if (slow.is_counted(id))
                    CHECK(library.words(id).has_value());
            }
            // A walk meets nothing else.
            for (const auto& [id, heads] : slow.heads)
                for (const auto& node : services::lineage_of(library, id).nodes) {
                    CHECK(node.row.has_value() == (slow.order.contains(node.id)));
                    if (node.row)
                        CHECK(slow.is_counted(node.row->revision));
                }
        }
        // Both readers that see everything see the same.
        const LibraryView owner = shelf.as(Reader::machine_owner());
        const LibraryView node = shelf.as(Reader::node_itself());
        CHECK(listed_in_pages(owner, 7) == listed_in_pages(node, 1000));
        CHECK(owner.document_count() == node.document_count());
    }
}

TEST_CASE("reader: a place in a list is that of what is seen, not of what came since unseen") {
    SharedShelf shelf;
    const auto oakhill = school_of(1);
    const auto first = shelf.put(oakhill, shelf.draft("First", false), 0);
    const auto second = shelf.put(oakhill, shelf.draft("Second", false), 0);
    auto draft = shelf.draft("First, not yet told", false);
    draft.document = first;
    draft.parents = {first};
    draft.reach = static_cast<std::uint32_t>(Reach::draft);
    const auto unseen = shelf.put(oakhill, draft, 2);

    const LibraryView colleague = shelf.as(Reader::in_spaces({shelf.space(0)}));
    CHECK(listed_in_pages(colleague, 1) == std::vector{second, first});
    CHECK(listed_in_pages(shelf.as(Reader::machine_owner()), 1) == std::vector{first, second});
    CHECK(colleague.find(to_base32(first))->title == "First");
    CHECK(colleague.find(to_base32(first))->number == 1);
    CHECK(colleague.show(to_base32(first))->is_head);
    CHECK(!colleague.row_of(unseen).has_value());
}

TEST_CASE("reader: it knows of no space that it is not in") {
    SharedShelf shelf;
    const auto written = shelf.write(school_of(1), shelf.draft("In both", false));
    shelf.keep(written, 0);
    shelf.keep(written, 1);

    const LibraryView library = shelf.as(Reader::in_spaces({shelf.space(0)}));
    CHECK(library.find(to_base32(written.id))->spaces == std::set{shelf.space(0)});
    services::RecordQuery query;
    query.space = shelf.space(1);
    CHECK(library.list(query)->rows.empty());
    query.space = shelf.space(0);
    CHECK(library.list(query)->rows.size() == 1);
}

} // namespace
} // namespace staffroom
