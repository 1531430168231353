// A file and its options as the node's API takes a record. Called by publish and revise.
#pragma once

#include "cli/client/client.hpp"
#include "cli/files/attachments.hpp"
#include "cli/options/options.hpp"
#include "cli/output/output.hpp"

#include <boost/json.hpp>

#include <string>

namespace staffroom::cli {

/// Returns the `set` of a request: a list for each field, since one may stand there several times.
[[nodiscard]] boost::json::object
fields_json(const std::vector<std::pair<std::string, std::string>>& pairs);

/// Returns the files that a text takes along, listed, agreed to and sent. `held` are the
/// attachments of the revision that it follows. With --dry-run nothing is sent. Failures: refused,
/// where a file does not go along and nobody says to go on without it; interrupted, where somebody
/// says no.
[[nodiscard]] Outcome<TextFiles> bring_files(
    Client& client,
    const PublishCommand& command,
    std::string_view text,
    const boost::json::array& held,
    const Options& options,
    Output& output
);

/// A record's request, and whether all files that its text names go along.
struct BroughtRecord {
    boost::json::object request;
    bool is_whole;
};

/// Returns the request for a record, after the files that its text refers to have been sent: every
/// reader of the record can ask for them at once. Failures: those of bring_files.
[[nodiscard]] Outcome<BroughtRecord> bring_record(
    Client& client,
    const PublishCommand& command,
    std::string text,
    const boost::json::array& held,
    const Options& options,
    Output& output
);

/// Returns the heads of a record as they stand now, for an edit of the newest text; nothing where
/// the id pins a revision itself.
[[nodiscard]] Outcome<boost::json::array> seen_heads(Client& client, const std::string& id);

/// Says what was done and who can read it now, and the notes, all on stderr; then the record's id,
/// the only line of stdout; or all of it as JSON. With --dry-run "Would " and `what` with the
/// record's title.
void print_written(
    Client& client,
    const boost::json::value& answer,
    const Options& options,
    Output& output,
    const std::string& what
);

} // namespace staffroom::cli
