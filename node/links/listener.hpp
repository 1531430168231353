// Accepts connections on one address and hands them over. Admission, the bookkeeping of the caps,
// decides which of them may stay; neither knows what is said on a link. Built by app; the driver
// asks Admission.
#pragma once

#include "node/base/trace.hpp"
#include "node/links/address.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/ports/events.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace staffroom::links {

/// The rest when the process has no descriptor left, so that accepting does not spin.
inline constexpr std::chrono::milliseconds accept_pause{250};

class Listener : public std::enable_shared_from_this<Listener> {
public:
    using Accepted = std::function<void(boost::asio::ip::tcp::socket)>;

    /// Binds and listens; `where` is an address of this machine, not a name; port 0 lets the system
    /// choose. Errors: in_use (the port is taken; detail is the address), bad_configuration (not
    /// our address, or not allowed).
    [[nodiscard]] static Result<std::shared_ptr<Listener>>
    bind(boost::asio::io_context& io, const HostPort& where, const node::Trace& trace);

    /// Starts to accept. Once. `accepted` runs on the network thread.
    void start(Accepted accepted);
    void stop();

    /// Returns the address as bound: port 0 has become the port.
    [[nodiscard]] HostPort bound() const;

private:
    Listener(boost::asio::io_context& io, const node::Trace& trace);
    static boost::asio::awaitable<void> accept_loop(std::shared_ptr<Listener> self);

    boost::asio::ip::tcp::acceptor acceptor_;
    const node::Trace& trace_;
    Accepted accepted_;
};

/// The most strangers of one remote. A flood of strangers could keep an honest neighbour outside,
/// who needs a few milliseconds. So a newcomer that is not yet authenticated takes the place of the
/// oldest such stranger.
inline constexpr std::size_t strangers_per_remote_max = 32;
static_assert(strangers_per_remote_max < limits::links_unauthenticated_max);
static_assert(limits::links_unauthenticated_max < limits::links_max);

class Admission {
public:
    struct Verdict {
        bool is_admitted;
        std::optional<replica::LinkId>
            evicted; // to be closed by the caller; already forgotten here
    };

    /// Asks for a place for an accepted link from `remote` (as of remote_group).
    [[nodiscard]] Verdict admit(replica::LinkId link, const std::string& remote);
    /// Takes a place for a link that we dial; never refuses, because our own choice bounds those.
    void admit_dialled();
    /// Counts the link no longer as a stranger; from now on it is never evicted.
    void authenticated(replica::LinkId link);
    void closed(replica::LinkId link);

    [[nodiscard]] std::size_t links() const { return links_; }
    [[nodiscard]] std::size_t strangers() const { return strangers_.size(); }

private:
    void forget_stranger(std::map<replica::LinkId, std::string>::iterator stranger);

    // The map is in order of acceptance, because accepted ids only grow.
    std::map<replica::LinkId, std::string> strangers_;
    std::map<std::string, std::size_t> strangers_of_remote_;
    std::size_t links_ = 0;
};

} // namespace staffroom::links
