// The outcome of a record that somebody asked to publish: written, skipped, or refused with
// everything that is wrong with it. Made by services/publishing/preparation and
// services/publishing, worded for people by http.
#pragma once

#include "node/services/pupil_details/pupil_details.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/records/rules.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace staffroom::services {

/// The id of a record that is not written yet.
inline const RevisionId unknown_yet(RevisionId::Raw{});

/// Another network whose schools read a record.
struct CrossedLink {
    SharingId link;
    std::string name; // of the network
};

struct PublishedRecord {
    RevisionId document;
    RevisionId revision;
    records::RecordKind kind;
    records::Reach reach;
    std::string title;
    // "published", "skipped", "revised", "draft", "retracted", "restored"
    std::string outcome;
    std::vector<std::string> notes;
    bool stood_before = false;        // a draft that somebody had written already
    std::vector<CrossedLink> links{}; // of reach linked
    std::uint32_t pass_on = 0;        // networks further than those
};

struct Refusal {
    Error error;           // the detail is a sentence for the person
    std::string code = {}; // stable, such as record.incomplete; empty: that of the error
    std::string next = {}; // the next step; empty: that of the error
    std::vector<records::Problem> problems = {};
    std::optional<PublishedRecord> draft = {}; // where the words are kept meanwhile
    std::vector<std::string> notes = {};       // what reading the file found, and why it lacks
    std::vector<pupil_details::Finding> pupil_details = {}; // lines that nobody has confirmed
};

using PublishOutcome = std::variant<PublishedRecord, Refusal>;

} // namespace staffroom::services
