#include "protocol/agreement/card.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"

#include <algorithm>
#include <map>

namespace staffroom::agreement {
namespace {

struct ReadCard {
    KnownCard known;
    const SignedStatement* statement;
};

std::vector<ReadCard>
read_cards(const NetworkId& network, std::span<const SignedStatement> statements) {
    std::vector<ReadCard> cards;
    for (const SignedStatement& statement : statements) {
        auto card = parse_card(statement.bytes);
        if (card && card->network == network)
            cards.push_back({{card_hash(statement.bytes), std::move(*card)}, &statement});
    }
    return cards;
}

/// The cards that follow this one, signed by enough. Of each copy its own signatures count: a
/// gateway could else hide good ones behind a copy with bad ones.
std::map<Digest, KnownCard> successors(
    const KnownCard& last,
    const std::vector<ReadCard>& cards,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    bool counts_ended_keys
) {
    const std::size_t needed = last.card.successor_signatures();
    const Coordinators signers{
        last.card.network, last.card.coordinators, chain_of, counts_ended_keys};
    std::map<Digest, KnownCard> found;
    for (const ReadCard& each : cards) {
        const Card& card = each.known.card;
        if (card.previous != last.hash || card.number != last.card.number + 1 ||
            found.count(each.known.hash) > 0)
            continue;
        const std::size_t signed_by =
            count_signatures(*each.statement, crypto::SignLabel::card, signers, needed, verifier);
        if (signed_by >= needed)
            found.emplace(
                each.known.hash, KnownCard{each.known.hash, card, each.statement->signatures}
            );
    }
    return found;
}

} // namespace

Digest card_hash(ByteView bytes) {
    return crypto::hash(crypto::HashLabel::card, bytes);
}

const KnownCard* CardLine::find(const Digest& hash) const {
    const auto found = std::ranges::find(cards, hash, &KnownCard::hash);
    return found == cards.end() ? nullptr : &*found;
}

std::optional<CardLine> line_of_cards(
    const NetworkId& network,
    const Digest& first,
    std::span<const SignedStatement> statements,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    bool counts_ended_keys
) {
    const std::vector<ReadCard> cards = read_cards(network, statements);
    const auto found =
        std::ranges::find(cards, first, [](const ReadCard& each) { return each.known.hash; });
    if (found == cards.end())
        return std::nullopt;
    CardLine line{{found->known}};
    while (line.cards.size() < limits::cards_per_agreement_max) {
        const auto next = successors(line.newest(), cards, chain_of, verifier, counts_ended_keys);
        line.is_disputed = next.size() > 1;
        if (next.size() != 1)
            break;
        line.cards.push_back(next.begin()->second);
    }
    return line;
}

} // namespace staffroom::agreement
