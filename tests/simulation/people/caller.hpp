// A caller with keys of its own choice, which shakes hands as the protocol says and then says
// exactly what a scene tells it: a stranger that knows a node's public key, a member with many
// keys, a node of a later version. It remembers the answers. For the scenes of wire_test.
#pragma once

#include "protocol/wire/messages.hpp"
#include "tests/simulation/liars/guest_line.hpp"

namespace staffroom::simulation {

class Caller final : public Guest {
public:
    Caller(World& world, std::uint64_t seed)
        : world_(world)
        , random_(seed) {}

    void settle(std::size_t index) { index_ = index; }
    /// Dials a school whose public key it knows (XK), showing this key as its own.
    LinkId call(std::size_t school, const crypto::Secret32& transport_secret);
    /// The same with a key that both know (XXpsk0): a gateway of another network, say.
    LinkId call_with(
        std::size_t school, const crypto::Secret32& psk, const crypto::Secret32& transport_secret
    );
    /// Who is called back by `opened`, once its handshake has ended.
    std::function<void(LinkId)> on_open{};
    std::function<void(LinkId, const wire::Message&)> on_message{};

    void say(LinkId link, const wire::Message& message);
    /// Sealed, without the length that stands before a message.
    void say_plain(LinkId link, ByteView plain);
    [[nodiscard]] wire::Token token(LinkId link, const crypto::Secret32& network_seed) const;

    [[nodiscard]] std::size_t open_count() const { return open_.size(); }
    [[nodiscard]] bool is_open(LinkId link) const { return open_.count(link) > 0; }
    [[nodiscard]] const std::vector<wire::Message>& heard() const { return heard_; }

    void opened(LinkId link) override;
    void arrived(LinkId link, ByteView bytes) override;
    void closed(LinkId link) override;

private:
    struct Talk {
        GuestLine line;
        crypto::Secret32 secret;
        std::optional<channel::HandshakeHash> hash{};
        std::optional<crypto::Secret32> psk{};
    };
    void take_frame(LinkId link, Talk& talk, ByteView frame);
    void send_frame(LinkId link, ByteView frame);

    World& world_;
    tests::SeededRandom random_;
    std::size_t index_ = 0;
    std::map<LinkId, Talk> talks_;
    std::set<LinkId> open_;
    std::vector<wire::Message> heard_;
};

} // namespace staffroom::simulation
