// Which entries and which lines may be asked about, those to other networks too, and what these
// announce. Declared in file_fetch.hpp. [S12] [A14]
#include "protocol/replica/files/file_fetch.hpp"

namespace staffroom::replica {

void FileFetcher::wanted_again(const EntryPlace& entry) {
    const LogRecord* record = logbook_.find(entry.log);
    const bool is_stored = record != nullptr && entry.position.value < record->durable.stored.value;
    if (!is_stored || spaces_.find(record->descriptor.space) == nullptr || wanted_.contains(entry))
        return;
    rows_.push_back(files_wanted_row(entry, true));
    wanted_.add(entry);
}

void FileFetcher::announced(Link& link, const wire::FileHere& message) {
    const EntryPlace named{message.log, message.position};
    const bool is_from_afar = is_far(link.meeting);
    const auto entry = !is_from_afar     ? std::optional(named)
                       : far_ == nullptr ? std::nullopt
                                         : far_->place_here(link, named);
    if (entry)
        wanted_.try_again(*entry, link.id);
}

/// Text goes first: nothing is asked for while a log, or what crosses, is on its way.
bool FileFetcher::may_ask(const Link& link) const {
    if (is_far(link.meeting))
        return far_ != nullptr && far_->is_quiet(link);
    return link.hello_received && !fetcher_.is_fetching_from(link.id);
}

} // namespace staffroom::replica
