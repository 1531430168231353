#include "cli/commands/records/import_calls.hpp"

#include "cli/output/answer.hpp"
#include "cli/records/record_request.hpp"
#include "node/services/publishing/origin_row.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::cli {

namespace {

// One call's bounds: the node takes 256 records and 2 MiB.
constexpr std::size_t batch_records_max = 256;
constexpr std::size_t batch_bytes_max = std::size_t{1536} * 1024;
constexpr std::chrono::seconds batch_patience{120};
/// One that the node works on, and one that it finds when it is done.
constexpr std::size_t batches_under_way_max = 2;

boost::json::object facts_json(const services::ImportFacts& facts) {
    boost::json::object imported;
    const auto put = [&](std::string_view key, const std::string& value) {
        if (!value.empty())
            imported[key] = value;
    };
    put("title", facts.title);
    put("attribution", facts.attribution);
    put("licence", facts.licence);
    put("language", facts.language);
    put("phase", facts.phase);
    put("focus", facts.focus);
    put("created", facts.created);
    put("source_kind", facts.source_kind);
    return imported;
}

} // namespace

boost::json::object record_json(const services::RecordRequest& request) {
    boost::json::object record{
        {"file", request.file},
        {"path", request.path},
        {"origin", request.origin},
        {"place", request.place},
        {"replace", request.replace}};
    if (!request.network.empty())
        record["network"] = request.network;
    if (!request.links.empty())
        record["links"] = boost::json::array(request.links.begin(), request.links.end());
    if (!request.kind.empty())
        record["kind"] = request.kind;
    if (!request.confirm_pupil_details.empty())
        record["confirm_pupil_details"] = request.confirm_pupil_details;
    if (!request.set.empty())
        record["set"] = fields_json(request.set);
    if (request.imported)
        record["imported"] = facts_json(*request.imported);
    return record;
}

Outcome<ExitCode> Deliveries::add(const std::string& path, const std::string& record) {
    const bool has_room =
        paths_.size() < batch_records_max && body_.size() + record.size() <= batch_bytes_max;
    if (!paths_.empty() && !has_room)
        if (auto sent = send(); !sent)
            return sent;
    body_ += (paths_.empty() ? "" : ",") + record;
    paths_.push_back(path);
    return ExitCode::done;
}

Outcome<ExitCode> Deliveries::finish() {
    if (!paths_.empty())
        if (auto sent = send(); !sent)
            return sent;
    while (!under_way_.empty())
        if (auto answered = take_answer(); !answered)
            return answered;
    return ExitCode::done;
}

Outcome<ExitCode> Deliveries::send() {
    if (under_way_.size() >= batches_under_way_max)
        if (auto answered = take_answer(); !answered)
            return answered;
    auto call = client_.begin_post(
        "/api/v1/records/batch",
        "{\"dry_run\":" + std::string(tally_.is_dry_run ? "true" : "false") + ",\"records\":[" +
            std::exchange(body_, {}) + "]}",
        batch_patience
    );
    if (!call)
        return call.failure();
    under_way_.push_back({std::exchange(paths_, {}), std::move(*call)});
    return ExitCode::done;
}

Outcome<ExitCode> Deliveries::take_answer() {
    const UnderWay first = std::move(under_way_.front());
    under_way_.pop_front();
    const auto answer = client_.finish(first.call);
    if (!answer)
        return answer.failure();
    const auto& results = list_at(*answer, "results");
    const auto skipped_before = tally_.skipped;
    for (std::size_t i = 0; i < first.paths.size() && i < results.size(); ++i)
        tally_.count(first.paths[i], results[i]);
    finds_old_ones_ = tally_.skipped > skipped_before;
    progress_.advance(first.paths.size());
    return ExitCode::done;
}

Outcome<Client::PendingCall> begin_asking(
    Client& client,
    const std::string& network,
    const std::vector<const services::RecordRequest*>& requests
) {
    boost::json::array records;
    for (const services::RecordRequest* request : requests)
        records.push_back(boost::json::object{
            {"origin", request->origin},
            {"place", request->place},
            {"request", to_base32(services::request_digest(*request))}});
    boost::json::object body{{"records", std::move(records)}};
    if (!network.empty())
        body["network"] = network;
    return client.begin_post(
        "/api/v1/records/written", boost::json::serialize(body), batch_patience
    );
}

Outcome<std::vector<bool>>
finish_asking(Client& client, const Client::PendingCall& call, std::size_t count) {
    const auto answer = client.finish(call);
    if (!answer)
        return answer.failure();
    std::vector<bool> written(count);
    const auto& told = list_at(*answer, "written");
    for (std::size_t i = 0; i < count && i < told.size(); ++i)
        written[i] = told[i].is_bool() && told[i].get_bool();
    return written;
}

} // namespace staffroom::cli
