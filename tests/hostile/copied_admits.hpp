// A governance log of a member that holds one admit of the network again and again, each copy after
// the one before: well signed, and each as good as the first at a careless look. For the mode
// `admits`.
#pragma once

#include "tests/hostile/modes.hpp"

namespace staffroom::hostile {

/// Offers the log, as often as it is called.
void offer_copied_admits(Act& act);
/// Serves the log to whoever wants it.
void serve_copied_admits(Act& act, const wire::Message& message);

} // namespace staffroom::hostile
