// The handlers of what this school takes off its own disk alone: others' records that it refuses,
// drafts that it deletes. [E5]
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/http/api/erasure_answers.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

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

/// Whoever leads may delete what has not left the school; others what nobody but themselves has
/// read. The attack: a teacher makes a draft in place of a record that colleagues read, and
/// deletes both. So all that goes is asked about, and not the draft alone.
std::optional<Problem> why_not_deleted(const Caller& caller, const ErasurePlan& plan) {
    const accounts::SignedIn* who = caller.who();
    if (who == nullptr || caller.has_role(accounts::Role::lead))
        return std::nullopt;
    const auto holds = [who](const RevisionId& document) {
        return who->held && who->held->contains(document);
    };
    if (!std::ranges::all_of(plan.local_documents, holds))
        return Problem{
            403,
            "record.other-writer",
            "",
            "This record is a colleague's; its holder or a lead of the school can change it.",
            "ask its holder, or a lead to hand it over.",
            ExitCode::refused};
    if (plan.is_read_by_colleagues)
        return Problem{
            403,
            "erasure.read-by-colleagues",
            "",
            "Colleagues read this record, so a lead of the school deletes it.",
            "take it back, or ask a lead.",
            ExitCode::refused};
    return std::nullopt;
}

std::vector<RevisionId> revisions_of(const std::vector<services::RecordRow>& rows) {
    std::vector<RevisionId> revisions;
    for (const services::RecordRow& row : rows)
        revisions.push_back(row.revision);
    return revisions;
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
                {revisions_of(plan->of_others), replica::BodyState::refused},
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
            if (const auto problem = why_not_deleted(request.caller, *plan))
                return respond(to_response(*problem, request.id));
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
