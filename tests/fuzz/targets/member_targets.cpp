// A member that lies: it holds the keys of the channel, and the input is what it sends. The host
// must live, keep a disk that opens, and still meet an honest guest. A changed message gets the
// name of the network on this link, and is signed again with the member's own key.
#include "protocol/base/ensure.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/message_seeds.hpp"
#include "tests/fuzz/scene.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>

namespace staffroom::fuzz {
namespace {

using replica::LinkId;

constexpr LinkId called{2};

enum class Step : std::uint8_t { message, frame, raw, wait, publish };
constexpr std::uint8_t step_kinds = 5;

struct TakenStep {
    Step step;
    Bytes piece;
};

std::vector<TakenStep> read_steps(ByteView input) {
    std::vector<TakenStep> steps;
    InputReader in(input);
    while (!in.is_empty() && steps.size() < 200) {
        const auto step = static_cast<Step>(in.u8() % step_kinds);
        steps.push_back({step, to_bytes(in.piece())});
    }
    return steps;
}

Bytes write_steps(const std::vector<TakenStep>& steps) {
    Bytes input;
    for (const TakenStep& one : steps) {
        input.push_back(static_cast<std::uint8_t>(one.step));
        append_piece(input, one.piece);
    }
    return input;
}

void member(ByteView input) {
    const Scene& scene = Scene::get();
    const auto host = scene.open_host();
    Caller caller(*host, called, scene.guest_keys, scene.host_keys);
    std::uint64_t published = 0;
    for (const TakenStep& one : read_steps(input)) {
        if (host->has_closed(called))
            break;
        switch (one.step) {
        case Step::message: caller.say(one.piece); break;
        case Step::frame: caller.say_frame(one.piece); break;
        case Step::raw: caller.say_raw(one.piece); break;
        case Step::wait: host->wait(std::chrono::milliseconds(one.piece.size() * 50)); break;
        case Step::publish:
            if (++published < 4)
                publish(*host, *scene.network, 30 + published, false);
            break;
        }
    }
    static_cast<void>(caller.heard());
    if (!host->has_closed(called))
        host->handle(replica::LinkClosed{called});
    host->wait(std::chrono::seconds(5));
    // What a member says must not keep the node from starting again.
    Machine again(scene.host_keys, host->clone_disk(), 8);
    ensure(again.replica().networks().size() == 1);
}

// ----------------------------------------------------------------------------------------- repair

/// What the caller's messages must say to be heard on this link.
struct MemberWords {
    wire::Token token;
    replica::NodeKeys keys;
    SchoolId school;

    [[nodiscard]] static const MemberWords& get() {
        static const MemberWords words = [] {
            const Scene& scene = Scene::get();
            const auto host = scene.open_host();
            const Caller caller(*host, called, scene.guest_keys, scene.host_keys);
            return MemberWords{caller.token(), scene.guest_keys.node(), *scene.guest_keys.school};
        }();
        return words;
    }

    void mend(log::SignedHead& head) const { head = log::sign_head(head.head, keys.signing); }
    void mend(std::vector<wire::SpaceGreeting>& spaces) const {
        if (!spaces.empty())
            spaces[0].token = token;
    }
    void mend(wire::Hello& m) const { mend(m.spaces); }
    void mend(wire::Ping& m) const { mend(m.spaces); }
    void mend(wire::Pong& m) const { mend(m.spaces); }
    void mend(wire::Ranges& m) const { m.token = token; }
    void mend(wire::Ask& m) const { m.token = token; }
    void mend(wire::Offers& m) const {
        m.token = token;
        for (wire::LogOffer& offer : m.logs) {
            const bool is_own = offer.descriptor.school == school &&
                                offer.descriptor.node_key == keys.signing.public_key();
            if (is_own) {
                offer.head.head.log = log::log_id(offer.descriptor);
                mend(offer.head);
            }
        }
        for (network::SignedNotice& notice : m.notices) {
            if (notice.notice.node_key == keys.signing.public_key())
                notice = network::sign_notice(notice.notice, keys.signing);
        }
    }
    void mend(wire::Chunk& m) const {
        if (m.head)
            mend(*m.head);
    }
    template <class Other> void mend(Other&) const {}
};

void repair_member(Bytes& input) {
    std::vector<TakenStep> steps = read_steps(input);
    for (TakenStep& one : steps) {
        if (one.step != Step::message)
            continue;
        auto decoded = wire::decode_message(one.piece);
        if (!decoded)
            continue;
        std::visit([](auto& message) { MemberWords::get().mend(message); }, *decoded);
        one.piece = wire::encode_message(*decoded);
    }
    input = write_steps(steps);
}

// ------------------------------------------------------------------------------------------ seeds

/// Gives a message of one link the name that the network has on another.
Bytes with_token(ByteView message, const wire::Token& token) {
    auto decoded = wire::decode_message(message);
    ensure(decoded.has_value());
    const auto rename = [&](auto& m) {
        if constexpr (requires { m.token; })
            m.token = token;
        if constexpr (requires { m.spaces; }) {
            for (wire::SpaceGreeting& space : m.spaces)
                space.token = token;
        }
    };
    std::visit(rename, *decoded);
    return wire::encode_message(*decoded);
}

wire::Ranges everything_differs(const wire::Token& token) {
    const wire::Fingerprint none(wire::Fingerprint::Raw{});
    return {token, {{std::nullopt, wire::RangeMode::fingerprint, none, {}}}};
}

/// What an honest guest says to the host until both hold the same, heard by one who has the keys of
/// both: every message is opened and passed on.
std::vector<TakenStep> overhear() {
    const Scene& scene = Scene::get();
    const auto host = scene.open_host();
    const auto guest = scene.open_guest();
    Caller to_host(*host, called, scene.guest_keys, scene.host_keys);
    Caller to_guest(*guest, called, scene.host_keys, scene.guest_keys);
    std::vector<TakenStep> heard;
    // Both take themselves for the side that was called, which waits for a greeting that names the
    // network, and for the comparison.
    const wire::Fingerprint nobody(wire::Fingerprint::Raw{});
    to_guest.say(wire::encode_message(wire::Hello{
        0, nobody, {wire::SpaceGreeting{to_guest.token(), nobody, false}}, {}}));
    to_guest.say(wire::encode_message(wire::WhoAreYou{}));
    for (int round = 0; round < 40; ++round) {
        if (round == 1)
            to_guest.say(wire::encode_message(everything_differs(to_guest.token())));
        bool is_silent = false;
        while (!is_silent) {
            const std::vector<Bytes> from_guest = to_guest.heard();
            for (const Bytes& message : from_guest) {
                heard.push_back({Step::message, with_token(message, to_host.token())});
                to_host.say(heard.back().piece);
            }
            const std::vector<Bytes> from_host = to_host.heard();
            for (const Bytes& message : from_host)
                to_guest.say(with_token(message, to_guest.token()));
            is_silent = from_guest.empty() && from_host.empty();
        }
        host->wait(std::chrono::milliseconds(200));
        guest->wait(std::chrono::milliseconds(200));
        heard.push_back({Step::wait, Bytes(4)});
    }
    ensure(host->replica().networks()[0].digest == guest->replica().networks()[0].digest);
    return heard;
}

std::vector<Bytes> member_seeds() {
    const std::vector<TakenStep> whole = overhear();
    std::vector<Bytes> seeds{write_steps(whole)};
    const auto is_word = [](const TakenStep& one) { return one.step == Step::message; };
    std::vector<TakenStep> greeting;
    std::copy_if(whole.begin(), whole.end(), std::back_inserter(greeting), is_word);
    greeting.resize(std::min<std::size_t>(greeting.size(), 2), {Step::wait, {}});
    // Every kind of message, behind an honest greeting.
    for (const wire::Message& message : honest_messages()) {
        std::vector<TakenStep> steps = greeting;
        steps.push_back({Step::publish, {}});
        steps.push_back({Step::message, wire::encode_message(message)});
        steps.push_back({Step::wait, Bytes(30)});
        Bytes seed = write_steps(steps);
        repair_member(seed);
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

} // namespace

Targets member_targets() {
    return {{"member", member, member_seeds, repair_member, 15}};
}

} // namespace staffroom::fuzz
