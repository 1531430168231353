// Forest Edge gives findings to Rivers City by an agreement; a school of Forest Edge has written
// three. Northside is another network. Whatever is signed goes into `statements`.
#pragma once

#include "protocol/base/ensure.hpp"
#include "tests/support/agreement/agreement_scene.hpp"

namespace staffroom::tests {

inline const std::vector<std::uint32_t> findings_only{
    static_cast<std::uint32_t>(records::RecordKind::enquiry_finding)};

struct LinkedScene : AgreementScene {
    explicit LinkedScene(const agreement::Terms& forest_gives = {findings_only}) {
        know(forest);
        know(rivers);
        statements.agreements.push_back(agree(forest, forest_gives, rivers, {findings_only}));
        agreement_id = agreement::agreement_id(statements.agreements[0].bytes);
        link = SharingId(agreement_id.raw());
        for (const SceneNetwork* network : {&forest, &rivers})
            statements.cards.push_back({agreement::encode_card(network->card()), {}});
        fold();
        for (const std::string_view words : {"first finding", "second finding", "third finding"})
            log.publish({{link}}, words);
    }

    void fold() { standing = agreement::fold_statements(link, statements, chain_of, verifier); }

    void publish_many(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            log.publish({{link}}, "another finding");
    }

    [[nodiscard]] agreement::Relay relay(std::vector<std::size_t> places, std::size_t size) const {
        return relay_of(log, {forest, agreement_id, std::move(places), size});
    }
    /// As a node of Rivers City sees it.
    [[nodiscard]] agreement::Checked check(const agreement::Relay& relay) {
        ensure(standing.has_value());
        return agreement::check_relay(relay, {rivers.id, *standing, chain_of, verifier});
    }

    /// What would follow the agreement in force, with this number, signed by one of each side.
    [[nodiscard]] agreement::SignedAgreement next_agreement(std::uint32_t number) const {
        agreement::Agreement next = standing->agreement;
        next.link = link;
        next.number = number;
        const bool is_forest_one = next.one.network == forest.id;
        Bytes bytes = agreement::encode_agreement(next);
        auto by_forest = signatures(forest, crypto::SignLabel::agreement, bytes, 1);
        auto by_rivers = signatures(rivers, crypto::SignLabel::agreement, bytes, 1);
        return {
            std::move(bytes),
            is_forest_one ? by_forest : by_rivers,
            is_forest_one ? by_rivers : by_forest};
    }

    /// The card with these coordinators follows the newest, signed by the first `signers` of all.
    void
    follow_card(SceneNetwork& network, std::vector<SchoolId> coordinators, std::size_t signers) {
        agreement::Card next = network.card();
        next.previous = network.card_hash();
        ++next.number;
        next.coordinators = std::move(coordinators);
        network.cards.push_back(next);
        statements.cards.push_back(signed_by(
            network, crypto::SignLabel::card, agreement::encode_card(network.card()), signers
        ));
    }

    /// Forest Edge gives by other terms from now on; both sign for it by their newest cards.
    void renew(const agreement::Terms& forest_gives) {
        auto next = agreement::parse_agreement(statements.agreements.back().bytes);
        ensure(next.has_value());
        next->link = link;
        ++next->number;
        for (agreement::Side* side : {&next->one, &next->other}) {
            const bool is_forest = side->network == forest.id;
            side->card = is_forest ? forest.card_hash() : rivers.card_hash();
            if (is_forest)
                side->gives = forest_gives;
        }
        Bytes bytes = agreement::encode_agreement(*next);
        const auto sign = [&](const agreement::Side& side) {
            const SceneNetwork& by = side.network == forest.id ? forest : rivers;
            return signatures(by, crypto::SignLabel::agreement, bytes, by.card().signatures);
        };
        agreement::Signatures one = sign(next->one);
        agreement::Signatures other = sign(next->other);
        agreement_id = agreement::agreement_id(bytes);
        statements.agreements.push_back({std::move(bytes), std::move(one), std::move(other)});
    }

    /// Forest Edge pins the log for good.
    void last_passport(std::size_t size) {
        agreement::Passport passport = passport_for(log, {forest, agreement_id, {}, size});
        passport.last = true;
        statements.last_passports.push_back(
            signed_by(forest, crypto::SignLabel::passport, agreement::encode_passport(passport))
        );
    }

    /// The network ends the link; of the log this much had crossed.
    void end(const SceneNetwork& by, std::size_t size) {
        const agreement::End end{
            agreement_id,
            by.id,
            by.card_hash(),
            {{log::log_id(log.descriptor), LogSize{size}, log.root(size)}}};
        statements.ends.push_back(
            signed_by(by, crypto::SignLabel::agreement_end, agreement::encode_end(end))
        );
    }

    SceneNetwork forest = network(3);
    SceneNetwork rivers = network(2);
    SceneNetwork north = network(1);
    SceneSchool author = school();
    SceneLog log{*this, author, forest.id};
    agreement::Statements statements{};
    AgreementId agreement_id{AgreementId::Raw{}};
    SharingId link{SharingId::Raw{}};
    std::optional<agreement::Standing> standing{};
};

} // namespace staffroom::tests
