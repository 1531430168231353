// What two neighbours tell each other of a network: greetings, the comparison of their lines,
// offers, and live news.
// Takes in what may be taken, parks what cannot be judged yet, and announces what has become
// durable. [S1]-[S4]
#pragma once

#include "protocol/replica/fetch.hpp"

namespace staffroom::replica {

class Exchange {
  public:
    Exchange(Context& context, Logbook& logbook, Networks& networks, Links& links, Fetcher& fetcher)
        : context_(context)
        , logbook_(logbook)
        , networks_(networks)
        , links_(links)
        , fetcher_(fetcher) {}

    /// Tokens for every network of ours, once the handshake hash is known or a network has been
    /// added.
    void prepare_spaces(Link& link);
    void send_hello(Link& link);
    /// Errors close the link: bad_key (a chain that does not certify the key of this link).
    [[nodiscard]] Result<void> hello_arrived(Link& link, const wire::Hello& hello);
    void who_are_you(Link& link);

    [[nodiscard]] Result<void> ranges_arrived(Link& link, const wire::Ranges& message);
    void asked(Link& link, const wire::Ask& ask);
    [[nodiscard]] Result<void> offers_arrived(Link& link, const wire::Offers& offers);

    void send_ping(Link& link, std::uint64_t nonce);
    void ping_arrived(Link& link, const wire::Ping& ping);
    void greetings_arrived(Link& link, const std::vector<wire::SpaceGreeting>& greetings);

    /// A roster, a chain or a network is new: who is a member, what was parked, may have changed.
    void membership_changed();
    /// Something of ours grew: push it, or say that there is more.
    void log_grew(const Growth& growth, std::optional<LinkId> source);
    void items_changed(std::span<const std::pair<NetworkId, Digest>> changed, std::optional<LinkId> source);

    /// Everything that our heads name is here.
    [[nodiscard]] bool is_complete(const NetworkState& network) const;
    /// Both sides hold the same of every network in common, as far as the last greeting told.
    [[nodiscard]] bool is_settled(const Link& link) const;

  private:
    [[nodiscard]] std::vector<wire::SpaceGreeting> greetings(Link& link, bool first);
    void identify(Link& link);
    void update_membership(Link& link);
    void introduce(Link& link, NetworkState& network, LinkSpace& space);
    void compare(Link& link, NetworkState& network, LinkSpace& space);
    void send_offers(Link& link, const NetworkState& network, LinkSpace& space, std::span<const Digest> ids);
    [[nodiscard]] Result<void> take_log_offer(Link& link, const wire::LogOffer& offer);
    void retry_parked(Link& link);
    [[nodiscard]] wire::LogOffer offer_of(const LogRecord& record) const;

    Context& context_;
    Logbook& logbook_;
    Networks& networks_;
    Links& links_;
    Fetcher& fetcher_;
    std::map<LogId, Instant> last_partial_offer_;
};

} // namespace staffroom::replica
