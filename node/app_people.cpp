// The accounts of the school: their database, the threads for passwords, the first start; and what
// the node says once it serves.
#include "node/app.hpp"
#include "protocol/base/text.hpp"

#include <boost/asio/post.hpp>

#include <iostream>

namespace staffroom::node {
namespace {

/// Looks of the neighbours' timer, of a second each, between two looks at what has ended.
constexpr unsigned looks_per_sweep = 60;

} // namespace

Result<void> App::make_accounts() {
    auto opened =
        accounts::AccountDatabase::open(store_files(), (options_.data / "accounts").string());
    if (!opened)
        return fail(opened.error());
    account_rows_.emplace(std::move(*opened));
    auto loaded = account_rows_->load();
    if (!loaded)
        return fail(loaded.error());
    passwords_.emplace([this](std::function<void()> then) {
        boost::asio::post(io_, std::move(then));
    });
    const auto memory = static_cast<std::uint64_t>(config_.password_memory_mib);
    accounts_.emplace(accounts::AccountParts{
        *driver_,
        *passwords_,
        *account_rows_,
        *trace_,
        {{memory, accounts::password_passes},
         std::chrono::hours(config_.session_idle_hours),
         std::chrono::hours(24 * config_.session_days)}});
    accounts_->take(std::move(*loaded));
    desk_.emplace(*driver_, files_, options_.data / "texts");
    setup_.emplace(
        *accounts_,
        random_,
        options_.data / "setup.code",
        std::move(fresh_),
        options_.setup_sessions
    );
    return {};
}

services::People App::people() {
    // What has ended hears nothing more, however long its stream would last.
    accounts_->on_ended = [this](const accounts::Ended& ended) {
        events_->end_of(
            {to_base32(ended.person), ended.bearer ? to_base32(*ended.bearer) : std::string()}
        );
    };
    return {
        &*accounts_,
        &*desk_,
        &*setup_,
        [this](const std::string& name, const std::string& place) {
            return name_school(name, place);
        },
        [this] { return keep_phrase(); }};
}

void App::watch_accounts() {
    if (++account_looks_ % looks_per_sweep == 0)
        accounts_->sweep();
}

void App::announce() {
    const std::string& https = facts_.https;
    std::cout << "ready listen=" << facts_.listen << " web=" << facts_.web
              << (https.empty() ? "" : " https=" + https) << std::endl;
    if (certificates_)
        std::cout << "certificate sha256=" << certificates_->state().facts.fingerprint
                  << " from=" << services::source_name(certificates_->state().source)
                  << " until=" << services::day_text(certificates_->state().facts.until)
                  << std::endl;
    if (const auto& shut = facts_.https_shut)
        std::cout << "https none: " << shut->sentence << " Next: " << shut->next << std::endl;
    service_manager_.ready(
        "Listening at " + facts_.listen + ", pages at " + facts_.web +
        (https.empty() ? "" : " and by HTTPS at " + https)
    );
    trace_->event(
        TraceLevel::notice,
        "node.ready",
        {{"version", facts_.version},
         {"listen", facts_.listen},
         {"web", facts_.web},
         {"https", https.empty() ? "off" : https}}
    );
}

/// Whoever can read what the service prints, or this folder, may make the first account.
void App::tell_setup_code() {
    if (!setup_->is_needed())
        return;
    if (const auto code = setup_->code())
        std::cout << "setup page=http://" << facts_.web << "/ code=" << *code << std::endl;
}

} // namespace staffroom::node
