// Orders to erase, receipts and charters, as any member may write them: read strictly, written
// again the same, folded to an end.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/network/charter.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/operations.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/seeded_random.hpp"

#include <algorithm>

namespace staffroom::fuzz {
namespace {

using network::ErasureKind;
using network::ErasureOrder;
using network::ErasureReason;

void erasure_order(ByteView input) {
    const auto order = network::parse_erasure(input);
    if (!order)
        return;
    ensure(!order->entries.empty() && order->entries.size() <= limits::erasure_entries_max);
    ensure(std::ranges::is_sorted(order->entries));
    ensure(!network::parse_operation(input).has_value());
    const auto again = network::parse_erasure(network::encode_erasure(*order));
    ensure(again.has_value() && *again == *order);
    tests::SeededRandom random(1);
    const network::PlacedOrder placed{
        random.make<RevisionId>(),
        order->school,
        random.make<LogId>(),
        Position{0},
        WallTime{0},
        *order};
    const auto never = [](const SchoolId&) { return false; };
    const auto no_successor = [](const SchoolId&, const SchoolId&) { return false; };
    const auto erased = network::fold_erasures({&placed, 1}, {never, never, no_successor});
    ensure(erased.size() == order->entries.size());
}

void erasure_receipt(ByteView input) {
    const auto receipt = network::parse_receipt(input);
    if (!receipt)
        return;
    ensure(receipt->logs.size() <= limits::erasure_logs_max);
    const auto again = network::parse_receipt(network::encode_receipt(*receipt));
    ensure(again.has_value() && *again == *receipt);
}

void charter_act(ByteView input) {
    const auto act = network::parse_charter_act(input);
    if (!act)
        return;
    ensure(!network::parse_operation(input).has_value());
    ensure(!network::parse_erasure(input).has_value());
    const Bytes encoded = network::encode_charter_act(*act);
    const auto again = network::parse_charter_act(encoded);
    ensure(again.has_value() && network::encode_charter_act(*again) == encoded);
    tests::SeededRandom random(4);
    const auto* revision = std::get_if<network::CharterRevised>(&*act);
    const network::FoundingCharter founding{
        revision != nullptr ? revision->follows : random.make<Digest>(),
        "",
        random.make<SchoolId>()};
    const network::PlacedCharterAct placed{founding.founder, WallTime{0}, *act};
    const auto book = network::fold_charters(founding, {&placed, &placed}, {founding.founder});
    ensure(book.charters.size() == (revision != nullptr ? 2U : 1U));
    ensure(book.find(book.in_force) == &book.charters.back());
}

std::vector<Bytes> order_seeds() {
    tests::SeededRandom random(2);
    std::vector<Bytes> seeds;
    for (const std::size_t count : {1U, 3U}) {
        ErasureOrder order{
            random.make<SchoolId>(), {}, ErasureKind::files_only, ErasureReason::flood};
        for (std::size_t i = 0; i < count; ++i)
            order.entries.push_back(random.make<RevisionId>());
        std::ranges::sort(order.entries);
        seeds.push_back(network::encode_erasure(order));
    }
    return seeds;
}

std::vector<Bytes> charter_seeds() {
    tests::SeededRandom random(5);
    return {
        network::encode_charter_act(network::CharterRevised{random.make<Digest>(), "Be kind."}),
        network::encode_charter_act(network::CharterSigned{random.make<Digest>()})};
}

std::vector<Bytes> receipt_seeds() {
    tests::SeededRandom random(3);
    network::ErasureReceipt receipt{WallTime{1000}, {}};
    std::vector<LogId> logs{random.make<LogId>(), random.make<LogId>()};
    std::ranges::sort(logs);
    for (const LogId& log : logs)
        receipt.logs.push_back({log, LogSize{7}});
    return {network::encode_receipt(receipt), network::encode_receipt({WallTime{0}, {}})};
}

} // namespace

Targets erasure_targets() {
    return {
        {"erasure-order", erasure_order, order_seeds},
        {"erasure-receipt", erasure_receipt, receipt_seeds},
        {"charter-act", charter_act, charter_seeds}};
}

} // namespace staffroom::fuzz
