// Codec of relays. Declared in agreement/relay/relay. A relay is not signed, so its envelope is
// bounded and not strict; what is signed in it is read strictly when it is checked. [A6]
#include "protocol/agreement/relay/relay.hpp"
#include "protocol/agreement/signature_shapes.hpp"
#include "protocol/log/log_shapes.hpp"

namespace staffroom::agreement {
namespace {

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

void put_record(schema::RelayedRecord* to, const RelayedRecord& record) {
    to->set_position(record.position.value);
    to->set_header(wire::to_string(record.header));
    to->mutable_body()->set_state(static_cast<std::uint32_t>(record.state));
    if (record.state == log::BodyState::have) {
        to->mutable_body()->set_salt(wire::to_string(record.body.salt));
        to->mutable_body()->set_encoded(wire::to_string(*record.body.encoded));
    }
    log::put_hashes(to->mutable_proof(), record.proof);
}

Result<RelayedRecord> get_record(const schema::RelayedRecord& from) {
    const schema::Body& body = from.body();
    if (body.state() > static_cast<std::uint32_t>(log::BodyState::missing))
        return fail(Errc::unknown_value, "body state");
    if (from.header().size() > limits::header_bytes_max ||
        body.encoded().size() > limits::body_encoded_bytes_max)
        return fail(Errc::too_large, "relayed record");
    auto proof = log::get_hashes(from.proof(), limits::tree_range_hashes_max);
    if (!proof)
        return fail(proof.error());
    RelayedRecord record{
        Position{from.position()},
        to_bytes(as_view(from.header())),
        static_cast<log::BodyState>(body.state()),
        {},
        std::move(*proof)};
    if (record.state != log::BodyState::have)
        return record;
    if (body.salt().size() != Salt::size_bytes)
        return fail(Errc::malformed, "salt");
    record.body.salt = to_bytes(as_view(body.salt()));
    record.body.encoded = std::make_shared<const Bytes>(to_bytes(as_view(body.encoded())));
    return record;
}

Result<void> check_counts(const schema::Relay& from) {
    if (static_cast<std::size_t>(from.trail_size()) > limits::trail_hops_max ||
        static_cast<std::size_t>(from.chains_size()) > limits::relay_chains_max ||
        static_cast<std::size_t>(from.records_size()) > limits::relay_records_max)
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
    for (const RelayedRecord& record : relay.records)
        put_record(to.add_records(), record);
    return wire::serialise(to);
}

Result<Relay> parse_relay(ByteView bytes) {
    schema::Relay from;
    if (auto parsed = wire::parse_into(from, bytes, limits::relay_bytes_max); !parsed)
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
    for (const schema::RelayedRecord& each : from.records()) {
        auto record = get_record(each);
        if (!record)
            return fail(record.error());
        relay.records.push_back(std::move(*record));
    }
    return relay;
}

} // namespace staffroom::agreement
