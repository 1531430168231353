// One honest message of every kind that a link carries, filled as far as it can be: the first
// inputs for the targets of messages and of members.
#pragma once

#include "protocol/wire/messages.hpp"

#include <vector>

namespace staffroom::fuzz {

/// At least one of every alternative of wire::Message.
[[nodiscard]] std::vector<wire::Message> honest_messages();

} // namespace staffroom::fuzz
