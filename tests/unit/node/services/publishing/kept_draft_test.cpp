// What a refusal for a pupil's details leaves behind, and what takes its place later.
#include "protocol/base/text.hpp"
#include "tests/support/node/http_front.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace json = boost::json;
namespace accounts = staffroom::accounts;
using accounts::Role;
using staffroom::tests::quick_tip;

namespace {

const std::string told_words = "Aisha (4B) finished early.\n";

/// A school in a network, whose people publish by the page.
struct Networked {
    staffroom::tests::HttpFront front;
    accounts::Opened ann = front.node.people.join("Ann Bell", Role::teacher);
    accounts::Opened lee = front.node.people.join("Lee Marsh", Role::teacher);

    Networked() {
        front.node.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
    }
    /// One call of an import; the answer's body.
    json::object import(
        const accounts::Opened& who, const std::string& file, int status, json::object more = {}
    ) {
        json::object wanted{{"file", file}, {"origin", "shelf/a.md"}, {"network", "Rivers"}};
        for (auto& [name, value] : more)
            wanted.insert_or_assign(name, value);
        if (wanted.contains("reach"))
            wanted.erase("network");
        return send(who, http::Method::post, "/api/v1/records", wanted, status);
    }
    json::object send(
        const accounts::Opened& who,
        http::Method method,
        const std::string& target,
        const json::value& body,
        int status
    ) {
        http::Request request{method, target, "", "", "r1", http::Caller::stranger(), {}, {}};
        request.host = "192.0.2.7";
        request.cookie = "staffroom=" + who.cookie;
        request.csrf = who.session.csrf;
        if (!body.is_null())
            request.body = json::serialize(body);
        const auto response = front.ask(request);
        INFO(target << ": " << response.body);
        CHECK(response.status == status);
        return json::parse(response.body).as_object();
    }
    json::array records_of(const accounts::Opened& who) {
        return send(who, http::Method::get, "/api/v1/records", nullptr, 200)
            .at("records")
            .as_array();
    }
};

const json::object confirmed{{"confirm_pupil_details", "an invented child"}};

} // namespace

TEST_CASE("publishing: a confirmed import stands in place of the draft of the first", "[node]") {
    Networked school;
    const std::string file = quick_tip("Cards at the door", told_words);
    const auto refused = school.import(school.ann, file, 422);
    CHECK(refused.at("code").as_string() == "record.pupil-details");
    const json::string draft = refused.at("draft").at("id").as_string();
    CHECK(school.records_of(school.ann).size() == 1);

    const auto published = school.import(school.ann, file, 201, confirmed);
    CHECK(published.at("reach").as_string() == "network");
    const auto left = school.records_of(school.ann);
    REQUIRE(left.size() == 1);
    CHECK(left.front().at("id") == published.at("id"));
    CHECK(published.at("id") != draft);
    CHECK(school.import(school.ann, file, 200, confirmed).at("outcome").as_string() == "skipped");
}

TEST_CASE("publishing: a draft in which somebody has written since stays beside it", "[node]") {
    Networked school;
    const std::string file = quick_tip("Cards at the door", told_words);
    const auto refused = school.import(school.ann, file, 422);
    const std::string draft(refused.at("draft").at("id").as_string());
    const json::object newer{
        {"file", quick_tip("Cards at the door", "Other words of mine.\n")}, {"reach", "draft"}};
    http::Request revise{
        http::Method::post,
        "/api/v1/records/" + draft + "/revisions",
        "",
        json::serialize(newer),
        "r1",
        http::Caller::stranger(),
        {},
        {}};
    revise.host = "192.0.2.7";
    revise.cookie = "staffroom=" + school.ann.cookie;
    revise.csrf = school.ann.session.csrf;
    revise.if_match = "*";
    REQUIRE(school.front.ask(revise).status == 201);

    school.import(school.ann, file, 201, confirmed);
    CHECK(school.records_of(school.ann).size() == 2);
}

TEST_CASE("publishing: a colleague's import leaves a draft that is not theirs", "[node]") {
    Networked school;
    const std::string file = quick_tip("Cards at the door", told_words);
    const auto refused = school.import(school.ann, file, 422);

    school.import(school.lee, file, 201, confirmed);
    const auto hers = school.records_of(school.ann);
    CHECK(std::ranges::count_if(hers, [&](const json::value& each) {
              return each.at("id") == refused.at("draft").at("id");
          }) == 1);
}

TEST_CASE("publishing: a refusal makes no draft of what is shared, nor another holder", "[node]") {
    Networked school;
    const std::string file = quick_tip("Cards at the door", told_words);
    const auto shared = school.import(school.ann, file, 201, {{"reach", "school"}});
    const std::string id(shared.at("id").as_string());
    const auto document = *staffroom::id_from_base32<staffroom::RevisionId>(id);

    CHECK_FALSE(school.import(school.lee, file, 422).contains("draft"));
    const auto newer = quick_tip("Cards at the door", told_words + "And more.\n");
    CHECK_FALSE(school.import(school.lee, newer, 403).contains("draft"));
    const auto shown =
        school.send(school.lee, http::Method::get, "/api/v1/records/" + id, nullptr, 200);
    CHECK(shown.at("reach").as_string() == "school");
    CHECK(shown.at("revisions").as_int64() == 1);
    CHECK(school.ann.session.who.held->contains(document));
    CHECK_FALSE(school.lee.session.who.held->contains(document));
}
