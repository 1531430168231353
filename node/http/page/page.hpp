// The page of the node: its files out of the program, with the headers that keep it to itself. One
// document answers at every address that is the page's own business (a view, a record), so that a
// link can be opened by itself. Plain: knows no socket. Called by the router.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/http/page/page_files.hpp"
#include "node/services/services.hpp"

#include <span>
#include <string_view>

namespace staffroom::http {

/// Whether the page answers at this path: no address of the API, no file, nothing that leads up or
/// could be read in two ways.
[[nodiscard]] bool is_page_path(std::string_view path);

/// The document, or a sentence in its place where no page was built in.
[[nodiscard]] Response page_document(std::span<const PageFile> files);
/// A file below /assets, in a coding that the client takes; 404 where there is none of this name.
[[nodiscard]] Response
page_asset(std::span<const PageFile> files, const Request& request, std::string_view path);

namespace api {
void show_page(const services::Services&, const Request&, const Respond&);
void show_asset(const services::Services&, const Request&, const Respond&);
} // namespace api

} // namespace staffroom::http
