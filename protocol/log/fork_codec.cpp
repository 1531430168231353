// Codec of the evidence of a fork, which is kept and forwarded. Declared in log/fork_proof.hpp, and
// in log/log_shapes.hpp what it shares with the messages of a link. [W2]
#include "protocol/base/limits.hpp"
#include "protocol/log/fork_proof.hpp"
#include "protocol/log/log_shapes.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::log {
namespace {

constexpr wire::FieldRule signed_head_fields[] = {
    {1, wire::FieldType::bytes}, {2, wire::FieldType::bytes}};
constexpr wire::MessageRule signed_head_rule{signed_head_fields};
constexpr wire::FieldRule descriptor_fields[] = {
    {1, wire::FieldType::bytes},
    {2, wire::FieldType::u32},
    {3, wire::FieldType::bytes},
    {4, wire::FieldType::bytes},
    {5, wire::FieldType::bytes}};
constexpr wire::MessageRule descriptor_rule{descriptor_fields};
constexpr wire::FieldRule side_fields[] = {
    {1, wire::FieldType::message, false, &signed_head_rule},
    {2, wire::FieldType::bytes},
    {3, wire::FieldType::bytes, true}};
constexpr wire::MessageRule side_rule{side_fields};
constexpr wire::FieldRule proof_fields[] = {
    {1, wire::FieldType::u32},
    {2, wire::FieldType::message, false, &descriptor_rule},
    {3, wire::FieldType::u64},
    {4, wire::FieldType::bytes, true},
    {5, wire::FieldType::message, false, &side_rule},
    {6, wire::FieldType::message, false, &side_rule}};
constexpr wire::MessageRule proof_rule{proof_fields};

constexpr std::uint32_t proof_version = 1;

void put_side(schema::ForkSide* to, const SignedHead& head, const ForkSide& side) {
    put_head(to->mutable_head(), head);
    wire::set_bytes(to->mutable_leaf(), side.leaf);
    put_hashes(to->mutable_right(), side.right.hashes);
}

struct ReadSide {
    SignedHead head;
    ForkSide side;
};

Result<ReadSide> get_side(const schema::ForkSide& from, Position position) {
    auto head = get_head(from.head());
    if (!head)
        return fail(head.error());
    auto leaf = wire::get_id<TreeHash>(from.leaf());
    auto right = get_hashes(from.right(), limits::tree_range_hashes_max);
    if (!leaf)
        return fail(leaf.error());
    if (!right)
        return fail(right.error());
    const LogSize size = head->head.size;
    if (position.value >= size.value)
        return fail(Errc::malformed, "a fork beyond its head");
    CompactRange range{LogSize{position.value + 1}, size, std::move(*right)};
    const ForkSide side{size, head->head.root, *leaf, std::move(range)};
    return ReadSide{std::move(*head), side};
}

} // namespace

void put_descriptor(schema::LogDescriptor* to, const LogDescriptor& descriptor) {
    wire::set_bytes(to->mutable_space(), descriptor.space);
    to->set_channel(static_cast<std::uint32_t>(descriptor.channel));
    wire::set_bytes(to->mutable_school(), descriptor.school);
    wire::set_bytes(to->mutable_node_key(), descriptor.node_key);
    wire::set_bytes(to->mutable_incarnation(), descriptor.incarnation);
}

Result<LogDescriptor> get_descriptor(const schema::LogDescriptor& from) {
    auto space = wire::get_id<SpaceId>(from.space());
    auto channel = parse_channel(from.channel());
    auto school = wire::get_id<SchoolId>(from.school());
    auto node_key = wire::get_id<SigningPublicKey>(from.node_key());
    auto incarnation = wire::get_id<Incarnation>(from.incarnation());
    if (!space || !channel || !school || !node_key || !incarnation)
        return fail(Errc::malformed, "log descriptor");
    return LogDescriptor{*space, *channel, *school, *node_key, *incarnation};
}

void put_head(schema::SignedHead* to, const SignedHead& head) {
    to->set_head(wire::to_string(head.bytes));
    wire::set_bytes(to->mutable_signature(), head.signature);
}

Result<SignedHead> get_head(const schema::SignedHead& from) {
    auto signature = wire::get_id<Signature>(from.signature());
    if (!signature)
        return fail(signature.error());
    return parse_head(as_view(from.head()), *signature);
}

void put_hashes(
    google::protobuf::RepeatedPtrField<std::string>* to, const std::vector<TreeHash>& hashes
) {
    for (const TreeHash& hash : hashes)
        wire::set_bytes(to->Add(), hash);
}

Result<std::vector<TreeHash>>
get_hashes(const google::protobuf::RepeatedPtrField<std::string>& from, std::size_t count_max) {
    if (static_cast<std::size_t>(from.size()) > count_max)
        return fail(Errc::too_large, "hashes");
    std::vector<TreeHash> hashes;
    hashes.reserve(static_cast<std::size_t>(from.size()));
    for (const std::string& field : from) {
        auto hash = wire::get_id<TreeHash>(field);
        if (!hash)
            return fail(hash.error());
        hashes.push_back(*hash);
    }
    return hashes;
}

Bytes encode_fork_proof(const ForkProof& proof) {
    schema::ForkProof to;
    to.set_version(proof_version);
    put_descriptor(to.mutable_described(), proof.descriptor);
    to.set_position(proof.evidence.position.value);
    put_hashes(to.mutable_shared(), proof.evidence.shared.hashes);
    put_side(to.mutable_one(), proof.head_a, proof.evidence.a);
    put_side(to.mutable_other(), proof.head_b, proof.evidence.b);
    return wire::serialise(to);
}

Result<ForkProof> parse_fork_proof(ByteView bytes) {
    schema::ForkProof from;
    if (auto parsed =
            wire::parse_strict_into(from, bytes, proof_rule, limits::fork_proof_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != proof_version)
        return fail(Errc::unknown_version, "evidence of a fork");
    auto descriptor = get_descriptor(from.described());
    if (!descriptor)
        return fail(descriptor.error());
    const Position position{from.position()};
    auto shared = get_hashes(from.shared(), limits::tree_range_hashes_max);
    auto one = get_side(from.one(), position);
    auto other = get_side(from.other(), position);
    if (!shared)
        return fail(shared.error());
    if (!one)
        return fail(one.error());
    if (!other)
        return fail(other.error());
    CompactRange below{LogSize{0}, LogSize{position.value}, std::move(*shared)};
    return ForkProof{
        *descriptor,
        std::move(one->head),
        std::move(other->head),
        ForkEvidence{position, std::move(below), std::move(one->side), std::move(other->side)}};
}

} // namespace staffroom::log
