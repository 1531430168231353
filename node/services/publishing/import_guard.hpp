// Whether an imported file may replace the record that its origin leads to: not when it shares
// nothing with it, and not when it would leave out what somebody has written there since. Called by
// services/publishing/preparation.
#pragma once

#include "node/services/publishing/preparation.hpp"

#include <optional>
#include <string>

namespace staffroom::services {

/// A file that is to replace what `before` shows.
struct Replacement {
    const RecordRow& before;
    const ReadRecord& read;
    bool is_last_import; // what `before` shows is what this origin brought the last time
};

/// Nothing where it may. "record.unlike" and "record.changed".
[[nodiscard]] std::optional<Refusal>
why_not_replace(const Preparation& with, const Replacement& replacement);

/// Whether a record's words are those of the request's file, byte for byte.
[[nodiscard]] bool has_same_bytes(const records::RecordBody& body, const RecordRequest& request);

/// Whether a record's words are those of a file whose keyed hash is `value`
/// (services/publishing/origin_row).
[[nodiscard]] bool is_made_from(
    const Preparation& with,
    const records::RecordBody& body,
    const SpaceId& space,
    const std::string& origin,
    const Bytes& value
);

/// The draft that stands for this origin since it was refused to other schools, for a record of
/// `space` that will stand in its place. Nothing where somebody has written in it since: their
/// words would go out of sight. Nothing for the school's own space, where the record goes on.
[[nodiscard]] std::optional<RevisionId>
find_kept_draft(const Preparation& with, const std::string& origin, const SpaceId& space);

/// The record of a document that has only been moved or copied on this machine.
[[nodiscard]] std::optional<RecordRow> same_words_elsewhere(
    const Preparation& with,
    const RecordRequest& request,
    const ReadRecord& read,
    const SpaceId& space
);

/// Here, but not for who wrote the request: nothing of it may be told, not even its id.
[[nodiscard]] bool is_hidden(const Preparation& with, const std::optional<RecordRow>& row);
[[nodiscard]] Error hidden_origin();

} // namespace staffroom::services
