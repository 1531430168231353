#include "protocol/replica/files/wanted_files.hpp"

namespace staffroom::replica {

void WantedFiles::restore(const Image& image) {
    for (const Row& row : image.rows) {
        if (const auto entry = place_in_row(row))
            add(*entry);
    }
}

void WantedFiles::add(const EntryPlace& entry) {
    if (!wanted_.try_emplace(entry).second)
        return;
    unseen_.insert(entry);
    rewind(entry);
}

void WantedFiles::remove(const EntryPlace& entry) {
    wanted_.erase(entry);
    unseen_.erase(entry);
}

void WantedFiles::take(Wanted& wanted, LinkId link) {
    wanted.taken_by = link;
    wanted.is_stale = false;
}

std::optional<EntryPlace> WantedFiles::take_unseen() {
    if (unseen_.empty())
        return std::nullopt;
    const EntryPlace entry = *unseen_.begin();
    unseen_.erase(unseen_.begin());
    take(wanted_.at(entry), LinkId{0});
    return entry;
}

bool WantedFiles::can_ask(Link& link, const EntryPlace& entry, const Wanted& wanted) const {
    if (wanted.taken_by || wanted.in_vain.count(link.id) > 0)
        return false;
    const LogRecord* record = logbook_.find(entry.log);
    if (!counts(entry))
        return false;
    if (is_far(link.meeting))
        return far_ != nullptr && far_->place_there(link, entry);
    const LinkSpace* space = link.space(record->descriptor.space);
    return space != nullptr && space->remote_is_member;
}

std::optional<EntryPlace> WantedFiles::take_next(Link& link) {
    const EntryPlace lowest{LogId(LogId::Raw{}), Position{0}};
    auto& cursor = cursors_.try_emplace(link.id, lowest).first->second;
    if (!cursor)
        return std::nullopt;
    for (auto at = wanted_.lower_bound(*cursor); at != wanted_.end(); ++at) {
        if (!can_ask(link, at->first, at->second))
            continue;
        take(at->second, link.id);
        unseen_.erase(at->first);
        cursor = at->first;
        return at->first;
    }
    cursor.reset();
    return std::nullopt;
}

void WantedFiles::put_back(const EntryPlace& entry) {
    if (const auto at = wanted_.find(entry); at != wanted_.end())
        at->second.taken_by.reset();
    rewind(entry);
}

void WantedFiles::put_back_in_vain(const EntryPlace& entry, LinkId link) {
    if (const auto at = wanted_.find(entry); at != wanted_.end() && !at->second.is_stale)
        at->second.in_vain.insert(link);
    put_back(entry); // for the other neighbours
}

void WantedFiles::try_again(const EntryPlace& entry, LinkId link) {
    const auto at = wanted_.find(entry);
    if (at == wanted_.end())
        return;
    at->second.in_vain.erase(link);
    if (at->second.taken_by == link)
        at->second.is_stale = true;
    rewind(entry);
}

void WantedFiles::try_again(const EntryPlace& entry) {
    const auto at = wanted_.find(entry);
    if (at == wanted_.end())
        return;
    at->second.in_vain.clear();
    at->second.is_stale = true;
    rewind(entry);
}

void WantedFiles::try_all_again() {
    for (auto& [entry, wanted] : wanted_) {
        wanted.in_vain.clear();
        wanted.is_stale = true;
    }
    rewind_all();
}

void WantedFiles::try_all_again_of(const SchoolId& school) {
    for (auto& [entry, wanted] : wanted_) {
        const LogRecord* record = logbook_.find(entry.log);
        if (record == nullptr || record->descriptor.school != school)
            continue;
        wanted.in_vain.clear();
        wanted.is_stale = true;
        unseen_.insert(entry);
    }
    rewind_all();
}

void WantedFiles::look_again(const LogId& log) {
    const EntryPlace first{log, Position{0}};
    for (auto at = wanted_.lower_bound(first); at != wanted_.end() && at->first.log == log; ++at)
        if (!at->second.taken_by)
            unseen_.insert(at->first);
    rewind(first);
}

bool WantedFiles::counts(const EntryPlace& entry) const {
    const LogRecord* record = logbook_.find(entry.log);
    return record != nullptr && entry.position.value < record->counted().value;
}

void WantedFiles::rewind(const EntryPlace& entry) {
    for (auto& [link, cursor] : cursors_) {
        if (!cursor || entry < *cursor)
            cursor = entry;
    }
}

void WantedFiles::link_closed(LinkId link) {
    cursors_.erase(link);
    for (auto& [entry, wanted] : wanted_)
        wanted.in_vain.erase(link);
}

std::size_t WantedFiles::count(const SpaceId& space) const {
    return static_cast<std::size_t>(std::count_if(
        wanted_.begin(),
        wanted_.end(),
        [&](const auto& entry) {
            return counts(entry.first) && logbook_.find(entry.first.log)->descriptor.space == space;
        }
    ));
}

} // namespace staffroom::replica
