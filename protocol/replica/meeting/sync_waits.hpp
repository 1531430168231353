// The wait of sync --wait: asks every neighbour "is there anything new?" until all that can be
// reached have said no, both ways.
#pragma once

#include "protocol/replica/meeting/exchange.hpp"
#include "protocol/replica/meeting/neighbours.hpp"
#include "protocol/replica/ports/part.hpp"

namespace staffroom::replica {

class SyncWaits : public Part {
public:
    SyncWaits(Context& context, Links& links, Exchange& exchange, Neighbours& neighbours)
        : context_(context)
        , links_(links)
        , exchange_(exchange)
        , neighbours_(neighbours) {}

    void start(RequestId request, const WaitForSync& wait);
    /// Takes an answer to one of our questions; its greetings have been taken in.
    void pong_arrived(Link& link, std::uint64_t nonce);
    void settled() override;
    [[nodiscard]] bool is_busy() const override { return !waits_.empty(); }

private:
    struct Wait {
        RequestId request;
        Instant deadline;
        std::set<LinkId> agreed;
        std::map<LinkId, Instant> asked;
    };

    void ask(std::uint64_t nonce, Wait& wait);
    [[nodiscard]] bool is_done(const Wait& wait) const;
    [[nodiscard]] SyncReport report(const Wait& wait) const;

    Context& context_;
    Links& links_;
    Exchange& exchange_;
    Neighbours& neighbours_;
    std::map<std::uint64_t, Wait> waits_; // by nonce
    std::uint64_t last_nonce_ = 0;
};

} // namespace staffroom::replica
