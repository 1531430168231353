// The faults that refuse a record and those that keep it as a draft, asked as the command line
// asks.
#include "protocol/base/limits.hpp"
#include "tests/support/node/solo_node.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace json = boost::json;
namespace limits = staffroom::limits;
using staffroom::tests::quick_tip;
using staffroom::tests::with_line;

namespace {

using Node = staffroom::tests::SoloNode;

const std::string records_path = "/api/v1/records";

std::string text(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

json::object record(const std::string& file) {
    return {{"file", file}, {"path", "a.md"}};
}

json::object titled(const std::string& title) {
    return record(quick_tip(title));
}

json::object with_set(const std::string& name, const std::string& value) {
    json::object wanted = titled("Cards at the door");
    wanted["set"] = json::object{{name, value}};
    return wanted;
}

std::size_t count(Node& node) {
    return node.get(records_path).at("records").as_array().size();
}

void create_network(Node& node) {
    node.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
}

/// Whether a problem's list names this field.
bool names(const json::object& problem, std::string_view field) {
    const auto& problems = problem.at("problems").as_array();
    return std::ranges::any_of(problems, [&](const json::value& each) {
        return std::string_view(each.as_object().at("field").as_string()).starts_with(field);
    });
}

} // namespace

TEST_CASE("API: a record at a limit is taken, one character more is refused", "[http]") {
    Node node;
    const auto is_taken = [&](const json::object& wanted) { node.post(records_path, wanted, 201); };
    const auto is_refused = [&](const json::object& wanted, std::string_view field) {
        const auto problem = node.post(records_path, wanted, 422);
        CHECK(text(problem, "code") == "record.refused");
        CHECK(names(problem, field));
        CHECK(!problem.contains("draft"));
    };
    json::array authors(12, json::value("A. Teacher"));
    json::object by_many = titled("Cards at the door");

    is_refused(titled("Four"), "title");
    is_taken(titled("Fives"));
    is_taken(titled(std::string(200, 't')));
    is_refused(titled(std::string(201, 't')), "title");
    is_taken(with_set("summary", std::string(500, 's')));
    is_refused(with_set("summary", std::string(501, 's')), "summary");
    by_many["authors"] = authors;
    is_taken(by_many);
    authors.emplace_back("One more");
    by_many["authors"] = authors;
    is_refused(by_many, "authors");
    is_taken(with_set("phases", "primary;middle;secondary"));
    is_refused(with_set("phases", "primary;middle;secondary;adult"), "phases");
    CHECK(count(node) == 5);
}

TEST_CASE("API: a text of 256 KiB is taken, one byte more is too large", "[http]") {
    Node node;
    const std::string most(limits::text_bytes_max, 'x');

    node.post(records_path, record(quick_tip("A long text", most)), 201);
    const auto problem = node.post(records_path, record(quick_tip("A long text", most + "x")), 413);

    CHECK(text(problem, "code") == "limit.too-large");
    CHECK(count(node) == 1);
}

TEST_CASE("API: a comment has 4,000 characters and a call 1,000", "[http]") {
    Node node;
    const auto target = node.post(records_path, titled("Cards at the door"), 201);
    const auto comment = [&](std::size_t characters) {
        json::object wanted =
            record("---\ntitle: A comment\nkind: comment\n---\n" + std::string(characters, 'c'));
        wanted["about"] = json::array{json::object{{"id", text(target, "id")}}};
        return wanted;
    };
    const auto call = [](std::size_t characters) {
        return record(
            "---\ntitle: Who has tried it?\nkind: call\ntype: call-for-help\nuntil: 2027-01-31\n"
            "---\n" +
            std::string(characters, 'c')
        );
    };

    node.post(records_path, comment(4000), 201);
    CHECK(names(node.post(records_path, comment(4001), 422), "text"));
    node.post(records_path, call(1000), 201);
    CHECK(names(node.post(records_path, call(1001), 422), "text"));
}

TEST_CASE("API: 256 attachments are taken, more are refused in a plain sentence", "[http]") {
    Node node;
    const auto with_files = [](std::size_t files) {
        json::object wanted = titled("Cards at the door");
        json::array list;
        for (std::size_t i = 0; i < files; ++i)
            list.push_back(json::object{{"name", "card" + std::to_string(i) + ".pdf"}});
        wanted["attachments"] = list;
        return wanted;
    };

    node.post(records_path, with_files(256), 201);
    const auto problem = node.post(records_path, with_files(257), 413);

    CHECK_THAT(text(problem, "detail"), Catch::Contains("at most 256 attachments"));
}

TEST_CASE("API: one record with too much does not stop the others of its batch", "[http]") {
    Node node;
    json::object many = titled("Names too many");
    const auto target = node.post(records_path, titled("Cards at the door"), 201);
    json::array list;
    for (std::size_t i = 0; i <= limits::header_about_max; ++i)
        list.push_back(json::object{{"id", text(target, "id")}, {"relation", "cites"}});
    many["about"] = list;

    const auto answer = node.post(
        "/api/v1/records/batch", {{"records", {titled("Before it"), many, titled("After it")}}}, 200
    );

    const auto& results = answer.at("results").as_array();
    CHECK(results[0].as_object().at("ok").as_bool());
    CHECK(!results[1].as_object().at("ok").as_bool());
    CHECK(text(results[1].as_object().at("problem").as_object(), "code") == "record.refused");
    CHECK(results[2].as_object().at("ok").as_bool());
}

TEST_CASE("API: words outside a vocabulary name the nearest, all of them at once", "[http]") {
    Node node;
    json::object wanted = titled("Cards at the door");
    wanted["set"] =
        json::object{{"phases", "primery"}, {"focus", "readng"}, {"licence", "CCO-1.0"}};

    const auto problem = node.post(records_path, wanted, 422);

    CHECK(text(problem, "code") == "record.refused");
    for (const char* near : {"\"primary\"", "\"reading\"", "\"CC0-1.0\""})
        CHECK_THAT(text(problem, "detail"), Catch::Contains(near));
    CHECK(problem.at("exit").as_int64() == 5);
    CHECK(count(node) == 0);
}

TEST_CASE("API: all that a network asks for is said at once, the words kept as a draft", "[http]") {
    Node node;
    create_network(node);
    json::object wanted =
        record("---\ntitle: Half a write-up\n---\nWords that must not be lost.\n");
    wanted["network"] = "Rivers";

    const auto problem = node.post(records_path, wanted, 422);

    CHECK(text(problem, "code") == "record.incomplete");
    for (const char* field :
         {"licence",
          "summary",
          "phases",
          "focus",
          "context",
          "what-we-do",
          "why",
          "how-we-got-here",
          "evidence-strength",
          "field-of-knowledge",
          "form",
          "outcome-for-pupils"}) {
        INFO(field);
        CHECK(names(problem, field));
        CHECK_THAT(text(problem, "detail"), Catch::Contains(field));
    }
    const auto& draft = problem.at("draft").as_object();
    CHECK(text(draft, "reach") == "draft");
    CHECK_THAT(text(problem, "next"), Catch::Contains("staffroom revise " + text(draft, "id")));
    const auto shown = node.get("/api/v1/records/" + text(draft, "id"));
    CHECK(text(shown, "text") == "Words that must not be lost.\n");
    CHECK(node.get("/api/v1/networks/Rivers").at("records").as_int64() == 0);
}

TEST_CASE("API: a draft that is completed is shared, and stands there once", "[http]") {
    Node node;
    create_network(node);
    json::object wanted = record("---\ntitle: Half a tip\nform: quick-tip\n---\nWords.\n");
    wanted["network"] = "Rivers";
    const auto first = node.post(records_path, wanted, 422);
    const auto second = node.post(records_path, record("---\ntitle: Another half\n---\n"), 422);
    const std::string shared = text(first.at("draft").as_object(), "id");
    const std::string kept = text(second.at("draft").as_object(), "id");
    json::object whole = titled("A whole tip");

    const auto in_school = node.post(
        records_path + "/" + kept + "/revisions",
        {{"file", quick_tip("Another whole tip")}, {"path", "b.md"}, {"reach", "school"}},
        201
    );
    whole["network"] = "Rivers";
    const auto in_network = node.post(records_path + "/" + shared + "/revisions", whole, 201);

    CHECK(text(in_school, "id") == kept);
    CHECK(text(in_school, "outcome") == "revised");
    CHECK(text(in_network, "reach") == "network");
    CHECK(text(in_network, "id") != shared); // it begins anew in the network
    CHECK(count(node) == 2);
    const auto old = node.get(records_path + "/" + shared);
    CHECK(text(old, "state") == "superseded");
    CHECK(text(old, "superseded_by") == text(in_network, "id"));
    CHECK(node.get("/api/v1/networks/Rivers").at("records").as_int64() == 1);
}

TEST_CASE("API: a draft may still be incomplete when it is revised as a draft", "[http]") {
    Node node;
    const auto problem = node.post(records_path, record("---\ntitle: Half a tip\n---\n"), 422);
    const std::string id = text(problem.at("draft").as_object(), "id");

    node.post(
        records_path + "/" + id + "/revisions", record("---\ntitle: Half a tip\n---\nMore.\n"), 201
    );

    const auto shown = node.get(records_path + "/" + id);
    CHECK(shown.at("revision_number").as_int64() == 2);
    CHECK(text(shown, "reach") == "draft");
    CHECK(text(shown, "text") == "More.\n");
}

TEST_CASE("API: a draft of one's own may be about another one, a shared record may not", "[http]") {
    Node node;
    json::object half = record("---\ntitle: Half a tip\nauthors: [A. Teacher]\n---\nWords.\n");
    half["reach"] = "draft";
    const auto first = node.post(records_path, half, 201);
    half["about"] = json::array{json::object{{"id", text(first, "id")}, {"relation", "cites"}}};
    json::object whole = titled("A whole tip");
    whole["about"] = half["about"];

    node.post(records_path, half, 201);
    const auto problem = node.post(records_path, whole, 403);

    CHECK(text(problem, "code") == "record.target-draft");
}

TEST_CASE("API: a target that is not here is unprocessable, with a next step", "[http]") {
    Node node;
    json::object wanted = titled("A whole tip");
    wanted["about"] =
        json::array{json::object{{"id", std::string(52, 'a')}, {"relation", "adapts"}}};

    const auto problem = node.post(records_path, wanted, 422);

    CHECK(text(problem, "code") == "record.target-missing");
    CHECK_THAT(text(problem, "next"), Catch::Contains("staffroom sync"));
    CHECK(count(node) == 0);
}

TEST_CASE("API: a dry run says the same and writes nothing", "[http]") {
    Node node;
    json::object whole = titled("A whole tip");
    whole["dry_run"] = true;
    json::object half = record("---\ntitle: Half a tip\n---\nWords.\n");
    half["dry_run"] = true;

    const auto made = node.post(records_path, whole, 200);
    const auto problem = node.post(records_path, half, 422);

    CHECK(text(made, "outcome") == "published");
    CHECK(text(made, "id").empty());
    CHECK(text(problem, "code") == "record.incomplete");
    CHECK(!problem.contains("draft"));
    CHECK(text(problem, "detail").find("kept") == std::string::npos);
    CHECK(text(problem, "next").find("DRAFT") == std::string::npos);
    CHECK(count(node) == 0);
}
