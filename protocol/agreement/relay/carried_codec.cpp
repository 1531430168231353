// Codec of carried entries. Declared in agreement/relay/carried. Their bytes are under the
// carrier's commitment, and nobody hashes what is made of them: bounded, not strict. [A10]
#include "protocol/agreement/relay/carried.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"

namespace staffroom::agreement {
namespace {

Result<log::Proof> read_hashes(const std::string& packed) {
    constexpr std::size_t hash_bytes = TreeHash::size_bytes;
    if (packed.size() > limits::tree_range_hashes_max * hash_bytes)
        return fail(Errc::too_large, "proof of a carried record");
    if (packed.size() % hash_bytes != 0)
        return fail(Errc::malformed, "proof of a carried record");
    log::Proof proof;
    for (ByteView rest = as_view(packed); !rest.empty(); rest = rest.subspan(hash_bytes))
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
    schema::CarriedRecord to;
    wire::set_bytes(to.mutable_proof(), carried.proof);
    to.set_position(record.position.value);
    to.set_header(wire::to_string(record.header));
    to.set_salt(wire::to_string(record.body.salt));
    to.set_encoded(wire::to_string(*record.body.encoded));
    for (const TreeHash& hash : record.proof)
        to.mutable_inclusion()->append(as_text(hash.view()));
    return wire::serialise(to);
}

Result<CarriedRecord> parse_carried_record(ByteView bytes) {
    schema::CarriedRecord from;
    if (auto parsed = wire::parse_into(from, bytes, limits::body_encoded_bytes_max); !parsed)
        return fail(parsed.error());
    if (from.header().size() > limits::header_bytes_max)
        return fail(Errc::too_large, "carried record");
    const auto proof = wire::get_id<RevisionId>(from.proof());
    auto inclusion = read_hashes(from.inclusion());
    if (!proof || from.salt().size() != Salt::size_bytes)
        return fail(Errc::malformed, "carried record");
    if (!inclusion)
        return fail(inclusion.error());
    return CarriedRecord{
        *proof,
        {Position{from.position()},
         to_bytes(as_view(from.header())),
         log::BodyState::have,
         {to_bytes(as_view(from.salt())),
          std::make_shared<const Bytes>(to_bytes(as_view(from.encoded())))},
         std::move(*inclusion)}};
}

} // namespace staffroom::agreement
