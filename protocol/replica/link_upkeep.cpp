#include "protocol/replica/link_upkeep.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/replica/replica_parts.hpp"

namespace staffroom::replica {
namespace {

/// After a change, neighbours are told our fingerprint at most this often.
constexpr std::chrono::milliseconds greet_again_after{1000};

/// A school that we know and that is out of every network that we are in: it has been told why. It
/// knows the meeting key still, so it would stay by whatever it dialled; only a code lets it in.
bool is_of_nobody_here(const ReplicaParts& parts, const Link& link) {
    if (!link.school || is_by_code(link.meeting))
        return false;
    bool is_out = false;
    for (const auto& [id, network] : parts.networks.all()) {
        if (network.roster.is_member(*link.school))
            return false;
        is_out = is_out || network.roster.closed.count(*link.school) > 0;
    }
    return is_out;
}

} // namespace

void tend_links(ReplicaParts& parts) {
    const Instant now = parts.context.now;
    for (auto& [id, link] : parts.links.all()) {
        if (link.closing)
            continue;
        if (link.phase != LinkPhase::open) {
            if (now - link.opened_at > limits::handshake_time_max)
                parts.links.close(link, Errc::timed_out);
            continue;
        }
        if (!link.is_known() && now - link.opened_at > limits::anonymous_link_time_max) {
            parts.links.close(link, Errc::not_a_member);
            continue;
        }
        if (is_of_nobody_here(parts, link) &&
            now - link.opened_at > limits::anonymous_link_time_max) {
            parts.links.close(link, Errc::not_a_member);
            continue;
        }
        if (now - link.heard_at > limits::link_idle_max) {
            parts.links.close(link, Errc::timed_out);
            continue;
        }
        const bool is_quiet = now - link.said_at > limits::keepalive_after;
        const bool has_news = link.is_stale && now - link.pinged_at > greet_again_after;
        if (link.hello_received && (is_quiet || has_news))
            parts.exchange.send_ping(link, 0);
    }
}

void sweep_links(ReplicaParts& parts) {
    for (const Links::Closed& closed : parts.links.sweep()) {
        for (Part* part : parts.all)
            part->link_closed(closed.link, closed.why);
        if (closed.link.phase == LinkPhase::open)
            parts.context.emit(Notify{LinkChanged{
                closed.link.id,
                closed.link.remote,
                "closed: " + std::string(errc_name(closed.why))}});
    }
}

bool has_stale_link(const ReplicaParts& parts) {
    return std::any_of(parts.links.all().begin(), parts.links.all().end(), [](const auto& entry) {
        return entry.second.is_stale;
    });
}

} // namespace staffroom::replica
