// Codec of inceptions, chain events and whole chains. Declared in identity/chain_events.hpp.
// [W2]
#include "protocol/base/limits.hpp"
#include "protocol/identity/chain_events.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"
#include "protocol/wire/form/strict.hpp"

namespace staffroom::identity {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::get_id;
using wire::MessageRule;
using wire::parse_into;
using wire::parse_strict_into;
using wire::serialise;
using wire::set_bytes;
using wire::to_string;

constexpr std::uint32_t identity_version = 1;

constexpr FieldRule inception_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::bytes, true},
    {3, FieldType::u32},
    {4, FieldType::bytes},
    {5, FieldType::u64},
    {6, FieldType::bytes},
};
constexpr MessageRule inception_rule{inception_fields};

constexpr FieldRule certificate_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::bytes}, {3, FieldType::bytes}, {4, FieldType::bytes}};
constexpr MessageRule certificate_rule{certificate_fields};
constexpr FieldRule root_change_fields[] = {
    {1, FieldType::bytes, true}, {2, FieldType::u32}, {3, FieldType::bytes}};
constexpr MessageRule root_change_rule{root_change_fields};
constexpr FieldRule pin_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::u64}, {3, FieldType::bytes}};
constexpr MessageRule pin_rule{pin_fields};
constexpr FieldRule revocation_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::message, true, &pin_rule}};
constexpr MessageRule revocation_rule{revocation_fields};

constexpr FieldRule event_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::bytes},
    {3, FieldType::u32},
    {4, FieldType::bytes},
    {10, FieldType::message, false, &certificate_rule},
    {11, FieldType::message, false, &root_change_rule},
    {12, FieldType::message, false, &revocation_rule},
};
constexpr MessageRule event_rule{event_fields, 10};

template <class List> Result<std::vector<SigningPublicKey>> get_root_keys(const List& fields) {
    if (fields.empty() || static_cast<std::size_t>(fields.size()) > limits::root_keys_max)
        return fail(Errc::too_large, "number of root keys");
    std::vector<SigningPublicKey> keys;
    for (const std::string& field : fields) {
        auto key = get_id<SigningPublicKey>(field);
        if (!key)
            return fail(key.error());
        if (std::find(keys.begin(), keys.end(), *key) != keys.end())
            return fail(Errc::malformed, "a root key listed twice");
        keys.push_back(*key);
    }
    return keys;
}

Result<Certificate> get_certificate(const schema::NodeCertificate& from) {
    auto signing = get_id<SigningPublicKey>(from.signing_key());
    auto transport = get_id<TransportPublicKey>(from.transport_key());
    auto encryption = get_id<EncryptionPublicKey>(from.encryption_key());
    auto id = get_id<CertificateId>(from.certificate_id());
    if (!signing || !transport || !encryption || !id)
        return fail(Errc::malformed, "certificate");
    return Certificate{*signing, *transport, *encryption, *id};
}

Result<RootChange> get_root_change(const schema::RootChange& from) {
    auto keys = get_root_keys(from.root_keys());
    auto next = get_id<Digest>(from.next_root_digest());
    if (!keys || !next)
        return fail(Errc::malformed, "root change");
    if (from.threshold() == 0 || from.threshold() > keys->size())
        return fail(Errc::malformed, "threshold");
    return RootChange{std::move(*keys), from.threshold(), *next};
}

Result<Revocation> get_revocation(const schema::Revocation& from) {
    auto id = get_id<CertificateId>(from.certificate_id());
    if (!id)
        return fail(id.error());
    Revocation revocation{*id, {}};
    for (const schema::LogPin& pin : from.pins()) {
        auto log = get_id<LogId>(pin.log());
        auto root = get_id<TreeHash>(pin.root());
        if (!log || !root)
            return fail(Errc::malformed, "pin");
        revocation.pins.push_back({*log, LogSize{pin.size()}, *root});
    }
    return revocation;
}

struct ActWriter {
    schema::ChainEvent& to;

    void operator()(const Certificate& act) const {
        schema::NodeCertificate* certificate = to.mutable_certificate();
        set_bytes(certificate->mutable_signing_key(), act.signing_key);
        set_bytes(certificate->mutable_transport_key(), act.transport_key);
        set_bytes(certificate->mutable_encryption_key(), act.encryption_key);
        set_bytes(certificate->mutable_certificate_id(), act.id);
    }
    void operator()(const RootChange& act) const {
        schema::RootChange* change = to.mutable_root_change();
        for (const SigningPublicKey& key : act.root_keys)
            set_bytes(change->add_root_keys(), key);
        change->set_threshold(act.threshold);
        set_bytes(change->mutable_next_root_digest(), act.next_root_digest);
    }
    void operator()(const Revocation& act) const {
        schema::Revocation* revocation = to.mutable_revocation();
        set_bytes(revocation->mutable_certificate_id(), act.certificate);
        for (const LogPin& pin : act.pins) {
            schema::LogPin* added = revocation->add_pins();
            set_bytes(added->mutable_log(), pin.log);
            added->set_size(pin.size.value);
            set_bytes(added->mutable_root(), pin.root);
        }
    }
};

} // namespace

Bytes encode_inception(const Inception& inception) {
    schema::Inception to;
    to.set_version(identity_version);
    for (const SigningPublicKey& key : inception.root_keys)
        set_bytes(to.add_root_keys(), key);
    to.set_threshold(inception.threshold);
    set_bytes(to.mutable_next_root_digest(), inception.next_root_digest);
    to.set_created_ms(inception.created.ms);
    to.set_nonce(to_string(inception.nonce));
    return serialise(to);
}

Result<Inception> decode_inception(ByteView bytes) {
    schema::Inception from;
    if (auto parsed = parse_strict_into(from, bytes, inception_rule, limits::chain_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != identity_version)
        return fail(Errc::unknown_version, "inception");
    auto keys = get_root_keys(from.root_keys());
    auto next = get_id<Digest>(from.next_root_digest());
    if (!keys || !next)
        return fail(Errc::malformed, "inception");
    if (from.threshold() == 0 || from.threshold() > keys->size())
        return fail(Errc::malformed, "threshold");
    if (from.nonce().size() != 16)
        return fail(Errc::malformed, "nonce");
    return Inception{
        std::move(*keys),
        from.threshold(),
        *next,
        WallTime{from.created_ms()},
        to_bytes(as_view(from.nonce()))};
}

Bytes encode_chain_event(const ChainEvent& event) {
    schema::ChainEvent to;
    to.set_version(identity_version);
    set_bytes(to.mutable_school(), event.school);
    to.set_sequence(event.sequence);
    set_bytes(to.mutable_previous(), event.previous);
    std::visit(ActWriter{to}, event.act);
    return serialise(to);
}

Result<ChainEvent> decode_chain_event(ByteView bytes) {
    schema::ChainEvent from;
    if (auto parsed = parse_strict_into(from, bytes, event_rule, limits::chain_bytes_max); !parsed)
        return fail(parsed.error());
    if (from.version() != identity_version)
        return fail(Errc::unknown_version, "chain event");
    auto school = get_id<SchoolId>(from.school());
    auto previous = get_id<Digest>(from.previous());
    if (!school || !previous)
        return fail(Errc::malformed, "chain event");
    const auto finish = [&](auto act) -> Result<ChainEvent> {
        if (!act)
            return fail(act.error());
        return ChainEvent{*school, from.sequence(), *previous, std::move(*act)};
    };
    switch (from.act_case()) {
    case schema::ChainEvent::kCertificate: return finish(get_certificate(from.certificate()));
    case schema::ChainEvent::kRootChange: return finish(get_root_change(from.root_change()));
    case schema::ChainEvent::kRevocation: return finish(get_revocation(from.revocation()));
    case schema::ChainEvent::ACT_NOT_SET: break;
    }
    return fail(Errc::malformed, "chain event without an act");
}

Bytes encode_chain(const ChainParts& parts) {
    schema::IdentityChain to;
    to.set_inception(to_string(parts.inception));
    for (const SignedChainEvent& event : parts.events) {
        schema::SignedChainEvent* added = to.add_events();
        added->set_event(to_string(event.event));
        for (const RootSignature& signature : event.signatures) {
            schema::RootSignature* one = added->add_signatures();
            one->set_key(signature.key);
            set_bytes(one->mutable_signature(), signature.signature);
        }
    }
    return serialise(to);
}

Result<ChainParts> decode_chain(ByteView bytes) {
    schema::IdentityChain from;
    if (auto parsed = parse_into(from, bytes, limits::chain_bytes_max); !parsed)
        return fail(parsed.error());
    if (static_cast<std::size_t>(from.events_size()) > limits::chain_events_max)
        return fail(Errc::too_large, "events of a chain");
    ChainParts parts{to_bytes(as_view(from.inception())), {}};
    for (const schema::SignedChainEvent& event : from.events()) {
        if (static_cast<std::size_t>(event.signatures_size()) > limits::root_keys_max)
            return fail(Errc::too_large, "signatures of a chain event");
        SignedChainEvent added{to_bytes(as_view(event.event())), {}};
        for (const schema::RootSignature& one : event.signatures()) {
            auto signature = get_id<Signature>(one.signature());
            if (!signature)
                return fail(signature.error());
            added.signatures.push_back({one.key(), *signature});
        }
        parts.events.push_back(std::move(added));
    }
    return parts;
}

} // namespace staffroom::identity
