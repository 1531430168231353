#include "protocol/replica/links/links.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::replica {

Link& Links::add(Link link) {
    const LinkId id = link.id;
    const auto [at, added] = links_.emplace(id, std::move(link));
    ensure(added);
    return at->second;
}

Link* Links::find(LinkId id) {
    const auto at = links_.find(id);
    return at == links_.end() || at->second.closing ? nullptr : &at->second;
}

void Links::for_members(const SpaceId& id, const std::function<void(Link&, LinkSpace&)>& visit) {
    for (auto& [number, link] : links_) {
        LinkSpace* space = link.is_open() ? link.space(id) : nullptr;
        if (space != nullptr && space->remote_is_member)
            visit(link, *space);
    }
}

void Links::close(Link& link, Errc why) {
    if (link.closing)
        return;
    context_.emit(CloseLink{link.id, why});
    gone(link, why);
}

void Links::gone(Link& link, Errc why) {
    if (link.closing)
        return;
    link.closing = true;
    // Nobody answered, and our own first frame came in at our own door: the address leads back
    // here. [C2]
    const bool led_back = link.came_back && link.phase != LinkPhase::open && why == Errc::closed;
    closed_.emplace_back(link.id, led_back ? Errc::self_contact : why);
}

std::vector<Links::Closed> Links::sweep() {
    std::vector<Closed> swept;
    for (const auto& [id, why] : std::exchange(closed_, {})) {
        auto node = links_.extract(id);
        ensure(!node.empty());
        swept.push_back({std::move(node.mapped()), why});
    }
    return swept;
}

} // namespace staffroom::replica
