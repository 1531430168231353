// The handlers of what schools and networks agree on: the charter of a network, and links between
// networks, with their codes, agreements, what crosses and the end. In the code a
// link of networks is an agreement, since a link is a connection of two nodes. Thin: read the
// request, ask the core or the library, put the answer into JSON.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

void list_links(const Services& services, const Request& request, const Respond& respond);
void show_link(const Services& services, const Request& request, const Respond& respond);
void preview_link(const Services& services, const Request& request, const Respond& respond);
void renew_link(const Services& services, const Request& request, const Respond& respond);
void end_link(const Services& services, const Request& request, const Respond& respond);

void invite_link(const Services& services, const Request& request, const Respond& respond);
void accept_link(const Services& services, const Request& request, const Respond& respond);
void end_link_code(const Services& services, const Request& request, const Respond& respond);

void show_charter(const Services& services, const Request& request, const Respond& respond);
void revise_charter(const Services& services, const Request& request, const Respond& respond);
void sign_charter(const Services& services, const Request& request, const Respond& respond);

} // namespace staffroom::http::api
