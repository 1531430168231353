// Why a backup failed, in words for people: the answer to whoever asked for it, doctor, status and
// the trace all take them from here.
#pragma once

#include "protocol/base/result.hpp"

#include <string>

namespace staffroom::services {

struct BackupFault {
    std::string code; // stable, "backup.full"; what the state remembers
    std::string sentence;
    std::string next; // begins with a verb
};

/// Returns the code of a failure of `Backups::create`.
[[nodiscard]] std::string backup_fault_code(const Error& error);
/// Returns the words of a code; those of backup.failed for one that is not known.
[[nodiscard]] BackupFault backup_fault(const std::string& code, const std::string& folder);

} // namespace staffroom::services
