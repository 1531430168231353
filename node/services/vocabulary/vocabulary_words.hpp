// The words of the vocabularies as people write them. Not here: the words themselves and their
// meanings (protocol/records/vocabularies). Called by record_fields and by the templates.
#pragma once

#include "protocol/records/vocabularies.hpp"

#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns the word as its vocabulary writes it: "English", "Maths", "CC BY 4.0", "Year 9" and
/// "true" have one meaning each. A word without a meaning there is returned as it is.
[[nodiscard]] std::string
canonical_word(records::VocabularyId vocabulary, std::string_view written);

/// Returns "en_GB", "EN-gb", "en_GB.UTF-8" and "English" as a language tag; a text that is none as
/// it is.
[[nodiscard]] std::string canonical_language(std::string_view written);

} // namespace staffroom::services
