// The codec of record bodies and school profiles. Bodies are not signed but committed to, so
// reading is bounded and checked rather than strict in the sense of [W2]. Not here: compression
// (records/body).
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

#include <string>
#include <vector>

namespace staffroom::wire {

inline constexpr std::size_t authors_max = 64;
inline constexpr std::size_t fields_max = 256;
inline constexpr std::size_t sections_max = 4096;
inline constexpr std::size_t attachments_max = 256;
inline constexpr std::size_t school_numbers_max = 8;
inline constexpr std::size_t profile_text_bytes_max = 400;

struct Author {
    Bytes person; // empty: a name alone
    std::string name;
    std::string school_name;
    friend bool operator==(const Author&, const Author&) = default;
};

struct Field {
    std::uint32_t code; // records::FieldCode, or a number of a newer version
    std::string value;
    friend bool operator==(const Field&, const Field&) = default;
};

/// A section by byte offsets into the text: the heading begins at `heading_begin`, the content is
/// [begin, end).
struct Section {
    std::uint32_t code; // 0: a heading outside the vocabulary
    std::uint32_t heading_begin;
    std::uint32_t begin;
    std::uint32_t end;
    friend bool operator==(const Section&, const Section&) = default;
};

struct Attachment {
    Bytes content_hash; // 32 bytes; empty while the file is only named
    std::string name;
    std::string media_type;
    std::uint64_t size;
    std::string description;
    friend bool operator==(const Attachment&, const Attachment&) = default;
};

struct RecordBody {
    std::string title;
    std::string summary;
    std::vector<Author> authors;
    std::string language;
    std::string licence;
    std::string text;          // exactly as written, without front matter
    std::string front_matter;  // exactly as written, between the --- lines
    std::vector<Field> fields; // a field with several values stands here several times
    std::vector<Section> sections;
    std::vector<Attachment> attachments;
    std::string attribution;
    std::string origin;
    WallTime created{0};
    WallTime modified{0};
    friend bool operator==(const RecordBody&, const RecordBody&) = default;
};

/// Encodes a body. Errors: too_large, unreadable_text, out_of_range (a section outside the text).
[[nodiscard]] Result<Bytes> encode_record_body(const RecordBody& body);
/// Decodes a body. Errors: malformed, too_large, unreadable_text, out_of_range.
[[nodiscard]] Result<RecordBody> decode_record_body(ByteView bytes);

/// A number of a school, national or other, e.g. scheme "urn".
struct SchoolNumber {
    std::string scheme;
    std::string value;
    friend bool operator==(const SchoolNumber&, const SchoolNumber&) = default;
};

/// The statements of a school about itself: claims, never identity.
struct Profile {
    std::string name;
    std::string place;
    std::vector<SchoolNumber> numbers;
    std::string area{};  // district or authority
    std::string trust{}; // group of schools that it belongs to
    friend bool operator==(const Profile&, const Profile&) = default;
};

/// Encodes a profile. Errors: too_large, unreadable_text.
[[nodiscard]] Result<Bytes> encode_profile(const Profile& profile);
/// Decodes a profile. Errors: malformed, too_large, unreadable_text.
[[nodiscard]] Result<Profile> decode_profile(ByteView bytes);

} // namespace staffroom::wire
