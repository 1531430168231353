// Offers to neighbours and from them: chains, heads of logs, notices, evidence of forks. Takes in
// what may be taken, parks what cannot be judged yet, announces what has become durable: a new
// entry of this school's own is pushed as a chunk that nobody asked for [S7], everything else is
// offered. False evidence ends the link [S15]. When to compare at all is the business of exchange.
// [S4]
#pragma once

#include "protocol/replica/transfer/fetch.hpp"

namespace staffroom::replica {

/// The parts that offers work with; all of them outlive it.
struct OffersParts {
    Context& context;
    Logbook& logbook;
    Spaces& spaces;
    Networks& networks;
    Links& links;
    Fetcher& fetcher;
    Forks& forks;
    ForkFinder& finder;
};

class Offers {
public:
    explicit Offers(OffersParts parts)
        : context_(parts.context)
        , logbook_(parts.logbook)
        , spaces_(parts.spaces)
        , networks_(parts.networks)
        , links_(parts.links)
        , fetcher_(parts.fetcher)
        , forks_(parts.forks)
        , finder_(parts.finder) {}

    /// Sends the things with these ids; passes over ids of other things.
    void send(Link& link, const SpaceState& state, LinkSpace& space, std::span<const Digest> ids);
    /// Takes offers. Errors close the link: bad_signature, malformed, bad_proof (evidence of a fork
    /// that proves nothing: its sender has not checked it), and those of parse_fork_proof.
    [[nodiscard]] Result<void> arrived(Link& link, const wire::Offers& offers);
    /// Keeps a chain until its school is known, as far as this link has room for it.
    void park(Link& link, ParkedChain chain);
    /// Judges the parked things again after a roster or a chain is new.
    void retry_parked(Link& link);

    /// Announces that something of ours grew: pushes it, or says that there is more.
    void log_grew(const Growth& growth, std::optional<LinkId> source);
    void items_changed(
        std::span<const std::pair<SpaceId, Digest>> changed, std::optional<LinkId> source
    );

private:
    [[nodiscard]] wire::LogOffer offer_of(const LogRecord& record, const LinkSpace& space) const;
    void take_head(Link& link, const wire::LogOffer& offer);
    [[nodiscard]] Result<void> take_log_offer(Link& link, const wire::LogOffer& offer);
    [[nodiscard]] Result<void> take_fork(Link& link, const SpaceId& space, const Bytes& fork);

    Context& context_;
    Logbook& logbook_;
    Spaces& spaces_;
    Networks& networks_;
    Links& links_;
    Fetcher& fetcher_;
    Forks& forks_;
    ForkFinder& finder_;
    std::map<LogId, Instant> last_partial_offer_;
};

} // namespace staffroom::replica
