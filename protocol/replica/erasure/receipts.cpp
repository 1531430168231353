// What this node says of the orders that it has carried out. [E6]
#include "protocol/replica/erasure/receipts.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/replica/erasure/erasures.hpp"

#include <algorithm>

namespace staffroom::replica {

using network::CarriedOut;
using network::ErasureReceipt;
using network::NoticeKind;
using network::PlacedOrder;
using network::SignedNotice;

namespace {

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
std::vector<const PlacedOrder*>
needed_for(const ReceiptGround& ground, const NetworkId& network, const PlacedOrder& order) {
    const network::Roster& roster = ground.networks.all().at(network).roster;
    const auto is_vote = [&](const PlacedOrder& each) {
        return each.author != each.order.school && !roster.succeeds(each.author, each.order.school);
    };
    std::vector<const PlacedOrder*> needed{&order};
    if (!is_vote(order))
        return needed;
    const std::vector<RevisionId>& ours = order.order.entries;
    for (const PlacedOrder* each : ground.erasures.standing(network)) {
        const auto is_asked = [&](const RevisionId& entry) {
            return std::binary_search(ours.begin(), ours.end(), entry);
        };
        const std::vector<RevisionId>& theirs = each->order.entries;
        if (is_vote(*each) && each->order.school == order.order.school &&
            std::any_of(theirs.begin(), theirs.end(), is_asked))
            needed.push_back(each);
    }
    return needed;
}

/// What the servers of a school have said of an order.
struct SchoolReceipts {
    std::vector<const SignedNotice*> receipts{};
    std::size_t silent = 0; // servers whose keys count and that have given none
};

SchoolReceipts find_receipts(
    const ReceiptGround& ground,
    const NetworkId& network,
    const PlacedOrder& order,
    const SchoolId& school
) {
    const identity::IdentityChain* chain = ground.networks.chain(school);
    SchoolReceipts found;
    if (chain == nullptr)
        return found;
    const std::vector<const PlacedOrder*> needed = needed_for(ground, network, order);
    for (const identity::CertifiedNode& node : chain->nodes()) {
        if (node.revoked)
            continue;
        const SignedNotice* notice = receipt_notice(
            ground.networks, log::space_of(network), school, node.certificate.signing_key
        );
        const auto receipt = receipt_in(notice);
        const auto is_covered = [&](const PlacedOrder* each) {
            return network::covers(*receipt, *each);
        };
        if (receipt && !is_early(ground.logbook, *receipt) &&
            std::all_of(needed.begin(), needed.end(), is_covered))
            found.receipts.push_back(notice);
        else
            ++found.silent;
    }
    return found;
}

} // namespace

std::vector<const SignedNotice*> receipts_of(
    const ReceiptGround& ground,
    const NetworkId& network,
    const PlacedOrder& order,
    const SchoolId& school
) {
    SchoolReceipts found = find_receipts(ground, network, order, school);
    if (found.silent > 0)
        found.receipts.clear();
    return std::move(found.receipts);
}

bool waits_for_a_server(
    const ReceiptGround& ground,
    const NetworkId& network,
    const PlacedOrder& order,
    const SchoolId& school
) {
    const SchoolReceipts found = find_receipts(ground, network, order, school);
    return found.silent > 0 && !found.receipts.empty();
}

const SignedNotice* receipt_notice(
    const Networks& networks,
    const SpaceId& space,
    const SchoolId& school,
    const SigningPublicKey& key
) {
    return networks.notice(network::subject({NoticeKind::erasures, space, school, key, 0, {}}));
}

std::optional<ErasureReceipt> receipt_in(const SignedNotice* notice) {
    if (notice == nullptr)
        return std::nullopt;
    auto receipt = network::parse_receipt(notice->notice.content);
    return receipt ? std::optional(std::move(*receipt)) : std::nullopt;
}

namespace {

/// Whether an order that reaches nothing yet may do so without another one. The attack is the order
/// of arrival: what a successor has ordered comes before the leave of the school, a receipt goes
/// past it, and when the leave comes all believe that the words have gone that are still here. Of
/// whom nobody has named nothing comes to reach by itself: a coordinator that ordered for a school
/// that came back gets receipts for what it orders after that, also where that school names it
/// without asking.
bool may_still_reach(const NetworkState& network, const PlacedOrder& placed) {
    const auto named = network.roster.successors.find(placed.order.school);
    return network.far_orders.count(placed.id) == 0 && named != network.roster.successors.end() &&
           named->second == placed.author && !network.roster.is_coordinator(placed.author);
}

} // namespace

/// Returns for each governance log with orders how far all of them are done.
std::vector<CarriedOut>
Erasures::carried_out(const NetworkState& network, const Followed& followed) const {
    std::vector<CarriedOut> logs;
    for (const auto& [log, places] : network.orders) {
        LogSize size{0};
        for (const auto& [position, placed] : places) {
            // One that counts not is nothing to be carried out.
            const bool is_open = followed.standing.count(placed.id) > 0
                                     ? progress_of(placed.id) != Progress::done
                                     : may_still_reach(network, placed);
            if (is_open)
                break;
            size = LogSize{position.value + 1};
        }
        if (size.value > 0 && logs.size() < limits::erasure_logs_max)
            logs.push_back({log, size});
    }
    return logs;
}

void Erasures::write_receipts() {
    is_receipt_due_ = false;
    if (networks_.is_key_ended())
        return;
    for (const auto& [id, network] : networks_.all()) {
        if (!network.roster.is_member(context_.school))
            continue;
        const SpaceId& space = network.space.id;
        const auto last = receipt_in(
            receipt_notice(networks_, space, context_.school, context_.keys.signing.public_key())
        );
        std::vector<CarriedOut> logs = carried_out(network, followed_[id]);
        if (logs != (last ? last->logs : std::vector<CarriedOut>{}))
            networks_.write_notice(
                NoticeKind::erasures,
                space,
                network::encode_receipt({context_.wall, std::move(logs)})
            );
    }
}

} // namespace staffroom::replica
