// The nodes that are on: off at night and all summer, fallen and come back, put back to the disk of
// another day. It knows which kind of boot follows which end: the mark in /run lives as long as the
// machine is up.
#pragma once

#include "tests/simulation/people/authors.hpp"

namespace staffroom::simulation {

class Nodes {
public:
    Nodes(World& world, std::vector<std::unique_ptr<Author>>& authors, Random& random);

    /// Off for this long; `is_power` turns the machine off as well.
    void off_for(std::size_t school, std::chrono::microseconds span, bool is_power);
    /// Power or process go at a write that is soon to come.
    void fall_soon(std::size_t school, Fall fall);
    /// Keeps a copy of the disk as it is.
    void photograph(std::size_t school);
    /// The disk becomes the kept copy, and the node starts from it; a liar also brings the mark of
    /// that day.
    void go_back(std::size_t school, bool with_mark, bool is_lying);
    void switch_on(std::size_t school);
    /// From now on nothing stays off, and nothing falls.
    void calm();

private:
    void fallen(std::size_t school, Fall fall);
    void try_on(std::size_t school);

    World& world_;
    std::vector<std::unique_ptr<Author>>& authors_;
    Random& random_;
    bool is_calm_ = false;
    std::set<std::size_t> same_boot_;
    std::map<std::size_t, DiskImage> images_;
};

} // namespace staffroom::simulation
