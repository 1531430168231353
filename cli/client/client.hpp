// One call to the node's HTTP API over the Unix socket of its data folder. Knows HTTP and
// problem+json, no command; every call is held against the node's own table of routes, so that a
// command cannot ask what no route answers. The only file beside it that names Asio or Beast is
// client.cpp. Ctrl-C ends a call, never in the middle of ours.
#pragma once

#include "cli/output/failure.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace staffroom::cli {

class Client {
public:
    /// Makes a client that connects to nothing yet. It takes over SIGINT for as long as it lives.
    explicit Client(std::filesystem::path folder);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    Client(Client&&) = delete;
    Client& operator=(Client&&) = delete;
    ~Client();

    /// Asks for `target`, which begins with '/' and is percent-encoded by its maker; see
    /// `path_part`.
    [[nodiscard]] Outcome<boost::json::value>
    get(std::string_view target, std::chrono::seconds patience = std::chrono::seconds(60));
    /// Returns the bytes of an answer that is no JSON document. Failures: those of `get`.
    [[nodiscard]] Outcome<std::string>
    get_text(std::string_view target, std::chrono::seconds patience = std::chrono::seconds(60));
    /// Posts `body`, which is JSON text. Failures: those of the node, node_not_running,
    /// interrupted.
    [[nodiscard]] Outcome<boost::json::value> post(
        std::string_view target,
        std::string body,
        std::chrono::seconds patience = std::chrono::seconds(60)
    );

    /// Asks for something to be taken away. Failures: as `post`.
    [[nodiscard]] Outcome<boost::json::value> remove(std::string_view target);

    /// As `post`, in two steps: what is done in between, other calls among it, the node works
    /// meanwhile. Failures: as `post`, of what each step has seen.
    struct Call;
    using PendingCall = std::shared_ptr<Call>;
    [[nodiscard]] Outcome<PendingCall>
    begin_post(std::string_view target, std::string body, std::chrono::seconds patience);
    [[nodiscard]] Outcome<boost::json::value> finish(const PendingCall& call);

    /// Reads a stream of events and gives each piece to `take` as it arrives. A value when the
    /// stream has ended or broken: it can be asked for again, after `place`. Failures: those of the
    /// node, node_not_running, interrupted.
    struct StreamEnded {};
    [[nodiscard]] Outcome<StreamEnded> follow(
        std::string_view target,
        std::string_view place,
        const std::function<void(std::string_view)>& take
    );

    /// Waits; returns false when Ctrl-C was pressed.
    [[nodiscard]] bool pause(std::chrono::milliseconds time);
    /// Does the same as `post`, with a body of plain bytes.
    [[nodiscard]] Outcome<boost::json::value>
    post_bytes(std::string_view target, std::string body, std::chrono::seconds patience);

    /// Returns true once Ctrl-C was pressed: for loops between calls.
    [[nodiscard]] bool is_interrupted();

    /// Returns the folder that this client was made for, for next steps.
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    struct Machine;
    std::filesystem::path folder_;
    std::unique_ptr<Machine> machine_;
};

/// Encodes a typed text for one segment of a path or one value of a query, percent-encoded (RFC
/// 3986 2.3).
[[nodiscard]] std::string path_part(std::string_view typed);

/// Returns the failure of every command when nothing answers at the folder's socket.
[[nodiscard]] Failure node_not_running(const std::filesystem::path& folder);

[[nodiscard]] Failure interrupted();

} // namespace staffroom::cli
