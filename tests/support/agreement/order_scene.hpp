// The governance of the author's school in Forest Edge, with orders to erase among other entries,
// and what a gateway brings of them.
#pragma once

#include "protocol/agreement/erasing/far_order.hpp"
#include "protocol/crypto/hash.hpp"
#include "tests/support/agreement/linked_scene.hpp"

namespace staffroom::tests {

struct OrderScene : LinkedScene {
    OrderScene() {
        governance.descriptor.channel = log::Channel::governance;
        for (std::size_t i = 0; i < 5; ++i) {
            orders.push_back(
                {author.id,
                 {log::revision_id(log.records.at(i % log.records.size()).header)},
                 i == 4 ? network::ErasureKind::files_only : network::ErasureKind::whole,
                 network::ErasureReason::asked}
            );
            append(network::encode_erasure(orders.back()));
        }
    }

    /// Whatever its author's log says.
    void append(const Bytes& payload) {
        log::EntryHeader header{
            .kind = log::kind_operation, .critical = false, .school = author.id};
        header.payload = log::Payload{
            static_cast<std::uint32_t>(payload.size()),
            crypto::hash(crypto::HashLabel::payload, payload)};
        const Bytes bytes = log::encode_header(header);
        governance.leaves.push_back(log::leaf_hash<log::Blake2b256>(bytes));
        governance.records.push_back({bytes, {{}, std::make_shared<const Bytes>(payload)}});
    }

    /// The order at this place as an honest gateway brings it, by the head of all.
    [[nodiscard]] agreement::FarOrder far_order(std::size_t place) const {
        const std::size_t size = governance.leaves.size();
        const SceneRecord& entry = governance.records.at(place);
        return {
            governance.descriptor,
            Position{place},
            entry.header,
            *entry.body.encoded,
            governance.head(size),
            governance.record(place, size).proof,
            author.chain.wire(),
            *network::parse_erasure(*entry.body.encoded)};
    }

    SceneLog governance{*this, author, forest.id};
    std::vector<network::ErasureOrder> orders{};
};

} // namespace staffroom::tests
