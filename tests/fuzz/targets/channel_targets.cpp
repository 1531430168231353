// The channel before anybody is known: frames cut anywhere, and both sides of every handshake
// pattern with messages replaced or changed at any step.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/channel/pattern.hpp"
#include "protocol/replica/links/link.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/seeded_random.hpp"

namespace staffroom::fuzz {
namespace {

using channel::CipherState;
using channel::Handshake;
using channel::HandshakeConfig;
using channel::Role;
using channel::TransportKeyPair;
using replica::Link;
using replica::LinkPhase;

// ------------------------------------------------------------------------------------------ frame

crypto::Secret32 secret_of(std::uint8_t byte) {
    crypto::Secret32 secret;
    std::ranges::fill(secret.writable(), byte);
    return secret;
}

Link make_link(LinkPhase phase) {
    Link link{{2}, false, "a", "", Instant{1}, phase, replica::MemberMeeting{}};
    link.transport.emplace(CipherState(secret_of(1)), CipherState(secret_of(2)));
    return link;
}

/// Takes whatever is whole; false once the link is to end. Messages that came out go to `messages`.
bool take_all(Link& link, std::vector<Bytes>& messages) {
    while (true) {
        auto frame = replica::take_frame(link);
        if (!frame)
            return false;
        if (!*frame)
            return true;
        if (link.phase != LinkPhase::open) {
            ensure((*frame)->size() <= limits::handshake_frame_bytes_max);
            messages.push_back(std::move(**frame));
            continue;
        }
        if (!replica::open_frame(link, **frame))
            return false;
        auto message = replica::take_message(link);
        while (message && *message) {
            ensure((*message)->size() <= limits::message_bytes_max);
            messages.push_back(std::move(**message));
            message = replica::take_message(link);
        }
        if (!message)
            return false;
    }
}

/// Feeds `bytes` in fragments that the choices name; what comes out must not depend on them.
std::vector<Bytes> feed(LinkPhase phase, ByteView bytes, InputReader choices) {
    Link link = make_link(phase);
    std::vector<Bytes> messages;
    while (!bytes.empty()) {
        const std::size_t length = choices.is_empty()
                                       ? bytes.size()
                                       : std::min<std::size_t>(choices.u8() + 1U, bytes.size());
        append(link.frames_in, bytes.first(length));
        bytes = bytes.subspan(length);
        if (!take_all(link, messages))
            break;
    }
    return messages;
}

/// Flags, a piece with the lengths of fragments, then bytes of the line; with flag 1 these are what
/// the other side seals, piece by piece, and with flag 2 one sealed byte is changed.
void frame(ByteView input) {
    InputReader in(input);
    const std::uint8_t flags = in.u8();
    const std::uint16_t changed_at = in.u16();
    const InputReader choices(in.piece());
    const bool is_sealed = (flags & 1U) != 0;
    Bytes line;
    std::size_t sealed_pieces = 0;
    if (is_sealed) {
        channel::Transport sender{CipherState(secret_of(2)), CipherState(secret_of(1))};
        while (!in.is_empty() && ++sealed_pieces <= 64) {
            const ByteView plain = in.piece();
            const ByteView kept =
                plain.first(std::min(plain.size(), limits::frame_plain_bytes_max));
            append_u16_be(line, static_cast<std::uint16_t>(kept.size() + limits::aead_tag_bytes));
            sender.seal(kept, line);
        }
        if ((flags & 2U) != 0 && !line.empty())
            line[changed_at % line.size()] ^= 1U;
    } else {
        line = to_bytes(in.rest());
    }
    const LinkPhase phase = is_sealed ? LinkPhase::open : LinkPhase::handshaking;
    ensure(feed(phase, line, choices) == feed(phase, line, InputReader({})));
}

std::vector<Bytes> frame_seeds() {
    Bytes plain{0, 0, 0, 0, 4, 1, 7, 200, 30};
    for (const std::size_t length : {64U, 0U, 96U, 48U}) {
        append_u16_be(plain, static_cast<std::uint16_t>(length));
        plain.resize(plain.size() + length, 5);
    }
    // Two messages in one frame, then one message in three frames, one of them empty.
    Bytes messages{0, 0, 0, 2, 1, 2, 0, 0, 0, 1, 3, 0, 0, 0, 9, 1, 2, 3};
    std::vector<Bytes> seeds{plain};
    for (const std::uint8_t flags : {std::uint8_t{1}, std::uint8_t{3}}) {
        Bytes sealed{flags, 0, 40, 0, 3, 0, 17, 2};
        append_piece(sealed, messages);
        append_piece(sealed, {});
        append_piece(sealed, Bytes{4, 5, 6, 7, 8});
        append_piece(sealed, Bytes{9, 0xff, 0xff, 0xff, 0xff});
        seeds.push_back(std::move(sealed));
    }
    return seeds;
}

// -------------------------------------------------------------------------------------- handshake

struct Side {
    Handshake handshake;
    bool failed = false;
};

/// Every pattern, some of them with a pre-shared key.
std::vector<std::string> patterns() {
    std::vector<std::string> names;
    for (const std::string_view name : channel::known_patterns()) {
        names.emplace_back(name);
        names.push_back(std::string(name) + "psk0");
        names.push_back(std::string(name) + "psk1");
    }
    names.emplace_back("XKpsk0+psk3");
    return names;
}

Handshake start(const channel::Pattern& pattern, const std::string& name, Role role) {
    const bool is_initiator = role == Role::initiator;
    const TransportKeyPair own = TransportKeyPair::from_secret(secret_of(is_initiator ? 3 : 4));
    const TransportKeyPair other = TransportKeyPair::from_secret(secret_of(is_initiator ? 4 : 3));
    HandshakeConfig config;
    config.pattern = name;
    config.role = role;
    config.prologue = Bytes{1, 2, 3};
    config.own_static = own.copy();
    const bool knows =
        is_initiator ? pattern.responder_static_known : pattern.initiator_static_known;
    if (knows)
        config.remote_static = other.public_key;
    for (std::size_t i = 0; i < pattern.psk_count; ++i)
        config.psks.push_back(secret_of(static_cast<std::uint8_t>(5 + i)));
    auto started = Handshake::start(std::move(config));
    ensure(started.has_value());
    return std::move(*started);
}

/// What happens to a message on its way: arrives, arrives with one bit changed, or another one
/// does.
bool tamper(Bytes& message, InputReader& in) {
    const std::uint8_t choice = in.u8();
    if (choice % 4 == 1 && !message.empty()) {
        const std::uint16_t at = in.u16();
        message[at % message.size()] ^= static_cast<std::uint8_t>(1U << (choice / 4U % 8U));
        return true;
    }
    if (choice % 4 == 2) {
        const Bytes other = to_bytes(in.piece());
        const bool is_other = other != message;
        message = other;
        return is_other;
    }
    return false;
}

/// A pattern, then for each message its payload and what happens to it.
void handshake(ByteView input) {
    static const std::vector<std::string> names = patterns();
    InputReader in(input);
    const std::string& name = names[in.u8() % names.size()];
    const auto pattern = channel::find_pattern(name);
    ensure(pattern.has_value());
    tests::SeededRandom random(1);
    Handshake initiator = start(*pattern, name, Role::initiator);
    Handshake responder = start(*pattern, name, Role::responder);
    bool is_changed = false;
    for (std::size_t i = 0; i < pattern->messages.size(); ++i) {
        Handshake& writer = i % 2 == 0 ? initiator : responder;
        Handshake& reader = i % 2 == 0 ? responder : initiator;
        ensure(writer.is_my_turn() && !reader.is_my_turn());
        const ByteView payload = in.piece();
        auto message = writer.write(payload, random);
        if (!message)
            return;
        const bool is_tampered = tamper(*message, in);
        const auto read = reader.read(*message);
        if (!is_tampered && !is_changed)
            ensure(read.has_value() && *read == to_bytes(payload));
        is_changed = is_changed || is_tampered;
        if (!read)
            return;
    }
    ensure(initiator.is_settled() && responder.is_settled());
    const bool agree = initiator.handshake_hash() == responder.handshake_hash();
    ensure(agree == !is_changed);
    channel::Transport sender = initiator.split();
    channel::Transport receiver = responder.split();
    Bytes sealed;
    Bytes opened;
    sender.seal(in.rest().first(std::min<std::size_t>(in.rest().size(), 1000)), sealed);
    const bool is_open = receiver.open(sealed, opened).has_value();
    ensure(is_open || is_changed);
}

std::vector<Bytes> handshake_seeds() {
    std::vector<Bytes> seeds;
    const auto names = static_cast<std::uint8_t>(patterns().size());
    for (std::uint8_t name = 0; name < names; ++name) {
        Bytes honest{name};
        for (int i = 0; i < 4; ++i) {
            append_piece(honest, Bytes(static_cast<std::size_t>(i), 6));
            honest.push_back(0);
        }
        append(honest, as_view("transport"));
        seeds.push_back(std::move(honest));
    }
    return seeds;
}

} // namespace

Targets channel_targets() {
    return {
        {"frame", frame, frame_seeds},
        {"handshake", handshake, handshake_seeds, nullptr, 150},
    };
}

} // namespace staffroom::fuzz
