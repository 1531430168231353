// The links of the driver: how each is let in, what it has said and sent, how it ends.
#include "node/base/clock.hpp"
#include "node/runtime/driver.hpp"
#include "protocol/base/ensure.hpp"

#include <utility>

namespace staffroom::runtime {

namespace asio = boost::asio;
using node::TraceLevel;

void Driver::accept(asio::ip::tcp::socket socket) {
    boost::system::error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error || is_stopping_)
        return; // It has gone already; the socket closes with this scope.
    const replica::LinkId link{next_accepted_};
    const auto verdict = admission_.admit(link, links::remote_group(remote.address()));
    if (!verdict.is_admitted) {
        ++parts_.metrics.links_refused;
        return;
    }
    if (verdict.evicted) {
        ++parts_.metrics.links_refused;
        const auto evicted = links_.extract(*verdict.evicted);
        ensure(!evicted.empty());
        --parts_.metrics.links_open;
        toll_.closed(*verdict.evicted);
        evicted.mapped()->abort();
        feed(replica::LinkClosed{*verdict.evicted});
    }
    next_accepted_ += 2;
    ++parts_.metrics.links_accepted;
    open_link(link, std::move(socket), false);
}

void Driver::open_link(replica::LinkId link, asio::ip::tcp::socket socket, bool dialled) {
    boost::system::error_code ignored;
    const auto remote = socket.remote_endpoint(ignored);
    links::LinkObserver& observer = *this;
    auto opened =
        std::make_shared<links::SocketLink>(std::move(socket), link, observer, parts_.trace);
    links_.emplace(link, opened);
    ++parts_.metrics.links_open;
    toll_.opened(link, links::remote_group(remote.address()));
    opened->start();
    const links::HostPort from{remote.address().to_string(), remote.port()};
    feed(replica::LinkOpened{link, dialled, links::to_text(from)});
}

std::shared_ptr<links::SocketLink> Driver::forget_link(replica::LinkId link) {
    const auto node = links_.extract(link);
    if (node.empty())
        return nullptr;
    admission_.closed(link);
    toll_.closed(link);
    --parts_.metrics.links_open;
    return node.mapped();
}

void Driver::on_dialled(replica::LinkId link, Result<asio::ip::tcp::socket> outcome) {
    // The replica may have changed its mind meanwhile; then the socket closes with this scope.
    if (dialling_.erase(link) == 0 || is_stopping_)
        return;
    if (!outcome) {
        ++parts_.metrics.dials_failed;
        const Error& error = outcome.error();
        ++parts_.metrics.links_failed[error.code];
        parts_.trace.event(
            TraceLevel::debug,
            "link.dial-failed",
            {{"link", std::to_string(link.value)},
             {"why", std::string(errc_name(error.code))},
             {"detail", error.detail}}
        );
        const bool is_told = error.code == Errc::timed_out || error.code == Errc::name_unknown;
        feed(replica::DialFailed{link, is_told ? error.code : Errc::unreachable});
        return;
    }
    admission_.admit_dialled();
    ++parts_.metrics.links_dialled;
    open_link(link, std::move(*outcome), true);
}

std::chrono::microseconds Driver::on_bytes(replica::LinkId link, ByteView bytes) {
    // Bytes live for this call only, so they must be handled within it.
    ensure(!is_handling_);
    parts_.metrics.bytes_in += bytes.size();
    if (!links_.contains(link))
        return std::chrono::microseconds(0);
    const Instant begin = steady_now();
    const std::uint64_t gains = replica_->worth(link).gains;
    feed(replica::BytesArrived{link, bytes});
    const replica::LinkWorth worth = replica_->worth(link);
    // A key to meet with is not enough: until it is known whose it is, a link makes room for
    // others.
    if (worth.is_known)
        admission_.authenticated(link);
    const auto [pause, is_news] =
        toll_.charge(link, {begin, steady_now(), worth.is_known, worth.gains > gains});
    if (is_news)
        parts_.trace.event(
            TraceLevel::info,
            "link.throttled",
            {{"link", std::to_string(link.value)}, {"why", std::string(errc_name(Errc::busy))}}
        );
    return pause;
}

void Driver::on_sent(replica::LinkId link, std::size_t count) {
    parts_.metrics.bytes_out += count;
    if (links_.contains(link))
        feed(replica::BytesSent{link, count});
}

void Driver::on_closed(replica::LinkId link, std::string_view why) {
    if (forget_link(link) == nullptr)
        return;
    parts_.trace.event(
        TraceLevel::debug,
        "link.closed",
        {{"link", std::to_string(link.value)}, {"why", std::string(why)}}
    );
    feed(replica::LinkClosed{link});
}

} // namespace staffroom::runtime
