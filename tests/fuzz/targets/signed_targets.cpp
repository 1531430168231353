// The things that keys sign: identity chains, heads and notices. A changed input is signed again
// with keys that everybody knows, so that the code behind a signature is reached.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/identity/chain_events.hpp"
#include "protocol/log/head.hpp"
#include "protocol/network/notice.hpp"
#include "protocol/wire/codec_records.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/test_keys.hpp"
#include "tests/support/seeded_random.hpp"

namespace staffroom::fuzz {
namespace {

using crypto::HashLabel;
using crypto::SignLabel;
using identity::RootChange;

// --------------------------------------------------------------------------------- identity chain

void chain(ByteView input) {
    crypto::SodiumVerifier verifier;
    const auto parsed = identity::IdentityChain::parse(input, verifier);
    if (!parsed)
        return;
    const auto again = identity::IdentityChain::parse(parsed->wire(), verifier);
    ensure(again.has_value() && again->tip() == parsed->tip());
    ensure(parsed->event_count() <= limits::chain_events_max);
    for (const identity::CertifiedNode& node : parsed->nodes()) {
        ensure(parsed->find_signing(node.certificate.signing_key) == &node);
        ensure(parsed->find_transport(node.certificate.transport_key) == &node);
    }
    ensure(!parsed->is_better_than(*again));
}

/// As in identity/chain: keys in their order, then the threshold. [I2]
Digest digest_of(const std::vector<SigningPublicKey>& keys, std::uint32_t threshold) {
    crypto::Hasher hasher(HashLabel::next_root);
    for (const SigningPublicKey& key : keys)
        hasher.update(key.view());
    return hasher.update_u64(threshold).finish();
}

void use_test_keys(std::vector<SigningPublicKey>& keys, unsigned first) {
    for (SigningPublicKey& key : keys) {
        if (!test_key_number(key))
            key = test_key(first).public_key();
        ++first;
    }
}

/// Events as they stand, with the bytes of those that do not parse.
struct LooseEvent {
    std::optional<identity::ChainEvent> parsed;
    identity::SignedChainEvent* place;
};

/// Names what came before and signs with those of the keys that the event says.
void sign_again(
    LooseEvent& event,
    const SchoolId& school,
    std::uint32_t sequence,
    const Digest& previous,
    const std::vector<SigningPublicKey>& keys
) {
    if (event.parsed) {
        event.parsed->school = school;
        event.parsed->sequence = sequence;
        event.parsed->previous = previous;
        event.place->event = identity::encode_chain_event(*event.parsed);
    }
    for (identity::RootSignature& one : event.place->signatures) {
        const auto number = one.key < keys.size() ? test_key_number(keys[one.key]) : std::nullopt;
        if (number)
            one.signature = test_key(*number).sign(SignLabel::chain_event, event.place->event);
    }
}

void repair_chain(Bytes& input) {
    auto parts = identity::decode_chain(input);
    if (!parts)
        return;
    auto inception = identity::decode_inception(parts->inception);
    if (!inception)
        return;
    use_test_keys(inception->root_keys, 0);
    std::vector<LooseEvent> events;
    Digest* promised = &inception->next_root_digest;
    for (identity::SignedChainEvent& one : parts->events) {
        auto parsed = identity::decode_chain_event(one.event);
        events.push_back({parsed ? std::optional(std::move(*parsed)) : std::nullopt, &one});
    }
    for (LooseEvent& event : events) {
        auto* change = event.parsed ? std::get_if<RootChange>(&event.parsed->act) : nullptr;
        if (change == nullptr)
            continue;
        use_test_keys(change->root_keys, 1);
        *promised = digest_of(change->root_keys, change->threshold);
        promised = &change->next_root_digest;
    }
    parts->inception = identity::encode_inception(*inception);
    const auto school = crypto::hash_as<SchoolId>(HashLabel::inception, parts->inception);
    Digest previous = crypto::hash(HashLabel::chain_event, parts->inception);
    std::vector<SigningPublicKey> keys = inception->root_keys;
    std::uint32_t sequence = 0;
    for (LooseEvent& event : events) {
        if (const auto* change =
                event.parsed ? std::get_if<RootChange>(&event.parsed->act) : nullptr)
            keys = change->root_keys;
        sign_again(event, school, ++sequence, previous, keys);
        previous = crypto::hash(HashLabel::chain_event, event.place->event);
    }
    input = identity::encode_chain(*parts);
}

identity::Certificate make_certificate(unsigned number, Random& random) {
    return {
        test_key(number).public_key(),
        random.make<TransportPublicKey>(),
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
}

std::vector<Bytes> chain_seeds() {
    tests::SeededRandom random(1);
    const auto school = random.make<SchoolId>();
    const auto digest = random.make<Digest>();
    const auto certificate = make_certificate(5, random);
    const std::vector<SigningPublicKey> first{test_key(0).public_key()};
    const std::vector<SigningPublicKey> two{test_key(1).public_key(), test_key(2).public_key()};
    const identity::LogPin pin{random.make<LogId>(), LogSize{7}, random.make<TreeHash>()};

    const identity::Inception inception{first, 1, digest, WallTime{1}, Bytes(16, 9)};
    const identity::RootSignature by_first{0, Signature(Signature::Raw{})};
    const identity::RootSignature by_second{1, Signature(Signature::Raw{})};
    const auto event = [&](auto act) {
        return identity::encode_chain_event({school, 1, digest, std::move(act)});
    };
    std::vector<Bytes> seeds;
    identity::ChainParts parts{identity::encode_inception(inception), {}};
    const auto keep = [&] {
        Bytes seed = identity::encode_chain(parts);
        repair_chain(seed);
        crypto::SodiumVerifier verifier;
        ensure(identity::IdentityChain::parse(seed, verifier).has_value());
        seeds.push_back(std::move(seed));
    };
    keep();
    parts.events.push_back({event(certificate), {by_first}});
    keep();
    parts.events.push_back({event(make_certificate(6, random)), {by_first}});
    parts.events.push_back({event(identity::Revocation{certificate.id, {pin}}), {by_first}});
    keep();
    parts.events.push_back({event(RootChange{two, 2, digest}), {by_first, by_second}});
    parts.events.push_back({event(make_certificate(7, random)), {by_first, by_second}});
    parts.events.push_back({event(RootChange{first, 1, digest}), {by_first}});
    keep();
    return seeds;
}

// ------------------------------------------------------------------------------------------- head

constexpr std::size_t node_key_at = 32 + 1 + 32; // in an encoded descriptor
constexpr std::size_t signature_bytes = Signature::size_bytes;

/// A descriptor, a signature, and the bytes of a head.
void head(ByteView input) {
    InputReader in(input);
    const Bytes described = in.take(log::descriptor_bytes);
    const auto signature = in.fixed<Signature>();
    const auto parsed = log::parse_head(in.rest(), signature);
    const auto descriptor = log::decode_descriptor(described);
    if (descriptor)
        ensure(log::encode_descriptor(*descriptor) == described);
    if (!parsed || !descriptor)
        return;
    ensure(parsed->bytes == to_bytes(in.rest()));
    crypto::SodiumVerifier verifier;
    if (log::check_head(*parsed, *descriptor, verifier))
        ensure(parsed->head.log == log::log_id(*descriptor));
}

void repair_head(Bytes& input) {
    InputReader in(input);
    Bytes described = in.take(log::descriptor_bytes);
    auto signature = in.fixed<Signature>();
    Bytes bytes = to_bytes(in.rest());
    const ByteView key = test_key(0).public_key().view();
    std::copy(key.begin(), key.end(), described.begin() + node_key_at);
    const auto descriptor = log::decode_descriptor(described);
    const auto parsed = log::parse_head(bytes, signature);
    if (descriptor && parsed) {
        log::Head said = parsed->head;
        said.log = log::log_id(*descriptor);
        const log::SignedHead whole = log::sign_head(said, test_key(0));
        if (said.log != parsed->head.log)
            bytes = whole.bytes;
    }
    signature = test_key(0).sign(SignLabel::head, bytes);
    input = std::move(described);
    append(input, signature.view());
    append(input, bytes);
}

std::vector<Bytes> head_seeds() {
    tests::SeededRandom random(2);
    const log::LogDescriptor descriptor{
        random.make<SpaceId>(),
        log::Channel::records,
        random.make<SchoolId>(),
        test_key(0).public_key(),
        random.make<Incarnation>()};
    std::vector<Bytes> seeds;
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{300}, ~std::uint64_t{0}}) {
        const auto root = random.make<TreeHash>();
        const auto made = log::sign_head(
            {log::log_id(descriptor), LogSize{size}, root, WallTime{size}}, test_key(0)
        );
        Bytes seed = log::encode_descriptor(descriptor);
        append(seed, made.signature.view());
        append(seed, made.bytes);
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

// ----------------------------------------------------------------------------------------- notice

void notice(ByteView input) {
    const auto parsed = network::decode_signed_notice(input);
    if (!parsed)
        return;
    ensure(network::encode_signed_notice(*parsed) == to_bytes(input));
    crypto::SodiumVerifier verifier;
    if (!network::check_notice(*parsed, verifier))
        return;
    static_cast<void>(network::subject(parsed->notice));
    if (const auto addresses = network::decode_addresses(parsed->notice.content)) {
        const auto again = network::decode_addresses(network::encode_addresses(*addresses));
        ensure(again.has_value() && *again == *addresses);
    }
    if (const auto profile = wire::decode_profile(parsed->notice.content)) {
        const auto encoded = wire::encode_profile(*profile);
        ensure(encoded.has_value());
        const auto again = wire::decode_profile(*encoded);
        ensure(again.has_value() && *again == *profile);
    }
}

void repair_notice(Bytes& input) {
    if (input.size() < signature_bytes)
        return;
    Bytes bytes = to_bytes(ByteView(input).subspan(signature_bytes));
    auto parsed = network::parse_notice(bytes, Signature(Signature::Raw{}));
    if (parsed && !test_key_number(parsed->notice.node_key)) {
        parsed->notice.node_key = test_key(0).public_key();
        bytes = network::sign_notice(parsed->notice, test_key(0)).bytes;
    }
    const auto number = parsed ? test_key_number(parsed->notice.node_key) : std::nullopt;
    const Signature signature = test_key(number.value_or(0)).sign(SignLabel::notice, bytes);
    input = to_bytes(signature.view());
    append(input, bytes);
}

std::vector<Bytes> notice_seeds() {
    tests::SeededRandom random(3);
    wire::Profile profile{"Hillside", "Yorkshire", {{"urn", "107310"}}};
    profile.area = "Leeds";
    std::vector<Bytes> seeds;
    const auto space = random.make<SpaceId>();
    const auto school = random.make<SchoolId>();
    const auto keep = [&](network::NoticeKind kind, Bytes content) {
        const network::Notice said{
            kind, space, school, test_key(0).public_key(), 7, std::move(content)};
        seeds.push_back(network::encode_signed_notice(network::sign_notice(said, test_key(0))));
    };
    keep(network::NoticeKind::profile, *wire::encode_profile(profile));
    keep(
        network::NoticeKind::addresses,
        network::encode_addresses({"hillside.example:7420", "[::1]:7420"})
    );
    return seeds;
}

} // namespace

Targets signed_targets() {
    return {
        {"chain", chain, chain_seeds, repair_chain, 120},
        {"head", head, head_seeds, repair_head},
        {"notice", notice, notice_seeds, repair_notice},
    };
}

} // namespace staffroom::fuzz
