// What stands between two networks, folded from what members have written in governance. Declared
// in agreements/agreeing. [A7]
#include "protocol/replica/agreements/agreeing.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// Of one link all that was said.
struct Said {
    agreement::Statements statements{};
    ForeignChains chains{};
    NetworkId other;
};

void add_card(agreement::Statements& statements, const Bytes& card) {
    const bool is_known =
        std::ranges::any_of(statements.cards, [&](const auto& each) { return each.bytes == card; });
    if (!is_known)
        statements.cards.push_back({card, {}});
}

void add_agreed(Said& said, const agreement::LinkAgreed& act, crypto::Verifier& verifier) {
    // Copies are one agreement, whose signatures were checked with each of them.
    const bool is_known = std::ranges::any_of(said.statements.agreements, [&](const auto& each) {
        return each.bytes == act.agreement.bytes;
    });
    if (!is_known)
        said.statements.agreements.push_back(act.agreement);
    add_card(said.statements, act.own_card);
    add_card(said.statements, act.other_card);
    if (auto chains = read_foreign_chains(act.chains, verifier)) {
        for (auto& [school, chain] : *chains) {
            const auto known = said.chains.find(school);
            if (known == said.chains.end() || chain.is_better_than(known->second))
                said.chains.insert_or_assign(school, std::move(chain));
        }
    }
}

/// The ends that members have written down, each once. The attack: a member writes thousands that
/// nobody has signed, and each costs a signature; so of each writer the smallest few of each
/// agreement are looked at. Of each, or the end of one link would push out that of another.
std::set<Bytes> ends_in(const std::vector<const PlacedLinkAct*>& acts) {
    constexpr std::size_t ends_of_writer_max = 16;
    std::map<std::pair<SchoolId, AgreementId>, std::set<Bytes>> of_writers;
    for (const PlacedLinkAct* placed : acts) {
        const auto* ended = std::get_if<agreement::LinkEnded>(&placed->act);
        const auto end = ended == nullptr ? Result<agreement::End>(fail(Errc::not_found))
                                          : agreement::parse_end(ended->end.bytes);
        if (!end)
            continue;
        std::set<Bytes>& of_writer = of_writers[{placed->author, end->agreement}];
        of_writer.insert(agreement::encode_statement(ended->end));
        if (of_writer.size() > ends_of_writer_max)
            of_writer.erase(std::prev(of_writer.end()));
    }
    std::set<Bytes> all;
    for (const auto& [writer, ends] : of_writers)
        all.insert(ends.begin(), ends.end());
    return all;
}

/// Last passports, of either network: whoever wrote them down, the signatures decide.
void add_last_passports(Said& said, const PassportBook& book) {
    for (const auto& [writer, kept] : book.all())
        for (const auto& [about, passport] : kept)
            if (about.last)
                said.statements.last_passports.push_back(passport.statement);
}

} // namespace

std::vector<LinkStanding> Agreeing::standings(const NetworkState& network) const {
    crypto::Verifier& verifier = parts_.context.verifier;
    std::map<SharingId, Said> links;
    std::map<RevisionId, std::set<SharingId>> by_code;
    const Codes codes = codes_in(network);
    for (const AgreedHere& agreed : agreed_in(network)) {
        const auto status = status_of(agreed);
        if (!status)
            continue;
        if (is_of_its_code(agreed, codes))
            by_code[*agreed.act->invite].insert(status->id);
        Said& said = links.try_emplace(status->id, Said{{}, {}, status->other}).first->second;
        add_agreed(said, *agreed.act, verifier);
    }
    const std::set<Bytes> ends = ends_in(counting(network));
    std::vector<LinkStanding> all;
    for (auto& [id, said] : links) {
        add_last_passports(said, network.passports);
        for (const Bytes& end : ends)
            if (auto statement = agreement::parse_statement(end))
                said.statements.ends.push_back(std::move(*statement));
        auto standing = agreement::fold_statements(
            id, said.statements, finder_of(parts_.networks, said.chains), verifier
        );
        if (!standing)
            continue;
        standing->is_disputed = standing->is_disputed ||
                                std::ranges::any_of(by_code, [&, &link = id](const auto& entry) {
                                    return entry.second.count(link) > 0 && entry.second.size() > 1;
                                });
        all.push_back({std::move(*standing), said.other, std::move(said.chains)});
    }
    return all;
}

} // namespace staffroom::replica
