// The handlers of invitation codes: which are open, until when, and how one is ended. Never a code
// itself: no machine keeps it.
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http::api {
namespace {

using replica::InvitationStatus;

JsonObject invitation_json(const Services& services, const InvitationStatus& invitation) {
    const replica::Replica& replica = services.core.replica();
    const bool is_ours = invitation.author == replica.school();
    JsonObject out{
        {"id", to_base32(invitation.id)},
        {"state", invitation.state},
        {"ends_ms", invitation.ends.ms},
        {"made_by",
         JsonObject{
             {"id", to_base32(invitation.author)},
             {"name", is_ours ? services.config.name : replica.school_name(invitation.author)}}}};
    // The node's own clock may already have ended it; the others hear of that a moment later.
    if (invitation.state == "open" && invitation.ends < services.core.wall())
        out["state"] = "ended";
    for (const replica::NetworkStatus& network : replica.networks())
        if (network.network == invitation.network)
            out["network"] = JsonObject{{"id", to_base32(network.network)}, {"name", network.name}};
    return out;
}

Problem unknown_invitation(const Error& error) {
    return {
        error.code == Errc::not_found ? 404 : 422,
        error.code == Errc::not_found ? "invitation.unknown" : "invitation.ambiguous",
        "Unknown invitation",
        error.detail,
        "run `staffroom invitation list` for the ids.",
        ExitCode::failed};
}

Problem closed_invitation(const InvitationStatus& invitation) {
    const bool is_ended = invitation.state == "ended";
    return {
        409,
        is_ended ? "invitation.ended" : "invitation.spent",
        "Not open",
        is_ended ? "This invitation has ended already."
                 : "This invitation has been used: it admitted a school.",
        "run `staffroom network list` for who belongs to which network.",
        ExitCode::refused};
}

} // namespace

void list_invitations(const Services& services, const Request&, const Respond& respond) {
    JsonArray out;
    for (const InvitationStatus& invitation : services.core.replica().invitations())
        out.push_back(invitation_json(services, invitation));
    respond(ok(JsonObject{{"invitations", std::move(out)}}));
}

void end_invitation(const Services& services, const Request& request, const Respond& respond) {
    const auto found = services::find_by_id(
        services.core.replica().invitations(), request.path_values.at("id"), "No invitation"
    );
    if (!found)
        return respond(to_response(unknown_invitation(found.error()), request.id));
    if (found->state != "open")
        return respond(to_response(closed_invitation(*found), request.id));
    JsonObject shown = invitation_json(services, *found);
    if (is_dry_run(request.body)) {
        shown["dry_run"] = true;
        return respond(ok(shown));
    }
    shown["state"] = "ended";
    services.core.ask(
        replica::EndInvitation{found->network, found->id},
        [request, respond, shown](const Result<replica::InvitationEnded>& reply) {
            if (!reply)
                return refuse(request, respond, reply.error());
            respond(ok(shown));
        }
    );
}

} // namespace staffroom::http::api
