// The exchange: decides when and how two neighbours compare what they hold of a space, by hellos,
// pings and the reconciliation of their lines of items. The business of offers is what they then
// offer each other. [S1]-[S3]
#pragma once

#include "protocol/replica/files/file_fetch.hpp"
#include "protocol/replica/transfer/offers.hpp"

namespace staffroom::replica {

/// The parts that an exchange works with; all of them outlive it.
struct ExchangeParts {
    Context& context;
    Logbook& logbook;
    Spaces& spaces;
    Networks& networks;
    Links& links;
    const Fetcher& fetcher;
    const FileFetcher& file_fetcher;
    Offers& offers;
};

class Exchange {
public:
    explicit Exchange(ExchangeParts parts)
        : context_(parts.context)
        , logbook_(parts.logbook)
        , spaces_(parts.spaces)
        , networks_(parts.networks)
        , links_(parts.links)
        , fetcher_(parts.fetcher)
        , file_fetcher_(parts.file_fetcher)
        , offers_(parts.offers) {}

    /// Computes the tokens for every space of ours, once the handshake hash is known or a network
    /// was added.
    void prepare_spaces(Link& link);
    void send_hello(Link& link);
    /// Takes a hello. Errors close the link: bad_key (a chain that does not certify the key of this
    /// link).
    [[nodiscard]] Result<void> hello_arrived(Link& link, const wire::Hello& hello);
    void who_are_you(Link& link);

    [[nodiscard]] Result<void> ranges_arrived(Link& link, const wire::Ranges& message);
    void asked(Link& link, const wire::Ask& ask);

    /// Tells the bearer of a code to this space that its school has ended its key. [I2]
    void tell_bearer_of_end(Link& link, const SpaceId& space, const SchoolId& school);

    void send_ping(Link& link, std::uint64_t nonce);
    void ping_arrived(Link& link, const wire::Ping& ping);
    void greetings_arrived(Link& link, const std::vector<wire::SpaceGreeting>& greetings);

    /// Called when a roster, a chain or a network is new: membership and parked things may be
    /// judged anew.
    void judge_again();

    /// Tells whether everything that a neighbour offers is here and durable.
    [[nodiscard]] bool is_complete(const SpaceState& state) const;
    /// Tells whether both sides hold the same of this space, as far as the last greeting told. [S1]
    [[nodiscard]] bool is_settled(const LinkSpace& space, const SpaceState& state) const;
    /// Tells the same of every space in common.
    [[nodiscard]] bool is_settled(const Link& link) const;
    /// Tells whether one of the two is out of every space that both know: they have nothing more to
    /// say to each other, and nobody waits for it.                                         [M11]
    [[nodiscard]] bool is_apart(const Link& link) const;

private:
    [[nodiscard]] std::vector<wire::SpaceGreeting> greetings(Link& link, bool first);
    void identify(Link& link);
    void update_membership(Link& link);
    void tell_of_end(Link& link, const SchoolId& school);
    void introduce(Link& link, const SpaceState& state, LinkSpace& space);
    void tell_of_closing(Link& link, const SpaceState& state, LinkSpace& space);
    void compare(Link& link, const SpaceState& state, LinkSpace& space);

    Context& context_;
    Logbook& logbook_;
    Spaces& spaces_;
    Networks& networks_;
    Links& links_;
    const Fetcher& fetcher_;
    const FileFetcher& file_fetcher_;
    Offers& offers_;
};

} // namespace staffroom::replica
