#include "node/services/vocabulary/draft_words.hpp"

#include "node/services/text/visible_words.hpp"
#include "node/services/vocabulary/written_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

namespace staffroom::services {
namespace {

using namespace std::string_view_literals;

// The names that hold back, as letters and digits only: isDraft, is_draft and "is draft" are one.
constexpr std::array holding_names{
    "draft"sv,        "drafts"sv,      "isdraft"sv,      "private"sv,       "isprivate"sv,
    "hidden"sv,       "ishidden"sv,    "unpublished"sv,  "isunpublished"sv, "nopublish"sv,
    "donotpublish"sv, "dontpublish"sv, "notpublished"sv, "unlisted"sv,      "isunlisted"sv,
    "wip"sv,          "entwurf"sv,     "brouillon"sv,    "borrador"sv,      "bozza"sv,
    "rascunho"sv,     "kladde"sv,      "utkast"sv,       "privat"sv,        "prive"sv};
constexpr std::array sharing_names{
    "published"sv,
    "publish"sv,
    "ispublished"sv,
    "dgpublish"sv,
    "public"sv,
    "ispublic"sv,
    "listed"sv};
constexpr std::array state_names{
    "status"sv,
    "state"sv,
    "visibility"sv,
    "access"sv,
    "poststatus"sv,
    "publishstatus"sv,
    "publishstate"sv,
    "publicationstatus"sv,
    "publicationstate"sv,
    "workflowstate"sv};
constexpr std::array tag_names{
    "tags"sv, "tag"sv, "labels"sv, "label"sv, "categories"sv, "category"sv};
constexpr std::array day_names{
    "publishdate"sv,
    "pubdate"sv,
    "publishat"sv,
    "publishon"sv,
    "publishedat"sv,
    "publishedon"sv,
    "publisheddate"sv,
    "publicationdate"sv,
    "datepublished"sv,
    "releasedate"sv,
    "embargo"sv,
    "embargoeduntil"sv,
    "embargountil"sv};

constexpr std::array no_words{
    "false"sv,
    "no"sv,
    "n"sv,
    "f"sv,
    "off"sv,
    "0"sv,
    "nein"sv,
    "non"sv,
    "nee"sv,
    "nej"sv,
    "nie"sv,
    "never"sv,
    "none"sv,
    "null"sv,
    "~"sv,
    "published"sv,
    "public"sv,
    "publish"sv};
constexpr std::array yes_words{
    "true"sv,
    "yes"sv,
    "y"sv,
    "t"sv,
    "on"sv,
    "1"sv,
    "ja"sv,
    "oui"sv,
    "si"sv,
    "sim"sv,
    "tak"sv,
    "da"sv,
    "public"sv,
    "published"sv,
    "always"sv,
    "everyone"sv,
    "all"sv};
constexpr std::array held_words{
    "draft"sv,    "drafts"sv,       "drafting"sv,    "wip"sv,        "private"sv,
    "privat"sv,   "hidden"sv,       "unpublished"sv, "nopublish"sv,  "unlisted"sv,
    "secret"sv,   "confidential"sv, "internal"sv,    "restricted"sv, "embargoed"sv,
    "pending"sv,  "future"sv,       "trash"sv,       "entwurf"sv,    "brouillon"sv,
    "borrador"sv, "bozza"sv,        "not"sv,         "non"sv,        "never"sv};
constexpr std::array held_tags{
    "draft"sv,
    "drafts"sv,
    "isdraft"sv,
    "wip"sv,
    "private"sv,
    "unpublished"sv,
    "nopublish"sv,
    "donotpublish"sv,
    "hidden"sv,
    "unlisted"sv,
    "entwurf"sv,
    "brouillon"sv,
    "borrador"sv};

template <class Words> bool is_one_word_of(const Words& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

bool is_word_symbol(char symbol) {
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= '0' && symbol <= '9');
}

std::string in_lower_case(std::string_view text) {
    std::string out(text);
    for (char& symbol : out)
        if (symbol >= 'A' && symbol <= 'Z')
            symbol = static_cast<char>(symbol - 'A' + 'a');
    return out;
}

std::vector<std::string> plain_words_in(std::string_view text) {
    std::vector<std::string> words;
    bool is_open = false;
    for (const char symbol : in_lower_case(text)) {
        if (!is_word_symbol(symbol)) {
            is_open = false;
            continue;
        }
        if (!is_open)
            words.emplace_back();
        words.back() += symbol;
        is_open = true;
    }
    return words;
}

/// Returns a value without a remark, an anchor, quotes, brackets and marks around it.
std::string bare_value(std::string_view value) {
    if (const std::size_t remark = value.find(" #"); remark != std::string_view::npos)
        value = value.substr(0, remark);
    value = trimmed_to_visible(value);
    while (value.starts_with('&') || value.starts_with('!')) {
        const std::size_t end = value.find_first_of(" \t");
        value = end == std::string_view::npos ? "" : trimmed_to_visible(value.substr(end));
    }
    constexpr std::string_view around = "\"'`;,.[](){}|>*!? \t\r\n";
    const std::size_t begin = value.find_first_not_of(around);
    if (begin == std::string_view::npos)
        return {};
    return in_lower_case(value.substr(begin, value.find_last_not_of(around) - begin + 1));
}

int year_of_now(WallTime now) {
    const auto days = std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(now.ms))
    );
    return static_cast<int>(std::chrono::year_month_day(days).year());
}

/// Tells whether a value names a time in the past; a value that names none does not.
bool is_past(const std::string& value, WallTime now) {
    if (const auto moment = written_moment(value))
        return moment->ms <= now.ms;
    if (const auto day = written_day(value))
        return !day_of(*day) || day_of(*day)->ms <= now.ms;
    return std::ranges::any_of(plain_words_in(value), [&](const std::string& word) {
        int year = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), year);
        return error == std::errc() && end == word.data() + word.size() && year > 999 &&
               year < year_of_now(now);
    });
}

bool has_held_tag(std::string_view value) {
    const bool is_list = value.find_first_of(",;[\n\"'") != std::string_view::npos;
    const std::string_view ends = is_list ? ",;[]{}\n\"'" : " \t\n";
    while (!value.empty()) {
        const std::size_t end = std::min(value.find_first_of(ends), value.size());
        const std::string_view tag = value.substr(0, end);
        if (is_one_word_of(held_tags, squeezed_name(tag.substr(tag.rfind('/') + 1))))
            return true;
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return false;
}

} // namespace

std::string squeezed_name(std::string_view written) {
    std::string out = in_lower_case(written);
    std::erase_if(out, [](char symbol) { return !is_word_symbol(symbol); });
    return out;
}

bool says_something(std::string_view value) {
    return !bare_value(value).empty();
}

bool can_hold_back(std::string_view name) {
    return is_one_word_of(holding_names, name) || is_one_word_of(sharing_names, name) ||
           is_one_word_of(state_names, name) || is_one_word_of(tag_names, name) ||
           is_one_word_of(day_names, name);
}

bool holds_back(std::string_view name, std::string_view written, WallTime now) {
    if (is_one_word_of(tag_names, name))
        return has_held_tag(written);
    const std::string value = bare_value(written);
    if (value.empty())
        return false;
    if (is_one_word_of(holding_names, name))
        return !is_one_word_of(no_words, value);
    if (is_one_word_of(sharing_names, name))
        return !is_one_word_of(yes_words, value) && value.find("://") == std::string::npos &&
               !is_past(value, now);
    if (is_one_word_of(state_names, name))
        return std::ranges::any_of(plain_words_in(value), [](const std::string& word) {
            return is_one_word_of(held_words, word);
        });
    return is_one_word_of(day_names, name) && !is_one_word_of(no_words, value) &&
           !is_past(value, now);
}

} // namespace staffroom::services
