// What governance says of links with other networks: codes, agreements that enough of both sides
// have signed, and ends. Pure, and dear: each question reads all that members have written. Who
// asks often asks agreements/link_book, which remembers. Not here: the talk by which an agreement
// comes about (agreements/agreeing). [A7] [A9]
#pragma once

#include "protocol/agreement/standing.hpp"
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

/// All that stands of a network's links.
struct LinksOfNetwork {
    std::vector<LinkStatus> statuses{}; // in the order of their ids
    std::vector<LinkStanding> standings{};
    std::set<RevisionId> spent{}; // codes
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
    /// each.
    [[nodiscard]] LinksOfNetwork links(const NetworkState& network) const;
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
    [[nodiscard]] bool stands(const AgreedHere& agreed) const { return judge(agreed).has_value(); }

private:
    struct Judged {
        LinkStatus status;
        ForeignChains chains;
    };
    using Acts = std::vector<const PlacedLinkAct*>;

    [[nodiscard]] Acts counting(const NetworkState& network) const;
    [[nodiscard]] std::vector<AgreedHere> agreed_in(const NetworkState& network) const;
    [[nodiscard]] std::optional<Judged> judge(const AgreedHere& agreed) const;
    [[nodiscard]] bool has_own_side_signed(
        const AgreedHere& agreed, const agreement::Card& own, const agreement::ChainFinder& chain_of
    ) const;
    [[nodiscard]] Acts ends_in(const NetworkState& network) const;
    [[nodiscard]] std::optional<LinkEndStatus> end_of(
        const NetworkState& network,
        const Acts& ends,
        const LinkStatus& link,
        const agreement::ChainFinder& chain_of
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
/// Whether the text is the charter that the card names.
[[nodiscard]] bool is_charter_of(const agreement::Card& card, std::string_view charter);

} // namespace staffroom::replica
