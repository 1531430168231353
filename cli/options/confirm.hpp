// Questions to a person: asked on a terminal only, on stderr, so that stdout stays the result.
// Where nobody can answer, a command decides: `confirm` goes ahead, `ask_first` says so.
#pragma once

#include "cli/options/options.hpp"
#include "cli/output/output.hpp"

#include <optional>
#include <string>

namespace staffroom::cli {

/// Tells whether a person sits at both ends and may be asked.
[[nodiscard]] bool may_ask(const Options& options);
/// Tells whether somebody is there to answer and nothing has answered already.
[[nodiscard]] bool can_ask(const Options& options);

/// Tells whether to go ahead. Asks `question` on stderr and reads one line of stdin; only "y" and
/// "yes" are a yes. Where nobody can answer the command goes ahead, because the author of the
/// script has decided.
[[nodiscard]] bool confirm(const Options& options, Output& output, const std::string& question);

/// The outcome of a question whose answer is not to be guessed.
enum class Consent { given, refused, nobody_to_ask };

/// Asks about a likely slip: --yes is consent, silence is none.
[[nodiscard]] Consent
ask_first(const Options& options, Output& output, const std::string& question);

/// Reads one line from the terminal, without spaces at its ends; nothing at the end of input.
[[nodiscard]] std::optional<std::string> ask_line(Output& output, const std::string& question);

} // namespace staffroom::cli
