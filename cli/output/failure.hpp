// A failure, for a person: one sentence, the next step, the exit code. Commands fail in this way
// only; a failure is made from the node's problem+json or from a Result of the layers below.
// Printed by main, with the next step as the last line.
#pragma once

#include "protocol/base/ensure.hpp"
#include "protocol/base/result.hpp"

#include <boost/json/object.hpp>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace staffroom::cli {

/// The exit codes that scripts see. Published: never renumber.
enum class ExitCode : int {
    done = 0,
    failed = 1,
    usage = 2,
    node_not_running = 3,
    attention = 4,
    refused = 5,
    unreachable = 6,
    bad_configuration = 78,
    interrupted = 130,
};

struct Failure {
    std::string sentence;
    std::string next;
    ExitCode exit;
    std::string code{};            // stable; empty: the exit code's own name
    boost::json::object members{}; // for scripts: everything wrong with a record, and its draft
};

/// A value, or the failure that kept it from being made.
template <class T> class [[nodiscard]] Outcome {
public:
    // Both conversions are meant: `return value;` and `return Failure{...};` read as what they are.
    // NOLINTBEGIN(google-explicit-constructor)
    Outcome(T value)
        : state_(std::in_place_index<0>, std::move(value)) {}
    Outcome(Failure failure)
        : state_(std::in_place_index<1>, std::move(failure)) {}
    // NOLINTEND(google-explicit-constructor)

    explicit operator bool() const { return state_.index() == 0; }
    [[nodiscard]] T& operator*() {
        ensure(state_.index() == 0);
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] const T& operator*() const {
        ensure(state_.index() == 0);
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T* operator->() { return &**this; }
    [[nodiscard]] const T* operator->() const { return &**this; }
    [[nodiscard]] const Failure& failure() const {
        ensure(state_.index() == 1);
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Failure> state_;
};

/// Makes a failure of the node's answer `status` with a problem+json document, or with anything
/// else when another program than a node answers.
[[nodiscard]] Failure failure_from_problem(unsigned status, const boost::json::value& problem);

/// Makes a failure of an expected error of a layer below while doing `what` ("read the keys").
[[nodiscard]] Failure failure_from_error(const Error& error, std::string_view what);

/// Returns the code of a failure that has none of its own: "failed", "usage", "node.not-running",
/// ...
[[nodiscard]] std::string_view exit_name(ExitCode exit);

/// Returns {"code", "detail", "next", "exit"}, then the failure's own members, as a script sees it
/// with --json.
[[nodiscard]] boost::json::object failure_json(const Failure& failure);

/// Prints the sentence, the findings in a refused file and, as the last line, the next step;
/// nothing of it can steer a terminal.
void print_failure(std::ostream& err, const Failure& failure);

[[nodiscard]] inline int number(ExitCode code) {
    return static_cast<int>(code);
}

} // namespace staffroom::cli
