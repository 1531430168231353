// A whole school alone, for tests of services and handlers: the real replica on the real store in a
// folder of its own, with no sockets and no threads. Work and answers wait in a queue until
// `settle` runs them.
#pragma once

#include "node/runtime/running_node.hpp"
#include "storage/files/posix_files.hpp"
#include "tests/support/seeded_random.hpp"

#include <deque>
#include <filesystem>
#include <map>

namespace staffroom::tests {

class SoloCore final : public services::RunningNode {
public:
    explicit SoloCore(std::uint64_t seed);
    ~SoloCore() override;
    SoloCore(const SoloCore&) = delete;
    SoloCore& operator=(const SoloCore&) = delete;
    SoloCore(SoloCore&&) = delete;
    SoloCore& operator=(SoloCore&&) = delete;

    /// Told of every notice of the core.
    std::function<void(const replica::Notice&)> listener{};
    /// Sees each commit before it is made.
    std::function<void(const replica::StoreBatch&)> store_listener{};
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    /// Called when something has become durable.
    std::function<void()> on_stored = [] {};

    /// Runs everything that waits, and what follows from it.
    void settle();

    void
    command(replica::CommandBody body, std::function<void(Result<replica::Reply>)> done) override;
    [[nodiscard]] const replica::Replica& replica() const override { return *replica_; }
    [[nodiscard]] WallTime wall() override { return wall_; }
    /// The clock on the wall goes on by so much.
    void pass(std::chrono::milliseconds time) {
        wall_.ms += static_cast<std::uint64_t>(time.count());
    }
    [[nodiscard]] Random& random() override { return random_; }
    void run_blocking(std::function<void()> work, std::function<void()> then) override;
    void run_reading(
        std::function<void(const staffroom::runtime::StopSign&)> work, std::function<void()> then
    ) override;
    [[nodiscard]] storage::Store& store() override { return *store_; }
    [[nodiscard]] storage::AttachmentStore& files() override { return *attachments_; }

private:
    void feed(replica::Input input);
    void perform(const replica::Store& output);
    void perform(const replica::Load& output);
    void perform(replica::Done& output);

    SeededRandom random_;
    crypto::SodiumVerifier verifier_;
    storage::PosixFileSystem files_;
    std::filesystem::path folder_;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<storage::AttachmentStore> attachments_;
    std::unique_ptr<replica::Replica> replica_;
    Instant now_{0};
    WallTime wall_{1'800'000'000'000};
    std::uint64_t next_request_ = 1;
    std::map<replica::RequestId, std::function<void(Result<replica::Reply>)>> waiting_;
    std::deque<std::function<void()>> queue_;
};

} // namespace staffroom::tests
