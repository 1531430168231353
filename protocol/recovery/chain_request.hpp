// How a school that has its recovery phrase and nothing else gets its identity chain back: from any
// member of a network that it belongs to, over an invitation's key, because it cannot say who it is
// yet. The caller's side as bytes in, bytes out; the other side is replica/meeting/joining. Called
// by the command `recover`. [N6] [I3]
//
//   bearer                                   responder (any member)
//     XXpsk0 with the code's key  ---------->
//                                 <----------  InviteOffer {status, genesis, chain}
//     ChainQuestion {root key, signature} -->  one for each root key that the phrase can mean
//                                 <----------  ChainFound {chain, name, linked}, in the same order
#pragma once

#include "protocol/base/random.hpp"
#include "protocol/channel/handshake.hpp"
#include "protocol/crypto/signature.hpp"
#include "protocol/wire/messages.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace staffroom::recovery {

/// What came back. Nothing in it is taken from the other side unchecked: the chain certifies
/// itself, and its root key in force is one of ours.
struct FoundChain {
    Bytes chain;
    std::string school_name; // a claim; may be empty
    std::string network_name;
    std::size_t root; // which of the root keys that were asked about
    bool is_linked;   // a node of the school is linked with the other side now: it is not gone
};

class ChainRequest {
public:
    /// Makes the first frame of a talk. `psk` is of the invitation, `roots` are the keys to ask
    /// about, at most limits::hellos_per_link_max. Errors: those of Handshake.
    [[nodiscard]] static Result<ChainRequest> start(
        const crypto::Secret32& psk,
        const channel::TransportKeyPair& own,
        std::vector<crypto::SigningKey> roots,
        Random& random
    );

    /// Returns the bytes for the line, once.
    [[nodiscard]] Bytes take_output() { return std::exchange(output_, {}); }
    /// Takes bytes from the line. Errors: decrypt_failed (the other side does not know the code),
    /// invitation_spent, invitation_ended, bad_key (a chain that does not certify the link),
    /// bad_proof (an answer that is not the chain that was asked for), not_found (no school there
    /// has one of these root keys), and those of the messages. After an error the line is of no
    /// use.
    [[nodiscard]] Result<void> feed(ByteView bytes);
    [[nodiscard]] const std::optional<FoundChain>& found() const { return found_; }

private:
    ChainRequest(
        channel::Handshake handshake, std::vector<crypto::SigningKey> roots, Random& random
    )
        : handshake_(std::move(handshake))
        , roots_(std::move(roots))
        , random_(random) {}

    [[nodiscard]] Result<void> take_frame(ByteView frame);
    [[nodiscard]] Result<void> take_messages();
    [[nodiscard]] Result<void> take(const wire::Message& message);
    [[nodiscard]] Result<void> offered(const wire::InviteOffer& offer);
    [[nodiscard]] Result<void> answered(const wire::ChainFound& answer);
    void send_frame(ByteView frame);
    void send(const wire::Message& message);

    channel::Handshake handshake_;
    std::optional<channel::Transport> transport_{};
    std::vector<crypto::SigningKey> roots_;
    Random& random_;
    Bytes output_{};
    Bytes frames_{}; // arrived and not yet whole
    Bytes plain_{};  // opened and not yet whole
    std::string network_name_{};
    std::size_t answers_ = 0;
    bool is_offered_ = false;
    std::optional<FoundChain> found_{};
};

} // namespace staffroom::recovery
