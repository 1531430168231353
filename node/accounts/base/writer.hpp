// Who writes a record, as far as publishing has to know: whose name stands on it, and which records
// they may change. Safe from every thread. Made by http/records from the caller.
#pragma once

#include "node/accounts/base/held_documents.hpp"
#include "node/accounts/base/role.hpp"

#include <memory>
#include <optional>
#include <string>

namespace staffroom::accounts {

struct Writer {
    std::optional<PersonId> person{}; // none: the machine's owner, or a program of theirs
    std::string name{};               // of the person
    bool changes_all = true;          // else what they hold
    std::shared_ptr<const HeldDocuments> held{};

    [[nodiscard]] bool may_change(const RevisionId& document) const {
        return changes_all || (held && held->contains(document));
    }
};

} // namespace staffroom::accounts
