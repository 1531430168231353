// One Markdown file and what came with it, as the body of a record: front matter and options become
// fields, headings become sections, relative files become attachment references. Not here: where
// the record goes and whether it is there already (services/publishing). Pure: works on any thread.
#pragma once

#include "protocol/base/time.hpp"
#include "protocol/records/body.hpp"
#include "protocol/records/rules.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace staffroom::services {

/// What a manifest or an importer says of a document that somebody else wrote.
struct ImportFacts {
    std::string attribution;
    std::string licence;
    std::string language;
    std::string phase; // several are split at ';'
    std::string focus;
    std::string title;
    std::string created; // YYYY-MM-DD
    std::string source_kind;
};

struct RequestedRelation {
    std::string id; // as the user gave it
    std::string relation;
};

struct RequestedAttachment {
    std::string name;
    std::string content_hash; // 52 base-32 characters, may be empty
    std::string media_type;
    std::uint64_t size = 0;
    std::string description;
};

/// One record as it was asked for; names are not checked yet.
struct RecordRequest {
    std::string file;
    std::string path; // for messages, and a title of last resort
    std::string network;
    std::string kind;
    std::string reach;
    std::vector<std::string> authors;
    std::vector<RequestedRelation> about;
    std::vector<std::pair<std::string, std::string>> set; // a field may stand here several times
    std::string origin;
    std::optional<ImportFacts> imported;
    std::vector<RequestedAttachment> attachments; // completes the references found in the text
    bool is_dry_run = false;                      // checked like any other, never written
};

struct RecordDefaults {
    std::string language;
    std::string school_name;
    std::string person; // author where nobody is named; may be empty
    WallTime now;
};

struct ReadRecord {
    records::RecordBody body;
    records::RecordFacts facts;
    std::vector<std::string>
        notes; // sentences for the person: what is absent, kept apart or assumed
};

/// Errors: unreadable_text (the byte), too_large, invalid_input (front matter, an attachment's
/// hash), unknown_value (kind, reach, relation), not_allowed (a --set field that the kind does not
/// have, or the rules refuse; one sentence for each problem).
[[nodiscard]] Result<ReadRecord>
read_record(const RecordRequest& request, const RecordDefaults& defaults);

} // namespace staffroom::services
