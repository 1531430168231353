// The page with the form that signs in, and what guards it. The attack: a stranger's page has a
// browser sign in to an account of the stranger, whose texts its person would then write. So the
// form carries a word that belongs to a cookie of this browser. Called by this room.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

#include <string>

namespace staffroom::http::plain {

struct SignInSheet {
    std::string trouble; // what went wrong before, in the reader's language; may be empty
    std::string to;      // where its person wants to go
    int status = 200;
};

[[nodiscard]] Response
sign_in_page(const services::Services& services, const Request& request, const SignInSheet& sheet);

/// Tells whether the form that was sent is one that this browser was given.
[[nodiscard]] bool has_own_form(const services::Services& services, const Request& request);

/// Returns a plain address of this node, as it may stand in Location: the one that was asked for,
/// or the first page where that is none.
[[nodiscard]] std::string own_destination(const std::string& wanted);

} // namespace staffroom::http::plain
