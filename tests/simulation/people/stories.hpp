// Documents that several schools write together, as a plan has them before the lines and clocks of
// a run are drawn: who revises what, on top of which revisions, who takes it back and who undoes
// that. Authors publish the steps; the nodes say which of them count. A step names its parents by
// the plan, whatever its author's node has heard of by then, so every order of arrival must end in
// the same documents.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace staffroom::simulation {

struct Story;

struct Step {
    const Story* story;
    std::size_t school;
    Instant at;
    std::vector<std::size_t> parents;    // earlier steps; none in the first
    std::vector<std::size_t> joint_with; // schools that it lets revise
    bool is_retraction;
    std::string title;
    std::optional<RevisionId> written{}; // once it is acknowledged
};

/// One document.
struct Story {
    std::deque<Step> steps;

    [[nodiscard]] const Step& first() const { return steps.front(); }
    /// All that the step names has been acknowledged.
    [[nodiscard]] bool may_begin(const Step& step) const;
};

/// Documents of the first `schools`.
[[nodiscard]] std::deque<Story>
draw_stories(Instant begin, Instant end, std::size_t schools, Random& random);

} // namespace staffroom::simulation
