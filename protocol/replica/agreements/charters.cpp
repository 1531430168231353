#include "protocol/replica/agreements/charters.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <map>

namespace staffroom::replica {
namespace {

/// Returns the acts that count: of each school the first ones of its logs, in the order of the
/// logs, as far as these count.
std::vector<const network::PlacedCharterAct*>
counting(const Logbook& logbook, const NetworkState& network) {
    std::vector<const network::PlacedCharterAct*> acts;
    std::map<SchoolId, std::size_t> taken;
    for (const auto& [log, places] : network.charter_acts) {
        const LogRecord* record = logbook.find(log);
        for (const auto& [position, placed] : places) {
            if (record == nullptr || (record->cut && position >= record->cut->position))
                break;
            if (++taken[placed.author] <= limits::charter_acts_per_school_max)
                acts.push_back(&placed);
        }
    }
    return acts;
}

std::ptrdiff_t
written_by(const Logbook& logbook, const NetworkState& network, const SchoolId& school) {
    return std::ranges::count(
        counting(logbook, network), school, &network::PlacedCharterAct::author
    );
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
    if (written_by(logbook, network, self) >= std::ptrdiff_t{limits::charter_acts_per_school_max})
        return fail(Errc::too_large, "charters of this school");
    // What nobody could read would be no charter.
    if (const auto readable = network::parse_charter_act(network::encode_charter_act(act));
        !readable)
        return fail(readable.error());
    return id;
}

} // namespace staffroom::replica
