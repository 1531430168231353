// The parts that a request handler may use, gathered by app. Plain references: everything outlives
// the HTTP server.
#pragma once

#include "node/base/config.hpp"
#include "node/base/metrics.hpp"
#include "node/base/start_failure.hpp"
#include "node/base/trace.hpp"
#include "node/runtime/running_node.hpp"
#include "node/services/health/damage_book.hpp"
#include "node/services/library/library.hpp"
#include "node/services/publishing/publishing.hpp"
#include "node/services/search/search.hpp"
#include "storage/files/disk_budget.hpp"

#include <filesystem>
#include <functional>
#include <optional>

namespace staffroom::accounts {
class Accounts;
class Desk;
class Setup;
} // namespace staffroom::accounts

namespace staffroom::http {
class EventHub;
class Meters;
} // namespace staffroom::http

namespace staffroom::services {

class Backups;
class CertificateBook;
class LiveSettings;

/// The facts of the process about itself once it serves.
struct NodeFacts {
    std::string version;
    std::string listen; // as bound: port 0 has become the port
    std::string web;
    std::string https;                            // empty: no TLS is spoken
    std::optional<node::StartFailure> https_shut; // why not, where the settings ask for it
    Instant started;                              // by the steady clock
    std::filesystem::path store_folder;
};

/// The instruments that watch the running node.
struct Instruments {
    const node::Trace& trace;
    const node::Metrics& metrics;
    http::EventHub& events;
    http::Meters& meters;
};

/// The accounts of this school; null where a test has none.
struct People {
    accounts::Accounts* accounts = nullptr;
    accounts::Desk* desk = nullptr;
    accounts::Setup* setup = nullptr;
    /// For the first start of a folder that the node made itself.
    std::function<Result<void>(const std::string& name, const std::string& place)> name_school{};
    std::function<Result<void>()> keep_phrase{};
};

struct Services {
    RunningNode& core;
    const node::Config& config;
    Library& library;
    Publishing& publishing;
    const NodeFacts& facts;
    Instruments instruments;
    Search& search;
    const storage::DiskBudget* disk = nullptr; // null: the disk has no end
    DamageBook* damage = nullptr;              // null: nobody looks
    People people{};
    /// Begins the node's next life with the keys and the chain that now stand in the folder; on the
    /// pool. Errors: invalid_input (its chain has another tip), those of open_node_folder.
    std::function<Result<void>(const Digest& tip)> take_up_keys{};
    Backups* backups = nullptr; // null: a test without
    /// Brought back from a backup, and not told yet what was erased since: no word is shown.
    std::function<bool()> is_catching_up = [] { return false; };
    /// Ends that wait without having heard: its argument is called once, on the network thread.
    std::function<void(std::function<void(const Result<void>&)>)> stop_catching_up{};
    LiveSettings* settings = nullptr;        // null: a test without
    CertificateBook* certificates = nullptr; // null: no TLS is spoken
};

} // namespace staffroom::services
