// The reason why a node does not start, for the person at the terminal: one sentence, the next
// step, the exit code. A pure table of (step of the start, error); printed by main. Errors of a
// running node belong to http/answers/problem.
#pragma once

#include "protocol/base/result.hpp"

#include <string>

namespace staffroom::node {

enum class StartStep { folder, settings, store, listen, web, https, api };

struct StartFailure {
    std::string sentence;
    std::string next; // what to do; begins with a verb
    int exit_code;
};

inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_bad_configuration =
    78; // EX_CONFIG of sysexits.h: the service manager does not try again

/// Explains a failure; `data_folder` as the user wrote it.
[[nodiscard]] StartFailure
explain_start_failure(StartStep step, const Error& error, const std::string& data_folder);

} // namespace staffroom::node
