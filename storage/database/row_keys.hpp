// The table of row layouts: every row key of the database and every value, encoded and decoded in
// one place. No word of a body stands in a value. Big endian throughout, so that key order is
// position order.
//
//   m                                -> name and schema version          checked
//   e  log number u32, position u64  -> state, place of the body, header
//   l  log id                        -> log number and log state         checked
//   z  log number u32                -> the same value: a second copy for salvage
//   n  log number, level u8, index   -> hash of a perfect subtree
//   o  kind u8, key                  -> a row of the core                checked
//   r  revision id                   -> log number, position of an entry
//                                       (one with its body when there is one)
//   s                                -> end of the body segments         checked
//   w  log number, position          -> state: entries without their body
//   p  log number, position          -> payload of an operation          checked
//                                       (a second copy: a roster must not hang on one bit)
//   c                                -> commits so far                   checked
//
// Checked values end in stored_check(row key ‖ value): a row under a wrong key is damage too.
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/replica/ports/store.hpp"

namespace staffroom::storage {

/// Stored: never renumber. A new layout needs a new version and a migration.
inline constexpr std::uint32_t schema_version = 1;

/// Stored: never renumber.
enum class RowTag : std::uint8_t {
    meta = 'm',
    entry = 'e',
    log = 'l',
    log_copy = 'z',
    node = 'n',
    opaque = 'o',
    revision = 'r',
    segment_end = 's',
    without_body = 'w',
    payload = 'p',
    commit_count = 'c',
};

/// A short row key that needs no allocation.
class RowKey {
public:
    explicit RowKey(RowTag tag) { push(static_cast<std::uint8_t>(tag)); }
    RowKey& push(std::uint8_t byte) {
        raw_[size_++] = byte;
        return *this;
    }
    RowKey& u32(std::uint32_t value);
    RowKey& u64(std::uint64_t value);
    RowKey& bytes(ByteView more);
    [[nodiscard]] ByteView view() const { return ByteView(raw_).first(size_); }

private:
    std::array<std::uint8_t, 40> raw_{};
    std::size_t size_ = 0;
};

/// The number that stands for a log in row keys of this store.
struct LogNumber {
    std::uint32_t value;
    friend constexpr auto operator<=>(const LogNumber&, const LogNumber&) = default;
};

/// The place of a body's record in the segments.
struct Place {
    std::uint32_t segment;
    std::uint32_t offset;
    std::uint32_t length; // of the whole record
    friend bool operator==(const Place&, const Place&) = default;
};

/// The place of the next record.
struct SegmentEnd {
    std::uint32_t segment;
    std::uint32_t offset;
    friend constexpr auto operator<=>(const SegmentEnd&, const SegmentEnd&) = default;
};

struct EntryRow {
    replica::BodyState state;
    Place place;     // of a body that is here, or was and could not be read; else of length 0
    ByteView header; // points into the row
};

struct EntryAddress {
    LogNumber log;
    Position position;
    friend constexpr auto operator<=>(const EntryAddress&, const EntryAddress&) = default;
};

struct LogRow {
    LogNumber number;
    replica::LogState state;
};

[[nodiscard]] RowKey meta_key();
[[nodiscard]] RowKey segment_end_key();
[[nodiscard]] RowKey commit_count_key();
[[nodiscard]] RowKey log_key(const LogId& log);
[[nodiscard]] RowKey log_copy_key(LogNumber log);
[[nodiscard]] RowKey entry_key(const EntryAddress& address);
[[nodiscard]] RowKey entry_prefix(LogNumber log);
[[nodiscard]] RowKey revision_key(const RevisionId& revision);
[[nodiscard]] RowKey node_key(LogNumber log, const log::Subtree& at);
[[nodiscard]] RowKey node_prefix(LogNumber log);
[[nodiscard]] RowKey without_body_key(const EntryAddress& address);
[[nodiscard]] RowKey without_body_prefix(LogNumber log);
[[nodiscard]] RowKey payload_key(const EntryAddress& address);
[[nodiscard]] RowKey payload_prefix(LogNumber log);
[[nodiscard]] Bytes opaque_key(replica::RowKind kind, ByteView key);

/// Decodes log number and position of an entry, revision or without-body row. Errors: corrupt.
[[nodiscard]] Result<EntryAddress> decode_address(ByteView bytes);
void encode_address(Bytes& out, const EntryAddress& address);
/// Returns the address inside an entry or without-body key. Errors: corrupt.
[[nodiscard]] Result<EntryAddress> address_in_key(ByteView row_key);
/// Decodes level and index inside a node's key. Errors: corrupt.
[[nodiscard]] Result<log::Subtree> subtree_in_key(ByteView row_key);

/// Errors: corrupt.
[[nodiscard]] Result<replica::BodyState> parse_body_state(std::uint8_t raw);
/// Encodes an entry row; replaces `out`.
void encode_entry(Bytes& out, const EntryRow& row);
/// Decodes an entry row. Errors: corrupt. The header points into `value`.
[[nodiscard]] Result<EntryRow> decode_entry(ByteView value);

[[nodiscard]] Bytes encode_log(const LogRow& row);
/// Decodes a log row; does not look at the row's key, see `open_sealed_row`. Errors: corrupt.
[[nodiscard]] Result<LogRow> decode_log(ByteView value);

[[nodiscard]] Bytes encode_meta();
/// Returns the schema version. Errors: corrupt.
[[nodiscard]] Result<std::uint32_t> decode_meta(ByteView value);
[[nodiscard]] Bytes encode_segment_end(const SegmentEnd& end);
/// Errors: corrupt.
[[nodiscard]] Result<SegmentEnd> decode_segment_end(ByteView value);

[[nodiscard]] Bytes encode_commit_count(std::uint64_t count);
/// Errors: corrupt.
[[nodiscard]] Result<std::uint64_t> decode_commit_count(ByteView value);

/// Appends the check of a checked row to `value`.
void seal_row(ByteView row_key, Bytes& value);
/// Returns the value without its check. Errors: corrupt.
[[nodiscard]] Result<ByteView> open_sealed_row(ByteView row_key, ByteView value);

} // namespace staffroom::storage
