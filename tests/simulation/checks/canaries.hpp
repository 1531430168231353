// Records whose words stand nowhere else: one in the text, the title, the name of the author, the
// name of the file and the file of each. They are looked for in every byte of a disk, as a stranger
// would who has it. For the scenes of erasure.
#pragma once

#include "protocol/replica/ports/file_work.hpp"
#include "tests/simulation/world/world.hpp"
#include "tests/support/store/raw_search.hpp"

namespace staffroom::simulation {

struct Canary {
    std::size_t author; // a school
    RevisionId revision;
    replica::FileName file;
};

class Canaries {
public:
    static constexpr std::size_t words_each = 5;

    Canaries(World& world, const NetworkId& network, std::uint64_t seed)
        : world_(world)
        , network_(network)
        , random_(seed) {}

    /// So many records of this school, each with a file.
    void publish(std::size_t school, std::size_t count);
    [[nodiscard]] const std::vector<Canary>& all() const { return all_; }
    /// The revisions that this school has published, in order.
    [[nodiscard]] std::vector<RevisionId> of(std::size_t school) const;

    /// Tells whether all of them are at this school, with their files.
    [[nodiscard]] bool are_at(std::size_t school) const;
    /// What a disk has of them.
    struct Found {
        std::size_t words = 0;
        std::set<RevisionId>
            records{}; // of which there is anything, a piece of an encoded body too
    };
    [[nodiscard]] Found found_at(std::size_t school);

private:
    void add_needle(std::size_t record, bool is_word, Bytes needle);
    [[nodiscard]] std::string draw_word();

    struct Needle {
        std::size_t record;
        std::size_t word; // of all of them; for half a word
        bool is_word;
    };
    World& world_;
    NetworkId network_;
    tests::SeededRandom random_;
    std::vector<Canary> all_;
    std::size_t words_ = 0;
    std::vector<Bytes> needles_;
    std::vector<Needle> meaning_; // of each needle
    std::optional<tests::RawSearch> search_;
};

} // namespace staffroom::simulation
