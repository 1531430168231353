// POST /api/v1/check: which lines of a text may tell who a pupil is, before anybody else reads it.
// What `staffroom check` prints, for whoever writes at the page. Nothing is stored, and the text is
// gone with the answer.
#include "node/http/answers/json.hpp"
#include "node/http/records/publish_answers.hpp"
#include "node/http/records/records_api.hpp"
#include "node/services/publishing/checks/detail_check.hpp"

namespace staffroom::http::api {

void check_text(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    auto wanted = record_request(*object);
    if (!wanted)
        return refuse(request, respond, wanted.error());
    const auto text = std::make_shared<services::RecordRequest>(std::move(*wanted));
    const auto found = std::make_shared<std::vector<pupil_details::Finding>>();
    services.core.run_blocking(
        [text, found] { *found = services::find_in_request(*text); },
        [found, respond] {
            respond(ok(JsonObject{{"lines", to_json(*found)}}));
        }
    );
}

} // namespace staffroom::http::api
