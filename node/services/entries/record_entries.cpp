#include "node/services/entries/record_entries.hpp"

#include "protocol/log/entry.hpp"

#include <algorithm>
#include <utility>

namespace staffroom::services {
namespace {

/// The most entries without words that one update looks at again.
constexpr std::size_t waiting_looked_at_max = 64;
/// So many entries of one record are kept in mind; more than one, for one may be erased.
constexpr std::size_t carriers_kept_max = 4;

} // namespace

bool is_shown_entry(const log::EntryHeader& header) {
    return header.commitment.has_value() && header.kind != log::kind_carried_proof &&
           header.kind != log::kind_carried_record;
}

// ------------------------------------------------------------------------------------ opening

std::optional<RecordEntries::Opened>
RecordEntries::open(ByteView carrier_header, const LogExtent& extent, std::uint64_t arrival) {
    const RevisionId carrier = log::revision_id(carrier_header);
    const Carrier known{extent.space, arrival};
    if (extent.ground == nullptr)
        return note(carrier, known, {});
    return note(carrier, known, attempt(carrier, carrier_header, {extent.space, *extent.ground}));
}

RecordEntries::Attempt
RecordEntries::attempt(const RevisionId& carrier, ByteView header, const Judge& judge) {
    const auto entry = store_.read_body(carrier);
    if (!entry || entry->state != replica::BodyState::have)
        return {std::nullopt, entry && entry->state == replica::BodyState::missing};
    auto carried = agreement::parse_carried_record(*entry->body.encoded);
    if (!carried)
        return {};
    bool waits = false;
    const Proof holds = proof(carried->proof, judge, waits);
    if (holds == nullptr)
        return {std::nullopt, waits};
    const std::lock_guard lock(holds->mutex);
    auto outcome = agreement::open_carried(holds->checker, header, std::move(*carried));
    auto* view = std::get_if<agreement::CarriedView>(&outcome);
    return view == nullptr ? Attempt{} : Attempt{std::move(*view)};
}

/// A proof is checked once for all its records. Null: it is not here, is no proof, or does not
/// hold.
RecordEntries::Proof RecordEntries::proof(const RevisionId& id, const Judge& judge, bool& waits) {
    const std::pair key{judge.space, id};
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = proofs_.find(key); known != proofs_.end())
            return known->second;
    }
    const auto entry = store_.read_body(id);
    if (!entry) {
        waits = entry.error().code == Errc::not_found; // its record came first
        return nullptr;
    }
    const auto header = log::parse_header(*entry->header);
    const auto place = store_.find_revision(id);
    if (!header || header->kind != log::kind_carried_proof || !place ||
        place->descriptor.space != judge.space)
        return nullptr;
    if (entry->state != replica::BodyState::have) {
        waits = entry->state == replica::BodyState::missing;
        return nullptr;
    }
    crypto::SodiumVerifier verifier;
    auto outcome = agreement::open_proof(judge.ground, *entry->body.encoded, verifier);
    Proof proof;
    if (auto* holds = std::get_if<agreement::CheckedProof>(&outcome))
        proof = std::make_shared<HoldingProof>(std::move(*holds));
    const std::lock_guard lock(mutex_);
    return proofs_.try_emplace(key, std::move(proof)).first->second;
}

/// Notes what has become of a carried entry; returns the record that is shown because of it alone.
std::optional<RecordEntries::Opened>
RecordEntries::note(const RevisionId& carrier, const Carrier& known, const Attempt& attempt) {
    const std::lock_guard lock(mutex_);
    Carrier& kept = carriers_.try_emplace(carrier, known).first->second;
    if (attempt.waits_for_words && !kept.waits_for_words)
        waiting_.push_back(carrier);
    const bool was_shown = kept.revision.has_value();
    kept = known;
    kept.waits_for_words = attempt.waits_for_words;
    if (!attempt.view)
        return std::nullopt;
    const agreement::CarriedView& view = *attempt.view;
    kept.revision = view.revision;
    Far& far =
        far_.try_emplace(
                view.revision,
                Far{{}, view.header.document.value_or(view.revision), {view.link, view.trail}}
        ).first->second;
    schools_.insert_or_assign(view.header.school, view.trail.front().name);
    // A member can carry one record a thousand times.
    if (far.carriers.size() < carriers_kept_max &&
        std::ranges::find(far.carriers, carrier) == far.carriers.end())
        far.carriers.push_back(carrier);
    if (!was_shown)
        changed_.push_back({far.document, view.revision, known.space});
    return Opened{view.revision, view.header_bytes, known.space, known.arrival};
}

// ------------------------------------------------------------------------------- judging again

RecordEntries::Judged RecordEntries::judge_again(const std::vector<LogExtent>& logs) {
    std::map<SpaceId, std::shared_ptr<const agreement::Ground>> grounds;
    for (const LogExtent& extent : logs)
        if (extent.ground != nullptr)
            grounds.emplace(extent.space, extent.ground);
    std::vector<std::pair<RevisionId, Carrier>> again;
    {
        const std::lock_guard lock(mutex_);
        std::set<SpaceId> changed;
        for (const LogExtent& extent : logs) {
            const std::uint64_t number = extent.ground == nullptr ? 0 : extent.ground->number;
            if (std::exchange(grounds_[extent.space], number) != number)
                changed.insert(extent.space);
        }
        std::erase_if(proofs_, [&](const auto& each) {
            return changed.contains(each.first.first);
        });
        if (!changed.empty())
            for (const auto& [carrier, known] : carriers_)
                if (changed.contains(known.space))
                    again.emplace_back(carrier, known);
        for (std::size_t i = std::min(waiting_.size(), waiting_looked_at_max); i > 0; --i) {
            const RevisionId carrier = waiting_.front();
            waiting_.pop_front();
            const auto known = carriers_.find(carrier);
            if (known == carriers_.end() || !std::exchange(known->second.waits_for_words, false))
                continue;
            if (!changed.contains(known->second.space))
                again.emplace_back(carrier, known->second);
        }
    }
    Judged judged{{}, take_lost()};
    for (const auto& [carrier, known] : again) {
        const auto ground = grounds.find(known.space);
        auto opened =
            try_again(carrier, known, ground == grounds.end() ? nullptr : ground->second.get());
        if (!opened)
            judged.has_lost = judged.has_lost || known.revision.has_value();
        else if (!known.revision)
            judged.late.push_back(std::move(*opened));
    }
    return judged;
}

std::optional<RecordEntries::Opened> RecordEntries::try_again(
    const RevisionId& carrier, Carrier known, const agreement::Ground* ground
) {
    known.revision.reset();
    const auto entry = store_.find_revision(carrier);
    if (ground == nullptr || !entry)
        return note(carrier, known, {});
    return note(carrier, known, attempt(carrier, *entry->header, {known.space, *ground}));
}

void RecordEntries::look_again(const std::vector<RevisionId>& revisions) {
    const std::lock_guard lock(mutex_);
    for (const RevisionId& revision : revisions)
        if (far_.contains(revision))
            doubtful_.insert(revision);
}

/// Whether any of those in doubt is in no entry with words any more.
bool RecordEntries::take_lost() {
    std::set<RevisionId> doubtful;
    {
        const std::lock_guard lock(mutex_);
        doubtful.swap(doubtful_);
    }
    return std::ranges::any_of(doubtful, [&](const RevisionId& revision) {
        return std::ranges::none_of(carriers_of(revision), [&](const RevisionId& carrier) {
            const auto entry = store_.read_body(carrier);
            return entry && entry->state == replica::BodyState::have;
        });
    });
}

void RecordEntries::forget() {
    const std::lock_guard lock(mutex_);
    // What was shown and is not opened again has to leave the search.
    for (const auto& [revision, far] : far_)
        for (const RevisionId& carrier : far.carriers)
            changed_.push_back({far.document, revision, carriers_.at(carrier).space});
    carriers_.clear();
    far_.clear();
    schools_.clear();
    waiting_.clear();
    proofs_.clear();
}

// ----------------------------------------------------------------------------------- questions

std::vector<RevisionId> RecordEntries::carriers_of(const RevisionId& revision) const {
    const std::lock_guard lock(mutex_);
    const auto found = far_.find(revision);
    return found == far_.end() ? std::vector<RevisionId>{} : found->second.carriers;
}

Result<storage::FoundBody> RecordEntries::read_body(const RevisionId& revision) const {
    auto own = store_.read_body(revision);
    if (own || own.error().code != Errc::not_found)
        return own;
    for (const RevisionId& carrier : carriers_of(revision)) {
        const auto entry = store_.read_body(carrier);
        if (!entry || entry->state != replica::BodyState::have)
            continue;
        auto inner = agreement::parse_carried_record(*entry->body.encoded);
        if (!inner)
            continue;
        return storage::FoundBody{
            replica::BodyState::have,
            std::move(inner->record.body),
            std::make_shared<const Bytes>(std::move(inner->record.header))};
    }
    return own;
}

Result<storage::FoundRevision> RecordEntries::find(const RevisionId& revision) const {
    auto own = store_.find_revision(revision);
    if (own || own.error().code != Errc::not_found)
        return own;
    for (const RevisionId& carrier : carriers_of(revision))
        if (auto found = store_.find_revision(carrier))
            return found;
    return own;
}

std::optional<FarOrigin> RecordEntries::origin_of(const RevisionId& revision) const {
    const std::lock_guard lock(mutex_);
    const auto found = far_.find(revision);
    return found == far_.end() ? std::nullopt : std::optional(found->second.origin);
}

std::string RecordEntries::network_of(const SchoolId& school) const {
    const std::lock_guard lock(mutex_);
    const auto found = schools_.find(school);
    return found == schools_.end() ? "" : found->second;
}

std::optional<RevisionId> RecordEntries::opened_as(const RevisionId& carrier) const {
    const std::lock_guard lock(mutex_);
    const auto found = carriers_.find(carrier);
    return found == carriers_.end() ? std::nullopt : found->second.revision;
}

std::vector<RecordEntries::Changed> RecordEntries::take_changed(std::size_t count_max) {
    const std::lock_guard lock(mutex_);
    const auto end =
        changed_.begin() + static_cast<std::ptrdiff_t>(std::min(count_max, changed_.size()));
    std::vector<Changed> taken(changed_.begin(), end);
    changed_.erase(changed_.begin(), end);
    return taken;
}

bool RecordEntries::has_changed() const {
    const std::lock_guard lock(mutex_);
    return !changed_.empty();
}

} // namespace staffroom::services
