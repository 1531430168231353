// Codec of relays. Declared in agreement/relay/relay. A relay is not signed, so its envelope is
// bounded and not strict; what is signed in it is read strictly when it is checked. [A6]
#include "protocol/agreement/relay/relay.hpp"
#include "protocol/agreement/signature_shapes.hpp"
#include "protocol/log/log_shapes.hpp"
#include "protocol/wire/form/fields.hpp"

namespace staffroom::agreement {
namespace {

using log::BodyState;

constexpr std::uint32_t records_field = 6; // of a Relay

void put_hop(schema::Hop* to, const Hop& hop) {
    to->set_agreement(wire::to_string(hop.agreement));
    put_signatures(to->mutable_signatures(), hop.signatures);
    for (const SignedStatement& card : hop.cards)
        put_statement(to->add_cards(), card);
    put_statement(to->mutable_passport(), hop.passport);
    to->set_first(wire::to_string(hop.first));
}

Result<Hop> get_hop(const schema::Hop& from) {
    if (from.agreement().size() > limits::statement_bytes_max ||
        from.first().size() > limits::statement_bytes_max ||
        static_cast<std::size_t>(from.cards_size()) > limits::cards_per_agreement_max)
        return fail(Errc::too_large, "hop");
    auto signatures = get_signatures(from.signatures());
    auto passport = get_statement(from.passport());
    if (!signatures)
        return fail(signatures.error());
    if (!passport)
        return fail(passport.error());
    Hop hop{
        to_bytes(as_view(from.agreement())),
        std::move(*signatures),
        {},
        std::move(*passport),
        to_bytes(as_view(from.first()))};
    for (const schema::SignedStatement& each : from.cards()) {
        auto card = get_statement(each);
        if (!card)
            return fail(card.error());
        hop.cards.push_back(std::move(*card));
    }
    return hop;
}

Bytes record_bytes(const RelayedRecord& record) {
    Bytes body;
    wire::append_number(body, 1, static_cast<std::uint64_t>(record.state));
    if (record.state == log::BodyState::have) {
        body.reserve(
            wire::field_bytes(record.body.salt.size()) +
            wire::field_bytes(record.body.encoded->size())
        );
        wire::append_bytes(body, 2, record.body.salt);
        wire::append_bytes(body, 3, *record.body.encoded);
    }
    Bytes bytes;
    bytes.reserve(
        wire::field_bytes(record.header.size()) + wire::field_bytes(body.size()) +
        (record.proof.size() + 1) * wire::field_bytes(TreeHash::size_bytes)
    );
    wire::append_number(bytes, 1, record.position.value);
    wire::append_bytes(bytes, 2, record.header);
    wire::append_bytes(bytes, 3, body, true);
    for (const TreeHash& hash : record.proof)
        wire::append_bytes(bytes, 4, hash.view(), true);
    return bytes;
}

/// What a message says of a body, over what one before it has said, as protobuf merges them.
Result<void> read_body(ByteView message, RelayedRecord& record) {
    for (wire::FieldReader reader(message); !reader.is_at_end();) {
        const auto field = reader.next();
        if (!field)
            return fail(field.error());
        if (field->number == 1 && field->value > static_cast<std::uint64_t>(BodyState::missing))
            return fail(Errc::unknown_value, "body state");
        if (field->number == 1)
            record.state = static_cast<BodyState>(field->value);
        else if (field->number == 2)
            record.body.salt = to_bytes(field->bytes);
        else if (field->number == 3 && field->bytes.size() > limits::body_encoded_bytes_max)
            return fail(Errc::too_large, "relayed record");
        else if (field->number == 3)
            record.body.encoded = std::make_shared<const Bytes>(to_bytes(field->bytes));
    }
    return {};
}

Result<void> read_field(const wire::FoundField& field, RelayedRecord& record) {
    if (field.number == 1)
        record.position = Position{field.value};
    else if (field.number == 2 && field.bytes.size() > limits::header_bytes_max)
        return fail(Errc::too_large, "relayed record");
    else if (field.number == 2)
        record.header = to_bytes(field.bytes);
    else if (field.number == 3)
        return read_body(field.bytes, record);
    else if (field.number == 4 && record.proof.size() == limits::tree_range_hashes_max)
        return fail(Errc::too_large, "hashes");
    else if (field.number == 4) {
        const auto hash = TreeHash::from(field.bytes);
        if (!hash)
            return fail(Errc::malformed, "id of wrong length");
        record.proof.push_back(*hash);
    }
    return {};
}

Result<RelayedRecord> get_record(ByteView message) {
    RelayedRecord record{Position{0}, {}, BodyState::have, {}, {}};
    record.proof.reserve(message.size() / wire::field_bytes(TreeHash::size_bytes) / 4);
    for (wire::FieldReader reader(message); !reader.is_at_end();) {
        const auto field = reader.next();
        if (!field)
            return fail(field.error());
        if (auto read = read_field(*field, record); !read)
            return fail(read.error());
    }
    if (record.state != BodyState::have) {
        record.body = {};
        return record;
    }
    if (record.body.salt.size() != Salt::size_bytes)
        return fail(Errc::malformed, "salt");
    if (record.body.encoded == nullptr)
        record.body.encoded = std::make_shared<const Bytes>();
    return record;
}

/// The records of a relay, and in `others` the fields of everything else, for protobuf.
Result<std::vector<RelayedRecord>> take_records(ByteView message, Bytes& others) {
    std::vector<RelayedRecord> records;
    for (wire::FieldReader reader(message); !reader.is_at_end();) {
        const ByteView from_here = reader.rest();
        const auto field = reader.next();
        if (!field)
            return fail(field.error());
        if (field->number != records_field) {
            append(others, from_here.first(from_here.size() - reader.rest().size()));
            continue;
        }
        if (records.size() == limits::relay_records_max)
            return fail(Errc::too_large, "relay");
        auto record = get_record(field->bytes);
        if (!record)
            return fail(record.error());
        records.push_back(std::move(*record));
    }
    return records;
}

Result<void> check_counts(const schema::Relay& from) {
    if (static_cast<std::size_t>(from.trail_size()) > limits::trail_hops_max ||
        static_cast<std::size_t>(from.chains_size()) > limits::relay_chains_max)
        return fail(Errc::too_large, "relay");
    return {};
}

} // namespace

Bytes encode_relay(const Relay& relay) {
    schema::Relay to;
    for (const Hop& hop : relay.trail)
        put_hop(to.add_trail(), hop);
    put_statement(to.mutable_passport(), relay.passport);
    for (const Bytes& chain : relay.chains)
        to.add_chains(wire::to_string(chain));
    log::put_head(to.mutable_head(), relay.head);
    log::put_hashes(to.mutable_to_head(), relay.to_head);
    Bytes bytes = wire::serialise(to);
    for (const RelayedRecord& record : relay.records)
        wire::append_bytes(bytes, records_field, record_bytes(record), true);
    return bytes;
}

Result<Relay> parse_relay(ByteView bytes) {
    if (bytes.size() > limits::relay_bytes_max)
        return fail(Errc::too_large, "message");
    Bytes others;
    auto records = take_records(bytes, others);
    if (!records)
        return fail(records.error());
    schema::Relay from;
    if (auto parsed = wire::parse_into(from, others, limits::relay_bytes_max); !parsed)
        return fail(parsed.error());
    if (auto counted = check_counts(from); !counted)
        return fail(counted.error());
    auto passport = get_statement(from.passport());
    auto head = log::get_head(from.head());
    auto to_head = log::get_hashes(from.to_head(), limits::tree_range_hashes_max);
    if (!passport)
        return fail(passport.error());
    if (!head)
        return fail(head.error());
    if (!to_head)
        return fail(to_head.error());
    Relay relay{{}, std::move(*passport), {}, std::move(*head), std::move(*to_head), {}};
    relay.records = std::move(*records);
    for (const schema::Hop& each : from.trail()) {
        auto hop = get_hop(each);
        if (!hop)
            return fail(hop.error());
        relay.trail.push_back(std::move(*hop));
    }
    for (const std::string& chain : from.chains()) {
        if (chain.size() > limits::chain_bytes_max)
            return fail(Errc::too_large, "chain");
        relay.chains.push_back(to_bytes(as_view(chain)));
    }
    return relay;
}

} // namespace staffroom::agreement
