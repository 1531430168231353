#include "node/runtime/store_pool.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <future>

namespace staffroom::runtime {
namespace {

using replica::StoreFinished;
using replica::StoreId;

/// Runs what the pool posts on the test's own thread, as the node's loop would.
class Loop {
public:
    void post(std::function<void()> work) {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(work));
        ready_.notify_one();
    }

    /// Runs posted work until `is_done`; false after five seconds without.
    bool run_until(const std::function<bool()>& is_done) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (!is_done()) {
            std::unique_lock lock(mutex_);
            if (!ready_.wait_until(lock, until, [this] { return !posted_.empty(); }))
                return false;
            const auto work = std::move(posted_.front());
            posted_.pop_front();
            lock.unlock();
            work();
        }
        return true;
    }

    void run_what_is_posted() {
        while (!posted_.empty()) {
            const auto work = std::move(posted_.front());
            posted_.pop_front();
            work();
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> posted_;
};

/// A store that notes what is asked of it and can be held up.
struct RecordedStore {
    std::mutex mutex;
    std::vector<std::string> calls;
    std::shared_future<void> gate; // commits and loads wait for it
    std::atomic<int> commits_to_fail = 0;
    std::atomic<int> marks_to_fail = 0;

    void note(const std::string& call) {
        const std::lock_guard lock(mutex);
        calls.push_back(call);
    }
    std::vector<std::string> noted() {
        const std::lock_guard lock(mutex);
        return calls;
    }
    StoreAccess access() {
        StoreAccess access;
        access.commit = [this](std::span<const replica::StoreBatch* const> batches
                        ) -> Result<void> {
            note("commit " + std::to_string(batches.size()));
            if (gate.valid())
                gate.wait();
            if (commits_to_fail > 0) {
                --commits_to_fail;
                return fail(Errc::disk_full);
            }
            return {};
        };
        access.write_mark = [this](const std::vector<replica::MarkedLog>& mark) -> Result<void> {
            note("mark " + std::to_string(mark.front().size.value));
            if (marks_to_fail > 0) {
                --marks_to_fail;
                return fail(Errc::io_error);
            }
            return {};
        };
        access.load = [this](const replica::Load&) -> Result<replica::Loaded> {
            if (gate.valid())
                gate.wait();
            return fail(Errc::not_found);
        };
        return access;
    }
};

struct Reported {
    std::vector<StoreFinished> stored;
    std::size_t groups = 0;
    std::size_t loaded = 0;
};

PoolReports reports_into(Loop& loop, Reported& reported) {
    PoolReports reports;
    reports.post = [&loop](std::function<void()> work) { loop.post(std::move(work)); };
    reports.stored = [&reported](const std::vector<StoreFinished>& group) {
        ++reported.groups;
        reported.stored.insert(reported.stored.end(), group.begin(), group.end());
    };
    reports.loaded = [&reported](const replica::LoadFinished&) { ++reported.loaded; };
    return reports;
}

replica::Store store_with(std::uint64_t id, std::optional<std::uint64_t> marked_size = {}) {
    replica::Store store{StoreId{id}, {}, {}};
    if (marked_size)
        store.mark.push_back(replica::MarkedLog{
            LogId(LogId::Raw{}), LogSize{*marked_size}, TreeHash(TreeHash::Raw{})});
    return store;
}

replica::Load any_load(std::uint64_t id) {
    return replica::Load{replica::LoadId{id}, replica::LoadBodies{LogId(LogId::Raw{}), {}}};
}

} // namespace

TEST_CASE("store pool: without its mark only what is our own has failed", "[store_pool]") {
    RecordedStore store;
    std::promise<void> gate;
    store.gate = gate.get_future().share();
    store.marks_to_fail = 1;
    Loop loop;
    Reported reported;
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));
    REQUIRE(pool.submit(store_with(1)));
    while (store.noted().empty())
        std::this_thread::yield();

    REQUIRE(pool.submit(store_with(2)));
    REQUIRE(pool.submit(store_with(3, 10)));
    gate.set_value();

    REQUIRE(loop.run_until([&] { return reported.stored.size() == 3; }));
    CHECK(reported.stored[1].outcome.has_value());
    CHECK_FALSE(reported.stored[2].outcome.has_value());
    pool.stop();
}

TEST_CASE(
    "store pool: what waits behind a commit becomes one group with one mark, reported in order",
    "[store_pool]"
) {
    Loop loop;
    Reported reported;
    RecordedStore store;
    std::promise<void> open_gate;
    store.gate = open_gate.get_future().share();
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));

    REQUIRE(pool.submit(store_with(1)));
    while (store.noted().empty())
        std::this_thread::yield();
    REQUIRE(pool.submit(store_with(2, 20)));
    REQUIRE(pool.submit(store_with(3)));
    REQUIRE(pool.submit(store_with(4, 40)));
    open_gate.set_value();

    REQUIRE(loop.run_until([&] { return reported.stored.size() == 4; }));
    CHECK(store.noted() == std::vector<std::string>{"commit 1", "commit 3", "mark 40"});
    CHECK(reported.groups == 2);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(reported.stored[i].id == StoreId{i + 1});
        CHECK(reported.stored[i].outcome.has_value());
    }
}

TEST_CASE(
    "store pool: after a failed commit nothing that was queued before its report is tried",
    "[store_pool]"
) {
    Loop loop;
    Reported reported;
    RecordedStore store;
    store.commits_to_fail = 1;
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));

    REQUIRE(pool.submit(store_with(1, 10)));
    REQUIRE(loop.run_until([&] { return reported.stored.size() == 1; }));
    REQUIRE(pool.submit(store_with(2, 20))); // built on the first, before its failure was handled
    REQUIRE(loop.run_until([&] { return reported.stored.size() == 2; }));
    pool.acknowledge_failure();
    REQUIRE(pool.submit(store_with(3, 30)));
    REQUIRE(loop.run_until([&] { return reported.stored.size() == 3; }));

    CHECK(reported.stored[0].outcome.error().code == Errc::disk_full);
    CHECK(reported.stored[1].outcome.error().code == Errc::io_error);
    CHECK(reported.stored[2].outcome.has_value());
    CHECK(store.noted() == std::vector<std::string>{"commit 1", "commit 1", "mark 30"});
}

TEST_CASE("store pool: stopping commits all that is queued and posts it", "[store_pool]") {
    Loop loop;
    Reported reported;
    RecordedStore store;
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));
    const std::uint64_t count = 3 * group_stores_max;
    for (std::uint64_t id = 0; id < count; ++id)
        REQUIRE(pool.submit(store_with(id)));

    pool.stop();
    loop.run_what_is_posted();

    REQUIRE(reported.stored.size() == count);
    CHECK(reported.stored.back().id == StoreId{count - 1});
    CHECK(pool.submit(store_with(count)).error().code == Errc::closed);
    CHECK(pool.submit(any_load(1)).error().code == Errc::closed);
    CHECK(pool.run_blocking([] {}, [] {}).error().code == Errc::closed);
}

TEST_CASE("store pool: a load goes on while a blocking job runs", "[store_pool]") {
    Loop loop;
    Reported reported;
    RecordedStore store;
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));
    std::promise<void> end_jobs;
    const std::shared_future<void> jobs_may_end = end_jobs.get_future().share();
    int jobs_done = 0;

    for (int i = 0; i < 4; ++i)
        REQUIRE(pool.run_blocking([jobs_may_end] { jobs_may_end.wait(); }, [&] { ++jobs_done; }));
    for (std::uint64_t id = 0; id < 8; ++id)
        REQUIRE(pool.submit(any_load(id)));

    REQUIRE(loop.run_until([&] { return reported.loaded == 8; }));
    CHECK(jobs_done == 0);
    end_jobs.set_value();
    REQUIRE(loop.run_until([&] { return jobs_done == 4; }));
}

TEST_CASE("store pool: a full queue refuses instead of growing", "[store_pool]") {
    Loop loop;
    Reported reported;
    RecordedStore store;
    std::promise<void> open_gate;
    store.gate = open_gate.get_future().share();
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));

    Result<void> outcome;
    std::size_t taken = 0;
    while (outcome && taken <= 2 * pool_queue_max) {
        outcome = pool.submit(any_load(taken));
        if (outcome)
            ++taken;
    }
    open_gate.set_value();

    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::busy);
    CHECK(taken >= pool_queue_max);
    REQUIRE(loop.run_until([&] { return reported.loaded == taken; }));
}

TEST_CASE("store pool: a short job waits behind no reader's question", "[store_pool]") {
    Loop loop;
    Reported reported;
    RecordedStore store;
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));
    std::promise<void> end_readings;
    const std::shared_future<void> readings_may_end = end_readings.get_future().share();
    int read = 0;
    bool is_job_done = false;

    for (int i = 0; i < 8; ++i)
        REQUIRE(pool.run_reading(
            [readings_may_end](const runtime::StopSign&) { readings_may_end.wait(); },
            [&] { ++read; }
        ));
    REQUIRE(pool.run_blocking([] {}, [&] { is_job_done = true; }));
    REQUIRE(pool.submit(any_load(1)));

    REQUIRE(loop.run_until([&] { return is_job_done && reported.loaded == 1; }));
    CHECK(read == 0);
    end_readings.set_value();
    REQUIRE(loop.run_until([&] { return read == 8; }));
}

TEST_CASE("store pool: what is being read ends when the pool stops", "[store_pool]") {
    Loop loop;
    Reported reported;
    RecordedStore store;
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));
    std::atomic<bool> has_begun = false;
    bool is_told = false;
    REQUIRE(pool.run_reading(
        [&](const runtime::StopSign& sign) {
            has_begun = true;
            while (!sign.is_up())
                std::this_thread::yield();
        },
        [&] { is_told = true; }
    ));
    while (!has_begun)
        std::this_thread::yield();

    pool.stop();
    loop.run_what_is_posted();

    CHECK(is_told);
    CHECK(pool.run_reading([](const runtime::StopSign&) {}, [] {}).error().code == Errc::closed);
}

TEST_CASE("store pool: too many questions of readers are refused", "[store_pool]") {
    Loop loop;
    Reported reported;
    RecordedStore store;
    StorePool pool(store.access());
    pool.start(reports_into(loop, reported));
    std::promise<void> end_readings;
    const std::shared_future<void> readings_may_end = end_readings.get_future().share();
    Result<void> outcome;
    std::size_t taken = 0;
    std::size_t told = 0;

    while (outcome && taken <= 2 * readings_waiting_max) {
        outcome = pool.run_reading(
            [readings_may_end](const runtime::StopSign&) { readings_may_end.wait(); },
            [&] { ++told; }
        );
        taken += outcome ? 1U : 0U;
    }
    end_readings.set_value();

    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::busy);
    REQUIRE(loop.run_until([&] { return told == taken; }));
}

} // namespace staffroom::runtime
