#include "node/services/search/search_query.hpp"

#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"
#include "protocol/records/rules.hpp"
#include "storage/search/unicode.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

/// The signs that people and their keyboards take for a quotation mark; each opens or closes.
constexpr std::array<std::string_view, 6> quotation_marks{
    "\"",
    "\xE2\x80\x9C", // left double
    "\xE2\x80\x9D", // right double
    "\xE2\x80\x9E", // low double
    "\xC2\xAB",     // left guillemet
    "\xC2\xBB",     // right guillemet
};

struct Term {
    std::string words;
    bool is_prefix;
};

/// Returns `text` without control characters and bytes that are not UTF-8: a space stands for each.
std::string readable(std::string_view text) {
    std::string out(text);
    for (std::size_t begin = 0; begin < out.size();) {
        const auto bad = first_unreadable_byte(std::string_view(out).substr(begin));
        if (!bad)
            break;
        out[begin + *bad] = ' ';
        begin += *bad + 1;
    }
    return storage::without_controls(out);
}

std::size_t quotation_mark_at(std::string_view text) {
    for (const std::string_view mark : quotation_marks)
        if (text.starts_with(mark))
            return mark.size();
    return 0;
}

using storage::WordPart;

/// Calls `visit` with the part that each character plays in a word.
template <class Visit> void visit_parts(std::string_view text, const Visit& visit) {
    while (!text.empty()) {
        const storage::CodePoint point = storage::first_code_point(text);
        visit(storage::word_part(point.value), point.value);
        text.remove_prefix(point.bytes);
    }
}

bool has_word(std::string_view text) {
    bool has_letter = false;
    visit_parts(text, [&](WordPart part, std::int32_t /*value*/) {
        has_letter = has_letter || part == WordPart::letter || part == WordPart::solo;
    });
    return has_letter;
}

struct LastWord {
    bool is_open;        // a letter ends it, so that more may follow
    bool is_solo;        // its script leaves no spaces: any part of a sentence is found as it is
    std::size_t letters; // letters of which a star would leave the rest open
};

LastWord last_word(std::string_view text) {
    LastWord last{false, false, 0};
    visit_parts(text, [&](WordPart part, std::int32_t value) {
        last.is_open = part != WordPart::none;
        if (part == WordPart::none)
            last.letters = 0;
        last.is_solo = last.is_solo ? part != WordPart::none && part != WordPart::letter
                                    : part == WordPart::solo;
        // A syllable of Korean is of two letters or three.
        constexpr std::int32_t syllables_begin = 0xAC00;
        constexpr std::int32_t syllables_end = 0xD7A4;
        const bool is_syllable = value >= syllables_begin && value < syllables_end;
        last.letters += part == WordPart::letter ? (is_syllable ? 3U : 1U) : 0U;
    });
    return last;
}

/// Makes a term of the inside of one pair of quotation marks, or a run without spaces.
Term term_of(std::string_view text, bool is_phrase) {
    const bool is_prefix = !is_phrase && text.ends_with('*');
    while (text.ends_with('*'))
        text.remove_suffix(1);
    // Only the end of a word is left open: "mind-*" would otherwise open nothing.
    const LastWord last = last_word(text);
    return {std::string(text), is_prefix && last.is_open && !last.is_solo};
}

std::vector<Term> split(std::string_view text) {
    std::vector<Term> terms;
    bool is_phrase = false;
    std::size_t begin = 0;
    const auto finish = [&](std::size_t end) {
        const std::string_view part = text.substr(begin, end - begin);
        if (has_word(part))
            terms.push_back(term_of(part, is_phrase));
    };
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t mark = quotation_mark_at(text.substr(at));
        const bool is_space =
            text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r';
        if (mark == 0 && (!is_space || is_phrase)) {
            ++at;
            continue;
        }
        finish(at);
        is_phrase = mark > 0 ? !is_phrase : is_phrase;
        at += std::max<std::size_t>(mark, 1);
        begin = at;
    }
    finish(at);
    return terms;
}

/// Writes a term as an expression. In quotation marks the engine takes everything for words. None
/// is left inside, since each of them has ended a term.
std::string as_expression(const Term& term) {
    return '"' + term.words + '"' + (term.is_prefix ? "*" : "");
}

} // namespace

Result<storage::SearchMatch>
match_of(std::string_view typed, std::span<const storage::SearchColumn> columns) {
    // No character has more than four bytes, so that counting them stays cheap as well.
    if (typed.size() > query_characters_max * 4 ||
        records::character_count(typed) > query_characters_max)
        return fail(
            Errc::invalid_input,
            "A search has at most " + std::to_string(query_characters_max) + " characters."
        );
    const std::vector<Term> terms = split(readable(typed));
    if (terms.empty())
        return fail(Errc::invalid_input, "There is no word to search for.");
    if (terms.size() > query_terms_max)
        return fail(
            Errc::invalid_input,
            "A search has at most " + std::to_string(query_terms_max) + " words."
        );
    storage::SearchMatch match{{}, {columns.begin(), columns.end()}};
    for (const Term& term : terms) {
        if (term.is_prefix && last_word(term.words).letters < prefix_characters_min)
            return fail(Errc::invalid_input, "At least three letters have to stand before a star.");
        match.terms.push_back(as_expression(term));
    }
    return match;
}

Result<std::vector<storage::SearchColumn>> columns_from(std::string_view names) {
    std::array<std::string_view, storage::search_columns> known;
    for (std::size_t i = 0; i < known.size(); ++i)
        known[i] = storage::column_name(static_cast<storage::SearchColumn>(i));
    std::vector<storage::SearchColumn> columns;
    while (!names.empty()) {
        const std::size_t comma = std::min(names.find(','), names.size());
        const std::string_view name = names.substr(0, comma);
        names.remove_prefix(std::min(comma + 1, names.size()));
        const auto found = std::ranges::find(known, name);
        if (found == known.end()) {
            const std::string_view near = records::nearest_name(name, known);
            std::string sentence = "A record has no part called \"" + std::string(name) + "\"";
            sentence += near.empty() ? "; it has title, text, context, outcome, author and school."
                                     : "; did you mean \"" + std::string(near) + "\"?";
            return fail(Errc::unknown_value, std::move(sentence));
        }
        columns.push_back(static_cast<storage::SearchColumn>(found - known.begin()));
    }
    return columns;
}

} // namespace staffroom::services
