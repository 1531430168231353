// Whether a caller is among those who may ask: the one place where the two meet. Called by the
// guard for a request, and by the router for the methods that it names.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/http/routes/askers.hpp"

namespace staffroom::http {

/// A token is let in where its scope is, and where its person would be. The token of the data
/// folder reads what the owner may read, and changes nothing.
[[nodiscard]] bool may_ask(const Caller& caller, Method method, Askers askers);

} // namespace staffroom::http
