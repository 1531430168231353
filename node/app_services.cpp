// The services of a node once its core stands: links, services, the API.
#include "node/app.hpp"
#include "node/base/clock.hpp"
#include "node/base/version.hpp"
#include "node/runtime/memory.hpp"
#include "node/runtime/token_file.hpp"
#include "node/services/erasure/erasure_plan.hpp"
#include "storage/backup/backup_reader.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <utility>

namespace staffroom::node {
namespace {

constexpr unsigned https_looks_per_try = 15;

} // namespace

Result<void> App::bind_links() {
    const auto where = links::parse_host_port(config_.listen);
    if (!where)
        return fail(where.error());
    auto listener = links::Listener::bind(io_, *where, *trace_);
    if (!listener)
        return fail(listener.error());
    listener_ = std::move(*listener);
    boost::system::error_code no_address;
    const auto bound = boost::asio::ip::make_address(listener_->bound().host, no_address);
    if (!no_address && links::is_loopback(bound))
        driver_->trust_this_machine();
    return {};
}

Result<void> App::make_services() {
    auto token = runtime::open_token_file(options_.data / "api.token", random_);
    if (!token)
        return fail(token.error());
    std::array<std::uint8_t, sizeof(std::uint64_t)> seed{};
    random_.fill(seed);
    library_.emplace(*store_, read_u64_be(seed));
    publishing_.emplace(
        *driver_,
        *library_,
        services::PublishingOptions{
            folder_->keys.local.copy(),
            config_.language,
            config_.name,
            config_.person,
            config_.place,
            config_.licence}
    );
    search_index_.emplace(files_, (options_.data / "index").string());
    indexer_.emplace(
        services::IndexerParts{
            *driver_,
            *library_,
            *search_index_,
            *trace_,
            runtime::give_back_memory,
            [this](std::uint64_t bytes) { return ask_for_index(bytes); }},
        config_.name
    );
    search_.emplace(*driver_, *library_, *search_index_, *indexer_);
    note_facts();
    // Half of the connections stay free for requests, however many listen.
    const auto streams = static_cast<std::size_t>(config_.web_connections) / 2;
    events_.emplace(random_, std::min(streams, http::event_streams_max));
    make_backups();
    make_live_settings();
    if (auto made = make_certificates(); !made)
        return made;
    services_.emplace(services::Services{
        *driver_,
        config_,
        *library_,
        *publishing_,
        facts_,
        {*trace_, metrics_, *events_, meters_},
        *search_,
        &*budget_,
        &*damage_,
        people(),
        [this](const Digest& tip) { return take_up_keys(tip); },
        &*backups_,
        [this] { return is_catching_up_; },
        [this](auto done) { stop_catching_up(std::move(done)); },
        &*live_settings_,
        certificates_ ? &*certificates_ : nullptr});
    news_.emplace(*services_, *events_);
    tell_news();
    server_.emplace(io_, *services_, http::ServerOptions{std::move(*token)});
    make_eraser();
    return {};
}

void App::tell_news() {
    driver_->tell([this](const replica::Notice& notice) {
        if (std::holds_alternative<replica::MembershipChanged>(notice))
            membership_changed();
        news_->on_notice(notice, runtime::steady_now());
    });
    driver_->tell_of_stores([this](const replica::StoreBatch& batch) { news_->will_store(batch); });
}

void App::note_facts() {
    facts_.version = version();
    facts_.listen = links::to_text(listener_->bound());
    facts_.started = runtime::steady_now();
    facts_.store_folder = storage::store_path(options_.data);
}

void App::make_live_settings() {
    live_settings_.emplace(services::LiveSettings::Parts{
        config_,
        std::move(loaded_),
        std::move(settings_sources_),
        services::page_settings_path(options_.data).string(),
        files_,
        *trace_,
        [this](std::function<void()> work, std::function<void()> then) {
            driver_->run_blocking(std::move(work), std::move(then));
        }});
}

void App::make_backups() {
    backups_.emplace(services::BackupParts{
        files_,
        options_.data,
        store_->database(),
        account_rows_->database(),
        *folder_,
        random_,
        config_,
        *trace_,
        [this](std::function<void()> then) { boost::asio::post(io_, std::move(then)); }});
    backup_timer_.emplace(io_, *backups_, config_);
    std::error_code error;
    is_catching_up_ = std::filesystem::exists(options_.data / storage::restored_mark, error);
}

/// Tells whether a school of each network has said all that it has, and the orders to erase that
/// came with it are carried out. A network without anybody else has nobody who could order.
bool App::has_heard_of_erasures() const {
    const replica::Replica& core = driver_->replica();
    const auto neighbours = core.neighbours();
    for (const replica::NetworkStatus& network : core.networks()) {
        const bool is_heard = std::ranges::any_of(neighbours, [&](const auto& neighbour) {
            return neighbour.connected && neighbour.settled &&
                   std::ranges::find(neighbour.networks, network.network) !=
                       neighbour.networks.end();
        });
        if (network.members.size() > 1 && !is_heard)
            return false;
    }
    return !core.is_erasing();
}

/// A folder that was brought back from a backup shows no word that had to go meanwhile.
void App::watch_restored() {
    if (!is_catching_up_ || is_caught_up_ || !has_heard_of_erasures())
        return;
    is_caught_up_ = true;
    remove_restored_mark([this](const Result<void>& removed) {
        is_caught_up_ = removed.has_value(); // else it is tried again
        if (is_caught_up_)
            trace_->event(TraceLevel::notice, "backup.caught-up");
    });
}

/// A person has said that nobody will come who could tell what was erased since.
void App::stop_catching_up(std::function<void(const Result<void>&)> done) {
    remove_restored_mark([this, done = std::move(done)](const Result<void>& removed) {
        if (removed)
            trace_->event(TraceLevel::warning, "backup.settled-unheard");
        done(removed);
    });
}

void App::remove_restored_mark(std::function<void(const Result<void>&)> done) {
    const auto removed = std::make_shared<Result<void>>();
    driver_->run_blocking(
        [this, removed] {
            *removed = files_.remove((options_.data / storage::restored_mark).string());
            if (*removed || removed->error().code == Errc::not_found)
                *removed = files_.sync_directory(options_.data.string());
        },
        [this, removed, done = std::move(done)] {
            if (*removed)
                is_catching_up_ = false;
            done(*removed);
        }
    );
}

void App::make_eraser() {
    const auto forget_texts = [this](const std::vector<RevisionId>& revisions) {
        library_->entries().look_again(revisions);
        const auto view = library_->as(services::Reader::node_itself());
        return desk_->forget_records(services::names_of_gone(view, revisions));
    };
    const auto forget = [this] {
        events_->skip();
        server_->forget_answers();
    };
    eraser_.emplace(services::EraserParts{*driver_, *search_index_, *indexer_, forget_texts, forget}
    );
    driver_->carry_out_with([this](const replica::CarryOut& what, services::Eraser::Done done) {
        eraser_->carry_out(what, std::move(done));
    });
}

Result<void> App::bind_web() {
    auto bound = server_->listen_web(config_.web);
    if (!bound)
        return fail(bound.error());
    facts_.web = std::move(*bound);
    return {};
}

Result<void> App::make_certificates() {
    if (config_.https_listen.empty())
        return {};
    const auto web = links::parse_host_port(config_.web);
    boost::system::error_code no_address;
    const auto address = boost::asio::ip::make_address(web ? web->host : "", no_address);
    const bool is_near = no_address ? web && web->host == "localhost" : links::is_loopback(address);
    certificates_.emplace(services::CertificateBook::Parts{
        files_,
        options_.data,
        config_,
        *trace_,
        [this](std::function<void()> work, std::function<void()> then) {
            driver_->run_blocking(std::move(work), std::move(then));
        },
        [this](const tls::Certificate& certificate) {
            return server_ ? server_->use_certificate(certificate) : Result<void>();
        },
        is_near});
    certificate_timer_.emplace(io_, *certificates_);
    return certificates_->open(runtime::wall_now());
}

/// HTTPS is one more way to the page, and the package opens it without being asked: where its door
/// cannot be opened, the school's node serves on and says why.
Result<void> App::bind_https() {
    if (!certificates_)
        return {};
    auto bound = server_->listen_https(config_.https_listen, certificates_->current());
    if (bound) {
        facts_.https = std::move(*bound);
        facts_.https_shut.reset();
        return {};
    }
    const bool is_known = facts_.https_shut.has_value();
    facts_.https_shut =
        explain_start_failure(StartStep::https, bound.error(), options_.data.string());
    if (!is_known)
        trace_->event(TraceLevel::warning, "https.shut", {{"why", facts_.https_shut->sentence}});
    return {};
}

/// The other program may have ended, or the address have come.
void App::watch_https() {
    if (!facts_.https_shut || ++https_looks_ % https_looks_per_try != 0 || !bind_https() ||
        facts_.https_shut)
        return;
    server_->start_https();
    std::cout << "https at " << facts_.https << std::endl;
    trace_->event(TraceLevel::notice, "https.open", {{"https", facts_.https}});
}

Result<void> App::bind_api() {
    return server_->listen_local(storage::socket_path(options_.data));
}

// ------------------------------------------------------------------- what follows what was stored

void App::on_stored() {
    const Instant now = runtime::steady_now();
    if (pace_.stored(now)) {
        indexer_->count_pending();
        arm_pace();
    }
    if (pace_.is_held(now))
        indexer_->hold();
}

/// Follows the roster: a school that is out may be shown less far than it was, and nothing has been
/// stored that would say so. What was told of it or answered before is not told again.
void App::membership_changed() {
    std::map<LogId, LogSize> cut;
    bool is_shown_less = false;
    for (const replica::HeldLog& held : driver_->replica().record_logs()) {
        if (!held.has_set_aside)
            continue;
        const auto before = cut_logs_.find(held.log);
        is_shown_less = is_shown_less || before == cut_logs_.end() || held.stored < before->second;
        cut.emplace(held.log, held.stored);
    }
    cut_logs_ = std::move(cut);
    if (is_shown_less) {
        events_->skip();
        server_->forget_answers();
    }
    on_stored();
}

void App::arm_pace() {
    pace_timer_.expires_after(services::index_quiet);
    pace_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        follow_store();
        const auto step = pace_.tick(runtime::steady_now(), publishing_->is_busy());
        if (step != services::IndexPace::Step::wait)
            indexer_->wake();
        if (step != services::IndexPace::Step::index_and_end)
            arm_pace();
    });
}

/// Follows the store: the library reads headers while a copy goes on, so that a list is whole as
/// soon as the copy is.
void App::follow_store() {
    indexer_->count_pending();
    if (std::exchange(is_library_following_, true))
        return;
    driver_->run_blocking(
        [this, logs = services::known_logs(driver_->replica())] {
            // The next request is told of a failure.
            static_cast<void>(library_->update(logs));
        },
        [this] { is_library_following_ = false; }
    );
}

} // namespace staffroom::node
