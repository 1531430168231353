// The revisions that may say that they came from an origin, by a hash of the words: two of the same
// hash are told apart by reading them. Takes 16 bytes a revision that has an origin. Knows no store
// (services/library, the only user, reads the bodies).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace staffroom::services {

class OriginIndex {
public:
    /// Returns the row below which all have been looked at.
    [[nodiscard]] std::uint32_t looked_at() const { return looked_at_; }
    /// Notes an origin; does nothing for an empty one.
    void note(std::uint32_t row, const std::string& origin);
    /// Puts a row off whose body is not here: it is to be looked at again.
    void put_off(std::uint32_t row) { put_off_.push_back(row); }
    /// Takes the rows that were put off, once.
    [[nodiscard]] std::vector<std::uint32_t> take_put_off();
    void has_looked_at(std::uint32_t rows) { looked_at_ = rows; }

    /// Returns the candidates in the order of rows.
    [[nodiscard]] std::vector<std::uint32_t> candidates(const std::string& origin);

private:
    struct Entry {
        std::uint64_t hash;
        std::uint32_t row;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    std::uint32_t looked_at_ = 0;
    std::vector<std::uint32_t> put_off_;
    std::vector<Entry> entries_; // sorted up to `sorted_`
    std::size_t sorted_ = 0;
};

} // namespace staffroom::services
