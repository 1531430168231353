// The neighbours in doubt: they promised entries and let us wait for them in vain. A member could
// hold up every other school so. Doubts go by the key of the link; fetch decides what follows. [S7]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/time.hpp"

#include <map>

namespace staffroom::replica {

class Doubts {
public:
    void add(const TransportPublicKey& key, Instant now);
    /// Removes the doubt: it has kept a promise since.
    void remove(const TransportPublicKey& key) { until_.erase(key); }
    [[nodiscard]] bool has(const TransportPublicKey& key, Instant now) const;

private:
    std::map<TransportPublicKey, Instant> until_;
};

} // namespace staffroom::replica
