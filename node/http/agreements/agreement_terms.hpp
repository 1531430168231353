// What one network gives to another, in answers and as people ask for it. Used by the handlers that
// make codes, renew links and show them.
#pragma once

#include "node/http/answers/json.hpp"
#include "node/services/services.hpp"
#include "protocol/agreement/agreement.hpp"

namespace staffroom::http::api {

/// {"kinds", "pass_on", "onward", "onward_names", "passed_on"}; a name is empty where this node
/// knows none.
[[nodiscard]] JsonObject
terms_json(const services::Services& services, const agreement::Terms& terms);

/// Reads "kinds", "pass_on", "onward" and "passed_on", each with this prefix; what is left out is
/// as in `otherwise`. Who names networks to pass on to lets records be passed on; an empty list
/// lets them go to any network. Errors: those of Members, services::terms_of and
/// services::resolve_network.
[[nodiscard]] Result<agreement::Terms> read_terms(
    const services::Services& services,
    Members& members,
    const std::string& prefix,
    const agreement::Terms& otherwise
);

} // namespace staffroom::http::api
