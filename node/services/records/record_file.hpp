// One Markdown file with its options and files, as the body of a record: front matter and options
// become fields, headings become sections, relative files become attachment references. Not here:
// where the record goes and whether it is there already (services/publishing). Pure: works on any
// thread.
#pragma once

#include "protocol/base/time.hpp"
#include "protocol/records/body.hpp"
#include "protocol/records/rules.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace staffroom::services {

/// The facts of a manifest or an importer about a document that somebody else wrote.
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
    std::string id;        // as the user gave it
    std::string relation;  // empty: the one that the kind is for
    bool is_exact = false; // a full id from an exported file, kept also where no such record is
};

struct RequestedAttachment {
    std::string name;
    std::string content_hash; // 52 base-32 characters, may be empty
    std::string media_type;
    std::uint64_t size = 0;
    std::string description;
};

/// The wish for a new revision: what it builds on.
struct RevisionWish {
    std::string document;       // id as typed; "ID@2" pins what the author saw
    std::vector<RevisionId> on; // heads that the author saw; empty: those that are there
    bool join = false;          // several heads become one
    bool beside = false;        // although somebody revised it meanwhile
};

/// The request for one record; names are not checked yet.
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
    std::string place{}; // where the file stands on this machine: what its origin is made from
    std::string confirm_pupil_details{}; // why lines that may tell who a pupil is are to stand
    bool replace = false; // also a record that has nothing in common with it, or newer words
    std::optional<ImportFacts> imported;
    std::vector<RequestedAttachment> attachments; // completes the references found in the text
    std::optional<RevisionWish> revises{};
    std::vector<std::string> links{};       // that may read it: reach linked
    std::optional<std::uint32_t> pass_on{}; // networks further than those of the links
};

/// A school that the node knows, for names in `joint-with`.
struct KnownSchool {
    SchoolId id;
    std::string name;
};

/// The revision on which a new one builds: it fills what the file leaves out.
struct PriorRevision {
    records::RecordKind kind;
    records::Reach reach;
    bool imported;
    records::RecordBody body;
    std::vector<RequestedRelation> about;
};

struct RecordDefaults {
    std::string language;
    std::string school_name;
    std::string person; // author where nobody is named; may be empty
    WallTime now;
    std::string place{};                // of the school: the context of an adoption that has none
    std::vector<KnownSchool> schools{}; // members of the networks
    std::optional<PriorRevision> former{};
    std::string licence{}; // of a record of this school that names none; may be empty
    Bytes person_id{};     // of `person`, who has an account here; else empty
};

struct ReadRecord {
    records::RecordBody body;
    records::RecordFacts facts;
    std::vector<std::string> notes; // sentences for the person: what is kept apart or assumed
    std::vector<RequestedRelation> about{};
    std::vector<records::Problem> problems{}; // all that keeps it from its reach
    bool is_exported = false; // the file came from an export and says everything itself
    bool states_title = false;
    bool is_kept_back = false; // the file calls itself a draft, so it goes to no network
    std::vector<std::string> not_brought{}; // files that the text names and that did not come
    std::vector<std::string> links{};       // as typed, of reach linked
    std::optional<std::uint32_t> pass_on{};
};

/// Returns the note about a file that a text names and that was not brought along with it.
[[nodiscard]] std::string not_attached_sentence(std::string_view name);

/// Reads a record. Errors: unreadable_text (the byte, or what the file is instead), too_large,
/// invalid_input (an export's front matter, an attachment's hash), unknown_value (kind, reach,
/// relation, a school in joint-with), not_allowed (a --set field that the kind does not have,
/// another kind than the former revision's).
[[nodiscard]] Result<ReadRecord>
read_record(const RecordRequest& request, const RecordDefaults& defaults);

} // namespace staffroom::services
