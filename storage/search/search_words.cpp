#include "storage/search/search_words.hpp"

#include "storage/search/unicode.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

/// The engine leaves this type to whoever writes a word splitter.
struct Fts5Tokenizer {};

namespace staffroom::storage {
namespace {

using TakeToken = int (*)(void*, int, const char*, int, int, int);

/// One character of a script without spaces, folded, and where it stands.
struct Solo {
    std::string word;
    std::size_t begin;
    std::size_t end;
};

/// Letters and digits of ASCII as they are in a word, folded; zero: none.
constexpr std::array<char, 256> ascii_letters = [] {
    std::array<char, 256> folded{};
    for (std::size_t c = 0; c < 0x80; ++c) {
        const auto letter = static_cast<char>(c);
        const bool is_capital = letter >= 'A' && letter <= 'Z';
        if (is_capital)
            folded[c] = static_cast<char>(c | 0x20);
        if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'))
            folded[c] = letter;
    }
    return folded;
}();

char ascii_letter(char c) {
    return ascii_letters[static_cast<unsigned char>(c)];
}

bool is_ascii_byte(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

bool is_blank_line_part(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/// Where a word of Thai or Lao goes on with the vowel AM, written as its two halves.
bool is_half_of_am(std::int32_t first, std::int32_t second) {
    return (first == 0x0E4D && second == 0x0E32) || (first == 0x0ECD && second == 0x0EB2);
}

/// Cuts one text and gives the words to the engine in their order.
class Splitting {
public:
    Splitting(std::string_view text, int flags, void* context, TakeToken take)
        : text_(text)
        , is_query_((static_cast<unsigned>(flags) & FTS5_TOKENIZE_QUERY) != 0)
        , context_(context)
        , take_(take) {}

    int run() {
        while (at_ < text_.size() && code_ == SQLITE_OK) {
            if (take_plain_word())
                continue;
            const CodePoint point = look(at_);
            switch (part_of(point)) {
            case WordPart::letter: take_word(); break;
            case WordPart::solo: take_solos(); break;
            default: at_ += point.bytes;
            }
        }
        return code_;
    }

private:
    /// Most of most texts is ASCII.
    [[nodiscard]] CodePoint look(std::size_t at) const {
        const auto byte = static_cast<unsigned char>(text_[at]);
        return byte < 0x80 ? CodePoint{byte, 1} : first_code_point(text_.substr(at));
    }

    static WordPart part_of(const CodePoint& point) { return word_part(point.value); }

    [[nodiscard]] WordPart part_at(std::size_t at) const {
        return at < text_.size() ? word_part(look(at).value) : WordPart::none;
    }

    [[nodiscard]] bool begins_am(std::size_t at) const {
        if (at >= text_.size())
            return false;
        const CodePoint point = look(at);
        const std::size_t next = at + point.bytes;
        return next < text_.size() && is_half_of_am(point.value, look(next).value);
    }

    /// Most words are ASCII alone. True: one was taken, or a sign between two. False, with nothing
    /// taken: what begins here, or the end of its word, is not ASCII.
    bool take_plain_word() {
        std::size_t end = at_;
        while (end < text_.size() && ascii_letter(text_[end]) != 0)
            ++end;
        if (end < text_.size() && !is_ascii_byte(text_[end]))
            return false;
        if (end == at_) {
            ++at_;
            return true;
        }
        word_.assign(text_.substr(at_, std::min(end - at_, word_bytes_max)));
        std::ranges::transform(word_, word_.begin(), ascii_letter);
        put(word_, 0, at_, end);
        at_ = end;
        return true;
    }

    /// Letters and digits up to what stands between words.
    void take_word() {
        const std::size_t begin = at_;
        std::size_t end = at_;
        while (at_ < text_.size()) {
            const CodePoint point = look(at_);
            const WordPart part = part_of(point);
            if (part == WordPart::none || part == WordPart::solo)
                break;
            at_ += point.bytes;
            if (part != WordPart::unseen)
                end = at_;
        }
        std::string_view word = text_.substr(begin, end - begin);
        // Folding never makes a word shorter than a sixteenth.
        word = cut(word, word_bytes_max * 16);
        word_ = fold(word);
        put_folded(begin, end);
    }

    /// The form of a letter may hold what stands between words, such as a fraction's stroke.
    void put_folded(std::size_t begin, std::size_t end) {
        const std::string_view folded = word_;
        std::size_t from = 0;
        for (std::size_t i = 0; i <= folded.size();) {
            const CodePoint point =
                i < folded.size() ? first_code_point(folded.substr(i)) : CodePoint{-1, 1};
            if (word_part(point.value) == WordPart::none) {
                const std::string_view part = folded.substr(from, i - from);
                if (!part.empty()) {
                    put(cut(part, word_bytes_max), 0, begin, end);
                    begin = end;
                }
                from = i + point.bytes;
            }
            i += point.bytes;
        }
    }

    /// Characters without a space between them, and the marks on each.
    void take_solos() {
        std::optional<Solo> last;
        while (code_ == SQLITE_OK && (part_at(at_) == WordPart::solo || begins_am(at_))) {
            const std::size_t begin = at_;
            take_one_solo();
            const std::string folded = fold(text_.substr(begin, at_ - begin));
            put_solos(folded, begin, at_, last);
            pass_line_end();
        }
        if (last)
            put(last->word, 0, last->begin, last->end);
    }

    void take_one_solo() {
        CodePoint before = look(at_);
        at_ += before.bytes;
        while (at_ < text_.size()) {
            const CodePoint point = look(at_);
            const WordPart part = word_part(point.value);
            const bool goes_on = part == WordPart::mark || part == WordPart::unseen ||
                                 is_half_of_am(before.value, point.value);
            if (!goes_on || begins_am(at_))
                return;
            before = point;
            at_ += point.bytes;
        }
    }

    /// A form may be of several characters: a square that holds four, a ligature.
    void put_solos(
        std::string_view folded, std::size_t begin, std::size_t end, std::optional<Solo>& last
    ) {
        while (!folded.empty()) {
            const std::size_t bytes = solo_bytes(folded);
            Solo next{std::string(folded.substr(0, bytes)), begin, end};
            folded.remove_prefix(bytes);
            begin = end;
            if (last)
                put_pair(*last, next.word);
            last = std::move(next);
        }
    }

    static std::size_t solo_bytes(std::string_view folded) {
        CodePoint before = first_code_point(folded);
        std::size_t bytes = before.bytes;
        while (bytes < folded.size()) {
            const CodePoint point = first_code_point(folded.substr(bytes));
            if (word_part(point.value) == WordPart::solo &&
                !is_half_of_am(before.value, point.value))
                break;
            bytes += point.bytes;
            before = point;
        }
        return bytes;
    }

    /// In a record each character stands alone and, at the same place, with the next one; who looks
    /// for several looks for the pairs, which are rarer.
    void put_pair(const Solo& first, const std::string& next) {
        word_ = first.word + next;
        if (!is_query_)
            put(first.word, 0, first.begin, first.end);
        put(word_, is_query_ ? 0 : FTS5_TOKEN_COLOCATED, first.begin, first.end);
    }

    /// The end of a line inside a sentence is no end of a word there.
    void pass_line_end() {
        std::size_t at = at_;
        while (at < text_.size() && is_blank_line_part(text_[at]))
            ++at;
        if (at == text_.size() || text_[at] != '\n')
            return;
        ++at;
        while (at < text_.size() && is_blank_line_part(text_[at]))
            ++at;
        if (part_at(at) == WordPart::solo)
            at_ = at;
    }

    static std::string_view cut(std::string_view word, std::size_t bytes_max) {
        if (word.size() <= bytes_max)
            return word;
        std::size_t end = bytes_max;
        while (end > 0 && !begins_code_point(word[end]))
            --end;
        return word.substr(0, end);
    }

    void put(std::string_view word, int flags, std::size_t begin, std::size_t end) {
        if (code_ == SQLITE_OK && !word.empty())
            code_ = take_(
                context_,
                flags,
                word.data(),
                static_cast<int>(word.size()),
                static_cast<int>(begin),
                static_cast<int>(end)
            );
    }

    std::string_view text_;
    bool is_query_;
    void* context_;
    TakeToken take_;
    std::size_t at_ = 0;
    int code_ = SQLITE_OK;
    std::string word_;
};

int create(void* /*context*/, const char** /*arguments*/, int /*count*/, Fts5Tokenizer** out) {
    *out = std::make_unique<Fts5Tokenizer>().release();
    return SQLITE_OK;
}

void destroy(Fts5Tokenizer* made) {
    const std::unique_ptr<Fts5Tokenizer> owned(made);
}

// The engine says how many parameters its callbacks have.
// NOLINTNEXTLINE(readability-function-size)
int split(
    Fts5Tokenizer* /*made*/, void* context, int flags, const char* text, int bytes, TakeToken take
) {
    const std::string_view words(text, text == nullptr ? 0 : static_cast<std::size_t>(bytes));
    return Splitting(words, flags, context, take).run();
}

/// match_count(words): in how many places the row matches. The engine's own snippet compares each
/// of them with each.
// NOLINTNEXTLINE(readability-function-size): its parameters are the engine's
void count_matches(
    const Fts5ExtensionApi* api,
    Fts5Context* row,
    sqlite3_context* out,
    int /*count*/,
    sqlite3_value** /*values*/
) {
    int places = 0;
    const int code = api->xInstCount(row, &places);
    if (code == SQLITE_OK)
        sqlite3_result_int(out, places);
    else
        sqlite3_result_error_code(out, code);
}

} // namespace

std::string_view first_words(std::string_view text, std::size_t& left) {
    bool is_word = false;
    for (std::size_t at = 0; at < text.size();) {
        const bool is_letter = ascii_letter(text[at]) != 0;
        if (is_ascii_byte(text[at]) && (is_word || !is_letter)) {
            is_word = is_letter;
            ++at;
            continue;
        }
        const CodePoint point = first_code_point(text.substr(at));
        const WordPart part = word_part(point.value);
        std::size_t words = part == WordPart::solo ? 2 : 0;
        if (part == WordPart::letter && !is_word)
            words = 1;
        if (words > left) {
            left = 0;
            return text.substr(0, at);
        }
        left -= words;
        is_word = part == WordPart::letter || (is_word && part != WordPart::none);
        at += point.bytes;
    }
    return text;
}

Result<void> register_word_splitter(sqlite3* connection) {
    fts5_api* api = nullptr;
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, nullptr);
    if (code == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    if (api == nullptr)
        return fail(Errc::io_error, "this SQLite has no full-text search");
    fts5_tokenizer splitter{create, destroy, split};
    code = api->xCreateTokenizer(
        api, std::string(word_splitter).c_str(), static_cast<void*>(api), &splitter, nullptr
    );
    if (code == SQLITE_OK)
        code = api->xCreateFunction(api, "match_count", nullptr, count_matches, nullptr);
    return code == SQLITE_OK ? Result<void>() : fail(Errc::io_error, sqlite3_errstr(code));
}

} // namespace staffroom::storage
