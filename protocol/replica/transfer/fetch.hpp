// Fetches logs: chooses the neighbour that streams each log, proves chunks as they come, gives
// credit back when they are durable. One neighbour a log at a time; governance before records. [S7]
// [S5]
#pragma once

#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/transfer/doubts.hpp"
#include "protocol/replica/transfer/fork_finder.hpp"

namespace staffroom::replica {

class Fetcher : public Part {
public:
    Fetcher(
        Context& context,
        Logbook& logbook,
        Spaces& spaces,
        Networks& networks,
        Links& links,
        ForkFinder& finder
    )
        : context_(context)
        , logbook_(logbook)
        , spaces_(spaces)
        , networks_(networks)
        , links_(links)
        , finder_(finder) {}

    /// Called when a neighbour holds `offer.held` entries of a log whose head has been judged good.
    void offered(Link& link, LinkSpace& space, const wire::LogOffer& offer);
    /// Starts every stream that can be started from this neighbour.
    void schedule(Link& link);
    void schedule_all();

    /// Takes a chunk. Errors close the link: those of prove_chunk, bad_signature.
    [[nodiscard]] Result<void> chunk_arrived(Link& link, const wire::Chunk& chunk);
    void stopped(Link& link, const wire::StopStream& stop);
    /// Gives back credit for a chunk that is durable.
    void store_finished(StoreId id, bool succeeded) override;
    /// Called when the log went back to its durable part: the chunks on their way now begin behind
    /// that.
    void store_failed(const LogId& log);
    void link_closed(const Link& link, Errc why) override;
    /// Called when a log is cut. Chunks on their way may lie beyond the part that counts now;
    /// everybody is asked again for the entries before the cut.
    void log_cut(const LogId& id) override;
    /// Moves streams that have stalled to another neighbour.
    void tick() override;

    /// Tells whether a log of this space is on its way, from a neighbour that is not in doubt: the
    /// promise of a doubtful one may never be kept.
    [[nodiscard]] bool is_fetching(const SpaceId& space) const;
    /// Tells whether somebody who is not in doubt offers more of this log than is stored.
    [[nodiscard]] bool is_promised(const LogRecord& record) const {
        return others_offer(std::nullopt, record);
    }
    /// Returns the logs of which nothing is here yet, and the size that neighbours not in doubt
    /// offer of them.
    [[nodiscard]] std::map<LogId, LogSize> promised_new(const SpaceId& of) const;
    /// Tells whether the neighbour has promised entries and let us wait for them in vain, on this
    /// link or an earlier one, and brought nothing since. It is asked for what nobody else has, one
    /// log at a time.
    [[nodiscard]] bool is_doubtful(const Link& link) const;
    /// Tells whether a log is on its way from this neighbour.
    [[nodiscard]] bool is_fetching_from(LinkId link) const;
    [[nodiscard]] std::size_t stream_count() const { return streams_.size(); }
    [[nodiscard]] bool is_busy() const override { return !streams_.empty(); }

private:
    struct Stream {
        LinkId link;
        std::uint32_t number;
        log::SignedHead head;
        Instant progress;
        std::uint64_t bytes_before; // bytes that the link had brought by then
        bool holds_up_records;      // governance that is on its way, as far as we can tell
        bool follows_a_failed_store = false;
    };
    struct Candidate {
        LogId log;
        bool is_governance;
    };

    [[nodiscard]] std::vector<Candidate> candidates(Link& link);
    [[nodiscard]] bool others_offer(std::optional<LinkId> but, const LogRecord& record) const;
    [[nodiscard]] bool owes(const Link& link, const LogId& log) const;
    void let_down(Link& link, const LogId& log);
    void break_promise(Link& link, const LogId& log);
    [[nodiscard]] bool governance_is_open(const SpaceId& space) const;
    void start(Link& link, LogRecord& record, const wire::LogOffer& offer);
    [[nodiscard]] Result<void> pushed(Link& link, const wire::Chunk& chunk);
    [[nodiscard]] Result<void>
    take(Link& link, LogRecord& record, const log::SignedHead& head, const wire::Chunk& chunk);
    void contradicted(Link& link, LogRecord& record);
    [[nodiscard]] bool is_stalled(const Stream& stream) const;
    void drop_stream(const LogId& log, bool tell);

    Context& context_;
    Logbook& logbook_;
    Spaces& spaces_;
    Networks& networks_;
    Links& links_;
    ForkFinder& finder_;
    std::map<LogId, Stream> streams_;
    struct Credit {
        LinkId link;
        std::uint32_t stream;
    };
    std::map<StoreId, Credit> credits_;
    std::uint32_t last_stream_ = 0;
    std::chrono::seconds rest_{0}; // after the disk refused; none since it last took something
    Instant rest_until_{0};
    Doubts doubts_;
};

} // namespace staffroom::replica
