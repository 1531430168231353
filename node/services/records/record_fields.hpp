// The fields of a record from front matter, options and import facts, by the names of the domain in
// any spelling. An unknown option is refused with the nearest name; an unknown front matter key
// stays in the front matter, which the record keeps whole. Our own words are held to; in a foreign
// file a value that does not fit is left there and named. Called by services/records/record_file.
#pragma once

#include "node/services/front_matter/front_matter.hpp"
#include "node/services/records/record_file.hpp"

#include <initializer_list>

namespace staffroom::services {

/// The nature of a file: whose words it is written in.
enum class FileNature {
    ours,    // by somebody who knows our names: what is wrong is said, each thing by itself
    foreign, // another program's or project's: a misfit is kept and named once
    stated,  // an export, which says everything itself: a key that is no field is no news
};

class FieldReader {
public:
    using Options = std::vector<std::pair<std::string, std::string>>;
    /// Makes a reader; both arguments outlive it.
    FieldReader(const std::vector<FrontMatterField>& front_matter, const Options& options)
        : front_matter_(front_matter)
        , options_(options) {}

    /// Returns the first value; empty when there is none. `key` as canonical_name gives it, here
    /// and below.
    [[nodiscard]] std::string front_matter(std::string_view key) const;
    /// Returns the first of `keys` that has a value, and the value.
    [[nodiscard]] std::string front_matter_of(std::initializer_list<std::string_view> keys) const;
    [[nodiscard]] std::vector<std::string> front_matter_values(std::string_view key) const;
    [[nodiscard]] std::string option(std::string_view key) const;
    /// Tells whether an option names the key, also with an empty value.
    [[nodiscard]] bool has_option(std::string_view key) const;
    /// Returns the relations: `reviews: ID` for each relation, and `about: [reviews ID]`.
    [[nodiscard]] std::vector<RequestedRelation> relations() const;
    /// Tells whether the front matter has this key with nothing after it.
    [[nodiscard]] bool says_nothing(std::string_view key) const;
    /// Tells whether the file has a field of any kind of ours.
    [[nodiscard]] bool has_own_field() const;

    /// Appends the fields of `read`'s kind to its body, and its notes. An option takes the place of
    /// the front matter's values. Errors: not_allowed (an option that the kind does not have).
    [[nodiscard]] Result<void>
    fill(ReadRecord& read, FileNature nature, const std::optional<ImportFacts>& imported) const;

private:
    [[nodiscard]] const FrontMatterField* find(std::string_view key) const;
    [[nodiscard]] Result<void> fill_options(ReadRecord& read) const;
    void fill_front_matter(ReadRecord& read, FileNature nature) const;

    const std::vector<FrontMatterField>& front_matter_;
    const Options& options_;
};

} // namespace staffroom::services
