#include "tests/support/store/store_oracle.hpp"

#include "protocol/log/tree_range.hpp"

namespace staffroom::tests {

using replica::BodyState;

namespace {

constexpr std::size_t all_bytes = 1U << 30U;

bool is_same_body(const replica::BodyBytes& left, const replica::BodyBytes& right) {
    return left.salt == right.salt && *left.encoded == *right.encoded;
}

replica::LoadChunk whole_log(const LogId& id, std::size_t entries) {
    return {
        .log = id,
        .begin = {0},
        .end = {entries},
        .prove_to = {entries},
        .entries_max = entries,
        .bytes_max = all_bytes,
        .with_bodies = true,
    };
}

} // namespace

void StoreOracle::apply(const replica::StoreBatch& batch) {
    for (const replica::LogAppend& append : batch.appends) {
        auto& log =
            logs_.try_emplace(append.after.id, Log{{}, append.after.head.head.root}).first->second;
        for (const replica::NewEntry& entry : append.entries)
            log.entries.push_back({entry.revision, entry.header, entry.state, entry.body});
        log.root = append.after.head.head.root;
    }
    for (const replica::BodyFill& fill : batch.bodies) {
        Entry& entry = logs_.at(fill.log).entries.at(fill.position.value);
        entry.state = BodyState::have;
        entry.body = fill.body;
    }
    for (const replica::Row& row : batch.rows) {
        if (row.value.empty())
            rows_.erase({row.kind, row.key});
        else
            rows_.insert_or_assign({row.kind, row.key}, row.value);
        past_[{row.kind, row.key}].insert(row.value);
    }
}

std::string StoreOracle::difference(const storage::Store& store) const {
    for (const auto& [id, log] : logs_) {
        if (auto text = compare_log(store, id); !text.empty())
            return text;
    }
    return compare_image(store);
}

std::string StoreOracle::compare_log(const storage::Store& store, const LogId& id) const {
    const Log& log = logs_.at(id);
    if (log.entries.empty())
        return {};
    auto chunk = store.load_chunk(whole_log(id, log.entries.size()));
    if (!chunk)
        return "a log cannot be loaded: " + chunk.error().detail;
    if (chunk->entries.size() != log.entries.size())
        return "a log has another number of entries";
    log::CompactRange range;
    std::vector<TreeHash> leaves;
    for (std::size_t i = 0; i < log.entries.size(); ++i) {
        const Entry& wanted = log.entries[i];
        const replica::LoadedEntry& got = chunk->entries[i];
        leaves.push_back(log::leaf_hash<log::Blake2b256>(*got.header));
        if (*got.header != *wanted.header || got.state != wanted.state)
            return "entry " + std::to_string(i) + " differs";
        if (wanted.state == BodyState::have && !is_same_body(got.body, wanted.body))
            return "the body of entry " + std::to_string(i) + " differs";
        auto found = store.find_revision(wanted.revision);
        if (!found || *found->header != *wanted.header)
            return "revision " + std::to_string(i) + " is not found";
    }
    log::append_leaves<log::Blake2b256>(range, leaves);
    auto root = log::root_of<log::Blake2b256>(range);
    return root && *root == log.root ? "" : "a log has another root";
}

std::string StoreOracle::compare_image(const storage::Store& store) const {
    auto image = store.load_image();
    if (!image)
        return "the image cannot be loaded: " + image.error().detail;
    if (image->logs.size() != logs_.size())
        return "another number of logs";
    std::size_t absent = 0;
    std::size_t absent_wanted = 0;
    for (const replica::LogState& state : image->logs) {
        const auto known = logs_.find(state.id);
        if (known == logs_.end() || state.stored.value != known->second.entries.size())
            return "a log's state has another stored size";
        auto root = log::root_of<log::Blake2b256>(state.frontier);
        if (!root || *root != known->second.root || state.head.head.root != known->second.root)
            return "a log's state has another root";
        for (const Entry& entry : known->second.entries)
            absent_wanted += entry.state != BodyState::have && entry.state != BodyState::none;
    }
    for (const auto& [id, positions] : image->without_body) {
        absent += positions.size();
        for (const auto& [position, state] : positions) {
            if (logs_.at(id).entries.at(position.value).state != state)
                return "a state without body differs";
        }
    }
    if (absent != absent_wanted)
        return "another number of entries without body";
    if (image->rows.size() != rows_.size())
        return "another number of rows";
    for (const replica::Row& row : image->rows) {
        const auto known = rows_.find({row.kind, row.key});
        if (known == rows_.end() || known->second != row.value)
            return "a row differs";
    }
    return {};
}

std::string StoreOracle::absent(const storage::Store& store) const {
    for (const auto& [id, log] : logs_) {
        for (std::size_t i = 0; i < log.entries.size(); ++i) {
            const Entry& wanted = log.entries[i];
            auto found = store.find_revision(wanted.revision);
            if (!found || *found->header != *wanted.header)
                return "entry " + std::to_string(i) + " of a log is not here";
            auto body = store.read_body(wanted.revision);
            if (!body || (wanted.state == BodyState::have && body->state != BodyState::have))
                return "the body of entry " + std::to_string(i) + " is not here";
        }
    }
    return {};
}

std::string StoreOracle::wrong_value(const storage::Store& store) const {
    for (const auto& [id, log] : logs_) {
        for (std::size_t i = 0; i < log.entries.size(); ++i) {
            const Entry& wanted = log.entries[i];
            replica::LoadChunk ask = whole_log(id, i + 1);
            ask.begin = {i};
            auto chunk = store.load_chunk(ask);
            if (chunk && *chunk->entries[0].header != *wanted.header)
                return "another header at " + std::to_string(i);
            if (chunk && chunk->entries[0].state == BodyState::have &&
                !is_same_body(chunk->entries[0].body, wanted.body))
                return "another body at " + std::to_string(i);
            auto found = store.find_revision(wanted.revision);
            if (found && *found->header != *wanted.header)
                return "another header of revision " + std::to_string(i);
            auto body = store.read_body(wanted.revision);
            if (body && body->state == BodyState::have && !is_same_body(body->body, wanted.body))
                return "another body of revision " + std::to_string(i);
        }
    }
    for (const auto& [key, values] : past_) {
        // Every meeting writes these anew, also the one that gave back what was lost.
        if (key.first == replica::RowKind::heard || key.first == replica::RowKind::first_frames ||
            key.first == replica::RowKind::holder)
            continue;
        auto row = store.row(key.first, key.second);
        if (row && !values.contains(*row))
            return "a row of kind " + std::to_string(static_cast<int>(key.first)) +
                   " that never was";
    }
    return {};
}

} // namespace staffroom::tests
