// Conversions of hello, ping, pong, ranges, ask and invitations: the messages before records
// travel.
#include "protocol/base/limits.hpp"
#include "protocol/wire/convert_link.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::wire {
namespace {

constexpr std::uint32_t link_version = 1;

template <class List> void put_greetings(List* to, const std::vector<SpaceGreeting>& greetings) {
    for (const SpaceGreeting& greeting : greetings) {
        schema::SpaceGreeting* one = to->Add();
        set_bytes(one->mutable_token(), greeting.token);
        if (greeting.fingerprint)
            set_bytes(one->mutable_fingerprint(), *greeting.fingerprint);
        one->set_complete(greeting.complete);
    }
}

Result<SpaceGreeting> get_greeting(const schema::SpaceGreeting& from) {
    auto token = get_id<Token>(from.token());
    if (!token)
        return fail(token.error());
    SpaceGreeting greeting{*token, std::nullopt, from.complete()};
    if (!from.fingerprint().empty()) {
        auto fingerprint = get_id<Fingerprint>(from.fingerprint());
        if (!fingerprint)
            return fail(fingerprint.error());
        greeting.fingerprint = *fingerprint;
    }
    return greeting;
}

template <class List> Result<std::vector<SpaceGreeting>> get_greetings(const List& from) {
    if (static_cast<std::size_t>(from.size()) > limits::networks_per_node_max)
        return fail(Errc::too_large, "greetings");
    std::vector<SpaceGreeting> greetings;
    for (const schema::SpaceGreeting& one : from) {
        auto greeting = get_greeting(one);
        if (!greeting)
            return fail(greeting.error());
        greetings.push_back(std::move(*greeting));
    }
    return greetings;
}

Result<RangeMode> parse_range_mode(std::uint32_t raw) {
    switch (raw) {
    case 0: return RangeMode::skip;
    case 1: return RangeMode::fingerprint;
    case 2: return RangeMode::items;
    default: return fail(Errc::unknown_value, "range mode");
    }
}

Result<Range> get_range(const schema::Range& from) {
    auto mode = parse_range_mode(from.mode());
    if (!mode)
        return fail(mode.error());
    Range range{std::nullopt, *mode, std::nullopt, {}};
    if (!from.upper().empty()) {
        auto upper = get_id<Digest>(from.upper());
        if (!upper)
            return fail(upper.error());
        range.upper = *upper;
    }
    if (range.mode == RangeMode::fingerprint) {
        auto fingerprint = get_id<Fingerprint>(from.fingerprint());
        if (!fingerprint)
            return fail(fingerprint.error());
        range.fingerprint = *fingerprint;
    }
    if (static_cast<std::size_t>(from.items_size()) > limits::range_items_max)
        return fail(Errc::too_large, "items of a range");
    for (const schema::Item& item : from.items()) {
        auto id = get_id<Digest>(item.id());
        auto tag = get_id<ItemTag>(item.tag());
        if (!id || !tag)
            return fail(Errc::malformed, "item");
        range.items.push_back({*id, item.size(), *tag});
    }
    return range;
}

template <class Shape, class Plain> Result<Plain> get_ping(const Shape& shape) {
    auto spaces = get_greetings(shape.spaces());
    if (!spaces)
        return fail(spaces.error());
    return Plain{shape.nonce(), std::move(*spaces)};
}

} // namespace

schema::Hello to_shape(const Hello& message) {
    schema::Hello to;
    to.set_version(link_version);
    to.set_capabilities(message.capabilities);
    set_bytes(to.mutable_identity(), message.identity);
    put_greetings(to.mutable_spaces(), message.spaces);
    to.set_chain(to_string(message.chain));
    return to;
}

Result<Hello> from_shape(const schema::Hello& shape) {
    if (shape.version() != link_version)
        return fail(Errc::unknown_version, "hello");
    auto identity = get_id<Fingerprint>(shape.identity());
    auto spaces = get_greetings(shape.spaces());
    if (!identity)
        return fail(identity.error());
    if (!spaces)
        return fail(spaces.error());
    if (shape.chain().size() > limits::chain_bytes_max)
        return fail(Errc::too_large, "chain");
    return Hello{
        shape.capabilities(), *identity, std::move(*spaces), to_bytes(as_view(shape.chain()))};
}

schema::WhoAreYou to_shape(const WhoAreYou&) {
    return {};
}

Result<WhoAreYou> from_shape(const schema::WhoAreYou&) {
    return WhoAreYou{};
}

schema::Ranges to_shape(const Ranges& message) {
    schema::Ranges to;
    set_bytes(to.mutable_token(), message.token);
    for (const Range& range : message.ranges) {
        schema::Range* one = to.add_ranges();
        if (range.upper)
            set_bytes(one->mutable_upper(), *range.upper);
        one->set_mode(static_cast<std::uint32_t>(range.mode));
        if (range.fingerprint)
            set_bytes(one->mutable_fingerprint(), *range.fingerprint);
        for (const Item& item : range.items) {
            schema::Item* added = one->add_items();
            set_bytes(added->mutable_id(), item.id);
            added->set_size(item.size);
            set_bytes(added->mutable_tag(), item.tag);
        }
    }
    return to;
}

Result<Ranges> from_shape(const schema::Ranges& shape) {
    auto token = get_id<Token>(shape.token());
    if (!token)
        return fail(token.error());
    if (static_cast<std::size_t>(shape.ranges_size()) > limits::ranges_per_message_max)
        return fail(Errc::too_large, "ranges");
    Ranges message{*token, {}};
    for (const schema::Range& one : shape.ranges()) {
        auto range = get_range(one);
        if (!range)
            return fail(range.error());
        message.ranges.push_back(std::move(*range));
    }
    return message;
}

schema::Ask to_shape(const Ask& message) {
    schema::Ask to;
    set_bytes(to.mutable_token(), message.token);
    for (const Digest& id : message.ids)
        set_bytes(to.add_ids(), id);
    return to;
}

Result<Ask> from_shape(const schema::Ask& shape) {
    constexpr std::size_t asked_max = 4096;
    auto token = get_id<Token>(shape.token());
    if (!token)
        return fail(token.error());
    if (static_cast<std::size_t>(shape.ids_size()) > asked_max)
        return fail(Errc::too_large, "ids asked for");
    Ask message{*token, {}};
    for (const std::string& field : shape.ids()) {
        auto id = get_id<Digest>(field);
        if (!id)
            return fail(id.error());
        message.ids.push_back(*id);
    }
    return message;
}

schema::Ping to_shape(const Ping& message) {
    schema::Ping to;
    to.set_nonce(message.nonce);
    put_greetings(to.mutable_spaces(), message.spaces);
    return to;
}
schema::Pong to_shape(const Pong& message) {
    schema::Pong to;
    to.set_nonce(message.nonce);
    put_greetings(to.mutable_spaces(), message.spaces);
    return to;
}
Result<Ping> from_shape(const schema::Ping& shape) {
    return get_ping<schema::Ping, Ping>(shape);
}
Result<Pong> from_shape(const schema::Pong& shape) {
    return get_ping<schema::Pong, Pong>(shape);
}

schema::Goodbye to_shape(const Goodbye& message) {
    schema::Goodbye to;
    to.set_reason(message.reason);
    return to;
}
Result<Goodbye> from_shape(const schema::Goodbye& shape) {
    return Goodbye{shape.reason()};
}

schema::InviteOffer to_shape(const InviteOffer& message) {
    schema::InviteOffer to;
    to.set_status(static_cast<std::uint32_t>(message.status));
    to.set_genesis(to_string(message.genesis));
    to.mutable_chain()->ParseFromArray(
        message.chain.data(), static_cast<int>(message.chain.size())
    );
    if (message.bound) {
        set_bytes(to.mutable_inviter(), message.bound->inviter);
        set_bytes(to.mutable_bound(), message.bound->signature);
    }
    return to;
}

Result<InviteOffer> from_shape(const schema::InviteOffer& shape) {
    if (shape.status() > 2)
        return fail(Errc::unknown_value, "invite status");
    if (shape.genesis().size() > limits::genesis_bytes_max + limits::charter_bytes_max)
        return fail(Errc::too_large, "genesis");
    const auto status = static_cast<InviteStatus>(shape.status());
    InviteOffer offer{status, to_bytes(as_view(shape.genesis())), serialise(shape.chain())};
    const auto inviter = get_id<SchoolId>(shape.inviter());
    const auto signature = get_id<Signature>(shape.bound());
    if (inviter && signature)
        offer.bound = InviteOffer::Bound{*inviter, *signature};
    return offer;
}

schema::JoinRequest to_shape(const JoinRequest& message) {
    schema::JoinRequest to;
    to.mutable_chain()->ParseFromArray(
        message.chain.data(), static_cast<int>(message.chain.size())
    );
    set_bytes(to.mutable_signature(), message.signature);
    return to;
}

Result<JoinRequest> from_shape(const schema::JoinRequest& shape) {
    auto signature = get_id<Signature>(shape.signature());
    if (!signature)
        return fail(signature.error());
    return JoinRequest{serialise(shape.chain()), *signature};
}

schema::JoinAnswer to_shape(const JoinAnswer& message) {
    schema::JoinAnswer to;
    to.set_status(message.status);
    return to;
}
Result<JoinAnswer> from_shape(const schema::JoinAnswer& shape) {
    return JoinAnswer{shape.status()};
}

schema::ChainQuestion to_shape(const ChainQuestion& message) {
    schema::ChainQuestion to;
    set_bytes(to.mutable_root_key(), message.root_key);
    set_bytes(to.mutable_signature(), message.signature);
    return to;
}

Result<ChainQuestion> from_shape(const schema::ChainQuestion& shape) {
    auto key = get_id<SigningPublicKey>(shape.root_key());
    auto signature = get_id<Signature>(shape.signature());
    if (!key || !signature)
        return fail(Errc::malformed, "question for a chain");
    return ChainQuestion{*key, *signature};
}

schema::ChainFound to_shape(const ChainFound& message) {
    schema::ChainFound to;
    if (!message.chain.empty())
        to.mutable_chain()->ParseFromArray(
            message.chain.data(), static_cast<int>(message.chain.size())
        );
    to.set_name(message.name);
    to.set_linked(message.is_linked);
    return to;
}

Result<ChainFound> from_shape(const schema::ChainFound& shape) {
    if (shape.name().size() > limits::notice_bytes_max)
        return fail(Errc::too_large, "name of a school");
    ChainFound message{{}, shape.name(), shape.linked()};
    if (shape.has_chain())
        message.chain = serialise(shape.chain());
    return message;
}

} // namespace staffroom::wire
