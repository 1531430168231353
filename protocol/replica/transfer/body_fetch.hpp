// Fetches bodies that are missing although their entries are here, from one neighbour after the
// other. A neighbour that says "erased" is taken to say "not here": only an order erases. But a
// body that carried another network's record cannot be told from one that an order has reached by
// who never had it; of these it is remembered, for people and the digest. [S7] [S8] [E3]
#pragma once

#include "protocol/replica/links/links.hpp"
#include "protocol/replica/membership/spaces.hpp"
#include "protocol/replica/ports/part.hpp"

namespace staffroom::replica {

class BodyFetcher : public Part {
public:
    BodyFetcher(Context& context, Logbook& logbook, const Spaces& spaces, Links& links)
        : context_(context)
        , logbook_(logbook)
        , spaces_(spaces)
        , links_(links) {}

    /// Reads a body that somebody found damaged here; when it is, `gone` follows.
    void look_again(const LogId& log, Position position);
    /// Notes a body that was found damaged while it was read: from now on it counts as missing.
    void gone(const LogId& log, Position position);
    /// Asks every idle neighbour for bodies that it has not been asked for on this link.
    void tick() override;
    /// Takes bodies. Errors: malformed (an answer to no question).
    [[nodiscard]] Result<void> bodies_arrived(Link& link, wire::Bodies bodies);
    /// Whether a neighbour has said that the body of this carrying entry is erased. It is asked for
    /// all the same.
    [[nodiscard]] bool is_said_erased(const LogId& log, Position position) const {
        return said_erased_.count({log, position}) > 0;
    }
    /// Returns a number that grows with every change of that.
    [[nodiscard]] std::uint64_t said_changes() const { return said_changes_; }
    /// Takes loaded headers and stores the bodies that fit their commitments. Also takes a body
    /// that was looked at again.
    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void link_closed(const Link& link, Errc why) override;

private:
    struct Asked {
        wire::WantBodies open; // no positions: nothing is open
        std::set<std::pair<LogId, Position>> before;
    };
    struct Arrived {
        LinkId link;
        LogId log;
        Position position;
        log::BodyBytes body;
        bool is_said_erased = false;
    };

    void take_said(const Arrived& arrived, ByteView header);
    void ask(Link& link, const SpaceState& state, const LinkSpace& space, Asked& asked);

    Context& context_;
    Logbook& logbook_;
    const Spaces& spaces_;
    Links& links_;
    std::map<LinkId, Asked> asked_;
    std::map<LoadId, Arrived> loading_;
    std::set<LoadId> looking_;
    std::set<std::pair<LogId, Position>> said_erased_;
    std::uint64_t said_changes_ = 0;
};

} // namespace staffroom::replica
