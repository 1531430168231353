// What governance says of links with other networks: codes, agreements that enough of both sides
// have signed, and ends. Pure, and dear: each question reads all that members have written. Who
// asks often asks agreements/link_book, which remembers. Not here: the talk by which an agreement
// comes about (agreements/agreeing). [A7] [A9]
#pragma once

#include "protocol/agreement/standing.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/logs/logbook.hpp"
#include "protocol/replica/membership/networks.hpp"
#include "protocol/replica/ports/context.hpp"
#include "protocol/replica/ports/status.hpp"

namespace staffroom::replica {

/// The chains of schools of another network, as its coordinators brought them; nothing else here
/// knows these schools.
using ForeignChains = std::map<SchoolId, identity::IdentityChain>;

/// What stands of one link, with what is known of the other network's schools.
struct LinkStanding {
    agreement::Standing standing;
    NetworkId other;
    ForeignChains chains;
};

/// An agreement of a link, in force, replaced or to follow, with the signatures that count. [A17]
struct SignedTerms {
    AgreementId id;
    agreement::Agreement agreement;
    agreement::SignedAgreement copy;
    std::optional<WallTime> written{}; // first, by the clock of who wrote it down
    bool is_signed_here = false;       // by enough of the own side
    bool is_signed_there = false;      // by enough of the other
    bool lacks_there = false;          // they are not enough without keys that have ended since
    [[nodiscard]] const agreement::Signatures& by(const NetworkId& network) const {
        return agreement.one.network == network ? copy.one : copy.other;
    }
};

/// Of one school there, by all its keys.
inline constexpr std::size_t renewals_of_school_max = 4 * limits::renewals_open_max;

/// What one writer has written down of terms that only the other side had signed and that may
/// follow those in force. The attack: one coordinator there signs terms by the thousand, and fills
/// governance with them; so each of them has room for a few, whatever others have signed. Room by
/// key: with a new server a school signs anew, whatever was signed by a key that has ended; and by
/// school, or one with hundreds of keys has room for each. [A17]
struct HeardTerms {
    std::map<AgreementId, std::size_t> times{};
    std::map<std::pair<SchoolId, SigningPublicKey>, std::set<AgreementId>> of_signatory{};
    std::map<SchoolId, std::set<AgreementId>> of_school{};

    void add(const agreement::SignedAgreement& copy, bool are_they_one, bool is_open);
    [[nodiscard]] bool has_room(const agreement::SignedAgreement& copy, bool are_they_one) const;
};

/// All that stands of a network's links.
struct LinksOfNetwork {
    std::vector<LinkStatus> statuses{}; // in the order of their ids
    std::vector<LinkStanding> standings{};
    std::set<RevisionId> spent{};                                  // codes
    std::map<SharingId, std::vector<SignedTerms>> terms{};         // ascending by number
    std::map<SharingId, std::vector<agreement::LinkEnded>> ends{}; // by this network, that count
};

/// The networks with which a link ever stood, whoever has ended what since.
struct EverLinked {
    std::map<RevisionId, NetworkId> agreed{}; // by the act that says so
    ForeignChains chains{};                   // that these acts brought
};

/// An agreement as somebody has written it down.
struct AgreedHere {
    const NetworkState* network;
    RevisionId id;
    SchoolId author;
    const agreement::LinkAgreed* act;
};

class AgreedLinks {
public:
    AgreedLinks(const Context& context, const Logbook& logbook, const Networks& networks)
        : context_(context)
        , logbook_(logbook)
        , networks_(networks) {}

    using Codes = std::map<RevisionId, const agreement::LinkInvite*>;
    /// The codes that this node answers to: those by coordinators, spent ones too, while it is one
    /// of theirs.
    [[nodiscard]] Codes codes(const NetworkState& network) const;
    /// All codes that governance has, whoever made them.
    [[nodiscard]] Codes all_codes(const NetworkState& network) const;
    /// The codes that coordinators have made, with who made each.
    [[nodiscard]] std::vector<std::pair<SchoolId, Codes::value_type>>
    codes_of_coordinators(const NetworkState& network) const;
    /// The codes that a coordinator has ended.
    [[nodiscard]] std::set<RevisionId> ended_codes(const NetworkState& network) const;
    /// Whether the bearer of a code with this end is told of it still; later it meets silence.
    [[nodiscard]] static bool is_told_of(WallTime ends, WallTime now);

    /// Every link of this network whose agreement both sides have signed. Costs some signatures
    /// each. `learned`: better chains of schools elsewhere that are known here, so that what was
    /// written down is judged by those by which what arrives is judged.
    [[nodiscard]] LinksOfNetwork
    links(const NetworkState& network, const ForeignChains& learned) const;
    /// The first of the acts by which this link was agreed on, as somebody has written it down;
    /// null where none stands.
    [[nodiscard]] const agreement::LinkAgreed*
    first_agreed(const NetworkState& network, const SharingId& link) const;
    [[nodiscard]] HeardTerms heard_by(
        const NetworkState& network, const agreement::Standing& standing, const SchoolId& writer
    ) const;
    /// Whether a school has written down this signature of its own under these terms.
    [[nodiscard]] bool has_written(
        const NetworkState& network, const Bytes& terms, const agreement::CoordinatorSignature& own
    ) const;
    /// Whether terms of this number may follow those in force. The attack: one coordinator signs
    /// the highest number there is, and nothing can follow. [A17]
    [[nodiscard]] static bool may_follow(std::uint32_t number, std::uint32_t in_force);
    /// Adds with which networks a link ever stood: who is on the cards has signed, whatever roles
    /// and keys are now. What has been added stays.
    void add_ever_linked(const NetworkState& network, EverLinked& to) const;
    /// Returns the agreement that has spent a code, or null.
    [[nodiscard]] const agreement::LinkAgreed*
    agreed_by(const NetworkState& network, const RevisionId& invite) const;
    [[nodiscard]] wire::InviteStatus status_of(
        const NetworkState& network, const RevisionId& id, const agreement::LinkInvite& invite
    ) const;
    /// Whether enough of both sides have signed what was or would be written down.
    [[nodiscard]] bool stands(const AgreedHere& agreed) const {
        return judge(agreed, false).has_value();
    }

private:
    struct Judged {
        LinkStatus status;
        ForeignChains chains;
    };
    using Acts = std::vector<const PlacedLinkAct*>;
    /// Of one agreement, each with who has written it down.
    using Copies = std::vector<std::pair<SchoolId, const agreement::SignedAgreement*>>;
    using TermsNames = std::set<std::pair<std::uint32_t, AgreementId>>; // by number
    /// Of one writer the acts by which it has signed terms, and those by which it wrote down what
    /// it had heard. Apart, so that what is heard, which the other side decides, pushes out nothing
    /// that was signed here.
    struct OfWriter {
        std::map<std::pair<std::uint32_t, AgreementId>, Acts> own{};
        std::map<std::pair<std::uint32_t, AgreementId>, Acts> heard{};
    };

    [[nodiscard]] Acts counting(const NetworkState& network) const;
    [[nodiscard]] std::vector<AgreedHere> agreed_in(const NetworkState& network) const;
    [[nodiscard]] std::optional<Judged>
    judge(const AgreedHere& agreed, bool counts_ended_keys = true) const;
    [[nodiscard]] bool has_own_side_signed(
        const AgreedHere& agreed, const agreement::Card& own, const agreement::ChainFinder& chain_of
    ) const;
    [[nodiscard]] Acts ends_in(const NetworkState& network) const;
    [[nodiscard]] std::optional<LinkEndStatus> end_of(
        const NetworkState& network,
        const Acts& ends,
        const agreement::Standing& standing,
        const agreement::ChainFinder& chain_of,
        Acts& own
    ) const;
    [[nodiscard]] std::vector<agreement::LinkEnded> own_ends(
        const NetworkState& network,
        const Acts& ends,
        const agreement::Standing& standing,
        const agreement::ChainFinder& chain_of
    ) const;
    [[nodiscard]] std::map<SchoolId, OfWriter>
    written_renewals(const NetworkState& network, const LinkStatus& link) const;
    [[nodiscard]] ForeignChains brought_by_renewals(
        const LinkStatus& link,
        const std::map<SchoolId, OfWriter>& writers,
        const agreement::ChainFinder& known
    ) const;
    [[nodiscard]] SignedTerms gather(
        const NetworkState& network,
        const LinkStatus& link,
        const Copies& copies,
        const agreement::ChainFinder& chain_of
    ) const;
    [[nodiscard]] std::vector<SignedTerms> gathered(
        const NetworkState& network,
        const LinkStatus& link,
        const std::map<SchoolId, OfWriter>& writers,
        const TermsNames& names,
        const agreement::ChainFinder& chain_of
    ) const;
    [[nodiscard]] static TermsNames names_signed_here(const std::map<SchoolId, OfWriter>& writers);
    [[nodiscard]] std::vector<SignedTerms> signed_renewals(
        const NetworkState& network,
        const LinkStatus& link,
        const std::map<SchoolId, OfWriter>& writers,
        const agreement::ChainFinder& chain_of
    ) const;
    [[nodiscard]] std::vector<SignedTerms> offered_renewals(
        const NetworkState& network,
        const LinkStatus& link,
        const std::map<SchoolId, OfWriter>& writers,
        const agreement::ChainFinder& chain_of,
        std::uint32_t in_force
    ) const;
    [[nodiscard]] static bool is_of_its_code(const AgreedHere& agreed, const Codes& codes);
    [[nodiscard]] bool may_sign(const agreement::LinkInvite& invite) const;

    const Context& context_;
    const Logbook& logbook_;
    const Networks& networks_;
};

/// Keeps a chain where none of its school is kept, or a worse one.
void keep_better(ForeignChains& chains, const identity::IdentityChain& chain);
/// Reads the chains of another network's coordinators. Errors: those of IdentityChain::parse.
[[nodiscard]] Result<ForeignChains>
read_foreign_chains(const std::vector<Bytes>& wires, crypto::Verifier& verifier);
/// The chains to check signatures by: the better one where both are known. The chains of the other
/// network outlive what is returned.
[[nodiscard]] agreement::ChainFinder
finder_of(const Networks& networks, const ForeignChains& foreign);
/// Who stands under a statement; whether the signatures are good is another question.
[[nodiscard]] std::vector<SchoolId> schools_of(const agreement::Signatures& signatures);
[[nodiscard]] bool stands_under(const agreement::Signatures& signatures, const SchoolId& school);
/// Whether the school of this chain stands under something by a key that has not ended.
[[nodiscard]] bool
stands_by_live_key(const agreement::Signatures& signatures, const identity::IdentityChain& chain);
/// The chains that are known of who stands under something.
[[nodiscard]] std::vector<Bytes>
chains_of(const agreement::Signatures& signatures, const agreement::ChainFinder& chain_of);
/// The payload of a renewal; without its chains where it would be too large with them.
[[nodiscard]] Bytes renewal_payload(agreement::LinkRenewal renewal);
/// Whether the text is the charter that the card names.
[[nodiscard]] bool is_charter_of(const agreement::Card& card, std::string_view charter);

} // namespace staffroom::replica
