// Codec of cards. Declared in agreement/card. [W2] [A2]
#include "protocol/agreement/card.hpp"
#include "protocol/agreement/signature_shapes.hpp"
#include "protocol/base/text.hpp"
#include "protocol/network/address_form.hpp"
#include "protocol/wire/form/schema.pb.h"

#include <algorithm>

namespace staffroom::agreement {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::MessageRule;

constexpr std::uint32_t card_version = 1;
constexpr std::size_t card_name_bytes_max = 200;
constexpr std::size_t card_focus_bytes_max = 1000;
constexpr std::size_t card_place_bytes_max = 400;

constexpr FieldRule gateway_fields[] = {{1, FieldType::bytes}, {2, FieldType::bytes, true}};
constexpr MessageRule gateway_rule{gateway_fields};
constexpr FieldRule card_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::bytes},
    {3, FieldType::u32},
    {4, FieldType::bytes},
    {5, FieldType::bytes},
    {6, FieldType::bytes},
    {7, FieldType::bytes},
    {8, FieldType::bytes},
    {9, FieldType::bytes, true},
    {10, FieldType::u32},
    {11, FieldType::message, true, &gateway_rule},
    {12, FieldType::bytes, true}};
constexpr MessageRule card_rule{card_fields};

bool is_plain_line(const std::string& text, std::size_t bytes_max) {
    return text.size() <= bytes_max && !first_unreadable_byte(text);
}

Result<std::vector<Gateway>> get_gateways(const schema::Card& from) {
    if (static_cast<std::size_t>(from.gateways_size()) > limits::card_gateways_max)
        return fail(Errc::too_large, "gateways");
    std::vector<Gateway> gateways;
    for (const schema::Gateway& each : from.gateways()) {
        const auto school = wire::get_id<SchoolId>(each.school());
        if (!school || (!gateways.empty() && !(gateways.back().school < *school)))
            return fail(Errc::malformed, "gateway");
        if (static_cast<std::size_t>(each.addresses_size()) > limits::addresses_per_school_max)
            return fail(Errc::too_large, "addresses of a gateway");
        Gateway gateway{*school, {each.addresses().begin(), each.addresses().end()}};
        if (!std::ranges::all_of(gateway.addresses, network::is_dialable))
            return fail(Errc::malformed, "address of a gateway");
        gateways.push_back(std::move(gateway));
    }
    return gateways;
}

Result<void> check_card(const Card& card) {
    if (card.name.empty() || !is_plain_line(card.name, card_name_bytes_max) ||
        !is_plain_line(card.focus, card_focus_bytes_max) ||
        !is_plain_line(card.place, card_place_bytes_max))
        return fail(Errc::malformed, "words of a card");
    if (card.previous.has_value() != (card.number > 0))
        return fail(Errc::malformed, "number of a card");
    if (card.signatures < 1 || card.signatures > card.coordinators.size())
        return fail(Errc::malformed, "signatures that a card asks for");
    return {};
}

} // namespace

Bytes encode_card(const Card& card) {
    schema::Card to;
    to.set_version(card_version);
    wire::set_bytes(to.mutable_network(), card.network);
    to.set_number(card.number);
    if (card.previous)
        wire::set_bytes(to.mutable_previous(), *card.previous);
    to.set_name(card.name);
    to.set_focus(card.focus);
    wire::set_bytes(to.mutable_charter_hash(), card.charter_hash);
    to.set_place(card.place);
    for (const SchoolId& school : card.coordinators)
        wire::set_bytes(to.add_coordinators(), school);
    to.set_signatures(card.signatures);
    for (const Gateway& each : card.gateways) {
        schema::Gateway* gateway = to.add_gateways();
        wire::set_bytes(gateway->mutable_school(), each.school);
        for (const std::string& address : each.addresses)
            gateway->add_addresses(address);
    }
    for (const Digest& statement : card.stands_by)
        wire::set_bytes(to.add_stands_by(), statement);
    return wire::serialise(to);
}

Result<Card> parse_card(ByteView bytes) {
    schema::Card from;
    if (auto parsed = wire::parse_strict_into(from, bytes, card_rule, limits::card_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != card_version)
        return fail(Errc::unknown_version, "card");
    const auto network = wire::get_id<NetworkId>(from.network());
    const auto charter = wire::get_id<Digest>(from.charter_hash());
    auto coordinators = get_ascending<SchoolId>(from.coordinators(), limits::card_coordinators_max);
    auto gateways = get_gateways(from);
    auto stands_by = get_ascending<Digest>(from.stands_by(), limits::card_stands_by_max);
    if (!network || !charter)
        return fail(Errc::malformed, "card");
    if (!coordinators)
        return fail(coordinators.error());
    if (!gateways)
        return fail(gateways.error());
    if (!stands_by)
        return fail(stands_by.error());
    Card card{
        *network,
        from.number(),
        std::nullopt,
        from.name(),
        from.focus(),
        *charter,
        from.place(),
        std::move(*coordinators),
        from.signatures(),
        std::move(*gateways),
        std::move(*stands_by)};
    if (!from.previous().empty()) {
        const auto previous = wire::get_id<Digest>(from.previous());
        if (!previous)
            return fail(previous.error());
        card.previous = *previous;
    }
    if (auto checked = check_card(card); !checked)
        return fail(checked.error());
    return card;
}

} // namespace staffroom::agreement
