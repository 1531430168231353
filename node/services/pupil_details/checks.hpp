// What a pattern cannot say: whether a number has the right check digit, a capitalised word is a
// person's name, the words around speak of a teacher or of a story. Called by the rows of
// pupil_details/rules; pure.
#pragma once

#include "node/services/pupil_details/pattern.hpp"

namespace staffroom::pupil_details {

/// A match in its text.
struct Hit {
    std::string_view text;
    const Match& match;

    [[nodiscard]] std::string_view group(std::size_t number) const { return match.groups[number]; }
    [[nodiscard]] std::string_view words() const {
        return text.substr(match.begin, match.end - match.begin);
    }
    /// What stands before the match, or before a group of it; and after.
    [[nodiscard]] std::string_view before() const { return text.substr(0, match.begin); }
    [[nodiscard]] std::string_view before(std::string_view part) const {
        return text.substr(0, static_cast<std::size_t>(part.data() - text.data()));
    }
    [[nodiscard]] std::string_view after() const { return text.substr(match.end); }
};

/// Whether the hit counts.
using Check = bool (*)(const Hit&);

// Numbers: group 0 is the number.
[[nodiscard]] bool is_upn(const Hit& hit);
[[nodiscard]] bool is_uln(const Hit& hit);
[[nodiscard]] bool is_nhs_number(const Hit& hit);
[[nodiscard]] bool is_recent_year(const Hit& hit);   // group 0: of a birth; two digits or four
[[nodiscard]] bool is_private_phone(const Hit& hit); // no office, helpline or switchboard
[[nodiscard]] bool is_private_mail(const Hit& hit);  // group 0: before the @, group 1: behind it
[[nodiscard]] bool is_home(const Hit& hit);          // no address of an organisation

// Names: group 0 is the first name.
[[nodiscard]] bool is_pupil_name(const Hit& hit);       // surely a given name, of no adult
[[nodiscard]] bool is_class_mate(const Hit& hit);       // group 1, a class, shows that it is a name
[[nodiscard]] bool is_known_class_mate(const Hit& hit); // the same, and on the list of names
[[nodiscard]] bool is_likely_name(const Hit& hit);      // a given name, if also another word
[[nodiscard]] bool is_called(const Hit& hit);           // the words before say that it is a name
[[nodiscard]] bool is_list_of_names(const Hit& hit);    // group 0: all of them
[[nodiscard]] bool are_initials(const Hit& hit);        // group 0: no abbreviation of a school
[[nodiscard]] bool is_file_of_pupil(const Hit& hit);    // group 0: a lower-case word of a file name

/// Whether the check only ever passes a name of the list; costs nothing to ask.
[[nodiscard]] bool needs_given_name(Check check);
/// Whether a word of the text is on the list.
[[nodiscard]] bool has_given_name(std::string_view text);

// Children. Few: group 1 is what stands between count and children.
[[nodiscard]] bool is_few(const Hit& hit);       // group 0: a count, not the number of something
[[nodiscard]] bool is_one_child(const Hit& hit); // a person, not "pupil premium" or "pupil voice"
[[nodiscard]] bool is_picture(const Hit& hit);   // of children, not of their work or progress
[[nodiscard]] bool is_alt_of_children(const Hit& hit); // the words under an image: no diagram

} // namespace staffroom::pupil_details
