// Walks over records of several schools, honest and hostile.
#include "node/services/library/targets.hpp"
#include "node/services/lineage/adoption_stories.hpp"
#include "node/services/lineage/lineage.hpp"
#include "node/services/lineage/ways_back.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/records/shelf.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::RelationKind;
using services::Lineage;
using services::LineageEdge;
using services::LineageNode;
using staffroom::RevisionId;
using staffroom::SchoolId;
using staffroom::to_base32;
using staffroom::tests::quick_tip;
using staffroom::tests::school_of;
using staffroom::tests::Shelf;
using staffroom::tests::whole_adoption;

namespace {

const SchoolId oakhill = school_of(1);
const SchoolId heathview = school_of(2);
const SchoolId yewlands = school_of(3);

services::RecordRequest request(std::string file) {
    services::RecordRequest wanted;
    wanted.file = std::move(file);
    wanted.network = "Rivers";
    return wanted;
}

services::RecordRequest about(std::string file, const RevisionId& id, std::string relation = "") {
    services::RecordRequest wanted = request(std::move(file));
    wanted.about.push_back({to_base32(id), std::move(relation)});
    return wanted;
}

/// Straight into the shelf, past every rule.
RevisionId put_about(
    Shelf& shelf,
    const SchoolId& school,
    const std::string& title,
    const std::vector<RevisionId>& targets,
    const std::vector<RelationKind>& relations = {RelationKind::adapts}
) {
    auto draft = shelf.draft(title);
    for (const RevisionId& target : targets)
        for (const RelationKind relation : relations)
            draft.about.emplace_back(target, static_cast<std::uint32_t>(relation));
    return shelf.put(school, draft);
}

/// A new revision of `document` that is about `target`.
RevisionId revise_about(
    Shelf& shelf, const SchoolId& school, const RevisionId& document, const RevisionId& target
) {
    auto draft = shelf.draft("A new version");
    draft.document = document;
    draft.parents = {document};
    draft.about.emplace_back(target, static_cast<std::uint32_t>(RelationKind::adapts));
    return shelf.put(school, draft);
}

const LineageNode& node_of(const Lineage& lineage, const RevisionId& id) {
    const auto found = std::ranges::find(lineage.nodes, id, &LineageNode::id);
    REQUIRE(found != lineage.nodes.end());
    return *found;
}

std::size_t count_of(const std::string& text, char wanted) {
    return static_cast<std::size_t>(std::ranges::count(text, wanted));
}

} // namespace

TEST_CASE("lineage: one walks back to the first record past one that was taken back", "[node]") {
    Shelf shelf;
    const RevisionId first = shelf.publish(oakhill, request(quick_tip("The first")));
    const RevisionId middle = shelf.publish(heathview, about(whole_adoption("The middle"), first));
    const RevisionId last = shelf.publish(yewlands, about(whole_adoption("The last"), middle));
    shelf.publish(heathview, services::RetractionRequest{to_base32(middle), "A name stood in it."});

    const Lineage lineage = services::lineage_of(shelf.library(), last);

    REQUIRE(lineage.nodes.size() == 3);
    CHECK(lineage.nodes.front().id == last);
    CHECK(!lineage.nodes.front().is_origin);
    CHECK(node_of(lineage, first).is_origin);
    CHECK(node_of(lineage, first).steps == 2);
    CHECK(node_of(lineage, middle).is_origin);
    CHECK(node_of(lineage, middle).row->life == services::LifeState::retracted);
    CHECK(services::longest_way_back(shelf.library(), last) == 2);
    CHECK(services::longest_way_back(shelf.library(), first) == 0);
    CHECK(services::lineage_of(shelf.library(), first).nodes.size() == 3);
    CHECK(services::stories_of(shelf.library(), first).empty()); // the one about it is gone
    CHECK(services::stories_of(shelf.library(), middle).size() == 1);
    CHECK_THAT(services::to_dot(lineage), Catch::Contains("(taken back)"));
}

TEST_CASE("lineage: what is not here stands there as a place of its own", "[node]") {
    Shelf shelf;
    const RevisionId nowhere(RevisionId::Raw{7});
    const RevisionId record = put_about(shelf, oakhill, "Ours", {nowhere});

    const Lineage lineage = services::lineage_of(shelf.library(), record);

    REQUIRE(lineage.nodes.size() == 2);
    CHECK(!node_of(lineage, nowhere).row.has_value());
    REQUIRE(lineage.edges.size() == 1);
    CHECK(lineage.edges.front().to == nowhere);
    CHECK(lineage.edges.front().seen_number == 0);
    CHECK(!lineage.edges.front().has_newer);
    CHECK_THAT(services::to_dot(lineage), Catch::Contains("not here"));
    CHECK(services::longest_way_back(shelf.library(), record) == 0);
}

TEST_CASE(
    "lineage: an edge says which revision its author saw, and that a newer is here", "[node]"
) {
    Shelf shelf;
    const RevisionId tip = shelf.publish(oakhill, request(quick_tip("The first")));
    const RevisionId tried = shelf.publish(heathview, about(whole_adoption(), tip));
    auto newer = request(quick_tip("The first", "New words.\n"));
    newer.network.clear();
    newer.revises = services::RevisionWish{to_base32(tip), {}};
    CHECK(!services::lineage_of(shelf.library(), tried).edges.at(0).has_newer);
    shelf.publish(oakhill, newer);

    const Lineage lineage = services::lineage_of(shelf.library(), tried);

    REQUIRE(lineage.edges.size() == 1);
    CHECK(lineage.edges.front().seen == tip);
    CHECK(lineage.edges.front().seen_number == 1);
    CHECK(lineage.edges.front().has_newer);
}

TEST_CASE("lineage: records that form a circle are told once and do not hang", "[node]") {
    Shelf shelf;
    const RevisionId a = put_about(shelf, oakhill, "A", {});
    const RevisionId b = put_about(shelf, heathview, "B", {a});
    const RevisionId c = put_about(shelf, yewlands, "C", {b});
    revise_about(shelf, oakhill, a, c);
    const RevisionId self = put_about(shelf, oakhill, "Itself", {});
    revise_about(shelf, oakhill, self, self);

    for (const RevisionId& each : {a, b, c}) {
        const Lineage lineage = services::lineage_of(shelf.library(), each);
        CHECK(lineage.nodes.size() == 3);
        CHECK(lineage.edges.size() == 3);
        CHECK(!lineage.is_cut);
        CHECK(services::origins_of(shelf.library(), each, 100).size() == 3);
        CHECK(services::longest_way_back(shelf.library(), each) == 0);
    }
    CHECK(services::lineage_of(shelf.library(), self).nodes.size() == 1);
    CHECK(services::lineage_of(shelf.library(), self).edges.size() == 1);
    CHECK(services::longest_way_back(shelf.library(), self) == 0);
}

TEST_CASE("lineage: the longest of several ways back counts", "[node]") {
    Shelf shelf;
    const RevisionId a = put_about(shelf, oakhill, "A", {});
    const RevisionId b = put_about(shelf, heathview, "B", {a});
    const RevisionId c = put_about(shelf, yewlands, "C", {b});
    const RevisionId d = put_about(shelf, oakhill, "D", {a, c});
    const RevisionId cites = put_about(shelf, oakhill, "E", {d}, {RelationKind::cites});

    CHECK(services::longest_way_back(shelf.library(), d) == 3);
    CHECK(services::longest_way_back(shelf.library(), cites) == 0);
    CHECK(services::origins_of(shelf.library(), d, 100).size() == 4);
    CHECK(services::origins_of(shelf.library(), d, 2).size() <= 3);
}

TEST_CASE("lineage: it stops at its bounds and says so", "[node]") {
    Shelf shelf;
    const RevisionId tip = put_about(shelf, oakhill, "A tip", {});
    for (std::size_t i = 0; i < services::lineage_nodes_max; ++i)
        put_about(shelf, heathview, "Copy " + std::to_string(i), {tip}, {RelationKind::cites});
    Shelf dense;
    std::vector<RevisionId> all;
    for (int i = 0; i < 130; ++i) {
        const std::size_t from = all.size() - std::min<std::size_t>(all.size(), 45);
        const std::vector<RevisionId> targets(
            all.begin() + static_cast<std::ptrdiff_t>(from), all.end()
        );
        all.push_back(put_about(
            dense,
            heathview,
            "Record " + std::to_string(i),
            targets,
            {RelationKind::adapts, RelationKind::cites}
        ));
    }

    const Lineage wide = services::lineage_of(shelf.library(), tip);
    const Lineage thick = services::lineage_of(dense.library(), all.back());

    CHECK(wide.nodes.size() == services::lineage_nodes_max);
    CHECK(wide.is_cut);
    CHECK(thick.nodes.size() == all.size());
    CHECK(thick.edges.size() == services::lineage_edges_max);
    CHECK(thick.is_cut);
}

TEST_CASE("lineage: no title ends its label or begins a line in Graphviz's language", "[node]") {
    Shelf shelf;
    const std::vector<std::string> titles{
        "plain",
        "with \"quotes\" in it",
        "ends with a backslash \\",
        "two\nlines\r\nor three",
        "\x1B[31mred\x07\x7F",
        "\"]; evil [label=\"",
        "<b>HTML</b> and {a|b}",
        "digraph",
        "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7"};
    const RevisionId tip = put_about(shelf, oakhill, "A tip", {});
    for (const std::string& title : titles)
        put_about(shelf, heathview, title, {tip});

    const Lineage lineage = services::lineage_of(shelf.library(), tip);
    const std::string dot = services::to_dot(lineage);

    INFO(dot);
    CHECK(count_of(dot, '\n') == lineage.nodes.size() + lineage.edges.size() + 2);
    for (const char c : dot)
        CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
    CHECK(count_of(dot, '\x7F') == 0);
    std::istringstream lines(dot);
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        if (line.find("label=") == std::string::npos)
            continue;
        // A quoted label has two quotes that no backslash stands before; a bare one has none.
        std::size_t quotes = 0;
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] == '\\')
                ++i;
            else
                quotes += line[i] == '"' ? 1U : 0U;
        }
        CHECK((quotes == 0 || quotes == 2));
        CHECK(line.ends_with("];"));
    }
}

TEST_CASE("lineage: stories tell every outcome, oldest first, with counts as given", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(oakhill, request(quick_tip("The first")));
    shelf.publish(heathview, about(whole_adoption("We tried it", "stopped-early"), tip));
    shelf.publish(
        yewlands,
        about(
            staffroom::tests::with_line(
                whole_adoption("As well", "no-difference"), "pupils-reached: 4"
            ),
            tip
        )
    );

    const auto stories = services::stories_of(shelf.library(), tip);

    REQUIRE(stories.size() == 2);
    CHECK(stories[0].outcome == "stopped-early");
    CHECK(!stories[0].pupils.has_value());
    CHECK(stories[1].outcome == "no-difference");
    CHECK(stories[1].pupils == 4);
    CHECK(stories[1].kept == "The cards.");
    CHECK_FALSE(stories[1].is_cut);
    const auto counted = services::count_stories(shelf.library());
    CHECK_FALSE(counted.is_cut);
    const auto totals = counted.count.totals({});
    CHECK(totals.adoptions == 2);
    CHECK(totals.longest_chain == 1);
    CHECK(totals.outcomes.at("stopped-early") == 1);
}

TEST_CASE("lineage: of an adoption's words as much is told as a page has room for", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(oakhill, request(quick_tip("The first")));
    std::string long_words;
    for (std::size_t i = 0; i < services::story_bytes_max; ++i)
        long_words += "\xE2\x82\xAC";
    auto file = whole_adoption("We tried it");
    file.replace(file.find("The cards."), 10, long_words);
    shelf.publish(heathview, about(file, tip));

    const auto stories = services::stories_of(shelf.library(), tip);

    REQUIRE(stories.size() == 1);
    CHECK(stories[0].is_cut);
    CHECK(stories[0].kept.size() == services::story_bytes_max / 3 * 3);
    CHECK(stories[0].kept.ends_with("\xE2\x82\xAC"));
}

TEST_CASE("lineage: ways back of many are measured in one walk over what is here", "[node]") {
    // Each record is about all before it: 80 of them have 3,160 relations, and one after the other
    // would read 85,000 of them.
    Shelf shelf;
    std::vector<RevisionId> all;
    for (std::size_t i = 0; i < 80; ++i)
        all.push_back(put_about(shelf, heathview, "Built on all before", all));

    const services::WaysBack ways(shelf.library(), all);

    CHECK(ways.relations_read() == 80 * 79 / 2);
    for (std::size_t i = 0; i < all.size(); ++i)
        CHECK(ways.longest_from(all[i]) == i);

    // Said in five ways each, they are more relations than anybody looks at for one record.
    std::vector<RevisionId> loud;
    for (std::size_t i = 0; i < 90; ++i)
        loud.push_back(put_about(
            shelf,
            heathview,
            "Loud",
            {loud.begin(),
             loud.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(i, 20))},
            {RelationKind::adapts,
             RelationKind::follows,
             RelationKind::cites,
             RelationKind::departs_from,
             RelationKind::translation_of}
        ));
    const Lineage lineage = services::lineage_of(shelf.library(), loud.front());
    CHECK(lineage.is_cut);
    CHECK(lineage.edges.size() <= services::lineage_edges_max);
    CHECK(services::longest_way_back(shelf.library(), loud.back()) == 20);
}

TEST_CASE("lineage: whoever asked too long ago gets what was found until then", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(oakhill, request(quick_tip("The first")));
    shelf.publish(heathview, about(whole_adoption("We tried it"), tip));
    const staffroom::runtime::StopSign up(
        std::make_shared<const std::atomic<bool>>(true),
        std::chrono::steady_clock::time_point::max()
    );

    CHECK(services::lineage_of(shelf.library(), tip, up).is_cut);
    CHECK(services::count_stories(shelf.library(), up).is_cut);
    CHECK_FALSE(services::lineage_of(shelf.library(), tip).is_cut);
}
