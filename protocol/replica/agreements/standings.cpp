// What stands between two networks, folded from what members have written in governance. Declared
// in agreements/agreed_links. [A7]
#include "protocol/agreement/passport.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/agreed_links.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// Of one link all that was said.
struct Said {
    LinkStatus status;
    agreement::Statements statements{};
    ForeignChains chains{};
    std::vector<std::pair<SchoolId, const agreement::SignedAgreement*>> copies{}; // of the first
};

void add_card(agreement::Statements& statements, const Bytes& card) {
    const bool is_known =
        std::ranges::any_of(statements.cards, [&](const auto& each) { return each.bytes == card; });
    if (!is_known)
        statements.cards.push_back({card, {}});
}

void add_in_order(std::vector<SignedTerms>& to, std::vector<SignedTerms> more) {
    std::ranges::move(more, std::back_inserter(to));
    std::ranges::stable_sort(to, {}, [](const SignedTerms& each) {
        return std::pair(each.agreement.number, each.id);
    });
}

/// The terms that count now, and who stands under them. [A17]
void put_in_force(
    LinkStatus& status, const agreement::Standing& standing, const std::vector<SignedTerms>& terms
) {
    const agreement::Agreement& in_force = standing.agreement;
    status.is_disputed = standing.is_disputed;
    status.number = in_force.number;
    status.agreement = standing.id;
    status.ours = in_force.side_of(status.network)->gives;
    status.theirs = in_force.side_of(status.other)->gives;
    status.until = in_force.until;
    status.review = in_force.review;
    for (const SignedTerms& each : terms) {
        if (each.id != standing.id)
            continue;
        status.own.signed_by = schools_of(each.by(status.network));
        status.facing.signed_by = schools_of(each.by(status.other));
    }
}

/// Whether somebody here has signed other terms with the number of these, or this network some with
/// a higher one that may follow. A network signs one of each number: two would leave it to the
/// other side which of them counts, or both networks with both. And it signs them ascending: the
/// other side would sign the higher ones, which are older, whenever it liked.
bool has_rival(
    const std::vector<SignedTerms>& all,
    const SignedTerms& terms,
    const NetworkId& own,
    std::uint32_t in_force
) {
    return std::ranges::any_of(all, [&](const SignedTerms& each) {
        const std::uint32_t number = each.agreement.number;
        const bool is_alike = number == terms.agreement.number && !each.by(own).empty();
        const bool is_higher = number > terms.agreement.number && each.is_signed_here &&
                               AgreedLinks::may_follow(number, in_force);
        return each.id != terms.id && (is_alike || is_higher);
    });
}

/// Those that could follow the ones in force.
void put_open(
    LinkStatus& status,
    const agreement::Standing& standing,
    const std::vector<SignedTerms>& terms,
    const identity::IdentityChain& own
) {
    const std::uint32_t in_force = standing.agreement.number;
    for (const SignedTerms& each : terms) {
        if (!AgreedLinks::may_follow(each.agreement.number, in_force))
            continue;
        const agreement::Signatures& ours = each.by(status.network);
        const bool has_self_signed = stands_under(ours, own.school());
        status.renewals.push_back(
            {each.id,
             each.agreement.number,
             each.agreement.side_of(status.network)->gives,
             each.agreement.side_of(status.other)->gives,
             each.agreement.until,
             each.agreement.review,
             each.is_signed_here,
             each.is_signed_there,
             !each.is_signed_here && !has_self_signed &&
                 !has_rival(terms, each, status.network, in_force),
             stands_by_live_key(ours, own),
             each.written}
        );
    }
}

void add_agreed(Said& said, const AgreedHere& agreed, const ForeignChains& chains) {
    const agreement::LinkAgreed& act = *agreed.act;
    said.copies.emplace_back(agreed.author, &act.agreement);
    add_card(said.statements, act.own_card);
    add_card(said.statements, act.other_card);
    for (const auto& [school, chain] : chains)
        keep_better(said.chains, chain);
}

/// The attack: the old key of a coordinator that has replaced its server goes on counting, and its
/// new one does not, for the agreement brought the chain of that day.
void add_learned(Said& said, const ForeignChains& learned) {
    for (const SchoolId& school : said.status.facing.card.card.coordinators)
        if (const auto at = learned.find(school); at != learned.end())
            keep_better(said.chains, at->second);
}

/// Last passports, of either network: whoever wrote them down, the signatures decide.
void add_last_passports(Said& said, const PassportBook& book) {
    for (const auto& [writer, kept] : book.all())
        for (const auto& [about, passport] : kept)
            if (about.last)
                said.statements.last_passports.push_back(passport.statement);
}

const agreement::LinkEnded& end_in(const PlacedLinkAct& placed) {
    return std::get<agreement::LinkEnded>(placed.act);
}

/// Whether its writer stands under an end by a key that has ended since.
bool has_ended_key(
    const agreement::LinkEnded& ended,
    const PlacedLinkAct& placed,
    const agreement::ChainFinder& chain_of
) {
    const identity::IdentityChain* chain = chain_of(placed.author);
    return chain != nullptr && std::ranges::any_of(ended.end.signatures, [&](const auto& each) {
               const auto* node = chain->find_signing(each.node_key);
               return each.school == placed.author && node != nullptr && node->revoked;
           });
}

/// Each end once, whoever wrote it down.
std::vector<agreement::SignedStatement> statements_of(const std::vector<const PlacedLinkAct*>& ends
) {
    std::set<Bytes> seen;
    std::vector<agreement::SignedStatement> statements;
    for (const PlacedLinkAct* placed : ends)
        if (seen.insert(agreement::encode_statement(end_in(*placed).end)).second)
            statements.push_back(end_in(*placed).end);
    return statements;
}

} // namespace

/// The ends that members have written down. The attack: a member writes thousands that nobody has
/// signed, and each costs a signature; so of each writer the smallest few of each agreement are
/// looked at. Of each, or the end of one link would push out that of another.
AgreedLinks::Acts AgreedLinks::ends_in(const NetworkState& network) const {
    constexpr std::size_t ends_of_writer_max = 16;
    using Ends = std::map<Bytes, const PlacedLinkAct*>;
    std::map<std::pair<SchoolId, AgreementId>, Ends> of_writers;
    for (const PlacedLinkAct* placed : counting(network)) {
        if (!std::holds_alternative<agreement::LinkEnded>(placed->act))
            continue;
        const agreement::SignedStatement& statement = end_in(*placed).end;
        const auto end = agreement::parse_end(statement.bytes);
        if (!end)
            continue;
        Ends& of_writer = of_writers[{placed->author, end->agreement}];
        of_writer.try_emplace(agreement::encode_statement(statement), placed);
        if (of_writer.size() > ends_of_writer_max)
            of_writer.erase(std::prev(of_writer.end()));
    }
    Acts all;
    for (const auto& [writer, ends] : of_writers)
        for (const auto& [bytes, placed] : ends)
            all.push_back(placed);
    return all;
}

/// Of several ends the one that was written down first; `own` gets those of this network that its
/// coordinators sign after others. An end counts like the agreement that it
/// ends: it is a statement of coordinators whom the card lists, so both networks judge it alike,
/// and neither the order in which it came nor a role that changed since takes it back.
std::optional<LinkEndStatus> AgreedLinks::end_of(
    const NetworkState& network,
    const Acts& ends,
    const agreement::Standing& standing,
    const agreement::ChainFinder& chain_of,
    Acts& own
) const {
    std::optional<LinkEndStatus> first;
    const auto ended_by = [&](const PlacedLinkAct& placed, bool counts_ended_keys) {
        return agreement::ended_by(
            end_in(placed).end, standing, chain_of, context_.verifier, counts_ended_keys
        );
    };
    for (const PlacedLinkAct* placed : ends) {
        const auto by = ended_by(*placed, false);
        // What this school has ended it signs again with a new server's key.
        const bool is_by_old_server = !by && placed->author == context_.school &&
                                      has_ended_key(end_in(*placed), *placed, chain_of);
        if (by == network.id || (is_by_old_server && ended_by(*placed, true) == network.id))
            own.push_back(placed);
        if (!by)
            continue;
        const auto written = network.written.find(placed->id);
        LinkEndStatus end{*by, end_in(*placed).reason, std::nullopt};
        if (written != network.written.end())
            end.written = written->second;
        if (!first || (end.written && (!first->written || *end.written < *first->written)))
            first = end;
    }
    return first;
}

LinksOfNetwork AgreedLinks::links(const NetworkState& network, const ForeignChains& learned) const {
    LinksOfNetwork found{};
    std::map<SharingId, Said> links;
    std::map<RevisionId, std::set<SharingId>> by_code;
    const Codes codes = all_codes(network);
    for (const AgreedHere& agreed : agreed_in(network)) {
        auto judged = judge(agreed);
        if (!judged)
            continue;
        const std::optional<WallTime> since = judged->status.since;
        const SharingId id = judged->status.id;
        if (is_of_its_code(agreed, codes))
            by_code[*agreed.act->invite].insert(id);
        Said& said = links.try_emplace(id, Said{judged->status}).first->second;
        if (since && (!said.status.since || *since < *said.status.since))
            said.status.since = since;
        add_agreed(said, agreed, judged->chains);
    }
    std::set<SharingId> disputed; // one code gave two of them
    for (const auto& [code, made] : by_code) {
        found.spent.insert(code);
        if (made.size() > 1)
            disputed.insert(made.begin(), made.end());
    }
    const Acts ends = ends_in(network);
    for (auto& [id, said] : links) {
        add_last_passports(said, network.passports);
        add_learned(said, learned);
        said.statements.ends = statements_of(ends);
        const agreement::ChainFinder chain_of = finder_of(networks_, said.chains);
        const auto writers = written_renewals(network, said.status);
        for (const auto& [school, chain] : brought_by_renewals(said.status, writers, chain_of))
            keep_better(said.chains, chain);
        std::vector<SignedTerms> terms{gather(network, said.status, said.copies, chain_of)};
        add_in_order(terms, signed_renewals(network, said.status, writers, chain_of));
        for (const SignedTerms& each : terms)
            said.statements.agreements.push_back(each.copy);
        auto standing =
            agreement::fold_statements(id, said.statements, chain_of, context_.verifier);
        said.status.is_disputed = disputed.count(id) > 0;
        if (standing) {
            standing->is_disputed = standing->is_disputed || said.status.is_disputed;
            const std::uint32_t in_force = standing->agreement.number;
            add_in_order(
                terms, offered_renewals(network, said.status, writers, chain_of, in_force)
            );
            Acts own;
            said.status.ended = end_of(network, ends, *standing, chain_of, own);
            found.ends.emplace(id, own_ends(network, own, *standing, chain_of));
            put_in_force(said.status, *standing, terms);
            put_open(said.status, *standing, terms, networks_.own_chain());
            found.standings.push_back(
                {std::move(*standing), said.status.other, std::move(said.chains)}
            );
        }
        found.terms.emplace(id, std::move(terms));
        found.statuses.push_back(std::move(said.status));
    }
    return found;
}

} // namespace staffroom::replica
