// The one place where everything is wired: data folder, settings, store, core, pool, driver,
// listeners, API. It owns all of it, in the order in which it must be destroyed. Built and run by
// main; knows no rule of the protocol.
//
//   socket or HTTP -> driver -> core -> pool -> store; when a batch is durable, from the driver:
//     what has grown     -> on_stored -> library; after a moment (pace_) indexer -> search index
//     the core's notices -> news_ -> events, for whoever listens on /api/v1/events
//     batch about to go  -> news_, so that an event needs no second look at the disk
#pragma once

#include "node/accounts/accounts.hpp"
#include "node/accounts/desk.hpp"
#include "node/accounts/setup.hpp"
#include "node/base/config.hpp"
#include "node/base/metrics.hpp"
#include "node/base/start_failure.hpp"
#include "node/base/trace.hpp"
#include "node/http/monitor/event_hub.hpp"
#include "node/http/monitor/meters.hpp"
#include "node/http/monitor/news.hpp"
#include "node/http/server/server.hpp"
#include "node/links/listener.hpp"
#include "node/runtime/daily_round.hpp"
#include "node/runtime/driver.hpp"
#include "node/runtime/service_manager.hpp"
#include "node/runtime/system_random.hpp"
#include "node/services/backup/backup_timer.hpp"
#include "node/services/backup/backups.hpp"
#include "node/services/certificates/certificate_timer.hpp"
#include "node/services/erasure/eraser.hpp"
#include "node/services/health/damage_book.hpp"
#include "node/services/library/library.hpp"
#include "node/services/publishing/publishing.hpp"
#include "node/services/search/index_pace.hpp"
#include "node/services/search/indexer.hpp"
#include "node/services/search/search.hpp"
#include "node/services/settings/live_settings.hpp"
#include "protocol/crypto/signature.hpp"
#include "storage/database/high_water.hpp"
#include "storage/files/disk_budget.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/files/overlay_files.hpp"
#include "storage/files/posix_files.hpp"
#include "storage/store/salvage.hpp"

#include <boost/asio/signal_set.hpp>

#include <atomic>
#include <filesystem>
#include <optional>
#include <variant>

namespace staffroom::node {

struct AppOptions {
    std::filesystem::path data;
    std::optional<std::filesystem::path> config; // else DIR/staffroom.toml
    bool is_store_damaged = false;               // found while it ran: salvage first
    accounts::SetupSessions setup_sessions{};    // of the life before
};

class App {
public:
    using Started = std::variant<std::unique_ptr<App>, StartFailure>;
    /// Opens and binds everything. Blocks for as long as a damaged store takes to be salvaged.
    [[nodiscard]] static Started start(AppOptions options);

    App(const App&) = delete;
    App& operator=(const App&) = delete;
    App(App&&) = delete;
    App& operator=(App&&) = delete;
    ~App();

    /// Serves until SIGTERM, SIGINT or SIGHUP, printing the "ready" line once it does. Returns the
    /// exit code.
    [[nodiscard]] int run();
    /// Why `run` ended when nobody asked for it; the next life begins at once. damaged: with
    /// `is_store_damaged`. has_room: it was read-only, and the disk has room again. clock_jumped:
    /// this may be a copy of the machine. named: the first start has given the school its name.
    /// new_keys: whoever owns the folder has put other keys or a longer chain there.
    enum class Ending { none, damaged, has_room, clock_jumped, named, new_keys };
    /// A signal that comes meanwhile is somebody who asks: then there is no next life.
    [[nodiscard]] Ending ending() const { return is_told_to_end_ ? Ending::none : ending_; }
    /// For the next life: who was setting the node up goes on.
    [[nodiscard]] const accounts::SetupSessions& setup_sessions() const {
        return setup_->sessions();
    }

private:
    explicit App(AppOptions options);

    // The steps of the start, in this order.
    [[nodiscard]] Result<void> open_folder();
    [[nodiscard]] Result<void> read_settings();
    [[nodiscard]] std::optional<SettingsFile> read_page_settings();
    [[nodiscard]] Result<void> open_store();
    [[nodiscard]] Result<void> bind_links();
    [[nodiscard]] Result<void> make_accounts();
    [[nodiscard]] Result<void> make_services();
    void note_facts();
    void tell_news();
    void make_backups();
    void make_live_settings();
    void make_eraser();
    [[nodiscard]] Result<void> make_certificates();
    [[nodiscard]] Result<void> bind_web();
    [[nodiscard]] Result<void> bind_https();
    [[nodiscard]] Result<void> bind_api();

    [[nodiscard]] Result<replica::Image> open_index(bool is_damaged);
    [[nodiscard]] Result<replica::Image> open_index_to_read();
    [[nodiscard]] storage::FileSystem& store_files();
    [[nodiscard]] bool can_only_read() const;
    [[nodiscard]] Result<void> ask_for_index(std::uint64_t bytes);
    void watch_disk();
    void watch_clock();
    void watch_accounts();
    void watch_restored();
    void watch_https();
    void stop_catching_up(std::function<void(const Result<void>&)> done);
    void remove_restored_mark(std::function<void(const Result<void>&)> done);
    [[nodiscard]] bool has_heard_of_erasures() const;
    [[nodiscard]] services::People people();
    [[nodiscard]] Result<void> begin_school();
    void take_given_name();
    [[nodiscard]] Result<void> name_school(const std::string& name, const std::string& place);
    [[nodiscard]] Result<void> keep_phrase();
    [[nodiscard]] Result<void> take_up_keys(const Digest& tip);
    void begin_again(Ending why);
    void tell_setup_code();
    [[nodiscard]] Result<std::vector<storage::MarkedLog>> read_run_mark();
    [[nodiscard]] Result<void> open_core(const replica::Image& image);
    [[nodiscard]] Result<std::unique_ptr<replica::Replica>> make_replica(const replica::Image& image
    );
    void trace_salvage(const storage::SalvageReport& report);
    [[nodiscard]] runtime::StoreAccess store_access();
    void set_profile();
    void watch_neighbours();
    void on_stored();
    void membership_changed();
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
    std::optional<storage::OverlayFileSystem> overlay_;
    std::optional<storage::DiskBudget> budget_;
    Config config_;
    LoadedConfig loaded_;
    services::SettingsSources settings_sources_;
    std::optional<storage::NodeFolder> folder_;
    std::optional<storage::HighWater> mark_;
    std::optional<std::filesystem::path> run_folder_;
    std::int64_t boot_offset_ms_ = 0;
    unsigned clock_looks_ = 0;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<storage::AttachmentStore> attachments_;
    std::optional<services::DamageBook> damage_;
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
    std::optional<services::Eraser> eraser_;
    services::IndexPace pace_;
    bool is_library_following_ = false;
    services::NodeFacts facts_{};
    std::optional<accounts::AccountDatabase> account_rows_;
    std::optional<services::Backups> backups_; // behind the databases that it reads
    std::optional<services::BackupTimer> backup_timer_;
    std::optional<services::LiveSettings> live_settings_;
    std::optional<services::CertificateBook> certificates_; // where HTTPS has a door
    std::optional<services::CertificateTimer> certificate_timer_;
    unsigned https_looks_ = 0;    // while its door is shut
    bool is_catching_up_ = false; // a restored folder, see app_services
    bool is_caught_up_ = false;   // its mark is being taken away
    std::optional<accounts::PasswordThreads> passwords_;
    std::optional<accounts::Accounts> accounts_;
    std::optional<accounts::Desk> desk_;
    std::optional<accounts::Setup> setup_;
    std::optional<accounts::FreshSchool> fresh_; // this start has made the folder's school
    unsigned account_looks_ = 0;
    std::optional<http::EventHub> events_;
    http::Meters meters_;
    std::optional<services::Services> services_;
    std::optional<http::News> news_;
    std::map<LogId, LogSize> cut_logs_; // not shown whole, and how far, by the last roster
    std::shared_ptr<links::Listener> listener_;
    std::optional<http::Server> server_;
    boost::asio::steady_timer neighbours_timer_{io_};
    boost::asio::steady_timer pace_timer_{io_};
    boost::asio::steady_timer last_words_{io_};
    Ending ending_ = Ending::none;
    bool is_told_to_end_ = false; // by a signal
    bool is_read_only_ = false;   // the disk was full at the start
    std::atomic<bool> does_index_wait_ = false;
};

} // namespace staffroom::node
