// Proven forks of this node's networks: the evidence with the smallest position for each log, kept,
// forwarded as an item of the network, and the cut that follows from it. Not here: how evidence
// is found (fork_finder), which link ends for false evidence (offers), and what a cut log means to
// fetching and serving (LogRecord). An item of the line is made here. [S2] [S15]
#pragma once

#include "protocol/log/fork_proof.hpp"
#include "protocol/replica/membership/networks.hpp"
#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/ports/status.hpp"

namespace staffroom::replica {

class Forks : public Part {
public:
    Forks(Context& context, Logbook& logbook, Spaces& spaces, Networks& networks)
        : context_(context)
        , logbook_(logbook)
        , spaces_(spaces)
        , networks_(networks) {}

    /// After logs and networks. Errors: corrupt (a row that cannot be understood).
    [[nodiscard]] Result<void> restore(const Image& image) override;

    /// Keeps evidence that proves an earlier position than what is known; cuts the log there.
    /// Parked while the school or its key is not known here; refused when it proves nothing.
    Acceptance take(const log::ForkProof& proof);
    /// The same for what a neighbour sent about a space, of one school only so many at once.
    /// Errors: those of parse_fork_proof, bad_proof (of another space).
    [[nodiscard]] Result<Acceptance> take(const SpaceId& space, ByteView bytes);

    /// Every proven fork of a space, by log.
    [[nodiscard]] std::vector<ForkStatus> all_in(const SpaceId& space) const;
    /// The evidence behind an item of a space; null when there is none.
    [[nodiscard]] const Bytes* find(const SpaceId& space, const Digest& item) const;

    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

private:
    struct Known {
        Position position;
        log::LogDescriptor descriptor;
        Bytes bytes;
    };
    void keep(const log::ForkProof& proof, Bytes bytes);
    [[nodiscard]] std::size_t count_of(const SpaceId& space, const SchoolId& school) const;

    Context& context_;
    Logbook& logbook_;
    Spaces& spaces_;
    Networks& networks_;
    std::map<LogId, Known> known_;
    std::map<Digest, LogId> by_item_;
    SchoolPace pace_{16, std::chrono::seconds(1)};
    std::vector<Row> rows_;
};

} // namespace staffroom::replica
