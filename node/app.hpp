// The one place where everything is wired: data folder, settings, store, core, pool, driver,
// listeners, API. Owns all of it, in the order in which it must go again. Built and run by main;
// knows no rule of the protocol.
#pragma once

#include "node/config.hpp"
#include "node/http/event_hub.hpp"
#include "node/http/meters.hpp"
#include "node/http/news.hpp"
#include "node/http/server.hpp"
#include "node/links/listener.hpp"
#include "node/metrics.hpp"
#include "node/runtime/daily_round.hpp"
#include "node/runtime/driver.hpp"
#include "node/runtime/service_manager.hpp"
#include "node/runtime/system_random.hpp"
#include "node/services/index_pace.hpp"
#include "node/services/indexer.hpp"
#include "node/services/library.hpp"
#include "node/services/publishing.hpp"
#include "node/services/search.hpp"
#include "node/start_failure.hpp"
#include "node/trace.hpp"
#include "protocol/crypto/signature.hpp"
#include "storage/high_water.hpp"
#include "storage/node_folder.hpp"
#include "storage/posix_files.hpp"
#include "storage/salvage.hpp"

#include <boost/asio/signal_set.hpp>

#include <filesystem>
#include <optional>
#include <variant>

namespace staffroom::node {

struct AppOptions {
    std::filesystem::path data;
    std::optional<std::filesystem::path> config; // else DIR/staffroom.toml
    bool is_store_damaged = false;               // found while it ran: salvage first
};

class App {
public:
    using Started = std::variant<std::unique_ptr<App>, StartFailure>;
    /// Opens and binds everything; blocks for as long as a damaged store takes to be salvaged.
    [[nodiscard]] static Started start(AppOptions options);

    App(const App&) = delete;
    App& operator=(const App&) = delete;
    App(App&&) = delete;
    App& operator=(App&&) = delete;
    ~App();

    /// Serves until SIGTERM or SIGINT, printing the "ready" line once it does. Returns the exit
    /// code.
    [[nodiscard]] int run();
    /// The store turned out to be damaged while it ran, and `run` ended for it: start again with
    /// `is_store_damaged`.
    [[nodiscard]] bool found_damage() const { return found_damage_; }

private:
    explicit App(AppOptions options);

    // The steps of the start, in this order.
    [[nodiscard]] Result<void> open_folder();
    [[nodiscard]] Result<void> read_settings();
    [[nodiscard]] Result<void> open_store();
    [[nodiscard]] Result<void> bind_links();
    [[nodiscard]] Result<void> make_services();
    [[nodiscard]] Result<void> bind_web();
    [[nodiscard]] Result<void> bind_api();

    [[nodiscard]] Result<replica::Image> open_index(bool is_damaged);
    [[nodiscard]] Result<void> open_core(const replica::Image& image);
    [[nodiscard]] Result<std::unique_ptr<replica::Replica>> make_replica(const replica::Image& image
    );
    void trace_salvage(const storage::SalvageReport& report);
    [[nodiscard]] runtime::StoreAccess store_access();
    void set_profile();
    void watch_neighbours();
    void on_stored();
    void follow_store();
    void arm_pace();
    void end_for_damage();
    void announce();
    void wait_for_signal();
    void stop();
    void stop_serving();

    AppOptions options_;
    std::unique_ptr<Trace> trace_;
    Metrics metrics_;
    runtime::SystemRandom random_;
    crypto::SodiumVerifier verifier_;
    storage::PosixFileSystem files_;
    Config config_;
    std::optional<storage::NodeFolder> folder_;
    std::optional<storage::HighWater> mark_;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<storage::AttachmentStore> attachments_;
    boost::asio::io_context io_{1};
    runtime::ServiceManager service_manager_{io_};
    boost::asio::signal_set signals_{io_};
    std::optional<runtime::StorePool> pool_;
    std::optional<runtime::Driver> driver_;
    std::optional<runtime::DailyRound> daily_round_;
    std::optional<services::Library> library_;
    std::optional<services::Publishing> publishing_;
    std::optional<storage::SearchIndex> search_index_;
    std::optional<services::Indexer> indexer_;
    std::optional<services::Search> search_;
    services::IndexPace pace_;
    bool is_library_following_ = false;
    services::NodeFacts facts_{};
    std::optional<http::EventHub> events_;
    http::Meters meters_;
    std::optional<services::Services> services_;
    std::optional<http::News> news_;
    std::shared_ptr<links::Listener> listener_;
    std::optional<http::Server> server_;
    boost::asio::steady_timer neighbours_timer_{io_};
    boost::asio::steady_timer pace_timer_{io_};
    boost::asio::steady_timer last_words_{io_};
    bool found_damage_ = false;
};

} // namespace staffroom::node
