// The image that the core starts from: what Store::load_image reads.
#include "storage/store/store.hpp"

namespace staffroom::storage {

using replica::BodyState;

Result<replica::Image> Store::load_image() const {
    replica::Image image;
    const RowKey logs(RowTag::log);
    auto done = database_->for_each(logs.view(), logs.view(), [&](ByteView key, ByteView value) {
        auto content = open_sealed_row(key, value);
        auto row = content ? decode_log(*content) : Result<LogRow>(fail(content.error()));
        if (!row)
            return Result<bool>(fail(row.error()));
        image.logs.push_back(std::move(row->state));
        return Result<bool>(true);
    });
    if (!done)
        return fail(done.error());
    const RowKey absent(RowTag::without_body);
    done = database_->for_each(absent.view(), absent.view(), [&](ByteView key, ByteView value) {
        auto at = address_in_key(key);
        auto state = value.size() == 1 ? parse_body_state(value[0])
                                       : Result<BodyState>(fail(Errc::corrupt, "a body's state"));
        if (!at || !state)
            return Result<bool>(fail(at ? state.error() : at.error()));
        const auto id = table_.id_of(at->log);
        const auto log = id ? table_.find(*id) : std::nullopt;
        if (log && at->position.value < log->stored.value)
            image.without_body[*id].emplace(at->position, *state);
        return Result<bool>(true);
    });
    if (!done)
        return fail(done.error());
    const RowKey rows(RowTag::opaque);
    done = database_->for_each(rows.view(), rows.view(), [&](ByteView key, ByteView value) {
        auto content = open_sealed_row(key, value);
        if (!content || key.size() < 2)
            return Result<bool>(fail(Errc::corrupt, "a row of the core is damaged"));
        const auto kind = static_cast<replica::RowKind>(key[1]);
        image.rows.push_back({kind, to_bytes(key.subspan(2)), to_bytes(*content)});
        return Result<bool>(true);
    });
    if (!done)
        return fail(done.error());
    if (auto added = add_governance(image); !added)
        return fail(added.error());
    return image;
}

Result<void> Store::add_governance(replica::Image& image) const {
    for (const replica::LogState& log : image.logs) {
        if (log.descriptor.channel != log::Channel::governance)
            continue;
        std::vector<BodyAt> places;
        std::vector<std::size_t> owners;
        auto done = for_each_entry(log.id, Position{0}, [&](const auto& entry) -> Result<bool> {
            if (entry.row.state == BodyState::have) {
                places.push_back({entry.row.place, revision_of(entry.row.header)});
                owners.push_back(image.governance.size());
            }
            auto header = std::make_shared<const Bytes>(to_bytes(entry.row.header));
            image.governance.push_back({log.id, entry.position, std::move(header), nullptr});
            return true;
        });
        if (!done)
            return done;
        const auto payloads = segments_.read_all(places);
        for (std::size_t i = 0; i < owners.size(); ++i) {
            replica::GovernanceEntry& entry = image.governance[owners[i]];
            // What cannot be read, a bad sector too, must not keep the node from starting.
            if (payloads[i])
                entry.payload = payloads[i]->encoded;
            else
                image.without_body[log.id].emplace(entry.position, BodyState::missing);
        }
        if (auto copied = add_payload_copies(log.id, image); !copied)
            return copied;
    }
    return {};
}

Result<std::vector<replica::EntryPlace>> Store::damaged_bodies() const {
    std::vector<EntryAddress> missing;
    const RowKey absent(RowTag::without_body);
    auto done =
        database_->for_each(absent.view(), absent.view(), [&](ByteView key, ByteView value) {
            const auto at = address_in_key(key);
            if (at && value.size() == 1 &&
                value[0] == static_cast<std::uint8_t>(BodyState::missing))
                missing.push_back(*at);
            return Result<bool>(true);
        });
    if (!done)
        return fail(done.error());
    std::vector<replica::EntryPlace> damaged;
    for (const EntryAddress& at : missing) {
        const auto id = table_.id_of(at.log);
        if (id && is_damaged({*id, at.position}))
            damaged.push_back({*id, at.position});
    }
    return damaged;
}

bool Store::is_damaged(const replica::EntryPlace& place) const {
    const auto log = table_.find(place.log);
    const auto value = log ? database_->get(entry_key({log->number, place.position}).view())
                           : Result<std::string>(fail(Errc::not_found));
    const auto row = value ? decode_entry(as_view(*value)) : Result<EntryRow>(fail(value.error()));
    return row && row->state == BodyState::missing && row->place.length > 0;
}

/// An operation whose payload is damaged is asked for again; until then its copy does.
Result<void> Store::add_payload_copies(const LogId& id, replica::Image& image) const {
    const LogNumber number = table_.find(id)->number;
    for (auto& entry : image.governance) {
        if (entry.log != id || entry.payload != nullptr)
            continue;
        auto copy = reader_.payload_copy({number, entry.position});
        if (copy)
            entry.payload = std::make_shared<const Bytes>(std::move(*copy));
        // A damaged copy is none: the node must start all the same.
        else if (copy.error().code == Errc::io_error)
            return fail(copy.error());
    }
    return {};
}

} // namespace staffroom::storage
