// toml++ 3.3, with its assertions turned into exceptions. A settings file can reach some of them by
// a mistake ("[=a]", "a = 1:"), and a file must not be able to end the process. Every parser of
// TOML includes this instead of the library and catches std::logic_error. A release build (NDEBUG)
// would let toml++ take its assertions for granted, so the library never sees that word.
#pragma once

#include <stdexcept>

namespace staffroom::node {

[[noreturn]] inline void end_of_toml(const char* condition) {
    throw std::logic_error(condition);
}

} // namespace staffroom::node

#define TOML_ASSERT(condition)                                                                     \
    (static_cast<bool>(condition) ? static_cast<void>(0) : staffroom::node::end_of_toml(#condition))

#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")
