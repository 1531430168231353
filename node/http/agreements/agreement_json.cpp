#include "node/http/agreements/agreement_json.hpp"

#include "node/http/agreements/agreement_terms.hpp"
#include "node/http/api/membership_answers.hpp"
#include "node/http/records/record_json.hpp"
#include "node/services/crossing/link_finder.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

using replica::LinkStatus;
using services::LinkState;

JsonArray named_schools_json(const Services& services, const std::vector<SchoolId>& schools) {
    JsonArray out;
    for (const SchoolId& school : schools)
        out.push_back(school_name_json(services, school));
    return out;
}

JsonObject card_json(const Services& services, const replica::LinkSide& side) {
    const agreement::Card& card = side.card.card;
    JsonArray gateways;
    for (const agreement::Gateway& gateway : card.gateways) {
        JsonObject each = school_name_json(services, gateway.school);
        each["addresses"] = JsonArray(gateway.addresses.begin(), gateway.addresses.end());
        gateways.push_back(std::move(each));
    }
    return {
        {"id", to_base32(card.network)},
        {"name", card.name},
        {"focus", card.focus},
        {"place", card.place},
        {"coordinators", named_schools_json(services, card.coordinators)},
        {"signatures", card.signatures},
        {"gateways", std::move(gateways)},
        {"signed_by", named_schools_json(services, side.signed_by)}};
}

/// What a coordinator can do next; empty where nothing is to be done.
std::string next_of(const LinkStatus& link, LinkState state) {
    const std::string named = "\"" + link.name + "\"";
    const bool is_asked =
        std::ranges::any_of(link.renewals, &replica::LinkRenewalStatus::may_be_signed);
    if (is_asked && state != LinkState::ended)
        return "other terms wait for this network: `staffroom link renew " + named +
               "` shows them, and signs them if you agree.";
    switch (state) {
    case LinkState::open:
        return "`staffroom publish FILE --link " + named + "` writes for it, too.";
    case LinkState::review_due:
        return "its day of review has passed: talk with the coordinators of " + named +
               ", then let it stand, `staffroom link renew` it or `staffroom link end` it.";
    case LinkState::over:
        return "its last day has passed: `staffroom link renew` it if both want that, or "
               "`staffroom link end` it.";
    case LinkState::disputed:
        return "two agreements stand side by side: `staffroom link end` one that was not meant, "
               "or `staffroom link renew` it.";
    case LinkState::ended: return "";
    }
    return "";
}

std::string_view wait_text(replica::CrossingWait wait) {
    switch (wait) {
    case replica::CrossingWait::passport:
        return "Coordinators of its network have not signed yet that it may cross.";
    case replica::CrossingWait::words: return "Its words have not arrived here yet.";
    case replica::CrossingWait::not_in_force: return "The link has ended, is over or is disputed.";
    }
    return "";
}

JsonObject reason_json(std::string_view reason, std::string_view sentence, std::uint64_t count) {
    return {{"reason", reason}, {"sentence", sentence}, {"count", count}};
}

JsonArray refusals_json(const std::map<agreement::Refusal, std::uint64_t>& refused) {
    JsonArray out;
    for (const auto& [why, count] : refused)
        out.push_back(reason_json(agreement::refusal_name(why), agreement::refusal_text(why), count)
        );
    return out;
}

JsonArray waiting_json(const std::map<replica::CrossingWait, std::uint64_t>& waiting) {
    JsonArray out;
    for (const auto& [why, count] : waiting)
        out.push_back(reason_json(replica::crossing_wait_name(why), wait_text(why), count));
    return out;
}

/// What has crossed by a link, as this node has it.
JsonObject crossing_json(const Services& services, const replica::LinkCrossing& crossing) {
    JsonArray heard;
    for (const replica::FarGatewayStatus& each : crossing.gateways) {
        JsonObject gateway = school_name_json(services, each.school);
        gateway["address"] = each.address;
        gateway["connected"] = each.is_connected;
        gateway["trouble"] = each.trouble;
        heard.push_back(std::move(gateway));
    }
    return {
        {"ours",
         JsonObject{
             {"count", crossing.ours},
             {"cleared", crossing.ours_passed},
             {"waiting", waiting_json(crossing.waiting)},
             {"refused", refusals_json(crossing.ours_refused)}}},
        {"passed_on",
         JsonObject{
             {"count", crossing.onward},
             {"cleared", crossing.onward_passed},
             {"waiting", waiting_json(crossing.onward_waiting)},
             {"refused", refusals_json(crossing.onward_refused)}}},
        {"theirs",
         JsonObject{
             {"count", crossing.theirs}, {"refused", refusals_json(crossing.theirs_refused)}}},
        {"gateways", std::move(heard)}};
}

std::string_view code_state(const replica::LinkCodeStatus& code, WallTime now) {
    if (code.is_spent)
        return "spent";
    return code.is_ended || code.ends <= now ? "ended" : "open";
}

} // namespace

JsonObject network_name_json(const Services& services, const NetworkId& network) {
    for (const replica::NetworkStatus& each : services.core.replica().networks())
        if (each.network == network)
            return {{"id", to_base32(network)}, {"name", each.name}};
    return {{"id", to_base32(network)}, {"name", ""}};
}

namespace {

/// The terms that are to follow, with who has signed them.
JsonArray renewals_json(const Services& services, const LinkStatus& link) {
    JsonArray out;
    for (const replica::LinkRenewalStatus& each : link.renewals) {
        JsonObject renewal{
            {"agreement", to_base32(each.agreement)},
            {"ours", terms_json(services, each.ours)},
            {"theirs", terms_json(services, each.theirs)},
            {"until_ms", each.until.ms},
            {"review_ms", each.review.ms},
            {"signed_here", each.is_signed_here},
            {"signed_there", each.is_signed_there},
            {"may_sign", each.may_be_signed}};
        if (each.since)
            renewal["since_ms"] = each.since->ms;
        out.push_back(std::move(renewal));
    }
    return out;
}

} // namespace

JsonObject link_json(const Services& services, const LinkStatus& link) {
    const LinkState state = services::state_of(link, services.core.wall());
    JsonObject out{
        {"id", to_base32(link.id)},
        {"network", network_name_json(services, link.network)},
        {"other",
         JsonObject{
             {"id", to_base32(link.other)},
             {"name", link.name},
             {"focus", link.focus},
             {"place", link.place}}},
        {"state", services::link_state_name(state)},
        {"ours", terms_json(services, link.ours)},
        {"theirs", terms_json(services, link.theirs)},
        {"until_ms", link.until.ms},
        {"review_ms", link.review.ms},
        {"next", next_of(link, state)}};
    if (link.since)
        out["since_ms"] = link.since->ms;
    if (link.number > 0)
        out["renewed"] = link.number;
    if (!link.renewals.empty() && !link.ended)
        out["renewals"] = renewals_json(services, link);
    if (link.ended) {
        JsonObject ended{{"by", to_base32(link.ended->by)}};
        if (link.ended->written)
            ended["at_ms"] = link.ended->written->ms;
        if (link.ended->reason)
            ended["reason"] = network::reason_name(*link.ended->reason);
        out["ended"] = std::move(ended);
    }
    return out;
}

JsonObject whole_link_json(const Services& services, const LinkStatus& link) {
    JsonObject out = link_json(services, link);
    out["agreement"] = to_base32(link.agreement);
    out["charter"] = link.charter;
    out["cards"] = JsonObject{
        {"ours", card_json(services, link.own)}, {"theirs", card_json(services, link.facing)}};
    for (const replica::LinkCrossing& each : services.core.replica().link_crossings())
        if (each.network == link.network && each.link == link.id)
            out["crossing"] = crossing_json(services, each);
    return out;
}

JsonObject link_code_json(const Services& services, const replica::LinkCodeStatus& code) {
    JsonObject out{
        {"id", to_base32(code.id)},
        {"network", network_name_json(services, code.network)},
        {"state", code_state(code, services.core.wall())},
        {"ends_ms", code.ends.ms},
        {"made_by", school_name_json(services, code.author)},
        {"ours", terms_json(services, code.terms.ours)},
        {"theirs", terms_json(services, code.terms.theirs)},
        {"until_ms", code.terms.until.ms},
        {"review_ms", code.terms.review.ms}};
    if (code.words)
        out["words"] = JsonArray(code.words->begin(), code.words->end());
    return out;
}

JsonObject agreement_json(const Services& services, const replica::LinkAgreement& agreed) {
    JsonObject out{
        {"agreement", to_base32(agreed.agreement)},
        {"network", network_name_json(services, agreed.network)},
        {"other",
         JsonObject{
             {"id", to_base32(agreed.other)},
             {"name", agreed.name},
             {"focus", agreed.focus},
             {"place", agreed.place}}},
        {"charter", agreed.charter},
        {"coordinators", named_schools_json(services, agreed.coordinators)},
        {"ours", terms_json(services, agreed.ours)},
        {"theirs", terms_json(services, agreed.theirs)},
        {"until_ms", agreed.until.ms},
        {"review_ms", agreed.review.ms},
        {"words", JsonArray(agreed.words.begin(), agreed.words.end())}};
    if (agreed.is_spent)
        out["spent"] = true;
    if (agreed.id)
        out["id"] = to_base32(*agreed.id);
    return out;
}

JsonObject preview_json(const Services& services, const services::LinkPreview& preview) {
    JsonArray records;
    for (const services::PreviewedRecord& each : preview.rows) {
        JsonObject row = row_json(services, each.row);
        row["named"] = each.is_named;
        records.push_back(std::move(row));
    }
    JsonObject staying;
    for (const auto& [kind, count] : preview.staying)
        staying[kind_text(kind)] = count;
    return {
        {"days", services::preview_days},
        {"count", preview.count},
        {"named", preview.named},
        {"records", std::move(records)},
        {"staying", std::move(staying)}};
}

Problem unknown_link(const Error& error) {
    const bool is_unknown = error.code == Errc::not_found;
    return {
        is_unknown ? 404 : 422,
        is_unknown ? "link.unknown" : "link.ambiguous",
        "Unknown link",
        error.detail,
        "run `staffroom link list` for the links of this school's networks.",
        ExitCode::failed};
}

std::optional<LinkStatus>
link_of(const Services& services, const Request& request, const Respond& respond) {
    const auto found = services::resolve_link(
        services.core.replica().network_links(), request.path_values.at("link")
    );
    if (found)
        return *found;
    respond(to_response(unknown_link(found.error()), request.id));
    return std::nullopt;
}

Problem not_on_the_card(const LinkStatus& link, const std::string& what) {
    return {
        403,
        "rule.refused",
        "Refused by a rule",
        "The other network knows this school for no coordinator: it became one after the link was "
        "agreed.",
        "ask one of the coordinators whom `staffroom link show " + to_base32(link.id).substr(0, 8) +
            "` names to " + what + " it.",
        ExitCode::refused};
}

bool is_coordinator(const Services& services, const NetworkId& id) {
    const replica::Replica& replica = services.core.replica();
    for (const replica::NetworkStatus& network : replica.networks())
        for (const replica::MemberStatus& member : network.members)
            if (network.network == id && member.school == replica.school())
                return member.coordinator;
    return false;
}

Problem not_a_coordinator(const Services& services, const NetworkId& id) {
    std::string coordinators;
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        for (const replica::MemberStatus& member : network.members)
            if (network.network == id && member.coordinator && !member.name.empty())
                coordinators += (coordinators.empty() ? "" : ", ") + member.name;
    return {
        403,
        "rule.refused",
        "Refused by a rule",
        "Only a coordinator of the network speaks for it to another one, and this school is none.",
        "ask a coordinator to do it" + (coordinators.empty()
                                            ? "; `staffroom network show NET` names who is one."
                                            : ": " + coordinators + "."),
        ExitCode::refused};
}

} // namespace staffroom::http::api
