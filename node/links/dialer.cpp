#include "node/links/dialer.hpp"

#include "node/links/address.hpp"
#include "node/links/as_result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace staffroom::links {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// One attempt. The deadline may end it while a look-up that cannot be stopped is still running in
/// the system's resolver; so the first to come reports, and what comes later finds `dialled` empty.
struct Attempt {
    Attempt(asio::io_context& io, Dialled then)
        : resolver(io)
        , socket(io)
        , deadline(io)
        , dialled(std::move(then)) {}

    void report(Result<tcp::socket> outcome) {
        if (!dialled)
            return;
        const Dialled then = std::exchange(dialled, nullptr);
        deadline.cancel();
        then(std::move(outcome));
    }

    tcp::resolver resolver;
    tcp::socket socket;
    asio::steady_timer deadline;
    Dialled dialled;
};

using SharedAttempt = std::shared_ptr<Attempt>;

bool may_lead_to(const asio::ip::address& address, DialReach reach) {
    return reach == DialReach::anywhere || is_elsewhere(address) ||
           (reach == DialReach::elsewhere_or_loopback && is_loopback(address));
}

asio::awaitable<void> find_and_connect(SharedAttempt attempt, HostPort target, DialReach reach) {
    std::vector<tcp::endpoint> endpoints;
    boost::system::error_code parse_error;
    const auto literal = asio::ip::make_address(target.host, parse_error);
    if (!parse_error) {
        // An address needs no resolver, whose one thread may be busy with a dead name server.
        endpoints.emplace_back(literal, target.port);
    } else {
        const std::string port = std::to_string(target.port);
        const auto found = co_await attempt->resolver.async_resolve(target.host, port, as_result);
        const auto& [error, results] = found;
        if (error) {
            attempt->report(fail(Errc::name_unknown, error.message()));
            co_return;
        }
        for (const auto& result : results)
            endpoints.push_back(result.endpoint());
    }

    std::string why = "the name has no address that may be dialled";
    std::erase_if(endpoints, [reach](const tcp::endpoint& endpoint) {
        return endpoint.port() == 0 || !may_lead_to(endpoint.address(), reach);
    });
    for (const tcp::endpoint& endpoint : endpoints) {
        if (!attempt->dialled)
            co_return;
        boost::system::error_code ignored;
        attempt->socket.close(ignored);
        const auto outcome = co_await attempt->socket.async_connect(endpoint, as_result);
        const auto& [error] = outcome;
        if (!error) {
            attempt->report(std::move(attempt->socket));
            co_return;
        }
        why = error.message();
    }
    attempt->report(fail(Errc::unreachable, why));
}

void set_deadline(const SharedAttempt& attempt) {
    attempt->deadline.expires_after(dial_time_max);
    attempt->deadline.async_wait([attempt](const boost::system::error_code& error) {
        if (error)
            return;
        attempt->report(fail(Errc::timed_out, "no answer within the deadline"));
        attempt->resolver.cancel();
        boost::system::error_code ignored;
        attempt->socket.close(ignored);
    });
}

} // namespace

void dial(
    asio::io_context& io,
    const std::string& address,
    DialReach reach,
    const node::Trace& trace,
    Dialled dialled
) {
    auto attempt = std::make_shared<Attempt>(io, std::move(dialled));
    auto target = parse_host_port(address);
    if (!target) {
        asio::post(io, [attempt, error = target.error()] { attempt->report(fail(error)); });
        return;
    }
    set_deadline(attempt);
    asio::co_spawn(
        io,
        find_and_connect(attempt, std::move(*target), reach),
        [attempt, &trace](const std::exception_ptr& failure) {
            if (failure == nullptr)
                return;
            trace.event(node::TraceLevel::error, "dialer.failed");
            attempt->report(fail(Errc::unreachable, "the dialler failed"));
        }
    );
}

} // namespace staffroom::links
