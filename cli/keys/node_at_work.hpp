// The node that a change of keys needs: the one that runs on the folder, or else a child process
// that ends with the command. Called by `recover` and `key`.
#pragma once

#include "cli/client/client.hpp"

#include <memory>

namespace staffroom::cli {

class NodeAtWork {
public:
    /// Finds the node of the client's folder, or starts staffroomd, which stands beside this
    /// program or in PATH. Failures: what staffroomd itself says when it cannot start; failed, it
    /// is not there or is not ready in time.
    [[nodiscard]] static Outcome<std::unique_ptr<NodeAtWork>> find_or_start(Client& client);
    NodeAtWork(const NodeAtWork&) = delete;
    NodeAtWork& operator=(const NodeAtWork&) = delete;
    NodeAtWork(NodeAtWork&&) = delete;
    NodeAtWork& operator=(NodeAtWork&&) = delete;
    /// Ends the child, if there is one, and waits for its end.
    ~NodeAtWork();

    /// Tells whether the node was started here, and stops when this goes.
    [[nodiscard]] bool is_child() const { return child_ > 0; }

private:
    explicit NodeAtWork(int child)
        : child_(child) {}
    int child_; // 0: a node that somebody else has started
};

} // namespace staffroom::cli
