// A member of a network that speaks the protocol with its own hand: real keys, a real handshake,
// and then words that an honest node would never say: heads that are never served, two roots for
// one size, old heads of others, proofs and bodies of noise, questions beyond every limit. It also
// reads what it is sent, and reports anything that was not for it.
#pragma once

#include "protocol/wire/codec_link.hpp"
#include "tests/simulation/liars/guest_line.hpp"
#include "tests/simulation/people/plan.hpp"

namespace staffroom::simulation {

/// What a member knows: enough to speak.
struct MemberKeys {
    crypto::Secret32 signing_seed;
    crypto::Secret32 transport_secret;
    SchoolId school;
    Bytes chain;
    NetworkId network;
    crypto::Secret32 network_seed;
};

class Crafter final : public Guest {
public:
    Crafter(World& world, MemberKeys keys, Random& random);

    void settle(std::size_t index) { index_ = index; }
    /// Dials somebody and makes trouble.
    void knock(std::size_t school);

    void opened(LinkId link) override;
    void arrived(LinkId link, ByteView bytes) override;
    void closed(LinkId link) override { talks_.erase(link); }

private:
    struct Talk {
        GuestLine line;
        std::optional<wire::Token> token{};
    };

    void take_frame(LinkId link, Talk& talk, ByteView frame);
    void take_message(const wire::Message& message);
    void check_log(const LogId& log);
    void greet(LinkId link, Talk& talk);
    void make_trouble(LinkId link, Talk& talk);
    void say(LinkId link, Talk& talk, const wire::Message& message);
    void say_bytes(LinkId link, Talk& talk, ByteView message);
    void say_without_end(LinkId link, Talk& talk);
    void seal(LinkId link, Talk& talk, ByteView plain);
    void send_frame(LinkId link, ByteView frame);

    [[nodiscard]] wire::Message craft(const wire::Token& token);
    [[nodiscard]] wire::LogOffer craft_offer();
    [[nodiscard]] wire::Message craft_about_forks(const wire::Token& token, std::uint32_t number);
    [[nodiscard]] LogSize a_little_more(const wire::LogOffer& offer);
    [[nodiscard]] wire::Chunk craft_chunk();
    [[nodiscard]] wire::Ranges craft_ranges(const wire::Token& token);
    [[nodiscard]] LogId some_log();
    [[nodiscard]] log::LogDescriptor own_log(std::uint64_t number) const;

    World& world_;
    MemberKeys keys_;
    crypto::SigningKey signing_;
    Random& random_;
    std::size_t index_ = 0;
    std::map<LinkId, Talk> talks_;
    std::vector<wire::LogOffer> offers_; // heard
    std::vector<Bytes> messages_;        // heard
};

/// The keys of a school that is on, for whoever takes its place.
[[nodiscard]] MemberKeys take_keys(School& school, const NetworkId& network);

} // namespace staffroom::simulation
