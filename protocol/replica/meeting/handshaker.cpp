#include "protocol/replica/meeting/handshaker.hpp"

#include "protocol/base/limits.hpp"

namespace staffroom::replica {
namespace {

using channel::Handshake;
using channel::HandshakeConfig;

HandshakeConfig
psk_config(const Context& context, channel::Role role, const crypto::Secret32& psk) {
    HandshakeConfig config;
    config.pattern = "XXpsk0";
    config.role = role;
    config.prologue = channel::link_prologue();
    config.own_static = context.keys.transport.copy();
    config.psks.push_back(psk.copy());
    return config;
}

HandshakeConfig known_key_config(
    const Context& context, channel::Role role, std::optional<TransportPublicKey> remote
) {
    HandshakeConfig config;
    config.pattern = "XK";
    config.role = role;
    config.prologue = channel::link_prologue();
    config.own_static = context.keys.transport.copy();
    config.remote_static = remote;
    return config;
}

} // namespace

Result<void> Handshaker::begin(Link& link) {
    using channel::Role;
    std::optional<HandshakeConfig> config;
    std::optional<channel::FirstFrameKey> key;
    if (std::holds_alternative<MemberMeeting>(link.meeting)) {
        config = known_key_config(context_, Role::initiator, link.remote_key);
        key = channel::first_frame_key(*link.remote_key);
    } else {
        const auto* meeting = std::get_if<NetworkMeeting>(&link.meeting);
        const NetworkState* network =
            meeting == nullptr ? nullptr : networks_.find(meeting->network);
        const crypto::Secret32* psk = network != nullptr ? &network->meeting_key : psk_of(link);
        if (psk == nullptr)
            return fail(Errc::not_found, "no key to meet with");
        config = psk_config(context_, Role::initiator, *psk);
        key = channel::first_frame_key(*psk);
    }
    auto handshake = Handshake::start(std::move(*config));
    if (!handshake)
        return fail(handshake.error());
    auto message = handshake->write({}, context_.random);
    if (!message)
        return fail(message.error());
    link.handshake = std::move(*handshake);
    const Bytes frame = channel::make_first_frame(*key, *message);
    link.first_mac = *wire::Fingerprint::from(ByteView(frame).first(channel::mac1_bytes));
    send_frame(context_, link, frame);
    return {};
}

Result<bool> Handshaker::frame_arrived(Link& link, ByteView frame) {
    if (link.phase == LinkPhase::expecting_first_frame) {
        if (auto answered = answer_first_frame(link, frame); !answered)
            return fail(answered.error());
        return false;
    }
    Handshake& handshake = *link.handshake;
    auto payload = handshake.read(frame);
    if (!payload)
        return fail(payload.error());
    if (!payload->empty())
        return fail(Errc::malformed, "a handshake with a payload");
    if (!handshake.is_settled()) {
        auto message = handshake.write({}, context_.random);
        if (!message)
            return fail(message.error());
        send_frame(context_, link, *message);
    }
    if (!handshake.is_settled())
        return false;
    open(link);
    return true;
}

Result<void> Handshaker::answer_first_frame(Link& link, ByteView frame) {
    auto handshake = start_responder(link, frame);
    if (!handshake)
        return fail(handshake.error());
    const auto mac = *wire::Fingerprint::from(frame.first(channel::mac1_bytes));
    if (!seen_.remember(mac))
        return fail(Errc::not_allowed, "a replayed first frame");
    auto payload = handshake->read(channel::message1_of(frame));
    if (!payload)
        return fail(payload.error());
    auto message = handshake->write({}, context_.random);
    if (!message)
        return fail(message.error());
    link.handshake = std::move(*handshake);
    link.phase = LinkPhase::handshaking;
    send_frame(context_, link, *message);
    return {};
}

/// Starts the handshake with the key that the caller has proven to know: ours, a network's, an
/// invitation's. Without one the answer is silence.
Result<Handshake> Handshaker::start_responder(Link& link, ByteView frame) {
    using channel::Role;
    if (frame.size() != limits::first_frame_bytes)
        return fail(Errc::malformed, "first frame");
    if (is_our_own(frame))
        return fail(Errc::self_contact, "an address that leads back here");
    if (channel::matches(channel::first_frame_key(context_.keys.transport.public_key), frame)) {
        link.meeting = MemberMeeting{};
        return Handshake::start(known_key_config(context_, Role::responder, std::nullopt));
    }
    for (const auto& [id, network] : networks_.all()) {
        if (channel::matches(channel::first_frame_key(network.meeting_key), frame)) {
            link.meeting = NetworkMeeting{id};
            return Handshake::start(psk_config(context_, Role::responder, network.meeting_key));
        }
        for (const auto& [operation, invite] : network.roster.invites) {
            const crypto::Secret32& psk = invite.invite->psk;
            if (channel::matches(channel::first_frame_key(psk), frame)) {
                link.meeting = InviteMeeting{id, operation};
                return Handshake::start(psk_config(context_, Role::responder, psk));
            }
        }
    }
    for (const auto& [id, codes] : book_.codes()) {
        for (const KnownCode& code : codes) {
            if (AgreedLinks::is_told_of(code.ends, context_.wall) &&
                channel::matches(code.key, frame)) {
                link.meeting = AgreementMeeting{id, code.operation};
                return Handshake::start(psk_config(context_, Role::responder, code.psk));
            }
        }
    }
    for (const auto& [id, known] : book_.all()) {
        for (const LinkKnown& each : known.links) {
            if (each.names_gateway(context_.school) &&
                channel::matches(channel::first_frame_key(each.meeting_key), frame)) {
                link.meeting = FarMeeting{id, each.standing.link};
                return Handshake::start(psk_config(context_, Role::responder, each.meeting_key));
            }
        }
    }
    return fail(Errc::not_found, "a stranger's first frame");
}

/// The key of the code that a dialled link bears, or of the link of networks for which it was
/// dialled; null when there is none.
const crypto::Secret32* Handshaker::psk_of(const Link& link) const {
    if (const auto* far = std::get_if<FarMeeting>(&link.meeting)) {
        const LinkKnown* known = book_.find(far->network, far->link);
        return known == nullptr ? nullptr : &known->meeting_key;
    }
    const crypto::Secret32* psk = joining_.psk_of(link.id);
    return psk != nullptr ? psk : agreeing_.psk_of(link.id);
}

/// Tells whether we sent this very frame. The neighbour that we dialled may have sent it back, so
/// it proves nothing of the dialled link. Only if that link comes to nothing was the address
/// perhaps ours.
bool Handshaker::is_our_own(ByteView frame) {
    const auto mac = *wire::Fingerprint::from(frame.first(channel::mac1_bytes));
    for (auto& [id, link] : links_.all()) {
        if (link.dialled && link.first_mac == mac) {
            link.came_back = true;
            return true;
        }
    }
    return false;
}

void Handshaker::open(Link& link) {
    link.remote_key = link.handshake->remote_static();
    link.handshake_hash = link.handshake->handshake_hash();
    link.transport.emplace(link.handshake->split());
    link.handshake.reset();
    link.phase = LinkPhase::open;
}

} // namespace staffroom::replica
