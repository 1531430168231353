#include "storage/store/erasure.hpp"

#include "protocol/agreement/relay/carried.hpp"
#include "protocol/log/entry.hpp"

#include <algorithm>

namespace staffroom::storage {

using replica::BodyState;
using replica::ErasureTarget;

namespace {

bool has_files(ByteView header) {
    const auto parsed = log::parse_header(header);
    return parsed && parsed->commitment && parsed->attachment_bytes > 0;
}

bool is_carried(ByteView header) {
    const auto parsed = log::parse_header(header);
    return parsed && parsed->kind == log::kind_carried_record;
}

} // namespace

std::optional<Bytes> row_begun_again(ByteView key, ByteView value) {
    const auto is_of = [&](replica::RowKind kind) {
        const Bytes all = opaque_key(kind, {});
        return key.size() >= all.size() && std::equal(all.begin(), all.end(), key.begin());
    };
    const bool is_ours = is_of(replica::RowKind::erasure) || is_of(replica::RowKind::withheld);
    if (!is_ours || value.empty() || value.back() == 0)
        return std::nullopt;
    Bytes begun = to_bytes(value);
    begun.back() = 0;
    return begun;
}

Erasure::Erasure(Store& store, AttachmentStore& files, const replica::CarryOut& what)
    : store_(store)
    , files_(files)
    , without_files_(what.without_files.begin(), what.without_files.end())
    , has_carried_(what.has_carried)
    , logs_(store.logs()) {
    for (const ErasureTarget& target : what.targets) {
        targets_[target.revision].push_back(target);
        takes_words_ =
            takes_words_ || (!target.is_only_of_files && target.state != BodyState::missing);
    }
}

Result<replica::ErasureResult> Erasure::run() {
    while (true) {
        auto is_done = step();
        if (!is_done)
            return fail(is_done.error());
        if (*is_done)
            return result_;
    }
}

void Erasure::next(Part part) {
    part_ = part;
    if (part == Part::need)
        logs_ = store_.logs();
}

Result<bool> Erasure::step() {
    Result<void> done;
    switch (part_) {
    case Part::find:
    case Part::need:
        if (logs_.empty() || (part_ == Part::need && going_.empty())) {
            next(part_ == Part::find ? Part::need : Part::mark);
            break;
        }
        done = part_ == Part::find ? find_in(logs_.back()) : look_for_needs(logs_.back());
        logs_.pop_back();
        break;
    case Part::mark:
        done = mark();
        next(Part::files);
        break;
    case Part::files:
        done = look_at_news();
        for (const Digest& hash : going_)
            if (done)
                done = files_.erase(hash);
        result_.files.assign(going_.begin(), going_.end());
        next(Part::segments);
        break;
    case Part::segments:
        if (segments_.empty()) {
            done = wiped_so_far_;
            next(Part::places);
            break;
        }
        done = store_.segments().wipe(
            segments_.back(),
            {wiped_, [this](const WholeRecord& record) { return is_orphan_of_target(record); }},
            end_
        );
        // Cut off since it was listed: nothing stood there. Else the words in the other segments
        // must not wait for a disk that will never read this one.
        if (!done && done.error().code != Errc::not_found)
            wiped_so_far_ = done;
        done = {};
        segments_.pop_back();
        break;
    case Part::places:
        for (const Found& found : found_)
            if (done && found.at.place.length > 0 && wiped_.count(found.revision) > 0)
                done = store_.segments().wipe_place(found.at);
        next(Part::drop);
        break;
    case Part::drop:
        done = drop_places();
        next(Part::none);
        break;
    case Part::none: break;
    }
    if (!done)
        return fail(done.error());
    return part_ == Part::none;
}

const ErasureTarget*
Erasure::target_of(const SpaceId& space, const replica::RecordName& name, bool is_carried) const {
    const auto at = targets_.find(name.revision);
    if (at == targets_.end())
        return nullptr;
    const ErasureTarget* strongest = nullptr;
    for (const ErasureTarget& target : at->second) {
        // An order about a revision of another school than it names reaches nothing, and hides no
        // order that does.                                                                   [E2]
        const bool is_meant =
            (!target.space || (*target.space == space && target.school == name.school)) &&
            (is_carried || !target.is_of_carried);
        const bool is_weak = strongest == nullptr || strongest->is_only_of_files ||
                             strongest->state == BodyState::missing;
        if (is_meant && is_weak)
            strongest = &target;
    }
    return strongest;
}

/// What takes an entry away: by itself, or by the record that it carries.
const ErasureTarget*
Erasure::target_of(const SpaceId& space, const replica::EntryNames& names) const {
    const ErasureTarget* target = target_of(space, names.entry, false);
    const bool is_weak =
        target == nullptr || target->is_only_of_files || target->state == BodyState::missing;
    const ErasureTarget* inner =
        is_weak && names.carried ? target_of(space, *names.carried, true) : nullptr;
    return inner == nullptr ? target : inner;
}

/// The record of another network in an entry. One bad read is no damage yet.
Result<Erasure::Inside> Erasure::look_inside(const EntryReader::VisitedEntry& entry) const {
    if (!has_carried_ || entry.row.place.length == 0 || !is_carried(entry.row.header))
        return Inside{};
    const BodyAt at{entry.row.place, revision_of(entry.row.header)};
    auto body = store_.segments().read(at);
    if (!body && body.error().code != Errc::io_error)
        body = store_.segments().read(at);
    if (!body && body.error().code == Errc::io_error)
        return fail(body.error());
    return body ? Inside{replica::carried_name(entry.row.header, *body)} : Inside{{}, true};
}

/// Entries of the targets, in every log in which they stand.
Result<void> Erasure::find_in(const LogId& log) {
    const auto descriptor = store_.descriptor_of(log);
    if (!descriptor || descriptor->channel != log::Channel::records)
        return {};
    return store_.for_each_entry(
        log,
        Position{0},
        [&](const EntryReader::VisitedEntry& entry) -> Result<bool> {
            if (entry.row.state == BodyState::none)
                return true;
            const RevisionId revision = revision_of(entry.row.header);
            const auto inside = look_inside(entry);
            if (!inside)
                return fail(inside.error());
            const auto& carried = inside->carried;
            // What a kill has left half overwritten does not say any more whose words it held.
            const bool is_half_gone = has_carried_ && !carried &&
                                      entry.row.state == BodyState::erased &&
                                      entry.row.place.length > 0 && is_carried(entry.row.header);
            const bool is_named =
                targets_.count(revision) > 0 || (carried && targets_.count(carried->revision) > 0);
            const ErasureTarget* target =
                target_of(descriptor->space, {{descriptor->school, revision}, carried});
            // Nor does what is damaged, and all but the bad bit stays there for whoever takes the
            // disk. It goes, and is asked for again: what an order reaches is not kept then.
            const bool is_damaged =
                inside->is_unreadable && takes_words_ && target == nullptr &&
                (entry.row.state == BodyState::have || entry.row.state == BodyState::missing);
            if (!is_named && !is_half_gone && !is_damaged)
                return true;
            const BodyState kept = is_damaged ? BodyState::missing : entry.row.state;
            const BodyState after =
                target == nullptr || target->is_only_of_files ? kept : target->state;
            const Found found{
                {log, entry.position},
                revision,
                {entry.row.place, revision},
                entry.row.state,
                after,
                !is_half_gone && !is_damaged && (target == nullptr || target->is_only_of_files),
                is_damaged};
            const bool names_files = target != nullptr && has_files(entry.row.header) &&
                                     target->state != BodyState::missing;
            if (auto noted = names_files ? note_files(found) : Result<void>(); !noted)
                return fail(noted.error());
            found_.push_back(found);
            return true;
        }
    );
}

/// Words of a carried entry that a failed commit has left, and that no row leads to: only they
/// themselves say what they carry. What a row leads to was found by it.
bool Erasure::is_orphan_of_target(const WholeRecord& record) const {
    if (!has_carried_)
        return false;
    const auto carried = agreement::parse_carried_record(*record.body.encoded);
    const auto at =
        carried ? targets_.find(log::revision_id(carried->record.header)) : targets_.end();
    if (at == targets_.end())
        return false;
    const auto inner = log::parse_header(carried->record.header);
    const bool is_wanted = std::ranges::any_of(at->second, [&](const ErasureTarget& target) {
        return !target.is_only_of_files && target.state != BodyState::missing &&
               (!target.space || (inner && target.school == inner->school));
    });
    if (!is_wanted)
        return false;
    const auto row = store_.find_revision(record.revision);
    return !row && row.error().code == Errc::not_found;
}

/// The words themselves say which files belong to them; so these go while the words can be read.
Result<void> Erasure::note_files(const Found& found) {
    if (found.at.place.length == 0)
        return {};
    const auto body = store_.segments().read(found.at);
    if (!body)
        return body.error().code == Errc::io_error ? fail(body.error()) : Result<void>();
    const auto revision = store_.find_revision(found.revision);
    const auto named = revision ? replica::files_of(*revision->header, *body)
                                : Result<std::vector<FileName>>(fail(revision.error()));
    if (named)
        for (const FileName& file : *named)
            going_.insert(file.hash);
    return {};
}

/// A file that another record names stays.
Result<void> Erasure::look_for_needs(const LogId& log) {
    const auto descriptor = store_.descriptor_of(log);
    if (!descriptor || descriptor->channel != log::Channel::records)
        return {};
    return store_.for_each_entry(
        log,
        looked_at_.try_emplace(log, Position{0}).first->second,
        [&](const EntryReader::VisitedEntry& entry) -> Result<bool> {
            looked_at_.at(log) = Position{entry.position.value + 1};
            if (entry.row.state != BodyState::have || !has_files(entry.row.header))
                return true;
            const RevisionId revision = revision_of(entry.row.header);
            const auto body = store_.segments().read({entry.row.place, revision});
            if (!body)
                return body.error().code == Errc::io_error ? Result<bool>(fail(body.error()))
                                                           : Result<bool>(true);
            const auto names = replica::names_of(*descriptor, entry.row.header, *body);
            const auto is_without = [&](const replica::RecordName& name, bool is_of_carried) {
                return without_files_.count(
                           {descriptor->space, name.school, name.revision, is_of_carried}
                       ) > 0;
            };
            if (target_of(descriptor->space, names) != nullptr || is_without(names.entry, false) ||
                (names.carried &&
                 (is_without(*names.carried, false) || is_without(*names.carried, true))))
                return true;
            if (const auto named = replica::files_of(entry.row.header, *body))
                for (const FileName& file : *named)
                    going_.erase(file.hash);
            return !going_.empty();
        }
    );
}

/// What came since the logs were looked through may name a file that is about to go: the copy here
/// may be the only one.
Result<void> Erasure::look_at_news() {
    std::map<LogId, Position> before;
    do {
        before = looked_at_;
        for (const LogId& log : store_.logs())
            if (auto done = going_.empty() ? Result<void>() : look_for_needs(log); !done)
                return done;
    } while (looked_at_ != before);
    return {};
}

Result<void> Erasure::mark() {
    std::set<RevisionId> kept;
    std::set<RevisionId> seen;
    std::vector<Store::EntryState> states;
    for (const Found& found : found_) {
        seen.insert(found.revision);
        if (!found.is_only_of_files && (found.after != BodyState::missing || found.is_damaged))
            wiped_.insert(found.revision);
        // It stands in another space, too, or only its files go; what was misread may come back.
        const bool may_lie_there =
            found.before == BodyState::have ||
            (found.before == BodyState::missing && found.at.place.length > 0);
        if (found.is_only_of_files && may_lie_there)
            kept.insert(found.revision);
        // Nothing comes back that had not gone, and what was erased is not merely refused.
        const bool was_erased = found.before == BodyState::erased;
        if (found.is_only_of_files ||
            (found.after == BodyState::missing && !was_erased && !found.is_damaged) ||
            (found.after == BodyState::refused && was_erased))
            continue;
        const bool keeps_place = found.after != BodyState::missing || found.is_damaged;
        states.push_back({found.entry, found.after, keeps_place});
        result_.places.push_back({found.entry.log, found.entry.position, found.after});
    }
    // A copy may lie in the segments although no row leads to it. Where one does, only a wish that
    // is meant for its school takes the words.
    for (const auto& [revision, wishes] : targets_)
        for (const ErasureTarget& target : wishes)
            if (!target.is_only_of_files && !target.is_of_carried &&
                target.state != BodyState::missing && seen.count(revision) == 0)
                wiped_.insert(revision);
    for (const RevisionId& revision : kept)
        wiped_.erase(revision);
    if (auto marked = store_.set_states(states); !marked)
        return marked;
    if (wiped_.empty())
        return {};
    auto trimmed = store_.trim_segments();
    if (!trimmed)
        return fail(trimmed.error());
    end_ = *trimmed;
    auto numbers = store_.segments().numbers();
    if (!numbers)
        return fail(numbers.error());
    segments_ = std::move(*numbers);
    return {};
}

Result<void> Erasure::drop_places() {
    std::vector<Store::EntryState> states;
    for (const Found& found : found_)
        if (!found.is_only_of_files && found.at.place.length > 0 &&
            (found.after != BodyState::missing || found.is_damaged))
            states.push_back(
                {found.entry,
                 found.before == BodyState::erased ? BodyState::erased : found.after,
                 false}
            );
    return states.empty() ? Result<void>() : store_.set_states(states);
}

} // namespace staffroom::storage
