#include "protocol/replica/new_links.hpp"

#include "protocol/replica/replica_parts.hpp"

namespace staffroom::replica {
namespace {

constexpr unsigned doubles_of_one_node_max = 2;
constexpr std::chrono::seconds doubles_remembered{60};
constexpr std::chrono::seconds meeting_at_once{1};

/// Tells whether two machines have this key: a node that has a link does not dial again and again.
/// Then the newer link stays, so that both are heard in turn and learn of each other from what the
/// other wrote.
bool has_two_machines(ReplicaParts& parts, const Link& link, const Link& other) {
    const Instant now = parts.context.now;
    std::erase_if(parts.doubles, [now](const auto& entry) {
        return now - entry.second.since > doubles_remembered;
    });
    const TransportPublicKey& key = *link.remote_key;
    Doubles& doubles = parts.doubles.try_emplace(key, Doubles{now, 0}).first->second;
    const bool is_often = ++doubles.count > doubles_of_one_node_max;
    // A node that calls although we had called it, and not at the same moment, is perhaps another
    // machine: the address that we had called is worth a second look.
    const bool calls_again =
        other.dialled && !link.dialled && now - other.opened_at > meeting_at_once;
    if (is_often || calls_again)
        parts.neighbours.suspect_copies(key);
    return is_often;
}

/// Drops one of two links to one node, the same one on both sides. In one direction the newer link
/// stays, for the older is half dead; in two directions the link stays that the smaller key
/// dialled.
void drop_double(ReplicaParts& parts, const Link& link) {
    for (auto& [id, other] : parts.links.all()) {
        if (id == link.id || !other.is_open() || other.remote_key != link.remote_key ||
            is_by_code(other.meeting) || is_far(other.meeting))
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

} // namespace

void link_opened(ReplicaParts& parts, Link& link) {
    if (link.remote_key == parts.context.keys.transport.public_key) {
        // Our own first frames are met with silence, so this is another process: a copy of the data
        // folder.
        parts.met_itself = parts.context.now;
        parts.links.close(link, Errc::self_contact);
        return;
    }
    link.heard_at = parts.context.now;
    const bool by_code = is_by_code(link.meeting);
    if (is_far(link.meeting)) {
        parts.far_links.opened(link);
        return;
    }
    if (!by_code)
        drop_double(parts, link);
    if (link.closing)
        return;
    if (std::holds_alternative<InviteMeeting>(link.meeting) && !link.dialled)
        parts.joining.bearer_connected(link);
    if (std::holds_alternative<AgreementMeeting>(link.meeting) && !link.dialled)
        parts.agreeing.bearer_connected(link);
    if (!by_code && link.dialled)
        parts.exchange.send_hello(link);
    parts.context.emit(Notify{LinkChanged{link.id, link.remote, "connected"}});
}

} // namespace staffroom::replica
