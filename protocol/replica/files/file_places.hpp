// Which files belong to which space: those that were fetched there from a neighbour, or brought in
// for a record of this school's own there. That the bytes are on this disk says nothing: a draft,
// or another network, may have put them there. Called by whoever fetches and serves files. [S11]
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
    /// False when it was known.
    bool add(const SpaceId& space, const Digest& hash);
    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

private:
    std::set<std::pair<SpaceId, Digest>> places_;
    std::vector<Row> rows_;
};

} // namespace staffroom::replica
