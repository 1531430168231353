// Two schools of one network and their work of a day: the workload of every test of faults. The
// first writes to the disk under test, the second is the neighbour that gives back.
#pragma once

#include "tests/faults/town.hpp"
#include "tests/support/store/torn_files.hpp"

namespace staffroom::faults {

inline constexpr std::size_t tested = 0;
inline constexpr std::size_t neighbour = 1;
inline constexpr std::size_t workload_steps = 300;

struct MadeFile {
    replica::FileName name;
    Bytes content;
};
[[nodiscard]] MadeFile make_file(std::size_t size, std::uint64_t seed);
/// A record of about `characters` that do not compress, naming `file` when there is one.
[[nodiscard]] replica::RecordDraft
make_draft(const NetworkId& network, Random& random, std::size_t characters, const MadeFile* file);

/// Both identities follow from one seed, so that a copy of a disk can be started elsewhere.
struct Schools {
    explicit Schools(std::uint64_t seed)
        : first(make_identity(2 * seed))
        , second(make_identity(2 * seed + 1)) {}
    Identity first;
    Identity second;
};

class Scene {
public:
    /// Nothing runs yet: `first_disk` may be watched before `found`.
    Scene(const Schools& schools, tests::TornFileSystem& first, tests::TornFileSystem& second);

    /// Both start, the first founds a network and the second joins.
    void found();
    /// Both start with what their disks hold; `look` sees the first before it has spoken to
    /// anybody. Errors: those of the first.
    [[nodiscard]] Result<Started> resume(
        bool is_same_boot, const std::function<void()>& look = [] {}
    );
    [[nodiscard]] const tests::TornFileSystem& disk(std::size_t index) const {
        return index == tested ? first_disk_ : second_disk_;
    }
    /// Step `number` of the day; false when the first school's disk refused something.
    bool step(std::size_t number);

    bool publish(std::size_t index, std::size_t count, const MadeFile* file = nullptr);
    bool attach(std::size_t index, const MadeFile& file);
    /// Stops and starts the first school. Errors: those of the start.
    [[nodiscard]] Result<Started> reopen(bool is_same_boot, bool is_known_damaged = false);
    /// Both hold the same, nothing is missing.
    [[nodiscard]] bool is_same();

    Town& town() { return town_; }
    Node& node(std::size_t index) { return index == tested ? first_ : second_; }
    [[nodiscard]] std::string boot_id() const { return "boot-" + std::to_string(boots_); }

private:
    bool is_served(std::size_t step);

    tests::TornFileSystem& first_disk_;
    tests::TornFileSystem& second_disk_;
    Node first_;
    Node second_;
    Town town_;
    std::optional<NetworkId> network_;
    std::uint64_t boots_ = 1;
    std::uint64_t starts_ = 0;
    std::uint64_t files_made_ = 0;
};

} // namespace staffroom::faults
