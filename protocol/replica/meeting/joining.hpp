// Joining a network with a one-time code: the bearer's side and the responder's.
//
//   bearer                                   responder (any member)
//     XXpsk0 with the code's key  ---------->
//                                 <----------  InviteOffer {status, genesis, chain}
//     (ChainQuestion {root key}   ---------->  of a school that has its phrase and nothing else
//                                 <----------  ChainFound {chain, name, linked})
//     JoinRequest {chain, admit signature} -->
//                                 <----------  JoinAnswer (the admit operation is durable)
//     Hello ...                                then as between any two members [N6]
#pragma once

#include "protocol/replica/links/four_words.hpp"
#include "protocol/replica/logs/own_logs.hpp"
#include "protocol/replica/meeting/exchange.hpp"
#include "protocol/replica/meeting/neighbours.hpp"
#include "protocol/replica/ports/part.hpp"

namespace staffroom::replica {

struct Admission {
    NetworkId network;
    SchoolId school;
    FourWords words;
};

class Joining : public Part {
public:
    struct Parts {
        Context& context;
        OwnLogs& own_logs;
        Networks& networks;
        Links& links;
        Exchange& exchange;
        Neighbours& neighbours;
    };
    explicit Joining(Parts parts)
        : parts_(parts) {}

    // ---- responder
    void bearer_connected(Link& link);
    [[nodiscard]] Result<void> join_requested(Link& link, const wire::JoinRequest& request);
    /// Answers a school that has only its recovery phrase and asks for its own chain, before it can
    /// say who it is. The attack: a stranger with a code asks whose a public key is. So only who
    /// signs with it is told. Errors: busy, not_allowed, bad_signature; they close the link.
    [[nodiscard]] Result<void> chain_asked(Link& link, const wire::ChainQuestion& question);
    void store_finished(StoreId id, bool succeeded) override;
    [[nodiscard]] const std::vector<Admission>& admissions() const { return admissions_; }

    // ---- bearer
    void start(RequestId request, JoinNetwork join);
    /// Returns the psk of a dialled link that bears a code.
    [[nodiscard]] const crypto::Secret32* psk_of(LinkId link) const;
    [[nodiscard]] Result<void> offer_arrived(Link& link, const wire::InviteOffer& offer);
    [[nodiscard]] Result<void> answer_arrived(Link& link, const wire::JoinAnswer& answer);
    /// Finishes the joins that the roster now allows: we are members.
    void rosters_changed();
    void link_closed(const Link& link, Errc why) override;
    void tick() override;
    [[nodiscard]] std::optional<Instant> deadline() const override;

private:
    struct Pending {
        RequestId request;
        JoinNetwork join;
        Instant deadline;
        std::optional<Bytes> genesis{};
        std::optional<NetworkId> network{};
        std::optional<SchoolId> inviter{};
        std::optional<FourWords> words{};
        std::optional<StoreId> genesis_store{}; // under way to the disk
    };
    struct Admitting {
        LinkId link;
        RevisionId invite;
        Admission admission;
    };

    void show(const Admission& admission);
    [[nodiscard]] bool
    is_under_way(Link& link, const network::KnownInvite& invite, const SchoolId& school);
    [[nodiscard]] bool is_linked(const SchoolId& school) const;
    [[nodiscard]] bool does_key_count(const Link& link, const SchoolId& school) const;
    [[nodiscard]] Result<void>
    refuse_key(Link& link, const NetworkId& network, const SchoolId& school) const;
    void genesis_stored(StoreId id, bool succeeded);
    void finish(LinkId link, Result<Reply> outcome);

    Parts parts_;
    std::map<LinkId, Pending> pending_;
    std::map<StoreId, Admitting> admitting_;
    std::vector<Admission> admissions_;
};

} // namespace staffroom::replica
