#include "protocol/replica/dispatch.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/wire/codec_link.hpp"

namespace staffroom::replica {
namespace {

/// One message of an open link. An error ends the link with its code.
struct MessageHandler {
    ReplicaParts& parts;
    Link& link;

    Result<void> operator()(const wire::Hello& m) const {
        if (++link.hellos > limits::hellos_per_link_max)
            return fail(Errc::busy, "too many hellos");
        auto taken = parts.exchange.hello_arrived(link, m);
        if (taken && link.school)
            parts.neighbours.link_settled(link);
        return taken;
    }
    Result<void> operator()(const wire::WhoAreYou&) const {
        if (++link.hellos > limits::hellos_per_link_max)
            return fail(Errc::busy, "too many questions");
        parts.exchange.who_are_you(link);
        return {};
    }
    Result<void> operator()(const wire::Ranges& m) const {
        return parts.exchange.ranges_arrived(link, m);
    }
    Result<void> operator()(const wire::Offers& m) const {
        const bool before = std::exchange(link.made_progress, false);
        auto taken = parts.offers.arrived(link, m);
        parts.membership_changed = parts.membership_changed || link.made_progress;
        link.made_progress = link.made_progress || before;
        return taken;
    }
    Result<void> operator()(const wire::Ask& m) const {
        parts.exchange.asked(link, m);
        return {};
    }
    Result<void> operator()(const wire::Want& m) const { return parts.server.want(link, m); }
    Result<void> operator()(const wire::Credit& m) const {
        parts.server.credit(link, m);
        return {};
    }
    Result<void> operator()(const wire::StopStream& m) const {
        parts.server.stop(link, m);
        parts.fetcher.stopped(link, m);
        return {};
    }
    Result<void> operator()(const wire::Chunk& m) const {
        const StoreId before{parts.context.last_store};
        auto taken = parts.fetcher.chunk_arrived(link, m);
        if (parts.context.last_store > before.value)
            parts.chunk_sources.emplace(StoreId{parts.context.last_store}, link.id);
        return taken;
    }
    Result<void> operator()(const wire::WantBodies& m) const {
        return parts.server.want_bodies(link, m);
    }
    Result<void> operator()(const wire::Bodies& m) const {
        return parts.body_fetcher.bodies_arrived(link, m);
    }
    Result<void> operator()(const wire::InviteOffer& m) const {
        return parts.joining.offer_arrived(link, m);
    }
    Result<void> operator()(const wire::JoinRequest& m) const {
        return parts.joining.join_requested(link, m);
    }
    Result<void> operator()(const wire::JoinAnswer& m) const {
        auto taken = parts.joining.answer_arrived(link, m);
        parts.membership_changed = true;
        return taken;
    }
    Result<void> operator()(const wire::Ping& m) const {
        // Who asks faster than anybody needs to know gets fewer answers.
        if (parts.context.now - link.ponged_at < limits::pong_every_min)
            return {};
        link.ponged_at = parts.context.now;
        parts.exchange.ping_arrived(link, m);
        return {};
    }
    Result<void> operator()(const wire::Pong& m) const {
        parts.exchange.greetings_arrived(link, m.spaces);
        parts.waits.pong_arrived(link, m.nonce);
        return {};
    }
    Result<void> operator()(const wire::Goodbye&) const { return fail(Errc::closed, "goodbye"); }
    Result<void> operator()(const wire::WantFile& m) const {
        return parts.file_server.want(link, m);
    }
    Result<void> operator()(const wire::FileFound& m) const {
        return parts.file_fetcher.found(link, m);
    }
    Result<void> operator()(const wire::WantPieces& m) const {
        return parts.file_server.want_pieces(link, m);
    }
    Result<void> operator()(const wire::FilePiece& m) const {
        return parts.file_fetcher.piece_arrived(link, m);
    }
    Result<void> operator()(const wire::FileHere& m) const {
        parts.file_fetcher.announced(link, m);
        return {};
    }
    Result<void> operator()(const wire::ForkQuestion& m) const {
        parts.fork_finder.asked(link, m);
        return {};
    }
    Result<void> operator()(const wire::ForkAnswer& m) const {
        parts.fork_finder.answered(link, m);
        return {};
    }
};

constexpr unsigned doubles_of_one_node_max = 2;
constexpr std::chrono::seconds doubles_remembered{60};
constexpr std::chrono::seconds meeting_at_once{1};

/// A node that has a link does not dial again and again: two machines have this key. Then the newer
/// link stays, so that both are heard in turn, and learn of each other from what the other wrote.
bool has_two_machines(ReplicaParts& parts, const Link& link, const Link& other) {
    const Instant now = parts.context.now;
    std::erase_if(parts.doubles, [now](const auto& entry) {
        return now - entry.second.since > doubles_remembered;
    });
    const TransportPublicKey& key = *link.remote_key;
    Doubles& doubles = parts.doubles.try_emplace(key, Doubles{now, 0}).first->second;
    const bool is_often = ++doubles.count > doubles_of_one_node_max;
    // Whoever calls although we had called it, and not at the same moment, is perhaps another one:
    // the address that we had called is worth a second look.
    const bool calls_again =
        other.dialled && !link.dialled && now - other.opened_at > meeting_at_once;
    if (is_often || calls_again)
        parts.neighbours.suspect_copies(key);
    return is_often;
}

/// Two links to one node: both sides drop the same one. Of one direction the newer stays, for the
/// older is half dead; of two directions the one that the smaller key dialled.
void drop_double(ReplicaParts& parts, const Link& link) {
    for (auto& [id, other] : parts.links.all()) {
        if (id == link.id || !other.is_open() || other.remote_key != link.remote_key ||
            std::holds_alternative<InviteMeeting>(other.meeting))
            continue;
        const bool ours_is_smaller = parts.context.keys.transport.public_key < *link.remote_key;
        const bool is_same_direction = link.dialled == other.dialled;
        const bool are_two = !is_same_direction && has_two_machines(parts, link, other);
        const bool drop_other = is_same_direction || are_two || link.dialled == ours_is_smaller;
        if (drop_other) {
            parts.links.close(other, Errc::already_exists);
        } else {
            parts.links.close(*parts.links.find(link.id), Errc::already_exists);
            return;
        }
    }
}

void link_opened(ReplicaParts& parts, Link& link) {
    if (link.remote_key == parts.context.keys.transport.public_key) {
        // Our own first frames are met with silence, so this is another process: a copy of the
        // data folder.
        parts.met_itself = parts.context.now;
        parts.links.close(link, Errc::self_contact);
        return;
    }
    link.heard_at = parts.context.now;
    const bool by_invitation = std::holds_alternative<InviteMeeting>(link.meeting);
    if (!by_invitation)
        drop_double(parts, link);
    if (link.closing)
        return;
    if (by_invitation && !link.dialled)
        parts.joining.bearer_connected(link);
    if (!by_invitation && link.dialled)
        parts.exchange.send_hello(link);
    parts.context.emit(Notify{LinkChanged{link.id, link.remote, "connected"}});
}

Result<void> take_messages(ReplicaParts& parts, Link& link) {
    while (!link.closing) {
        auto bytes = take_message(link);
        if (!bytes)
            return fail(bytes.error());
        if (!*bytes)
            return {};
        auto message = wire::decode_message(**bytes);
        // A message of a newer version is passed over: what it says will be said again in a way
        // that we know.
        if (!message && message.error().code == Errc::unknown_value && (*bytes)->size() > 0 &&
            (**bytes)[0] >= wire::ignorable_message_from)
            continue;
        if (!message)
            return fail(message.error());
        if (auto handled = std::visit(MessageHandler{parts, link}, *message); !handled)
            return fail(handled.error());
    }
    return {};
}

} // namespace

Result<void> take_received(ReplicaParts& parts, Link& link) {
    while (!link.closing) {
        auto frame = take_frame(link);
        if (!frame)
            return fail(frame.error());
        if (!*frame)
            return {};
        if (link.phase != LinkPhase::open) {
            auto opened = parts.handshaker.frame_arrived(link, **frame);
            if (!opened)
                return fail(opened.error());
            if (*opened)
                link_opened(parts, link);
            continue;
        }
        if (auto opened = open_frame(link, **frame); !opened)
            return fail(opened.error());
        if (auto taken = take_messages(parts, link); !taken)
            return fail(taken.error());
    }
    return {};
}

} // namespace staffroom::replica
