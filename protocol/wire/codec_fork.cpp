// Codec of forks: the evidence that is kept and forwarded (declared in log/fork_proof.hpp), and the
// question and answer of a search.
#include "protocol/base/limits.hpp"
#include "protocol/log/fork_proof.hpp"
#include "protocol/wire/convert.hpp"
#include "protocol/wire/convert_link.hpp"

namespace staffroom::wire {
namespace {

constexpr FieldRule head_fields[] = {{1, FieldType::bytes}, {2, FieldType::bytes}};
constexpr MessageRule head_rule{head_fields};
constexpr FieldRule descriptor_fields[] = {
    {1, FieldType::bytes},
    {2, FieldType::u32},
    {3, FieldType::bytes},
    {4, FieldType::bytes},
    {5, FieldType::bytes}};
constexpr MessageRule descriptor_rule{descriptor_fields};
constexpr FieldRule side_fields[] = {
    {1, FieldType::message, false, &head_rule}, {2, FieldType::bytes}, {3, FieldType::bytes, true}};
constexpr MessageRule side_rule{side_fields};
constexpr FieldRule proof_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::message, false, &descriptor_rule},
    {3, FieldType::u64},
    {4, FieldType::bytes, true},
    {5, FieldType::message, false, &side_rule},
    {6, FieldType::message, false, &side_rule}};
constexpr MessageRule proof_rule{proof_fields};

constexpr std::uint32_t proof_version = 1;

void put_side(schema::ForkSide* to, const log::SignedHead& head, const log::ForkSide& side) {
    put_head(to->mutable_head(), head);
    set_bytes(to->mutable_leaf(), side.leaf);
    put_hashes(to->mutable_right(), side.right.hashes);
}

struct ReadSide {
    log::SignedHead head;
    log::ForkSide side;
};

Result<ReadSide> get_side(const schema::ForkSide& from, Position position) {
    auto head = get_head(from.head());
    if (!head)
        return fail(head.error());
    auto leaf = get_id<TreeHash>(from.leaf());
    auto right = get_hashes(from.right(), limits::tree_range_hashes_max);
    if (!leaf)
        return fail(leaf.error());
    if (!right)
        return fail(right.error());
    const LogSize size = head->head.size;
    if (position.value >= size.value)
        return fail(Errc::malformed, "a fork beyond its head");
    log::CompactRange range{LogSize{position.value + 1}, size, std::move(*right)};
    const log::ForkSide side{size, head->head.root, *leaf, std::move(range)};
    return ReadSide{std::move(*head), side};
}

} // namespace

void put_descriptor(schema::LogDescriptor* to, const log::LogDescriptor& descriptor) {
    set_bytes(to->mutable_space(), descriptor.space);
    to->set_channel(static_cast<std::uint32_t>(descriptor.channel));
    set_bytes(to->mutable_school(), descriptor.school);
    set_bytes(to->mutable_node_key(), descriptor.node_key);
    set_bytes(to->mutable_incarnation(), descriptor.incarnation);
}

Result<log::LogDescriptor> get_descriptor(const schema::LogDescriptor& from) {
    auto space = get_id<SpaceId>(from.space());
    auto channel = log::parse_channel(from.channel());
    auto school = get_id<SchoolId>(from.school());
    auto node_key = get_id<SigningPublicKey>(from.node_key());
    auto incarnation = get_id<Incarnation>(from.incarnation());
    if (!space || !channel || !school || !node_key || !incarnation)
        return fail(Errc::malformed, "log descriptor");
    return log::LogDescriptor{*space, *channel, *school, *node_key, *incarnation};
}

void put_head(schema::SignedHead* to, const log::SignedHead& head) {
    to->set_head(to_string(head.bytes));
    set_bytes(to->mutable_signature(), head.signature);
}

Result<log::SignedHead> get_head(const schema::SignedHead& from) {
    auto signature = get_id<Signature>(from.signature());
    if (!signature)
        return fail(signature.error());
    return log::parse_head(as_view(from.head()), *signature);
}

void put_hashes(
    google::protobuf::RepeatedPtrField<std::string>* to, const std::vector<TreeHash>& hashes
) {
    for (const TreeHash& hash : hashes)
        set_bytes(to->Add(), hash);
}

Result<std::vector<TreeHash>>
get_hashes(const google::protobuf::RepeatedPtrField<std::string>& from, std::size_t count_max) {
    if (static_cast<std::size_t>(from.size()) > count_max)
        return fail(Errc::too_large, "hashes");
    std::vector<TreeHash> hashes;
    hashes.reserve(static_cast<std::size_t>(from.size()));
    for (const std::string& field : from) {
        auto hash = get_id<TreeHash>(field);
        if (!hash)
            return fail(hash.error());
        hashes.push_back(*hash);
    }
    return hashes;
}

schema::ForkQuestion to_shape(const ForkQuestion& message) {
    schema::ForkQuestion to;
    to.set_number(message.number);
    set_bytes(to.mutable_log(), message.log);
    to.set_size(message.size.value);
    to.set_level(message.level);
    to.set_index(message.index);
    return to;
}

Result<ForkQuestion> from_shape(const schema::ForkQuestion& shape) {
    auto log = get_id<LogId>(shape.log());
    if (!log)
        return fail(log.error());
    const std::uint64_t size = shape.size();
    const bool is_inside = shape.level() == 0
                               ? shape.index() == 0
                               : shape.level() < 64 && shape.index() < (size >> shape.level());
    if (!is_inside)
        return fail(Errc::out_of_range, "question about a fork");
    return ForkQuestion{shape.number(), *log, LogSize{size}, shape.level(), shape.index()};
}

schema::ForkAnswer to_shape(const ForkAnswer& message) {
    schema::ForkAnswer to;
    to.set_number(message.number);
    if (message.head)
        put_head(to.mutable_head(), *message.head);
    put_hashes(to.mutable_hashes(), message.hashes);
    return to;
}

Result<ForkAnswer> from_shape(const schema::ForkAnswer& shape) {
    auto hashes = get_hashes(shape.hashes(), limits::fork_answer_hashes_max);
    if (!hashes)
        return fail(hashes.error());
    ForkAnswer message{shape.number(), std::nullopt, std::move(*hashes)};
    if (shape.has_head()) {
        auto head = get_head(shape.head());
        if (!head)
            return fail(head.error());
        message.head = std::move(*head);
    }
    return message;
}

} // namespace staffroom::wire

namespace staffroom::log {

Bytes encode_fork_proof(const ForkProof& proof) {
    schema::ForkProof to;
    to.set_version(wire::proof_version);
    wire::put_descriptor(to.mutable_described(), proof.descriptor);
    to.set_position(proof.evidence.position.value);
    wire::put_hashes(to.mutable_shared(), proof.evidence.shared.hashes);
    wire::put_side(to.mutable_one(), proof.head_a, proof.evidence.a);
    wire::put_side(to.mutable_other(), proof.head_b, proof.evidence.b);
    return wire::serialise(to);
}

Result<ForkProof> parse_fork_proof(ByteView bytes) {
    schema::ForkProof from;
    if (auto parsed =
            wire::parse_strict_into(from, bytes, wire::proof_rule, limits::fork_proof_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != wire::proof_version)
        return fail(Errc::unknown_version, "evidence of a fork");
    auto descriptor = wire::get_descriptor(from.described());
    if (!descriptor)
        return fail(descriptor.error());
    const Position position{from.position()};
    auto shared = wire::get_hashes(from.shared(), limits::tree_range_hashes_max);
    auto one = wire::get_side(from.one(), position);
    auto other = wire::get_side(from.other(), position);
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
