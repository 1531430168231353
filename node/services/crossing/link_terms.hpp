// What two networks may agree on, as people say it: kinds of records in words, what a coordinator
// gets who says nothing, the days of the end and of the review. Called by the handlers of links,
// the command line and publishing.
#pragma once

#include "protocol/agreement/agreement.hpp"
#include "protocol/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

/// What is asked for one side; a side of which nothing is said gets the defaults.
struct WantedTerms {
    std::vector<std::string> kinds; // words; none: what others can learn from and try
    bool pass_on = false;
    bool passed_on = false;
    std::vector<NetworkId> onward{}; // to these alone; none: to any
};

/// Errors: unknown_value (a kind), invalid_input (a kind that is not written here; networks to pass
/// on to where nothing may be passed on, or too many).
[[nodiscard]] Result<agreement::Terms> terms_of(const WantedTerms& wanted);

struct LinkDays {
    WallTime until;
    WallTime review;
};

/// The days as typed; where nothing was typed the end is a year ahead, and the review in the middle
/// between now and the end. Errors: invalid_input (no day, past, review after the end).
[[nodiscard]] Result<LinkDays>
link_days(WallTime now, const std::string& until, const std::string& review);

/// "practice write-ups", "findings", "review notes": several records of a kind.
[[nodiscard]] std::string kind_plural(std::string_view kind);
/// "findings, adoptions and comments"; "nothing" without any.
[[nodiscard]] std::string kinds_text(const std::vector<std::string>& kinds);
/// The words of the API for the kinds of an agreement.
[[nodiscard]] std::vector<std::string> kind_words(const std::vector<std::uint32_t>& kinds);

} // namespace staffroom::services
