// What this node says of the orders that it has carried out. [E6]
#include "protocol/replica/erasure/receipts.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/replica/erasure/erasures.hpp"

namespace staffroom::replica {

using network::CarriedOut;
using network::ErasureReceipt;
using network::NoticeKind;
using network::SignedNotice;

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

/// Returns for each governance log with orders how far all of them are done.
std::vector<CarriedOut>
Erasures::carried_out(const NetworkState& network, const Followed& followed) const {
    std::vector<CarriedOut> logs;
    for (const auto& [log, places] : network.orders) {
        LogSize size{0};
        for (const auto& [position, placed] : places) {
            // One that counts not, or reaches nothing yet, is nothing to be carried out.
            const bool is_open =
                followed.standing.count(placed.id) > 0 && progress_of(placed.id) != Progress::done;
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
