#include "protocol/records/body.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"

#include <algorithm>

namespace staffroom::records {
namespace {

/// The first field of RecordBody (wire/form/schema.proto): number 1, of bytes; then their count.
constexpr std::uint8_t title_tag = 0x0A;
constexpr std::size_t title_prefix_max = 10;

} // namespace

Result<EncodedBody> encode_body(const RecordBody& body) {
    auto plain = wire::encode_record_body(body);
    if (!plain)
        return fail(plain.error());
    const auto plain_length = static_cast<std::uint32_t>(plain->size());
    if (auto smaller = compress(*plain))
        return EncodedBody{
            BodyCodec::zstd_dictionary_1,
            plain_length,
            std::make_shared<const Bytes>(std::move(*smaller))};
    return EncodedBody{
        BodyCodec::plain, plain_length, std::make_shared<const Bytes>(std::move(*plain))};
}

Result<RecordBody> decode_body(std::uint64_t codec, std::uint64_t plain_length, ByteView encoded) {
    if (plain_length > limits::body_plain_bytes_max)
        return fail(Errc::too_large, "stated length of a body");
    if (encoded.size() > limits::body_encoded_bytes_max)
        return fail(Errc::too_large, "encoded length of a body");
    if (codec == static_cast<std::uint64_t>(BodyCodec::plain)) {
        if (encoded.size() != plain_length)
            return fail(Errc::corrupt, "body does not have its stated length");
        return wire::decode_record_body(encoded);
    }
    auto plain = decompress(codec, encoded, static_cast<std::size_t>(plain_length));
    if (!plain)
        return fail(plain.error());
    return wire::decode_record_body(*plain);
}

Result<std::string> decode_title(std::uint64_t codec, ByteView encoded) {
    if (encoded.size() > limits::body_encoded_bytes_max)
        return fail(Errc::too_large, "encoded length of a body");
    Result<Bytes> unpacked = Bytes();
    ByteView beginning = encoded;
    if (codec != static_cast<std::uint64_t>(BodyCodec::plain)) {
        unpacked = decompress_beginning(codec, encoded, title_bytes_max + title_prefix_max);
        if (!unpacked)
            return fail(unpacked.error());
        beginning = *unpacked;
    }
    // A body without a title begins with another field, or is empty.
    if (beginning.empty() || beginning[0] != title_tag)
        return std::string();
    std::uint64_t length = 0;
    std::size_t begin = 1;
    for (; begin < beginning.size() && begin < title_prefix_max; ++begin) {
        length |= std::uint64_t{beginning[begin] & 0x7FU} << (7U * (begin - 1));
        if ((beginning[begin] & 0x80U) == 0)
            break;
    }
    if (begin == beginning.size() || begin == title_prefix_max)
        return fail(Errc::malformed, "body");
    ByteView title = beginning.subspan(begin + 1);
    if (length > title.size() && title.size() < title_bytes_max)
        return fail(Errc::malformed, "body");
    std::size_t end = std::min<std::uint64_t>(length, title_bytes_max);
    while (end < length && end > 0 && (title[end] & 0xC0U) == 0x80U)
        --end;
    std::string text(as_text(title.first(end)));
    if (first_unreadable_byte(text))
        return fail(Errc::unreadable_text, "title of a body");
    return text;
}

Commitment commitment(const Salt& salt, ByteView encoded) {
    return Commitment(crypto::keyed_hash(crypto::HashLabel::body, salt.view(), encoded).raw());
}

const std::string* field_value(const RecordBody& body, FieldCode code) {
    const auto found =
        std::ranges::find(body.fields, static_cast<std::uint32_t>(code), &Field::code);
    return found == body.fields.end() ? nullptr : &found->value;
}

std::string_view section_text(const RecordBody& body, FieldCode code) {
    const auto found =
        std::ranges::find(body.sections, static_cast<std::uint32_t>(code), &Section::code);
    if (found == body.sections.end())
        return "";
    return std::string_view(body.text).substr(found->begin, found->end - found->begin);
}

} // namespace staffroom::records
