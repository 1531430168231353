// Serves the chunks and bodies that a neighbour wants, loaded from the disk as its credit and our
// queue allow. A neighbour could ask for what it may not see, so everything that leaves passes here
// or through exchange, filtered by the roster. [S6]
#pragma once

#include "protocol/replica/links/links.hpp"
#include "protocol/replica/membership/spaces.hpp"
#include "protocol/replica/ports/part.hpp"

namespace staffroom::replica {

class Server : public Part {
public:
    Server(Context& context, Logbook& logbook, Links& links)
        : context_(context)
        , logbook_(logbook)
        , links_(links) {}

    /// Takes a question for a stream. Errors: too_large (more streams than allowed), malformed (a
    /// stream number in use).
    [[nodiscard]] Result<void> want(Link& link, const wire::Want& want);
    void credit(Link& link, const wire::Credit& credit);
    void stop(Link& link, const wire::StopStream& stop);
    [[nodiscard]] Result<void> want_bodies(Link& link, const wire::WantBodies& want);

    /// Tells whether a neighbour gets this log: it gets the logs of the spaces whose audience it is
    /// in. This is the only place of that rule.
    [[nodiscard]] bool may_see(Link& link, const LogRecord* record) const;
    /// How many entries of this log a neighbour may have. A school that is out may have the part of
    /// the governance that says so, and nothing else. [S6]
    [[nodiscard]] LogSize visible(const Link& link, const LogRecord& record) const;

    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void log_grew(const LogId& id);
    void queue_drained(const Link& link) override;
    void link_closed(const Link& link, Errc why) override;
    /// A body that turned out damaged here since the last call.
    using BodyPlace = std::pair<LogId, Position>;
    [[nodiscard]] std::vector<BodyPlace> take_damaged() { return std::exchange(damaged_, {}); }

private:
    using StreamId = std::pair<LinkId, std::uint32_t>;
    struct Stream {
        LogId log;
        LogSize next;
        LogSize end;
        LogSize size;
        std::uint32_t credits;
        std::optional<LoadId> loading{};
    };
    struct Loading {
        LinkId link;
        std::optional<std::uint32_t> stream; // none: single bodies
        std::optional<log::SignedHead> head; // sent with the chunk: newer than the one asked for
        log::CompactRange right;             // to be joined to what is loaded
    };

    void pump_stream(const StreamId& id, Stream& stream);
    void refuse(Link& link, std::uint32_t stream, wire::StopReason why);
    void send_chunk(Link& link, const Loading& loading, const LoadedChunk& chunk);
    void send_bodies(Link& link, const LoadedBodies& bodies);
    void note_damage(const LogId& log, Position position, BodyState found);

    Context& context_;
    Logbook& logbook_;
    Links& links_;
    std::map<StreamId, Stream> streams_;
    std::map<LoadId, Loading> loads_;
    std::vector<BodyPlace> damaged_;
};

} // namespace staffroom::replica
