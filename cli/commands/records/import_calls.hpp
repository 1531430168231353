// The calls of an import: which documents the node has just so, and batches of those that it has to
// look at. Two batches may be under way, so that the node and the command line work side by side.
// Not here: what a document is (cli/files/import_items), its record (commands/records/import).
#pragma once

#include "cli/client/client.hpp"
#include "cli/files/import_tally.hpp"
#include "cli/output/progress.hpp"
#include "node/services/records/record_file.hpp"

#include <deque>
#include <string>
#include <vector>

namespace staffroom::cli {

/// The JSON of one record for the node's batch call.
[[nodiscard]] boost::json::object record_json(const services::RecordRequest& request);

/// Documents on their way to the node.
class Deliveries {
public:
    Deliveries(Client& client, Tally& tally, Progress& progress)
        : client_(client)
        , tally_(tally)
        , progress_(progress) {}

    /// `record` is JSON text. Sends what is complete. A failure ends all; what was sent stays.
    [[nodiscard]] Outcome<ExitCode> add(const std::string& path, const std::string& record);
    /// Sends the rest and counts every answer.
    [[nodiscard]] Outcome<ExitCode> finish();
    /// Whether the node had the last of what was sent already.
    [[nodiscard]] bool finds_old_ones() const { return finds_old_ones_; }

private:
    struct UnderWay {
        std::vector<std::string> paths;
        Client::PendingCall call;
    };
    [[nodiscard]] Outcome<ExitCode> send();
    [[nodiscard]] Outcome<ExitCode> take_answer();

    Client& client_;
    Tally& tally_;
    Progress& progress_;
    std::vector<std::string> paths_{};
    std::string body_{};
    std::deque<UnderWay> under_way_{};
    bool finds_old_ones_ = false;
};

/// Asks which of these were written just so: `finish_asking` gives one answer for each.
[[nodiscard]] Outcome<Client::PendingCall> begin_asking(
    Client& client,
    const std::string& network,
    const std::vector<const services::RecordRequest*>& requests
);
[[nodiscard]] Outcome<std::vector<bool>>
finish_asking(Client& client, const Client::PendingCall& call, std::size_t count);

} // namespace staffroom::cli
