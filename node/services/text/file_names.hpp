// Names of files as people and systems spell them: one normal form, one folded form for comparing,
// and which characters a name may keep. With utf8proc. Called where a reference in a text is looked
// for on disk, and where names are written.
#pragma once

#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns Unicode's composed form (NFC); a text that is not UTF-8 stays as it is.
[[nodiscard]] std::string normal_name(std::string_view name);

/// Returns a form for comparing: no difference of case, of composed and decomposed letters, of
/// width.
[[nodiscard]] std::string folded_name(std::string_view name);

/// Returns NFC in small letters; unlike the folded form it stays as people read it.
[[nodiscard]] std::string lower_name(std::string_view name);

/// Returns in NFC letters, marks and digits of every script and the characters in `kept`; each
/// other one becomes `other`, invisible ones nothing. At most `bytes_max` bytes, cut between
/// characters.
[[nodiscard]] std::string
plain_name(std::string_view name, std::string_view kept, char other, std::size_t bytes_max);

/// Returns the same, with emoji and other symbols that are no letters; those in ASCII only if
/// `kept`.
[[nodiscard]] std::string
drawn_name(std::string_view name, std::string_view kept, char other, std::size_t bytes_max);

/// Returns `text` with %20 and its like decoded; as it stands where that would give no UTF-8 text.
[[nodiscard]] std::string percent_decoded(std::string_view text);

} // namespace staffroom::services
