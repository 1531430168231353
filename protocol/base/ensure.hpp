// ensure(condition) checks an invariant of ours in every build. A broken invariant is a bug and
// ends the process. Never use it for input: bytes from outside are answered with a Result.
#pragma once

namespace staffroom {

[[noreturn]] void ensure_failed(const char* condition, const char* file, int line);

} // namespace staffroom

#define ensure(condition)                                                                          \
    (static_cast<bool>(condition) ? void()                                                         \
                                  : ::staffroom::ensure_failed(#condition, __FILE__, __LINE__))
