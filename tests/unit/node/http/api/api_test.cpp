#include "node/http/answers/json.hpp"
#include "node/http/routes/router.hpp"
#include "node/services/front_matter/front_matter.hpp"
#include "node/services/publishing/origin_row.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/node/solo_node.hpp"
#include "tests/support/records/corpus.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace services = staffroom::services;
namespace json = boost::json;

namespace {

using Node = staffroom::tests::SoloNode;

std::string text(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

} // namespace

TEST_CASE("API: a record of the school is published, listed and shown", "[http]") {
    Node node;

    const auto made = node.post(
        "/api/v1/records",
        {{"file",
          "---\ntitle: Grids in Year 8\nform: quick-tip\nwhat-we-do: a\nwhere-it-worked: "
          "b\nwhat-to-watch: c\n---\r\nText\r\n"},
         {"path", "a.md"},
         {"authors", {"A. Teacher"}},
         {"set", {{"phases", "primary;any"}}}},
        201
    );
    const auto list = node.get("/api/v1/records");
    const auto shown = node.get("/api/v1/records/" + text(made, "id").substr(0, 8));

    CHECK(text(made, "outcome") == "published");
    CHECK(text(made, "kind") == "practice-write-up");
    CHECK(text(made, "id").size() == 52);
    const auto& row = list.at("records").as_array().at(0).as_object();
    CHECK(text(row, "id") == text(made, "id"));
    CHECK(text(row, "title") == "Grids in Year 8");
    CHECK(text(row, "school_name") == "Oakhill");
    CHECK(text(row, "reach") == "school");
    CHECK(text(shown, "text") == "Text\r\n");
    CHECK(
        text(shown, "front_matter") == "title: Grids in Year 8\nform: quick-tip\nwhat-we-do: "
                                       "a\nwhere-it-worked: b\nwhat-to-watch: c\n"
    );
    CHECK(text(shown.at("fields").as_object(), "phases") == "primary;any");
    CHECK(shown.at("revision_number").as_int64() == 1);
}

TEST_CASE("API: a record for a network needs one that is here, found by name or prefix", "[http]") {
    Node node;
    const json::value record{
        {"file", staffroom::tests::quick_tip("Retrieval")},
        {"path", "a.md"},
        {"network", "Rivers"}};
    CHECK(text(node.post("/api/v1/records", record, 404), "code") == "id.not-found");

    const auto network =
        node.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
    const auto made = node.post("/api/v1/records", record, 201);
    const auto list = node.get("/api/v1/records?network=" + text(network, "id").substr(0, 9));
    const auto shown = node.get("/api/v1/networks/Rivers");

    CHECK(list.at("records").as_array().size() == 1);
    CHECK(text(list.at("records").as_array()[0].as_object(), "reach") == "network");
    CHECK(shown.at("records").as_int64() == 1);
    CHECK(text(shown, "digest").size() == 52);
    CHECK(text(node.get("/api/v1/records/" + text(made, "id")), "licence") == "CC-BY-4.0");
}

TEST_CASE("API: an origin is skipped while its bytes are the same, then revised", "[http]") {
    Node node;
    json::object record{
        {"file", staffroom::tests::quick_tip("Retrieval")},
        {"path", "a.md"},
        {"origin", "x/a.md"},
        {"imported", json::object{}}};

    const auto first = node.post("/api/v1/records", record, 201);
    const auto again = node.post("/api/v1/records", record, 200);
    record["file"] = staffroom::tests::quick_tip("Retrieval", "New words.\n");
    const auto changed = node.post("/api/v1/records", record, 201);

    CHECK(text(again, "outcome") == "skipped");
    CHECK(text(again, "id") == text(first, "id"));
    CHECK(text(changed, "outcome") == "revised");
    CHECK(text(changed, "id") == text(first, "id"));
    CHECK(node.get("/api/v1/records").at("records").as_array().size() == 1);
    const auto newest = node.get("/api/v1/records/" + text(first, "id"));
    CHECK(newest.at("revision_number").as_int64() == 2);
    CHECK(text(newest, "text") == "New words.\n");
    CHECK(text(node.get("/api/v1/records/" + text(first, "id") + "@1"), "text") == "Words.\n");
    node.get("/api/v1/records/" + text(first, "id") + "@3", 404);
}

TEST_CASE("API: a request that was written just so need not be sent again", "[http]") {
    Node node;
    const auto request_of = [](const json::object& record) {
        return http::record_request(record).value();
    };
    const auto is_written = [&](const json::object& record) {
        const auto request = request_of(record);
        const auto answer = node.post(
            "/api/v1/records/written",
            {{"records",
              {{{"origin", request.origin},
                {"place", request.place},
                {"request", staffroom::to_base32(services::request_digest(request))}}}}},
            200
        );
        return answer.at("written").as_array().at(0).as_bool();
    };
    const json::object record{
        {"file", "# Grids\n\nThey help.\n"},
        {"path", "a.md"},
        {"place", "/docs/x/a.md"},
        {"set", {{"form", "resource"}}},
        {"imported", {{"licence", "CC-BY-4.0"}, {"phase", "primary"}, {"focus", "writing"}}}};
    CHECK_FALSE(is_written(record));
    node.post("/api/v1/records", record, 201);
    CHECK(is_written(record));

    // Whatever is said otherwise has to be looked at.
    const auto with = [&](std::string_view member, json::value value) {
        json::object other = record;
        other[member] = std::move(value);
        return other;
    };
    CHECK_FALSE(is_written(with("file", "# Grids\n\nThey hinder\n")));
    CHECK_FALSE(is_written(with("place", "/docs/y/a.md")));
    CHECK_FALSE(is_written(with("origin", "x/a.md")));
    CHECK_FALSE(is_written(with("path", "b.md")));
    CHECK_FALSE(is_written(with("set", {{"form", "lesson"}})));
    CHECK_FALSE(is_written(with("imported", {{"licence", "CC-BY-SA-4.0"}})));
    // So has a record that depends on something else, or of which something was said.
    for (const std::string file :
         {"# Boats\n\n![A boat](boat.png)\n", "# Line ends\r\n\r\nof Windows\r\n"}) {
        json::object other = with("file", json::string(file));
        other["place"] = "/docs/" + std::to_string(file.size());
        node.post("/api/v1/records", other, 201);
        CHECK_FALSE(is_written(other));
    }
    json::object draft = with("reach", "draft");
    draft["file"] = "# A beginning\n\nOf something.\n";
    draft["place"] = "/docs/draft.md";
    node.post("/api/v1/records", draft, 201);
    CHECK_FALSE(is_written(draft));
    node.post("/api/v1/records/written", {{"records", json::array()}}, 422);
    node.post("/api/v1/records/written", {{"records", {{{"request", "x"}}}}}, 422);
    node.post("/api/v1/records/written", {{"records", {1}}}, 422);
}

TEST_CASE("API: of two with one origin in a call the later one is refused", "[http]") {
    Node node;
    json::array batch;
    for (int i = 0; i < 40; ++i)
        batch.push_back(json::object{
            {"file", staffroom::tests::quick_tip("Tip " + std::to_string(i))},
            {"origin", "x/" + std::to_string(i % 30)},
            {"imported", json::object{}}});

    const auto answer = node.post("/api/v1/records/batch", {{"records", batch}}, 200);

    const auto& results = answer.at("results").as_array();
    REQUIRE(results.size() == 40);
    for (std::size_t i = 0; i < 40; ++i)
        CHECK(results[i].as_object().at("ok").as_bool() == (i < 30));
    CHECK(node.get("/api/v1/records?limit=100").at("records").as_array().size() == 30);
}

TEST_CASE("API: in a batch a refused record does not stop the others", "[http]") {
    Node node;

    const auto answer = node.post(
        "/api/v1/records/batch",
        {{"records",
          {{{"file", staffroom::tests::quick_tip("First one")}, {"path", "a"}},
           {{"file", staffroom::tests::quick_tip("Second")}, {"path", "b"}, {"reach", "public"}},
           {{"file", staffroom::tests::quick_tip("Third one")},
            {"path", "c"},
            {"set", {{"nonsense", "x"}}}}}}},
        200
    );

    const auto& results = answer.at("results").as_array();
    REQUIRE(results.size() == 3);
    CHECK(results[0].as_object().at("ok").as_bool());
    CHECK(!results[1].as_object().at("ok").as_bool());
    const auto& problem = results[1].as_object().at("problem").as_object();
    CHECK(problem.at("exit").as_int64() == 5);
    CHECK_THAT(text(problem, "detail"), Catch::Contains("not supported"));
    CHECK(results[2].as_object().at("problem").as_object().at("exit").as_int64() == 5);
    CHECK(node.get("/api/v1/records").at("records").as_array().size() == 1);
}

TEST_CASE("API: pages of the list join to the whole list", "[http]") {
    Node node;
    for (int i = 0; i < 7; ++i)
        node.post(
            "/api/v1/records",
            {{"file", staffroom::tests::quick_tip("Number " + std::to_string(i))}, {"path", "a"}},
            201
        );

    std::set<std::string> seen;
    std::string after;
    for (std::size_t pages = 0; pages < 4; ++pages) {
        const auto page = node.get("/api/v1/records?limit=3&after=" + after);
        for (const auto& row : page.at("records").as_array())
            CHECK(seen.insert(text(row.as_object(), "id")).second);
        after = page.contains("next") ? text(page, "next") : "";
        if (after.empty())
            break;
    }

    CHECK(seen.size() == 7);
    node.get("/api/v1/records?after=nonsense", 422);
    node.get("/api/v1/records?limit=0", 422);
    node.get("/api/v1/records?kind=nonsense", 422);
}

TEST_CASE("API: an invitation gives a code that passes its check and an address", "[http]") {
    Node node;
    node.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);

    const auto made = node.post("/api/v1/networks/Rivers/invitations", json::object{}, 201);

    CHECK(text(made, "code").size() == 19);
    CHECK(text(made, "address") == "oakhill.example:7420");
    CHECK(node.get("/api/v1/networks/Rivers").at("open_invitations").as_int64() == 1);
    node.post("/api/v1/networks/Rivers/invitations", {{"hours", 0}}, 422);
    std::string wrong = text(made, "code");
    wrong[0] = wrong[0] == '0' ? '2' : '0';
    const auto refused =
        node.post("/api/v1/networks/join", {{"code", wrong}, {"address", "a.example:1"}}, 422);
    CHECK(text(refused, "code") == "invitation.mistyped");
}

TEST_CASE("API: status, doctor and verify answer for a quiet node", "[http]") {
    Node node;
    node.post(
        "/api/v1/records", {{"file", staffroom::tests::quick_tip("Retrieval")}, {"path", "a"}}, 201
    );

    const auto status = node.get("/api/v1/status");
    const auto doctor = node.get("/api/v1/doctor");
    const auto verify = node.get("/api/v1/verify");

    CHECK(text(status.at("school").as_object(), "name") == "Oakhill");
    CHECK(status.at("store").as_object().at("records").as_int64() == 1);
    CHECK(!doctor.at("checks").as_array().empty());
    CHECK(verify.at("bodies").as_int64() >= 1);
    CHECK(verify.at("damaged").as_array().empty());
    CHECK(node.get("/api/v1/neighbours").at("neighbours").as_array().empty());
}

TEST_CASE("API: a dry run checks a record like any other and writes nothing", "[http]") {
    Node node;
    json::object record{
        {"file", staffroom::tests::quick_tip("Retrieval")}, {"path", "a.md"}, {"dry_run", true}};
    const auto checked = node.post("/api/v1/records", record, 200);
    const auto batch = node.post("/api/v1/records/batch", {{"records", {record}}}, 200);
    record.erase("dry_run");
    node.post("/api/v1/records/batch", {{"records", {record}}, {"dry_run", true}}, 200);
    node.post("/api/v1/records/batch", {{"records", {record}}, {"dry_run", "yes"}}, 200);
    record["dry_run"] = "yes"; // whoever says anything but no is asking
    node.post("/api/v1/records", record, 200);

    CHECK(checked.at("dry_run").as_bool());
    CHECK(text(checked, "title") == "Retrieval");
    CHECK(text(checked, "outcome") == "published");
    CHECK(batch.at("results").as_array().at(0).as_object().at("ok").as_bool());
    CHECK(node.get("/api/v1/records").at("records").as_array().empty());
    node.post(
        "/api/v1/records",
        {{"file", "# Retrieval\n"}, {"path", "a.md"}, {"network", "Lakes"}, {"dry_run", true}},
        404
    );
}

TEST_CASE("API: a dry run founds no network, makes no code, joins and adds nothing", "[http]") {
    Node node;
    const json::object create{{"name", "Rivers"}, {"focus", "Reading"}, {"dry_run", true}};
    node.post("/api/v1/networks", create, 200);
    CHECK(node.get("/api/v1/networks").at("networks").as_array().empty());
    auto unclear = create;
    unclear["dry_run"] = "yes"; // whoever writes this wants nothing to happen
    node.post("/api/v1/networks", unclear, 200);
    CHECK(node.get("/api/v1/networks").at("networks").as_array().empty());

    node.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
    node.post("/api/v1/networks/Rivers/invitations", {{"dry_run", true}}, 200);
    node.post("/api/v1/networks/Rivers/invitations", {{"dry_run", true}, {"hours", 0}}, 422);
    node.post(
        "/api/v1/networks/join", {{"code", "HELLO"}, {"address", "a:1"}, {"dry_run", true}}, 422
    );
    const json::object add{{"network", "Rivers"}, {"address", "a.example:1"}, {"dry_run", true}};
    CHECK(node.post("/api/v1/neighbours", add, 200).at("dry_run").as_bool());
    for (const char* nowhere : {"0.0.0.0:7420", "[::]:7420", "127.0.0.1:0", "a b:1"})
        node.post("/api/v1/neighbours", {{"network", "Rivers"}, {"address", nowhere}}, 422);

    CHECK(node.get("/api/v1/networks/Rivers").at("open_invitations").as_int64() == 0);
    CHECK(node.get("/api/v1/neighbours").at("neighbours").as_array().empty());
}

TEST_CASE("API: unknown addresses, methods and broken requests get a problem each", "[http]") {
    Node node;

    CHECK(text(node.get("/api/v1/nothing", 404), "code") == "request.not-found");
    CHECK(text(node.get("/api/v1/records/", 404), "code") == "request.not-found");
    CHECK(text(node.post("/api/v1/status", {}, 405), "code") == "request.method");
    CHECK(text(node.get("/api/v1/records?a=%zz", 400), "code") == "request.bad");
    CHECK(text(node.get("/api/v1/records?kind=%ff", 400), "code") == "request.bad");
    CHECK(text(node.get("/api/v1/records/%ff%fe", 404), "code") == "request.not-found");
    CHECK(text(node.post("/api/v1/records", "text", 422), "code") == "input.invalid");
    CHECK(text(node.post("/api/v1/records", json::object{}, 422), "code") == "input.invalid");
    CHECK(text(node.get("/api/v1/records/abc", 404), "code") == "id.not-found");
    node.post("/api/v1/networks", {{"name", ""}, {"focus", "x"}}, 422);
    node.post("/api/v1/sync", {{"timeout_s", "soon"}}, 422);
}

TEST_CASE("API: every document of the corpus comes back byte for byte", "[http][corpus]") {
    const auto documents = staffroom::tests::corpus_documents();
    REQUIRE_FALSE(documents.empty());
    Node node;
    std::map<std::string, std::string> expected;
    for (std::size_t begin = 0; begin < documents.size(); begin += 64) {
        json::array batch;
        std::vector<std::string> files;
        for (std::size_t i = begin; i < std::min(begin + 64, documents.size()); ++i) {
            files.push_back(staffroom::tests::read_whole_file(documents[i]));
            batch.push_back(json::object{
                {"file", files.back()},
                {"path", documents[i].filename().string()},
                {"origin", documents[i].string()},
                {"imported", json::object{}}});
        }
        const auto answer = node.post("/api/v1/records/batch", {{"records", batch}}, 200);
        const auto& results = answer.at("results").as_array();
        REQUIRE(results.size() == files.size());
        for (std::size_t i = 0; i < files.size(); ++i)
            expected[text(results[i].as_object(), "id")] = files[i];
    }

    CHECK(expected.size() == documents.size());
    for (const auto& [id, file] : expected) {
        const auto shown = node.get("/api/v1/records/" + id);
        CHECK(services::split_front_matter(file).text == text(shown, "text"));
    }
}
