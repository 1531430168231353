// Codec of entry headers and heads. Declared in log/entry.hpp and log/head.hpp. [W2] [L4]
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/head.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"
#include "protocol/wire/form/strict.hpp"

namespace staffroom::log {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::get_id;
using wire::MessageRule;
using wire::set_bytes;

constexpr std::uint32_t header_version_here = 1;

constexpr FieldRule relation_fields[] = {{1, FieldType::bytes}, {2, FieldType::u32}};
constexpr MessageRule relation_rule{relation_fields};
constexpr FieldRule predecessor_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::bytes}, {3, FieldType::u64}, {4, FieldType::bytes}};
constexpr MessageRule predecessor_rule{predecessor_fields};
constexpr FieldRule header_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::u32},
    {3, FieldType::boolean},
    {4, FieldType::bytes},
    {5, FieldType::bytes},
    {6, FieldType::bytes, true},
    {7, FieldType::message, true, &relation_rule},
    {8, FieldType::u32},
    {9, FieldType::bytes, true},
    {10, FieldType::u32},
    {11, FieldType::u32},
    {12, FieldType::u64},
    {13, FieldType::u32},
    {14, FieldType::u32},
    {15, FieldType::u32},
    {16, FieldType::u32},
    {17, FieldType::u64},
    {18, FieldType::bytes},
    {19, FieldType::u32},
    {20, FieldType::bytes},
    {21, FieldType::message, true, &predecessor_rule},
};
constexpr MessageRule header_rule{header_fields};
/// The rules for a later version: the fields of version 1 keep number and type; the content of
/// relations and predecessors is not looked at.
constexpr FieldRule later_header_fields[] = {
    {1, FieldType::u32},         {2, FieldType::u32},    {3, FieldType::boolean},
    {4, FieldType::bytes},       {5, FieldType::bytes},  {6, FieldType::bytes, true},
    {7, FieldType::bytes, true}, {8, FieldType::u32},    {9, FieldType::bytes, true},
    {10, FieldType::u32},        {11, FieldType::u32},   {12, FieldType::u64},
    {13, FieldType::u32},        {14, FieldType::u32},   {15, FieldType::u32},
    {16, FieldType::u32},        {17, FieldType::u64},   {18, FieldType::bytes},
    {19, FieldType::u32},        {20, FieldType::bytes}, {21, FieldType::bytes, true},
};
constexpr MessageRule later_header_rule{later_header_fields, 0, true};

constexpr FieldRule head_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::u64}, {3, FieldType::bytes}, {4, FieldType::u64}};
constexpr MessageRule head_rule{head_fields};

template <class Id, class List> Result<std::vector<Id>> get_ids(const List& fields) {
    std::vector<Id> ids;
    ids.reserve(static_cast<std::size_t>(fields.size()));
    for (const std::string& field : fields) {
        auto id = get_id<Id>(field);
        if (!id)
            return fail(id.error());
        ids.push_back(*id);
    }
    return ids;
}

Result<void> read_relations(const schema::EntryHeader& from, EntryHeader& header) {
    for (const schema::Relation& relation : from.about()) {
        auto target = get_id<RevisionId>(relation.target());
        if (!target)
            return fail(target.error());
        header.about.push_back({*target, relation.relation()});
    }
    for (const schema::Predecessor& older : from.predecessors()) {
        auto node_key = get_id<SigningPublicKey>(older.node_key());
        auto incarnation = get_id<Incarnation>(older.incarnation());
        auto root = get_id<TreeHash>(older.root());
        if (!node_key || !incarnation || !root)
            return fail(Errc::malformed, "predecessor");
        header.predecessors.push_back({*node_key, *incarnation, LogSize{older.size()}, *root});
    }
    return {};
}

Result<void> read_commitments(const schema::EntryHeader& from, EntryHeader& header) {
    header.codec = from.codec();
    header.encoded_length = from.encoded_length();
    header.plain_length = from.plain_length();
    header.attachment_bytes = from.attachment_bytes();
    if (!from.commitment().empty()) {
        auto commitment = get_id<Commitment>(from.commitment());
        if (!commitment)
            return fail(commitment.error());
        header.commitment = *commitment;
    }
    if (!from.payload_hash().empty()) {
        auto payload = get_id<Digest>(from.payload_hash());
        if (!payload)
            return fail(payload.error());
        header.payload = Payload{from.payload_length(), *payload};
    }
    return {};
}

Result<void> read_ids(const schema::EntryHeader& from, EntryHeader& header) {
    if (!from.document().empty()) {
        auto document = get_id<RevisionId>(from.document());
        if (!document)
            return fail(document.error());
        header.document = *document;
    }
    auto parents = get_ids<RevisionId>(from.parents());
    auto audience = get_ids<Digest>(from.audience());
    if (!parents || !audience)
        return fail(Errc::malformed, "list of ids");
    header.parents = std::move(*parents);
    header.audience = std::move(*audience);
    return read_commitments(from, header);
}

Result<void> check_bounds(const schema::EntryHeader& from, const EntryHeader& header) {
    if (header.parents.size() > limits::header_parents_max ||
        header.about.size() > limits::header_about_max ||
        header.audience.size() > limits::header_audience_max ||
        header.predecessors.size() > limits::header_predecessors_max)
        return fail(Errc::too_large, "list in a header");
    if (header.commitment && header.payload)
        return fail(Errc::malformed, "a body and a payload in one entry");
    if (!header.commitment && (header.encoded_length != 0 || header.plain_length != 0))
        return fail(Errc::malformed, "lengths without a body");
    if (!header.payload && from.payload_length() != 0)
        return fail(Errc::malformed, "length without a payload");
    if (header.encoded_length > limits::body_encoded_bytes_max ||
        header.plain_length > limits::body_plain_bytes_max ||
        from.payload_length() > limits::operation_bytes_max)
        return fail(Errc::too_large, "body or payload");
    return {};
}

} // namespace

Bytes encode_header(const EntryHeader& header) {
    schema::EntryHeader to;
    to.set_version(header_version_here);
    to.set_kind(header.kind);
    to.set_critical(header.critical);
    set_bytes(to.mutable_school(), header.school);
    if (header.document)
        set_bytes(to.mutable_document(), *header.document);
    for (const RevisionId& parent : header.parents)
        set_bytes(to.add_parents(), parent);
    for (const About& about : header.about) {
        schema::Relation* relation = to.add_about();
        set_bytes(relation->mutable_target(), about.target);
        relation->set_relation(about.relation);
    }
    to.set_reach(header.reach);
    for (const Digest& reader : header.audience)
        set_bytes(to.add_audience(), reader);
    to.set_pass_on(header.pass_on);
    to.set_retention(header.retention);
    to.set_clock_ms(header.clock.ms);
    to.set_clock_counter(header.clock_counter);
    to.set_codec(header.codec);
    to.set_encoded_length(header.encoded_length);
    to.set_plain_length(header.plain_length);
    to.set_attachment_bytes(header.attachment_bytes);
    if (header.commitment)
        set_bytes(to.mutable_commitment(), *header.commitment);
    if (header.payload) {
        to.set_payload_length(header.payload->length);
        set_bytes(to.mutable_payload_hash(), header.payload->hash);
    }
    for (const Predecessor& older : header.predecessors) {
        schema::Predecessor* predecessor = to.add_predecessors();
        set_bytes(predecessor->mutable_node_key(), older.node_key);
        set_bytes(predecessor->mutable_incarnation(), older.incarnation);
        predecessor->set_size(older.size.value);
        set_bytes(predecessor->mutable_root(), older.root);
    }
    return wire::serialise(to);
}

Result<EntryHeader> parse_header(ByteView bytes) {
    schema::EntryHeader from;
    if (auto parsed = wire::parse_strict_into(from, bytes, header_rule, limits::header_bytes_max);
        !parsed)
        return header_version(bytes) > header_version_here ? fail(Errc::unknown_version, "header")
                                                           : fail(parsed.error());
    if (from.version() != header_version_here)
        return fail(Errc::unknown_version, "header");
    auto school = get_id<SchoolId>(from.school());
    if (!school)
        return fail(school.error());

    EntryHeader header{.kind = from.kind(), .critical = from.critical(), .school = *school};
    header.reach = from.reach();
    header.pass_on = from.pass_on();
    header.retention = from.retention();
    header.clock = WallTime{from.clock_ms()};
    header.clock_counter = from.clock_counter();
    if (auto read = read_ids(from, header); !read)
        return fail(read.error());
    if (auto read = read_relations(from, header); !read)
        return fail(read.error());
    if (auto checked = check_bounds(from, header); !checked)
        return fail(checked.error());
    return header;
}

std::uint32_t header_version(ByteView bytes) {
    schema::EntryHeader from;
    return wire::parse_into(from, bytes, limits::header_bytes_max) ? from.version() : 0;
}

WallTime written_at(ByteView header_bytes) {
    schema::EntryHeader from;
    const bool is_read = wire::parse_into(from, header_bytes, limits::header_bytes_max).has_value();
    return WallTime{is_read ? from.clock_ms() : 0};
}

Result<EntryHeader> parse_any_header(ByteView bytes) {
    auto known = parse_header(bytes);
    if (known || header_version(bytes) <= header_version_here)
        return known;
    schema::EntryHeader from;
    if (auto parsed =
            wire::parse_strict_into(from, bytes, later_header_rule, limits::header_bytes_max);
        !parsed)
        return fail(parsed.error());
    auto school = get_id<SchoolId>(from.school());
    if (!school)
        return fail(school.error());
    EntryHeader header{.kind = from.kind(), .critical = from.critical(), .school = *school};
    header.version = from.version();
    if (auto read = read_commitments(from, header); !read)
        return fail(read.error());
    if (auto checked = check_bounds(from, header); !checked)
        return fail(checked.error());
    return header;
}

RevisionId revision_id(ByteView header_bytes) {
    return crypto::hash_as<RevisionId>(crypto::HashLabel::revision, header_bytes);
}

bool begins_document(const EntryHeader& header) {
    return header.version == 1 && header.commitment.has_value() && !header.document.has_value() &&
           header.kind != kind_carried_proof;
}

SignedHead sign_head(const Head& head, const crypto::SigningKey& key) {
    schema::Head to;
    set_bytes(to.mutable_log(), head.log);
    to.set_size(head.size.value);
    set_bytes(to.mutable_root(), head.root);
    to.set_time_ms(head.time.ms);
    Bytes bytes = wire::serialise(to);
    const Signature signature = key.sign(crypto::SignLabel::head, bytes);
    return {head, std::move(bytes), signature};
}

Result<SignedHead> parse_head(ByteView bytes, const Signature& signature) {
    constexpr std::size_t head_bytes_max = 256;
    schema::Head from;
    if (auto parsed = wire::parse_strict_into(from, bytes, head_rule, head_bytes_max); !parsed)
        return fail(parsed.error());
    auto log = get_id<LogId>(from.log());
    auto root = get_id<TreeHash>(from.root());
    if (!log || !root)
        return fail(Errc::malformed, "head");
    const Head head{*log, LogSize{from.size()}, *root, WallTime{from.time_ms()}};
    return SignedHead{head, to_bytes(bytes), signature};
}

Result<void>
check_head(const SignedHead& head, const LogDescriptor& descriptor, crypto::Verifier& verifier) {
    if (head.head.log != log_id(descriptor))
        return fail(Errc::malformed, "a head of another log");
    if (!verifier.verify(crypto::SignLabel::head, descriptor.node_key, head.bytes, head.signature))
        return fail(Errc::bad_signature, "head");
    return {};
}

} // namespace staffroom::log
