#include "storage/store/entry_reader.hpp"

#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/log/tree_shape.hpp"

#include <algorithm>

namespace staffroom::storage {

using log::Blake2b256;
using log::Subtree;
using replica::BodyState;
using replica::LoadedEntry;

namespace {

/// The row of one entry. Errors: corrupt when it is not there.
Result<std::string> entry_value(const Database& database, const EntryAddress& at) {
    auto value = database.get(entry_key(at).view());
    if (!value && value.error().code == Errc::not_found)
        return fail(Errc::corrupt, "an entry is not where its log says");
    return value;
}

/// Collects what a chunk may carry, and where its bodies lie.
struct ChunkBuilder {
    const replica::LoadChunk& ask;
    std::vector<LoadedEntry> entries;
    std::vector<BodyAt> places;
    std::vector<std::size_t> owners; // entries[owners[i]] has its body at places[i]
    std::size_t bytes = 0;

    /// False when the entry does not fit any more.
    bool add(const EntryRow& row) {
        const bool with_body = ask.with_bodies && row.state == BodyState::have;
        const std::size_t more = row.header.size() + (with_body ? row.place.length : 0);
        if (!entries.empty() && (entries.size() >= ask.entries_max || bytes + more > ask.bytes_max))
            return false;
        bytes += more;
        if (with_body) {
            places.push_back({row.place, revision_of(row.header)});
            owners.push_back(entries.size());
        }
        entries.push_back({std::make_shared<const Bytes>(to_bytes(row.header)), row.state, {}});
        return true;
    }
};

/// Puts the bodies that were read into their entries. A damaged body is one that is missing here:
/// it is never sent on, and fetched again.
Result<void> take_bodies(
    std::vector<LoadedEntry>& entries,
    std::span<const std::size_t> owners,
    std::vector<Result<replica::BodyBytes>> bodies
) {
    for (std::size_t i = 0; i < owners.size(); ++i) {
        if (bodies[i]) {
            entries[owners[i]].body = std::move(*bodies[i]);
            continue;
        }
        if (bodies[i].error().code == Errc::io_error)
            return fail(bodies[i].error());
        entries[owners[i]].state = BodyState::missing;
    }
    return {};
}

/// Hashes of subtrees: from the log's frontier where they are part of it, from rows above the
/// lowest stored level, else from the headers.
class SubtreeReader {
public:
    SubtreeReader(const Database& database, LogNumber log, const log::CompactRange& frontier)
        : database_(database)
        , log_(log)
        , at_(log::cover(frontier.begin, frontier.end))
        , frontier_(frontier) {}

    Result<TreeHash> read(Subtree at) const {
        const auto known = std::find(at_.begin(), at_.end(), at);
        if (known != at_.end())
            return frontier_.hashes[static_cast<std::size_t>(known - at_.begin())];
        if (at.level >= replica::tree_node_level_min)
            return read_row(at);
        return hash_headers(at);
    }

private:
    Result<TreeHash> read_row(Subtree at) const {
        auto value = database_.get(node_key(log_, at).view());
        if (!value && value.error().code != Errc::not_found)
            return fail(value.error());
        auto hash = value ? TreeHash::from(as_view(*value)) : std::nullopt;
        if (!hash)
            return fail(Errc::corrupt, "a subtree's row is missing or damaged");
        return *hash;
    }

    Result<TreeHash> hash_headers(Subtree at) const {
        const std::uint64_t begin = at.index << at.level;
        const std::uint64_t count = std::uint64_t{1} << at.level;
        std::vector<TreeHash> leaves;
        leaves.reserve(static_cast<std::size_t>(count));
        const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
            auto address = address_in_key(key);
            auto row = decode_entry(value);
            if (!address || !row || address->position.value != begin + leaves.size())
                return fail(Errc::corrupt, "an entry of a subtree is missing or damaged");
            leaves.push_back(log::leaf_hash<Blake2b256>(row->header));
            return leaves.size() < count;
        };
        auto done = database_.for_each(
            entry_prefix(log_).view(), entry_key({log_, Position{begin}}).view(), visit
        );
        if (!done)
            return fail(done.error());
        if (leaves.size() != count)
            return fail(Errc::corrupt, "entries of a subtree are missing");
        // A perfect subtree: level by level, in place.
        for (std::size_t left = leaves.size(); left > 1; left /= 2) {
            for (std::size_t i = 0; i < left / 2; ++i)
                leaves[i] = log::inner_hash<Blake2b256>(leaves[2 * i], leaves[2 * i + 1]);
        }
        return leaves[0];
    }

    const Database& database_;
    LogNumber log_;
    std::vector<Subtree> at_;
    const log::CompactRange& frontier_;
};

} // namespace

RevisionId revision_of(ByteView header) {
    return crypto::hash_as<RevisionId>(crypto::HashLabel::revision, header);
}

Result<replica::LoadedChunk> EntryReader::load_chunk(const replica::LoadChunk& ask) const {
    auto log = known(ask.log);
    if (!log)
        return fail(log.error());
    const LogSize end = std::min({ask.end, ask.prove_to, log->stored});
    if (ask.begin.value >= end.value || ask.prove_to > log->stored)
        return fail(Errc::out_of_range, "a chunk beyond what is stored");

    ChunkBuilder builder{ask, {}, {}, {}, 0};
    auto done = for_each_entry(ask.log, ask.begin, [&](const VisitedEntry& entry) -> Result<bool> {
        return entry.position.value < end.value && builder.add(entry.row);
    });
    if (!done)
        return fail(done.error());
    if (auto taken =
            take_bodies(builder.entries, builder.owners, segments_.read_all(builder.places));
        !taken)
        return fail(taken.error());
    for (std::size_t i = 0; ask.with_bodies && i < builder.entries.size(); ++i)
        take_copy(*log, Position{ask.begin.value + i}, builder.entries[i]);
    const LogSize chunk_end{ask.begin.value + builder.entries.size()};
    auto range = load_range(ask.log, chunk_end, ask.prove_to);
    if (!range)
        return fail(range.error());
    return replica::LoadedChunk{ask.log, ask.begin, std::move(builder.entries), std::move(*range)};
}

Result<replica::LoadedBodies> EntryReader::load_bodies(const replica::LoadBodies& ask) const {
    auto log = known(ask.log);
    if (!log)
        return fail(log.error());
    std::vector<LoadedEntry> entries;
    std::vector<BodyAt> places;
    std::vector<std::size_t> owners;
    entries.reserve(ask.positions.size());
    for (const Position& position : ask.positions) {
        if (position.value >= log->stored.value)
            return fail(Errc::out_of_range, "a body beyond what is stored");
        auto value = entry_value(database_, {log->number, position});
        auto row = value ? decode_entry(as_view(*value)) : Result<EntryRow>(fail(value.error()));
        if (!row)
            return fail(row.error());
        if (row->state == BodyState::have) {
            places.push_back({row->place, revision_of(row->header)});
            owners.push_back(entries.size());
        }
        entries.push_back({nullptr, row->state, {}});
    }
    if (auto taken = take_bodies(entries, owners, segments_.read_all(places)); !taken)
        return fail(taken.error());
    for (std::size_t i = 0; i < entries.size(); ++i)
        take_copy(*log, ask.positions[i], entries[i]);
    return replica::LoadedBodies{ask.log, ask.positions, std::move(entries)};
}

/// Without one of its operations a log ends there for everybody who fetches it.
void EntryReader::take_copy(const KnownLog& log, Position position, LoadedEntry& entry) const {
    if (log.descriptor.channel != log::Channel::governance || entry.state != BodyState::missing)
        return;
    if (auto copy = payload_copy({log.number, position})) {
        entry.state = BodyState::have;
        entry.body = {{}, std::make_shared<const Bytes>(std::move(*copy))};
    }
}

Result<Bytes> EntryReader::payload_copy(const EntryAddress& at) const {
    const RowKey key = payload_key(at);
    auto value = database_.get(key.view());
    auto content = value ? open_sealed_row(key.view(), as_view(*value))
                         : Result<ByteView>(fail(value.error()));
    if (!content)
        return fail(content.error());
    return to_bytes(*content);
}

Result<log::CompactRange>
EntryReader::load_range(const LogId& id, LogSize begin, LogSize end) const {
    auto log = known(id);
    if (!log)
        return fail(log.error());
    if (begin > end || end > log->stored)
        return fail(Errc::out_of_range, "a range beyond what is stored");
    if (begin == end)
        return log::CompactRange{begin, end, {}};
    const RowKey key = log_key(id);
    auto value = database_.get(key.view());
    auto content = value ? open_sealed_row(key.view(), as_view(*value))
                         : Result<ByteView>(fail(value.error()));
    auto row = content ? decode_log(*content) : Result<LogRow>(fail(content.error()));
    if (!row)
        return fail(Errc::corrupt, "a log's row cannot be read: " + row.error().detail);
    if (!log::is_well_formed(row->state.frontier))
        return fail(Errc::corrupt, "a log's frontier does not fit its bounds");
    const SubtreeReader subtrees(database_, log->number, row->state.frontier);
    return log::range_from_nodes<Blake2b256>(begin, end, [&](Subtree at) {
        return subtrees.read(at);
    });
}

Result<replica::LoadedRanges> EntryReader::load_ranges(const replica::LoadRanges& ask) const {
    replica::LoadedRanges loaded{ask.log, {}};
    for (const auto& [begin, end] : ask.ranges) {
        auto range = load_range(ask.log, begin, end);
        if (!range)
            return fail(range.error());
        loaded.ranges.push_back(std::move(*range));
    }
    return loaded;
}

Result<EntryReader::FoundEntry> EntryReader::find_entry(const RevisionId& revision) const {
    auto address = database_.get(revision_key(revision).view());
    if (!address)
        return fail(address.error());
    auto at = decode_address(as_view(*address));
    if (!at)
        return fail(at.error());
    auto id = table_.id_of(at->log);
    auto log = id ? table_.find(*id) : std::nullopt;
    // A salvage may have cut the log below the entry.
    if (!log || at->position.value >= log->stored.value)
        return fail(Errc::not_found);
    auto value = entry_value(database_, *at);
    auto row = value ? decode_entry(as_view(*value)) : Result<EntryRow>(fail(value.error()));
    if (!row)
        return fail(row.error());
    if (revision_of(row->header) != revision)
        return fail(Errc::corrupt, "a header does not match its revision");
    auto header = std::make_shared<const Bytes>(to_bytes(row->header));
    return FoundEntry{*id, *log, at->position, row->state, row->place, std::move(header)};
}

Result<FoundRevision> EntryReader::find_revision(const RevisionId& revision) const {
    auto found = find_entry(revision);
    if (!found)
        return fail(found.error());
    return FoundRevision{
        found->log, found->known.descriptor, found->position, found->header, found->state};
}

Result<FoundBody> EntryReader::read_body(const RevisionId& revision) const {
    auto found = find_entry(revision);
    if (!found)
        return fail(found.error());
    if (found->state != BodyState::have)
        return FoundBody{found->state, {}, std::move(found->header)};
    auto body = segments_.read({found->place, revision});
    if (body)
        return FoundBody{BodyState::have, std::move(*body), std::move(found->header)};
    if (body.error().code == Errc::io_error)
        return fail(body.error());
    return FoundBody{BodyState::missing, {}, std::move(found->header)};
}

Result<std::vector<RevisionId>>
EntryReader::revisions_with_prefix(std::string_view prefix, std::size_t count_max) const {
    constexpr std::size_t text_characters = 52; // of 32 bytes
    if (prefix.size() < revision_prefix_min || prefix.size() > text_characters)
        return fail(Errc::invalid_input, "the beginning of an id has 8 to 52 characters");
    std::string lowest(prefix);
    lowest.resize(text_characters, 'a'); // 'a' stands for zero bits
    auto first = id_from_base32<RevisionId>(lowest);
    if (!first)
        return fail(Errc::invalid_input, "an id has the letters a to z and the digits 2 to 7");
    std::vector<RevisionId> found;
    const auto visit = [&](ByteView key, ByteView) -> Result<bool> {
        auto revision = RevisionId::from(key.subspan(1));
        if (!revision)
            return fail(Errc::corrupt, "a revision's row key has a wrong length");
        if (found.size() >= count_max || !to_base32(*revision).starts_with(prefix))
            return false;
        found.push_back(*revision);
        return true;
    };
    const RowKey all(RowTag::revision);
    if (auto done = database_.for_each(all.view(), revision_key(*first).view(), visit); !done)
        return fail(done.error());
    return found;
}

Result<void>
EntryReader::for_each_entry(const LogId& id, Position begin, const EntryVisitor& visitor) const {
    auto log = known(id);
    if (!log)
        return fail(log.error());
    std::uint64_t next = begin.value;
    bool is_ended = false;
    const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
        if (next >= log->stored.value)
            return false;
        auto address = address_in_key(key);
        auto row = decode_entry(value);
        if (!address || !row || address->position.value != next)
            return fail(Errc::corrupt, "an entry is missing or damaged");
        auto goes_on = visitor({Position{next}, *row});
        if (!goes_on)
            return fail(goes_on.error());
        ++next;
        is_ended = !*goes_on;
        return *goes_on;
    };
    auto done = database_.for_each(
        entry_prefix(log->number).view(), entry_key({log->number, begin}).view(), visit
    );
    if (!done)
        return done;
    if (!is_ended && next < log->stored.value)
        return fail(Errc::corrupt, "a log ends before its stored size");
    return {};
}

Result<KnownLog> EntryReader::known(const LogId& id) const {
    auto log = table_.find(id);
    if (!log)
        return fail(Errc::not_found, "no such log here");
    return *log;
}

} // namespace staffroom::storage
