// One school's node without I/O: the coordinator of identity, rosters, logs and links. Bytes and
// answers go in, bytes and effects come out; time and randomness are arguments. The daemon and the
// simulator run this same code.
#pragma once

#include "protocol/agreement/relay/carried.hpp"
#include "protocol/replica/ports/context.hpp"
#include "protocol/replica/ports/crossing_status.hpp"
#include "protocol/replica/ports/status.hpp"
#include "protocol/wire/codec_records.hpp"

#include <memory>

namespace staffroom::replica {

struct ReplicaConfig {
    NodeKeys keys;
    SchoolId school;
    // wire identity chain of this school; what the store holds wins when longer
    Bytes chain;
    // the mark found in the run folder for this same boot; empty: none
    std::vector<MarkedLog> run_mark;
};

struct LinkWorth {
    bool is_known;
    std::uint64_t gains;
};

class Replica {
public:
    /// Starts a replica; `random` and `verifier` outlive it. Errors: corrupt, malformed (an image
    /// that cannot be understood).
    [[nodiscard]] static Result<std::unique_ptr<Replica>>
    open(ReplicaConfig config, const Image& image, Random& random, crypto::Verifier& verifier);

    Replica(const Replica&) = delete;
    Replica& operator=(const Replica&) = delete;
    Replica(Replica&&) = delete;
    Replica& operator=(Replica&&) = delete;
    ~Replica();

    /// Handles one input; there is no other way in. Leaves all its outputs in `out`. `wall` is this
    /// machine's clock, possibly wrong.
    void handle(Instant now, WallTime wall, Input input, Outbox& out);

    /// Returns when to send the next Wake at the latest.
    [[nodiscard]] Instant next_wake() const;

    /// Tells whether the other side of a link is known, and how often the link brought something
    /// new. A driver that shares its time between links compares before and after. A link that has
    /// ended is nobody's.
    [[nodiscard]] LinkWorth worth(LinkId link) const;

    // Values for status pages and commands; cheap unless said otherwise, valid until the next
    // handle().
    [[nodiscard]] const SchoolId& school() const;
    [[nodiscard]] std::vector<NetworkStatus> networks() const;
    [[nodiscard]] std::vector<NeighbourStatus> neighbours() const;
    /// Returns every school that is or was in a network of this school, by id.
    [[nodiscard]] std::vector<SchoolStanding> schools(const NetworkId& network) const;
    /// Returns the proven forks of a network.
    [[nodiscard]] std::vector<ForkStatus> forks(const NetworkId& network) const;
    /// Returns the networks that this school is out of, as far as it has been told.
    [[nodiscard]] std::vector<FormerNetwork> former_networks() const;
    /// Returns the closings of a network that lack signatures.
    [[nodiscard]] std::vector<ProposalStatus> proposals(const NetworkId& network) const;
    /// Returns the charters of a network of this school, and which is in force; nothing for another
    /// network. Their texts are not copied.
    [[nodiscard]] std::optional<network::CharterBook> charters(const NetworkId& network) const;
    /// Returns what an act of this school would change. As slow as a fold of the roster from
    /// nothing.
    [[nodiscard]] MembershipEffect effect_of(const NetworkId& network, network::Act act) const;
    /// Returns all invitations of the networks of this school, open and past ones.
    [[nodiscard]] std::vector<InvitationStatus> invitations() const;
    [[nodiscard]] std::vector<LogStatus> logs(const SpaceId& space) const;
    /// Returns this school's chain, and how far its logs go that neighbours have proved or that
    /// stand here.
    [[nodiscard]] IdentityStatus identity() const;
    /// Returns the logs of records of the school's own space and of every network it is a member
    /// of.
    [[nodiscard]] std::vector<HeldLog> record_logs() const;
    /// Returns a number that grows whenever these logs, or how far they count, may be others.
    [[nodiscard]] std::uint64_t log_changes() const;
    /// Returns nothing for a link that is not there.
    [[nodiscard]] std::optional<LinkLoad> link_load(LinkId link) const;
    /// Returns the school's name by its newest profile in any network in common; empty while none
    /// has arrived.
    [[nodiscard]] std::string school_name(const SchoolId& school) const;
    /// Returns the same profile whole; empty while none has arrived.
    [[nodiscard]] wire::Profile school_profile(const SchoolId& school) const;
    /// Tells whether the bytes of a file, where they are here, belong to this space; they may be on
    /// this disk because of another one. [S11]
    [[nodiscard]] bool has_file_place(const SpaceId& space, const Digest& file) const;
    /// Returns what others are known to hold of this school's own logs in a network; of no network:
    /// no schools. Costs the members times these logs.
    [[nodiscard]] HeldElsewhere held_elsewhere(const SpaceId& space) const;
    /// Returns every school of a network, by id, and whether it holds this entry of an own log.
    [[nodiscard]] std::vector<HoldingSchool>
    holders(const SpaceId& space, const LogId& log, Position position) const;
    /// Tells how far this school may order that records of another one, or its own, go. [E2]
    [[nodiscard]] network::OrderRight
    order_right(const NetworkId& network, const SchoolId& school) const;
    /// Returns the orders of erasure that count in the networks of this school, by their ids.
    [[nodiscard]] std::vector<ErasureStatus> erasures() const;
    /// Tells whether an order of erasure that is here is still to be carried out on this disk.
    [[nodiscard]] bool is_erasing() const;
    /// Returns the receipts for one of these orders.
    [[nodiscard]] std::vector<ErasureEvidence> receipts(const ErasureStatus& order) const;
    /// Returns what the networks of this school have agreed with others.
    [[nodiscard]] std::vector<LinkStatus> network_links() const;
    /// Returns what carried records of this network are judged by (agreement/relay/carried), for
    /// any thread; null while the network has no link. The same object until something changes.
    [[nodiscard]] std::shared_ptr<const agreement::Ground> ground(const NetworkId& network) const;
    /// Returns the same of all networks that have a link, by their spaces.
    [[nodiscard]] std::map<SpaceId, std::shared_ptr<const agreement::Ground>> grounds() const;
    /// Returns of every link what has crossed each way, what waits and why.
    [[nodiscard]] std::vector<LinkCrossing> link_crossings() const;
    /// Returns the gateways of other networks that this node has dialled or was called by.
    [[nodiscard]] std::vector<FarGatewayStatus> far_gateways() const;
    /// Returns the codes that coordinators of its networks have made for other networks.
    [[nodiscard]] std::vector<LinkCodeStatus> link_codes() const;
    /// Returns the things that a person should know: forks, clones, lonely coordinators, parked
    /// heads.
    [[nodiscard]] std::vector<Attention> attention() const;

private:
    explicit Replica(std::unique_ptr<struct ReplicaParts> parts);
    std::unique_ptr<struct ReplicaParts> parts_;
};

} // namespace staffroom::replica
