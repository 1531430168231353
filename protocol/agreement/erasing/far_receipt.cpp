#include "protocol/agreement/erasing/far_receipt.hpp"

#include <algorithm>

namespace staffroom::agreement {
namespace {

/// Who speaks for a network to another one, ascending.
std::vector<SchoolId> speakers_of(const Card& card) {
    std::vector<SchoolId> schools = card.coordinators;
    for (const Gateway& gateway : card.gateways)
        schools.push_back(gateway.school);
    std::ranges::sort(schools);
    schools.erase(std::unique(schools.begin(), schools.end()), schools.end());
    return schools;
}

} // namespace

SignedStatement sign_far_receipt(const FarReceipt& receipt, const Signatory& who) {
    Bytes bytes = encode_far_receipt(receipt);
    Signatures signatures{sign_for(who, crypto::SignLabel::far_receipt, bytes)};
    return {std::move(bytes), std::move(signatures)};
}

std::optional<FarReceipt> read_far_receipt(
    const SignedStatement& statement,
    const Card& card,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
) {
    const auto receipt = parse_far_receipt(statement.bytes);
    if (!receipt)
        return std::nullopt;
    const std::vector<SchoolId> speakers = speakers_of(card);
    const std::size_t count = count_signatures(
        statement, crypto::SignLabel::far_receipt, {card.network, speakers, chain_of}, 1, verifier
    );
    return count == 0 ? std::nullopt : std::optional(*receipt);
}

} // namespace staffroom::agreement
