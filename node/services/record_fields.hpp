// Fields of a record from front matter, options and import facts, by the names of the domain. An
// unknown option is refused with the nearest name; an unknown front matter key stays in the front
// matter, which the record keeps whole. Called by services/record_file.
#pragma once

#include "node/services/front_matter.hpp"
#include "node/services/record_file.hpp"

namespace staffroom::services {

class FieldReader {
public:
    using Options = std::vector<std::pair<std::string, std::string>>;
    /// Both outlive the reader.
    FieldReader(const std::vector<FrontMatterField>& front_matter, const Options& options)
        : front_matter_(front_matter)
        , options_(options) {}

    /// The first value; empty when there is none.
    [[nodiscard]] std::string front_matter(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> front_matter_values(std::string_view key) const;
    [[nodiscard]] std::string option(std::string_view key) const;
    /// Whether an option names the key, also with an empty value.
    [[nodiscard]] bool has_option(std::string_view key) const;
    /// `reviews: ID` for each relation, and `about: [reviews ID]`.
    [[nodiscard]] std::vector<RequestedRelation> relations() const;
    /// Whether the front matter has this key with nothing after it.
    [[nodiscard]] bool says_nothing(std::string_view key) const;

    /// Appends the fields of `read`'s kind to its body, and its notes. An option takes the place of
    /// the front matter's values. Errors: not_allowed (an option that the kind does not have).
    [[nodiscard]] Result<void>
    fill(ReadRecord& read, const std::optional<ImportFacts>& imported) const;

    /// As `fill`, for a file that says everything itself: nothing is assumed, and a key that is no
    /// field is no news. Errors: those of fill.
    [[nodiscard]] Result<void> fill_stated(ReadRecord& read) const;

private:
    [[nodiscard]] Result<void> fill_options(ReadRecord& read) const;
    void fill_front_matter(ReadRecord& read, bool says_unknown) const;

    const std::vector<FrontMatterField>& front_matter_;
    const Options& options_;
};

/// The word as the vocabulary writes it: English and english are one subject. A word that it does
/// not have is given back as it is.
[[nodiscard]] std::string canonical_word(records::VocabularyId vocabulary, std::string_view word);

/// Midnight UTC of a day written YYYY-MM-DD; nothing when the calendar has no such day, or it is
/// before 1970.
[[nodiscard]] std::optional<WallTime> day_of(std::string_view text);

} // namespace staffroom::services
