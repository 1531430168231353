// One TCP connection of a hostile member: a true handshake with the network's meeting key, or with
// the key of the node that it dials, then everything that is queued, sealed or raw. Unlike an
// honest link it minds no rule and no limit. Used by the modes of hostile_member alone.
#pragma once

#include "protocol/base/random.hpp"
#include "protocol/channel/handshake.hpp"
#include "protocol/wire/messages.hpp"

#include <functional>
#include <memory>
#include <string>

namespace staffroom::hostile {

struct Meeting {
    const channel::TransportKeyPair& own;
    const crypto::Secret32& meeting_key;
    std::optional<TransportPublicKey> remote{}; // known: XK, and the meeting key is not used
};

class Line {
public:
    /// Connects and shakes hands as XXpsk0, or as XK where the other side's key is known; null when
    /// the other side closes or stays silent.
    [[nodiscard]] static std::unique_ptr<Line>
    meet(const std::string& address, const Meeting& meeting, Random& random);

    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    Line(Line&&) = delete;
    Line& operator=(Line&&) = delete;
    ~Line();

    [[nodiscard]] const channel::HandshakeHash& handshake_hash() const { return hash_; }

    void queue(const wire::Message& message);
    /// Seals these bytes as they are, without the length that stands before a message.
    void queue_sealed(ByteView plain);
    void queue_raw(ByteView bytes) { append(out_, bytes); }
    [[nodiscard]] const Bytes& queued() const { return out_; }

    /// Sends and, where it `reads`, receives for at most `wait_ms`; false once the line has ended.
    bool pump(int wait_ms, bool reads);
    /// What has arrived since the last call, message by message.
    void take_messages(const std::function<void(const wire::Message&)>& take);

    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t received() const { return received_; }

private:
    Line(int socket, const channel::HandshakeHash& hash, channel::Transport transport);

    int socket_;
    channel::HandshakeHash hash_;
    channel::Transport transport_;
    Bytes out_;
    Bytes frames_in_;
    Bytes plain_in_;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
};

} // namespace staffroom::hostile
