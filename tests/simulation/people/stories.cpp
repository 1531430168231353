#include "tests/simulation/people/stories.hpp"

#include "tests/simulation/people/plan.hpp"

#include <algorithm>

namespace staffroom::simulation {
namespace {

constexpr std::uint64_t stories_max = 4;
constexpr std::uint64_t steps_min = 4;
constexpr std::uint64_t steps_more = 9;
constexpr std::uint64_t parents_max = 3;

std::size_t draw(Random& random, std::size_t end) {
    return static_cast<std::size_t>(random.below(end));
}

/// Old steps as well as the newest: revisions that did not know of each other stand side by side.
std::vector<std::size_t> draw_parents(const Story& story, Random& random) {
    std::vector<std::size_t> parents;
    for (std::uint64_t count = 1 + random.below(parents_max); count > 0; --count) {
        const std::size_t back = 1 + draw(random, std::min<std::size_t>(story.steps.size(), 4));
        const std::size_t parent = story.steps.size() - back;
        if (std::find(parents.begin(), parents.end(), parent) == parents.end())
            parents.push_back(parent);
    }
    return parents;
}

std::vector<std::size_t> draw_joint(std::size_t schools, Random& random) {
    std::vector<std::size_t> joint;
    for (std::uint64_t count = random.below(3); count > 0; --count)
        joint.push_back(draw(random, schools));
    return joint;
}

} // namespace

bool Story::may_begin(const Step& step) const {
    return &step == &first() ||
           (first().written &&
            std::all_of(step.parents.begin(), step.parents.end(), [this](std::size_t parent) {
                return steps[parent].written.has_value();
            }));
}

std::deque<Story> draw_stories(Instant begin, Instant end, std::size_t schools, Random& random) {
    std::deque<Story> stories(1 + draw(random, stories_max));
    for (std::size_t number = 0; number < stories.size(); ++number) {
        Story& story = stories[number];
        const std::string title = "Story " + std::to_string(number) + " step ";
        const std::size_t owner = draw(random, schools);
        const std::uint64_t count = steps_min + random.below(steps_more);
        Instant at = begin;
        while (story.steps.size() < count) {
            const auto pause = draw_span(
                random, std::chrono::seconds(1), (end - begin) * 2 / static_cast<int>(count)
            );
            at = std::min(at + pause, end);
            Step step{&story, owner, at, {}, draw_joint(schools, random), false, {}};
            step.title = title + std::to_string(story.steps.size());
            if (!story.steps.empty()) {
                step.parents = draw_parents(story, random);
                if (!one_in(random, 3))
                    step.school = draw(random, schools);
                // Also by schools that may not: that counts nowhere.
                step.is_retraction = one_in(random, 5);
            }
            story.steps.push_back(std::move(step));
        }
    }
    return stories;
}

} // namespace staffroom::simulation
