// The driver of the replica: feeds it inputs one at a time, performs what it puts out, keeps its
// one timer, and gives answers back to the callers. It decides nothing that the core could decide.
// Built by app; lives on the network thread, only the pool's work happens elsewhere.
//
//   sockets, dialler, pool, timer, commands --feed--> Replica --outputs--> sockets, dialler, pool,
//   callbacks, trace
#pragma once

#include "node/base/metrics.hpp"
#include "node/base/trace.hpp"
#include "node/links/dialer.hpp"
#include "node/links/listener.hpp"
#include "node/links/socket_link.hpp"
#include "node/links/toll.hpp"
#include "node/runtime/running_node.hpp"
#include "node/runtime/store_pool.hpp"
#include "protocol/replica/replica.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>

namespace staffroom::runtime {

/// The parts that a driver works with; all of them outlive it.
struct DriverParts {
    boost::asio::io_context& io;
    StorePool& pool;
    storage::Store& store;
    storage::AttachmentStore& files;
    Random& random;
    const node::Trace& trace;
    node::Metrics& metrics;
    std::function<void()> stored;  // something has become durable
    std::function<void()> damaged; // the store answered `corrupt`: it has to be salvaged
};

class Driver final : public services::RunningNode, private links::LinkObserver {
public:
    Driver(DriverParts parts, std::unique_ptr<replica::Replica> replica);
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    Driver(Driver&&) = delete;
    Driver& operator=(Driver&&) = delete;
    ~Driver() override;

    /// Adds a listener that is told of every notice of the core, right after it was given. Call it
    /// before `start`.
    void tell(std::function<void(const replica::Notice&)> listener);
    /// Who sees each commit before it is made. Before `start`.
    void tell_of_stores(std::function<void(const replica::StoreBatch&)> listener);
    /// Sets who takes words off the disk. Before `start`.
    using CarryOut = std::function<
        void(const replica::CarryOut&, std::function<void(Result<replica::ErasureResult>)>)>;
    void carry_out_with(CarryOut carry_out) { carry_out_ = std::move(carry_out); }
    /// Addresses that are only published may lead to this machine: where the node itself is to be
    /// reached from this machine alone. Before `start`.
    void trust_this_machine() { hearsay_reach_ = links::DialReach::elsewhere_or_loopback; }
    /// Starts the pool and wakes the replica for the first time. Call it once.
    void start();
    /// Takes over a connection that the listener accepted, or closes it when there is no room.
    void accept(boost::asio::ip::tcp::socket socket);
    /// Finishes the commits that are queued (blocking), lets the links say their last words,
    /// answers what is still open with `closed`, then calls `done`, after `links::flush_time_max`
    /// at the latest.
    void stop(std::function<void()> done);

    void
    command(replica::CommandBody body, std::function<void(Result<replica::Reply>)> done) override;
    [[nodiscard]] const replica::Replica& replica() const override { return *replica_; }
    [[nodiscard]] WallTime wall() override;
    [[nodiscard]] Random& random() override;
    void run_blocking(std::function<void()> work, std::function<void()> then) override;
    void run_reading(std::function<void(const runtime::StopSign&)> work, std::function<void()> then)
        override;
    [[nodiscard]] storage::Store& store() override;
    [[nodiscard]] storage::AttachmentStore& files() override;

private:
    using Callback = std::function<void(Result<replica::Reply>)>;

    // LinkObserver
    std::chrono::microseconds on_bytes(replica::LinkId link, ByteView bytes) override;
    void on_sent(replica::LinkId link, std::size_t count) override;
    void on_closed(replica::LinkId link, std::string_view why) override;

    void feed(replica::Input input);
    void arm_timer();
    void perform(const replica::OpenLink& output);
    void perform(replica::SendBytes output);
    void perform(replica::CloseLink output);
    void perform(replica::Store output);
    void perform(replica::Load output);
    void perform(replica::WorkOnFile output);
    void perform(const replica::CarryOut& output);
    void perform(replica::Done output);
    void perform(replica::Notify output);
    void observe(const replica::LogGrew& notice);
    void observe(const replica::MembershipChanged& notice);
    void observe(const replica::LinkChanged& notice);

    void on_dialled(replica::LinkId link, Result<boost::asio::ip::tcp::socket> outcome);
    template <class Outcome> void look_for_damage(const Outcome& outcome) {
        if (!outcome && outcome.error().code == Errc::corrupt)
            parts_.damaged();
    }
    void on_stored(const std::vector<replica::StoreFinished>& group);
    void open_link(replica::LinkId link, boost::asio::ip::tcp::socket socket, bool dialled);
    std::shared_ptr<links::SocketLink> forget_link(replica::LinkId link);
    void answer(Callback callback, Result<replica::Reply> outcome);
    void close_everything(std::function<void()> done);
    void wait_until_closed(std::function<void()> done, Instant until);

    DriverParts parts_;
    std::unique_ptr<replica::Replica> replica_;
    boost::asio::steady_timer wake_timer_;
    boost::asio::steady_timer stop_timer_;
    std::optional<Instant> armed_for_;
    std::deque<replica::Input> inputs_;
    std::function<void(const replica::Notice&)> listener_;
    std::function<void(const replica::StoreBatch&)> store_listener_;
    CarryOut carry_out_;
    bool is_handling_ = false;
    bool is_stopping_ = false;
    links::DialReach hearsay_reach_ = links::DialReach::elsewhere;

    std::map<replica::LinkId, std::shared_ptr<links::SocketLink>> links_;
    std::set<replica::LinkId> dialling_;
    links::Admission admission_;
    links::Toll toll_;
    std::vector<std::weak_ptr<links::SocketLink>> closing_;
    std::map<replica::RequestId, Callback> requests_;
    std::uint64_t next_accepted_ = 2; // even ids are ours, odd ones the replica's
    std::uint64_t next_request_ = 1;
};

} // namespace staffroom::runtime
