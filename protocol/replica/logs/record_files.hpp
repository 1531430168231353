// The files of one record, as its entry and body name them: which of them travel, and the row that
// remembers an entry whose files are not all here. Pure. Called by the code that fetches and serves
// files.
#pragma once

#include "protocol/replica/logs/withheld.hpp"
#include "protocol/replica/ports/file_work.hpp"
#include "protocol/replica/ports/store.hpp"

namespace staffroom::replica {

/// The place of an entry.
struct EntryPlace {
    LogId log;
    Position position;
    friend constexpr auto operator<=>(const EntryPlace&, const EntryPlace&) = default;
};

/// Makes the row of an entry whose files are wanted; with `is_wanted` false the row is removed.
[[nodiscard]] Row files_wanted_row(const EntryPlace& place, bool is_wanted);
/// Returns nothing for a row of another kind or shape.
[[nodiscard]] std::optional<EntryPlace> place_in_row(const Row& row);

/// Returns the files that travel with this entry: named with a hash, at most 25 MiB each, the first
/// 20 of them that together stay within 100 MiB, each once; of a carried record those of the record
/// in it. [S11] Errors: those of parse_header, inner_record and decode_body.
[[nodiscard]] Result<std::vector<FileName>> files_of(ByteView header, const BodyBytes& body);

/// The record of another network in a carried entry, whether it proves itself or not; nothing for
/// other entries, and for one that cannot be read. [A10] [E9]
[[nodiscard]] std::optional<RecordName> carried_name(ByteView header, const BodyBytes& body);
/// By what an entry of this log may be ordered to go.
[[nodiscard]] EntryNames
names_of(const log::LogDescriptor& descriptor, ByteView header, const BodyBytes& body);

/// Reads one entry with its body.
[[nodiscard]] LoadChunk load_entry(const EntryPlace& place);

} // namespace staffroom::replica
