// The handlers of links that stand or stood: the list, one link whole, what crosses by it, its end.
#include "node/http/agreements/agreement_json.hpp"
#include "node/http/agreements/agreements_api.hpp"
#include "node/http/records/record_json.hpp"
#include "node/services/crossing/link_finder.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

/// Errors: invalid_input, unknown_value.
Result<network::Reason> end_reason(const Request& request) {
    const auto object = parse_object(request.body.empty() ? "{}" : request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    const std::string word = members.text("reason");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (const auto reason = network::reason_of_name(word))
        return *reason;
    std::string words;
    for (const std::string_view each : network::reason_names())
        words += (words.empty() ? "" : ", ") + std::string(each);
    return fail(Errc::unknown_value, "A reason is needed, one of: " + words + ".");
}

Problem ended_already(const replica::LinkStatus& link) {
    return {
        409,
        "link.ended",
        "Not open",
        "The link with \"" + link.name + "\" has ended already.",
        "run `staffroom link list` for the links that stand.",
        ExitCode::refused};
}

services::PreviewAsk ask_about(const Services& services, const replica::LinkStatus& link) {
    return {log::space_of(link.network), link.ours, link.id, services.core.wall()};
}

} // namespace

void list_links(const Services& services, const Request&, const Respond& respond) {
    JsonArray links;
    for (const replica::LinkStatus& link : services.core.replica().network_links())
        links.push_back(link_json(services, link));
    JsonArray codes;
    for (const replica::LinkCodeStatus& code : services.core.replica().link_codes())
        codes.push_back(link_code_json(services, code));
    respond(ok(JsonObject{{"links", std::move(links)}, {"codes", std::move(codes)}}));
}

void show_link(const Services& services, const Request& request, const Respond& respond) {
    if (const auto link = link_of(services, request, respond))
        respond(ok(whole_link_json(services, *link)));
}

void preview_link(const Services& services, const Request& request, const Respond& respond) {
    const auto link = link_of(services, request, respond);
    if (!link)
        return;
    read_library<services::LinkPreview>(
        services,
        request.caller,
        [ask = ask_about(services, *link)](const services::LibraryView& library) {
            return Result<services::LinkPreview>(services::preview_of(library, ask));
        },
        [&services, link = *link, request, respond](const Result<services::LinkPreview>& preview) {
            if (!preview)
                return refuse(request, respond, preview.error());
            JsonObject out = preview_json(services, *preview);
            out["link"] = link_json(services, link);
            respond(ok(out));
        }
    );
}

void end_link(const Services& services, const Request& request, const Respond& respond) {
    const auto link = link_of(services, request, respond);
    if (!link)
        return;
    const auto reason = end_reason(request);
    if (!reason)
        return refuse(request, respond, reason.error());
    if (link->ended)
        return respond(to_response(ended_already(*link), request.id));
    if (!is_coordinator(services, link->network))
        return respond(to_response(not_a_coordinator(services, link->network), request.id));
    const auto& signers = link->own.card.card.coordinators;
    if (!std::ranges::binary_search(signers, services.core.replica().school()))
        return respond(to_response(not_on_the_card(*link, "end"), request.id));
    read_library<services::LinkPreview>(
        services,
        request.caller,
        [ask = ask_about(services, *link)](const services::LibraryView& library) {
            return Result<services::LinkPreview>(services::preview_of(library, ask));
        },
        [&services, link = *link, reason = *reason, request, respond](
            const Result<services::LinkPreview>& preview
        ) {
            if (!preview)
                return refuse(request, respond, preview.error());
            JsonObject shown = link_json(services, link);
            shown["recent"] = preview->named;
            if (is_dry_run(request.body)) {
                shown["dry_run"] = true;
                return respond(ok(shown));
            }
            services.core.ask(
                replica::EndLink{link.network, link.id, reason},
                [&services, shown, link, request, respond](const Result<replica::LinkEnding>& reply
                ) {
                    if (!reply && reply.error().code == Errc::already_exists)
                        return respond(to_response(ended_already(link), request.id));
                    if (!reply)
                        return refuse(request, respond, reply.error());
                    JsonObject out = shown;
                    out["state"] = "ended";
                    out["next"] = "";
                    out["operation"] = to_base32(reply->operation);
                    respond(ok(out));
                }
            );
        }
    );
}

} // namespace staffroom::http::api
