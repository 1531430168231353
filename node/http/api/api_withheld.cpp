// The handlers of what this school takes off its own disk alone: others' records that it refuses,
// drafts that it deletes. [E5]
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/http/api/erasure_answers.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http::api {
namespace {

using services::ErasurePlan;

/// Takes these entries off this disk and answers with the record.
void withhold(
    const Services& services,
    const Request& request,
    const Respond& respond,
    replica::WithholdEntries what,
    JsonObject answer
) {
    answer["entries"] = what.entries.size();
    if (is_dry_run(request.body)) {
        answer["dry_run"] = true;
        return respond(ok(answer));
    }
    services.core.ask(
        std::move(what),
        [request, respond, answer](const Result<replica::EntriesWithheld>& done) {
            if (!done)
                return refuse(request, respond, done.error());
            respond(ok(answer));
        }
    );
}

} // namespace

void refuse_record(const Services& services, const Request& request, const Respond& respond) {
    read_plan(
        services,
        request,
        request.path_values.at("id"),
        OlderTexts::seen,
        [&services, request, respond](const Result<ErasurePlan>& plan) {
            if (!plan)
                return respond(to_response(problem_from_id(plan.error()), request.id));
            const std::string id = to_base32(plan->record.document);
            if (plan->of_others.empty())
                return respond(to_response(
                    refused_erasure(
                        "erasure.own",
                        "This is a record of this school.",
                        "run `staffroom erase " + id +
                            " --reason mistake --dry-run` to see what erasing it means."
                    ),
                    request.id
                ));
            withhold(
                services,
                request,
                respond,
                {plan->of_others, replica::BodyState::refused},
                {{"record", id}}
            );
        }
    );
}

void delete_draft(const Services& services, const Request& request, const Respond& respond) {
    read_plan(
        services,
        request,
        request.path_values.at("id"),
        OlderTexts::seen,
        [&services, request, respond](const Result<ErasurePlan>& plan) {
            if (!plan)
                return respond(to_response(problem_from_id(plan.error()), request.id));
            const std::string id = to_base32(plan->record.document);
            if (!plan->orders.empty() || !plan->of_others.empty())
                return respond(to_response(
                    refused_erasure(
                        "erasure.shared",
                        "Other schools have this record, so it is no draft.",
                        "run `staffroom erase " + id +
                            " --reason mistake --dry-run` to see what erasing it means."
                    ),
                    request.id
                ));
            JsonObject answer{{"record", id}, {"drafts", rows_json(services, plan->drafts)}};
            withhold(
                services,
                request,
                respond,
                {plan->local, replica::BodyState::erased},
                std::move(answer)
            );
        }
    );
}

} // namespace staffroom::http::api
