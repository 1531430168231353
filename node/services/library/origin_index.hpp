// The revisions that may say that they came from an origin, by a hash of the words: two of the same
// hash are told apart by reading them. Takes 16 bytes a revision that has an origin. Knows no store
// (services/library, the only user, reads the bodies).
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/records/body.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace staffroom::services {

/// What is kept of one body.
struct OriginNote {
    bool names_one;
    std::uint64_t origin;
    std::uint64_t words;
};
[[nodiscard]] OriginNote origin_note(const records::RecordBody& body);
[[nodiscard]] std::uint64_t hash_of_origin(const std::string& origin);
[[nodiscard]] std::uint64_t hash_of_words(std::string_view front_matter, std::string_view text);

/// What this node has just published, known before anybody reads it back. Safe from any thread, and
/// bounded: what is forgotten is read.
class FreshOrigins {
public:
    void know(const RevisionId& revision, const OriginNote& note);
    [[nodiscard]] std::optional<OriginNote> take(const RevisionId& revision);

private:
    static constexpr std::size_t count_max = 4096;
    std::mutex mutex_;
    std::unordered_map<RevisionId, OriginNote, FixedBytesHash> notes_;
};

class OriginIndex {
public:
    /// Returns the row below which all have been looked at.
    [[nodiscard]] std::uint32_t looked_at() const { return looked_at_; }
    void note(std::uint32_t row, std::uint64_t hash) { entries_.push_back({hash, row}); }
    /// The body is not here: to be looked at again.
    void put_off(std::uint32_t row) { put_off_.push_back(row); }
    /// Takes the rows that were put off, once.
    [[nodiscard]] std::vector<std::uint32_t> take_put_off();
    void has_looked_at(std::uint32_t rows) { looked_at_ = rows; }

    /// In the order of rows.
    [[nodiscard]] std::vector<std::uint32_t> candidates(std::uint64_t hash);

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
