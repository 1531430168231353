// Who publishes under the origin of a record that he may not see learns nothing of it.
#include "tests/support/node/solo_node.hpp"

#include <catch2/catch.hpp>

namespace services = staffroom::services;
using staffroom::tests::SoloNode;

TEST_CASE("publishing: an origin of a record that its writer may not see is refused", "[node]") {
    SoloNode node;
    const auto publish = [&](const services::Reader& writer, const std::string& words) {
        services::RecordRequest request;
        request.file = "# A tray\n\n" + words + "\n";
        request.path = "a.md";
        request.reach = "draft";
        request.origin = "shelf/a.md";
        std::vector<services::Publishing::Wish> wishes;
        wishes.emplace_back(std::move(request));
        std::optional<services::PublishOutcome> outcome;
        node.publishing.publish(writer, {}, std::move(wishes), false, [&](const auto& outcomes) {
            outcome = outcomes.front();
        });
        node.core.settle();
        REQUIRE(outcome.has_value());
        return *outcome;
    };
    const auto owner = services::Reader::machine_owner();
    const auto first = publish(owner, "Ours.");
    REQUIRE(std::holds_alternative<services::PublishedRecord>(first));

    for (const char* words : {"Ours.", "Other words."}) {
        const auto stranger = publish(services::Reader::in_spaces({}), words);
        const auto* refusal = std::get_if<services::Refusal>(&stranger);
        REQUIRE(refusal != nullptr);
        CHECK(refusal->error.code == staffroom::Errc::already_exists);
        CHECK(!refusal->draft.has_value());
    }
    // Who sees it is told that it is there.
    const auto again = publish(owner, "Ours.");
    REQUIRE(std::holds_alternative<services::PublishedRecord>(again));
    CHECK(std::get<services::PublishedRecord>(again).outcome == "skipped");
}
