// Passports of this node's networks: which of those that coordinators have written down counts for
// a log, and the ones that this node signs by itself when something new is to cross. Nobody asks a
// person: an author has said what may cross, and both networks have agreed to it. The attack: a
// coordinator writes a passport for more than there is, or of another history, and what honest ones
// sign is overlooked; so one counts only as far as the log is here, and whoever finds that its root
// is wrong goes on with the next. [A4] [A11]
#pragma once

#include "protocol/replica/crossing/shelf/shelf.hpp"
#include "protocol/replica/logs/own_logs.hpp"

namespace staffroom::replica {

class Passports : public Part {
public:
    struct Parts {
        Context& context;
        Logbook& logbook;
        OwnLogs& own_logs;
        Networks& networks;
        const LinkBook& book;
        const Shelf& shelf;
    };
    explicit Passports(const Parts& parts)
        : parts_(parts) {}

    /// The passport that reaches farthest for this log of the network, of those that enough
    /// coordinators on its card have signed and that nobody found wrong; null when there is none.
    [[nodiscard]] const PassportBook::Kept* best(const LinkKnown& link, const LogId& log);
    /// The same for what came through another network's passport: it says the same of the same log,
    /// and names that passport. [A15]
    [[nodiscard]] const PassportBook::Kept*
    best(const LinkKnown& link, const Through& through, const Passage& passage);
    /// How far any passport of a link that was ever written down reaches, by log, whatever has
    /// become of its card or its signatories: what may have crossed. O(passports of the network).
    [[nodiscard]] std::map<LogId, LogSize> reached(const LinkKnown& link) const;
    /// How far logs of other networks have crossed by a link, ascending by log: those that came by
    /// it, and those that were passed on by it. What an end pins beside the own ones. [A7] [A15]
    [[nodiscard]] std::vector<log::LogPin>
    far_pins(const NetworkId& network, const SharingId& link);
    /// Notes that a passport is not of the log that is here.
    void found_wrong(const PassportBook::Kept& kept) { wrong_.insert(kept.statement.bytes); }
    /// Which records of a log cross by what is agreed: the places up to `size`, ascending.
    [[nodiscard]] std::vector<Position>
    crossing(const LinkKnown& link, const LogId& log, LogSize size) const;

    /// Whether one of them does.
    [[nodiscard]] bool crosses(const LinkKnown& link, const EntryPlace& entry) const;

    void pump() override;
    [[nodiscard]] std::optional<Instant> deadline() const override;

private:
    /// What a passport is for: a log of this network, or what came through another one's passport.
    struct Subject {
        SharingId link;
        LogId log;
        std::optional<Digest> before{};
        friend auto operator<=>(const Subject&, const Subject&) = default;
    };
    /// Since when something waits for a passport, and which one it was when it was last looked at.
    struct Waiting {
        Instant since;
        Instant changed;
        Digest passport; // its hash
    };
    using Candidates = std::map<Subject, std::vector<PassportBook::Kept>>; // farthest first

    void look(const NetworkState& network, const LinkKnown& link, OwnLogs::Draft& draft);
    void
    look_at_passages(const NetworkState& network, const LinkKnown& link, OwnLogs::Draft& draft);
    [[nodiscard]] bool is_to_be_looked_at(const NetworkState& network, const LinkKnown& link);
    void
    wait_or_sign(const LinkKnown& link, const agreement::Passport& wanted, OwnLogs::Draft& draft);
    [[nodiscard]] bool is_written(
        const NetworkId& network,
        const agreement::Passport& wanted,
        const agreement::SignedStatement& statement
    ) const;
    [[nodiscard]] bool lacks_passport(const LinkKnown& link, const LogRecord& record);
    [[nodiscard]] Instant
    due_at(const LinkKnown& link, const LogId& log, const Waiting& waiting) const;
    using Fits = std::function<bool(const agreement::Passport&)>;
    [[nodiscard]] const PassportBook::Kept*
    best_of(const LinkKnown& link, const Subject& subject, const Fits& fits);
    [[nodiscard]] const Candidates& candidates(const NetworkState& network);

    Parts parts_;
    std::map<std::pair<NetworkId, Subject>, Waiting> waiting_;
    std::map<std::pair<NetworkId, Subject>, Digest> signed_; // by this node, since its start
    struct Gathered {
        std::uint64_t passports = 0;
        std::uint64_t links = 0;
        Candidates candidates{};
    };
    std::map<NetworkId, Gathered> gathered_;
    std::map<Bytes, bool> checked_; // encoded statement: signed by enough
    std::set<Bytes> wrong_;
    struct Seen {
        std::uint64_t logbook = 0;
        std::uint64_t shelf = 0;
        std::uint64_t links = 0;
        friend bool operator==(const Seen&, const Seen&) = default;
    };
    Seen seen_;
    struct PassagesSeen {
        std::uint64_t passages = 0;
        std::uint64_t passports = 0;
        std::uint64_t links = 0;
        friend bool operator==(const PassagesSeen&, const PassagesSeen&) = default;
    };
    std::map<std::pair<NetworkId, SharingId>, PassagesSeen> passages_seen_;
};

} // namespace staffroom::replica
