#include "node/app.hpp"

#include "node/base/clock.hpp"
#include "node/base/default_folder.hpp"
#include "node/base/environment.hpp"
#include "node/base/run_folder.hpp"
#include "node/base/version.hpp"
#include "node/runtime/token_file.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/wire/codec_records.hpp"
#include "storage/files/disk_wait.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

namespace staffroom::node {
namespace {

/// A Pi with a slow card reads some 20 MB of a damaged store in a second.
constexpr std::chrono::minutes salvage_time_max{30};

constexpr std::chrono::milliseconds last_words_time{100};

/// A neighbour that has caught up tells us, not our listeners: they hear of it when we look.
constexpr std::chrono::seconds neighbours_interval{1};

bool is_first_revision(ByteView header) {
    const auto parsed = log::parse_header(header);
    return parsed && log::begins_document(*parsed);
}

storage::SalvageOptions salvage_options() {
    storage::SalvageOptions options;
    options.is_first_revision = is_first_revision;
    return options;
}

std::vector<replica::MarkedLog> to_core(const std::vector<storage::MarkedLog>& logs) {
    std::vector<replica::MarkedLog> out;
    out.reserve(logs.size());
    for (const storage::MarkedLog& marked : logs)
        out.push_back({marked.log, marked.size, marked.root});
    return out;
}

Result<wire::Profile> profile_of(const Config& config) {
    wire::Profile profile{config.name, config.place, {}, config.area, config.trust};
    for (const std::string& number : config.numbers) {
        const std::size_t colon = number.find(':');
        if (colon == std::string::npos)
            return fail(Errc::bad_configuration, "school.numbers has the form SCHEME:VALUE");
        profile.numbers.push_back({number.substr(0, colon), number.substr(colon + 1)});
    }
    return profile;
}

} // namespace

App::App(AppOptions options)
    : options_(std::move(options)) {}

App::~App() = default;

App::Started App::start(AppOptions options) {
    using Step = std::pair<StartStep, Result<void> (App::*)()>;
    constexpr std::array<Step, 9> steps{
        {{StartStep::folder, &App::open_folder},
         {StartStep::settings, &App::read_settings},
         {StartStep::store, &App::open_store},
         {StartStep::listen, &App::bind_links},
         {StartStep::store, &App::make_accounts},
         {StartStep::api, &App::make_services},
         {StartStep::web, &App::bind_web},
         {StartStep::https, &App::bind_https},
         {StartStep::api, &App::bind_api}}};
    const std::string data = options.data.string();
    std::unique_ptr<App> app(new App(std::move(options)));
    for (const auto& [step, perform] : steps)
        if (const auto done = (app.get()->*perform)(); !done)
            return explain_start_failure(step, done.error(), data);
    return app;
}

int App::run() {
    wait_for_signal();
    driver_->start();
    indexer_->wake();
    set_profile();
    listener_->start([this](auto socket) { driver_->accept(std::move(socket)); });
    server_->start();
    watch_neighbours();
    const auto damage = damage_->still();
    daily_round_->start(damage.bodies + damage.files > 0);
    backup_timer_->start();
    if (certificate_timer_)
        certificate_timer_->start();
    announce();
    tell_setup_code();
    {
        const storage::NoDiskWait only_network;
        io_.run();
    }
    trace_->event(TraceLevel::notice, "node.stopped");
    return 0;
}

// --------------------------------------------------------------------------- the steps of the
// start

Result<void> App::open_folder() {
    if (auto ours = storage::check_ownership(options_.data); !ours)
        return ours;
    if (auto begun = begin_school(); !begun)
        return begun;
    auto folder = storage::open_node_folder(options_.data);
    if (!folder)
        return fail(folder.error());
    folder_ = std::move(*folder);
    budget_.emplace([data = options_.data] { return storage::room_of(data); });
    const auto writable = storage::check_writable(options_.data);
    is_read_only_ = !writable && writable.error().code == Errc::disk_full;
    is_read_only_ = can_only_read();
    return is_read_only_ ? Result<void>() : writable;
}

/// What technicians set on the page before; nothing where they have set nothing. Of a file that
/// cannot be read, a text that is no setting: whoever reads it says so.
std::optional<SettingsFile> App::read_page_settings() {
    constexpr std::size_t bytes_max = 16 * limits::kib;
    const auto path = services::page_settings_path(options_.data).string();
    const auto text = storage::read_file(files_, path, bytes_max);
    if (!text && text.error().code == Errc::not_found)
        return std::nullopt;
    return SettingsFile{path, text ? std::string(as_text(*text)) : "unreadable"};
}

Result<void> App::read_settings() {
    const auto files =
        options_.config ? std::vector{*options_.config} : settings_files(options_.data);
    std::vector<SettingsFile> read;
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        std::error_code error;
        // Every setting has a default, so a folder without settings is complete. A file that is
        // there and closed to the node is not passed over: it may say who is let in.
        if (!file && !options_.config && !std::filesystem::exists(path, error) && !error)
            continue;
        if (!file)
            return fail(
                Errc::bad_configuration, "The settings file " + path.string() + " cannot be read."
            );
        std::string text;
        text.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        read.push_back({path.string(), std::move(text)});
    }
    settings_sources_ = {read_page_settings(), std::move(read), environment_value};
    const auto& [page, written, environment] = settings_sources_;
    auto with_page = services::read_with_page(page, written, environment);
    auto* const found = std::get_if<services::ReadWithPage>(&with_page);
    if (found == nullptr)
        return fail(
            Errc::bad_configuration, config_trouble_text(std::get<ConfigTrouble>(with_page))
        );
    loaded_ = std::move(found->loaded);
    config_ = loaded_.values;
    if (options_.config && config_.name.empty())
        take_given_name();
    const auto level = parse_trace_level(config_.level);
    if (!level)
        return fail(
            Errc::bad_configuration, "trace.level is none of debug, info, notice, warning, error"
        );
    trace_ = Trace::to_standard_error(*level);
    if (found->ignored)
        trace_->event(
            TraceLevel::warning,
            "settings.page-ignored",
            {{"why", config_trouble_text(*found->ignored)}}
        );
    if (folder_->keys_exposed)
        trace_->event(TraceLevel::warning, "folder.keys-exposed");
    return {};
}

Result<void> App::open_store() {
    service_manager_.starting("Opening the store", salvage_time_max);
    auto image = open_index(options_.is_store_damaged);
    if (!image)
        return fail(image.error());
    auto attachments =
        storage::AttachmentStore::open(store_files(), storage::files_path(options_.data).string());
    if (!attachments)
        return fail(attachments.error());
    attachments_ = std::move(*attachments);
    attachments_->ask_before_writing(*budget_);

    run_folder_ = runtime::open_run_folder(runtime::run_folder_candidates(), options_.data);
    std::optional<std::string> run_directory;
    if (run_folder_)
        run_directory = run_folder_->string();
    else
        trace_->event(TraceLevel::notice, "mark.no-run-folder");
    mark_.emplace(files_, options_.data.string(), run_directory, runtime::read_boot_id());
    damage_.emplace(*store_, *attachments_, *trace_);
    damage_->look();
    return open_core(*image);
}

Result<replica::Image> App::open_index(bool is_damaged) {
    store_.reset();
    if (is_read_only_)
        return open_index_to_read();
    storage::SalvageOptions how = salvage_options();
    how.is_known_damaged = is_damaged;
    const std::string directory = storage::store_path(options_.data).string();
    auto opened = storage::open_or_salvage(files_, directory, how);
    if (!opened && opened.error().code == Errc::disk_full && !is_damaged)
        return open_index_to_read();
    if (!opened)
        return fail(opened.error());
    store_ = std::move(opened->store);
    if (opened->salvaged)
        trace_salvage(*opened->salvaged);
    return std::move(opened->image);
}

Result<void> App::open_core(const replica::Image& image) {
    auto replica = make_replica(image);
    if (!replica && replica.error().code == Errc::corrupt) {
        // The rows pass their checks, but their content cannot be true.
        auto again = open_index(true);
        if (!again)
            return fail(again.error());
        replica = make_replica(*again);
    }
    if (!replica)
        return fail(replica.error());
    pool_.emplace(store_access());
    driver_.emplace(
        runtime::DriverParts{
            io_,
            *pool_,
            *store_,
            *attachments_,
            random_,
            *trace_,
            metrics_,
            [this] { on_stored(); },
            [this] { end_for_damage(); }},
        std::move(*replica)
    );
    runtime::DailyRound::Reports reports;
    reports.found_damage = [this] { end_for_damage(); };
    reports.is_over = [this] { damage_->look(); };
    daily_round_.emplace(io_, *driver_, *trace_, std::move(reports));
    return {};
}

Result<std::unique_ptr<replica::Replica>> App::make_replica(const replica::Image& image) {
    auto run_mark = read_run_mark();
    const storage::FolderKeys& keys = folder_->keys;
    replica::ReplicaConfig config{
        replica::NodeKeys{
            crypto::SigningKey(keys.signing_seed),
            channel::TransportKeyPair::from_secret(keys.transport)},
        folder_->school,
        folder_->chain,
        {}};
    // A mark that cannot be read counts as none: new logs begin, and nothing forks.
    if (run_mark)
        config.run_mark = to_core(*run_mark);
    else
        trace_->event(
            TraceLevel::info, "mark.none", {{"why", std::string(errc_name(run_mark.error().code))}}
        );
    return replica::Replica::open(std::move(config), image, random_, verifier_);
}

void App::trace_salvage(const storage::SalvageReport& report) {
    trace_->event(
        TraceLevel::warning,
        "store.salvaged",
        {{"logs", std::to_string(report.logs)},
         {"entries_kept", std::to_string(report.entries_kept)},
         {"entries_lost", std::to_string(report.entries_lost)},
         {"bodies_lost", std::to_string(report.bodies_lost)},
         {"rows_lost", std::to_string(report.rows_lost)},
         {"rows_restored", std::to_string(report.rows_restored)},
         {"commits_lost", std::to_string(report.commits_lost)},
         {"set_aside", report.set_aside}}
    );
}

// ------------------------------------------------------------------------------- serving and
// ending

void App::set_profile() {
    auto profile = profile_of(config_);
    auto encoded = profile ? wire::encode_profile(*profile) : Result<Bytes>(fail(profile.error()));
    if (!encoded) {
        trace_->event(TraceLevel::warning, "profile.unusable", {{"why", encoded.error().detail}});
        metrics_.has_started = true;
        return;
    }
    driver_->ask(
        replica::SetProfile{std::move(*encoded), config_.addresses},
        [this](const Result<replica::ProfileSet>& done) {
            metrics_.has_started = true;
            if (!done)
                trace_->event(
                    TraceLevel::warning,
                    "profile.not-set",
                    {{"why", std::string(errc_name(done.error().code))}}
                );
        }
    );
}

void App::watch_neighbours() {
    neighbours_timer_.expires_after(neighbours_interval);
    neighbours_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        news_->compare_neighbours(runtime::steady_now());
        watch_disk();
        watch_clock();
        watch_accounts();
        watch_restored();
        watch_https();
        watch_neighbours();
    });
}

/// Ends this life in order because the core's picture of the store no longer holds; the next one
/// begins with a salvage.
void App::end_for_damage() {
    if (ending_ != Ending::none || metrics_.is_stopping)
        return;
    ending_ = Ending::damaged;
    trace_->event(TraceLevel::warning, "store.damaged");
    stop();
}

void App::wait_for_signal() {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    // A terminal that closes ends the node in order, unless `nohup` has asked for the opposite.
    struct sigaction hangup {};
    if (::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        signals_.add(SIGHUP);
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (error)
            return;
        is_told_to_end_ = true;
        stop();
    });
}

void App::stop() {
    trace_->event(TraceLevel::notice, "node.stopping");
    if (ending() != Ending::none)
        service_manager_.mending("Mending the store", salvage_time_max);
    else
        service_manager_.stopping();
    metrics_.is_stopping = true;
    neighbours_timer_.cancel();
    pace_timer_.cancel();
    daily_round_->stop();
    backup_timer_->stop();
    if (certificate_timer_)
        certificate_timer_->stop();
    // From here on a second signal ends the process at once: somebody is in a hurry.
    signals_.clear();
    listener_->stop();
    indexer_->stop();
    driver_->stop([this] { stop_serving(); });
}

void App::stop_serving() {
    // The last answers have been handed to their connections; this lets them leave the machine.
    last_words_.expires_after(last_words_time);
    last_words_.async_wait([this](const boost::system::error_code&) {
        events_->close();
        server_->stop();
        io_.stop();
    });
}

} // namespace staffroom::node
