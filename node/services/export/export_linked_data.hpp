// A record as JSON-LD: schema.org LearningResource with the terms of the domain's mapping, the same
// names that the German AMB profile uses. Not here: other vocabularies, and the record's text.
// Pure; called by http/records/api_export.
#pragma once

#include "node/services/export/export_record.hpp"

#include <boost/json.hpp>

namespace staffroom::services {

/// Exports one document with its @context. A record whose words are hidden keeps its id, title and
/// kind only. Errors: not_found (its words have not arrived here).
[[nodiscard]] Result<boost::json::object> export_linked_data(const ExportedRecord& record);

/// Returns the address of a licence that has a public text; nothing for the others.
[[nodiscard]] std::optional<std::string_view> licence_url(std::string_view licence);

} // namespace staffroom::services
