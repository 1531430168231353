// Files that are on their way and must not come any more. Declared in file_fetch.hpp. [E3]
#include "protocol/replica/files/file_fetch.hpp"

namespace staffroom::replica {

/// Tells whether nobody wants these files any more: their words are gone here, or they are.
bool FileFetcher::is_withheld(const Job& job, BodyState state) const {
    return state == BodyState::erased || state == BodyState::refused ||
           logbook_.withholds_files(job.space, *job.names);
}

void FileFetcher::drop_withheld() {
    for (auto at = jobs_.begin(); at != jobs_.end();) {
        const auto current = at++;
        if (current->second.names && is_withheld(current->second, BodyState::have))
            end(current->first, End::complete);
    }
}

/// What a school wrote behind its cut is not fetched, nor are the files that travel with it. [M11]
void FileFetcher::log_cut(const LogId& id) {
    for (auto at = jobs_.begin(); at != jobs_.end();) {
        const auto current = at++;
        const EntryPlace& entry = current->second.entry;
        if (entry.log == id && !wanted_.counts(entry))
            end(current->first, End::failed);
    }
    wanted_.look_again(id);
}

} // namespace staffroom::replica
