#include "node/base/clock.hpp"
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/services/records/names.hpp"
#include "protocol/network/address_form.hpp"
#include "protocol/records/rules.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

Problem
no_such_neighbour(const std::vector<replica::NeighbourStatus>& known, const std::string& address) {
    std::vector<std::string_view> addresses;
    for (const replica::NeighbourStatus& each : known)
        if (each.source == "added" || each.source == "inviter")
            addresses.push_back(each.address);
    const std::string_view near = records::nearest_name(address, addresses);
    return {
        404,
        "neighbour.unknown",
        "Unknown neighbour",
        "This node dials no address " + address + "." +
            (near.empty() ? "" : " Did you mean " + std::string(near) + "?"),
        near.empty() ? "run `staffroom neighbour list` for the addresses that it dials."
                     : "run `staffroom neighbour remove " + std::string(near) + "`.",
        Exit::failed};
}

Problem published_neighbour(const replica::NeighbourStatus& entry) {
    const std::string school = entry.name.empty() ? "its school" : entry.name;
    return {
        409,
        "neighbour.published",
        "Published by its school",
        "The address " + entry.address + " was not added here: " + school + " publishes it.",
        "ask " + school + " to take it out of node.addresses in its staffroom.toml.",
        Exit::refused};
}

/// Tells whether an address names no machine: a node listens on it to be reached at all its
/// addresses.
bool is_nowhere(std::string_view address) {
    return address.starts_with("0.0.0.0:") || address.starts_with("[::]:");
}

} // namespace

void list_neighbours(const Services& services, const Request&, const Respond& respond) {
    JsonArray neighbours;
    for (const replica::NeighbourStatus& neighbour : services.core.replica().neighbours())
        neighbours.push_back(to_json(neighbour, runtime::steady_now()));
    respond(ok(JsonObject{{"neighbours", std::move(neighbours)}}));
}

void add_neighbour(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string address = members.text("address");
    const std::string name = members.text("network");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    if (!node::is_host_port(address) || !network::is_dialable(address) || is_nowhere(address))
        return refuse(request, respond, not_an_address(address));
    const auto network = services::resolve_network(services.core.replica().networks(), name);
    if (!network) {
        respond(to_response(problem_from_id(network.error()), request.id));
        return;
    }
    if (is_dry_run(request.body))
        return respond(ok(JsonObject{{"dry_run", true}, {"address", address}}));
    services.core.ask(
        replica::AddNeighbour{*network, address},
        [request, respond, address](const Result<replica::NeighbourAdded>& reply) {
            if (!reply)
                return refuse(request, respond, reply.error());
            respond(ok(JsonObject{{"address", address}}, 201));
        }
    );
}

void remove_neighbour(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string address = members.text("address");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    const auto known = services.core.replica().neighbours();
    const auto entry = std::ranges::find_if(known, [&](const replica::NeighbourStatus& each) {
        return each.address == address && each.source != "incoming";
    });
    if (entry == known.end())
        return respond(to_response(no_such_neighbour(known, address), request.id));
    if (entry->source == "published")
        return respond(to_response(published_neighbour(*entry), request.id));
    if (is_dry_run(request.body))
        return respond(ok(JsonObject{{"dry_run", true}, {"address", address}}));
    services.core.ask(
        replica::RemoveNeighbour{address},
        [request, respond, address](const Result<replica::NeighbourRemoved>& reply) {
            if (!reply)
                return refuse(request, respond, reply.error());
            respond(ok(JsonObject{{"address", address}, {"is_published", reply->is_published}}));
        }
    );
}

void sync(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body.empty() ? "{}" : request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const bool is_waiting = members.flag("wait", false);
    const std::int64_t timeout_s = members.whole("timeout_s", sync_timeout_s);
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    if (timeout_s < 1 || timeout_s > sync_timeout_s_max)
        return refuse(
            request, respond, {Errc::invalid_input, "\"timeout_s\" has to be 1 to 3600."}
        );
    services.core.ask(
        replica::WaitForSync{std::chrono::seconds(timeout_s), !is_waiting},
        [request, respond](const Result<replica::SyncReport>& reply) {
            if (!reply)
                return refuse(request, respond, reply.error());
            respond(ok(JsonObject{
                {"in_sync", reply->lagging.empty() && reply->reached > 0},
                {"reached", reply->reached},
                {"lagging", JsonArray(reply->lagging.begin(), reply->lagging.end())},
                {"unreached", JsonArray(reply->unreached.begin(), reply->unreached.end())}}));
        }
    );
}

} // namespace staffroom::http::api
