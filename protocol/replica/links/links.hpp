// The table of links: find, walk, close. The replica sweeps closed links after each call.
#pragma once

#include "protocol/replica/links/link.hpp"

#include <functional>
#include <map>

namespace staffroom::replica {

class Links {
public:
    explicit Links(Context& context)
        : context_(context) {}

    Link& add(Link link);
    [[nodiscard]] Link* find(LinkId id);
    [[nodiscard]] const std::map<LinkId, Link>& all() const { return links_; }
    [[nodiscard]] std::map<LinkId, Link>& all() { return links_; }

    /// Visits every open link whose other side is in the audience of this space, as far as we know.
    void for_members(const SpaceId& space, const std::function<void(Link&, LinkSpace&)>& visit);

    /// Tells the driver to close; the link stays in the table until it is swept.
    void close(Link& link, Errc why);
    /// The links that ended since the last call, taken out of the table, and the reason of each.
    struct Closed {
        Link link;
        Errc why;
    };
    [[nodiscard]] std::vector<Closed> sweep();
    /// Takes the driver's word that the socket has gone.
    void gone(Link& link, Errc why);

private:
    Context& context_;
    std::map<LinkId, Link> links_;
    std::vector<std::pair<LinkId, Errc>> closed_;
};

} // namespace staffroom::replica
