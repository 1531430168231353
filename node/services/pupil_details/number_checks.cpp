#include "node/services/pupil_details/checks.hpp"
#include "node/services/pupil_details/words_around.hpp"

#include <array>

namespace staffroom::pupil_details {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Digits and letters alone: spaces and dashes only help to read a number.
std::string packed(std::string_view written) {
    std::string out;
    for (const char c : written)
        if (is_digit(c) || (c >= 'A' && c <= 'Z'))
            out += c;
        else if (c >= 'a' && c <= 'z')
            out += static_cast<char>(c - 'a' + 'A');
    return out;
}

unsigned digit_of(char c) {
    return static_cast<unsigned>(c - '0');
}

/// The first nine digits with the weights 10 to 2, modulo 11: both ULN and NHS number have it.
unsigned weighted_remainder(const std::string& digits) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < 9; ++i)
        sum += digit_of(digits[i]) * static_cast<unsigned>(10 - i);
    return sum % 11;
}

bool has_ten_digits(const std::string& digits) {
    return digits.size() == 10 && digits.find_first_not_of("0123456789") == std::string::npos;
}

constexpr std::array<std::string_view, 15> other_numbers{
    "isbn",
    "issn",
    "doi",
    "grid",
    "reference",
    "order",
    "invoice",
    "account",
    "tel",
    "fax",
    "phone",
    "charity",
    "company",
    "ticket",
    "orcid"};

/// A number that says itself that it is another one.
bool is_other_number(const Hit& hit) {
    return has_word_in(last_words(hit.before(), 40), other_numbers);
}

} // namespace

bool is_upn(const Hit& hit) {
    constexpr std::string_view letters = "ABCDEFGHJKLMNPQRTUVWXYZ"; // neither I, O nor S
    const std::string number = packed(hit.group(0));
    if (number.size() != 13)
        return false;
    std::size_t sum = 0;
    for (std::size_t i = 1; i < 12; ++i) {
        if (!is_digit(number[i]))
            return false;
        sum += digit_of(number[i]) * (i + 1);
    }
    // A temporary number ends in a letter, which counts by its place.
    const std::size_t last = is_digit(number[12]) ? digit_of(number[12]) : letters.find(number[12]);
    if (last == std::string_view::npos)
        return false;
    sum += last * 13;
    return letters[sum % letters.size()] == number[0];
}

bool is_uln(const Hit& hit) {
    const std::string digits = packed(hit.group(0));
    if (!has_ten_digits(digits) || digits[0] == '0' || is_other_number(hit))
        return false;
    const unsigned remainder = weighted_remainder(digits);
    return remainder != 0 && 10 - remainder == digit_of(digits[9]);
}

bool is_nhs_number(const Hit& hit) {
    const std::string digits = packed(hit.group(0));
    // Numbers of England and Wales begin with 4, 6 or 7; those of forms and examples with 9.
    if (!has_ten_digits(digits) || is_other_number(hit) ||
        (digits[0] != '4' && digits[0] != '6' && digits[0] != '7' && digits[0] != '9'))
        return false;
    const unsigned check = (11 - weighted_remainder(digits)) % 11;
    return check != 10 && check == digit_of(digits[9]);
}

bool is_recent_year(const Hit& hit) {
    // Who was born earlier is nobody's pupil; whom a lesson tells of was born long before.
    constexpr unsigned first_year = 1998;
    constexpr unsigned last_year = 2060;
    static constexpr std::array<std::string_view, 16> no_people{
        "project",
        "idea",
        "initiative",
        "charity",
        "network",
        "school",
        "programme",
        "concept",
        "scheme",
        "club",
        "trust",
        "company",
        "movement",
        "site",
        "group",
        "model"};
    if (has_word_in(last_words(hit.before(), 25), no_people))
        return false;
    const std::string_view year = hit.group(0);
    if (year.size() != 4)
        return true;
    unsigned value = 0;
    for (const char c : year)
        value = value * 10 + digit_of(c);
    return value >= first_year && value <= last_year;
}

bool is_private_phone(const Hit& hit) {
    static constexpr std::array<std::string_view, 30> offices{
        "office",   "reception", "helpline",  "switchboard", "school", "ysgol",
        "swyddfa",  "childline", "hotline",   "council",     "centre", "service",
        "services", "charity",   "publisher", "library",     "ofsted", "company",
        "booking",  "bookings",  "enquiries", "customer",    "line",   "team",
        "museum",   "theatre",   "gallery",   "shop",        "hotel",  "venue"};
    static constexpr std::array<std::string_view, 18> people{
        "mum",
        "mam",
        "dad",
        "mother",
        "father",
        "parent",
        "parents",
        "carer",
        "carers",
        "his",
        "her",
        "their",
        "home",
        "gran",
        "nan",
        "rhiant",
        "tad",
        "mobile"};
    // Numbers that begin with 03 or 08 belong to services.
    const std::string_view digits = hit.words().substr(hit.words().find_first_of("0123456789"));
    if (digits.starts_with("03") || digits.starts_with("08"))
        return false;
    const std::string_view around = sentence_around(hit);
    return has_word_in(around, people) || !has_word_in(around, offices);
}

bool is_private_mail(const Hit& hit) {
    static constexpr std::array<std::string_view, 34> desks{
        "info",      "office",     "admin",   "enquiries", "enquiry",  "contact",       "hello",
        "support",   "team",       "help",    "press",     "media",    "mail",          "email",
        "post",      "head",       "privacy", "noreply",   "no-reply", "feedback",      "secretary",
        "reception", "library",    "jobs",    "events",    "training", "accessibility", "conduct",
        "swyddfa",   "post.ysgol", "editor",  "webmaster", "git",      "education"};
    static constexpr std::array<std::string_view, 8> group_words{
        "team", "office", "discuss", "admin", "school", "list", "enquiries", "support"};
    const std::string_view desk = hit.group(0);
    if (is_word_in(desk, desks))
        return false;
    return !has_word_in(desk, group_words);
}

bool is_home(const Hit& hit) {
    static constexpr std::array<std::string_view, 24> homes{
        "his",     "her",   "their",  "lives",   "live",    "living", "lived",     "home",
        "house",   "flat",  "family", "mum",     "dad",     "mother", "father",    "parent",
        "parents", "carer", "moved",  "address", "cartref", "byw",    "cyfeiriad", "pupil"};
    static constexpr std::array<std::string_view, 32> sites{
        "school",     "ysgol",   "office",    "library",  "university", "museum",  "college",
        "venue",      "centre",  "hall",      "church",   "publisher",  "press",   "council",
        "trust",      "charity", "llyfrgell", "canolfan", "neuadd",     "eglwys",  "capel",
        "prifysgol",  "coleg",   "amgueddfa", "academy",  "published",  "limited", "ltd",
        "registered", "gallery", "theatre",   "house"};
    static constexpr std::array<std::string_view, 8> rooms{
        "room", "block", "page", "unit", "table", "lesson", "class", "year"};
    if (is_word_in(last_word(last_words(hit.before(), 12)), rooms))
        return false;
    const std::string_view around = sentence_around(hit);
    return has_word_in(around, homes) || !has_word_in(around, sites);
}

} // namespace staffroom::pupil_details
