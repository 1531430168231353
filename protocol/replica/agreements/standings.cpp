// What stands between two networks, folded from what members have written in governance. Declared
// in agreements/agreed_links. [A7]
#include "protocol/agreement/passport.hpp"
#include "protocol/replica/agreements/agreed_links.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// Of one link all that was said.
struct Said {
    LinkStatus status;
    agreement::Statements statements{};
    ForeignChains chains{};
};

void add_card(agreement::Statements& statements, const Bytes& card) {
    const bool is_known =
        std::ranges::any_of(statements.cards, [&](const auto& each) { return each.bytes == card; });
    if (!is_known)
        statements.cards.push_back({card, {}});
}

void add_agreed(Said& said, const agreement::LinkAgreed& act, ForeignChains chains) {
    // Copies are one agreement, whose signatures were checked with each of them.
    const bool is_known = std::ranges::any_of(said.statements.agreements, [&](const auto& each) {
        return each.bytes == act.agreement.bytes;
    });
    if (!is_known)
        said.statements.agreements.push_back(act.agreement);
    add_card(said.statements, act.own_card);
    add_card(said.statements, act.other_card);
    for (auto& [school, chain] : chains) {
        const auto known = said.chains.find(school);
        if (known == said.chains.end() || chain.is_better_than(known->second))
            said.chains.insert_or_assign(school, std::move(chain));
    }
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

/// Of several ends the one that was written down first. An end counts like the agreement that it
/// ends: it is a statement of coordinators whom the card lists, so both networks judge it alike,
/// and neither the order in which it came nor a role that changed since takes it back.
std::optional<LinkEndStatus> AgreedLinks::end_of(
    const NetworkState& network,
    const Acts& ends,
    const LinkStatus& link,
    const agreement::ChainFinder& chain_of
) const {
    std::optional<LinkEndStatus> first;
    for (const PlacedLinkAct* placed : ends) {
        const auto by = agreement::ended_by(
            end_in(*placed).end,
            {link.agreement, link.own.card, link.facing.card},
            chain_of,
            context_.verifier
        );
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

LinksOfNetwork AgreedLinks::links(const NetworkState& network) const {
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
        Said& said = links.try_emplace(id, Said{std::move(judged->status)}).first->second;
        if (since && (!said.status.since || *since < *said.status.since))
            said.status.since = since;
        add_agreed(said, *agreed.act, std::move(judged->chains));
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
        said.statements.ends = statements_of(ends);
        const agreement::ChainFinder chain_of = finder_of(networks_, said.chains);
        said.status.is_disputed = disputed.count(id) > 0;
        said.status.ended = end_of(network, ends, said.status, chain_of);
        auto standing =
            agreement::fold_statements(id, said.statements, chain_of, context_.verifier);
        if (standing) {
            standing->is_disputed = standing->is_disputed || said.status.is_disputed;
            found.standings.push_back(
                {std::move(*standing), said.status.other, std::move(said.chains)}
            );
        }
        found.statuses.push_back(std::move(said.status));
    }
    return found;
}

} // namespace staffroom::replica
