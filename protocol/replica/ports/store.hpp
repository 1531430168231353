// The requests of a replica to its storage and the answers: Store and Load effects, and the image
// it starts from. Plain values; storage/ performs them, the simulator performs them on torn files.
// A batch is atomic.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/log/body.hpp"
#include "protocol/log/head.hpp"
#include "protocol/log/tree_hash.hpp"

#include <map>
#include <vector>

namespace staffroom::replica {

using log::BodyBytes;
using log::BodyState;
using LoadedEntry = log::StoredEntry;

struct NewEntry {
    RevisionId revision;
    SharedBytes header;
    BodyState state; // have: `body` is set
    BodyBytes body;
};

/// The durable state of one log. `frontier` is [0, stored). `right` is [stored, head.size): a
/// holder of a part needs it to prove what it serves. It is empty while unknown (after a salvage)
/// although stored < head.size.
struct LogState {
    LogId id;
    log::LogDescriptor descriptor;
    log::SignedHead head;
    LogSize stored;
    log::CompactRange frontier;
    log::CompactRange right;
    std::uint64_t documents = 0; // first revisions among the stored entries
};

/// Entries that follow the stored ones: `begin` equals the stored size before, `after` is the state
/// after.
struct LogAppend {
    LogState after;
    Position begin;
    std::vector<NewEntry> entries;
    // perfect subtrees of level >= tree_node_level_min that now are complete
    std::vector<log::TreeNode> nodes;
};

/// A body that arrived after its entry.
struct BodyFill {
    LogId log;
    Position position;
    RevisionId revision;
    BodyBytes body;
};

/// The kind of a row whose content only the core understands. Stored: never renumber.
enum class RowKind : std::uint8_t {
    chain = 1,     // key school id, value wire identity chain
    genesis = 2,   // key network id, value genesis bytes
    notice = 3,    // key subject, value signed notice
    neighbour = 4, // key address ‖ network, value what is known of it
    pending_join = 5,
    own = 6,            // this node's own small facts: counters, own school
    origin = 7,         // key keyed hash of space and import origin, value keyed hash of the file
    fork = 8,           // key log id, value evidence of two histories (log/fork_proof)
    heard = 9,          // key school id, value u64: when it was last connected, by our clock
    files_wanted = 16,  // key log ‖ position, value 1: an entry whose files are not all here
    file_place = 18,    // key space ‖ content hash, value 1: a file that belongs to this space
    first_frames = 19,  // key place in the ring, value mac1 of first frames that were answered
    newer_entries = 20, // key log id, value number of its entries that are of a later version
    erasure = 24,       // key id of an order, value 0 begun, 1 carried out
    withheld = 25,      // key revision id, value state of its body here ‖ 0 begun, 1 carried out
    // key network ‖ log and position in another network, value log and position that carry it here
    carried = 26,
    holder = 28, // key space ‖ school, value what it holds of our logs: (log ‖ u64 size)*
};

struct Row {
    RowKind kind;
    Bytes key;
    Bytes value; // empty: remove the row
};

struct StoreBatch {
    std::vector<LogAppend> appends;
    std::vector<LogState> states; // new heads without new entries
    std::vector<BodyFill> bodies;
    std::vector<Row> rows;
};

/// The lowest level of stored subtrees; those below it are hashed again from at most 2^level
/// headers.
inline constexpr unsigned tree_node_level_min = 8;

/// A request for entries from `begin`, as many as fit: at most `entries_max`, at least one,
/// stopping before `bytes_max` of headers and bodies are exceeded, and below `end`. The answer's
/// range is [its end, `prove_to`).
struct LoadChunk {
    LogId log;
    Position begin;
    LogSize end;
    LogSize prove_to; // at most the stored size
    std::size_t entries_max;
    std::size_t bytes_max;
    bool with_bodies;
};

struct LoadedChunk {
    LogId log;
    Position begin;
    std::vector<LoadedEntry> entries;
    log::CompactRange range;
};

struct LoadBodies {
    LogId log;
    std::vector<Position> positions;
};

struct LoadedBodies {
    LogId log;
    std::vector<Position> positions;
    std::vector<LoadedEntry> entries; // one per position; header may be left out (null)
};

/// A request for hashes of a log's tree: for each [begin, end), at most the stored size, its
/// compact range.
struct LoadRanges {
    LogId log;
    std::vector<std::pair<LogSize, LogSize>> ranges;
};

struct LoadedRanges {
    LogId log;
    std::vector<log::CompactRange> ranges; // as asked
};

/// One entry of a governance log, whole.
struct GovernanceEntry {
    LogId log;
    Position position;
    SharedBytes header;
    SharedBytes payload; // null while it has not arrived
};

/// Everything a replica keeps in memory, read once at the start.
struct Image {
    std::vector<LogState> logs;
    std::map<LogId, std::map<Position, BodyState>> without_body; // state missing, erased or refused
    std::vector<GovernanceEntry> governance;
    std::vector<Row> rows;
};

} // namespace staffroom::replica
