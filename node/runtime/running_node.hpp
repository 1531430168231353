// The running node as the services see it: commands in, answers back, reads of the core and of the
// store. Implemented by the driver, and by a small stand-in in tests. Call everything here on the
// network thread.
#pragma once

#include "node/runtime/stop_sign.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"
#include "protocol/replica/ports/events.hpp"
#include "protocol/replica/replica.hpp"
#include "storage/attachments/attachment_store.hpp"
#include "storage/store/store.hpp"

#include <functional>

namespace staffroom::services {

class RunningNode {
public:
    RunningNode() = default;
    RunningNode(const RunningNode&) = delete;
    RunningNode& operator=(const RunningNode&) = delete;
    RunningNode(RunningNode&&) = delete;
    RunningNode& operator=(RunningNode&&) = delete;
    virtual ~RunningNode() = default;

    /// Gives a command to the core. `done` is called exactly once, on the network thread, never
    /// before `command` has returned.
    virtual void
    command(replica::CommandBody body, std::function<void(Result<replica::Reply>)> done) = 0;
    /// Gives a command whose answer has the type that belongs to it.
    template <class Command, class Done> void ask(Command asked, Done done) {
        using Answer = typename Command::Answer;
        command(std::move(asked), [done = std::move(done)](Result<replica::Reply> reply) {
            if (reply)
                done(Result<Answer>(std::get<Answer>(std::move(*reply))));
            else
                done(Result<Answer>(fail(reply.error())));
        });
    }
    [[nodiscard]] virtual const replica::Replica& replica() const = 0;
    [[nodiscard]] virtual WallTime wall() = 0;
    [[nodiscard]] virtual Random& random() = 0;
    /// Runs `work` on a thread where waiting for disk or Argon2id harms nobody; then `then` on the
    /// network thread.
    virtual void run_blocking(std::function<void()> work, std::function<void()> then) = 0;
    /// Runs like `run_blocking`, without order and on threads of their own: for questions of
    /// readers and work that may take long, so that no short job waits behind it. `work` ends soon
    /// once the sign is up; it is not begun at all when too many wait, and `then` is called all the
    /// same.
    virtual void
    run_reading(std::function<void(const runtime::StopSign&)> work, std::function<void()> then) = 0;
    /// Returns the store, whose reads are safe from any thread.
    [[nodiscard]] virtual storage::Store& store() = 0;
    /// Returns the attached files; blocking, safe from any thread.
    [[nodiscard]] virtual storage::AttachmentStore& files() = 0;
};

} // namespace staffroom::services
