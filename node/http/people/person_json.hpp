// People, sessions and tokens as the API shows them, and what the handlers of people share. Never a
// hash, a password or a key.
#pragma once

#include "node/accounts/accounts.hpp"
#include "node/accounts/desk.hpp"
#include "node/accounts/setup.hpp"
#include "node/http/answers/json.hpp"
#include "node/services/services.hpp"

#include <optional>

namespace staffroom::http {

/// RFC 3339, or null.
[[nodiscard]] Json moment_json(const std::optional<WallTime>& time);

/// "active", "invited" (has a link, and no password yet), "waiting" (a lead has to make the link),
/// "ended" (the role is over) or "left".
[[nodiscard]] std::string_view
person_state(const accounts::Accounts& accounts, const accounts::Person&);
[[nodiscard]] JsonObject
person_json(const accounts::Accounts& accounts, const accounts::Person& person);
/// Person, school, what changes carry, and when it ends.
[[nodiscard]] JsonObject
session_json(const services::Services& services, const accounts::KnownSession& session);
[[nodiscard]] JsonObject session_row_json(const accounts::Session& session);
[[nodiscard]] JsonObject token_json(const accounts::Accounts& accounts, const accounts::Token&);

/// How the browser of this request comes.
[[nodiscard]] accounts::Visitor
visitor_of(const services::Services& services, const Request& request);
/// The cookie of the first start that this browser keeps, or nothing.
[[nodiscard]] std::string
setup_cookie_of(const services::Services& services, const Request& request);
/// 200 or 201 with the session's body and its cookies.
[[nodiscard]] Response session_begun(
    const services::Services& services,
    const Request& request,
    const accounts::Opened& opened,
    int status
);
/// `session.wrong` (401), `session.throttled` (429 with Retry-After), node.busy, store.io-error.
[[nodiscard]] Response
to_response(const accounts::SignInRefusal& refusal, const std::string& request_id);
/// As problem_from, with next steps for people.
[[nodiscard]] Problem people_problem(const Error& error);

/// Who changes accounts by this request.
[[nodiscard]] accounts::Actor actor_of(const Caller& caller);
/// The person of {id} in the path, by id or by name; "me" is the caller. Nothing: answered already
/// with 404.
[[nodiscard]] std::optional<accounts::Person>
person_in_path(const services::Services& services, const Request& request, const Respond& respond);

/// A day ("2027-07-31": to its end) or a moment; empty: no end. Errors: invalid_input.
[[nodiscard]] Result<std::optional<WallTime>> read_until(const std::string& text);

} // namespace staffroom::http
