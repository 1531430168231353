// Who has carried out which order, as far as receipts say so: see replica.hpp. [E6]
#include "protocol/replica/erasure/receipts.hpp"
#include "protocol/replica/replica.hpp"
#include "protocol/replica/replica_parts.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

using network::CarriedOut;
using network::ErasureReceipt;
using network::PlacedOrder;
using network::SignedNotice;

/// A node could say beforehand that it has carried out all that may ever come. So what it says of a
/// log beyond the newest head is not believed, of this log and of all others.
bool is_early(const Logbook& logbook, const ErasureReceipt& receipt) {
    return std::any_of(receipt.logs.begin(), receipt.logs.end(), [&](const CarriedOut& each) {
        const LogRecord* record = logbook.find(each.log);
        return record == nullptr || each.size > record->head.head.size;
    });
}

/// Returns the orders that make this one reach something: itself, and where coordinators order, the
/// others that ask for one of its entries. Before the last of them came, a node had nothing to
/// carry out, and its receipt went beyond the first.
std::vector<const PlacedOrder*> needed_for(const ReplicaParts& parts, const ErasureStatus& order) {
    const auto is_vote = [](const PlacedOrder& each) { return each.author != each.order.school; };
    std::vector<const PlacedOrder*> needed{&order.placed};
    if (!is_vote(order.placed))
        return needed;
    const std::vector<RevisionId>& ours = order.placed.order.entries;
    for (const PlacedOrder* each : parts.erasures.standing(order.network)) {
        const auto is_asked = [&](const RevisionId& entry) {
            return std::binary_search(ours.begin(), ours.end(), entry);
        };
        const std::vector<RevisionId>& theirs = each->order.entries;
        if (is_vote(*each) && each->order.school == order.placed.order.school &&
            std::any_of(theirs.begin(), theirs.end(), is_asked))
            needed.push_back(each);
    }
    return needed;
}

/// Returns the receipts of a school's nodes for this order: one of each, or none where a node has
/// given none. A school has erased what all its nodes have.
std::vector<const SignedNotice*>
receipts_of(const ReplicaParts& parts, const SchoolId& school, const ErasureStatus& order) {
    const identity::IdentityChain* chain = parts.networks.chain(school);
    std::vector<const SignedNotice*> receipts;
    if (chain == nullptr)
        return {};
    const std::vector<const PlacedOrder*> needed = needed_for(parts, order);
    for (const identity::CertifiedNode& node : chain->nodes()) {
        if (node.revoked)
            continue;
        const SpaceId space = log::space_of(order.network);
        const SignedNotice* notice =
            receipt_notice(parts.networks, space, school, node.certificate.signing_key);
        const auto receipt = receipt_in(notice);
        const auto is_covered = [&](const PlacedOrder* each) {
            return network::covers(*receipt, *each);
        };
        if (!receipt || is_early(parts.logbook, *receipt) ||
            !std::all_of(needed.begin(), needed.end(), is_covered))
            return {};
        receipts.push_back(notice);
    }
    return receipts;
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
    return stands;
}

} // namespace

bool Replica::is_erasing() const {
    return parts_->erasures.is_busy();
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
