// Links between networks in answers, and why one is not found or an act on one is in vain: one
// sentence and one next step for each reason. Used by the handlers of links.
#pragma once

#include "node/http/answers/json.hpp"
#include "node/http/answers/message.hpp"
#include "node/http/answers/problem.hpp"
#include "node/services/crossing/link_preview.hpp"
#include "node/services/crossing/link_terms.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

/// One line of the list.
[[nodiscard]] JsonObject link_json(const Services& services, const replica::LinkStatus& link);
/// The same with the charter, both cards, who signed, and what has crossed as this node has it.
[[nodiscard]] JsonObject whole_link_json(const Services& services, const replica::LinkStatus& link);
[[nodiscard]] JsonObject
link_code_json(const Services& services, const replica::LinkCodeStatus& code);
/// An agreement as it would be, or is.
[[nodiscard]] JsonObject
agreement_json(const Services& services, const replica::LinkAgreement& agreed);
[[nodiscard]] JsonObject
preview_json(const Services& services, const services::LinkPreview& preview);
/// {"id", "name"} of a network of this school.
[[nodiscard]] JsonObject network_name_json(const Services& services, const NetworkId& network);

/// Finds the link of a request; answers where it is none.
[[nodiscard]] std::optional<replica::LinkStatus>
link_of(const Services& services, const Request& request, const Respond& respond);
[[nodiscard]] Problem unknown_link(const Error& error);
/// The other network takes the signatures of schools that the card names, and of no other. `what`
/// this school cannot do: "end".
[[nodiscard]] Problem not_on_the_card(const replica::LinkStatus& link, const std::string& what);
[[nodiscard]] Problem not_a_coordinator(const Services& services, const NetworkId& network);
[[nodiscard]] bool is_coordinator(const Services& services, const NetworkId& network);

} // namespace staffroom::http::api
