// The check that a file which is to replace a record was not made from an older revision: made with
// the node's revisions before `revise` sends it. Called by the revise command.
#pragma once

#include "cli/client/client.hpp"
#include "cli/options/options.hpp"
#include "cli/output/output.hpp"

#include <boost/json.hpp>

#include <string_view>

namespace staffroom::cli {

/// Checks `text`: done when it leaves out nothing that was written since the older revision it is
/// made from, or when somebody says that it may. `record` is the record as it is now. Failures:
/// refused, with whose text is left out; those of the node.
[[nodiscard]] Outcome<ExitCode> check_newer_text(
    Client& client,
    const boost::json::value& record,
    std::string_view text,
    const Options& options,
    Output& output
);

} // namespace staffroom::cli
