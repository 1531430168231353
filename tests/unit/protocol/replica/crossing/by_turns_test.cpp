#include "protocol/replica/crossing/by_turns.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {

TEST_CASE("by turns: whoever has many takes the room of nobody who has few", "[crossing]") {
    std::map<int, std::vector<int>> names;
    for (int i = 0; i < 1000; ++i)
        names[1].push_back(1000 + i);
    names[2] = {2000, 2001};
    names[3] = {};
    names[4] = {4000};

    CHECK(by_turns(names, 0).empty());
    CHECK(by_turns(names, 5) == std::vector<int>{1000, 2000, 4000, 1001, 2001});
    CHECK(by_turns(names, 2) == std::vector<int>{1000, 2000});
    CHECK(by_turns(names, 2000).size() == 1003);
    CHECK(by_turns(std::map<int, std::vector<int>>{}, 5).empty());
}

} // namespace staffroom::replica
