// A network of six schools in which everybody is in and the first few coordinate, for the tests of
// what closes, vouches and settles.
#pragma once

#include "tests/support/network/random_story.hpp"

namespace staffroom::tests {

/// The founder and b, c, d coordinate, m and n are plain members; `last` sees it all.
struct MembershipScene {
    Story story;
    Cast cast;
    std::vector<RevisionId> last;
    const School& a = cast.schools[0];
    const School& b = cast.schools[1];
    const School& c = cast.schools[2];
    const School& d = cast.schools[3];
    const School& m = cast.schools[4];
    const School& n = cast.schools[5];

    explicit MembershipScene(std::uint64_t seed = 1, std::size_t coordinators = 4)
        : story(seed)
        , cast(make_cast(story, 6))
        , last(found(story, cast, coordinators)) {}

    RevisionId say(const School& author, network::Act act, std::vector<RevisionId> seen) {
        return story.say(author, std::move(act), std::move(seen));
    }
    /// A closing by one, confirmed by another.
    RevisionId remove(
        const School& by,
        const School& with,
        const School& school,
        const std::vector<RevisionId>& seen
    ) {
        const auto closing =
            say(by, network::Remove{school.id, network::Reason::charter_broken}, seen);
        return say(with, network::Confirm{closing}, seen);
    }
    Roster fold() { return story.fold(); }
    bool has(const School& school) { return fold().is_member(school.id); }
    bool coordinates(const School& school) { return fold().is_coordinator(school.id); }
    /// The same under other ids, so often: in how many of them the school coordinates.
    std::size_t coordinates_under_ground_ids(const School& school, int times) {
        std::size_t count = 0;
        for (int i = 0; i < times; ++i) {
            grind_anew(story);
            count += coordinates(school) ? 1U : 0U;
        }
        return count;
    }
};

} // namespace staffroom::tests
