// The body of a record: all its words, kept outside the tree under a salted commitment so that they
// can be erased. A body is encoded once, when it is published. The commitment covers the encoded
// bytes, so nothing is ever encoded again in order to be checked. Not here: the shape on the wire
// (wire/codec_records), what is required (records/rules).
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/records/compression.hpp"
#include "protocol/records/fields.hpp"
#include "protocol/wire/codec_records.hpp"

#include <string>

namespace staffroom::records {

using wire::Attachment;
using wire::Author;
using wire::Field;
using wire::RecordBody;
using wire::Section;

struct EncodedBody {
    BodyCodec codec;
    std::uint32_t plain_length;
    SharedBytes encoded;
};

/// Encodes a body, compressed (codec 2) unless that gains nothing. Errors: too_large
/// (limits::body_plain_bytes_max), unreadable_text, out_of_range (a section outside the text).
[[nodiscard]] Result<EncodedBody> encode_body(const RecordBody& body);

/// Decodes a body; the header states `codec` and `plain_length`. Never writes more than
/// `plain_length` bytes. Errors: unknown_value (codec), too_large, corrupt (does not decompress to
/// `plain_length`), malformed, unreadable_text, out_of_range.
[[nodiscard]] Result<RecordBody>
decode_body(std::uint64_t codec, std::uint64_t plain_length, ByteView encoded);

/// The most bytes of a title that are read, even if somebody wrote a longer one: lists show many
/// titles.
inline constexpr std::size_t title_bytes_max = 2048;
/// Reads the title alone, without unpacking or checking what comes behind it: whole characters of
/// its first `title_bytes_max`. Errors: unknown_value (codec), too_large, corrupt, malformed,
/// unreadable_text.
[[nodiscard]] Result<std::string> decode_title(std::uint64_t codec, ByteView encoded);

/// Computes BLAKE2b keyed with the salt over the encoded bytes. [L5]
[[nodiscard]] Commitment commitment(const Salt& salt, ByteView encoded);

/// Returns the first value of a field; nothing when it is absent.
[[nodiscard]] const std::string* field_value(const RecordBody& body, FieldCode code);
/// Returns the text of the first section with this code; empty when there is none.
[[nodiscard]] std::string_view section_text(const RecordBody& body, FieldCode code);

} // namespace staffroom::records
