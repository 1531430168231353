#include "storage/database/row_keys.hpp"

#include "protocol/base/ensure.hpp"
#include "storage/database/stored_check.hpp"

namespace staffroom::storage {

namespace {

constexpr std::string_view store_name = "staffroom store";
constexpr std::size_t address_bytes = 4 + 8;
constexpr std::size_t entry_fixed_bytes = 1 + 4 + 4 + 4; // state, place

/// A reader that takes fixed-width fields off the front of a row; `is_short` stays true once the
/// row was too short.
class RowReader {
public:
    explicit RowReader(ByteView bytes)
        : rest_(bytes) {}

    [[nodiscard]] ByteView take(std::size_t count) {
        if (count > rest_.size()) {
            is_short_ = true;
            return {};
        }
        const ByteView taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    [[nodiscard]] std::uint32_t u32() {
        const ByteView raw = take(4);
        return raw.empty() ? 0 : read_u32_be(raw);
    }
    [[nodiscard]] std::uint64_t u64() {
        const ByteView raw = take(8);
        return raw.empty() ? 0 : read_u64_be(raw);
    }
    template <class Fixed> [[nodiscard]] Fixed fixed() {
        const ByteView raw = take(Fixed::size_bytes);
        return raw.empty() ? Fixed(typename Fixed::Raw{}) : *Fixed::from(raw);
    }
    [[nodiscard]] bool is_short() const { return is_short_; }
    [[nodiscard]] bool is_done() const { return !is_short_ && rest_.empty(); }

private:
    ByteView rest_;
    bool is_short_ = false;
};

void encode_range(Bytes& out, const log::CompactRange& range) {
    append_u64_be(out, range.begin.value);
    append_u64_be(out, range.end.value);
    append_u32_be(out, static_cast<std::uint32_t>(range.hashes.size()));
    for (const TreeHash& hash : range.hashes)
        append(out, hash.view());
}

log::CompactRange decode_range(RowReader& row) {
    log::CompactRange range;
    range.begin = LogSize{row.u64()};
    range.end = LogSize{row.u64()};
    const std::uint32_t count = row.u32();
    for (std::uint32_t i = 0; i < count && !row.is_short(); ++i)
        range.hashes.push_back(row.fixed<TreeHash>());
    return range;
}

} // namespace

RowKey& RowKey::u32(std::uint32_t value) {
    for (unsigned shift = 32; shift > 0; shift -= 8)
        push(static_cast<std::uint8_t>(value >> (shift - 8)));
    return *this;
}

RowKey& RowKey::u64(std::uint64_t value) {
    u32(static_cast<std::uint32_t>(value >> 32U));
    return u32(static_cast<std::uint32_t>(value));
}

RowKey& RowKey::bytes(ByteView more) {
    ensure(more.size() <= raw_.size() - size_);
    std::copy(more.begin(), more.end(), raw_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += more.size();
    return *this;
}

RowKey meta_key() {
    return RowKey(RowTag::meta);
}

RowKey segment_end_key() {
    return RowKey(RowTag::segment_end);
}

RowKey commit_count_key() {
    return RowKey(RowTag::commit_count);
}

RowKey log_key(const LogId& log) {
    return RowKey(RowTag::log).bytes(log.view());
}

RowKey log_copy_key(LogNumber log) {
    return RowKey(RowTag::log_copy).u32(log.value);
}

RowKey entry_key(const EntryAddress& address) {
    return entry_prefix(address.log).u64(address.position.value);
}

RowKey entry_prefix(LogNumber log) {
    return RowKey(RowTag::entry).u32(log.value);
}

RowKey revision_key(const RevisionId& revision) {
    return RowKey(RowTag::revision).bytes(revision.view());
}

RowKey node_key(LogNumber log, const log::Subtree& at) {
    return node_prefix(log).push(static_cast<std::uint8_t>(at.level)).u64(at.index);
}

RowKey node_prefix(LogNumber log) {
    return RowKey(RowTag::node).u32(log.value);
}

RowKey without_body_key(const EntryAddress& address) {
    return without_body_prefix(address.log).u64(address.position.value);
}

RowKey without_body_prefix(LogNumber log) {
    return RowKey(RowTag::without_body).u32(log.value);
}

RowKey payload_key(const EntryAddress& address) {
    return payload_prefix(address.log).u64(address.position.value);
}

RowKey payload_prefix(LogNumber log) {
    return RowKey(RowTag::payload).u32(log.value);
}

Bytes opaque_key(replica::RowKind kind, ByteView key) {
    Bytes out;
    out.reserve(2 + key.size());
    out.push_back(static_cast<std::uint8_t>(RowTag::opaque));
    out.push_back(static_cast<std::uint8_t>(kind));
    append(out, key);
    return out;
}

void encode_address(Bytes& out, const EntryAddress& address) {
    append_u32_be(out, address.log.value);
    append_u64_be(out, address.position.value);
}

Result<EntryAddress> decode_address(ByteView bytes) {
    if (bytes.size() != address_bytes)
        return fail(Errc::corrupt, "an entry's address has a wrong length");
    return EntryAddress{LogNumber{read_u32_be(bytes)}, Position{read_u64_be(bytes.subspan(4))}};
}

Result<EntryAddress> address_in_key(ByteView row_key) {
    if (row_key.empty())
        return fail(Errc::corrupt, "an empty row key");
    return decode_address(row_key.subspan(1));
}

Result<log::Subtree> subtree_in_key(ByteView row_key) {
    if (row_key.size() != 1 + 4 + 1 + 8)
        return fail(Errc::corrupt, "a subtree's row key has a wrong length");
    return log::Subtree{row_key[5], read_u64_be(row_key.subspan(6))};
}

Result<replica::BodyState> parse_body_state(std::uint8_t raw) {
    using replica::BodyState;
    switch (raw) {
    case 0: return BodyState::have;
    case 1: return BodyState::erased;
    case 2: return BodyState::refused;
    case 3: return BodyState::not_for_you;
    case 4: return BodyState::over_limit;
    case 5: return BodyState::missing;
    case 6: return BodyState::none;
    default: return fail(Errc::corrupt, "a body's state is none of the known ones");
    }
}

void encode_entry(Bytes& out, const EntryRow& row) {
    out.clear();
    out.push_back(static_cast<std::uint8_t>(row.state));
    append_u32_be(out, row.place.segment);
    append_u32_be(out, row.place.offset);
    append_u32_be(out, row.place.length);
    append(out, row.header);
}

Result<EntryRow> decode_entry(ByteView value) {
    if (value.size() < entry_fixed_bytes)
        return fail(Errc::corrupt, "an entry's row is too short");
    auto state = parse_body_state(value[0]);
    if (!state)
        return fail(state.error());
    const Place place{
        .segment = read_u32_be(value.subspan(1)),
        .offset = read_u32_be(value.subspan(5)),
        .length = read_u32_be(value.subspan(9)),
    };
    return EntryRow{*state, place, value.subspan(entry_fixed_bytes)};
}

Bytes encode_log(const LogRow& row) {
    const replica::LogState& state = row.state;
    Bytes out;
    out.reserve(512 + 32 * (state.frontier.hashes.size() + state.right.hashes.size()));
    append_u32_be(out, row.number.value);
    append(out, log::encode_descriptor(state.descriptor));
    append_u64_be(out, state.head.head.size.value);
    append(out, state.head.head.root.view());
    append_u64_be(out, state.head.head.time.ms);
    append_u32_be(out, static_cast<std::uint32_t>(state.head.bytes.size()));
    append(out, state.head.bytes);
    append(out, state.head.signature.view());
    append_u64_be(out, state.stored.value);
    append_u64_be(out, state.documents);
    encode_range(out, state.frontier);
    encode_range(out, state.right);
    return out;
}

Result<LogRow> decode_log(ByteView value) {
    RowReader row(value);
    const LogNumber number{row.u32()};
    auto descriptor = log::decode_descriptor(row.take(log::descriptor_bytes));
    if (!descriptor)
        return fail(Errc::corrupt, "a log's row: " + descriptor.error().detail);
    const LogSize size{row.u64()};
    const auto root = row.fixed<TreeHash>();
    const WallTime time{row.u64()};
    const Bytes signed_bytes = to_bytes(row.take(row.u32()));
    const auto signature = row.fixed<Signature>();
    const LogSize stored{row.u64()};
    const std::uint64_t documents = row.u64();
    log::CompactRange frontier = decode_range(row);
    log::CompactRange right = decode_range(row);
    if (!row.is_done())
        return fail(Errc::corrupt, "a log's row has a wrong length");
    const LogId id = log::log_id(*descriptor);
    return LogRow{
        .number = number,
        .state =
            {
                .id = id,
                .descriptor = *descriptor,
                .head = {{id, size, root, time}, signed_bytes, signature},
                .stored = stored,
                .frontier = std::move(frontier),
                .right = std::move(right),
                .documents = documents,
            },
    };
}

Bytes encode_meta() {
    Bytes out = to_bytes(as_view(store_name));
    append_u32_be(out, schema_version);
    return out;
}

Result<std::uint32_t> decode_meta(ByteView value) {
    if (value.size() != store_name.size() + 4 ||
        as_text(value.first(store_name.size())) != store_name)
        return fail(Errc::corrupt, "the store's version row is damaged");
    return read_u32_be(value.subspan(store_name.size()));
}

Bytes encode_segment_end(const SegmentEnd& end) {
    Bytes out;
    append_u32_be(out, end.segment);
    append_u32_be(out, end.offset);
    return out;
}

Result<SegmentEnd> decode_segment_end(ByteView value) {
    if (value.size() != 8)
        return fail(Errc::corrupt, "the row of the segments' end has a wrong length");
    return SegmentEnd{read_u32_be(value), read_u32_be(value.subspan(4))};
}

Bytes encode_commit_count(std::uint64_t count) {
    Bytes out;
    append_u64_be(out, count);
    return out;
}

Result<std::uint64_t> decode_commit_count(ByteView value) {
    if (value.size() != 8)
        return fail(Errc::corrupt, "the row of the commit count has a wrong length");
    return read_u64_be(value);
}

void seal_row(ByteView row_key, Bytes& value) {
    const StoredCheck check = stored_check({row_key, value});
    append(value, check);
}

// NOLINTNEXTLINE(bugprone-easily-swappable-parameters): a key, then its value
Result<ByteView> open_sealed_row(ByteView row_key, ByteView value) {
    if (value.size() < stored_check_bytes)
        return fail(Errc::corrupt, "a row is too short for its check");
    const ByteView content = value.first(value.size() - stored_check_bytes);
    const StoredCheck check = stored_check({row_key, content});
    if (!std::equal(check.begin(), check.end(), value.end() - stored_check_bytes))
        return fail(Errc::corrupt, "a row does not match its check");
    return content;
}

} // namespace staffroom::storage
