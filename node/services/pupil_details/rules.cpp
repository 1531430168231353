#include "node/services/pupil_details/rules.hpp"

#include <algorithm>
#include <array>

namespace staffroom::pupil_details {
namespace {

constexpr std::array known_rules{
    Rule{
        "upn",
        "A unique pupil number leads to one child in every register.",
        "Leave the number out."},
    Rule{"uln", "A unique learner number leads to one child for life.", "Leave the number out."},
    Rule{
        "nhs-number",
        "An NHS number leads to one person's health record.",
        "Leave the number out."},
    Rule{"other-number", "This is a number of one person in a register.", "Leave the number out."},
    Rule{
        "birth-date",
        "A date of birth, with a school, is nearly a name.",
        "Write the year group instead."},
    Rule{
        "name-with-class",
        "A name beside a class tells who the child is.",
        "Write \"a pupil\" or a letter, such as \"pupil A\"."},
    Rule{
        "name-with-age",
        "A name beside an age tells who the child is.",
        "Write \"a pupil\" or a letter, and the phase instead of the age."},
    Rule{
        "named-pupil",
        "A pupil is called by name.",
        "Write \"a pupil\" or a letter, such as \"pupil A\"."},
    Rule{
        "initials-with-class",
        "Initials beside a class tell everybody in the school who it is.",
        "Write \"a pupil\" or a letter that is no initial, such as \"pupil A\"."},
    Rule{
        "name-with-trait",
        "A name stands beside health, need or family circumstances.",
        "Leave the name out, and the circumstances where they do not matter."},
    Rule{"name-with-family", "The family of a named child is told of.", "Write \"a parent\"."},
    Rule{
        "names-together",
        "First names together are most often those of pupils.",
        "Write how many pupils it were, or letters."},
    Rule{
        "phone",
        "A telephone number leads to a person or a home.",
        "Leave the number out, or give that of the school office."},
    Rule{
        "email",
        "An e-mail address leads to a person.",
        "Leave the address out, or give that of the school office."},
    Rule{
        "address",
        "An address or postcode leads to a home.",
        "Leave the address out; a place such as \"a coastal town\" says enough."},
    Rule{
        "small-group",
        "So few pupils with a sensitive trait can be told apart.",
        "Write \"fewer than 6\", or leave the trait out."},
    Rule{
        "one-child",
        "One child is told of so closely that others will know who it is.",
        "Leave out the class, the age or the circumstances."},
    Rule{
        "safeguarding",
        "This tells of the protection of a child; it does not belong into a record.",
        "Take it out, and speak to the designated safeguarding lead."},
    Rule{
        "photograph",
        "Pupils can be recognised in a picture or a recording.",
        "Show the work, or the room without pupils."},
    Rule{"class-list", "This looks like a list of pupils.", "Leave the list out."}};

} // namespace

std::span<const Rule> all_rules() {
    return known_rules;
}

const Rule* find_rule(std::string_view id) {
    const auto found = std::ranges::find(known_rules, id, &Rule::id);
    return found == known_rules.end() ? nullptr : &*found;
}

} // namespace staffroom::pupil_details
