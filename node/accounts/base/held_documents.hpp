// The documents that one person holds: those that they wrote, and those handed over to them. A
// draft is seen by its holder alone. Written on the network thread when something is published or
// handed over, read by readers on every thread.
#pragma once

#include "protocol/base/ids.hpp"

#include <mutex>
#include <set>
#include <vector>

namespace staffroom::accounts {

class HeldDocuments {
public:
    [[nodiscard]] bool contains(const RevisionId& document) const {
        const std::lock_guard lock(mutex_);
        return documents_.contains(document);
    }
    [[nodiscard]] std::vector<RevisionId> all() const {
        const std::lock_guard lock(mutex_);
        return {documents_.begin(), documents_.end()};
    }
    void add(const RevisionId& document) {
        const std::lock_guard lock(mutex_);
        documents_.insert(document);
    }
    void remove(const RevisionId& document) {
        const std::lock_guard lock(mutex_);
        documents_.erase(document);
    }

private:
    mutable std::mutex mutex_;
    std::set<RevisionId> documents_;
};

} // namespace staffroom::accounts
