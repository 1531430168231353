// What a program sends to the node's API, as one fuzz target: method, target, headers and body go
// through the whole table of handlers of a real node without sockets. Called by the replay in the
// test command and by libFuzzer.
#pragma once

#include "protocol/base/bytes.hpp"

namespace staffroom::fuzz {

/// Input: a byte for the method, the target up to a line end, a key up to a line end, the body. One
/// node serves all calls of a process. Ends the process when a request gets no answer, or one that
/// breaks its own rules.
void http(ByteView input);

} // namespace staffroom::fuzz
