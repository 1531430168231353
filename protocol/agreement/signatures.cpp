#include "protocol/agreement/signatures.hpp"

#include <algorithm>

namespace staffroom::agreement {
namespace {

Bytes said_for(const NetworkId& network, ByteView bytes) {
    Bytes said = to_bytes(network.view());
    append(said, bytes);
    return said;
}

} // namespace

CoordinatorSignature sign_for(const Signatory& who, crypto::SignLabel label, ByteView bytes) {
    return {who.school, who.key.public_key(), who.key.sign(label, said_for(who.network, bytes))};
}

std::size_t count_signatures(
    const SignedStatement& statement,
    crypto::SignLabel label,
    const Coordinators& of,
    std::size_t enough,
    crypto::Verifier& verifier
) {
    const Bytes said = said_for(of.network, statement.bytes);
    std::size_t count = 0;
    const SchoolId* last = nullptr;
    for (const CoordinatorSignature& each : statement.signatures) {
        if (count >= enough)
            break;
        const bool is_new = last == nullptr || *last < each.school;
        last = &each.school;
        if (!is_new || !std::ranges::binary_search(of.schools, each.school))
            continue;
        const identity::IdentityChain* chain = of.chain_of(each.school);
        const auto* node = chain == nullptr ? nullptr : chain->find_signing(each.node_key);
        if (node == nullptr || (node->revoked && !of.counts_ended_keys))
            continue;
        if (verifier.verify(label, each.node_key, said, each.signature))
            ++count;
    }
    return count;
}

} // namespace staffroom::agreement
