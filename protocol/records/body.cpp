#include "protocol/records/body.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"

#include <algorithm>

namespace staffroom::records {
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
