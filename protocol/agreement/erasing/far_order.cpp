#include "protocol/agreement/erasing/far_order.hpp"

#include "protocol/crypto/hash.hpp"
#include "protocol/log/entry.hpp"

#include <algorithm>

namespace staffroom::agreement {

std::optional<Refusal> why_unproven(const FarOrder& order, crypto::Verifier& verifier) {
    const log::LogDescriptor& descriptor = order.descriptor;
    const auto header = log::parse_header(order.header);
    if (!header || descriptor.channel != log::Channel::governance)
        return Refusal::unreadable;
    // What coordinators order of a school that is gone follows from a roster, which stays at home.
    if (header->school != descriptor.school || order.order.school != descriptor.school)
        return Refusal::author_not_certified;
    if (header->kind != log::kind_operation || !header->payload ||
        header->payload->hash != crypto::hash(crypto::HashLabel::payload, order.payload))
        return Refusal::body_altered;
    if (!log::check_head(order.head, descriptor, verifier))
        return Refusal::head_not_signed;
    const auto is_there = log::check_inclusion<log::Blake2b256>(
        order.position,
        order.head.head.size,
        log::leaf_hash<log::Blake2b256>(order.header),
        order.proof,
        order.head.head.root
    );
    return is_there ? std::nullopt : std::optional(Refusal::not_in_the_log);
}

std::optional<Refusal>
why_not_entitled(const FarOrder& order, const identity::IdentityChain* chain) {
    const auto* node = chain == nullptr || chain->school() != order.descriptor.school
                           ? nullptr
                           : chain->find_signing(order.descriptor.node_key);
    if (node == nullptr)
        return Refusal::author_not_certified;
    if (!node->revoked)
        return std::nullopt;
    const auto pin =
        std::ranges::find(node->pins, log::log_id(order.descriptor), &log::LogPin::log);
    const bool counts = pin != node->pins.end() && order.position.value < pin->size.value;
    return counts ? std::nullopt : std::optional(Refusal::behind_the_cut);
}

} // namespace staffroom::agreement
