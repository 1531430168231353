// Who has carried out which order, as far as receipts say so: see replica.hpp. [E6]
#include "protocol/replica/erasure/receipts.hpp"
#include "protocol/replica/replica.hpp"
#include "protocol/replica/replica_parts.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

using network::PlacedOrder;
using network::SignedNotice;

std::vector<const SignedNotice*>
receipts_of(const ReplicaParts& parts, const SchoolId& school, const ErasureStatus& order) {
    return replica::receipts_of(
        {parts.networks, parts.logbook, parts.erasures}, order.network, order.placed, school
    );
}

ErasureSchool
standing_of(const ReplicaParts& parts, const SchoolId& school, const ErasureStatus& order) {
    ErasureSchool stands{school, parts.networks.school_name(school), "unheard", std::nullopt};
    const auto receipts = receipts_of(parts, school, order);
    if (!receipts.empty()) {
        stands.state = "erased";
        for (const SignedNotice* notice : receipts)
            stands.since = std::max(
                stands.since.value_or(WallTime{0}),
                network::parse_receipt(notice->notice.content)->since
            );
        return stands;
    }
    stands.since = parts.neighbours.heard_from(school);
    const bool is_linked =
        std::any_of(parts.links.all().begin(), parts.links.all().end(), [&](const auto& entry) {
            return entry.second.school == school && entry.second.hello_received;
        });
    const bool is_heard = school == parts.context.school || is_linked ||
                          (stands.since && *stands.since > order.placed.written);
    if (is_linked || school == parts.context.school)
        stands.since = parts.context.wall;
    if (is_heard)
        stands.state = "waiting";
    stands.waits_for_a_server = replica::waits_for_a_server(
        {parts.networks, parts.logbook, parts.erasures}, order.network, order.placed, school
    );
    return stands;
}

} // namespace

bool Replica::is_erasing() const {
    return parts_->erasures.is_busy();
}

network::OrderRight Replica::order_right(const NetworkId& id, const SchoolId& school) const {
    const NetworkState* network = parts_->networks.find(id);
    const SchoolId& self = parts_->context.school;
    return network == nullptr || !network->roster.is_member(self)
               ? network::OrderRight::none
               : network->roster.order_right(self, school);
}

std::vector<ErasureStatus> Replica::erasures() const {
    std::vector<ErasureStatus> all;
    for (const auto& [id, network] : parts_->networks.all()) {
        if (!network.roster.is_member(parts_->context.school))
            continue;
        for (const network::PlacedOrder* placed : parts_->erasures.standing(id)) {
            ErasureStatus status{id, *placed, {}};
            for (const auto& [school, member] : network.roster.members)
                status.schools.push_back(standing_of(*parts_, school, status));
            status.abroad = parts_->far_erasing.abroad(id, *placed);
            all.push_back(std::move(status));
        }
    }
    std::sort(all.begin(), all.end(), [](const ErasureStatus& one, const ErasureStatus& other) {
        return one.placed.id < other.placed.id;
    });
    return all;
}

std::vector<ErasureEvidence> Replica::receipts(const ErasureStatus& order) const {
    std::vector<ErasureEvidence> all;
    for (const ErasureSchool& school : order.schools)
        for (const SignedNotice* notice : receipts_of(*parts_, school.school, order))
            all.push_back(
                {parts_->networks.chain(school.school)->wire(),
                 network::encode_signed_notice(*notice)}
            );
    return all;
}

} // namespace staffroom::replica
