// The exit codes of staffroom, which scripts see. The node knows them as well: a problem in its
// answers says with which one the command ends. Pure.
#pragma once

namespace staffroom {

/// Published: never renumber.
enum class ExitCode : int {
    done = 0,
    failed = 1,
    usage = 2,
    node_not_running = 3,
    attention = 4, // done, and some of it wants a person's eye
    refused = 5,
    unreachable = 6,
    bad_configuration = 78, // EX_CONFIG of sysexits.h
    interrupted = 130,      // 128 and SIGINT
};

} // namespace staffroom
