#include "protocol/replica/dispatch.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/replica/new_links.hpp"
#include "protocol/wire/codec_link.hpp"

namespace staffroom::replica {
namespace {

/// A handler of one message of an open link. An error ends the link with its code.
struct MessageHandler {
    ReplicaParts& parts;
    Link& link;

    Result<void> operator()(const wire::Hello& m) const {
        if (++link.hellos > limits::hellos_per_link_max)
            return fail(Errc::busy, "too many hellos");
        auto taken = parts.exchange.hello_arrived(link, m);
        if (taken && link.school)
            parts.neighbours.link_settled(link);
        parts.holders.look(link);
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
        parts.changes.judgeable |= link.made_progress;
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
        parts.changes.rosters = true;
        return taken;
    }
    Result<void> operator()(const wire::Ping& m) const {
        // A neighbour could ping without end; questions faster than anybody needs to know get fewer
        // answers.
        if (parts.context.now - link.ponged_at < limits::pong_every_min)
            return {};
        link.ponged_at = parts.context.now;
        parts.exchange.ping_arrived(link, m);
        parts.holders.look(link);
        return {};
    }
    Result<void> operator()(const wire::Pong& m) const {
        parts.exchange.greetings_arrived(link, m.spaces);
        parts.holders.look(link);
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
    Result<void> operator()(const wire::ChainQuestion& m) const {
        return parts.joining.chain_asked(link, m);
    }
    Result<void> operator()(const wire::ChainFound&) const {
        return fail(Errc::not_allowed, "a chain that nobody asked for");
    }
    Result<void> operator()(const wire::LinkOffer& m) const {
        return parts.agreeing.offer_arrived(link, m);
    }
    Result<void> operator()(const wire::LinkAccept& m) const {
        return parts.agreeing.acceptance_arrived(link, m);
    }
    Result<void> operator()(const wire::LinkAnswer& m) const {
        return parts.agreeing.answer_arrived(link, m);
    }
    Result<void> operator()(const wire::FarHello& m) const {
        return parts.far_links.hello_arrived(link, m);
    }
    Result<void> operator()(const wire::FarCrossing& m) const {
        return parts.far_links.crossing_arrived(link, m);
    }
    Result<void> operator()(const wire::FarAsk& m) const { return parts.far_links.asked(link, m); }
    Result<void> operator()(const wire::FarRelay& m) const {
        return parts.far_links.relay_arrived(link, m);
    }
    Result<void> operator()(const wire::FarActs& m) const {
        return parts.far_links.acts_arrived(link, m);
    }
    Result<void> operator()(const wire::FarGone& m) const {
        return parts.far_erasing.gone_told(link, m);
    }
    Result<void> operator()(const wire::FarAskOrders& m) const {
        return parts.far_erasing.orders_asked(link, m);
    }
    Result<void> operator()(const wire::FarOrders& m) const {
        return parts.far_erasing.orders_arrived(link, m);
    }
    Result<void> operator()(const wire::FarReceipts& m) const {
        return parts.far_erasing.receipts_arrived(link, m);
    }
    Result<void> operator()(const wire::ForkAnswer& m) const {
        parts.fork_finder.answered(link, m);
        return {};
    }
};

/// Tells whether a message may come over this kind of link. A gateway of another network is told
/// nothing of ours, and tells us nothing of its own: neither side says here what it would say to a
/// member.
bool may_come_by(const Link& link, wire::Between between) {
    return between == wire::Between::both ||
           (between == wire::Between::networks) == is_far(link.meeting);
}

Result<void> take_messages(ReplicaParts& parts, Link& link) {
    while (!link.closing) {
        auto bytes = take_message(link);
        if (!bytes)
            return fail(bytes.error());
        if (!*bytes)
            return {};
        auto message = wire::decode_message(**bytes);
        // Passes over a message of a newer version: its content will be said again in a way that we
        // know.
        if (!message && message.error().code == Errc::unknown_value && (*bytes)->size() > 0 &&
            (**bytes)[0] >= wire::ignorable_message_from)
            continue;
        if (!message)
            return fail(message.error());
        const wire::Between between = wire::travels_between(*message);
        if (is_far(link.meeting) && between == wire::Between::anybody) {
            parts.far_links.sign_of_life(link, *message);
            continue;
        }
        if (!may_come_by(link, between))
            return fail(Errc::not_allowed, "a message of another kind of link");
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
