#include "node/http/answers/json.hpp"
#include "node/http/answers/same_text.hpp"
#include "node/http/api/api.hpp"
#include "node/http/api/where_to_call.hpp"
#include "node/links/address.hpp"
#include "node/services/records/names.hpp"
#include "node/services/text/name_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/network/invitation.hpp"
#include "protocol/records/rules.hpp"

#include <algorithm>
#include <memory>
#include <set>

namespace staffroom::http::api {
namespace {

constexpr std::size_t name_characters_max = 100;
constexpr std::size_t focus_characters_max = 500;

/// Makes JSON of the network as the core knows it now; an empty object in the moment before it
/// does.
Json network_json(const Services& services, const NetworkId& id) {
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        if (network.network == id)
            return to_json(network);
    return JsonObject{{"id", to_base32(id)}};
}

/// Reads a request for a network. Errors: invalid_input.
Result<replica::CreateNetwork> network_request(const std::string& body) {
    const auto object = parse_object(body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    replica::CreateNetwork wanted{
        services::trimmed_name(members.text("name")),
        services::trimmed_name(members.text("focus")),
        members.text("charter")};
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    for (const std::string& text : {wanted.name, wanted.focus, wanted.charter})
        if (first_unreadable_byte(text))
            return fail(Errc::unreadable_text, "Name, focus or charter is not readable text.");
    for (const auto& [text, what] :
         {std::pair(&wanted.name, "A network's name"), std::pair(&wanted.focus, "A focus")})
        if (const auto why_not = services::why_not_a_name(*text, what); why_not && !text->empty())
            return fail(Errc::invalid_input, *why_not);
    const auto has_room = [](const std::string& text, std::size_t characters_max) {
        return !text.empty() && records::character_count(text) <= characters_max;
    };
    if (!has_room(wanted.name, name_characters_max))
        return fail(Errc::invalid_input, "A network needs a name of 1 to 100 characters.");
    if (!has_room(wanted.focus, focus_characters_max))
        return fail(Errc::invalid_input, "A network needs a focus of 1 to 500 characters.");
    // The genesis carries name, focus and charter, and has a limit of its own.
    if (wanted.charter.size() > limits::charter_bytes_max)
        return fail(Errc::too_large, "The charter is larger than 64 KiB.");
    return wanted;
}

/// Asks back for a second network of one name: members could not tell the two apart, so only
/// somebody who means it founds one.
std::optional<Problem>
why_no_second(const Services& services, const replica::CreateNetwork& wanted) {
    const auto networks = services.core.replica().networks();
    const auto same = std::ranges::find_if(networks, [&](const replica::NetworkStatus& network) {
        return services::is_same_name(network.name, wanted.name);
    });
    if (same == networks.end())
        return std::nullopt;
    return Problem{
        409,
        "network.same-name",
        "A network of that name is here",
        "This school belongs to a network called \"" + same->name + "\" already.",
        "use another name, or add --yes to found a second network of that name.",
        ExitCode::refused};
}

/// Returns the core's own refusal, before anything is made.
std::optional<Problem> why_no_invitation(const Services& services, const NetworkId& id) {
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        for (const replica::MemberStatus& member : network.members)
            if (network.network == id && member.school == services.core.replica().school() &&
                member.coordinator)
                return std::nullopt;
    std::string coordinators;
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        for (const replica::MemberStatus& member : network.members)
            if (network.network == id && member.coordinator && !member.name.empty())
                coordinators += (coordinators.empty() ? "" : ", ") + member.name;
    return Problem{
        403,
        "rule.refused",
        "Refused by a rule",
        "Only a coordinator of the network may invite, and this school is none.",
        "ask a coordinator to invite them" +
            (coordinators.empty() ? "; `staffroom network show NET` names who is one."
                                  : ": " + coordinators + "."),
        ExitCode::refused};
}

Problem too_many_networks() {
    return {
        413,
        "limit.too-many",
        "Too many networks",
        "This node takes part in " + std::to_string(limits::networks_per_node_max) +
            " networks, which is the most.",
        "use one of those that `staffroom network list` shows.",
        ExitCode::refused};
}

Problem too_many_codes() {
    return {
        413,
        "limit.too-many",
        "Too many codes",
        "The network has as many unused codes as there may be at a time.",
        "give one of them to the school, or end one: `staffroom invitation list` shows them.",
        ExitCode::refused};
}

/// The other side answered to the code, and not with a network to join.
Problem no_school_code() {
    return {
        403,
        "rule.refused",
        "Refused by a rule",
        "This code admits no school; it may be one that links two networks.",
        "ask for a code of `staffroom network invite`; or accept a link with `staffroom link "
        "accept`.",
        ExitCode::refused};
}

/// Returns the networks that this school is a member of now.
std::set<NetworkId> own_networks(const Services& services) {
    std::set<NetworkId> own;
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        for (const replica::MemberStatus& member : network.members)
            if (member.school == services.core.replica().school())
                own.insert(network.network);
    return own;
}

/// A stretched code, passed from the pool thread that stretches it to the network thread.
struct Stretched {
    std::optional<Result<network::InvitationKeys>> keys{};
};

void send_invitation(
    const Services& services,
    replica::CreateInvitation invitation,
    const network::InvitationCode& code,
    const Request& request,
    const Respond& respond
);

} // namespace

void list_networks(const Services& services, const Request&, const Respond& respond) {
    JsonArray networks;
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        networks.push_back(to_json(network));
    respond(ok(JsonObject{{"networks", std::move(networks)}}));
}

void show_network(const Services& services, const Request& request, const Respond& respond) {
    const auto networks = services.core.replica().networks();
    const auto id = services::resolve_network(networks, request.path_values.at("network"));
    if (!id) {
        respond(to_response(problem_from_id(id.error()), request.id));
        return;
    }
    const auto network = std::ranges::find(networks, *id, &replica::NetworkStatus::network);
    Json shown = to_json(*network);
    shown.get_object()["charter"] = network->charter;
    respond(ok(shown));
}

void create_network(const Services& services, const Request& request, const Respond& respond) {
    auto wanted = network_request(request.body);
    if (!wanted)
        return refuse(request, respond, wanted.error());
    if (is_only_new(request.body))
        if (const auto problem = why_no_second(services, *wanted))
            return respond(to_response(*problem, request.id));
    if (is_dry_run(request.body))
        return respond(ok(JsonObject{
            {"dry_run", true}, {"name", wanted->name}, {"focus", wanted->focus}}));
    services.core.ask(
        std::move(*wanted),
        [&services, request, respond](const Result<replica::NetworkCreated>& reply) {
            if (!reply && reply.error().code == Errc::too_large)
                return respond(to_response(too_many_networks(), request.id));
            if (!reply)
                return refuse(request, respond, reply.error());
            respond(ok(network_json(services, reply->network), 201));
        }
    );
}

void create_invitation(const Services& services, const Request& request, const Respond& respond) {
    const auto network = services::resolve_network(
        services.core.replica().networks(), request.path_values.at("network")
    );
    if (!network) {
        respond(to_response(problem_from_id(network.error()), request.id));
        return;
    }
    const auto object = parse_object(request.body.empty() ? "{}" : request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::int64_t hours = members.whole("hours", invitation_hours);
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    if (hours < 1 || hours > invitation_hours_max)
        return refuse(request, respond, {Errc::invalid_input, "\"hours\" has to be 1 to 8784."});
    if (const auto why_not = why_no_invitation(services, *network))
        return respond(to_response(*why_not, request.id));
    if (is_dry_run(request.body))
        return respond(ok(JsonObject{
            {"dry_run", true}, {"network", network_json(services, *network)}, {"hours", hours}}));
    const WallTime ends{services.core.wall().ms + static_cast<std::uint64_t>(hours) * 3'600'000};
    const auto code = std::make_shared<const network::InvitationCode>(
        network::InvitationCode::make(services.core.random())
    );
    const auto stretched = std::make_shared<Stretched>();
    services.core.run_blocking(
        [code, stretched] { stretched->keys = network::derive_keys(*code); },
        [&services, network = *network, code, stretched, ends, request, respond] {
            if (!*stretched->keys)
                return refuse(request, respond, stretched->keys->error());
            network::InvitationKeys& keys = **stretched->keys;
            replica::CreateInvitation invitation{
                network, std::move(keys.psk), std::move(keys.admit_key), ends};
            send_invitation(services, std::move(invitation), *code, request, respond);
        }
    );
}

void join_network(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string typed = members.text("code");
    const std::string address = members.text("address");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    auto parsed = network::InvitationCode::parse(typed);
    if (!parsed)
        return refuse(request, respond, parsed.error());
    if (!node::is_host_port(address))
        return refuse(request, respond, not_an_address(address));
    if (is_dry_run(request.body))
        return respond(ok(JsonObject{{"dry_run", true}, {"address", address}}));
    const auto code = std::make_shared<const network::InvitationCode>(std::move(*parsed));
    const auto stretched = std::make_shared<Stretched>();
    // A school whose answer was lost asks again, and hears the same.
    const auto on_reply = [&services, before = own_networks(services), request, respond](
                              const Result<replica::NetworkJoined>& reply
                          ) {
        if (!reply && reply.error().code == Errc::not_allowed && reply.error().detail.empty())
            return respond(to_response(no_school_code(), request.id));
        if (!reply)
            return refuse(request, respond, reply.error());
        respond(ok(JsonObject{
            {"network", network_json(services, reply->network)},
            {"again", before.count(reply->network) > 0},
            {"words", JsonArray(reply->words.begin(), reply->words.end())},
            {"inviter",
             JsonObject{
                 {"id", to_base32(reply->inviter)},
                 {"name", services.core.replica().school_name(reply->inviter)}}}}));
    };
    services.core.run_blocking(
        [code, stretched] { stretched->keys = network::derive_keys(*code); },
        [&services, stretched, address, on_reply, request, respond] {
            if (!*stretched->keys)
                return refuse(request, respond, stretched->keys->error());
            network::InvitationKeys keys = std::move(**stretched->keys);
            replica::JoinNetwork join{std::move(keys.psk), std::move(keys.admit_key), address};
            services.core.ask(std::move(join), on_reply);
        }
    );
}

namespace {

void send_invitation(
    const Services& services,
    replica::CreateInvitation invitation,
    const network::InvitationCode& code,
    const Request& request,
    const Respond& respond
) {
    const JsonObject answer{
        {"code", code.text()}, {"address", own_address(services)}, {"ends_ms", invitation.ends.ms}};
    services.core.ask(
        std::move(invitation),
        [answer, request, respond](const Result<replica::InvitationCreated>& reply) {
            if (!reply && reply.error().code == Errc::too_large)
                return respond(to_response(too_many_codes(), request.id));
            if (!reply)
                return refuse(request, respond, reply.error());
            respond(ok(answer, 201));
        }
    );
}

} // namespace
} // namespace staffroom::http::api
