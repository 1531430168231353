#include "tests/simulation/people/caller.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/replica/links/link.hpp"
#include "protocol/wire/codec_link.hpp"

namespace staffroom::simulation {

LinkId Caller::call(std::size_t school, const crypto::Secret32& transport_secret) {
    const LinkId link = world_.dial_as_guest(index_, world_.school(school).address);
    talks_.emplace(link, Talk{GuestLine{school}, transport_secret.copy()});
    return link;
}

LinkId Caller::call_with(
    std::size_t school, const crypto::Secret32& psk, const crypto::Secret32& transport_secret
) {
    const LinkId link = call(school, transport_secret);
    talks_.at(link).psk = psk.copy();
    return link;
}

void Caller::opened(LinkId link) {
    Talk& talk = talks_.at(link);
    send_frame(
        link,
        talk.psk ? talk.line.begin_with(*talk.psk, talk.secret, random_)
                 : talk.line.begin(world_, talk.secret, random_)
    );
}

void Caller::closed(LinkId link) {
    talks_.erase(link);
    open_.erase(link);
}

void Caller::send_frame(LinkId link, ByteView frame) {
    world_.send_as_guest(index_, link, with_frame_length(frame));
}

void Caller::arrived(LinkId link, ByteView bytes) {
    append(talks_.at(link).line.frames, bytes);
    while (true) {
        const auto talk = talks_.find(link); // a message may have closed it
        const auto frame = talk == talks_.end() ? std::nullopt : talk->second.line.next_frame();
        if (!frame)
            return;
        take_frame(link, talk->second, *frame);
    }
}

void Caller::take_frame(LinkId link, Talk& talk, ByteView frame) {
    if (!talk.line.transport) {
        const auto read = talk.line.handshake->read(frame);
        ensure(read.has_value());
        const auto message = talk.line.handshake->write({}, random_);
        ensure(message.has_value() && talk.line.handshake->is_settled());
        send_frame(link, *message);
        talk.hash = talk.line.handshake->handshake_hash();
        talk.line.transport.emplace(talk.line.handshake->split());
        open_.insert(link);
        if (on_open)
            on_open(link);
        return;
    }
    const auto opened = talk.line.transport->open(frame, talk.line.plain);
    ensure(opened.has_value());
    while (const auto bytes = talk.line.next_message()) {
        const auto message = wire::decode_message(*bytes);
        ensure(message.has_value());
        heard_.push_back(*message);
        if (on_message)
            on_message(link, *message);
    }
}

void Caller::say(LinkId link, const wire::Message& message) {
    say_plain(link, with_message_length(wire::encode_message(message)));
}

void Caller::say_plain(LinkId link, ByteView plain) {
    world_.send_as_guest(index_, link, talks_.at(link).line.sealed(plain));
}

wire::Token Caller::token(LinkId link, const crypto::Secret32& network_seed) const {
    return replica::space_token(*talks_.at(link).hash, network_seed);
}

} // namespace staffroom::simulation
