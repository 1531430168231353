#include "storage/search_words.hpp"

#include <sqlite3.h>

#include <array>
#include <memory>

/// The engine leaves this type to whoever writes a word splitter, and gives it back untouched.
struct Fts5Tokenizer {
    fts5_tokenizer inner;
    Fts5Tokenizer* splitter; // of `inner`, never looked into
};

namespace staffroom::storage {
namespace {

/// The two bytes of a code point from U+0080 to U+07FF as one number, as they stand in UTF-8.
constexpr unsigned pair_of(unsigned code_point) {
    return ((0xC0U | (code_point >> 6U)) << 8U) | (0x80U | (code_point & 0x3FU));
}

/// Marks that readers and writers may leave out: points of Hebrew, vowels of Arabic and Koranic
/// signs, and the stroke that makes a word longer.
bool is_left_out(unsigned pair) {
    return (pair >= pair_of(0x0591) && pair <= pair_of(0x05BD)) || pair == pair_of(0x05BF) ||
           pair == pair_of(0x05C1) || pair == pair_of(0x05C2) || pair == pair_of(0x05C4) ||
           pair == pair_of(0x05C5) || pair == pair_of(0x05C7) || pair == pair_of(0x0640) ||
           (pair >= pair_of(0x064B) && pair <= pair_of(0x065F)) || pair == pair_of(0x0670) ||
           (pair >= pair_of(0x06D6) && pair <= pair_of(0x06DC)) ||
           (pair >= pair_of(0x06DF) && pair <= pair_of(0x06E4)) || pair == pair_of(0x06E7) ||
           pair == pair_of(0x06E8) || (pair >= pair_of(0x06EA) && pair <= pair_of(0x06ED));
}

/// Letters that some systems write as a plain letter and a mark, which unicode61 then leaves out.
struct Fold {
    unsigned from;
    unsigned to;
};
constexpr std::array folds{
    Fold{pair_of(0x0439), pair_of(0x0438)}, // short i
    Fold{pair_of(0x0457), pair_of(0x0456)}, // yi
    Fold{pair_of(0x0451), pair_of(0x0435)}, // io
    Fold{pair_of(0x045E), pair_of(0x0443)}, // short u
};

/// Whether a byte may begin one of the above; most words have none and pass as they are.
bool may_fold(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xD0 || byte == 0xD1 || (byte >= 0xD6 && byte <= 0xDB);
}

using TakeToken = int (*)(void*, int, const char*, int, int, int);

struct Passing {
    void* context;
    TakeToken take;
};

// The engine says how many parameters its callbacks have.
// NOLINTNEXTLINE(readability-function-size)
int pass_on(void* context, int flags, const char* text, int bytes, int begin, int end) {
    const auto* const passing = static_cast<const Passing*>(context);
    const std::string_view word(text, static_cast<std::size_t>(bytes));
    bool is_plain = true;
    for (const char c : word)
        is_plain = is_plain && !may_fold(c);
    if (is_plain)
        return passing->take(passing->context, flags, text, bytes, begin, end);
    const std::string folded = fold_word(word);
    // Marks alone are no word.
    if (folded.empty())
        return SQLITE_OK;
    return passing->take(
        passing->context, flags, folded.data(), static_cast<int>(folded.size()), begin, end
    );
}

int create(void* context, const char** /*arguments*/, int /*count*/, Fts5Tokenizer** out) {
    auto* const api = static_cast<fts5_api*>(context);
    // Marks (Mn, Mc) belong to the word around them, as vowels of Devanagari and Arabic do.
    std::array<const char*, 4> splitter_settings{
        "remove_diacritics", "2", "categories", "L* N* Co Mn Mc"};
    auto made = std::make_unique<Fts5Tokenizer>();
    void* inner_context = nullptr;
    int code = api->xFindTokenizer(api, "unicode61", &inner_context, &made->inner);
    if (code == SQLITE_OK)
        code = made->inner.xCreate(
            inner_context,
            splitter_settings.data(),
            static_cast<int>(splitter_settings.size()),
            &made->splitter
        );
    if (code == SQLITE_OK)
        *out = made.release();
    return code;
}

void destroy(Fts5Tokenizer* made) {
    const std::unique_ptr<Fts5Tokenizer> owned(made);
    owned->inner.xDelete(owned->splitter);
}

// NOLINTNEXTLINE(readability-function-size)
int split(
    Fts5Tokenizer* made, void* context, int flags, const char* text, int bytes, TakeToken take
) {
    Passing passing{context, take};
    return made->inner.xTokenize(made->splitter, &passing, flags, text, bytes, pass_on);
}

} // namespace

std::string fold_word(std::string_view word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const auto first = static_cast<unsigned char>(word[i]);
        const bool is_pair = first >= 0xC2 && first <= 0xDF && i + 1 < word.size();
        if (!is_pair) {
            out += word[i];
            continue;
        }
        unsigned pair = (unsigned{first} << 8U) | static_cast<unsigned char>(word[++i]);
        if (is_left_out(pair))
            continue;
        for (const Fold& fold : folds)
            if (fold.from == pair) {
                pair = fold.to;
                break;
            }
        out += static_cast<char>(pair >> 8U);
        out += static_cast<char>(pair & 0xFFU);
    }
    return out;
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
    return code == SQLITE_OK ? Result<void>() : fail(Errc::io_error, sqlite3_errstr(code));
}

} // namespace staffroom::storage
