#include "node/http/answers/json.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/records/publish_answers.hpp"
#include "node/http/records/publish_call.hpp"
#include "node/http/records/records_api.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http::api {
namespace {

std::vector<services::Publishing::Wish> wishes_of(std::vector<services::RecordRequest> requests) {
    std::vector<services::Publishing::Wish> wishes;
    wishes.reserve(requests.size());
    for (services::RecordRequest& request : requests)
        wishes.emplace_back(std::move(request));
    return wishes;
}

/// Errors: invalid_input.
Result<services::Publishing::AskedAgain> asked_again(const Json& item) {
    if (!item.is_object())
        return fail(Errc::invalid_input, "Each of \"records\" has to be an object.");
    Members members(item.get_object());
    const auto request = id_from_base32<Digest>(members.text("request"));
    services::Publishing::AskedAgain asked{
        members.text("origin"), members.text("place"), request.value_or(Digest(Digest::Raw{}))};
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (!request || (asked.origin.empty() && asked.place.empty()))
        return fail(
            Errc::invalid_input,
            "Each of \"records\" needs \"request\", a digest, and \"origin\" or \"place\"."
        );
    return asked;
}

} // namespace

void publish_batch(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const JsonArray* list = members.array("records");
    if (list == nullptr || list->empty() || list->size() > batch_records_max)
        return refuse(
            request, respond, {Errc::invalid_input, "\"records\" has to be a list of 1 to 256."}
        );
    bool is_checked = is_dry_run(*object);
    std::vector<services::RecordRequest> requests;
    for (const Json& item : *list) {
        auto wanted = item.is_object()
                          ? record_request(item.get_object())
                          : fail(Errc::invalid_input, "Each of \"records\" has to be an object.");
        if (!wanted)
            return refuse(request, respond, wanted.error());
        // One record that is only to be checked keeps the whole call from writing.
        is_checked = is_checked || is_dry_run(item.get_object());
        requests.push_back(std::move(*wanted));
    }
    publish_for(
        services,
        request.caller,
        wishes_of(std::move(requests)),
        is_checked,
        [request, respond](const services::Publishing::Outcomes& outcomes) {
            JsonArray results;
            for (const auto& outcome : outcomes)
                results.push_back(outcome_json(outcome, request.id));
            respond(ok(JsonObject{{"results", std::move(results)}}));
        }
    );
}

void find_written(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string network = members.text("network");
    const JsonArray* list = members.array("records");
    if (list == nullptr || list->empty() || list->size() > asked_again_max)
        return refuse(
            request, respond, {Errc::invalid_input, "\"records\" has to be a list of 1 to 1024."}
        );
    std::vector<services::Publishing::AskedAgain> asked;
    for (const Json& item : *list) {
        auto one = asked_again(item);
        if (!one)
            return refuse(request, respond, one.error());
        asked.push_back(std::move(*one));
    }
    services.publishing.find_written(
        request.caller.reader(),
        network,
        std::move(asked),
        [request, respond](const Result<std::vector<bool>>& written) {
            if (!written)
                return refuse(request, respond, written.error());
            JsonArray answers;
            for (const bool each : *written)
                answers.emplace_back(each);
            respond(ok(JsonObject{{"written", std::move(answers)}}));
        }
    );
}

} // namespace staffroom::http::api
