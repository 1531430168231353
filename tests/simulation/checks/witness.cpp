#include "tests/simulation/checks/witness.hpp"

#include "protocol/crypto/hash.hpp"
#include "protocol/network/notice.hpp"

namespace staffroom::simulation {
namespace {

std::optional<network::SignedNotice> notice_in(const replica::Row& row) {
    if (row.kind != replica::RowKind::notice || row.value.empty())
        return std::nullopt;
    auto notice = network::decode_signed_notice(row.value);
    return notice ? std::optional(std::move(*notice)) : std::nullopt;
}

/// Of a row that travels: a chain or a notice.
std::optional<SchoolId> author_of(const replica::Row& row) {
    if (row.kind == replica::RowKind::chain)
        return SchoolId::from(row.key);
    const auto notice = notice_in(row);
    return notice ? std::optional(notice->notice.school) : std::nullopt;
}

} // namespace

void Witness::meet(std::size_t school, const SchoolId& id, const SigningPublicKey& key) {
    schools_.emplace(id, school);
    keys_.emplace(key, school);
    held_[school];
    allow(log::school_space(id), school);
}

std::optional<std::size_t> Witness::find(const SchoolId& id) const {
    const auto at = schools_.find(id);
    return at == schools_.end() ? std::nullopt : std::optional(at->second);
}

void Witness::allow(const SpaceId& space, std::size_t school) {
    allowed_[space].insert(school);
}

bool Witness::may_hold(const SpaceId& space, std::size_t school) const {
    const auto allowed = allowed_.find(space);
    return allowed != allowed_.end() && allowed->second.contains(school);
}

std::vector<LogId> Witness::logs() const {
    std::vector<LogId> all;
    for (const auto& [log, space] : spaces_)
        all.push_back(log);
    return all;
}

bool Witness::may_see(const LogId& log, std::size_t school) const {
    const auto at = spaces_.find(log);
    return at == spaces_.end() || may_hold(at->second, school);
}

void Witness::forbid(const SpaceId& space, std::size_t school, Instant since) {
    forbidden_.try_emplace({space, school}, since);
}

void Witness::violated(std::string property, std::string detail) {
    if (!violation_)
        violation_ = Violation{std::move(property), std::move(detail)};
}

void Witness::head_seen(const SigningPublicKey& key, const log::Head& head) {
    const auto author = keys_.find(key);
    if (author == keys_.end() || !is_honest(author->second) || head.size.value == 0)
        return;
    const auto [at, is_new] = heads_.try_emplace({head.log, head.size.value}, head.root);
    if (!is_new && at->second != head.root)
        violated(
            "no second head for one size of one incarnation",
            "school " + std::to_string(author->second) + " has signed two roots for size " +
                std::to_string(head.size.value)
        );
}

void Witness::image_opened(const replica::Image& image) {
    for (const replica::LogState& state : image.logs)
        head_seen(state.descriptor.node_key, state.head.head);
}

void Witness::check_space(std::size_t school, const replica::LogAppend& append) {
    const SpaceId& space = append.after.descriptor.space;
    if (!may_hold(space, school)) {
        violated(
            "nothing readable outside its network",
            "school " + std::to_string(school) + " holds entries of a network it never joined"
        );
        return;
    }
    const auto forbidden = forbidden_.find({space, school});
    if (forbidden == forbidden_.end())
        return;
    for (const replica::NewEntry& entry : append.entries) {
        const auto place = places_.find(entry.revision);
        const bool is_new = place != places_.end() &&
                            acknowledged_[place->second].at > forbidden->second &&
                            acknowledged_[place->second].school != school;
        if (is_new)
            violated(
                "nothing readable outside its network",
                "school " + std::to_string(school) +
                    " was sent what was written after all knew that it is suspended"
            );
    }
}

std::set<SpaceId> Witness::committed(std::size_t school, const replica::StoreBatch& batch) {
    Holdings& holdings = held_[school];
    for (const replica::LogAppend& append : batch.appends) {
        const log::LogDescriptor& descriptor = append.after.descriptor;
        head_seen(descriptor.node_key, append.after.head.head);
        check_space(school, append);
        spaces_.emplace(append.after.id, descriptor.space);
        for (const replica::NewEntry& entry : append.entries)
            holdings.insert_or_assign(entry.revision, entry.state);
    }
    for (const replica::BodyFill& fill : batch.bodies)
        holdings.insert_or_assign(fill.revision, log::BodyState::have);
    if (is_honest(school))
        count_content(school, batch);
    return new_in(batch);
}

/// What has come to this school over its lines.
void Witness::count_content(std::size_t school, const replica::StoreBatch& batch) {
    for (const replica::LogAppend& append : batch.appends) {
        if (find(append.after.descriptor.school) == school)
            continue;
        for (const replica::NewEntry& entry : append.entries)
            traffic_.obtained(entry);
        traffic_.obtained_chunk();
    }
    for (const replica::BodyFill& fill : batch.bodies)
        traffic_.obtained_body(fill.body);
    for (const replica::Row& row : batch.rows) {
        const auto author = author_of(row);
        if (author && find(*author) != school)
            traffic_.obtained_row(row);
    }
}

std::set<SpaceId> Witness::new_in(const replica::StoreBatch& batch) {
    std::set<SpaceId> spaces;
    for (const replica::LogAppend& append : batch.appends) {
        for (const replica::NewEntry& entry : append.entries) {
            if (published_.insert(entry.revision).second)
                spaces.insert(append.after.descriptor.space);
        }
    }
    for (const replica::Row& row : batch.rows) {
        const auto notice = notice_in(row);
        if (notice &&
            notices_.insert(crypto::hash(crypto::HashLabel::notice, notice->bytes)).second)
            spaces.insert(notice->notice.space);
    }
    return spaces;
}

void Witness::acknowledged(
    std::size_t school, const SpaceId& space, std::span<const RevisionId> all, Instant now
) {
    for (const RevisionId& revision : all) {
        if (!held_[school].contains(revision))
            violated(
                "no acknowledged entry lost",
                "school " + std::to_string(school) + " acknowledged what its disk does not hold"
            );
        places_.emplace(revision, acknowledged_.size());
        acknowledged_.push_back({school, space, revision, now});
    }
}

void Witness::went_back(std::size_t school, Holdings older) {
    Holdings before = std::exchange(held_[school], std::move(older));
    for (const auto& [revision, state] : held_[school])
        before.erase(revision);
    for (const auto& [revision, state] : before) {
        const auto place = places_.find(revision);
        if (place == places_.end())
            continue;
        bool is_elsewhere = false;
        for (const auto& [other, held] : held_) {
            const auto at = held.find(revision);
            is_elsewhere = is_elsewhere || (is_honest(other) && at != held.end() &&
                                            at->second == log::BodyState::have);
        }
        Acknowledged& one = acknowledged_[place->second];
        one.is_excused = one.is_excused || !is_elsewhere;
    }
}

} // namespace staffroom::simulation
