// The header of one entry, which is hashed into the log for ever. It holds no free text, author,
// title or file name: those stand in the erasable body. [L4]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

#include <optional>
#include <vector>

namespace staffroom::log {

/// Kinds of the entries that carry no record. Record kinds (1..199) are in records/kinds. Stored:
/// never renumber.
inline constexpr std::uint32_t kind_operation = 200;         // governance: a payload
inline constexpr std::uint32_t kind_incarnation_start = 201; // cites the older incarnations
// In a log of records, what another network's schools have written: see agreement/relay/carried.
inline constexpr std::uint32_t kind_carried_proof = 210;
inline constexpr std::uint32_t kind_carried_record = 211;

struct About {
    RevisionId target;
    std::uint32_t relation;
    friend bool operator==(const About&, const About&) = default;
};

/// The end of an older incarnation of the same space, channel and school, as its owner knew it.
struct Predecessor {
    SigningPublicKey node_key;
    Incarnation incarnation;
    LogSize size;
    TreeHash root;
    friend bool operator==(const Predecessor&, const Predecessor&) = default;
};

struct Payload {
    std::uint32_t length;
    Digest hash; // HashLabel::payload, unsalted
    friend bool operator==(const Payload&, const Payload&) = default;
};

struct EntryHeader {
    std::uint32_t kind;
    bool critical = false;
    SchoolId school;
    std::optional<RevisionId> document{}; // none in a first revision
    std::vector<RevisionId> parents{};
    std::vector<About> about{};
    std::uint32_t reach = 0;
    std::vector<Digest> audience{};
    std::uint32_t pass_on = 0;
    std::uint32_t retention = 0;
    WallTime clock{0};
    std::uint32_t clock_counter = 0;
    std::uint32_t codec = 0;
    std::uint32_t encoded_length = 0;
    std::uint32_t plain_length = 0;
    std::uint64_t attachment_bytes = 0;
    std::optional<Commitment> commitment{};
    std::optional<Payload> payload{};
    std::vector<Predecessor> predecessors{};
    std::uint32_t version = 1; // above 1: only what stands in every version was read
    friend bool operator==(const EntryHeader&, const EntryHeader&) = default;
};

[[nodiscard]] Bytes encode_header(const EntryHeader& header);
/// Parses a header strictly [W2]. Errors: too_large, truncated, not_strict, malformed,
/// unknown_version.
[[nodiscard]] Result<EntryHeader> parse_header(ByteView bytes);
/// Parses as parse_header does, and reads from a later version the fields that every version has:
/// kind, school, commitment, payload, lengths. They are enough to check, keep and forward an entry
/// that cannot be shown. Errors: as parse_header; unknown_version for version 0 alone.
[[nodiscard]] Result<EntryHeader> parse_any_header(ByteView bytes);
/// Returns the version of a header, 0 when it cannot be told.
[[nodiscard]] std::uint32_t header_version(ByteView bytes);
[[nodiscard]] RevisionId revision_id(ByteView header_bytes);
/// Returns the clock of a header, to be shown; 0 when it cannot be told.
[[nodiscard]] WallTime written_at(ByteView header_bytes);

/// Returns true for an entry that begins a document: it has a body, names no document and is no
/// proof.
[[nodiscard]] bool begins_document(const EntryHeader& header);

} // namespace staffroom::log
