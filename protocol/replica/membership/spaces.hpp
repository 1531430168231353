// Spaces: what the nodes of one audience hold in common, and the line of items by which they
// compare it. A network is one kind of space. Circles, and agreements between networks, will be
// others. Comparing, offering, fetching and serving know spaces only: a new kind brings an
// audience, and nothing of theirs changes. Not here: who is in an audience (Networks), and what a
// space holds on disk (Logbook). [S2]
//
//   LogRecord --descriptor.space--> SpaceState --audience--> a network's roster, later others
//   Link --LinkSpace, by SpaceId----^
#pragma once

#include "protocol/crypto/secret.hpp"
#include "protocol/replica/logs/logbook.hpp"
#include "protocol/replica/membership/school_logs.hpp"
#include "protocol/sync/item_table.hpp"

#include <memory>
#include <set>

namespace staffroom::replica {

/// Whom a space is shared with, and what its logs may hold.
class Audience {
public:
    Audience() = default;
    Audience(const Audience&) = delete;
    Audience& operator=(const Audience&) = delete;
    Audience(Audience&&) = delete;
    Audience& operator=(Audience&&) = delete;
    virtual ~Audience() = default;

    /// Is told of the space: greeted, offered to, served.
    [[nodiscard]] virtual bool has(const SchoolId& school) const = 0;
    /// All who are in it now or were formerly. Their chains stand on the line.
    [[nodiscard]] virtual const std::set<SchoolId>& ever() const = 0;
    /// Whether this log may grow in the space.
    [[nodiscard]] virtual bool may_hold(const log::LogDescriptor& descriptor) const = 0;

    [[nodiscard]] bool ever_had(const SchoolId& school) const { return ever().count(school) > 0; }
};

struct SpaceState {
    SpaceId id;
    crypto::Secret32 seed; // who knows it is shown the space on a link [S1]
    std::unique_ptr<const Audience> audience;
    sync::ItemTable items{};
    std::set<LogId> logs{};       // with entries that are here or on their way to the disk
    std::set<LogId> known_logs{}; // also those of which there is only a head
    std::map<SchoolId, std::size_t> log_counts{}; // of the known ones
    /// Those of which something counts, whatever else bounds them. [S16]
    std::map<std::pair<SchoolId, log::Channel>, SchoolLogs> school_logs{};

    /// How many of this school are known, this one included.
    std::size_t know_log(const LogId& log, const SchoolId& school);
    void add_log(const LogId& log, const SchoolId& school);
    /// How many logs of this school are known.
    [[nodiscard]] std::size_t log_count(const SchoolId& school) const;
    /// The item of a log as it is here, or none where nothing of it counts.
    void update_item(const LogRecord& record);
};

/// The first bytes of a hash, by which two items of one size are told apart.
[[nodiscard]] wire::ItemTag tag_of(ByteView hash);

class Spaces {
public:
    SpaceState& add(SpaceState state);
    [[nodiscard]] SpaceState* find(const SpaceId& id);
    [[nodiscard]] const SpaceState* find(const SpaceId& id) const;
    [[nodiscard]] const std::map<SpaceId, SpaceState>& all() const { return spaces_; }

    /// Puts an item on the line of a space, which may stand there already.
    void put_item(SpaceState& state, const wire::Item& item);
    /// Items that have been put since the last call, other than those of logs.
    [[nodiscard]] std::vector<std::pair<SpaceId, Digest>> take_changed() {
        return std::exchange(changed_, {});
    }

private:
    std::map<SpaceId, SpaceState> spaces_;
    std::vector<std::pair<SpaceId, Digest>> changed_;
};

} // namespace staffroom::replica
