#include "storage/search/packed_words.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/records/compression.hpp"
#include "storage/search/search_match.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <memory>

namespace staffroom::storage {
namespace {

using records::BodyCodec;

/// Codec (1 byte), plain length (4 bytes, big-endian), then the columns with one zero byte between
/// two of them.
constexpr std::size_t packed_head_bytes = 5;
constexpr char between_columns = '\0';

/// The row that was unpacked last: the engine asks for its columns one after the other.
struct LastUnpacked {
    Bytes packed;
    ColumnWords words;
};

ByteView blob_of(sqlite3_value* value) {
    const void* const begin = sqlite3_value_blob(value);
    if (begin == nullptr)
        return {};
    const int size = sqlite3_value_bytes(value);
    return {static_cast<const std::uint8_t*>(begin), static_cast<std::size_t>(size)};
}

void give_text(sqlite3_context* out, std::string_view text) {
    sqlite3_result_text64(out, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void packed_column(sqlite3_context* out, int /*count*/, sqlite3_value** values) {
    auto& last = *static_cast<LastUnpacked*>(sqlite3_user_data(out));
    const ByteView packed = blob_of(values[0]);
    const auto column = static_cast<std::size_t>(sqlite3_value_int64(values[1]));
    if (packed.empty() || !std::ranges::equal(packed, last.packed)) {
        auto words = unpack_words(packed);
        if (!words) {
            sqlite3_result_error_code(out, SQLITE_CORRUPT);
            return;
        }
        last = {to_bytes(packed), std::move(*words)};
    }
    if (column < search_columns)
        give_text(out, last.words[column]);
}

void school_word_of(sqlite3_context* out, int /*count*/, sqlite3_value** values) {
    const auto school = SchoolId::from(blob_of(values[0]));
    if (school)
        give_text(out, school_word(*school));
    else
        sqlite3_result_error_code(out, SQLITE_CORRUPT);
}

/// Innocuous: tables may call it although their file is not trusted.
constexpr int function_flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

} // namespace

Bytes pack_words(const ColumnWords& words) {
    std::string plain;
    for (const std::string& column : words) {
        ensure(column.find(between_columns) == std::string::npos);
        if (&column != words.data())
            plain += between_columns;
        plain += column;
    }
    std::optional<Bytes> small;
    if (plain.size() <= limits::body_plain_bytes_max)
        small = records::compress(as_view(plain));
    const BodyCodec codec = small ? BodyCodec::zstd_dictionary_1 : BodyCodec::plain;
    Bytes packed;
    packed.reserve(packed_head_bytes + (small ? small->size() : plain.size()));
    packed.push_back(static_cast<std::uint8_t>(codec));
    append_u32_be(packed, static_cast<std::uint32_t>(plain.size()));
    append(packed, small ? ByteView(*small) : as_view(plain));
    return packed;
}

Result<ColumnWords> unpack_words(ByteView packed) {
    const Error damaged{Errc::corrupt, "packed words are damaged"};
    if (packed.size() < packed_head_bytes)
        return fail(damaged);
    const std::size_t length = read_u32_be(packed.subspan(1, 4));
    const ByteView encoded = packed.subspan(packed_head_bytes);
    Bytes plain;
    if (packed[0] == static_cast<std::uint8_t>(BodyCodec::plain)) {
        plain = to_bytes(encoded);
    } else if (length <= limits::body_plain_bytes_max) {
        auto unpacked = records::decompress(packed[0], encoded, length);
        if (!unpacked)
            return fail(damaged);
        plain = std::move(*unpacked);
    }
    if (plain.size() != length)
        return fail(damaged);
    ColumnWords words;
    std::string_view rest = as_text(plain);
    for (std::size_t i = 0; i < search_columns; ++i) {
        const std::size_t end = rest.find(between_columns);
        const bool is_last = i + 1 == search_columns;
        if (is_last != (end == std::string_view::npos))
            return fail(damaged);
        words[i] = rest.substr(0, end);
        rest.remove_prefix(is_last ? rest.size() : end + 1);
    }
    return words;
}

Result<void> register_packed_words(sqlite3* connection) {
    int code = sqlite3_create_function_v2(
        connection,
        "packed_column",
        2,
        function_flags,
        std::make_unique<LastUnpacked>().release(),
        packed_column,
        nullptr,
        nullptr,
        [](void* last) {
            const std::unique_ptr<LastUnpacked> owned(static_cast<LastUnpacked*>(last));
        }
    );
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(
            connection,
            "school_word",
            1,
            function_flags,
            nullptr,
            school_word_of,
            nullptr,
            nullptr,
            nullptr
        );
    return code == SQLITE_OK ? Result<void>() : fail(Errc::io_error, sqlite3_errstr(code));
}

} // namespace staffroom::storage
