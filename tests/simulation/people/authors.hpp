// The people of one school: they write on a timetable, revise and retract their records, add files,
// comment on others' records, rename their school, and take their steps in documents of several
// schools. They write again what the node refuses, or loses before it said "published". They know
// their school's node only through commands.
#pragma once

#include "protocol/records/body.hpp"
#include "tests/simulation/people/plan.hpp"
#include "tests/simulation/people/stories.hpp"
#include "tests/simulation/world/world.hpp"

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
    /// A step of this author, once its time has come and all that it builds on is written. The
    /// document stands in the first network.
    void plan(Step& step);
    /// The node has started: the profile is told again and the waiting words are sent.
    void node_started();
    /// All that was to be written has been acknowledged.
    [[nodiscard]] bool is_done() const { return waiting_.empty() && steps_ahead_ == 0; }

private:
    enum class Manner { first, revision, retraction, answer, with_file, at_home, step };
    struct Wish {
        std::size_t network; // of networks_
        Manner manner;
        std::uint64_t number; // of the first text
        std::size_t count;
        std::size_t bytes; // of each text
        Step* step = nullptr;
    };

    void wish(Wish wish);
    void take(const Wish& of_step);
    void send_next();
    void set_profile();
    [[nodiscard]] replica::RecordDraft draft(const Wish& wish, std::uint64_t number);
    void put_step(const Step& step, replica::RecordDraft& draft, records::RecordBody& body) const;
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
    std::size_t steps_ahead_ = 0; // planned, and what they build on is not all written yet
    struct Written {
        RevisionId document;
        RevisionId newest;
    };
    std::map<std::size_t, std::vector<Written>> written_; // by network
};

} // namespace staffroom::simulation
