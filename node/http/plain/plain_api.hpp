// The handlers of the plain pages, one for each row of the table of routes. Each asks a handler of
// the API as the same caller and shows its answer, so that nothing is decided here about who sees
// what. Defined in the plain_*.cpp beside it.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

void show_plain_home(const Services&, const Request&, const Respond&);
void show_plain_sign_in(const Services&, const Request&, const Respond&);
void plain_sign_in(const Services&, const Request&, const Respond&);
void plain_sign_out(const Services&, const Request&, const Respond&);
void show_plain_search(const Services&, const Request&, const Respond&);
void show_plain_record(const Services&, const Request&, const Respond&);
void show_plain_style(const Services&, const Request&, const Respond&);

} // namespace staffroom::http::api
