#include "protocol/agreement/agreeing.hpp"

#include "protocol/agreement/passport.hpp"

namespace staffroom::agreement {

Result<Bytes>
agreement_of(const LinkTerms& terms, const CardSide& inviting, const CardSide& accepting) {
    if (inviting.network == accepting.network)
        return fail(Errc::not_allowed, "a link of a network with itself");
    Side ours{inviting.network, inviting.card, terms.ours};
    Side theirs{accepting.network, accepting.card, terms.theirs};
    const bool is_ours_first = inviting.network < accepting.network;
    return encode_agreement(
        {std::nullopt,
         0,
         is_ours_first ? ours : theirs,
         is_ours_first ? theirs : ours,
         terms.until,
         terms.review,
         terms.nonce}
    );
}

Bytes offer_statement(const Digest& card, const LinkTerms& terms) {
    Bytes statement = to_bytes(card.view());
    append(statement, encode_link_terms(terms));
    return statement;
}

Bytes acceptance_statement(const channel::HandshakeHash& handshake, const AgreementId& agreement) {
    Bytes statement = to_bytes(handshake.view());
    append(statement, agreement.view());
    return statement;
}

std::optional<NetworkId> ended_by(
    const SignedStatement& statement,
    const Standing& standing,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    bool counts_ended_keys
) {
    const auto end = parse_end(statement.bytes);
    if (!end || standing.find(end->agreement) == nullptr)
        return std::nullopt;
    const CardLine* line = standing.cards_of(end->network);
    if (line == nullptr || end->card != line->newest().hash)
        return std::nullopt;
    const KnownCard& known = line->newest();
    const Coordinators signers{end->network, known.card.coordinators, chain_of, counts_ended_keys};
    const std::size_t needed = known.card.signatures;
    const std::size_t count =
        count_signatures(statement, crypto::SignLabel::agreement_end, signers, needed, verifier);
    return count >= needed ? std::optional(end->network) : std::nullopt;
}

Signatures& side_signatures(SignedAgreement& agreement, bool is_one) {
    return is_one ? agreement.one : agreement.other;
}

namespace {

bool have_signed(
    const SignedAgreement& agreement,
    const KnownCard& card,
    const Coordinators& who,
    crypto::Verifier& verifier
) {
    const auto parsed = parse_agreement(agreement.bytes);
    const Side* side = parsed ? parsed->side_of(card.card.network) : nullptr;
    if (side == nullptr || side->card != card.hash)
        return false;
    const bool is_one = parsed->one.network == card.card.network;
    const SignedStatement said{agreement.bytes, is_one ? agreement.one : agreement.other};
    const std::size_t needed = card.card.signatures;
    return count_signatures(said, crypto::SignLabel::agreement, who, needed, verifier) >= needed;
}

} // namespace

bool has_signed(
    const SignedAgreement& agreement,
    const KnownCard& card,
    std::span<const SchoolId> who,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
) {
    return have_signed(agreement, card, {card.card.network, who, chain_of}, verifier);
}

bool had_signed(
    const SignedAgreement& agreement,
    const KnownCard& card,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
) {
    const Coordinators who{card.card.network, card.card.coordinators, chain_of, true};
    return have_signed(agreement, card, who, verifier);
}

} // namespace staffroom::agreement
