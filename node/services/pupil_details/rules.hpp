// What the pupil-detail rules are called, why each asks, and what to write instead. Not here: the
// patterns that find it (pupil_details/rows). [domain 3.4]
#pragma once

#include <span>
#include <string_view>

namespace staffroom::pupil_details {

/// What a finding says to the person. Ids are stored with confirmations: none is ever renamed.
struct Rule {
    std::string_view id;
    std::string_view reason;  // a sentence
    std::string_view instead; // what to write, a sentence
};

[[nodiscard]] std::span<const Rule> all_rules();
/// Null for an id that this version does not know.
[[nodiscard]] const Rule* find_rule(std::string_view id);

} // namespace staffroom::pupil_details
