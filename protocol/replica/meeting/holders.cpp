#include "protocol/replica/meeting/holders.hpp"

#include "protocol/base/bytes.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// A school that writes all day would have its neighbours' rows written as often.
constexpr std::chrono::minutes holder_written_every{1};

constexpr std::size_t holder_key_bytes = SpaceId::size_bytes + SchoolId::size_bytes;
constexpr std::size_t held_log_bytes = LogId::size_bytes + 8;

Row holder_row(const SpaceId& space, const SchoolId& school, const Holders::Sizes& sizes) {
    Row row{RowKind::holder, to_bytes(space.view()), {}};
    append(row.key, school.view());
    for (const auto& [log, size] : sizes) {
        append(row.value, log.view());
        append_u64_be(row.value, size.value);
    }
    return row;
}

/// Reads the logs of a row; nothing where it is none of ours.
std::optional<Holders::Sizes> holder_sizes(const Row& row) {
    if (row.kind != RowKind::holder || row.key.size() != holder_key_bytes ||
        row.value.size() % held_log_bytes != 0)
        return std::nullopt;
    Holders::Sizes sizes;
    for (ByteView rest(row.value); !rest.empty(); rest = rest.subspan(held_log_bytes))
        sizes.insert_or_assign(
            *LogId::from(rest.first(LogId::size_bytes)),
            LogSize{read_u64_be(rest.subspan(LogId::size_bytes, 8))}
        );
    return sizes;
}

} // namespace

Result<void> Holders::restore(const Image& image) {
    for (const Row& row : image.rows) {
        const auto sizes = holder_sizes(row);
        if (!sizes)
            continue;
        const ByteView key(row.key);
        const auto space = SpaceId::from(key.first(SpaceId::size_bytes));
        const auto school = SchoolId::from(key.subspan(SpaceId::size_bytes));
        const auto shared = std::make_shared<const Sizes>(*sizes);
        known_[*space].insert_or_assign(*school, Known{shared, shared, Instant{0}});
    }
    return {};
}

void Holders::look(const Link& link) {
    note(link, false);
}

void Holders::link_closed(const Link& link, Errc /*why*/) {
    note(link, true);
}

void Holders::note(const Link& link, bool is_ending) {
    if (!link.school || *link.school == context_.school || !link.hello_received)
        return;
    for (const auto& [id, space] : link.spaces) {
        const SpaceState* state = spaces_.find(id);
        if (state == nullptr)
            continue;
        const bool is_settled = exchange_.is_settled(space, *state);
        auto at = known_[id].find(*link.school);
        if (at == known_[id].end()) {
            if (!is_settled)
                continue;
            at = known_[id].emplace(*link.school, Known{nullptr, nullptr, Instant{0}}).first;
        }
        Known& known = at->second;
        if (is_settled)
            known.sizes = own_sizes(*state);
        const bool is_news = known.written == nullptr || *known.sizes != *known.written;
        const bool is_due = known.written == nullptr || is_ending ||
                            context_.now - known.written_at >= holder_written_every;
        if (!is_news || !is_due)
            continue;
        known.written = known.sizes;
        known.written_at = context_.now;
        rows_.push_back(holder_row(id, *link.school, *known.sizes));
    }
}

std::map<SchoolId, std::shared_ptr<const Holders::Sizes>> Holders::held(const SpaceId& space
) const {
    std::map<SchoolId, std::shared_ptr<const Sizes>> all;
    if (const auto known = known_.find(space); known != known_.end())
        for (const auto& [school, each] : known->second)
            all.emplace(school, each.sizes);
    const SpaceState* state = spaces_.find(space);
    if (state == nullptr)
        return all;
    for (const auto& [id, link] : links_.all()) {
        const LinkSpace* shared = link.space(space);
        if (!link.is_open() || !link.school || *link.school == context_.school ||
            shared == nullptr || !exchange_.is_settled(*shared, *state))
            continue;
        all.insert_or_assign(*link.school, own_sizes(*state));
    }
    return all;
}

/// Returns how much of each own log counts here, gathered again only after a change: all neighbours
/// greet, and a large network has thousands of logs.
std::shared_ptr<const Holders::Sizes> Holders::own_sizes(const SpaceState& state) const {
    Newest& newest = newest_[state.id];
    if (newest.sizes != nullptr && newest.changes == logbook_.changes())
        return newest.sizes;
    Sizes sizes;
    for (const LogId& id : state.logs) {
        const LogRecord& record = *logbook_.find(id);
        if (record.descriptor.school == context_.school &&
            record.descriptor.channel == log::Channel::records && record.counted().value > 0)
            sizes.emplace(id, record.counted());
    }
    newest.changes = logbook_.changes();
    if (newest.sizes == nullptr || *newest.sizes != sizes)
        newest.sizes = std::make_shared<const Sizes>(std::move(sizes));
    return newest.sizes;
}

} // namespace staffroom::replica
