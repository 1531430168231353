// The finds of a search for a reader who does not see everything that this node holds.
#include "protocol/log/descriptor.hpp"
#include "tests/support/node/solo_node.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace services = staffroom::services;
using staffroom::tests::SoloNode;

TEST_CASE("search: who sees a network only finds its records, in full pages", "[search]") {
    using services::Reader;
    using staffroom::Result;
    SoloNode node;
    node.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
    for (int i = 0; i < 9; ++i) {
        node.publish("# Shared " + std::to_string(i) + "\n\nword\n", {{"network", "Rivers"}});
        node.publish("# Kept " + std::to_string(i) + "\n\nword\n");
    }
    const auto space = staffroom::log::space_of(node.core.replica().networks().front().network);
    const auto find = [&](const Reader& reader, services::SearchRequest request) {
        std::optional<Result<services::SearchAnswer>> found;
        request.words = "word";
        node.search.service.find(reader, request, [&](Result<services::SearchAnswer> answer) {
            found = std::move(answer);
        });
        node.core.settle();
        REQUIRE(found.has_value());
        REQUIRE(found->has_value());
        return std::move(**found);
    };
    const auto all_pages = [&](const Reader& reader) {
        std::vector<std::string> found;
        services::SearchRequest request;
        request.limit = 4;
        for (std::optional<std::size_t> next = 0; next;) {
            request.offset = *next;
            const auto answer = find(reader, request);
            CHECK((answer.hits.size() == request.limit || !answer.next));
            for (const auto& hit : answer.hits)
                found.push_back(hit.title);
            next = answer.next;
        }
        return found;
    };

    CHECK(all_pages(Reader::machine_owner()).size() == 18);
    const auto shared = all_pages(Reader::in_spaces({space}));
    CHECK(std::set<std::string>(shared.begin(), shared.end()).size() == 9);
    for (const std::string& title : shared)
        CHECK_THAT(title, Catch::StartsWith("Shared"));
    CHECK(all_pages(Reader::in_spaces({})).empty());
    // A network that a reader is not in answers like one that has nothing.
    services::SearchRequest elsewhere;
    elsewhere.filter.space = space;
    CHECK(find(Reader::in_spaces({}), elsewhere).hits.empty());
    CHECK(find(Reader::in_spaces({space}), elsewhere).hits.size() == 9);
    // Nothing of one search stays for the next.
    CHECK(all_pages(Reader::node_itself()).size() == 18);
}
