// The links of this node's networks as they stand: of each what is in force, whose chains of the
// other network are known, and the key by which nodes of both meet. Computed from governance when
// that has changed, since every frame of a stranger and every carried record asks for it. Not here:
// which acts of governance count (agreements/agreed_links). [A7] [A9] [A12]
#pragma once

#include "protocol/agreement/relay/carried.hpp"
#include "protocol/channel/first_frame.hpp"
#include "protocol/replica/agreements/agreed_links.hpp"
#include "protocol/replica/ports/part.hpp"

#include <memory>

namespace staffroom::replica {

/// The key by which nodes of two linked networks meet: both know the SharingId, and nobody else.
[[nodiscard]] crypto::Secret32 far_meeting_key(const SharingId& link);

/// One link, as one of the two networks has it.
struct LinkKnown {
    agreement::Standing standing;
    NetworkId network;
    NetworkId other;
    crypto::Secret32 meeting_key;

    [[nodiscard]] const agreement::Card& own_card() const {
        return standing.cards_of(network)->newest().card;
    }
    [[nodiscard]] const agreement::Card& other_card() const {
        return standing.cards_of(other)->newest().card;
    }
    [[nodiscard]] const agreement::Terms& ours() const {
        return standing.agreement.side_of(network)->gives;
    }
    [[nodiscard]] const agreement::Terms& theirs() const {
        return standing.agreement.side_of(other)->gives;
    }
    /// Whether this school carries for the own network: a gateway or a coordinator on its card.
    [[nodiscard]] bool names_gateway(const SchoolId& school) const {
        return speaks(own_card(), school);
    }
    /// The same of the other network.
    [[nodiscard]] bool names_far_gateway(const SchoolId& school) const {
        return speaks(other_card(), school);
    }
    /// Whether the own network is side `one` of the agreement.
    [[nodiscard]] bool are_we_one() const { return standing.agreement.one.network == network; }
    [[nodiscard]] static bool speaks(const agreement::Card& card, const SchoolId& school);
    /// Whether something new may cross.
    [[nodiscard]] bool is_in_force() const { return !standing.is_disputed && !standing.is_ended; }
};

/// A code for another network that this node answers to, ready to be matched.
struct KnownCode {
    NetworkId network;
    RevisionId operation;
    WallTime ends;
    crypto::Secret32 psk;
    channel::FirstFrameKey key;
};

class LinkBook : public Part {
public:
    LinkBook(Context& context, Networks& networks, const AgreedLinks& agreed_links)
        : context_(context)
        , networks_(networks)
        , agreed_links_(agreed_links) {}

    struct OfNetwork {
        std::vector<LinkKnown> links{};
        std::shared_ptr<const agreement::Ground> ground{}; // null while there is no link
        std::set<Bytes> chains{};                          // that its agreements brought
    };

    /// Nothing of a network that this school is not in.
    [[nodiscard]] const std::map<NetworkId, OfNetwork>& all() const { return networks_known_; }
    [[nodiscard]] const LinkKnown* find(const NetworkId& network, const SharingId& link) const;
    [[nodiscard]] const OfNetwork* of(const NetworkId& network) const;
    /// Every link of every network of this school, for a person. The attack: a page that asks for
    /// it would cost the signatures of all that members have written, at each reader's click.
    [[nodiscard]] std::vector<LinkStatus> statuses() const;
    /// Whether an agreement that stands has spent a code.
    [[nodiscard]] bool is_spent(const NetworkId& network, const RevisionId& code) const;
    /// The codes of all networks that this node answers to. The attack: every frame of a stranger
    /// walks all that governance ever said of links.
    [[nodiscard]] const std::map<NetworkId, std::vector<KnownCode>>& codes() const {
        return codes_;
    }
    /// Returns a number that grows with every change of any link, or of a chain by which carried
    /// records are judged.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }
    /// The agreements of a link: the first, and those that followed or are to follow it; ascending
    /// by number. [A17]
    [[nodiscard]] const std::vector<SignedTerms>&
    terms(const NetworkId& network, const SharingId& link) const;
    /// The ends of a link by its own network that count, with the signatures that count.
    [[nodiscard]] const std::vector<agreement::LinkEnded>&
    own_ends(const NetworkId& network, const SharingId& link) const;
    /// Returns a number that grows whenever these may have changed.
    [[nodiscard]] std::uint64_t term_changes() const { return term_changes_; }
    /// What this school has written down of terms that only the other side has signed.
    [[nodiscard]] HeardTerms heard_by_self(const LinkKnown& link) const {
        return agreed_links_.heard_by(
            *networks_.find(link.network), link.standing, context_.school
        );
    }
    /// Returns a number that grows with all that decides which orders of other networks count.
    [[nodiscard]] std::uint64_t order_changes() const { return changes_ + order_changes_; }
    /// Whether a link with the network of this space ever stood, whatever has ended since, or
    /// something was carried here that stands in its logs. The first is known where orders of other
    /// networks have come. [E9]
    [[nodiscard]] bool was_linked(const NetworkId& network, const SpaceId& other) const;
    /// The best chain of a school that has ordered, by whatever way it came here; null where none
    /// has. It outlives nothing that changes.
    [[nodiscard]] const identity::IdentityChain*
    author_chain(const NetworkId& network, const SchoolId& school) const;
    /// The chains to judge a network's carried records by. It outlives nothing that changes.
    [[nodiscard]] agreement::ChainFinder chain_finder(const NetworkId& network) const;
    /// The chains that were learned, as they came last.
    [[nodiscard]] const agreement::ChainFinder& learned() const { return learned_; }
    /// Keeps a better chain of a school of another network, which a proof that holds has brought.
    /// It changes nothing for the networks of this node. [A12]
    void learn(const Bytes& chain);
    /// The same for those of a proof that holds: of the author, and of who has signed the way.
    void learn_from(const agreement::Relay& proof, const SchoolId& author);
    /// Notes that something was carried into this network from a log of that space, by whatever
    /// link. [A15]
    void came_from(const NetworkId& network, const SpaceId& space);
    /// Everything that stands in logs has been looked at since the start, so that what chains they
    /// hold is known.
    void chains_read();
    /// Whether it has. Until then an order may count by a key that has ended.
    [[nodiscard]] bool are_chains_read() const { return are_chains_read_; }

    [[nodiscard]] Result<void> restore(const Image& image) override;
    void log_cut(const LogId& id) override;
    /// Looks at what has changed. Costs nothing where nothing has.
    void refresh();

private:
    /// What the book of one network was made of.
    struct Made {
        std::uint64_t acts = 0;
        std::uint64_t passports = 0;
        std::uint64_t folds = 0;
        std::uint64_t chains = 0;
        std::uint64_t cuts = 0;
        bool has_far_orders = false;
        friend bool operator==(const Made&, const Made&) = default;
    };
    [[nodiscard]] static std::set<Bytes> chains_in(const std::vector<LinkStanding>& standings);
    [[nodiscard]] bool
    is_known(const NetworkId& network, const std::vector<LinkStanding>& standings) const;
    void make(const NetworkState& state, bool has_new_chain);
    void make_standings(
        const NetworkState& state, std::vector<LinkStanding> standings, bool has_new_chain
    );
    void list_codes(const NetworkState& state);

    Context& context_;
    Networks& networks_;
    const AgreedLinks& agreed_links_;
    std::map<NetworkId, OfNetwork> networks_known_;
    std::map<NetworkId, Made> made_;
    std::map<NetworkId, std::vector<LinkStatus>> statuses_;
    std::map<NetworkId, std::set<RevisionId>> spent_; // codes
    std::map<NetworkId, std::map<SharingId, std::vector<SignedTerms>>> terms_;
    std::map<NetworkId, std::map<SharingId, std::vector<agreement::LinkEnded>>> ends_;
    std::map<NetworkId, std::vector<KnownCode>> codes_;
    std::map<NetworkId, EverLinked> ever_;
    std::map<NetworkId, std::set<SpaceId>> carried_from_;
    ForeignChains far_chains_; // learned
    agreement::ChainFinder learned_ = [this](const SchoolId& school) {
        const auto found = far_chains_.find(school);
        return found == far_chains_.end() ? nullptr : &found->second;
    };
    std::uint64_t far_changes_ = 0;
    std::uint64_t cuts_ = 0;
    std::uint64_t changes_ = 0;
    std::uint64_t order_changes_ = 0; // that change no link
    std::uint64_t term_changes_ = 0;
    bool are_chains_read_ = false;
};

} // namespace staffroom::replica
