// Whether a request was meant for this node, and where it comes from. Pure. Called by the guard and
// by the handlers of sessions.
//
// The attacks: a page elsewhere sends a form here (another Origin); a stranger's name is made to
// lead to this machine (DNS rebinding), so that a page under that name may read the answers
// (another Host). An address as Host is this node's own: no name can be made to look like one.
#pragma once

#include "node/base/config.hpp"
#include "node/http/answers/message.hpp"

#include <string>

namespace staffroom::http {

/// HOST or HOST:PORT as in the header: an address, "localhost", this machine's name, or one of
/// node.web_names.
[[nodiscard]] bool is_own_host(const std::string& host, const node::Config& config);
/// Whether an Origin is the page of this very Host, by TLS where the request came by it; none at
/// all is.
[[nodiscard]] bool is_own_origin(const Request& request);

/// The client's address: what a proxy of the settings says, else where the connection comes from.
[[nodiscard]] std::string client_address(const Request& request, const node::Config& config);
/// Whether the client came by TLS, which ends here or at a proxy of the settings.
[[nodiscard]] bool came_by_tls(const Request& request, const node::Config& config);

} // namespace staffroom::http
