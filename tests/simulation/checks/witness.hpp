// The witness of all nodes of a world, from outside: every head that crossed a line or reached a
// disk, every revision that a disk holds, every acknowledgement, every byte. Some things must never
// be seen at all; the first of them is kept as a violation. The checkers judge what must be true in
// the end.
#pragma once

#include "protocol/replica/ports/events.hpp"
#include "tests/simulation/people/traffic.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace staffroom::simulation {

struct Violation {
    std::string property;
    std::string detail;
};

/// A revision whose author's node has said "published".
struct Acknowledged {
    std::size_t school;
    SpaceId space;
    RevisionId revision;
    Instant at;
    bool is_excused = false; // its only disk went back in time, and no neighbour had it yet
};

/// The revisions that one disk holds for certain, with the state of their bodies.
using Holdings = std::map<RevisionId, log::BodyState>;

class Witness {
public:
    void meet(std::size_t school, const SchoolId& id, const SigningPublicKey& key);
    /// From now on nothing that this school signs is expected to be honest.
    void distrust(std::size_t school) { liars_.insert(school); }
    [[nodiscard]] bool is_honest(std::size_t school) const { return !liars_.contains(school); }
    [[nodiscard]] std::optional<std::size_t> find(const SchoolId& id) const;

    /// This school was given a code of this network: it may hold what is written there.
    void allow(const SpaceId& space, std::size_t school);
    /// From now on nothing new of this network may come to this school.
    void forbid(const SpaceId& space, std::size_t school, Instant since);

    void head_seen(const SigningPublicKey& key, const log::Head& head);
    void image_opened(const replica::Image& image);
    /// A batch is durable on this school's disk. Returns the spaces of what no disk had before.
    std::set<SpaceId> committed(std::size_t school, const replica::StoreBatch& batch);
    void acknowledged(
        std::size_t school, const SpaceId& space, std::span<const RevisionId> all, Instant now
    );
    /// The disk of this school is an older one now. What it alone had is lost, and excused.
    void went_back(std::size_t school, Holdings older);
    void violated(std::string property, std::string detail);

    [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
    [[nodiscard]] const Holdings& holdings(std::size_t school) const { return held_.at(school); }
    [[nodiscard]] const std::vector<Acknowledged>& acknowledged() const { return acknowledged_; }
    /// Every log that reached a disk, by id.
    [[nodiscard]] std::vector<LogId> logs() const;
    /// False for a log of a network that this school never joined.
    [[nodiscard]] bool may_see(const LogId& log, std::size_t school) const;
    [[nodiscard]] bool may_hold(const SpaceId& space, std::size_t school) const;
    [[nodiscard]] Traffic& traffic() { return traffic_; }
    [[nodiscard]] std::size_t heads() const { return heads_.size(); }

private:
    void check_space(std::size_t school, const replica::LogAppend& append);
    void count_content(std::size_t school, const replica::StoreBatch& batch);
    [[nodiscard]] std::set<SpaceId> new_in(const replica::StoreBatch& batch);

    std::map<SchoolId, std::size_t> schools_;
    std::map<SigningPublicKey, std::size_t> keys_;
    std::set<std::size_t> liars_;
    std::map<SpaceId, std::set<std::size_t>> allowed_;
    std::map<std::pair<SpaceId, std::size_t>, Instant> forbidden_;
    std::map<std::pair<LogId, std::uint64_t>, TreeHash> heads_; // by size
    std::map<LogId, SpaceId> spaces_;
    std::map<std::size_t, Holdings> held_;
    std::set<RevisionId> published_;
    std::set<Digest> notices_; // that reached a disk
    std::vector<Acknowledged> acknowledged_;
    std::map<RevisionId, std::size_t> places_; // in acknowledged_
    std::optional<Violation> violation_;
    Traffic traffic_;
};

} // namespace staffroom::simulation
