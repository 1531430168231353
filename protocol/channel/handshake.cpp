#include "protocol/channel/handshake.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/channel/pattern.hpp"
#include "protocol/channel/symmetric_state.hpp"
#include "protocol/crypto/diffie_hellman.hpp"

#include <algorithm>

namespace staffroom::channel {

static_assert(limits::handshake_frame_bytes_max <= limits::noise_message_bytes_max);

struct Handshake::State {
    Pattern pattern;
    Role role;
    SymmetricState symmetric;
    std::optional<TransportKeyPair> own_static;
    std::optional<TransportKeyPair> own_ephemeral;
    std::optional<TransportPublicKey> remote_static;
    std::optional<TransportPublicKey> remote_ephemeral;
    std::vector<Psk> psks;
    std::size_t next_message = 0;
    std::size_t next_psk = 0;
    bool is_broken = false; // after a failure the keys are worth nothing
    bool was_split = false;

    [[nodiscard]] bool is_settled() const;
    [[nodiscard]] bool is_turn_of(Role who) const;
    [[nodiscard]] std::size_t overhead_bytes() const;
    void mix_known_keys(ByteView prologue);
    [[nodiscard]] Result<void> write_token(Token token, Random& random, Bytes& message);
    [[nodiscard]] Result<void> read_token(Token token, ByteView& rest);
    void mix_ephemeral(const TransportPublicKey& key);
    void mix_psk();
    [[nodiscard]] Result<void> mix_shared_secret(Token token);
    [[nodiscard]] Result<Bytes> write(ByteView payload, Random& random);
    [[nodiscard]] Result<Bytes> read(ByteView message);
};

namespace {

constexpr std::size_t key_bytes = TransportPublicKey::size_bytes;

Role other(Role role) {
    return role == Role::initiator ? Role::responder : Role::initiator;
}

bool static_known(const Pattern& pattern, Role of) {
    return of == Role::initiator ? pattern.initiator_static_known : pattern.responder_static_known;
}

/// Tells whether a message of that side carries its static key.
bool static_sent(const Pattern& pattern, Role by) {
    for (std::size_t i = by == Role::initiator ? 0 : 1; i < pattern.messages.size(); i += 2) {
        if (std::ranges::find(pattern.messages[i], Token::s) != pattern.messages[i].end())
            return true;
    }
    return false;
}

Result<void> check_keys(const Pattern& pattern, const HandshakeConfig& config) {
    const bool needs_own = static_known(pattern, config.role) || static_sent(pattern, config.role);
    if (needs_own && !config.own_static)
        return fail(Errc::bad_key, "the pattern needs our static key");
    // The caller must not pass a key that the pattern takes from the wire: it would believe that
    // the key had been checked.
    if (static_known(pattern, other(config.role)) != config.remote_static.has_value())
        return fail(Errc::bad_key, "the other static key: absent, or not part of the pattern");
    if (pattern.psk_count != config.psks.size())
        return fail(Errc::bad_key, "another number of pre-shared keys than the pattern has");
    return {};
}

} // namespace

bool Handshake::State::is_settled() const {
    return !is_broken && next_message == pattern.messages.size();
}

bool Handshake::State::is_turn_of(Role who) const {
    const Role turn = next_message % 2 == 0 ? Role::initiator : Role::responder;
    return !is_broken && next_message < pattern.messages.size() && turn == who;
}

/// Returns how many bytes keys and tags add to the payload of the next message.
std::size_t Handshake::State::overhead_bytes() const {
    bool has_key = symmetric.has_key();
    std::size_t bytes = 0;
    for (const Token token : pattern.messages[next_message]) {
        if (token == Token::s)
            bytes += key_bytes + (has_key ? limits::aead_tag_bytes : 0);
        else if (token == Token::e)
            bytes += key_bytes;
        const bool mixes_key = token != Token::s && (token != Token::e || pattern.psk_count > 0);
        has_key = has_key || mixes_key;
    }
    return bytes + (has_key ? limits::aead_tag_bytes : 0);
}

/// Noise 5.3, Initialize: the prologue, then the pre-messages, the initiator's first.
void Handshake::State::mix_known_keys(ByteView prologue) {
    symmetric.mix_hash(prologue);
    for (const Role whose : {Role::initiator, Role::responder}) {
        if (!static_known(pattern, whose))
            continue;
        symmetric.mix_hash(whose == role ? own_static->public_key.view() : remote_static->view());
    }
}

void Handshake::State::mix_ephemeral(const TransportPublicKey& key) {
    symmetric.mix_hash(key.view());
    // Noise 9.2: with a pre-shared key the ephemeral also randomises the cipher key.
    if (pattern.psk_count > 0)
        symmetric.mix_key(key.view());
}

void Handshake::State::mix_psk() {
    ensure(next_psk < psks.size());
    symmetric.mix_key_and_hash(psks[next_psk++].view());
}

Result<void> Handshake::State::mix_shared_secret(Token token) {
    // The first letter names the initiator's key, the second the responder's.
    const bool initiator_static = token == Token::se || token == Token::ss;
    const bool responder_static = token == Token::es || token == Token::ss;
    const bool is_initiator = role == Role::initiator;
    const auto& own =
        (is_initiator ? initiator_static : responder_static) ? own_static : own_ephemeral;
    const auto& remote =
        (is_initiator ? responder_static : initiator_static) ? remote_static : remote_ephemeral;
    ensure(own.has_value() && remote.has_value());
    auto shared = crypto::shared_secret(own->secret, *remote);
    if (!shared)
        return fail(shared.error());
    symmetric.mix_key(shared->view());
    return {};
}

Result<void> Handshake::State::write_token(Token token, Random& random, Bytes& message) {
    switch (token) {
    case Token::e: {
        crypto::Secret32 secret;
        random.fill(secret.writable());
        own_ephemeral = TransportKeyPair::from_secret(secret);
        append(message, own_ephemeral->public_key.view());
        mix_ephemeral(own_ephemeral->public_key);
        return {};
    }
    case Token::s: symmetric.encrypt_and_hash(own_static->public_key.view(), message); return {};
    case Token::psk: mix_psk(); return {};
    case Token::ee:
    case Token::es:
    case Token::se:
    case Token::ss: return mix_shared_secret(token);
    }
    return {};
}

Result<void> Handshake::State::read_token(Token token, ByteView& rest) {
    switch (token) {
    case Token::e: {
        if (rest.size() < key_bytes)
            return fail(Errc::truncated, "no ephemeral key");
        remote_ephemeral = TransportPublicKey::from(rest.first(key_bytes));
        rest = rest.subspan(key_bytes);
        mix_ephemeral(*remote_ephemeral);
        return {};
    }
    case Token::s: {
        const std::size_t length = key_bytes + (symmetric.has_key() ? limits::aead_tag_bytes : 0);
        if (rest.size() < length)
            return fail(Errc::truncated, "no static key");
        Bytes key;
        auto opened = symmetric.decrypt_and_hash(rest.first(length), key);
        if (!opened)
            return opened;
        rest = rest.subspan(length);
        remote_static = TransportPublicKey::from(key);
        return {};
    }
    case Token::psk: mix_psk(); return {};
    case Token::ee:
    case Token::es:
    case Token::se:
    case Token::ss: return mix_shared_secret(token);
    }
    return {};
}

Result<Bytes> Handshake::State::write(ByteView payload, Random& random) {
    Bytes message;
    for (const Token token : pattern.messages[next_message]) {
        auto done = write_token(token, random, message);
        if (!done)
            return fail(done.error());
    }
    symmetric.encrypt_and_hash(payload, message);
    return message;
}

Result<Bytes> Handshake::State::read(ByteView message) {
    for (const Token token : pattern.messages[next_message]) {
        auto done = read_token(token, message);
        if (!done)
            return fail(done.error());
    }
    Bytes payload;
    auto opened = symmetric.decrypt_and_hash(message, payload);
    if (!opened)
        return fail(opened.error());
    return payload;
}

Handshake::Handshake(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
Handshake::Handshake(Handshake&&) noexcept = default;
Handshake& Handshake::operator=(Handshake&&) noexcept = default;
Handshake::~Handshake() = default;

Result<Handshake> Handshake::start(HandshakeConfig config) {
    auto pattern = find_pattern(config.pattern);
    if (!pattern)
        return fail(pattern.error());
    auto checked = check_keys(*pattern, config);
    if (!checked)
        return fail(checked.error());
    auto state = std::make_unique<State>(State{
        .pattern = std::move(*pattern),
        .role = config.role,
        .symmetric = SymmetricState("Noise_" + config.pattern + "_25519_ChaChaPoly_SHA256"),
        .own_static = std::move(config.own_static),
        .own_ephemeral = std::nullopt,
        .remote_static = config.remote_static,
        .remote_ephemeral = std::nullopt,
        .psks = std::move(config.psks),
    });
    state->mix_known_keys(config.prologue);
    return Handshake(std::move(state));
}

Result<Bytes> Handshake::write(ByteView payload, Random& random) {
    if (!state_->is_turn_of(state_->role))
        return fail(Errc::not_allowed, "not our turn");
    if (payload.size() + state_->overhead_bytes() > limits::handshake_frame_bytes_max)
        return fail(Errc::too_large, "handshake payload");
    auto message = state_->write(payload, random);
    state_->is_broken = !message.has_value();
    ++state_->next_message;
    return message;
}

Result<Bytes> Handshake::read(ByteView message) {
    if (!state_->is_turn_of(other(state_->role)))
        return fail(Errc::not_allowed, "not the other side's turn");
    if (message.size() > limits::handshake_frame_bytes_max)
        return fail(Errc::too_large, "handshake message");
    auto payload = state_->read(message);
    state_->is_broken = !payload.has_value();
    ++state_->next_message;
    return payload;
}

bool Handshake::is_my_turn() const {
    return state_->is_turn_of(state_->role);
}
bool Handshake::is_settled() const {
    return state_->is_settled();
}

const std::optional<TransportPublicKey>& Handshake::remote_static() const {
    return state_->remote_static;
}

HandshakeHash Handshake::handshake_hash() const {
    ensure(is_settled());
    return HandshakeHash(state_->symmetric.hash().raw());
}

Transport Handshake::split() {
    ensure(is_settled() && !state_->was_split);
    state_->was_split = true;
    auto [from_initiator, from_responder] = state_->symmetric.split();
    if (state_->role == Role::initiator)
        return {std::move(from_initiator), std::move(from_responder)};
    return {std::move(from_responder), std::move(from_initiator)};
}

TransportKeyPair TransportKeyPair::from_secret(const crypto::Secret32& secret) {
    return {secret.copy(), crypto::transport_public_key(secret)};
}

Bytes link_prologue() {
    return to_bytes(as_view("staffroom/1"));
}

std::vector<std::string_view> known_patterns() {
    return base_pattern_names();
}

} // namespace staffroom::channel
