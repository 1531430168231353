#include "node/services/problem_sentence.hpp"

namespace staffroom::services {

std::string sentence_of(const std::vector<records::Problem>& problems, records::Reach reach) {
    std::string wrong;
    std::string absent;
    for (const records::Problem& problem : problems) {
        if (records::is_absence(problem.code))
            absent += (absent.empty() ? "" : "; ") + problem.field;
        else
            wrong += (wrong.empty() ? "" : " ") + problem.sentence;
    }
    if (absent.empty())
        return wrong;
    return wrong + (wrong.empty() ? "" : " ") + "For reach " +
           std::string(records::reach_name(reach)) + " the record still lacks: " + absent + ".";
}

} // namespace staffroom::services
