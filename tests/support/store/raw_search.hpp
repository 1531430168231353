// What a stranger finds who takes a school's disk and reads its bytes: words as they stand in a
// file, in the rows of every LevelDB table, superseded ones too, and in what zstd reads from any
// place on which a frame begins, however torn. For the tests of erasure. Not here: whether words
// should be there.
#pragma once

#include "protocol/base/bytes.hpp"

#include <bitset>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace staffroom::tests {

class RawSearch {
public:
    /// Shorter needles than this are a bug: they would be found by chance.
    static constexpr std::size_t needle_bytes_min = 8;

    explicit RawSearch(std::vector<Bytes> needles);

    /// The needles, as places in the list, that stand in a file of this name. A file that is named
    /// as a LevelDB table and is none is searched as it stands.
    [[nodiscard]] std::set<std::size_t> in_file(const std::string& name, ByteView content) const;
    /// The same for bytes that belong to no file.
    [[nodiscard]] std::set<std::size_t> in(ByteView content) const;

private:
    void search(ByteView content, std::size_t depth, std::set<std::size_t>& found) const;
    void search_plain(ByteView content, std::set<std::size_t>& found) const;
    void search_table(ByteView content, std::set<std::size_t>& found) const;

    static constexpr std::size_t hash_bits = 20;
    std::vector<Bytes> needles_;
    std::vector<std::pair<std::uint64_t, std::size_t>> by_beginning_; // sorted
    std::unique_ptr<std::bitset<std::size_t{1} << hash_bits>> beginnings_;
};

/// Both halves of each word, in order: LevelDB's log puts bytes of its own into a long value.
[[nodiscard]] std::vector<Bytes> halves_of(const std::vector<std::string>& words);

} // namespace staffroom::tests
