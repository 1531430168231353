// Governance logs of a plain member that hold thousands of operations, well signed, and each as
// good as an honest one at a careless look: one admit of the network again and again, each copy
// after the one before (mode `admits`); closings of all schools, itself among them (mode
// `closings`).
#pragma once

#include "tests/hostile/modes.hpp"

namespace staffroom::hostile {

/// Offers the log, as often as it is called.
void offer_copied_admits(Act& act);
/// Serves the log to whoever wants it.
void serve_copied_admits(Act& act, const wire::Message& message);

void offer_closings(Act& act);
void serve_closings(Act& act, const wire::Message& message);

} // namespace staffroom::hostile
