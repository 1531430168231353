// Orders to erase, asked as a lead asks: what goes with a record, and what a kill has left undone.
#include "node/services/erasure/erasure_plan.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/node/solo_node.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace json = boost::json;
namespace replica = staffroom::replica;
namespace network = staffroom::network;
namespace services = staffroom::services;
using staffroom::NetworkId;
using staffroom::RevisionId;
using staffroom::tests::quick_tip;

namespace {

std::string text(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

/// A school with a record that was made from a draft of a teacher.
struct Widened {
    staffroom::tests::SoloNode node{};
    staffroom::accounts::Opened lead;
    std::string record;

    Widened()
        : lead(node.people.join("Lee Marsh", staffroom::accounts::Role::lead)) {
        node.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
        json::object wanted{
            {"file", quick_tip("Cards at the door")}, {"path", "a.md"}, {"reach", "draft"}};
        const std::string draft = text(node.post("/api/v1/records", wanted, 201), "id");
        wanted.erase("reach");
        wanted["network"] = "Rivers";
        record = text(node.post("/api/v1/records/" + draft + "/revisions", wanted, 201), "id");
        CHECK(record != draft);
    }
    json::object erase(int status, json::object more = {}) {
        more["record"] = record;
        more["reason"] = "pupil";
        http::Request request{
            http::Method::post,
            "/api/v1/erasures",
            "",
            json::serialize(more),
            "r1",
            http::Caller::stranger().in_session(lead.session.who, lead.session.csrf),
            {},
            {}};
        const http::Response response = node.send(request);
        INFO(response.body);
        CHECK(response.status == status);
        return json::parse(response.body).as_object();
    }
    /// The first half of an erasure, as a kill leaves it.
    void order_record_alone() {
        const auto& core = node.core.replica();
        const auto revision = *staffroom::id_from_base32<RevisionId>(record);
        std::optional<staffroom::Result<replica::Reply>> done;
        node.core.command(
            replica::OrderErasure{
                core.networks().front().network,
                {core.school(),
                 {revision},
                 network::ErasureKind::whole,
                 network::ErasureReason::pupil}},
            [&](staffroom::Result<replica::Reply> outcome) { done = std::move(outcome); }
        );
        node.core.settle();
        REQUIRE(done);
        REQUIRE(*done);
    }
};

NetworkId network_of(std::uint8_t byte) {
    return NetworkId(NetworkId::Raw{byte});
}

replica::ErasureStatus ordered_in(const NetworkId& where, const RevisionId& revision) {
    const staffroom::SchoolId school(staffroom::SchoolId::Raw{1});
    return {
        where,
        {RevisionId(RevisionId::Raw{9}),
         school,
         staffroom::LogId(staffroom::LogId::Raw{}),
         staffroom::Position{0},
         {0},
         {school, {revision}, network::ErasureKind::files_only, network::ErasureReason::asked}},
        {}};
}

} // namespace

TEST_CASE("API: with a record go its older texts, whoever wrote them", "[http][erasure]") {
    Widened school;
    const auto plan = school.erase(200, {{"dry_run", true}});
    CHECK(plan.at("own_texts").as_int64() == 1);
    CHECK(plan.at("entries").as_int64() == 1);
    // Their number is told, and no word of them.
    CHECK(plan.at("drafts").as_array().empty());

    const auto done = school.erase(200);

    CHECK(done.at("orders").as_array().size() == 1);
    CHECK(text(school.erase(409), "code") == "erasure.ordered");
}

TEST_CASE("API: an erasure that a kill has cut in half is gone on with", "[http][erasure]") {
    Widened school;
    school.order_record_alone();

    const auto rest = school.erase(200);

    CHECK(rest.at("own_texts").as_int64() == 1);
    CHECK(rest.at("orders").as_array().empty());
    CHECK(text(school.erase(409), "code") == "erasure.ordered");
}

TEST_CASE("erasure plan: what is ordered in one network is not in the other", "[erasure]") {
    const RevisionId revision(RevisionId::Raw{7});
    const NetworkId one = network_of(1);
    const NetworkId other = network_of(2);
    const services::RevisionsBySpace all{
        {staffroom::log::space_of(one), {revision}}, {staffroom::log::space_of(other), {revision}}};
    const std::vector<replica::ErasureStatus> standing{ordered_in(one, revision)};

    services::RevisionsBySpace whole = all;
    services::leave_out_ordered(whole, standing, network::ErasureKind::whole);
    services::RevisionsBySpace files_only = all;
    services::leave_out_ordered(files_only, standing, network::ErasureKind::files_only);

    CHECK(whole == all);
    REQUIRE(files_only.size() == 1);
    CHECK(files_only.begin()->first == staffroom::log::space_of(other));
}
