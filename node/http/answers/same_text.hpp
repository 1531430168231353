// Finds a record of this school with the same file: publishing a file once more is most often a
// slip of the hand. Asked for by "only_new", which the command line sends. Called by the handlers
// that make something new.
#pragma once

#include "node/http/answers/problem.hpp"
#include "node/services/library/library.hpp"
#include "node/services/records/record_file.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace staffroom::http {

/// Tells whether the request wants to be refused where the same is here already.
[[nodiscard]] bool is_only_new(const std::string& body);
[[nodiscard]] bool is_only_new(const boost::json::object& body);

/// Returns the newest record of `school` in `space`, or kept inside the school, with this very
/// file, about the same records. Reads at most the newest 2,000 of the school. Errors: those of the
/// library.
[[nodiscard]] Result<std::optional<services::RecordRow>> find_same_text(
    const services::LibraryView& library,
    const services::RecordRequest& request,
    const SchoolId& school,
    const std::optional<SpaceId>& space
);

/// Returns the refusal that names it.
[[nodiscard]] Problem
same_text_problem(const services::RecordRow& row, const services::RecordRequest& request);

} // namespace staffroom::http
