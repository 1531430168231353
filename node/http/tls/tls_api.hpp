// The handlers of the API for the certificate of the page: what it is, another one in its place.
// Defined in api_tls.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

void show_certificate(const Services&, const Request&, const Respond&);
void import_certificate(const Services&, const Request&, const Respond&);
void make_certificate(const Services&, const Request&, const Respond&);

} // namespace staffroom::http::api
