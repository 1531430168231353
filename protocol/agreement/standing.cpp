#include "protocol/agreement/standing.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::agreement {
namespace {

struct ReadAgreement {
    AgreementId id;
    Agreement agreement;
    const SignedAgreement* copy;
};

class Fold {
public:
    Fold(const Statements& statements, const ChainFinder& chain_of, crypto::Verifier& verifier)
        : statements_(statements)
        , chain_of_(chain_of)
        , verifier_(verifier) {}

    [[nodiscard]] std::optional<Standing> run(const SharingId& link) {
        read_agreements(link);
        auto standing = begin(link);
        if (!standing)
            return std::nullopt;
        for (const ReadAgreement& each : agreements_)
            renew(*standing, each);
        standing->is_disputed =
            standing->is_disputed || standing->one.is_disputed || standing->other.is_disputed;
        for (const SignedStatement& end : statements_.ends)
            apply_end(*standing, end);
        for (const SignedStatement& passport : statements_.last_passports)
            apply_last(*standing, passport);
        return standing;
    }

private:
    /// Those of this link, by number.
    void read_agreements(const SharingId& link) {
        for (const SignedAgreement& copy : statements_.agreements) {
            auto agreement = parse_agreement(copy.bytes);
            const AgreementId id = agreement_id(copy.bytes);
            if (agreement && link_of(*agreement, id) == link)
                agreements_.push_back({id, std::move(*agreement), &copy});
        }
        std::ranges::stable_sort(agreements_, {}, [](const ReadAgreement& each) {
            return std::pair(each.agreement.number, each.id);
        });
    }

    /// The first agreement, and the cards that follow those it names.
    [[nodiscard]] std::optional<Standing> begin(const SharingId& link) const {
        for (const ReadAgreement& each : agreements_) {
            if (each.agreement.number != 0)
                break;
            auto one = line_of(each.agreement.one);
            auto other = line_of(each.agreement.other);
            if (!one || !other)
                continue;
            if (is_signed(each.copy->bytes, each.copy->one, one->cards.front()) &&
                is_signed(each.copy->bytes, each.copy->other, other->cards.front()))
                return begun(
                    {link, each.id, each.agreement, std::move(*one), std::move(*other)}, each
                );
        }
        return std::nullopt;
    }

    [[nodiscard]] static Standing begun(Standing standing, const ReadAgreement& by) {
        standing.copy = *by.copy;
        standing.first = by.copy->bytes;
        return standing;
    }

    [[nodiscard]] std::optional<CardLine> line_of(const Side& side) const {
        return line_of_cards(side.network, side.card, statements_.cards, chain_of_, verifier_);
    }

    /// An agreement, also by keys that have ended since.
    [[nodiscard]] bool
    is_signed(ByteView bytes, const Signatures& signatures, const KnownCard& by) const {
        return is_signed({to_bytes(bytes), signatures}, crypto::SignLabel::agreement, by, true);
    }

    [[nodiscard]] bool is_signed(
        const SignedStatement& statement,
        crypto::SignLabel label,
        const KnownCard& by,
        bool counts_ended_keys = false
    ) const {
        const std::size_t needed = by.card.signatures;
        const Coordinators signers{
            by.card.network, by.card.coordinators, chain_of_, counts_ended_keys};
        return count_signatures(statement, label, signers, needed, verifier_) >= needed;
    }

    /// What was signed under this card stands while no later one leaves it out.
    [[nodiscard]] static const KnownCard*
    standing_card(const CardLine& line, const Digest& card, const Digest& statement) {
        const KnownCard* found = line.find(card);
        if (found == nullptr || found->hash == line.newest().hash)
            return found;
        const auto& named = line.newest().card.stands_by;
        return std::ranges::binary_search(named, statement) ? found : nullptr;
    }

    void renew(Standing& standing, const ReadAgreement& next) const {
        const Agreement& terms = next.agreement;
        // The attack: terms with the highest number there is, which nothing can follow.
        const std::uint64_t number_max =
            std::uint64_t{standing.agreement.number} + limits::renewals_ahead_max;
        if (standing.find(next.id) != nullptr || terms.number == 0 || terms.number > number_max ||
            terms.one.network != standing.agreement.one.network ||
            terms.other.network != standing.agreement.other.network)
            return;
        const Digest statement(next.id.raw());
        const KnownCard* one = standing_card(standing.one, terms.one.card, statement);
        const KnownCard* other = standing_card(standing.other, terms.other.card, statement);
        if (one == nullptr || other == nullptr ||
            !is_signed(next.copy->bytes, next.copy->one, *one) ||
            !is_signed(next.copy->bytes, next.copy->other, *other))
            return;
        // Ascending by number: another one with the same number is a second version of it.
        standing.is_disputed = terms.number == standing.agreement.number;
        standing.earlier.emplace(
            standing.id, Replaced{std::move(standing.agreement), std::move(standing.copy)}
        );
        standing.id = next.id;
        standing.agreement = terms;
        standing.copy = *next.copy;
    }

    void apply_end(Standing& standing, const SignedStatement& statement) const {
        const auto end = parse_end(statement.bytes);
        if (!end || standing.find(end->agreement) == nullptr)
            return;
        const CardLine* line = standing.cards_of(end->network);
        const KnownCard* card =
            line == nullptr ? nullptr : standing_card(*line, end->card, end_hash(statement.bytes));
        if (card == nullptr || !is_signed(statement, crypto::SignLabel::agreement_end, *card))
            return;
        std::map<LogId, LogSize> pins;
        for (const log::LogPin& pin : end->pins) {
            const auto before = standing.end_pins.find(pin.log);
            if (!standing.is_ended)
                pins.emplace(pin.log, pin.size);
            else if (before != standing.end_pins.end())
                pins.emplace(pin.log, std::min(pin.size, before->second));
        }
        standing.end_pins = std::move(pins);
        standing.is_ended = true;
    }

    void apply_last(Standing& standing, const SignedStatement& statement) const {
        const auto passport = parse_passport(statement.bytes);
        // The attack: what was said of a school that is out falls away with the next renewal.
        if (!passport || !passport->last || standing.find(passport->agreement) == nullptr)
            return;
        for (const CardLine* line : {&standing.one, &standing.other}) {
            const KnownCard& newest = line->newest();
            if (passport->card != newest.hash ||
                !is_signed(statement, crypto::SignLabel::passport, newest))
                continue;
            const auto [place, is_new] =
                standing.last_pins.try_emplace(log_id(passport->descriptor), passport->size);
            if (!is_new)
                place->second = std::min(place->second, passport->size);
        }
    }

    const Statements& statements_;
    const ChainFinder& chain_of_;
    crypto::Verifier& verifier_;
    std::vector<ReadAgreement> agreements_{};
};

} // namespace

const Agreement* Standing::find(const AgreementId& named) const {
    if (named == id)
        return &agreement;
    const auto before = earlier.find(named);
    return before == earlier.end() ? nullptr : &before->second.agreement;
}

const SignedAgreement* Standing::copy_of(const AgreementId& named) const {
    if (named == id)
        return &copy;
    const auto before = earlier.find(named);
    return before == earlier.end() ? nullptr : &before->second.copy;
}

const CardLine* Standing::cards_of(const NetworkId& network) const {
    if (agreement.one.network == network)
        return &one;
    return agreement.other.network == network ? &other : nullptr;
}

std::optional<Cap> Standing::cap_of(const LogId& log) const {
    std::optional<Cap> cap;
    if (const auto last = last_pins.find(log); last != last_pins.end())
        cap = Cap{last->second, false};
    if (!is_ended)
        return cap;
    const auto pin = end_pins.find(log);
    const LogSize ended = pin == end_pins.end() ? LogSize{0} : pin->second;
    return !cap || ended < cap->size ? Cap{ended, true} : cap;
}

std::optional<Standing> fold_statements(
    const SharingId& link,
    const Statements& statements,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
) {
    return Fold(statements, chain_of, verifier).run(link);
}

} // namespace staffroom::agreement
