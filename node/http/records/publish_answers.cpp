#include "node/http/records/publish_answers.hpp"

#include "node/services/text/problem_text.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http {
namespace {

/// Makes JSON of an id. Zero stands for "no record": an origin whose record has been erased, or a
/// record that was only checked.
Json record_id_json(const RevisionId& id) {
    return id == RevisionId(RevisionId::Raw{}) ? Json("") : Json(to_base32(id));
}

int status_of(const services::Refusal& refusal, int otherwise) {
    if (refusal.code == "record.changed" || refusal.code == "record.two-versions")
        return 412;
    if (refusal.code == "record.unlike" || refusal.code == "record.target-missing" ||
        refusal.code == "record.refused" || refusal.code == "record.incomplete" ||
        refusal.code == "record.pupil-details")
        return 422;
    const bool is_others =
        refusal.code == "record.not-yours" || refusal.code == "record.other-writer";
    return is_others ? 403 : otherwise;
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
        problem.exit = ExitCode::refused;
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
    // A call of 256 records, each with hundreds of lines, is more than anybody reads.
    constexpr std::size_t details_shown_max = 50;
    if (auto details = refusal.pupil_details; !details.empty()) {
        if (details.size() > details_shown_max)
            details.erase(details.begin() + details_shown_max, details.end());
        out["pupil_details"] = to_json(details);
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
    JsonObject out{
        {"id", record_id_json(record.document)},
        {"revision", record_id_json(record.revision)},
        {"kind", records::kind_name(record.kind)},
        {"reach", records::reach_name(record.reach)},
        {"title", record.title},
        {"outcome", record.outcome},
        {"notes", JsonArray(record.notes.begin(), record.notes.end())}};
    if (record.reach != records::Reach::linked)
        return out;
    JsonArray links;
    for (const services::CrossedLink& each : record.links)
        links.push_back(JsonObject{{"id", to_base32(each.link)}, {"name", each.name}});
    out["links"] = std::move(links);
    out["pass_on"] = record.pass_on;
    return out;
}

JsonArray to_json(const std::vector<pupil_details::Finding>& findings) {
    JsonArray lines;
    for (const pupil_details::Finding& each : findings)
        lines.push_back(JsonObject{
            {"line", each.line},
            {"place", each.place},
            {"rule", each.rule->id},
            {"text", each.text},
            {"words", each.words},
            {"reason", each.rule->reason},
            {"instead", each.rule->instead}});
    return lines;
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

} // namespace staffroom::http
