// Which logs of records are here, and at how many schools this school's own are known to be: see
// replica.hpp and meeting/holders.
#include "protocol/replica/replica.hpp"
#include "protocol/replica/replica_parts.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

bool is_among(const Holders::Sizes& sizes, const LogId& log, Position position) {
    const auto size = sizes.find(log);
    return size != sizes.end() && size->second.value > position.value;
}

} // namespace

Safety HeldElsewhere::of(const LogId& log, Position position) const {
    Safety safety{1, schools};
    if (const auto held = sizes.find(log); held != sizes.end())
        safety.at += static_cast<std::size_t>(
            held->second.end() -
            std::upper_bound(held->second.begin(), held->second.end(), LogSize{position.value})
        );
    return safety;
}

HeldElsewhere Replica::held_elsewhere(const SpaceId& space) const {
    HeldElsewhere elsewhere;
    const NetworkState* network = parts_->networks.of_space(space);
    if (network == nullptr || !network->roster.is_member(parts_->context.school))
        return elsewhere;
    elsewhere.schools = network->roster.members.size();
    for (const auto& [school, sizes] : parts_->holders.held(space)) {
        if (!network->roster.is_member(school))
            continue;
        for (const auto& [log, size] : *sizes)
            elsewhere.sizes[log].push_back(size);
    }
    for (auto& [log, sizes] : elsewhere.sizes)
        std::sort(sizes.begin(), sizes.end());
    return elsewhere;
}

std::vector<HoldingSchool>
Replica::holders(const SpaceId& space, const LogId& log, Position position) const {
    std::vector<HoldingSchool> all;
    const NetworkState* network = parts_->networks.of_space(space);
    if (network == nullptr || !network->roster.is_member(parts_->context.school))
        return all;
    const auto held = parts_->holders.held(space);
    for (const auto& [school, member] : network->roster.members) {
        const auto sizes = held.find(school);
        const bool is_here = school == parts_->context.school;
        all.push_back(
            {school,
             is_here || (sizes != held.end() && is_among(*sizes->second, log, position)),
             is_here ? std::nullopt : parts_->neighbours.heard_from(school)}
        );
    }
    return all;
}

std::uint64_t Replica::log_changes() const {
    return parts_->logbook.changes();
}

std::vector<HeldLog> Replica::record_logs() const {
    const SpaceId own = log::school_space(parts_->context.school);
    std::vector<HeldLog> held;
    for (const auto& [id, record] : parts_->logbook.all()) {
        const SpaceId& space = record.descriptor.space;
        if (record.descriptor.channel != log::Channel::records)
            continue;
        const NetworkState* network = parts_->networks.of_space(space);
        // Who is out keeps what it has.
        const bool was_member =
            network != nullptr && network->roster.ever_admitted.count(parts_->context.school) > 0;
        if (space == own || was_member)
            held.push_back({id, space, record.shown(), record.shown() < record.durable.stored});
    }
    return held;
}

} // namespace staffroom::replica
