// Which schools hold how much of this school's own logs of records. A node is believed about itself
// alone: at the moment at which two nodes are settled in a network [S1], everything that is here is
// durable there. Kept over a start, so that a power cut here does not make everything look unsafe.
// Not here: what one school says of another, which nobody could check; and who has refused one
// body, which is a matter of that school.
#pragma once

#include "protocol/replica/meeting/exchange.hpp"
#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/ports/status.hpp"

#include <memory>

namespace staffroom::replica {

class Holders : public Part {
public:
    struct Parts {
        Context& context;
        Logbook& logbook;
        Spaces& spaces;
        Links& links;
        Exchange& exchange;
    };
    explicit Holders(const Parts& parts)
        : context_(parts.context)
        , logbook_(parts.logbook)
        , spaces_(parts.spaces)
        , links_(parts.links)
        , exchange_(parts.exchange) {}

    [[nodiscard]] Result<void> restore(const Image& image) override;
    /// Notes what the other side holds; called when it has greeted us.
    void look(const Link& link);
    void link_closed(const Link& link, Errc why) override;
    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

    /// How much of each own log a school holds. Logs of which it holds nothing are left out.
    using Sizes = std::map<LogId, LogSize>;
    /// Returns that for every other school that was ever settled with this node in the space, those
    /// that are settled with it now as of now.
    [[nodiscard]] std::map<SchoolId, std::shared_ptr<const Sizes>> held(const SpaceId& space) const;

private:
    struct Known {
        std::shared_ptr<const Sizes> sizes;
        std::shared_ptr<const Sizes> written; // on disk; null: nothing
        Instant written_at;
    };
    struct Newest {
        std::uint64_t changes; // of the logbook, when it was gathered
        std::shared_ptr<const Sizes> sizes;
    };

    void note(const Link& link, bool is_ending);
    [[nodiscard]] std::shared_ptr<const Sizes> own_sizes(const SpaceState& state) const;

    Context& context_;
    Logbook& logbook_;
    Spaces& spaces_;
    Links& links_;
    Exchange& exchange_;
    std::map<SpaceId, std::map<SchoolId, Known>> known_;
    mutable std::map<SpaceId, Newest> newest_; // shared by all who are settled with us
    std::vector<Row> rows_;
};

} // namespace staffroom::replica
