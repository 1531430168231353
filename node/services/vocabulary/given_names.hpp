// Given names that pupils of schools in England and Wales have, from many languages. A help for the
// rules, not a register: a name that is not here is found only where the words around it say that
// it is one. Called by the checks of the pupil-detail rules.
#pragma once

#include <string_view>

namespace staffroom::services {

/// Whether the word is a given name and hardly anything else; a possessive ending is forgiven.
[[nodiscard]] bool is_given_name(std::string_view word);
/// Also those that are a word or a place as well, such as Grace or Jordan.
[[nodiscard]] bool may_be_given_name(std::string_view word);

} // namespace staffroom::services
