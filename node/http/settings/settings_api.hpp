// The handlers of the API for the settings of the machine, for whoever looks after it: what they
// are and where each comes from; changing one of those that may be. Defined in api_settings.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

void list_settings(const Services&, const Request&, const Respond&);
void change_setting(const Services&, const Request&, const Respond&);

} // namespace staffroom::http::api
