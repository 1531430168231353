// What every plain page has around it, and its headers: nothing runs, and nothing is asked of
// another host. Also a problem of the API as a page. Called by this room's handlers, and by
// http/server/reception for what is refused at these addresses.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/http/plain/text/html.hpp"
#include "node/http/plain/text/page_words.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::plain {

/// One page: its title stands in the window's title only; `main` brings its own heading.
struct Sheet {
    std::string title;
    Html main;
    int status = 200;
};

/// Whether an address belongs to the plain pages.
[[nodiscard]] bool is_plain_address(std::string_view target);

[[nodiscard]] Response
page(const services::Services& services, const Request& request, const Sheet& sheet);

/// Returns the answer as a page where it is a problem of a plain address and its reader is a
/// browser, which wants HTML more than anything else; otherwise as it came. Who has to sign in
/// gets the form for it, and goes on from there.
[[nodiscard]] Response
as_page(const services::Services& services, const Request& request, Response response);

/// Returns the words in which a request's browser asks for pages.
[[nodiscard]] const PageWords& words_for(const Request& request);

} // namespace staffroom::http::plain
