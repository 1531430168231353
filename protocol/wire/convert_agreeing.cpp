// Conversions of the messages by which two networks agree. What coordinators sign in them is bytes
// here, bounded and unread. [A9]
#include "protocol/base/limits.hpp"
#include "protocol/wire/convert_link.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::wire {
namespace {

template <class List> Result<std::vector<Bytes>> get_chains(const List& from) {
    if (static_cast<std::size_t>(from.size()) > limits::card_coordinators_max)
        return fail(Errc::too_large, "chains of coordinators");
    std::vector<Bytes> chains;
    for (const std::string& chain : from) {
        if (chain.size() > limits::chain_bytes_max)
            return fail(Errc::too_large, "chain of a coordinator");
        chains.push_back(to_bytes(as_view(chain)));
    }
    return chains;
}

Result<void> check_card_bytes(const std::string& card, const std::string& charter) {
    if (card.size() > limits::card_bytes_max || charter.size() > limits::charter_bytes_max)
        return fail(Errc::too_large, "card");
    return {};
}

} // namespace

schema::LinkOffer to_shape(const LinkOffer& message) {
    schema::LinkOffer to;
    to.set_status(static_cast<std::uint32_t>(message.status));
    to.set_card(to_string(message.card));
    to.set_charter(message.charter);
    to.set_terms(to_string(message.terms));
    for (const Bytes& chain : message.chains)
        to.add_chains(to_string(chain));
    if (message.signature)
        set_bytes(to.mutable_signature(), *message.signature);
    return to;
}

Result<LinkOffer> from_shape(const schema::LinkOffer& shape) {
    if (shape.status() > 2)
        return fail(Errc::unknown_value, "status of a link");
    if (auto checked = check_card_bytes(shape.card(), shape.charter()); !checked)
        return fail(checked.error());
    if (shape.terms().size() > limits::statement_bytes_max)
        return fail(Errc::too_large, "terms");
    auto chains = get_chains(shape.chains());
    if (!chains)
        return fail(chains.error());
    LinkOffer message{
        static_cast<InviteStatus>(shape.status()),
        to_bytes(as_view(shape.card())),
        shape.charter(),
        to_bytes(as_view(shape.terms())),
        std::move(*chains),
        std::nullopt};
    if (!shape.signature().empty()) {
        auto signature = get_id<Signature>(shape.signature());
        if (!signature)
            return fail(signature.error());
        message.signature = *signature;
    }
    return message;
}

schema::LinkAccept to_shape(const LinkAccept& message) {
    schema::LinkAccept to;
    to.set_card(to_string(message.card));
    to.set_charter(message.charter);
    to.set_agreement(to_string(message.agreement));
    set_bytes(to.mutable_signature(), message.signature);
    for (const Bytes& chain : message.chains)
        to.add_chains(to_string(chain));
    return to;
}

Result<LinkAccept> from_shape(const schema::LinkAccept& shape) {
    if (auto checked = check_card_bytes(shape.card(), shape.charter()); !checked)
        return fail(checked.error());
    if (shape.agreement().size() > 2 * limits::statement_bytes_max)
        return fail(Errc::too_large, "agreement");
    auto signature = get_id<Signature>(shape.signature());
    auto chains = get_chains(shape.chains());
    if (!signature)
        return fail(signature.error());
    if (!chains)
        return fail(chains.error());
    return LinkAccept{
        to_bytes(as_view(shape.card())),
        shape.charter(),
        to_bytes(as_view(shape.agreement())),
        *signature,
        std::move(*chains)};
}

schema::LinkAnswer to_shape(const LinkAnswer& message) {
    schema::LinkAnswer to;
    to.set_status(message.status);
    to.set_agreement(to_string(message.agreement));
    return to;
}

Result<LinkAnswer> from_shape(const schema::LinkAnswer& shape) {
    if (shape.agreement().size() > 2 * limits::statement_bytes_max)
        return fail(Errc::too_large, "agreement");
    return LinkAnswer{shape.status(), to_bytes(as_view(shape.agreement()))};
}

} // namespace staffroom::wire
