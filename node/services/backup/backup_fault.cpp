#include "node/services/backup/backup_fault.hpp"

namespace staffroom::services {

std::string backup_fault_code(const Error& error) {
    switch (error.code) {
    case Errc::busy:
    case Errc::in_use: return "backup.running";
    case Errc::wrong_school: return "backup.other-school";
    case Errc::bad_configuration:
    case Errc::malformed: return "backup.other-content";
    case Errc::disk_full: return "backup.full";
    case Errc::io_error:
    case Errc::not_found: return "backup.folder";
    case Errc::unknown_version: return "backup.newer";
    case Errc::invalid_input: return "backup.inside";
    case Errc::corrupt: return "backup.source";
    default: return "backup.failed";
    }
}

BackupFault backup_fault(const std::string& code, const std::string& folder) {
    if (code == "backup.running")
        return {
            code,
            "A backup is being made at this moment.",
            "wait for its end; `staffroom backup list` shows it then."};
    if (code == "backup.other-school")
        return {
            code,
            "The backups in " + folder + " are another school's.",
            "name another folder, of its own for each school."};
    if (code == "backup.other-content")
        return {
            code,
            folder + " holds something else than backups.",
            "name an empty folder, or one that is not there yet."};
    if (code == "backup.full")
        return {
            code,
            "There is no room left in " + folder + ". What was copied stays for the next try.",
            "make room there, or name another folder; older backups are whole."};
    if (code == "backup.folder")
        return {
            code,
            "The node cannot write in " + folder +
                ", or finds none of the backups there that it has made.",
            "see that it is mounted and belongs to the node's user; of a service, that "
            "ReadWritePaths= of its unit names it. On a new disk `staffroom backup create --new` "
            "begins anew."};
    if (code == "backup.inside")
        return {
            code,
            folder + " lies in the data folder, and would be lost together with it.",
            "name a folder of another disk, or a share of another machine."};
    if (code == "backup.newer")
        return {
            code,
            "The backups in " + folder + " were made by a newer version of Staffroom.",
            "install that version, or name another folder."};
    if (code == "backup.source")
        return {
            code,
            "What this node holds cannot all be read, so it was not copied.",
            "run `staffroom verify`; it says what is damaged."};
    return {
        "backup.failed",
        "The backup could not be made.",
        "run `staffroom log` for the reason, then `staffroom backup create`."};
}

} // namespace staffroom::services
