// The envelope of a record: title, summary, authors, language, licence, attribution and times, from
// options, manifest, front matter and text, else from the node's settings. Called by
// services/records/record_file, its only caller.
#pragma once

#include "node/services/markdown/sections.hpp"
#include "node/services/records/record_fields.hpp"

namespace staffroom::services {

/// The sources of the words of an envelope.
struct EnvelopeSources {
    const RecordRequest& request;
    const FieldReader& fields;
    const RecordDefaults& defaults;
    const TextShape& shape;
    FileNature nature;
};

/// Fills the envelope. An option wins over the manifest, that over the front matter, that over the
/// text.
void fill_envelope(ReadRecord& read, const EnvelopeSources& from);

/// Fills the times: `created` from the file, else `now`.
void fill_times(ReadRecord& read, const EnvelopeSources& from);

} // namespace staffroom::services
