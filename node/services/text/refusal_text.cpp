#include "node/services/text/refusal_text.hpp"

#include "node/services/text/problem_text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <set>

namespace staffroom::services {

std::string sentence_of(const std::vector<records::Problem>& problems, records::Reach reach) {
    std::string wrong;
    std::string absent;
    std::set<std::string> said;
    for (const records::Problem& problem : problems) {
        const bool is_absent = records::is_absence(problem.code);
        if (is_absent && !said.insert(problem.field).second)
            continue; // it stands there and cannot be read
        if (is_absent)
            absent += (absent.empty() ? "" : "; ") + absent_words(problem);
        else
            wrong += (wrong.empty() ? "" : " ") + problem_sentence(problem);
    }
    if (absent.empty())
        return wrong;
    return wrong + (wrong.empty() ? "" : " ") + "For reach " +
           std::string(records::reach_name(reach)) + " the record still lacks: " + absent + ".";
}

std::string
next_step(const std::vector<records::Problem>& problems, bool is_wrong, bool is_shared) {
    const bool lacks_target = std::ranges::any_of(problems, [](const records::Problem& problem) {
        return problem.code == records::ProblemCode::target_missing;
    });
    if (lacks_target)
        return "say which: publish the file with --about ID, without --relation; `staffroom list` "
               "shows the ids.";
    if (is_shared)
        return "complete the file and revise again; the record stays as it is.";
    return is_wrong ? "correct the file as it says above, and run the command again."
                    : "add to the file what it lacks, and run the command again.";
}

} // namespace staffroom::services
