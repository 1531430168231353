#include "protocol/replica/agreements/charters.hpp"

#include "protocol/base/limits.hpp"

namespace staffroom::replica {
namespace {

std::vector<const network::PlacedCharterAct*>
counting(const Logbook& logbook, const NetworkState& network) {
    std::vector<const network::PlacedCharterAct*> acts;
    for (const auto& [school, places] : network.charter_acts)
        for (const auto& [place, placed] : places) {
            const LogRecord* record = logbook.find(place.first);
            if (record != nullptr && (!record->cut || place.second < record->cut->position))
                acts.push_back(&placed);
        }
    return acts;
}

std::size_t written_by(const NetworkState& network, const SchoolId& school) {
    const auto acts = network.charter_acts.find(school);
    return acts == network.charter_acts.end() ? 0 : acts->second.size();
}

} // namespace

network::CharterBook charter_book(const Logbook& logbook, const NetworkState& network) {
    std::set<SchoolId> members;
    for (const auto& [school, member] : network.roster.members)
        if (network.roster.may_act(school))
            members.insert(school);
    return network::fold_charters(
        {network.genesis.charter_hash(), network.genesis.charter, network.genesis.founder},
        counting(logbook, network),
        members
    );
}

Result<Digest> charter_that_is_new(
    const Logbook& logbook,
    const NetworkState& network,
    const SchoolId& self,
    const network::CharterAct& act
) {
    const network::CharterBook book = charter_book(logbook, network);
    const auto* revision = std::get_if<network::CharterRevised>(&act);
    const Digest id = network::charter_of(act);
    const network::Charter* known = book.find(id);
    const network::Charter* before = revision == nullptr ? known : book.find(revision->follows);
    if (before == nullptr)
        return fail(Errc::not_found, "no charter of this network");
    if (known != nullptr && known->signed_by.count(self) > 0)
        return fail(Errc::already_exists, "this school has signed it");
    if (written_by(network, self) >= limits::charter_acts_per_school_max)
        return fail(Errc::too_large, "charters of this school");
    // What nobody could read would be no charter.
    if (const auto readable = network::parse_charter_act(network::encode_charter_act(act));
        !readable)
        return fail(readable.error());
    return id;
}

} // namespace staffroom::replica
