#include "node/links/listener.hpp"

#include "node/links/as_result.hpp"
#include "protocol/base/ensure.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace staffroom::links {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

Errc errc_of_bind(const boost::system::error_code& error) {
    return error == asio::error::address_in_use ? Errc::in_use : Errc::bad_configuration;
}

boost::system::error_code open_acceptor(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error)
        acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error && endpoint.address().is_v6())
        acceptor.set_option(asio::ip::v6_only(false), error); // [::] serves both families.
    if (!error)
        acceptor.bind(endpoint, error);
    if (!error)
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    return error;
}

} // namespace

Listener::Listener(asio::io_context& io, const node::Trace& trace)
    : acceptor_(io)
    , trace_(trace) {}

Result<std::shared_ptr<Listener>>
Listener::bind(asio::io_context& io, const HostPort& where, const node::Trace& trace) {
    boost::system::error_code error;
    const std::string host = where.host == "localhost" ? "127.0.0.1" : where.host;
    const auto address = asio::ip::make_address(host, error);
    if (error)
        return fail(Errc::bad_configuration, to_text(where) + " is not an address of this machine");
    auto listener = std::shared_ptr<Listener>(new Listener(io, trace));
    error = open_acceptor(listener->acceptor_, tcp::endpoint(address, where.port));
    if (error)
        return fail(errc_of_bind(error), to_text(where) + ": " + error.message());
    return listener;
}

HostPort Listener::bound() const {
    boost::system::error_code error;
    const tcp::endpoint endpoint = acceptor_.local_endpoint(error);
    return HostPort{endpoint.address().to_string(), endpoint.port()};
}

void Listener::start(Accepted accepted) {
    ensure(!accepted_);
    accepted_ = std::move(accepted);
    asio::co_spawn(
        acceptor_.get_executor(),
        accept_loop(shared_from_this()),
        [self = shared_from_this()](const std::exception_ptr& failure) {
            if (failure != nullptr)
                self->trace_.event(node::TraceLevel::error, "listener.failed");
        }
    );
}

void Listener::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

asio::awaitable<void> Listener::accept_loop(std::shared_ptr<Listener> self) {
    asio::steady_timer pause(self->acceptor_.get_executor());
    while (self->acceptor_.is_open()) {
        tcp::socket socket(self->acceptor_.get_executor());
        const auto outcome = co_await self->acceptor_.async_accept(socket, as_result);
        const auto& [error] = outcome;
        if (!error) {
            self->accepted_(std::move(socket));
            continue;
        }
        if (!self->acceptor_.is_open())
            co_return;
        // A connection that ended before we took it is no trouble of ours; the rest means that
        // something is exhausted, and trying again at once would make it worse.
        if (error == asio::error::connection_aborted)
            continue;
        self->trace_.event(
            node::TraceLevel::warning, "listener.accept-failed", {{"why", error.message()}}
        );
        pause.expires_after(accept_pause);
        const auto rested = co_await pause.async_wait(as_result);
        static_cast<void>(rested);
    }
}

Admission::Verdict Admission::admit(replica::LinkId link, const std::string& remote) {
    const auto of_remote = strangers_of_remote_.find(remote);
    const bool is_remote_full =
        of_remote != strangers_of_remote_.end() && of_remote->second >= strangers_per_remote_max;
    const bool is_full =
        strangers_.size() >= limits::links_unauthenticated_max || links_ >= limits::links_max;
    std::optional<replica::LinkId> evicted;
    if (is_remote_full || is_full) {
        const auto oldest =
            std::find_if(strangers_.begin(), strangers_.end(), [&](const auto& stranger) {
                return !is_remote_full || stranger.second == remote;
            });
        if (oldest == strangers_.end())
            return Verdict{false, std::nullopt};
        evicted = oldest->first;
        forget_stranger(oldest);
        --links_;
    }
    strangers_.emplace(link, remote);
    ++strangers_of_remote_[remote];
    ++links_;
    return Verdict{true, evicted};
}

void Admission::admit_dialled() {
    ++links_;
}

void Admission::authenticated(replica::LinkId link) {
    const auto stranger = strangers_.find(link);
    if (stranger != strangers_.end())
        forget_stranger(stranger);
}

void Admission::closed(replica::LinkId link) {
    authenticated(link);
    ensure(links_ > 0);
    --links_;
}

void Admission::forget_stranger(std::map<replica::LinkId, std::string>::iterator stranger) {
    const auto of_remote = strangers_of_remote_.find(stranger->second);
    if (--of_remote->second == 0)
        strangers_of_remote_.erase(of_remote);
    strangers_.erase(stranger);
}

} // namespace staffroom::links
