// Finds forks with a neighbour: starts a search where its history of a log does not fit ours, loads
// our side of each question, and answers the questions of others. Evidence is checked and handed to
// forks. A neighbour whose answers prove nothing ends only its own search. [S14]
#pragma once

#include "protocol/replica/membership/forks.hpp"
#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/transfer/serve.hpp"
#include "protocol/sync/fork_search.hpp"

namespace staffroom::replica {

/// The parts that a finder works with; all of them outlive it.
struct ForkFinderParts {
    Context& context;
    Logbook& logbook;
    Links& links;
    const Server& server; // its rule of what a neighbour gets holds here too
    Forks& forks;
};

class ForkFinder : public Part {
public:
    explicit ForkFinder(ForkFinderParts parts)
        : parts_(parts) {}

    /// Called when a neighbour sent entries that do not follow ours; it holds `held` entries of the
    /// log.
    void contradicted(Link& link, const LogRecord& record, LogSize held);
    /// Compares a head that is not larger than ours with our history. Errors: bad_signature.
    [[nodiscard]] Result<void>
    head_seen(Link& link, const LogRecord& record, const wire::LogOffer& offer);

    void asked(Link& link, const wire::ForkQuestion& question);
    void answered(Link& link, const wire::ForkAnswer& answer);
    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void link_closed(const Link& link, Errc why) override;
    /// Gives up searches that nobody answers.
    void tick() override;
    [[nodiscard]] bool is_busy() const override { return !searches_.empty(); }

private:
    struct Search {
        LinkId link;
        sync::ForkSearch state;
        sync::OwnHistory own;
        std::optional<wire::ForkAnswer> ours{};
        std::optional<wire::ForkAnswer> theirs{};
        std::optional<LoadId> loading{};
        Instant progress;
    };
    struct Answering {
        LinkId link;
        wire::ForkQuestion question;
        sync::OwnHistory own;
    };
    /// An older head that waits until our own root of its size is known.
    struct Comparing {
        LinkId link;
        log::SignedHead head;
        LogSize held;
    };

    void start(Link& link, const LogRecord& record, LogSize size);
    void ask(std::uint32_t number, Search& search);
    void step(std::uint32_t number);
    void found(Search& search, log::ForkEvidence evidence);
    void compare(const Comparing& comparing, const log::CompactRange& prefix);

    ForkFinderParts parts_;
    std::map<std::uint32_t, Search> searches_; // by the number of the question
    std::map<LoadId, Answering> answering_;
    std::map<LoadId, Comparing> comparing_;
    std::map<LinkId, std::size_t> attempts_;
    std::map<LinkId, Instant> compared_at_;
    std::uint32_t last_number_ = 0;
};

} // namespace staffroom::replica
