// Two networks agree, by a one-time code that a coordinator of one has made and a coordinator of
// the other bears: both sides of the talk, and what a coordinator writes to end what was agreed.
// Not here: which agreements stand (agreements/agreed_links).
//
//   bearer (coordinator of one)              responder (coordinator of the other)
//     XXpsk0 with the code's key  ---------->
//                                 <----------  LinkOffer {status, card, charter, terms, chains}
//     (it may stop here: it has only asked)
//     LinkAccept {card, charter, agreement, code's signature, chains} -->
//                                 <----------  LinkAnswer {status, agreement} (durable there)
//     durable here, too [A9]
#pragma once

#include "protocol/replica/agreements/link_book.hpp"
#include "protocol/replica/links/four_words.hpp"
#include "protocol/replica/links/links.hpp"
#include "protocol/replica/logs/own_logs.hpp"

namespace staffroom::replica {

class Agreeing : public Part {
public:
    struct Parts {
        Context& context;
        Logbook& logbook;
        OwnLogs& own_logs;
        Networks& networks;
        Links& links;
        const AgreedLinks& agreed_links;
        const LinkBook& link_book;
    };
    explicit Agreeing(Parts parts)
        : parts_(parts) {}

    /// The codes of all networks that coordinators have made, for a person.
    [[nodiscard]] std::vector<LinkCodeStatus> code_list() const;

    // ---- responder
    struct Invited {
        StoreId store;
        RevisionId operation;
    };
    /// Errors: not_allowed (no coordinator), too_large (open codes).
    [[nodiscard]] Result<Invited> invite(NetworkState& network, InviteLink command);
    /// Errors: not_found (no such code here), not_allowed, invitation_spent, invitation_ended.
    [[nodiscard]] Result<StoreId> end_code(const NetworkState& network, const RevisionId& code);
    /// Errors: not_found, not_allowed (no coordinator whose signature the other side takes),
    /// already_exists (it has ended).
    [[nodiscard]] Result<Invited> end(const NetworkState& network, const EndLink& command);
    struct Renewed {
        StoreId store;
        RevisionId operation;
        AgreementId agreement;
    };
    /// Signs new terms for a link, or those that somebody else has signed. Errors: not_found (also
    /// where what they follow is not in force), not_allowed (no coordinator whose signature the
    /// other side takes; this network has signed others that are as new), already_exists (it has
    /// ended, or is signed here), invalid_input, too_large (nobody agrees to any), busy.
    [[nodiscard]] Result<Renewed> renew(const NetworkState& network, const RenewLink& command);
    [[nodiscard]] Result<Renewed> renew(const NetworkState& network, const SignRenewal& command);
    void pump() override;
    /// Sets who knows how far logs of another network have crossed. Call once.
    using FarPins = std::function<std::vector<log::LogPin>(const NetworkId&, const SharingId&)>;
    void ask_for_far_pins(FarPins far_pins) { far_pins_ = std::move(far_pins); }
    void bearer_connected(Link& link);
    [[nodiscard]] Result<void> acceptance_arrived(Link& link, const wire::LinkAccept& acceptance);
    void store_finished(StoreId id, bool succeeded) override;

    // ---- bearer
    void start(RequestId request, AcceptLink command);
    /// Returns the psk of a dialled link that bears a code for a link.
    [[nodiscard]] const crypto::Secret32* psk_of(LinkId link) const;
    [[nodiscard]] Result<void> offer_arrived(Link& link, const wire::LinkOffer& offer);
    [[nodiscard]] Result<void> answer_arrived(Link& link, const wire::LinkAnswer& answer);
    void link_closed(const Link& link, Errc why) override;
    void tick() override;
    [[nodiscard]] std::optional<Instant> deadline() const override;

private:
    /// The bearer's side of one talk.
    struct Talk {
        RequestId request;
        AcceptLink command;
        Instant deadline;
        std::optional<agreement::LinkAgreed> agreed{}; // once it has signed: its own side
        std::optional<LinkAgreement> shown{};
        std::optional<StoreId> store{}; // on the way to the disk
    };
    /// An agreement on the way to the responder's disk, and who waits for it.
    struct Writing {
        LinkId link;
        RevisionId invite;
        Bytes agreement;
    };

    [[nodiscard]] Result<LinkStatus>
    link_to_renew(const NetworkState& network, const SharingId& link) const;
    [[nodiscard]] agreement::SignedAgreement
    sign_too(const NetworkId& network, agreement::SignedAgreement agreement) const;
    [[nodiscard]] agreement::LinkRenewal
    with_chains(const NetworkId& network, agreement::SignedAgreement agreement) const;
    [[nodiscard]] Renewed write_renewal(
        const NetworkState& network, const SharingId& link, agreement::SignedAgreement agreement
    );
    /// What is signed after others, and under what names it is on the way.
    struct Signing {
        OwnLogs::Draft draft;
        std::set<std::pair<NetworkId, AgreementId>> names{};
    };
    void sign_ends(const NetworkState& network, const LinkStatus& link, Signing& signing);
    void sign_terms(const NetworkState& network, const LinkStatus& link, Signing& signing);
    [[nodiscard]] bool is_under_way(const NetworkId& network, const AgreementId& name) const;
    [[nodiscard]] std::optional<Bytes> signed_again(
        const NetworkState& network, const LinkStatus& link, const SignedTerms& terms
    ) const;
    [[nodiscard]] std::vector<log::LogPin>
    pins_of(const NetworkState& network, const SharingId& link) const;
    [[nodiscard]] std::optional<FourWords> words_of(const RevisionId& code) const;
    void hear_words(const Link& link, const RevisionId& invite);
    [[nodiscard]] agreement::Card own_card(const NetworkState& network) const;
    void add_gateways(const NetworkState& network, agreement::Card& card) const;
    [[nodiscard]] std::vector<Bytes> own_chains(const agreement::Card& card) const;
    [[nodiscard]] Result<agreement::LinkAgreed>
    check_acceptance(const Link& link, const wire::LinkAccept& acceptance) const;
    void sign(const NetworkId& network, agreement::SignedAgreement& agreement) const;
    [[nodiscard]] bool is_under_way(Link& link, const RevisionId& invite, ByteView agreement);
    [[nodiscard]] Result<LinkAgreement>
    read_offer(const Link& link, const Talk& talk, const wire::LinkOffer& offer) const;
    [[nodiscard]] Result<Bytes>
    agreement_with(const NetworkState& network, const wire::LinkOffer& offer) const;
    [[nodiscard]] Result<void> accept(Link& link, Talk& talk, const wire::LinkOffer& offer);
    void finish(LinkId link, Result<Reply> outcome);

    Parts parts_;
    FarPins far_pins_{};
    std::map<LinkId, Talk> talks_;
    std::map<StoreId, Writing> writing_;
    std::map<RevisionId, FourWords> heard_; // by code, as long as the node runs
    std::uint64_t signed_at_ = 0;           // number of terms when what others signed was looked at
    std::map<StoreId, std::set<std::pair<NetworkId, AgreementId>>> signing_; // on the way to disk
    std::map<StoreId, std::pair<NetworkId, SharingId>> renewing_;            // likewise
};

/// Whether a coordinator that the card lists speaks on this link, by a key that its chain
/// certifies.
[[nodiscard]] bool
speaks_for(const agreement::Card& card, const ForeignChains& chains, const TransportPublicKey& key);

} // namespace staffroom::replica
