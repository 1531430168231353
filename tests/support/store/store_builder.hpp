// Builds what a core would hand to a store: logs with honest trees, headers of any bytes, bodies
// with salts. The heads carry no true signature: storage keeps them as bytes. Used by the tests and
// the benchmark of storage.
#pragma once

#include "storage/store/store.hpp"

#include <optional>
#include <random>

namespace staffroom::tests {

struct LogOptions {
    std::uint64_t seed = 1;
    log::Channel channel = log::Channel::records;
    std::size_t header_bytes = 200;
    std::size_t body_bytes = 100;
    std::optional<SchoolId> school{}; // else any
};

/// One log as its author's node would grow it.
class LogBuilder {
public:
    explicit LogBuilder(const LogOptions& options);

    [[nodiscard]] const LogId& id() const { return state_.id; }
    [[nodiscard]] const replica::LogState& state() const { return state_; }
    /// A new entry; its body is there when `state` is have.
    [[nodiscard]] replica::NewEntry make_entry(replica::BodyState state = replica::BodyState::have);
    /// The append of these entries, with the head that covers them.
    [[nodiscard]] replica::LogAppend append(std::vector<replica::NewEntry> entries);
    /// The append of `count` new entries with bodies.
    [[nodiscard]] replica::LogAppend append(std::size_t count);
    [[nodiscard]] replica::BodyBytes make_body();

private:
    [[nodiscard]] Bytes random_bytes(std::size_t count);

    LogOptions options_;
    std::mt19937_64 random_;
    replica::LogState state_;
};

[[nodiscard]] replica::StoreBatch batch_of(replica::LogAppend append);

} // namespace staffroom::tests
