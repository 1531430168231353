#include "tests/fuzz/targets.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/identity/phrase.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/head.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/network/invitation.hpp"
#include "protocol/network/notice.hpp"
#include "protocol/network/operations.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/record_files.hpp"
#include "protocol/replica/replica.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/support/seeded_random.hpp"

namespace staffroom::fuzz {
namespace {

/// Takes the first `count` bytes off the input; zeros where it is shorter.
Bytes take(ByteView& input, std::size_t count) {
    Bytes taken(count, 0);
    const std::size_t length = std::min(count, input.size());
    std::copy_n(input.begin(), length, taken.begin());
    input = input.subspan(length);
    return taken;
}

/// What parses must say the same when it is written and parsed again.
void header(ByteView input) {
    const auto parsed = log::parse_header(input);
    if (!parsed)
        return;
    const auto again = log::parse_header(log::encode_header(*parsed));
    ensure(again.has_value() && *again == *parsed);
}

void head(ByteView input) {
    const auto signature = *Signature::from(take(input, Signature::size_bytes));
    if (const auto parsed = log::parse_head(input, signature))
        ensure(parsed->bytes.size() == input.size());
}

void operation(ByteView input) {
    const auto parsed = network::parse_operation(input);
    if (parsed)
        ensure(network::parse_operation(network::encode_operation(*parsed)).has_value());
}

void genesis(ByteView input) {
    const auto parsed = network::parse_genesis(input);
    if (parsed)
        ensure(!first_unreadable_byte(parsed->name));
}

void notice(ByteView input) {
    const auto parsed = network::decode_signed_notice(input);
    if (parsed)
        ensure(network::encode_signed_notice(*parsed).size() == input.size());
}

void chain(ByteView input) {
    crypto::SodiumVerifier verifier;
    const auto parsed = identity::IdentityChain::parse(input, verifier);
    if (parsed)
        ensure(identity::IdentityChain::parse(parsed->wire(), verifier).has_value());
}

void message(ByteView input) {
    const auto decoded = wire::decode_message(input);
    if (decoded)
        ensure(wire::decode_message(wire::encode_message(*decoded)).has_value());
}

void body(ByteView input) {
    const std::uint64_t codec = take(input, 1)[0] % 4;
    const std::uint64_t plain_length = read_u32_be(take(input, 4)) % (1U << 20U);
    const auto decoded = records::decode_body(codec, plain_length, input);
    if (decoded)
        ensure(records::encode_body(*decoded).has_value());
}

/// The files that travel with whatever a body says.
void files(ByteView input) {
    tests::SeededRandom random(1);
    log::EntryHeader entry{.kind = 1, .school = random.make<SchoolId>()};
    entry.plain_length = static_cast<std::uint32_t>(std::min(input.size(), std::size_t{300'000}));
    entry.encoded_length = entry.plain_length;
    entry.commitment = random.make<Commitment>();
    const log::BodyBytes body{
        Bytes(32), std::make_shared<const Bytes>(to_bytes(input.first(entry.plain_length)))};
    const auto named = replica::files_of(log::encode_header(entry), body);
    if (!named)
        return;
    std::uint64_t bytes = 0;
    for (const replica::FileName& file : *named)
        bytes += file.size;
    ensure(named->size() <= limits::attachments_per_record_max);
    ensure(bytes <= limits::attachments_bytes_max);
}

void phrase(ByteView input) {
    const auto entropy = identity::entropy_from_phrase(as_text(input));
    if (entropy)
        ensure(identity::phrase_from_entropy(*entropy).has_value());
}

void invitation(ByteView input) {
    const auto code = network::InvitationCode::parse(as_text(input));
    if (code)
        ensure(network::InvitationCode::parse(code->text()).has_value());
}

void text(ByteView input) {
    const std::string typed(as_text(input));
    if (const auto bytes = from_base32(typed))
        ensure(to_base32(*bytes) == typed);
    static_cast<void>(first_unreadable_byte(typed));
}

/// A replica that belongs to no network, as a stranger meets it: whatever comes, not one byte goes
/// out.
void stranger(ByteView input) {
    tests::SeededRandom random(1);
    crypto::SodiumVerifier verifier;
    crypto::Secret32 secret;
    random.fill(secret.writable());
    replica::NodeKeys keys{
        crypto::SigningKey(secret), channel::TransportKeyPair::from_secret(secret)};
    const identity::Certificate certificate{
        keys.signing.public_key(),
        keys.transport.public_key,
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    const auto school = identity::found_school(
        keys.signing, keys.signing.public_key(), certificate, WallTime{1}, random
    );
    auto opened = replica::Replica::open(
        {std::move(keys), school.school, school.wire, {}}, {}, random, verifier
    );
    ensure(opened.has_value());
    replica::Outbox out;
    (*opened)->handle(Instant{1}, WallTime{1}, replica::LinkOpened{{2}, false, "x"}, out);
    const std::size_t half = input.size() / 2;
    for (const ByteView part : {input.first(half), input.subspan(half)})
        (*opened)->handle(Instant{2}, WallTime{1}, replica::BytesArrived{{2}, part}, out);
    for (const replica::Output& output : out)
        ensure(!std::holds_alternative<replica::SendBytes>(output));
}

constexpr Target table[] = {
    {"header", header},
    {"head", head},
    {"operation", operation},
    {"genesis", genesis},
    {"notice", notice},
    {"chain", chain},
    {"message", message},
    {"body", body},
    {"files", files},
    {"phrase", phrase},
    {"invitation", invitation},
    {"text", text},
    {"stranger", stranger},
};

} // namespace

std::span<const Target> targets() {
    return table;
}

} // namespace staffroom::fuzz
