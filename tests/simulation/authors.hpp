// The people of one school: they write on a timetable, revise and retract what they wrote, add
// files, say something about others' records, rename their school. What the node refuses or loses
// before it said "published" they write again. Knows its school's node only through commands.
#pragma once

#include "tests/simulation/plan.hpp"
#include "tests/simulation/world.hpp"

#include <deque>

namespace staffroom::simulation {

class Author {
public:
    Author(World& world, std::size_t school, const StormOptions& options);

    /// May write in this network from now on.
    void belong_to(const NetworkId& network) { networks_.push_back(network); }
    /// Draws all that this author will do and puts it on the world's calendar. Nothing of it comes
    /// after `end`: how long the calm lasts must not decide what was written.
    void plan(Instant begin, Instant end);
    /// The node has started: the profile is told again and the waiting words are sent.
    void node_started();
    /// All that was to be written has been acknowledged.
    [[nodiscard]] bool is_done() const { return waiting_.empty(); }

private:
    enum class Manner { first, revision, retraction, answer, with_file, at_home };
    struct Wish {
        std::size_t network; // of networks_
        Manner manner;
        std::uint64_t number; // of the first text
        std::size_t count;
        std::size_t bytes; // of each text
    };

    void wish(Wish wish);
    void send_next();
    void set_profile();
    [[nodiscard]] replica::RecordDraft draft(const Wish& wish, std::uint64_t number);
    [[nodiscard]] std::string text(std::uint64_t number, std::size_t bytes) const;
    void answered(const Wish& wish, const Result<replica::Reply>& reply);

    World& world_;
    std::size_t school_;
    tests::SeededRandom random_;
    std::vector<NetworkId> networks_;
    std::deque<Wish> waiting_;
    std::uint64_t asked_in_life_ = 0; // an answer is awaited from this life of the node
    std::uint64_t last_number_ = 0;
    std::uint64_t names_ = 1;
    struct Written {
        RevisionId document;
        RevisionId newest;
    };
    std::map<std::size_t, std::vector<Written>> written_; // by network
};

} // namespace staffroom::simulation
