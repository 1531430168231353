#include "protocol/replica/membership/spaces.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::replica {

wire::ItemTag tag_of(ByteView hash) {
    return *wire::ItemTag::from(hash.first(wire::ItemTag::size_bytes));
}

std::size_t SpaceState::know_log(const LogId& log, const SchoolId& school) {
    std::size_t& count = log_counts[school];
    if (known_logs.insert(log).second)
        ++count;
    return count;
}

void SpaceState::add_log(const LogId& log, const SchoolId& school) {
    know_log(log, school);
    logs.insert(log);
}

std::size_t SpaceState::log_count(const SchoolId& school) const {
    const auto at = log_counts.find(school);
    return at == log_counts.end() ? 0 : at->second;
}

void SpaceState::update_item(const LogRecord& record) {
    if (record.durable.stored.value == 0)
        return;
    add_log(record.id, record.descriptor.school);
    const Digest item(record.id.raw());
    if (record.counted().value > 0 && audience->ever_had(record.descriptor.school))
        items.put({item, record.counted().value, tag_of(record.counted_root().view())});
    else
        items.remove(item);
}

SpaceState& Spaces::add(SpaceState state) {
    const SpaceId id = state.id;
    const auto [at, is_new] = spaces_.emplace(id, std::move(state));
    ensure(is_new);
    return at->second;
}

SpaceState* Spaces::find(const SpaceId& id) {
    const auto at = spaces_.find(id);
    return at == spaces_.end() ? nullptr : &at->second;
}

const SpaceState* Spaces::find(const SpaceId& id) const {
    const auto at = spaces_.find(id);
    return at == spaces_.end() ? nullptr : &at->second;
}

void Spaces::put_item(SpaceState& state, const wire::Item& item) {
    const wire::Item* known = state.items.find(item.id);
    if (known != nullptr && *known == item)
        return;
    state.items.put(item);
    changed_.emplace_back(state.id, item.id);
}

} // namespace staffroom::replica
