#include "tests/simulation/liars/crafter.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/replica/links/link.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::size_t heard_max = 500;
constexpr std::uint64_t sayings_max = 12;

} // namespace

MemberKeys take_keys(School& school, const NetworkId& network) {
    const auto genesis = school.store->row(replica::RowKind::genesis, network.view());
    ensure(genesis.has_value());
    auto parsed = network::parse_genesis(*genesis);
    ensure(parsed.has_value());
    return {
        school.signing_seed.copy(),
        school.transport_secret.copy(),
        *school.id,
        school.chain,
        network,
        std::move(parsed->seed)};
}

Crafter::Crafter(World& world, MemberKeys keys, Random& random)
    : world_(world)
    , keys_(std::move(keys))
    , signing_(keys_.signing_seed)
    , random_(random) {}

void Crafter::knock(std::size_t school) {
    if (!world_.is_running(school))
        return;
    const LinkId link = world_.dial_as_guest(index_, world_.school(school).address);
    talks_.emplace(link, Talk{GuestLine{school}});
}

void Crafter::opened(LinkId link) {
    Talk& talk = talks_.at(link);
    send_frame(link, talk.line.begin(world_, keys_.transport_secret, random_));
}

void Crafter::send_frame(LinkId link, ByteView frame) {
    world_.send_as_guest(index_, link, with_frame_length(frame));
}

void Crafter::arrived(LinkId link, ByteView bytes) {
    append(talks_.at(link).line.frames, bytes);
    while (true) {
        const auto talk = talks_.find(link); // a message may have closed it
        const auto frame = talk == talks_.end() ? std::nullopt : talk->second.line.next_frame();
        if (!frame)
            return;
        take_frame(link, talk->second, *frame);
    }
}

void Crafter::take_frame(LinkId link, Talk& talk, ByteView frame) {
    if (!talk.line.transport) {
        if (!talk.line.handshake || !talk.line.handshake->read(frame))
            return;
        if (!talk.line.handshake->is_settled()) {
            if (const auto message = talk.line.handshake->write({}, random_))
                send_frame(link, *message);
        }
        if (!talk.line.handshake->is_settled())
            return;
        talk.token =
            replica::space_token(talk.line.handshake->handshake_hash(), keys_.network_seed);
        talk.line.transport.emplace(talk.line.handshake->split());
        greet(link, talk);
        make_trouble(link, talk);
        return;
    }
    if (!talk.line.transport->open(frame, talk.line.plain))
        return;
    while (const auto whole = talk.line.next_message()) {
        const Bytes& bytes = *whole;
        if (messages_.size() < heard_max)
            messages_.push_back(bytes);
        if (const auto message = wire::decode_message(bytes))
            take_message(*message);
        if (one_in(random_, 8))
            make_trouble(link, talk);
    }
}

void Crafter::check_log(const LogId& log) {
    if (!world_.witness().may_see(log, index_))
        world_.witness().violated(
            "nothing readable outside its network",
            "a member of one network was sent something of another"
        );
}

void Crafter::take_message(const wire::Message& message) {
    if (const auto* offers = std::get_if<wire::Offers>(&message)) {
        for (const wire::LogOffer& offer : offers->logs) {
            check_log(offer.head.head.log);
            if (offers_.size() < heard_max)
                offers_.push_back(offer);
        }
    } else if (const auto* chunk = std::get_if<wire::Chunk>(&message)) {
        check_log(chunk->log);
    } else if (const auto* bodies = std::get_if<wire::Bodies>(&message)) {
        if (!bodies->bodies.empty())
            check_log(bodies->log);
    }
}

void Crafter::greet(LinkId link, Talk& talk) {
    const auto chain = identity::IdentityChain::parse(keys_.chain, world_.verifier());
    ensure(chain.has_value());
    const auto identity =
        *wire::Fingerprint::from(chain->tip().view().first(wire::Fingerprint::size_bytes));
    wire::SpaceGreeting greeting{
        *talk.token, random_.make<wire::Fingerprint>(), one_in(random_, 2)};
    say(link, talk, wire::Hello{0, identity, {std::move(greeting)}, keys_.chain});
}

void Crafter::say(LinkId link, Talk& talk, const wire::Message& message) {
    say_bytes(link, talk, wire::encode_message(message));
}

void Crafter::say_bytes(LinkId link, Talk& talk, ByteView message) {
    seal(link, talk, with_message_length(message));
}

/// A message that is announced as larger than any may be, and begun.
void Crafter::say_without_end(LinkId link, Talk& talk) {
    Bytes plain;
    append_u32_be(plain, 0x7fffffff);
    plain.resize(2 * limits::message_bytes_max);
    seal(link, talk, plain);
}

void Crafter::seal(LinkId link, Talk& talk, ByteView plain) {
    world_.send_as_guest(index_, link, talk.line.sealed(plain));
}

void Crafter::make_trouble(LinkId link, Talk& talk) {
    const std::uint64_t count = 1 + random_.below(sayings_max);
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!messages_.empty() && one_in(random_, 5)) {
            const Bytes& heard =
                messages_[static_cast<std::size_t>(random_.below(messages_.size()))];
            say_bytes(link, talk, heard);
        } else if (one_in(random_, 12)) {
            Bytes noise(1 + static_cast<std::size_t>(random_.below(300)));
            random_.fill(noise);
            say_bytes(link, talk, noise);
        } else if (one_in(random_, 30)) {
            say_without_end(link, talk);
        } else if (one_in(random_, 30)) {
            send_frame(link, Bytes(1 + random_.below(limits::noise_message_bytes_max)));
        } else {
            say(link, talk, craft(*talk.token));
        }
    }
}

} // namespace staffroom::simulation
