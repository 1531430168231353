// What governance says, filed by where it stands: operations, orders to erase [E1], charters [N8],
// links [A9].
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/replica/membership/networks.hpp"

#include <algorithm>

namespace staffroom::replica {

/// Files an operation, aside where it stands beyond what counts of its log. What this version
/// cannot read is kept in the log and counted as nothing.
void Networks::place(NetworkState& state, const GovernancePayload& payload) {
    const LogRecord& record = *logbook_.find(payload.log);
    if (payload.written.ms != 0)
        state.written.insert_or_assign(payload.id, payload.written);
    auto operation = network::parse_operation(*payload.payload);
    if (!operation)
        return place_beside(state, payload);
    if (record.cut && payload.position >= record.cut->position) {
        state.aside[payload.log].try_emplace(
            payload.position,
            NetworkState::SetAside{payload.id, network::encode_operation(*operation)}
        );
        return;
    }
    state.placed[payload.log].emplace(payload.position, payload.id);
    state.operations.add({payload.id, payload.author, std::move(*operation)});
}

namespace {

WallTime written_at(const GovernancePayload& payload) {
    return payload.header == nullptr ? WallTime{0} : log::written_at(*payload.header);
}

/// The attack: a member writes revisions by the thousand, 64 KiB each, into every node's memory. So
/// the first ones of a log are kept, whatever comes behind them. Not the first ones of a school
/// here: what a stolen key wrote would take the places of the school, which has cut that log since.
void keep_first(
    NetworkState::CharterActs& of_log,
    const GovernancePayload& payload,
    network::PlacedCharterAct act
) {
    of_log.try_emplace(payload.position, std::move(act));
    if (of_log.size() > limits::charter_acts_per_school_max)
        of_log.erase(std::prev(of_log.end()));
}

/// Of one order, by who wrote it down, over all gateways that have signed something.
constexpr std::size_t said_of_all_signatories_max = 16 * limits::far_said_of_writer_max;

/// With one more of these than `most`, the one with the largest key goes.
template <class Entries, class IsOne>
void keep_smallest(Entries& entries, std::size_t most, IsOne is_one) {
    const auto count = std::count_if(entries.begin(), entries.end(), is_one);
    if (count <= static_cast<std::ptrdiff_t>(most))
        return;
    const auto last = std::find_if(entries.rbegin(), entries.rend(), is_one);
    entries.erase(std::next(last).base());
}

} // namespace

/// Files what stands beside the operations: an order to erase, a charter, or what was said of a
/// link. All are kept beyond what counts of their log, too: it may count again.
void Networks::place_beside(NetworkState& state, const GovernancePayload& payload) {
    if (auto act = agreement::parse_link_act(*payload.payload)) {
        if (auto* passport = std::get_if<agreement::LinkPassport>(&*act)) {
            state.passports.take({payload.author, payload.log}, std::move(passport->passport));
            return;
        }
        if (const auto* order = std::get_if<agreement::LinkOrder>(&*act))
            return place_far_order(state, payload, *order);
        if (auto* receipt = std::get_if<agreement::LinkReceipt>(&*act)) {
            place_far_receipt(state, payload.author, std::move(*receipt));
            return;
        }
        const bool is_new =
            state.link_acts[payload.log]
                .try_emplace(
                    payload.position, PlacedLinkAct{payload.id, payload.author, std::move(*act)}
                )
                .second;
        state.link_act_count += is_new ? 1U : 0U;
        return;
    }
    if (auto charter = network::parse_charter_act(*payload.payload)) {
        keep_first(
            state.charter_acts[payload.log],
            payload,
            {payload.author, written_at(payload), std::move(*charter)}
        );
        return;
    }
    auto order = network::parse_erasure(*payload.payload);
    if (!order)
        return;
    const bool is_new = state.orders[payload.log]
                            .try_emplace(
                                payload.position,
                                network::PlacedOrder{
                                    payload.id,
                                    payload.author,
                                    payload.log,
                                    payload.position,
                                    written_at(payload),
                                    std::move(*order)}
                            )
                            .second;
    state.order_count += is_new ? 1U : 0U;
}

/// Files what another network is said to have signed of an order from here. Any member can write
/// any number of these; each displaces its own alone. [E10]
void Networks::place_far_receipt(
    NetworkState& state, const SchoolId& writer, agreement::LinkReceipt act
) {
    const auto named = agreement::parse_far_receipt(act.receipt.bytes);
    if (!named)
        return;
    if (act.receipt.signatures.empty())
        return;
    const NetworkState::FarSaid said{
        writer,
        act.receipt.signatures.front().school,
        named->beyond ? std::optional(named->beyond->network) : std::nullopt};
    auto& of_order = state.far_receipts[named->order];
    const auto [at, is_new] = of_order.try_emplace(said, act.receipt);
    const auto known = agreement::parse_far_receipt(at->second.bytes);
    const bool is_more = known && (known->erased < named->erased ||
                                   (known->erased == named->erased && known->since < named->since));
    if (!is_new && is_more)
        at->second = std::move(act.receipt);
    // The attack: one for each school and network that anybody can make up. What one gateway says
    // pushes out nothing that another one has said. Whatever comes later, what goes would have
    // gone.
    keep_smallest(of_order, limits::far_said_of_writer_max, [&](const auto& each) {
        return each.first.writer == writer && each.first.signatory == said.signatory;
    });
    keep_smallest(of_order, said_of_all_signatories_max, [&](const auto& each) {
        return each.first.writer == writer;
    });
}

/// Files an order of another network's school among the orders, as that school's, where who wrote
/// it down has put it. Whether it proves itself is asked where orders are followed. [E9]
void Networks::place_far_order(
    NetworkState& state, const GovernancePayload& payload, const agreement::LinkOrder& act
) {
    auto far = agreement::parse_far_order(act.order);
    if (!far)
        return;
    const network::PlacedOrder placed{
        payload.id,
        far->descriptor.school,
        payload.log,
        payload.position,
        log::written_at(far->header),
        far->order};
    if (!state.orders[payload.log].try_emplace(payload.position, placed).second)
        return;
    state.far_orders.insert_or_assign(payload.id, std::move(*far));
    ++state.order_count;
    // The attack: a member writes orders under schools of its own making, each of which costs
    // hundreds of signatures at each start. So the first ones of a log count.
    std::map<Position, RevisionId>& of_log = state.far_places[payload.log];
    of_log.emplace(payload.position, payload.id);
    if (of_log.size() <= limits::far_orders_per_log_max)
        return;
    const auto last = std::prev(of_log.end());
    // It keeps its place, for others hold it by that, and reaches nothing.
    state.orders[payload.log].at(last->first).order.entries.clear();
    state.far_orders.erase(last->second);
    of_log.erase(last);
}

} // namespace staffroom::replica
