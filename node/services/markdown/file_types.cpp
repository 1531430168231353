#include "node/services/markdown/file_types.hpp"

#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

/// The way a type shows itself. `weak`: too few bytes to tell by, so that the ending has to agree.
enum class Form { magic, weak, boxed, riff, packed, open_document, compound, text, drawing };

struct TypeRow {
    std::string_view ending; // without its dot
    std::string_view media_type;
    Form form;
    std::string_view mark; // the mark that the bytes have to show
    bool is_shown;
    bool is_usual; // the ending to write for this type
};

using namespace std::string_view_literals;

/// The rows of types. Rows of one type stand together, its usual ending is marked.
constexpr std::array type_rows{
    TypeRow{"png", "image/png", Form::magic, "\x89PNG\r\n\x1a\n"sv, true, true},
    TypeRow{"jpg", "image/jpeg", Form::magic, "\xff\xd8\xff"sv, true, true},
    TypeRow{"jpeg", "image/jpeg", Form::magic, "\xff\xd8\xff"sv, true, false},
    TypeRow{"jpe", "image/jpeg", Form::magic, "\xff\xd8\xff"sv, true, false},
    TypeRow{"jfif", "image/jpeg", Form::magic, "\xff\xd8\xff"sv, true, false},
    TypeRow{"gif", "image/gif", Form::magic, "GIF87a"sv, true, true},
    TypeRow{"gif", "image/gif", Form::magic, "GIF89a"sv, true, false},
    TypeRow{"webp", "image/webp", Form::riff, "WEBP"sv, true, true},
    TypeRow{"svg", "image/svg+xml", Form::drawing, ""sv, true, true},
    TypeRow{"bmp", "image/bmp", Form::weak, "BM"sv, true, true},
    TypeRow{"tif", "image/tiff", Form::magic, "II*\0"sv, true, true},
    TypeRow{"tiff", "image/tiff", Form::magic, "MM\0*"sv, true, false},
    TypeRow{"avif", "image/avif", Form::boxed, "avif"sv, true, true},
    TypeRow{"heic", "image/heic", Form::boxed, "heic"sv, true, true},
    TypeRow{"heif", "image/heic", Form::boxed, "mif1"sv, true, false},
    TypeRow{"ico", "image/vnd.microsoft.icon", Form::weak, "\0\0\1\0"sv, true, true},
    TypeRow{"wmf", "image/wmf", Form::weak, "\xd7\xcd\xc6\x9a"sv, true, true},
    TypeRow{"emf", "image/emf", Form::weak, "\1\0\0\0"sv, true, true},
    TypeRow{"pdf", "application/pdf", Form::magic, "%PDF-"sv, true, true},
    TypeRow{"mp3", "audio/mpeg", Form::magic, "ID3"sv, true, true},
    TypeRow{"mp3", "audio/mpeg", Form::weak, "\xff\xfb"sv, true, false},
    TypeRow{"mp3", "audio/mpeg", Form::weak, "\xff\xf3"sv, true, false},
    TypeRow{"mp3", "audio/mpeg", Form::weak, "\xff\xf2"sv, true, false},
    TypeRow{"ogg", "audio/ogg", Form::magic, "OggS"sv, true, true},
    TypeRow{"oga", "audio/ogg", Form::magic, "OggS"sv, true, false},
    TypeRow{"opus", "audio/ogg", Form::magic, "OggS"sv, true, false},
    TypeRow{"ogv", "video/ogg", Form::magic, "OggS"sv, true, false},
    TypeRow{"wav", "audio/wav", Form::riff, "WAVE"sv, true, true},
    TypeRow{"flac", "audio/flac", Form::magic, "fLaC"sv, true, true},
    TypeRow{"m4a", "audio/mp4", Form::boxed, "M4A "sv, true, true},
    TypeRow{"mp4", "video/mp4", Form::boxed, ""sv, true, true},
    TypeRow{"m4v", "video/mp4", Form::boxed, ""sv, true, false},
    TypeRow{"mov", "video/quicktime", Form::boxed, "qt  "sv, true, true},
    TypeRow{"webm", "video/webm", Form::magic, "\x1a\x45\xdf\xa3"sv, true, true},
    TypeRow{
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Form::packed,
        ""sv,
        false,
        true},
    TypeRow{
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Form::packed,
        ""sv,
        false,
        true},
    TypeRow{
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Form::packed,
        ""sv,
        false,
        true},
    TypeRow{"ggb", "application/vnd.geogebra.file", Form::packed, ""sv, false, true},
    TypeRow{
        "odt", "application/vnd.oasis.opendocument.text", Form::open_document, ""sv, false, true},
    TypeRow{
        "ods",
        "application/vnd.oasis.opendocument.spreadsheet",
        Form::open_document,
        ""sv,
        false,
        true},
    TypeRow{
        "odp",
        "application/vnd.oasis.opendocument.presentation",
        Form::open_document,
        ""sv,
        false,
        true},
    TypeRow{
        "odg",
        "application/vnd.oasis.opendocument.graphics",
        Form::open_document,
        ""sv,
        false,
        true},
    TypeRow{"doc", "application/msword", Form::compound, ""sv, false, true},
    TypeRow{"xls", "application/vnd.ms-excel", Form::compound, ""sv, false, true},
    TypeRow{"ppt", "application/vnd.ms-powerpoint", Form::compound, ""sv, false, true},
    TypeRow{"rtf", "application/rtf", Form::magic, "{\\rtf"sv, false, true},
    TypeRow{"txt", "text/plain", Form::text, ""sv, false, true},
    TypeRow{"csv", "text/csv", Form::text, ""sv, false, true},
    TypeRow{"tsv", "text/tab-separated-values", Form::text, ""sv, false, true},
    TypeRow{"vtt", "text/vtt", Form::text, ""sv, false, true},
    TypeRow{"srt", "application/x-subrip", Form::text, ""sv, false, true},
    TypeRow{"bib", "application/x-bibtex", Form::text, ""sv, false, true},
    TypeRow{"tex", "application/x-tex", Form::text, ""sv, false, true},
};

/// Tells whether a beginning is plain text; a character may be cut at its end.
bool is_plain_text(std::string_view beginning) {
    if (holds_secret(beginning))
        return false;
    const auto place = first_unreadable_byte(beginning);
    constexpr std::size_t cut_bytes_max = 3;
    return !place || (beginning.size() == type_bytes && beginning[*place] != '\0' &&
                      *place + cut_bytes_max >= beginning.size());
}

bool is_drawing(std::string_view beginning) {
    std::size_t at = beginning.find_first_not_of("\xef\xbb\xbf \t\r\n");
    if (at == std::string_view::npos)
        return false;
    beginning.remove_prefix(at);
    if (beginning.starts_with("<svg"))
        return true;
    at = beginning.find("<svg");
    const bool is_markup = beginning.starts_with("<?xml") || beginning.starts_with("<!--") ||
                           beginning.starts_with("<!DOCTYPE svg");
    return is_markup && at != std::string_view::npos &&
           beginning.find("<html") == std::string_view::npos;
}

bool shows(const TypeRow& row, std::string_view beginning) {
    constexpr std::size_t brand_at = 8;
    switch (row.form) {
    case Form::magic:
    case Form::weak: return beginning.starts_with(row.mark);
    case Form::boxed:
        return beginning.size() > brand_at && beginning.substr(4, 4) == "ftyp"sv &&
               beginning.substr(brand_at, row.mark.size()) == row.mark;
    case Form::riff:
        return beginning.starts_with("RIFF"sv) && beginning.size() > brand_at &&
               beginning.substr(brand_at, row.mark.size()) == row.mark;
    case Form::packed: return beginning.starts_with("PK\3\4"sv);
    case Form::open_document:
        return beginning.starts_with("PK\3\4"sv) &&
               beginning.find(row.media_type) != std::string_view::npos;
    case Form::compound: return beginning.starts_with("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv);
    case Form::text: return is_plain_text(beginning);
    case Form::drawing: return is_drawing(beginning);
    }
    return false;
}

/// Tells whether bytes of a form say by themselves what they are; for the other forms the ending
/// has to agree.
bool is_told_by_bytes(Form form) {
    return form != Form::weak && form != Form::packed && form != Form::compound &&
           form != Form::text;
}

std::string_view usual_ending(std::string_view media_type) {
    const auto* row = std::ranges::find_if(type_rows, [&](const TypeRow& each) {
        return each.media_type == media_type && each.is_usual;
    });
    return row == type_rows.end() ? std::string_view() : row->ending;
}

FileType type_of(const TypeRow& row) {
    const std::string_view usual = usual_ending(row.media_type);
    return {row.media_type, usual.empty() ? row.ending : usual, row.is_shown};
}

} // namespace

bool holds_secret(std::string_view text) {
    constexpr std::array marks{
        "PRIVATE KEY-----"sv,
        "-----BEGIN OPENSSH"sv,
        "PuTTY-User-Key-File"sv,
        "AGE-SECRET-KEY-"sv,
        "staffroom-keys"sv};
    return std::ranges::any_of(marks, [&](std::string_view mark) {
        return text.find(mark) != std::string_view::npos;
    });
}

std::string ending_of_name(std::string_view name) {
    const std::string_view last = name.substr(name.find_last_of("/\\") + 1);
    const std::size_t dot = last.rfind('.');
    if (dot == std::string_view::npos || dot == 0)
        return {};
    std::string out(last.substr(dot + 1));
    for (char& symbol : out)
        if (symbol >= 'A' && symbol <= 'Z')
            symbol = static_cast<char>(symbol - 'A' + 'a');
    return out;
}

std::optional<FileType> type_of_content(std::string_view name, std::string_view beginning) {
    beginning = beginning.substr(0, type_bytes);
    const std::string ending = ending_of_name(name);
    const TypeRow* by_bytes = nullptr;
    for (const TypeRow& row : type_rows) {
        if (!shows(row, beginning))
            continue;
        if (row.ending == ending)
            return type_of(row);
        if (by_bytes == nullptr && is_told_by_bytes(row.form))
            by_bytes = &row;
    }
    return by_bytes == nullptr ? std::nullopt : std::optional(type_of(*by_bytes));
}

std::optional<FileType> type_of_name(std::string_view name) {
    const std::string ending = ending_of_name(name);
    const auto* row = std::ranges::find(type_rows, ending, &TypeRow::ending);
    return row == type_rows.end() ? std::nullopt : std::optional(type_of(*row));
}

std::string with_true_ending(const std::string& name, const std::optional<FileType>& type) {
    const auto claimed = type_of_name(name);
    if (!type)
        return claimed ? name : name + ".data";
    if (claimed && claimed->media_type == type->media_type)
        return name;
    return name + "." + std::string(type->ending);
}

} // namespace staffroom::services
