// Conversions of the messages between gateways of two linked networks. What is signed in them is
// bytes here, bounded and unread. [A12]
#include "protocol/base/limits.hpp"
#include "protocol/log/log_shapes.hpp"
#include "protocol/wire/convert_link.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::wire {
namespace {

/// Errors: too_large, malformed (not ascending, not below `end`).
template <class List>
Result<std::vector<Position>>
get_positions(const List& from, std::size_t count_max, std::uint64_t end) {
    if (static_cast<std::size_t>(from.size()) > count_max)
        return fail(Errc::too_large, "positions");
    std::vector<Position> positions;
    for (const std::uint64_t position : from) {
        if (position >= end || (!positions.empty() && positions.back().value >= position))
            return fail(Errc::malformed, "positions in ascending order");
        positions.push_back(Position{position});
    }
    return positions;
}

/// Errors: too_large, malformed (none, or not ascending).
template <class List>
Result<std::vector<RevisionId>> get_revisions(const List& from, std::size_t count_max) {
    if (static_cast<std::size_t>(from.size()) > count_max)
        return fail(Errc::too_large, "revisions");
    std::vector<RevisionId> revisions;
    for (const std::string& field : from) {
        const auto revision = get_id<RevisionId>(field);
        if (!revision || (!revisions.empty() && !(revisions.back() < *revision)))
            return fail(Errc::malformed, "revisions in ascending order");
        revisions.push_back(*revision);
    }
    if (revisions.empty())
        return fail(Errc::malformed, "no revision");
    return revisions;
}

} // namespace

schema::FarHello to_shape(const FarHello& message) {
    schema::FarHello to;
    to.set_chain(to_string(message.chain));
    to.set_for_one(message.for_one);
    return to;
}

Result<FarHello> from_shape(const schema::FarHello& shape) {
    if (shape.chain().size() > limits::chain_bytes_max)
        return fail(Errc::too_large, "chain");
    return FarHello{to_bytes(as_view(shape.chain())), shape.for_one()};
}

schema::FarCrossing to_shape(const FarCrossing& message) {
    schema::FarCrossing to;
    log::put_descriptor(to.mutable_described(), message.descriptor);
    to.set_size(message.size.value);
    for (const Position& position : message.positions)
        to.add_positions(position.value);
    return to;
}

Result<FarCrossing> from_shape(const schema::FarCrossing& shape) {
    auto descriptor = log::get_descriptor(shape.described());
    auto positions = get_positions(shape.positions(), limits::far_positions_max, shape.size());
    if (!descriptor)
        return fail(descriptor.error());
    if (!positions)
        return fail(positions.error());
    return FarCrossing{*descriptor, LogSize{shape.size()}, std::move(*positions)};
}

schema::FarAsk to_shape(const FarAsk& message) {
    schema::FarAsk to;
    set_bytes(to.mutable_log(), message.log);
    for (const Position& position : message.positions)
        to.add_positions(position.value);
    return to;
}

Result<FarAsk> from_shape(const schema::FarAsk& shape) {
    const auto log = get_id<LogId>(shape.log());
    auto positions = get_positions(shape.positions(), limits::relay_records_max, ~std::uint64_t{0});
    if (!log)
        return fail(log.error());
    if (!positions)
        return fail(positions.error());
    if (positions->empty())
        return fail(Errc::malformed, "a question for nothing");
    return FarAsk{*log, std::move(*positions)};
}

schema::FarRelay to_shape(const FarRelay& message) {
    schema::FarRelay to;
    to.set_relay(to_string(message.relay));
    return to;
}

Result<FarRelay> from_shape(const schema::FarRelay& shape) {
    if (shape.relay().size() > limits::relay_bytes_max)
        return fail(Errc::too_large, "relay");
    return FarRelay{to_bytes(as_view(shape.relay()))};
}

schema::FarActs to_shape(const FarActs& message) {
    schema::FarActs to;
    for (const Bytes& act : message.acts)
        to.add_acts(to_string(act));
    return to;
}

Result<FarActs> from_shape(const schema::FarActs& shape) {
    if (static_cast<std::size_t>(shape.acts_size()) > limits::far_acts_max)
        return fail(Errc::too_large, "acts");
    FarActs message{};
    for (const std::string& act : shape.acts()) {
        if (act.size() > limits::operation_bytes_max)
            return fail(Errc::too_large, "act");
        message.acts.push_back(to_bytes(as_view(act)));
    }
    return message;
}

schema::FarGone to_shape(const FarGone& message) {
    schema::FarGone to;
    to.set_files_only(message.files_only);
    for (const RevisionId& revision : message.revisions)
        set_bytes(to.add_revisions(), revision);
    return to;
}

Result<FarGone> from_shape(const schema::FarGone& shape) {
    auto revisions = get_revisions(shape.revisions(), limits::far_gone_max);
    if (!revisions)
        return fail(revisions.error());
    return FarGone{shape.files_only(), std::move(*revisions)};
}

schema::FarAskOrders to_shape(const FarAskOrders& message) {
    schema::FarAskOrders to;
    for (const RevisionId& revision : message.revisions)
        set_bytes(to.add_revisions(), revision);
    return to;
}

Result<FarAskOrders> from_shape(const schema::FarAskOrders& shape) {
    auto revisions = get_revisions(shape.revisions(), limits::far_orders_max);
    if (!revisions)
        return fail(revisions.error());
    return FarAskOrders{std::move(*revisions)};
}

schema::FarOrders to_shape(const FarOrders& message) {
    schema::FarOrders to;
    for (const Bytes& order : message.orders)
        to.add_orders(to_string(order));
    return to;
}

Result<FarOrders> from_shape(const schema::FarOrders& shape) {
    if (static_cast<std::size_t>(shape.orders_size()) > limits::far_orders_max)
        return fail(Errc::too_large, "orders");
    FarOrders message{};
    for (const std::string& order : shape.orders()) {
        if (order.size() > limits::far_order_bytes_max)
            return fail(Errc::too_large, "order");
        message.orders.push_back(to_bytes(as_view(order)));
    }
    return message;
}

schema::FarReceipts to_shape(const FarReceipts& message) {
    schema::FarReceipts to;
    for (const Bytes& receipt : message.receipts)
        to.add_receipts(to_string(receipt));
    return to;
}

Result<FarReceipts> from_shape(const schema::FarReceipts& shape) {
    if (static_cast<std::size_t>(shape.receipts_size()) > limits::far_receipts_max)
        return fail(Errc::too_large, "receipts");
    FarReceipts message{};
    for (const std::string& receipt : shape.receipts()) {
        if (receipt.size() > limits::statement_bytes_max)
            return fail(Errc::too_large, "receipt");
        message.receipts.push_back(to_bytes(as_view(receipt)));
    }
    return message;
}

} // namespace staffroom::wire
