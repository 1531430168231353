// Codec of carried entries. Declared in agreement/relay/carried. Their bytes are under the
// carrier's commitment, and nobody hashes what is made of them: bounded, not strict. [A10]
#include "protocol/agreement/relay/carried.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/wire/form/fields.hpp"

#include <array>

namespace staffroom::agreement {
namespace {

/// The numbers of the fields of a CarriedRecord.
enum class Field : std::uint32_t { proof = 1, position, header, salt, encoded, inclusion };

Result<log::Proof> read_hashes(ByteView packed) {
    constexpr std::size_t hash_bytes = TreeHash::size_bytes;
    if (packed.size() > limits::tree_range_hashes_max * hash_bytes)
        return fail(Errc::too_large, "proof of a carried record");
    if (packed.size() % hash_bytes != 0)
        return fail(Errc::malformed, "proof of a carried record");
    log::Proof proof;
    proof.reserve(packed.size() / hash_bytes);
    for (ByteView rest = packed; !rest.empty(); rest = rest.subspan(hash_bytes))
        proof.push_back(*TreeHash::from(rest.first(hash_bytes)));
    return proof;
}

} // namespace

Bytes encode_carried_proof(const Relay& relay) {
    return encode_relay({relay.trail, relay.passport, relay.chains, relay.head, relay.to_head, {}});
}

Result<Relay> parse_carried_proof(ByteView bytes) {
    auto relay = parse_relay(bytes);
    if (relay && !relay->records.empty())
        return fail(Errc::malformed, "a proof that holds records");
    return relay;
}

Bytes encode_carried_record(const CarriedRecord& carried) {
    const RelayedRecord& record = carried.record;
    ensure(record.state == log::BodyState::have && record.body.encoded != nullptr);
    Bytes inclusion;
    inclusion.reserve(record.proof.size() * TreeHash::size_bytes);
    for (const TreeHash& hash : record.proof)
        append(inclusion, hash.view());
    const ByteView fields[] = {
        carried.proof.view(), record.header, record.body.salt, *record.body.encoded, inclusion};
    Bytes bytes;
    std::size_t length = wire::field_bytes(0); // of the position
    for (const ByteView field : fields)
        length += wire::field_bytes(field.size());
    bytes.reserve(length);
    const auto put = [&](Field field, ByteView value) {
        wire::append_bytes(bytes, static_cast<std::uint32_t>(field), value);
    };
    put(Field::proof, carried.proof.view());
    wire::append_number(bytes, static_cast<std::uint32_t>(Field::position), record.position.value);
    put(Field::header, record.header);
    put(Field::salt, record.body.salt);
    put(Field::encoded, *record.body.encoded);
    put(Field::inclusion, inclusion);
    return bytes;
}

Result<CarriedRecord> parse_carried_record(ByteView bytes) {
    if (bytes.size() > limits::body_encoded_bytes_max)
        return fail(Errc::too_large, "message");
    std::uint64_t position = 0;
    std::array<ByteView, static_cast<std::size_t>(Field::inclusion) + 1> found{};
    for (wire::FieldReader reader(bytes); !reader.is_at_end();) {
        const auto field = reader.next();
        if (!field)
            return fail(field.error());
        if (field->number == static_cast<std::uint32_t>(Field::position))
            position = field->value;
        else if (field->number < found.size())
            found[field->number] = field->bytes;
    }
    const auto of = [&](Field field) { return found[static_cast<std::size_t>(field)]; };
    if (of(Field::header).size() > limits::header_bytes_max)
        return fail(Errc::too_large, "carried record");
    const auto proof = RevisionId::from(of(Field::proof));
    auto inclusion = read_hashes(of(Field::inclusion));
    if (!proof || of(Field::salt).size() != Salt::size_bytes)
        return fail(Errc::malformed, "carried record");
    if (!inclusion)
        return fail(inclusion.error());
    return CarriedRecord{
        *proof,
        {Position{position},
         to_bytes(of(Field::header)),
         log::BodyState::have,
         {to_bytes(of(Field::salt)), std::make_shared<const Bytes>(to_bytes(of(Field::encoded)))},
         std::move(*inclusion)}};
}

} // namespace staffroom::agreement
