#include "node/runtime/driver.hpp"

#include "node/base/clock.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace staffroom::runtime {
namespace {

namespace asio = boost::asio;
using node::TraceLevel;

/// The least pause before a wake, so that a replica that wants to be woken at once by mistake costs
/// a core a little heat and not the machine.
constexpr std::chrono::milliseconds wake_pause_min{1};
constexpr std::chrono::hours wake_pause_max{1};
constexpr std::chrono::milliseconds stop_poll_interval{20};
std::string text_of(replica::LinkId link) {
    return std::to_string(link.value);
}

} // namespace

Driver::Driver(DriverParts parts, std::unique_ptr<replica::Replica> replica)
    : parts_(parts)
    , replica_(std::move(replica))
    , wake_timer_(parts.io)
    , stop_timer_(parts.io) {}

Driver::~Driver() {
    // The pool's threads post to us; after this nothing of theirs is under way.
    parts_.pool.stop();
}

void Driver::tell(std::function<void(const replica::Notice&)> listener) {
    listener_ = std::move(listener);
}

void Driver::tell_of_stores(std::function<void(const replica::StoreBatch&)> listener) {
    store_listener_ = std::move(listener);
}

void Driver::start() {
    PoolReports reports;
    reports.post = [&io = parts_.io](std::function<void()> work) {
        asio::post(io, std::move(work));
    };
    reports.stored = [this](const std::vector<replica::StoreFinished>& group) { on_stored(group); };
    reports.loaded = [this](const replica::LoadFinished& load) {
        feed(load);
        look_for_damage(load.outcome);
    };
    parts_.pool.start(std::move(reports));
    feed(replica::Wake{});
}

void Driver::command(replica::CommandBody body, std::function<void(Result<replica::Reply>)> done) {
    if (is_stopping_) {
        answer(std::move(done), fail(Errc::closed, "the node is stopping"));
        return;
    }
    const replica::RequestId id{next_request_++};
    requests_.emplace(id, std::move(done));
    feed(replica::Command{id, std::move(body)});
}

WallTime Driver::wall() {
    return wall_now();
}
Random& Driver::random() {
    return parts_.random;
}
storage::Store& Driver::store() {
    return parts_.store;
}
storage::AttachmentStore& Driver::files() {
    return parts_.files;
}

void Driver::run_blocking(std::function<void()> work, std::function<void()> then) {
    const auto outcome = parts_.pool.run_blocking(std::move(work), std::move(then));
    if (!outcome)
        parts_.trace.event(
            TraceLevel::warning,
            "pool.job-dropped",
            {{"why", std::string(errc_name(outcome.error().code))}}
        );
}

void Driver::run_reading(
    std::function<void(const runtime::StopSign&)> work, std::function<void()> then
) {
    if (!parts_.pool.run_reading(std::move(work), then) && !is_stopping_)
        asio::post(parts_.io, std::move(then));
}

// ---------------------------------------------------------------------------- inputs, one by one

void Driver::feed(replica::Input input) {
    inputs_.push_back(std::move(input));
    if (is_handling_)
        return;
    is_handling_ = true;
    while (!inputs_.empty()) {
        replica::Input next = std::move(inputs_.front());
        inputs_.pop_front();
        replica::Outbox outbox;
        replica_->handle(steady_now(), wall_now(), std::move(next), outbox);
        for (replica::Output& output : outbox)
            std::visit([this](auto& what) { perform(std::move(what)); }, output);
    }
    is_handling_ = false;
    arm_timer();
}

void Driver::arm_timer() {
    if (is_stopping_)
        return;
    const Instant wanted = replica_->next_wake();
    // A timer that fires too early only arms itself again, which is cheaper than moving it at every
    // input.
    if (armed_for_ && *armed_for_ <= wanted)
        return;
    using std::chrono::microseconds;
    const microseconds pause = std::clamp<microseconds>(
        wanted - std::min(steady_now(), wanted), wake_pause_min, wake_pause_max
    );
    armed_for_ = wanted;
    wake_timer_.expires_after(pause);
    wake_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        armed_for_.reset();
        if (steady_now() >= replica_->next_wake())
            feed(replica::Wake{});
        else
            arm_timer();
    });
}

void Driver::on_stored(const std::vector<replica::StoreFinished>& group) {
    ensure(!group.empty());
    const auto failed = std::ranges::find_if(group, [](const auto& one) { return !one.outcome; });
    const Result<void>& outcome = (failed == group.end() ? group.begin() : failed)->outcome;
    ++(outcome ? parts_.metrics.commits : parts_.metrics.commits_failed);
    parts_.metrics.commit_trouble.reset();
    if (!outcome) {
        parts_.metrics.commit_trouble = outcome.error().code;
        parts_.trace.event(
            TraceLevel::error,
            "store.commit-failed",
            {{"why", std::string(errc_name(outcome.error().code))},
             {"detail", outcome.error().detail},
             {"stores", std::to_string(group.size())}}
        );
        parts_.pool.acknowledge_failure();
    }
    for (const replica::StoreFinished& finished : group)
        feed(finished);
    if (outcome && !is_stopping_)
        parts_.stored();
    look_for_damage(outcome);
}

// ----------------------------------------------------------------------------------------- outputs
// Only feed calls these, and it goes on until no input waits: what one of them adds comes next.

void Driver::perform(const replica::OpenLink& output) {
    if (is_stopping_)
        return;
    dialling_.insert(output.link);
    links::dial(
        parts_.io,
        output.address,
        output.is_hearsay ? hearsay_reach_ : links::DialReach::anywhere,
        parts_.trace,
        [this, link = output.link](Result<asio::ip::tcp::socket> outcome) {
            on_dialled(link, std::move(outcome));
        }
    );
}

void Driver::perform(replica::SendBytes output) {
    const auto found = links_.find(output.link);
    if (found != links_.end())
        found->second->send(std::move(output.bytes));
}

void Driver::perform(replica::CloseLink output) {
    dialling_.erase(output.link);
    const auto link = forget_link(output.link);
    if (link == nullptr)
        return;
    parts_.trace.event(
        TraceLevel::debug,
        "link.ended",
        {{"link", text_of(output.link)}, {"why", std::string(errc_name(output.why))}}
    );
    link->close_after_flush();
    // An ordinary end is no failure.
    if (output.why != Errc::closed)
        ++parts_.metrics.links_failed[output.why];
}

void Driver::perform(replica::Store output) {
    ++parts_.metrics.stores;
    if (store_listener_)
        store_listener_(output.batch);
    const replica::StoreId id = output.id;
    const auto outcome = parts_.pool.submit(std::move(output));
    if (!outcome && !is_stopping_)
        inputs_.emplace_back(replica::StoreFinished{id, outcome});
}

void Driver::perform(replica::Load output) {
    ++parts_.metrics.loads;
    const replica::LoadId id = output.id;
    const auto outcome = parts_.pool.submit(std::move(output));
    if (!outcome && !is_stopping_)
        inputs_.emplace_back(replica::LoadFinished{id, fail(outcome.error())});
}

void Driver::perform(replica::WorkOnFile output) {
    // Jobs run one at a time and in order, which is what one partial file needs.
    auto finished = std::make_shared<replica::FileWorkFinished>(replica::FileWorkFinished{
        output.id, fail(Errc::busy, "too many jobs are waiting")});
    const auto outcome = parts_.pool.run_blocking(
        [this, finished, what = std::move(output.what)] {
            finished->outcome = parts_.files.perform(what);
        },
        [this, finished] { feed(std::move(*finished)); }
    );
    if (!outcome && !is_stopping_)
        inputs_.emplace_back(std::move(*finished));
}

void Driver::perform(const replica::CarryOut& output) {
    ensure(carry_out_ != nullptr);
    carry_out_(output, [this, id = output.id](Result<replica::ErasureResult> outcome) {
        look_for_damage(outcome);
        feed(replica::ErasureFinished{id, std::move(outcome)});
    });
}

void Driver::perform(replica::Done output) {
    auto request = requests_.extract(output.id);
    ensure(!request.empty());
    answer(std::move(request.mapped()), std::move(output.outcome));
}

void Driver::perform(replica::Notify output) {
    std::visit([this](const auto& notice) { observe(notice); }, output.notice);
    if (listener_)
        listener_(output.notice);
}

void Driver::observe(const replica::LogGrew& notice) {
    parts_.metrics.records_stored += notice.after.value - notice.before.value;
}

void Driver::observe(const replica::MembershipChanged& notice) {
    parts_.trace.event(
        TraceLevel::info, "network.membership-changed", {{"network", to_base32(notice.network)}}
    );
}

void Driver::observe(const replica::LinkChanged& notice) {
    parts_.trace.event(
        TraceLevel::info,
        "link.changed",
        {{"link", text_of(notice.link)}, {"remote", notice.remote}, {"state", notice.state}}
    );
}

void Driver::answer(Callback callback, Result<replica::Reply> outcome) {
    // Answers never from inside a call to the core: the caller may ask again at once.
    asio::post(parts_.io, [callback = std::move(callback), outcome = std::move(outcome)]() mutable {
        callback(std::move(outcome));
    });
}

// ----------------------------------------------------------------------------------------- the end

void Driver::stop(std::function<void()> done) {
    if (is_stopping_)
        return;
    is_stopping_ = true;
    wake_timer_.cancel();
    parts_.pool.stop();
    // The pool has posted its last results; this stands behind them in the queue.
    asio::post(parts_.io, [this, done = std::move(done)] { close_everything(done); });
}

void Driver::close_everything(std::function<void()> done) {
    while (!links_.empty()) {
        const auto link = forget_link(links_.begin()->first);
        link->close_after_flush();
        closing_.push_back(link);
    }
    for (auto& [id, callback] : std::exchange(requests_, {}))
        answer(std::move(callback), fail(Errc::closed, "the node is stopping"));
    wait_until_closed(std::move(done), steady_now() + links::flush_time_max);
}

void Driver::wait_until_closed(std::function<void()> done, Instant until) {
    const bool is_closed = std::all_of(closing_.begin(), closing_.end(), [](const auto& link) {
        return link.expired();
    });
    if (is_closed || steady_now() >= until) {
        asio::post(parts_.io, std::move(done));
        return;
    }
    stop_timer_.expires_after(stop_poll_interval);
    stop_timer_.async_wait([this, done = std::move(done), until](const auto& error) {
        if (!error)
            wait_until_closed(done, until);
    });
}

} // namespace staffroom::runtime
