// The names by which programs and people mark a text that is not for readers yet, and the values
// that say that it is. In doubt it is not for readers: words that went out cannot be called back.
// Not here: where such a name may stand (services/records/draft_mark, the only caller).
#pragma once

#include "protocol/base/time.hpp"

#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns letters and digits only: isDraft, is_draft and "is draft" are one name.
[[nodiscard]] std::string squeezed_name(std::string_view written);

/// Tells whether more than blanks, quotes, brackets and remarks stands there.
[[nodiscard]] bool says_something(std::string_view value);

/// Tells whether a name can hold back; `name` as squeezed_name gives it, here and below.
[[nodiscard]] bool can_hold_back(std::string_view name);

/// Tells whether a value holds back. An empty value holds nothing back; `now` is compared with days
/// of publication.
[[nodiscard]] bool holds_back(std::string_view name, std::string_view written, WallTime now);

} // namespace staffroom::services
