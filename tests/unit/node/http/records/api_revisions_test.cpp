// A record over time, asked as the command line asks: revised, widened, joined, taken back.
#include "tests/support/node/solo_node.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace json = boost::json;
using staffroom::tests::quick_tip;
using staffroom::tests::with_line;

namespace {

using Node = staffroom::tests::SoloNode;

std::string text(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

json::object record(const std::string& file) {
    return {{"file", file}, {"path", "a.md"}};
}

struct School : Node {
    std::string publish(const json::object& wanted) {
        return text(post("/api/v1/records", wanted, 201), "id");
    }
    std::string publish(const std::string& words = "First.\n") {
        return publish(record(quick_tip("Cards at the door", words)));
    }
    json::object revise(const std::string& id, const json::object& wanted, int status = 201) {
        return post("/api/v1/records/" + id + "/revisions", wanted, status);
    }
    json::object revise(const std::string& id, const std::string& words, int status = 201) {
        return revise(id, record(quick_tip("Cards at the door", words)), status);
    }
    json::object retract(const std::string& id, const json::object& wish, int status = 201) {
        return post("/api/v1/records/" + id + "/retraction", wish, status);
    }
    json::object show(const std::string& id) { return get("/api/v1/records/" + id); }
    json::array history(const std::string& id) {
        return get("/api/v1/records/" + id + "/history").at("revisions").as_array();
    }
};

/// Two versions of one record, side by side.
std::string split_record(School& school) {
    const std::string id = school.publish();
    school.revise(id, "One.\n");
    json::object beside = record(quick_tip("Cards at the door", "Other.\n"));
    beside["beside"] = true;
    school.revise(id + "@1", beside);
    return id;
}

} // namespace

TEST_CASE("API: a revision keeps what its file leaves out, and FIELD= takes it away", "[http]") {
    School school;
    json::object first = record(with_line(quick_tip("Cards", "First.\n"), "depth: deep"));
    first["set"] = json::object{
        {"title", "Cards at the door"}, {"summary", "In short."}, {"priorities", "calm"}};
    const std::string id = school.publish(first);

    json::object second = record("Only words.\n");
    school.revise(id, second);
    const auto kept = school.show(id);
    second["set"] = json::object{{"depth", ""}, {"summary", ""}};
    second["file"] = "Other words.\n";
    school.revise(id, second);
    const auto taken_away = school.show(id);

    CHECK(text(kept, "text") == "Only words.\n");
    CHECK(text(kept, "title") == "Cards at the door");
    CHECK(text(kept, "summary") == "In short.");
    CHECK(text(kept, "licence") == "CC-BY-4.0");
    CHECK(text(kept.at("fields").as_object(), "depth") == "deep");
    CHECK(text(kept.at("fields").as_object(), "priorities") == "calm");
    CHECK(text(kept.at("authors").as_array()[0].as_object(), "name") == "A. Teacher");
    CHECK(!taken_away.at("fields").as_object().contains("depth"));
    CHECK(text(taken_away, "summary").empty());
    CHECK(text(taken_away.at("fields").as_object(), "priorities") == "calm");
    CHECK(taken_away.at("revision_number").as_int64() == 3);
}

TEST_CASE("API: a field without which the record is incomplete cannot be taken away", "[http]") {
    School school;
    const std::string id = school.publish();
    json::object wanted = record("Only words.\n");
    wanted["set"] = json::object{{"what-to-watch", ""}};

    const auto problem = school.revise(id, wanted, 422);

    CHECK(text(problem, "code") == "record.incomplete");
    CHECK(!problem.contains("draft")); // it has been shared; it stays as it is
    CHECK(school.history(id).size() == 1);
}

TEST_CASE("API: an unchanged file makes no revision, a reason stands with the next", "[http]") {
    School school;
    const std::string id = school.publish();
    const auto why = [](std::size_t characters) {
        json::object wanted = record(quick_tip("Cards at the door", "Second.\n"));
        wanted["set"] = json::object{{"why-changed", std::string(characters, 'w')}};
        return wanted;
    };

    CHECK(text(school.revise(id, "First.\n", 200), "outcome") == "skipped");
    CHECK(text(school.revise(id, why(201), 422), "code") == "record.refused");
    CHECK(text(school.revise(id, why(200)), "outcome") == "revised");
    school.revise(id, "Third.\n");

    const auto rows = school.history(id);
    REQUIRE(rows.size() == 3);
    CHECK(text(rows[1].as_object(), "why_changed").size() == 200);
    CHECK(text(rows[2].as_object(), "why_changed").empty()); // a reason is not handed on
    CHECK(rows[2].as_object().at("parents").as_array()[0] == rows[1].as_object().at("revision"));
    CHECK(rows[2].as_object().at("is_head").as_bool());
}

TEST_CASE("API: who revises an older text is told, unless both are to be kept", "[http]") {
    School school;
    const std::string id = school.publish();
    const std::string first = text(school.show(id), "revision");
    school.revise(id, "Second.\n");
    json::object stale = record(quick_tip("Cards at the door", "Late.\n"));

    CHECK(text(school.revise(id + "@1", stale, 412), "code") == "record.changed");
    stale["heads"] = json::array{json::value(first)};
    CHECK(text(school.revise(id, stale, 412), "code") == "record.changed");
    stale["heads"] = json::array{"short"};
    CHECK(text(school.revise(id, stale, 400), "code") == "request.bad");
    stale.erase("heads");
    school.revise(id + "@2", stale);
    CHECK(school.show(id).at("revision_number").as_int64() == 3);
}

TEST_CASE("API: two versions side by side refuse a third until they are joined", "[http]") {
    School school;
    const std::string id = split_record(school);
    const auto split = school.show(id);
    REQUIRE(split.at("head_revisions").as_array().size() == 2);
    REQUIRE(split.at("versions").as_array().size() == 1);
    // Its words are asked for by themselves.
    const auto& version = split.at("versions").at(0).as_object();
    CHECK_FALSE(version.contains("text"));
    const auto number = version.at("revision_number").to_number<std::uint64_t>();
    const auto whole = school.show(id + "@" + std::to_string(number));
    CHECK(text(whole, "revision") == text(version, "revision"));
    CHECK(whole.contains("text"));
    CHECK(school.get("/api/v1/inbox").at("to_join").as_array().size() == 1);

    const auto refused = school.revise(id, "Third.\n", 412);
    json::object joined = record(quick_tip("Cards at the door", "Both.\n"));
    joined["join"] = true;
    joined["heads"] = json::array{split.at("head_revisions").as_array()[0]};
    const auto half = school.revise(id, joined, 412);
    joined["heads"] = split.at("head_revisions");
    school.revise(id, joined);

    CHECK(text(refused, "code") == "record.two-versions");
    CHECK_THAT(text(refused, "next"), Catch::Contains("--join"));
    CHECK(text(half, "code") == "record.changed");
    const auto shown = school.show(id);
    CHECK(shown.at("head_revisions").as_array().size() == 1);
    CHECK(text(shown, "text") == "Both.\n");
    CHECK(school.history(id).back().as_object().at("parents").as_array().size() == 2);
    CHECK(school.get("/api/v1/inbox").at("to_join").as_array().empty());
}

TEST_CASE("API: what stands beside a newer text is built on the older one", "[http]") {
    School school;
    json::object first = record(with_line(quick_tip("Cards at the door"), "depth: deep"));
    const std::string id = school.publish(first);
    json::object second = record("New words.\n");
    second["set"] = json::object{{"depth", "shallow"}};
    school.revise(id, second);

    json::object beside = record("Other words.\n");
    beside["beside"] = true;
    const auto made = school.revise(id + "@1", beside);

    const auto shown = school.get("/api/v1/records/" + text(made, "revision"));
    CHECK(text(shown.at("fields").as_object(), "depth") == "deep");
}

TEST_CASE("API: a record keeps its kind, and is not narrowed once others have it", "[http]") {
    School school;
    school.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
    json::object shared = record(quick_tip("Cards at the door"));
    shared["network"] = "Rivers";
    const std::string id = school.publish(shared);
    json::object narrow = record(quick_tip("Cards at the door", "New.\n"));
    narrow["reach"] = "school";
    json::object other = record("---\nkind: comment\n---\nWords.\n");

    CHECK(text(school.revise(id, narrow, 403), "code") == "record.narrowed");
    CHECK_THAT(text(school.revise(id, other, 403), "detail"), Catch::Contains("comment"));
    CHECK(school.history(id).size() == 1);
}

TEST_CASE("API: a record that is widened begins anew, and the old one says where", "[http]") {
    School school;
    school.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
    const std::string old = school.publish();
    json::object wide = record(quick_tip("Cards at the door", "Second.\n"));
    wide["network"] = "Rivers";

    const std::string now = text(school.revise(old, wide), "id");
    const auto refused = school.revise(old, "Third.\n", 403);
    school.revise(now, "Third.\n");

    CHECK(now != old);
    CHECK(text(school.show(old), "superseded_by") == now);
    CHECK(text(refused, "code") == "record.superseded");
    CHECK_THAT(text(refused, "next"), Catch::Contains(now));
    CHECK(school.history(now).size() == 2);
    const auto list = school.get("/api/v1/records").at("records").as_array();
    REQUIRE(list.size() == 1);
    CHECK(text(list[0].as_object(), "id") == now);
}

TEST_CASE("API: a record that is taken back shows its reason and no word of its text", "[http]") {
    School school;
    const std::string id = school.publish("A secret word.\n");
    school.revise(id, "A second secret word.\n");

    const auto made = school.retract(id, {{"reason", "A name stood in it."}});

    CHECK(text(made, "outcome") == "retracted");
    for (const std::string& asked : {id, id + "@1", id + "@2", text(made, "revision")}) {
        const auto answer =
            school.ask_any(http::Method::get, "/api/v1/records/" + asked, json::object{});
        INFO(answer.body);
        CHECK(answer.status == 200);
        CHECK(answer.body.find("secret") == std::string::npos);
        const auto shown = json::parse(answer.body).as_object();
        CHECK(text(shown, "state") == "retracted");
        CHECK(text(shown.at("retraction").as_object(), "reason") == "A name stood in it.");
    }
    const auto exported = school.ask_any(
        http::Method::get, "/api/v1/records/" + id + "/export?format=markdown", json::object{}
    );
    CHECK(exported.body.find("secret") == std::string::npos);
    const auto rows = school.history(id);
    REQUIRE(rows.size() == 3);
    CHECK(rows[2].as_object().at("is_retraction").as_bool());
    CHECK(text(rows[2].as_object(), "why_changed") == "A name stood in it.");
}

TEST_CASE("API: taking back needs a reason, is undone, and neither happens twice", "[http]") {
    School school;
    const std::string id = school.publish();
    const json::object undo{{"undo", true}};

    CHECK(text(school.retract(id, undo, 403), "code") == "record.state");
    CHECK(text(school.retract(id, json::object{}, 422), "code") == "record.reason");
    school.retract(id, {{"reason", std::string(601, 'r')}}, 422);
    school.retract(id, {{"reason", std::string(600, 'r')}});
    CHECK(text(school.retract(id, {{"reason", "Again."}}, 403), "code") == "record.state");
    CHECK(text(school.retract(id, undo), "outcome") == "restored");
    CHECK(text(school.show(id), "text") == "First.\n");
    CHECK(text(school.show(id), "state") == "active");
    CHECK(text(school.retract(id, undo, 403), "code") == "record.state");
    CHECK(school.history(id).size() == 3);
}

TEST_CASE("API: of a record that was taken back a new text is written, and is shown", "[http]") {
    School school;
    const std::string id = school.publish();
    school.retract(id, {{"reason", "A name stood in it."}});

    school.revise(id, "Without the name.\n");

    const auto shown = school.show(id);
    CHECK(text(shown, "state") == "active");
    CHECK(text(shown, "text") == "Without the name.\n");
    CHECK(text(shown, "licence") == "CC-BY-4.0");
    CHECK(!shown.at("fields").as_object().contains("retraction-reason"));
}

TEST_CASE("API: versions side by side are taken back together", "[http]") {
    School school;
    const std::string id = split_record(school);
    const auto heads = school.show(id).at("head_revisions").as_array();

    const auto stale =
        school.retract(id, {{"reason", "A name."}, {"heads", json::array{heads.at(0)}}}, 412);
    school.retract(id, {{"reason", "A name."}, {"heads", heads}});

    CHECK(text(stale, "code") == "record.changed");
    CHECK(text(school.show(id), "state") == "retracted");
    CHECK(school.show(id).at("head_revisions").as_array().size() == 1);
}

TEST_CASE("API: heads of another record are no state of this one, also beside it", "[http]") {
    School school;
    const std::string id = school.publish();
    const std::string other = school.publish(record(quick_tip("Another tip", "Words.\n")));
    json::object wanted = record(quick_tip("Cards at the door", "Second.\n"));
    wanted["beside"] = true;
    for (const std::string& head : {other, std::string(51, 'b') + "a"}) {
        wanted["heads"] = json::array{json::value(head)};
        CHECK(text(school.revise(id, wanted, 412), "code") == "record.changed");
    }
    CHECK(school.history(id).size() == 1);
}

TEST_CASE("API: the same words by another author are a revision", "[http]") {
    School school;
    const std::string id = school.publish();
    json::object wanted = record(quick_tip("Cards at the door", "First.\n"));
    CHECK(text(school.revise(id, wanted, 200), "outcome") == "skipped");
    wanted["authors"] = json::array{"B. Colleague"};
    CHECK(text(school.revise(id, wanted), "outcome") == "revised");
}

TEST_CASE("API: a dry run of a revision or a retraction leaves the record as it is", "[http]") {
    School school;
    const std::string id = school.publish();
    json::object wanted = record(quick_tip("Cards at the door", "Second.\n"));
    wanted["dry_run"] = true;

    CHECK(text(school.revise(id, wanted, 200), "outcome") == "revised");
    CHECK(
        text(school.retract(id, {{"reason", "A name."}, {"dry_run", true}}, 200), "outcome") ==
        "retracted"
    );

    CHECK(school.history(id).size() == 1);
    CHECK(text(school.show(id), "text") == "First.\n");
}

TEST_CASE("API: about a record that is not here nothing is revised, shown or drawn", "[http]") {
    School school;
    const std::string id(52, 'a');

    CHECK(text(school.revise(id, "Words.\n", 404), "code") == "id.not-found");
    CHECK(text(school.retract(id, {{"reason", "A name."}}, 404), "code") == "id.not-found");
    for (const char* what : {"", "/history", "/lineage", "/export"}) {
        const auto problem = school.get("/api/v1/records/" + id + what, 404);
        CHECK(text(problem, "code") == "id.not-found");
    }
}

TEST_CASE("API: a note on an older text says that a newer one exists", "[http]") {
    School school;
    const std::string id = school.publish();
    json::object review =
        record(with_line(staffroom::tests::whole_review("A review of cards"), "in-house: yes"));
    review["about"] = json::array{json::object{{"id", id}}};
    const std::string note = school.publish(review);
    const auto has_newer = [&] {
        const auto about = school.show(note).at("about").as_array();
        return about.at(0).as_object().at("has_newer").as_bool();
    };

    CHECK(!has_newer());
    school.revise(id, "Second.\n");
    CHECK(has_newer());
    const auto lineage = school.get("/api/v1/records/" + note + "/lineage");
    const auto& edge = lineage.at("edges").as_array().at(0).as_object();
    CHECK(edge.at("seen_number").as_int64() == 1);
    CHECK(edge.at("has_newer").as_bool());
}
