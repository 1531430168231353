// Rivers City hands on what Forest Edge gave it to Northside, where author and both agreements let
// it. For tests of what is passed on.
#pragma once

#include "tests/support/agreement/linked_scene.hpp"

namespace staffroom::tests {

/// Rivers City and Northside agree too, and Rivers City hands on what Forest Edge gave.
struct PassingScene : LinkedScene {
    explicit PassingScene(
        const agreement::Terms& forest_gives = {findings_only, true},
        const agreement::Terms& rivers_gives = {findings_only, false, {}, true}
    )
        : LinkedScene(forest_gives) {
        know(north);
        agreement::Statements said;
        said.agreements.push_back(agree(rivers, rivers_gives, north, {findings_only}));
        for (const auto* network : {&rivers, &north})
            said.cards.push_back({agreement::encode_card(network->card()), {}});
        second_id = agreement::agreement_id(said.agreements[0].bytes);
        second = agreement::fold_statements(SharingId(second_id.raw()), said, chain_of, verifier);
        // Northside knows nobody of Forest Edge.
        for (const auto& each : forest.coordinators)
            chains.erase(each.id);
        place = log.publish({{link}, records::RecordKind::enquiry_finding, 1}, "further");
    }

    /// How Rivers City came by the log.
    [[nodiscard]] agreement::Hop hop() const {
        const agreement::SignedAgreement& first = statements.agreements[0];
        const bool is_forest_one = forest.id < rivers.id;
        return {
            first.bytes,
            is_forest_one ? first.one : first.other,
            {{agreement::encode_card(forest.card()), {}}},
            signed_by(
                forest,
                crypto::SignLabel::passport,
                agreement::encode_passport(passport_for(log, {forest, agreement_id, {}, place + 1}))
            )};
    }
    [[nodiscard]] agreement::Relay passed_on(const agreement::Hop& by) const {
        agreement::Relay made =
            relay_of(log, {rivers, second_id, {place}, place + 1, agreement::hop_hash(by), {by}});
        for (const auto& each : forest.coordinators)
            made.chains.push_back(each.chain.wire());
        return made;
    }
    /// As a node of Northside sees it.
    [[nodiscard]] agreement::Checked check_there(const agreement::Relay& relay) {
        ensure(second.has_value());
        return agreement::check_relay(relay, {north.id, *second, chain_of, verifier});
    }
    [[nodiscard]] std::optional<agreement::Refusal> refusal_there(const agreement::Relay& relay) {
        const auto checked = check_there(relay);
        if (checked.all || checked.refused.empty())
            return checked.all;
        return checked.refused.front().why;
    }

    AgreementId second_id{AgreementId::Raw{}};
    std::optional<agreement::Standing> second{};
    std::size_t place = 0;
};

} // namespace staffroom::tests
