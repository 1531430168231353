// One run of one seed: a calm start in which schools found and join, a storm, a calm, and the
// verdict of the checkers. Builds the plan's parts and lets the world run; judges nothing itself.
#pragma once

#include "tests/simulation/liars/crafter.hpp"
#include "tests/simulation/replayer.hpp"
#include "tests/simulation/world/weather.hpp"

namespace staffroom::simulation {

struct Outcome {
    std::string scenario;
    std::uint64_t events = 0;
    std::string digest; // of the trace
    std::optional<Violation> violation{};
    std::uint64_t acknowledged = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t lower_bound = 0;
    std::string end_state{}; // who belongs and what is there, for one who has all; times left out
};

/// A network of the storm, and who is to belong to it in the end.
struct Gathering {
    NetworkId network;
    std::set<std::size_t> members;
    [[nodiscard]] SpaceId space() const { return log::space_of(network); }
};

class Storm {
public:
    explicit Storm(const StormOptions& options);

    /// Runs to the end, to the first violation or to the event asked for.
    Outcome run();

    [[nodiscard]] World& world() { return world_; }
    [[nodiscard]] const StormOptions& options() const { return options_; }
    [[nodiscard]] Scenario scenario() const { return scenario_; }
    [[nodiscard]] const std::vector<Gathering>& gatherings() const { return gatherings_; }
    [[nodiscard]] bool all_is_written();
    /// The school that was removed, and when coordinators last had to see to it, or it left; none
    /// in a storm whose end is compared over other lines: where it is cut hangs on what had
    /// arrived.
    [[nodiscard]] std::optional<std::size_t> exile() const { return exile_; }
    [[nodiscard]] Instant banished_at() const { return banished_at_; }

private:
    void gather();
    void add_schools(std::size_t count);
    NetworkId found(std::size_t founder);
    void admit(Gathering& gathering, std::size_t newcomer, std::size_t at);
    void dispute(std::size_t one, std::size_t other);
    void admit_later(std::size_t newcomer, Instant when);
    void ask_to_join(std::size_t newcomer, std::shared_ptr<struct OpenCode> code);
    void invite_later(const std::shared_ptr<struct OpenCode>& code);
    void membership_changed(std::size_t school);
    void plan(Instant end);
    void plan_liar(const Season& season);
    void plan_stories(const Season& season);
    void add_exile();
    void plan_exile(const Season& season);
    void banish();
    void add_replayer(const Season& season);
    void add_crafter(const Season& season, std::size_t liar);
    /// False when the run is over already.
    bool run_until(Instant end);
    bool calm_down();
    [[nodiscard]] bool is_over() { return world_.witness().violation().has_value(); }

    StormOptions options_;
    Scenario scenario_;
    tests::SeededRandom lines_random_;
    tests::SeededRandom disks_random_;
    tests::SeededRandom nodes_random_;
    tests::SeededRandom clocks_random_;
    tests::SeededRandom liars_random_;
    World world_;
    std::deque<Story> stories_; // longer than the authors that take their steps
    std::vector<std::unique_ptr<Author>> authors_;
    std::unique_ptr<Nodes> nodes_;
    std::vector<Gathering> gatherings_;
    std::set<std::size_t> suspended_;
    std::set<std::size_t> guests_;
    std::set<std::size_t> know_of_dispute_;
    std::optional<std::size_t> exile_{};
    std::optional<DiskImage> exile_image_{};
    Instant banished_at_{0};
};

/// Runs a seed; `order` runs three times and compares.
[[nodiscard]] Outcome run_storm(const StormOptions& options);

} // namespace staffroom::simulation
