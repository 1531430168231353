// A coordinator with codes for another network, whose coordinator bears them: agreements, and what
// else a member can write beside the operations.
#pragma once

#include "protocol/agreement/agreeing.hpp"
#include "protocol/replica/agreements/agreeing.hpp"
#include "protocol/replica/stored.hpp"
#include "tests/support/network/other_network_scene.hpp"

#include <algorithm>

namespace staffroom::tests {

/// A coordinator with codes for another network, whose coordinator bears them.
struct ResponderScene : OtherNetworkScene {
    crypto::SigningKey key = make_key(); // of every code here

    RevisionId make_code() {
        auto made = parts->agreeing.invite(
            state(),
            replica::InviteLink{
                *network,
                {},
                key.copy(),
                WallTime{9'000'000'000'000},
                {{1}},
                {{2}},
                WallTime{20},
                WallTime{10}}
        );
        REQUIRE(made);
        reach_disk();
        return made->operation;
    }
    const agreement::LinkInvite& invite(const RevisionId& code) {
        return *parts->agreed_links.codes(state()).at(code);
    }
    /// The agreement that the bearer has signed, as it is after this card of its network.
    agreement::LinkAgreed signed_by_bearer(const RevisionId& code, const agreement::Card& theirs) {
        const Bytes other = agreement::encode_card(theirs);
        const auto bytes = agreement::agreement_of(
            invite(code).terms,
            {*network, agreement::card_hash(invite(code).card)},
            {theirs.network, agreement::card_hash(other)}
        );
        REQUIRE(bytes);
        agreement::LinkAgreed act{
            code, {*bytes, {}, {}}, invite(code).card, other, "Be kind.", {school.wire}};
        sign(act, {theirs.network, school.school, node});
        return act;
    }
    void sign(agreement::LinkAgreed& act, const agreement::Signatory& who) {
        const auto parsed = agreement::parse_agreement(act.agreement.bytes);
        REQUIRE(parsed);
        agreement::side_signatures(act.agreement, parsed->one.network == who.network) = {
            agreement::sign_for(who, crypto::SignLabel::agreement, act.agreement.bytes)};
    }
    void sign_here(agreement::LinkAgreed& act) {
        sign(act, {*network, parts->context.school, parts->context.keys.signing});
    }
    /// Writes an act as any member can.
    void write(const agreement::LinkAct& act) {
        replica::OwnLogs::Draft draft = parts->own_logs.draft();
        draft.add_operation(state().space.id, agreement::encode_link_act(act));
        draft.commit();
        reach_disk();
    }
    /// All that is on the way to the disk arrives there.
    void reach_disk() {
        for (const replica::Store& written : taken<replica::Store>())
            replica::store_finished(*parts, replica::StoreFinished{written.id, {}});
        parts->link_book.refresh();
    }
    [[nodiscard]] std::vector<replica::LinkStatus> links() const {
        return parts->agreed_links.links(state(), {}).statuses;
    }

    /// The bearer on a link of its own.
    replica::Link& bearer(replica::LinkId id, const RevisionId& code) {
        replica::Link link{
            id,
            false,
            "y",
            {},
            Instant{0},
            replica::LinkPhase::open,
            replica::AgreementMeeting{*network, code}};
        link.remote_key = transport;
        link.handshake_hash = random.make<channel::HandshakeHash>();
        parts->links.add(std::move(link));
        return *parts->links.find(id);
    }
    Result<void> accept(replica::Link& link, const agreement::LinkAgreed& act) {
        const Bytes statement = agreement::acceptance_statement(
            *link.handshake_hash, agreement::agreement_id(act.agreement.bytes)
        );
        return parts->agreeing.acceptance_arrived(
            link,
            {act.other_card,
             act.other_charter,
             agreement::encode_signed_agreement(act.agreement),
             key.sign(crypto::SignLabel::link_accept, statement),
             act.chains}
        );
    }
    replica::LinkCodeStatus status(const RevisionId& code) {
        const auto all = parts->agreeing.code_list();
        const auto found =
            std::ranges::find_if(all, [&](const auto& each) { return each.id == code; });
        REQUIRE(found != all.end());
        return *found;
    }
};

} // namespace staffroom::tests
