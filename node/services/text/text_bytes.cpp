#include "node/services/text/text_bytes.hpp"

#include "protocol/base/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <optional>

namespace staffroom::services {
namespace {

struct Signature {
    std::string_view bytes;
    std::string_view kind;
};

using std::string_view_literals::operator""sv;

constexpr std::array signatures{
    Signature{"%PDF-"sv, "a PDF file"},
    Signature{"{\\rtf"sv, "an RTF document"},
    Signature{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Word, Excel or PowerPoint document"},
    Signature{"\x89PNG\r\n"sv, "a PNG picture"},
    Signature{"\xFF\xD8\xFF"sv, "a JPEG picture"},
    Signature{"GIF87a"sv, "a GIF picture"},
    Signature{"GIF89a"sv, "a GIF picture"},
    Signature{"\x1F\x8B"sv, "a compressed file"},
    Signature{"BZh91AY"sv, "a compressed file"},
    Signature{
        "\xFD"
        "7zXZ"sv,
        "a compressed file"},
    Signature{"7z\xBC\xAF"sv, "a compressed folder"},
    Signature{"Rar!\x1A"sv, "a compressed folder"},
    Signature{"\x28\xB5\x2F\xFD"sv, "a compressed file"},
    Signature{"SQLite format 3\0"sv, "a database"},
    Signature{"ID3\x02"sv, "a sound file"},
    Signature{"ID3\x03"sv, "a sound file"},
    Signature{"ID3\x04"sv, "a sound file"},
    Signature{"OggS\0"sv, "a sound or film file"},
    Signature{"\x1A\x45\xDF\xA3"sv, "a film"},
    Signature{
        "\x7F"
        "ELF"sv,
        "a program"},
    Signature{"MZ\x90"sv, "a program"},
    Signature{"%!PS"sv, "a PostScript file"},
};

/// The kinds of archives by the names of the first files in a ZIP archive.
constexpr std::array archives{
    Signature{"word/"sv, "a Word document"},
    Signature{"ppt/"sv, "a PowerPoint presentation"},
    Signature{"xl/"sv, "an Excel workbook"},
    Signature{"mimetypeapplication/vnd.oasis.opendocument.text"sv, "a LibreOffice document"},
    Signature{
        "mimetypeapplication/vnd.oasis.opendocument.presentation"sv, "a LibreOffice presentation"},
    Signature{"mimetypeapplication/vnd.oasis.opendocument"sv, "a LibreOffice file"},
    Signature{"mimetypeapplication/epub"sv, "an electronic book"},
    Signature{"Index/Document.iwa"sv, "a Pages, Numbers or Keynote document"},
};

void append(std::string& out, utf8proc_int32_t code) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto length = utf8proc_encode_char(code, bytes.data());
    for (utf8proc_ssize_t i = 0; i < length; ++i)
        out += static_cast<char>(bytes[static_cast<std::size_t>(i)]);
}

std::string line_of(std::string_view bytes, std::size_t place) {
    return std::to_string(std::ranges::count(bytes.substr(0, place), '\n') + 1);
}

// ------------------------------------------------------------------------------- UTF-16 and UTF-32

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

/// Reads the number in `size` bytes.
unsigned long unit_at(std::string_view bytes, std::size_t at, std::size_t size, bool is_little) {
    unsigned long unit = 0;
    for (std::size_t i = 0; i < size; ++i)
        unit = (unit << 8U) | byte_at(bytes, at + (is_little ? size - 1 - i : i));
    return unit;
}

struct WideText {
    std::size_t unit_bytes;
    bool is_little;
};

std::optional<WideText> byte_order_of(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE\0\0"sv))
        return WideText{4, true};
    if (bytes.starts_with("\0\0\xFE\xFF"sv))
        return WideText{4, false};
    if (bytes.starts_with("\xFF\xFE"sv))
        return WideText{2, true};
    if (bytes.starts_with("\xFE\xFF"sv))
        return WideText{2, false};
    return std::nullopt;
}

/// Decodes a wide text. Nothing: the text is cut, or has half a pair.
std::optional<std::string> from_wide(std::string_view bytes, const WideText& wide) {
    const std::size_t size = wide.unit_bytes;
    if (bytes.size() % size != 0)
        return std::nullopt;
    std::string text;
    for (std::size_t at = size; at < bytes.size(); at += size) {
        unsigned long code = unit_at(bytes, at, size, wide.is_little);
        if (size == 2 && code >= 0xD800 && code < 0xDC00 && at + 4 <= bytes.size()) {
            const unsigned long low = unit_at(bytes, at + 2, 2, wide.is_little);
            if (low < 0xDC00 || low > 0xDFFF)
                return std::nullopt;
            code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
            at += 2;
        }
        const bool is_character = code != 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        if (!is_character)
            return std::nullopt;
        append(text, static_cast<utf8proc_int32_t>(code));
    }
    return text;
}

// ------------------------------------------------------------------------------------ Windows-1252

/// The signs 0x80 to 0x9F; 0 where the code page has nothing.
constexpr std::array<utf8proc_int32_t, 32> western_signs{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_byte_of_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Tells whether the bytes can be a western text in Windows-1252: no sequence of UTF-8 stands in
/// it, and most of its letters are Latin ones. A Greek or Russian text in its own code page is
/// mostly high bytes, and guessing would publish nonsense.
bool is_western(std::string_view bytes) {
    std::size_t high = 0;
    std::size_t letters = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const unsigned byte = byte_at(bytes, at);
        letters += is_byte_of_word(bytes[at]) ? 1U : 0U;
        if (byte == 0 ||
            (byte < 0x20 && std::string_view("\t\n\r\f").find(bytes[at]) == std::string_view::npos))
            return false;
        if (byte < 0x80)
            continue;
        ++high;
        if (byte < 0xA0 && western_signs[byte - 0x80] == 0)
            return false;
        const bool is_start_of_two = byte >= 0xC2 && byte < 0xF5 && at + 1 < bytes.size() &&
                                     (byte_at(bytes, at + 1) & 0xC0U) == 0x80U;
        if (is_start_of_two)
            return false;
    }
    return high * 3 <= letters;
}

std::string from_western(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 && byte < 0xA0)
            append(text, western_signs[byte - 0x80U]);
        else
            append(text, byte);
    }
    return text;
}

} // namespace

Result<DecodedText> decode_text(std::string_view bytes) {
    if (const std::string_view kind = kind_of_file(bytes); !kind.empty())
        return fail(Errc::unreadable_text, "The file is " + std::string(kind) + ", not a text.");
    if (const auto wide = byte_order_of(bytes)) {
        const std::string name = wide->unit_bytes == 4 ? "UTF-32" : "UTF-16";
        if (auto text = from_wide(bytes, *wide))
            return DecodedText{std::move(*text), "The file is " + name + "; it is read as such."};
        return fail(
            Errc::unreadable_text, "The file begins as " + name + " and is not readable as that."
        );
    }
    const auto place = first_unreadable_byte(bytes);
    if (!place)
        return DecodedText{std::string(bytes), ""};
    if (bytes[*place] == '\0')
        return fail(
            Errc::unreadable_text,
            "The file has a NUL character in line " + line_of(bytes, *place) + " (byte " +
                std::to_string(*place) + "), which no text has."
        );
    if (is_western(bytes))
        return DecodedText{
            from_western(bytes),
            "The file is not UTF-8 and is read as Windows-1252; look at its accents, and save it "
            "as UTF-8 if one is wrong."};
    return fail(
        Errc::unreadable_text,
        "The file is not UTF-8 text: line " + line_of(bytes, *place) + ", at byte " +
            std::to_string(*place) + "."
    );
}

std::string_view kind_of_file(std::string_view bytes) {
    for (const auto& [signature, kind] : signatures)
        if (bytes.starts_with(signature))
            return kind;
    if (bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP")
        return "a WebP picture";
    if (bytes.size() >= 12 && bytes.front() == '\0' && bytes.substr(4, 4) == "ftyp")
        return "a film or picture of a phone";
    if (!bytes.starts_with("PK\x03\x04") && !bytes.starts_with("PK\x05\x06"))
        return "";
    const std::string_view head = bytes.substr(0, file_head_bytes);
    for (const auto& [name, kind] : archives)
        if (head.find(name) != std::string_view::npos)
            return kind;
    return "a ZIP archive";
}

} // namespace staffroom::services
