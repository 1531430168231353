#include "node/http/records/outcomes.hpp"

#include "node/services/text/problem_text.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http {
namespace {

/// Zero stands for "no record": an origin whose record has been erased, or a record that was only
/// checked.
Json record_id_json(const RevisionId& id) {
    return id == RevisionId(RevisionId::Raw{}) ? Json("") : Json(to_base32(id));
}

int status_of(const services::Refusal& refusal, int otherwise) {
    if (refusal.code == "record.changed" || refusal.code == "record.two-versions")
        return 412;
    if (refusal.code == "record.unlike" || refusal.code == "record.target-missing" ||
        refusal.code == "record.refused" || refusal.code == "record.incomplete")
        return 422;
    return refusal.code == "record.not-yours" ? 403 : otherwise;
}

Problem problem_of(const services::Refusal& refusal) {
    Problem problem = problem_from(refusal.error);
    if (refusal.code.empty())
        return problem;
    problem.status = status_of(refusal, problem.status);
    problem.code = refusal.code;
    problem.sentence = refusal.error.detail;
    if (!refusal.next.empty())
        problem.next = refusal.next;
    if (refusal.draft)
        problem.sentence += " It is kept in this school as a draft.";
    if (refusal.code.starts_with("record."))
        problem.exit = Exit::refused;
    return problem;
}

Json problem_json(const records::Problem& problem) {
    JsonObject values;
    for (const records::MessageValue& value : problem.values)
        values[value.name] = value.text;
    return JsonObject{
        {"code", records::problem_name(problem.code)},
        {"field", problem.field},
        {"values", std::move(values)},
        {"sentence", services::problem_sentence(problem)}};
}

Json refusal_json(const services::Refusal& refusal, const std::string& request_id) {
    Json value = to_json(problem_of(refusal), request_id);
    JsonObject& out = value.get_object();
    if (!refusal.problems.empty()) {
        JsonArray problems;
        for (const records::Problem& problem : refusal.problems)
            problems.push_back(problem_json(problem));
        out["problems"] = std::move(problems);
    }
    if (!refusal.notes.empty())
        out["notes"] = JsonArray(refusal.notes.begin(), refusal.notes.end());
    if (refusal.draft) {
        out["draft"] = to_json(*refusal.draft);
        const records::MessageValue draft{"draft", to_base32(refusal.draft->document)};
        out["next"] = services::filled(out["next"].get_string(), {&draft, 1});
    }
    return value;
}

} // namespace

Json to_json(const services::PublishedRecord& record) {
    return JsonObject{
        {"id", record_id_json(record.document)},
        {"revision", record_id_json(record.revision)},
        {"kind", records::kind_name(record.kind)},
        {"reach", records::reach_name(record.reach)},
        {"title", record.title},
        {"outcome", record.outcome},
        {"notes", JsonArray(record.notes.begin(), record.notes.end())}};
}

Json outcome_json(const services::PublishOutcome& outcome, const std::string& request_id) {
    if (const auto* refusal = std::get_if<services::Refusal>(&outcome))
        return JsonObject{{"ok", false}, {"problem", refusal_json(*refusal, request_id)}};
    Json published = to_json(std::get<services::PublishedRecord>(outcome));
    published.get_object()["ok"] = true;
    return published;
}

Response to_response(
    const services::PublishOutcome& outcome, const Request& request, int status, bool is_dry_run
) {
    if (const auto* refusal = std::get_if<services::Refusal>(&outcome))
        return {
            problem_of(*refusal).status,
            "application/problem+json",
            boost::json::serialize(refusal_json(*refusal, request.id)),
            headers_of_status(problem_of(*refusal).status)};
    const auto& record = std::get<services::PublishedRecord>(outcome);
    Json written = to_json(record);
    if (is_dry_run)
        written.get_object()["dry_run"] = true;
    return ok(written, is_dry_run || record.outcome == "skipped" ? 200 : status);
}

void write_one(
    const services::Services& services,
    const Request& request,
    const Respond& respond,
    services::Publishing::Wish wish,
    bool only_check
) {
    std::vector<services::Publishing::Wish> wishes;
    wishes.push_back(std::move(wish));
    services.publishing.publish(
        request.caller.reader(),
        std::move(wishes),
        only_check,
        [request, respond, only_check](const services::Publishing::Outcomes& outcomes) {
            respond(to_response(outcomes.front(), request, 201, only_check));
        }
    );
}

} // namespace staffroom::http
