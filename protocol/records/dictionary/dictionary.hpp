// The dictionary of codec 2 [L5], built in from dictionary/dictionary_1.zdict. Called by
// records/compression only.
#pragma once

#include <string_view>

namespace staffroom::records {

[[nodiscard]] std::string_view dictionary_1();

} // namespace staffroom::records
