#include "protocol/base/text.hpp"
#include "protocol/records/attachment.hpp"
#include "tests/support/node/solo_node.hpp"

namespace http = staffroom::http;
namespace json = boost::json;
using staffroom::as_view;
using Node = staffroom::tests::SoloNode;

namespace {

std::string hash_of(const std::string& content) {
    return staffroom::to_base32(staffroom::records::attachment_hash(as_view(content)));
}

/// One call that brings in a part of a file of `size` bytes.
http::Response
send(Node& node, const std::string& hash, std::string part, std::size_t at, std::size_t size) {
    return node.send(
        {http::Method::post,
         "/api/v1/files/" + hash + "?offset=" + std::to_string(at) +
             "&size=" + std::to_string(size),
         "",
         std::move(part),
         "r1",
         http::Caller::at_socket(),
         {},
         {}}
    );
}

std::string publish_with(Node& node, const std::string& name, const std::string& content) {
    const auto made = node.post(
        "/api/v1/records",
        {{"file", "# Grids\n"},
         {"reach", "draft"},
         {"path", "a.md"},
         {"attachments", {{{"name", name}, {"hash", hash_of(content)}, {"size", content.size()}}}}},
        201
    );
    return std::string(made.at("id").as_string());
}

bool is_here(Node& node, const std::string& id) {
    const auto shown = node.get("/api/v1/records/" + id);
    return shown.at("attachments").as_array().at(0).as_object().at("here").as_bool();
}

} // namespace

TEST_CASE("API files: brought in piece by piece, a file is given out by its record", "[http]") {
    Node node;
    const std::string content(150'000, 'x');
    const std::string target = "/api/v1/records/" +
                               publish_with(node, "img/Grid \"1\".png", content) + "/files/" +
                               hash_of(content);
    const std::string id = target.substr(16, 52);
    CHECK(!is_here(node, id));
    const auto early = node.get(target, 404);

    const auto first = send(node, hash_of(content), content.substr(0, 100'000), 0, 150'000);
    const auto again = send(node, hash_of(content), content.substr(0, 100'000), 0, 150'000);
    const auto last = send(node, hash_of(content), content.substr(100'000), 100'000, 150'000);
    const auto given = node.ask_any(http::Method::get, target, {});

    CHECK(early.at("code").as_string() == "file.not-here");
    CHECK(json::parse(first.body).at("held").as_int64() == 100'000);
    CHECK(json::parse(again.body).at("held").as_int64() == 100'000);
    CHECK(json::parse(last.body).at("here").as_bool());
    CHECK(is_here(node, id));
    CHECK(given.status == 200);
    CHECK(given.body == content);
    CHECK(given.content_type == "image/png");
    CHECK(
        given.headers.front().second ==
        "attachment; filename=\"Grid__1_.png\"; filename*=UTF-8''Grid%20%221%22.png"
    );
}

TEST_CASE("API files: what a browser might run is given out as bytes", "[http]") {
    Node node;
    for (const std::string name : {"a.svg", "a.html", "a"}) {
        const std::string content = "content of " + name;
        const std::string id = publish_with(node, name, content);
        CHECK(send(node, hash_of(content), content, 0, content.size()).status == 200);

        const auto given = node.ask_any(
            http::Method::get, "/api/v1/records/" + id + "/files/" + hash_of(content), {}
        );

        CHECK(given.status == 200);
        CHECK(given.content_type == "application/octet-stream");
        CHECK(given.headers.front().second.starts_with("attachment;"));
    }
}

TEST_CASE("API files: other content, too much of it and broken questions are refused", "[http]") {
    Node node;
    const std::string hash = hash_of("right");

    CHECK(send(node, hash, "wrong", 0, 5).status == 422);
    CHECK(send(node, hash, "right", 1, 5).status == 413);
    CHECK(send(node, hash, "", 0, (25U << 20U) + 1).status == 413);
    CHECK(send(node, hash, std::string((1U << 20U) + 1, 'x'), 0, 25U << 20U).status == 413);
    CHECK(send(node, "nohash", "right", 0, 5).status == 400);
    node.post("/api/v1/files/" + hash + "?offset=0", {}, 400);
    node.post("/api/v1/files/" + hash + "?offset=-1&size=5", {}, 400);
    CHECK(send(node, hash, "right", 0, 5).status == 200);
}

TEST_CASE("API files: no file is given out under a record that does not name it", "[http]") {
    Node node;
    const std::string id = publish_with(node, "a.png", "named");
    const std::string other = "not named";
    CHECK(send(node, hash_of(other), other, 0, other.size()).status == 200);

    node.get("/api/v1/records/" + id + "/files/" + hash_of(other), 404);
    node.get("/api/v1/records/" + id + "/files/../../../keys", 404);
    node.get("/api/v1/records/aaaaaaaa/files/" + hash_of(other), 404);
}
