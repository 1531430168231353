#include "tests/support/store/store_builder.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/log/tree_range.hpp"

namespace staffroom::tests {

using replica::BodyState;
using replica::NewEntry;

namespace {

template <class Fixed> Fixed random_fixed(std::mt19937_64& random) {
    typename Fixed::Raw raw{};
    for (std::uint8_t& byte : raw)
        byte = static_cast<std::uint8_t>(random());
    return Fixed(raw);
}

replica::LogState empty_log(const LogOptions& options, std::mt19937_64& random) {
    log::LogDescriptor descriptor{
        .space = random_fixed<SpaceId>(random),
        .channel = options.channel,
        .school = random_fixed<SchoolId>(random),
        .node_key = random_fixed<SigningPublicKey>(random),
        .incarnation = random_fixed<Incarnation>(random),
    };
    descriptor.school = options.school.value_or(descriptor.school);
    const LogId id = log::log_id(descriptor);
    const TreeHash root = log::empty_root<log::Blake2b256>();
    return {
        .id = id,
        .descriptor = descriptor,
        .head = {{id, LogSize{0}, root, WallTime{0}}, {}, random_fixed<Signature>(random)},
        .stored = LogSize{0},
        .frontier = {},
        .right = {},
        .documents = 0,
    };
}

} // namespace

LogBuilder::LogBuilder(const LogOptions& options)
    : options_(options)
    , random_(options.seed)
    , state_(empty_log(options, random_)) {}

Bytes LogBuilder::random_bytes(std::size_t count) {
    Bytes bytes;
    bytes.reserve(count + 8);
    while (bytes.size() < count)
        append_u64_be(bytes, random_());
    bytes.resize(count);
    return bytes;
}

replica::BodyBytes LogBuilder::make_body() {
    const bool is_payload = options_.channel == log::Channel::governance;
    return {
        is_payload ? Bytes() : random_bytes(32),
        std::make_shared<const Bytes>(random_bytes(options_.body_bytes))};
}

NewEntry LogBuilder::make_entry(BodyState state) {
    auto header = std::make_shared<const Bytes>(random_bytes(options_.header_bytes));
    const RevisionId revision = storage::revision_of(*header);
    return {revision, header, state, state == BodyState::have ? make_body() : replica::BodyBytes{}};
}

replica::LogAppend LogBuilder::append(std::vector<NewEntry> entries) {
    replica::LogAppend append{state_, Position{state_.stored.value}, std::move(entries), {}};
    std::vector<TreeHash> leaves;
    for (const NewEntry& entry : append.entries)
        leaves.push_back(log::leaf_hash<log::Blake2b256>(*entry.header));
    log::append_leaves<log::Blake2b256>(state_.frontier, leaves, [&](const log::TreeNode& node) {
        if (node.at.level >= replica::tree_node_level_min)
            append.nodes.push_back(node);
    });
    auto root = log::root_of<log::Blake2b256>(state_.frontier);
    ensure(root.has_value());
    state_.stored = state_.frontier.end;
    state_.right = {state_.stored, state_.stored, {}};
    state_.documents += leaves.size();
    state_.head.head.size = state_.stored;
    state_.head.head.root = *root;
    state_.head.bytes = to_bytes(root->view());
    append.after = state_;
    return append;
}

replica::LogAppend LogBuilder::append(std::size_t count) {
    std::vector<NewEntry> entries;
    entries.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        entries.push_back(make_entry());
    return append(std::move(entries));
}

replica::StoreBatch batch_of(replica::LogAppend append) {
    replica::StoreBatch batch;
    batch.appends.push_back(std::move(append));
    return batch;
}

} // namespace staffroom::tests
