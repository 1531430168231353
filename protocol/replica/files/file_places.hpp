// The files that belong to each space. A member could name the hash of a draft, or of a file of
// another network, in a record, and so learn that it is on this disk, and get it. So a file belongs
// to a space only if it was fetched there from a neighbour, or brought in for a record of this
// school's own there. Called by the code that fetches and serves files. [S11]
#pragma once

#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/ports/store.hpp"

#include <set>
#include <utility>

namespace staffroom::replica {

class FilePlaces : public Part {
public:
    [[nodiscard]] Result<void> restore(const Image& image) override;
    [[nodiscard]] bool contains(const SpaceId& space, const Digest& hash) const {
        return places_.count({space, hash}) > 0;
    }
    /// Adds a file to a space; returns false when it was known.
    bool add(const SpaceId& space, const Digest& hash);
    /// Forgets a file that is on this disk no longer, in every space.
    void remove(const Digest& hash);
    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

private:
    std::set<std::pair<SpaceId, Digest>> places_;
    std::vector<Row> rows_;
};

} // namespace staffroom::replica
