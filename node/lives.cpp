#include "node/lives.hpp"

#include "node/app.hpp"
#include "protocol/wire/codec_link.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <csignal>
#include <iostream>

namespace staffroom::node {
namespace {

/// The most lives of a process. A store that is damaged while it runs is salvaged in the same
/// process; a disk that goes on damaging it is not fought for ever.
constexpr int lives_max = 5;

} // namespace

int run_node(const NodeOptions& options) {
    if (sodium_init() < 0) {
        std::cerr << "staffroomd: this system gives no random numbers.\n"
                     "Next: see that /dev/urandom is there.\n";
        return exit_failed;
    }
    wire::keep_protobuf_quiet();
    // The words of a school are closed to everybody else on this machine, whatever umask we
    // inherited.
    ::umask(S_IRWXG | S_IRWXO);
    // A reader of our "ready" line that has gone must not take the node with it.
    std::signal(SIGPIPE, SIG_IGN);
    AppOptions how{options.data, options.config};
    for (int damaged_lives = 0; damaged_lives < lives_max;) {
        auto started = App::start(how);
        if (const auto* failure = std::get_if<StartFailure>(&started)) {
            std::cerr << "staffroomd: " << failure->sentence << "\nNext: " << failure->next << '\n';
            return failure->exit_code;
        }
        App& app = *std::get<std::unique_ptr<App>>(started);
        const int code = app.run();
        if (app.ending() == App::Ending::none)
            return code;
        how.is_store_damaged = app.ending() == App::Ending::damaged;
        how.setup_sessions = app.setup_sessions();
        damaged_lives += how.is_store_damaged ? 1 : 0;
    }
    std::cerr << "staffroomd: the disk damages the store again and again.\n"
                 "Next: move the data folder to another disk.\n";
    return exit_failed;
}

} // namespace staffroom::node
