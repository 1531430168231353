// Whom this node doubts: neighbours that promised entries and let us wait for them in vain, by the
// key of their links. What follows from it is the business of fetch. [S7]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/time.hpp"

#include <map>

namespace staffroom::replica {

class Doubts {
public:
    void add(const TransportPublicKey& key, Instant now);
    /// It has kept a promise since.
    void remove(const TransportPublicKey& key) { until_.erase(key); }
    [[nodiscard]] bool has(const TransportPublicKey& key, Instant now) const;

private:
    std::map<TransportPublicKey, Instant> until_;
};

} // namespace staffroom::replica
