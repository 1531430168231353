#include "tests/support/node/solo_node.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace json = boost::json;
using staffroom::tests::quick_tip;

namespace {

using Node = staffroom::tests::SoloNode;

std::string text(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

http::Response fetch(Node& node, const std::string& id, const std::string& query) {
    return node.ask_any(http::Method::get, "/api/v1/records/" + id + "/export" + query, {});
}

} // namespace

TEST_CASE("API: a record is exported in each format under its own media type", "[http]") {
    Node node;
    const auto made = node.post(
        "/api/v1/records",
        {{"file", "---\nodd: kept\n" + quick_tip("Grids in Year 8", "Text\r\n").substr(4)},
         {"path", "a.md"}},
        201
    );
    const std::string id = text(made, "id");

    const auto markdown = fetch(node, id, "?format=markdown");
    const auto linked = fetch(node, id.substr(0, 9), "?format=jsonld");

    CHECK(markdown.status == 200);
    CHECK(markdown.content_type == "text/markdown; charset=utf-8");
    CHECK(markdown.body.starts_with("---\nodd: kept\ntitle: \"Grids in Year 8\"\n"));
    CHECK_THAT(markdown.body, Catch::Contains("\nwhat-to-watch: The queue.\n# staffroom: "));
    CHECK(markdown.body.ends_with("---\nText\r\n"));
    CHECK(fetch(node, id, "").body == markdown.body);
    CHECK(linked.content_type == "application/ld+json");
    const std::string name = text(json::parse(linked.body).as_object(), "@id");
    CHECK(name.starts_with("urn:uuid:"));
    CHECK(text(node.get("/api/v1/records/" + name), "id") == id);
    CHECK(text(node.get("/api/v1/records/urn:staffroom:" + id), "id") == id);
    CHECK(fetch(node, id, "?format=bibtex").body.starts_with("@misc{"));
    CHECK(fetch(node, id, "?format=ris").content_type.starts_with("application/x-research-info"));
    CHECK(fetch(node, id, "?format=docx").status == 422);
    CHECK(fetch(node, "aaaaaaaa", "").status == 404);
}

TEST_CASE("API: an export has a tag, and says that Accept chooses its form", "[http]") {
    Node node;
    const auto made = node.post(
        "/api/v1/records", {{"file", quick_tip("Grids in Year 8")}, {"path", "a.md"}}, 201
    );
    const auto header = [](const http::Response& response, std::string_view name) {
        for (const auto& [each, value] : response.headers)
            if (each == name)
                return value;
        return std::string();
    };
    http::Request request{
        http::Method::get,
        "/api/v1/records/" + text(made, "id") + "/export",
        "",
        "",
        "r1",
        http::Caller::at_socket(),
        {},
        {}};
    request.accept = "application/x-bibtex";

    const auto first = node.send(request);
    CHECK(first.content_type == "application/x-bibtex; charset=utf-8");
    CHECK(first.body.starts_with("@misc{"));
    CHECK(header(first, "Vary") == "Accept");
    request.if_none_match = header(first, "ETag");
    REQUIRE_FALSE(request.if_none_match.empty());
    CHECK(node.send(request).status == 304);
    request.accept = "text/markdown";
    CHECK(node.send(request).status == 200);
    request.accept = "image/png";
    const auto refused = node.send(request);
    CHECK(refused.status == 406);
    CHECK(header(refused, "Vary") == "Accept");
}

TEST_CASE(
    "API: an exported file is skipped at home, made once elsewhere, revised when changed", "[http]"
) {
    Node home;
    const auto made = home.post(
        "/api/v1/records", {{"file", quick_tip("Grids in Year 8", "Text\n")}, {"path", "a.md"}}, 201
    );
    std::string file = fetch(home, text(made, "id"), "").body;
    const auto request = [&file] {
        return json::value{
            {"file", file}, {"path", "b.md"}, {"origin", "b.md"}, {"imported", json::object{}}};
    };
    Node other;

    const auto back = home.post("/api/v1/records", request(), 200);
    const auto first = other.post("/api/v1/records", request(), 201);
    const auto again = other.post("/api/v1/records", request(), 200);
    file += "More.\n";
    const auto changed = home.post("/api/v1/records", request(), 201);

    CHECK(text(back, "outcome") == "skipped");
    CHECK(text(back, "id") == text(made, "id"));
    CHECK(text(first, "outcome") == "published");
    CHECK(text(again, "outcome") == "skipped");
    CHECK(text(changed, "outcome") == "revised");
    CHECK(text(changed, "id") == text(made, "id"));
    const auto copy = other.get("/api/v1/records/" + text(made, "id"));
    CHECK(text(copy, "id") == text(first, "id"));
    CHECK(text(copy, "origin") == "staffroom:" + text(made, "id"));
    const auto& author = copy.at("authors").as_array().at(0).as_object();
    CHECK(text(author, "name") == "A. Teacher");
    CHECK(text(author, "school_name") == "Oakhill");
}

TEST_CASE("API: what an exported record is about is kept, also where no such record is", "[http]") {
    Node home;
    const auto target =
        home.post("/api/v1/records", {{"file", quick_tip("A target")}, {"path", "a"}}, 201);
    const auto made = home.post(
        "/api/v1/records",
        {{"file", "# A comment\n"},
         {"path", "b"},
         {"kind", "comment"},
         {"about", {{{"id", text(target, "id")}, {"relation", "comments-on"}}}}},
        201
    );
    Node other;

    const auto copied = other.post(
        "/api/v1/records", {{"file", fetch(home, text(made, "id"), "").body}, {"path", "b"}}, 201
    );

    const auto shown = other.get("/api/v1/records/" + text(copied, "id"));
    const auto& about = shown.at("about").as_array().at(0).as_object();
    CHECK(text(about, "id") == text(target, "id"));
    CHECK(text(about, "relation") == "comments-on");
}
