// Vouches for what others did, so that its author alone cannot unsay it. Without that a member
// voids the schools that it admitted by a fork of its log, or by ending its key. After a random
// delay, if nobody has done it meanwhile, this node copies an admit that one school alone has
// written, and, where its school coordinates, writes that it has seen what nobody else has named.
// [M9]
#pragma once

#include "protocol/replica/logs/own_logs.hpp"
#include "protocol/replica/membership/networks.hpp"
#include "protocol/replica/ports/part.hpp"

namespace staffroom::replica {

class Witnesses : public Part {
public:
    Witnesses(Context& context, OwnLogs& own_logs, Networks& networks)
        : context_(context)
        , own_logs_(own_logs)
        , networks_(networks) {}

    /// Looks what is to be vouched for when a roster was folded, and does it when its time comes.
    void pump() override;
    [[nodiscard]] std::optional<Instant> deadline() const override;

private:
    struct Wish {
        std::uint64_t folds = 0; // of the roster that was looked at
        std::vector<RevisionId> admits{};
        bool has_acts = false;
        std::optional<Instant> due{};
        unsigned in_vain = 0; // operations of this node that have not settled it
    };
    void look(const NetworkState& network, Wish& wish);
    void write(const NetworkState& network, const Wish& wish);

    Context& context_;
    OwnLogs& own_logs_;
    Networks& networks_;
    std::map<NetworkId, Wish> wishes_;
};

} // namespace staffroom::replica
