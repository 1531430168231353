#include "storage/store/scrub.hpp"

#include "protocol/log/entry.hpp"

#include <algorithm>

namespace staffroom::storage {

using replica::BodyState;
using replica::EntryPlace;

namespace {

constexpr std::uint64_t entry_cost_bytes = 1024; // a row beside its neighbours

bool names_files(ByteView header) {
    const auto parsed = log::parse_header(header);
    return parsed && parsed->commitment && parsed->attachment_bytes > 0;
}

} // namespace

bool Scrub::step(std::uint64_t bytes) {
    switch (part_) {
    case Part::store: part_ = check_store(bytes); break;
    case Part::files: part_ = check_files(bytes); break;
    case Part::names: part_ = check_names(bytes); break;
    case Part::none: break;
    }
    return part_ == Part::none;
}

Scrub::Part Scrub::check_store(std::uint64_t bytes) {
    auto is_done = audit_.step(bytes);
    const AuditReport& found = audit_.report();
    report_.entries = found.entries;
    for (; report_.damaged < found.damaged.size(); ++report_.damaged) {
        const DamagedPlace& place = found.damaged[report_.damaged];
        if (place.damage == Damage::body)
            report_.fetch_again.push_back({place.log, place.position});
    }
    for (; found_ < found.found.size(); ++found_)
        report_.fetch_again.push_back(found.found[found_]);
    report_.needs_salvage = report_.needs_salvage || found.needs_salvage;
    if (is_done && !*is_done)
        return Part::store;
    const bool goes_on = is_done || note(is_done.error());
    if (goes_on && !is_done)
        return Part::store;
    return goes_on ? Part::files : Part::none;
}

Scrub::Part Scrub::check_files(std::uint64_t bytes) {
    if (!files_.check_more(checked_, bytes))
        return Part::files;
    auto& damaged = checked_.report.damaged;
    report_.files_damaged = damaged.size();
    std::sort(damaged.begin(), damaged.end());
    return Part::names;
}

/// Every file that a record here names is here and good, or its entry is put on the list.
Scrub::Part Scrub::check_names(std::uint64_t bytes) {
    if (logs_.empty())
        return Part::none;
    const LogId log = logs_.back();
    bool is_paused = false;
    auto done = store_.for_each_entry(log, next_, [&](const auto& entry) {
        look_at({log, entry.position}, entry.row);
        next_ = Position{entry.position.value + 1};
        const bool is_read = entry.row.state == BodyState::have && names_files(entry.row.header);
        const std::uint64_t cost = entry_cost_bytes + (is_read ? entry.row.place.length : 0);
        bytes -= std::min(bytes, cost);
        is_paused = bytes == 0;
        return Result<bool>(!is_paused);
    });
    if (done && is_paused)
        return Part::names;
    logs_.pop_back();
    next_ = Position{0};
    return done || note(done.error()) ? Part::names : Part::none;
}

void Scrub::look_at(const EntryPlace& place, const EntryRow& row) {
    if (row.state != BodyState::have || !names_files(row.header))
        return;
    const auto body = store_.segments().read({row.place, revision_of(row.header)});
    const auto named = body ? replica::files_of(row.header, *body)
                            : Result<std::vector<FileName>>(fail(body.error()));
    if (!named)
        return; // a damaged body is on the list already
    const auto& damaged = checked_.report.damaged;
    bool is_whole = true;
    for (const FileName& file : *named) {
        if (std::binary_search(damaged.begin(), damaged.end(), file.hash))
            files_.set_aside_damaged(file); // else it would still count as held
        is_whole = is_whole && files_.holds(file);
    }
    if (!is_whole)
        report_.fetch_again.push_back(place);
}

/// False when only a salvage helps: the rest is looked at after it.
bool Scrub::note(const Error& error) {
    if (error.code == Errc::corrupt)
        report_.needs_salvage = true;
    else if (!report_.trouble)
        report_.trouble = error;
    return error.code != Errc::corrupt;
}

} // namespace staffroom::storage
