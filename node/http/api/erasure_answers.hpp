// What the handlers of erasure share: the plan for a record as its caller sees it, and refusals.
#pragma once

#include "node/http/records/record_json.hpp"
#include "node/services/erasure/erasure_plan.hpp"

namespace staffroom::http::api {

/// Returns a refusal (409); the table of problem types has its title.
[[nodiscard]] inline Problem
refused_erasure(std::string code, std::string sentence, std::string next) {
    return {409, std::move(code), "", std::move(sentence), std::move(next), ExitCode::refused};
}

[[nodiscard]] inline JsonArray
rows_json(const services::Services& services, const std::vector<services::RecordRow>& rows) {
    JsonArray out;
    for (const services::RecordRow& row : rows)
        out.push_back(row_json(services, row));
    return out;
}

/// Reads the plan for the record that the request names.
template <class Answer>
void read_plan(
    const services::Services& services,
    const Request& request,
    const std::string& id,
    const Answer& answer
) {
    read_library<services::ErasurePlan>(
        services,
        request.caller,
        [id, own = services.core.replica().school()](const services::LibraryView& library) {
            return services::plan_erasure(library, id, own);
        },
        answer
    );
}

} // namespace staffroom::http::api
