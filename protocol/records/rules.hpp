// The rules of a record for the reach that it is given: titles, lengths, vocabularies, required
// fields. They read ranges and values, never Markdown. Not here: where a reach may go
// (node/services/publishing/publishing). Called before a record is published. Everything found is
// reported at once, so that a person mends a record in one sitting. [R4]
#pragma once

#include "protocol/records/body.hpp"
#include "protocol/records/kinds.hpp"

#include <string>
#include <vector>

namespace staffroom::records {

enum class ProblemCode {
    title_missing,
    title_length, // an authored title outside 5 to 200 characters
    title_long,   // an imported title over 200 characters: kept as it is
    text_too_large,
    too_long,      // a value over its number of characters
    too_many,      // more values than the field takes
    unknown_value, // a word outside its vocabulary
    unknown_field, // a field that this kind does not have
    bad_number,
    bad_date,
    bad_language,     // not the shape of a BCP 47 tag
    target_missing,   // a review note, an adoption or a comment that is about nothing
    claims_evidence,  // an import that claims an evidence strength
    required_missing, // a field that the reach asks for
    unread_value,     // something stands in a field that nobody can read as its value
    trials_missing,   // an evidence strength that too few other schools bear out
    text_missing,     // nothing that can be seen stands in it
};

[[nodiscard]] std::string_view problem_name(ProblemCode code);

/// What a message names beside its field: {"most", "500"}. Numbers are in decimal.
struct MessageValue {
    std::string_view name; // of static life
    std::string text;

    bool operator==(const MessageValue&) const = default;
};

/// A message for a person as a code and values. Each front end puts it into words of its own
/// language; the English ones are in node/services/text/problem_text.
struct Problem {
    ProblemCode code;
    std::string field; // as in front matter; empty: the record as a whole
    std::vector<MessageValue> values{};

    bool operator==(const Problem&) const = default;
};

/// The text of the value with this name; empty: there is none.
[[nodiscard]] std::string_view value_in(const Problem& problem, std::string_view name);

/// What the rules need to know beside the words.
struct RecordFacts {
    RecordKind kind;
    Reach reach;
    bool imported;
    std::vector<RelationKind> relations; // of `about`
};

/// Returns everything that is wrong or absent, or an empty list.
[[nodiscard]] std::vector<Problem> check(const RecordBody& body, const RecordFacts& facts);

/// Tells whether this problem stops the record from being published; the others are notes for the
/// author. [R4]
[[nodiscard]] bool refuses(ProblemCode code);
/// Tells whether the problem is something that is still absent: such a record can wait as a draft.
/// [R5]
[[nodiscard]] bool is_absence(ProblemCode code);

/// Returns how many characters (code points) a UTF-8 text has.
[[nodiscard]] std::size_t character_count(std::string_view text);
/// Tells whether the text is a day that the calendar has, as YYYY-MM-DD.
[[nodiscard]] bool is_real_date(std::string_view text);
/// Tells whether the text has the shape of a BCP 47 tag: subtags of 1 to 8 letters or digits, a
/// language first.
[[nodiscard]] bool is_language_tag(std::string_view text);

} // namespace staffroom::records
