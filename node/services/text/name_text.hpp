// Names as people write them: which texts may be one, when two are the same, which one a slip of
// the hand meant. For schools and networks. Called by names, by the handlers and by `staffroom
// init`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns a name without the spaces of any script at its ends, each run of them inside as one
/// space.
[[nodiscard]] std::string trimmed_name(std::string_view typed);

/// Returns why a trimmed name cannot stand on other schools' screens: a sentence for the person who
/// typed it, or nothing. `what` begins it: "A network's name". A name could look like another
/// school's, or turn the text behind it; so it is UTF-8, has a letter or a digit, and nothing that
/// cannot be seen or that turns the direction of what follows. Joiners may stand where a script
/// needs them.
[[nodiscard]] std::optional<std::string>
why_not_a_name(std::string_view name, std::string_view what);

/// Tells whether two names differ in case, composition or width only, so that nobody hears a
/// difference.
[[nodiscard]] bool is_same_name(std::string_view a, std::string_view b);

/// Returns the place in `names` of the one that was most likely meant; nothing where none is near.
[[nodiscard]] std::optional<std::size_t>
nearest_of(std::string_view typed, std::span<const std::string> names);

} // namespace staffroom::services
