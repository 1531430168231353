// A guest that takes connections at its address and calls `opened` for each of them. Other guests
// only dial.
#pragma once

#include "tests/simulation/world/world.hpp"

namespace staffroom::simulation {

class ListeningGuest : public Guest {};

} // namespace staffroom::simulation
