// Codec of what networks are made of: genesis and notices. Declared in network/; operations have
// a codec of their own (operations_codec). [W2] [N4]
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/network/address_form.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/network/notice.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"
#include "protocol/wire/form/strict.hpp"

namespace staffroom::network {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::get_id;
using wire::MessageRule;
using wire::set_bytes;

constexpr std::uint32_t network_version = 1;
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t focus_bytes_max = 1000;

constexpr FieldRule genesis_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::bytes},
    {3, FieldType::bytes},
    {4, FieldType::bytes},
    {5, FieldType::bytes},
    {6, FieldType::bytes},
    {7, FieldType::bytes},
};
constexpr MessageRule genesis_rule{genesis_fields};

constexpr FieldRule notice_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::u32},
    {3, FieldType::bytes},
    {4, FieldType::bytes},
    {5, FieldType::bytes},
    {6, FieldType::u64},
    {7, FieldType::bytes},
};
constexpr MessageRule notice_rule{notice_fields};

bool is_plain_name(const std::string& text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max && !first_unreadable_byte(text);
}

} // namespace

Digest Genesis::charter_hash() const {
    return crypto::hash(crypto::HashLabel::charter, as_view(charter));
}

Result<Bytes> make_genesis(
    std::string name,
    std::string focus,
    std::string charter,
    const SchoolId& founder,
    Random& random
) {
    if (!is_plain_name(name, name_bytes_max))
        return fail(Errc::invalid_input, "a network needs a name of 1 to 200 bytes");
    if (!is_plain_name(focus, focus_bytes_max))
        return fail(Errc::invalid_input, "a network needs a pedagogic focus of 1 to 1000 bytes");
    if (charter.size() > limits::charter_bytes_max || first_unreadable_byte(charter))
        return fail(Errc::too_large, "the charter is longer than 64 KiB or not plain text");
    schema::Genesis to;
    to.set_version(network_version);
    const auto charter_hash = crypto::hash(crypto::HashLabel::charter, as_view(charter));
    set_bytes(to.mutable_charter_hash(), charter_hash);
    to.set_name(std::move(name));
    to.set_focus(std::move(focus));
    set_bytes(to.mutable_founder(), founder);
    crypto::Secret32 seed;
    random.fill(seed.writable());
    set_bytes(to.mutable_secret_seed(), seed);
    to.set_charter(std::move(charter));
    return wire::serialise(to);
}

Result<Genesis> parse_genesis(ByteView bytes) {
    if (bytes.size() > limits::genesis_bytes_max + limits::charter_bytes_max)
        return fail(Errc::too_large, "genesis");
    schema::Genesis from;
    if (auto parsed = wire::parse_strict_into(from, bytes, genesis_rule, bytes.size()); !parsed)
        return fail(parsed.error());
    if (from.version() != network_version)
        return fail(Errc::unknown_version, "genesis");
    auto founder = get_id<SchoolId>(from.founder());
    auto seed = crypto::Secret32::from(as_view(from.secret_seed()));
    auto charter_hash = get_id<Digest>(from.charter_hash());
    if (!founder || !seed || !charter_hash || !is_plain_name(from.name(), name_bytes_max) ||
        !is_plain_name(from.focus(), focus_bytes_max) || first_unreadable_byte(from.charter()))
        return fail(Errc::malformed, "genesis");
    Genesis genesis{from.name(), from.focus(), from.charter(), *founder, std::move(*seed)};
    if (genesis.charter_hash() != *charter_hash)
        return fail(Errc::bad_commitment, "charter");
    return genesis;
}

NetworkId network_id(ByteView genesis_bytes) {
    return crypto::hash_as<NetworkId>(crypto::HashLabel::genesis, genesis_bytes);
}

crypto::Secret32 meeting_key(const Genesis& genesis) {
    return crypto::Secret32(
        crypto::keyed_hash(crypto::HashLabel::meeting_key, genesis.seed.view(), {}).raw()
    );
}

Digest subject(const Notice& notice) {
    crypto::Hasher hasher(crypto::HashLabel::notice);
    hasher.update_u64(static_cast<std::uint64_t>(notice.kind));
    hasher.update(notice.space.view()).update(notice.school.view()).update(notice.node_key.view());
    return hasher.finish();
}

SignedNotice sign_notice(const Notice& notice, const crypto::SigningKey& key) {
    schema::Notice to;
    to.set_version(network_version);
    to.set_kind(static_cast<std::uint32_t>(notice.kind));
    set_bytes(to.mutable_space(), notice.space);
    set_bytes(to.mutable_school(), notice.school);
    set_bytes(to.mutable_node_key(), notice.node_key);
    to.set_counter(notice.counter);
    to.set_content(wire::to_string(notice.content));
    Bytes bytes = wire::serialise(to);
    const Signature signature = key.sign(crypto::SignLabel::notice, bytes);
    return {notice, std::move(bytes), signature};
}

Result<SignedNotice> parse_notice(ByteView bytes, const Signature& signature) {
    schema::Notice from;
    if (auto parsed = wire::parse_strict_into(from, bytes, notice_rule, limits::notice_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != network_version)
        return fail(Errc::unknown_version, "notice");
    if (from.kind() < 1 || from.kind() > limits::notice_kinds_max)
        return fail(Errc::unknown_value, "notice kind");
    auto space = get_id<SpaceId>(from.space());
    auto school = get_id<SchoolId>(from.school());
    auto node_key = get_id<SigningPublicKey>(from.node_key());
    if (!space || !school || !node_key)
        return fail(Errc::malformed, "notice");
    Notice notice{
        static_cast<NoticeKind>(from.kind()),
        *space,
        *school,
        *node_key,
        from.counter(),
        to_bytes(as_view(from.content()))};
    return SignedNotice{std::move(notice), to_bytes(bytes), signature};
}

bool check_notice(const SignedNotice& notice, crypto::Verifier& verifier) {
    return verifier.verify(
        crypto::SignLabel::notice, notice.notice.node_key, notice.bytes, notice.signature
    );
}

Bytes encode_signed_notice(const SignedNotice& notice) {
    Bytes out = to_bytes(notice.signature.view());
    append(out, notice.bytes);
    return out;
}

Result<SignedNotice> decode_signed_notice(ByteView bytes) {
    if (bytes.size() < Signature::size_bytes)
        return fail(Errc::truncated, "notice");
    const auto signature = Signature::from(bytes.first(Signature::size_bytes));
    return parse_notice(bytes.subspan(Signature::size_bytes), *signature);
}

Bytes encode_addresses(const std::vector<std::string>& addresses) {
    schema::Addresses to;
    for (const std::string& address : addresses)
        to.add_addresses(address);
    return wire::serialise(to);
}

Result<std::vector<std::string>> decode_addresses(ByteView bytes) {
    constexpr int addresses_max = 8;
    schema::Addresses from;
    if (auto parsed = wire::parse_into(from, bytes, limits::notice_bytes_max); !parsed)
        return fail(parsed.error());
    if (from.addresses_size() > addresses_max)
        return fail(Errc::too_large, "number of addresses");
    std::vector<std::string> addresses;
    for (const std::string& address : from.addresses()) {
        if (!is_dialable(address))
            return fail(Errc::malformed, "address");
        addresses.push_back(address);
    }
    return addresses;
}

} // namespace staffroom::network
