#include "node/http/api.hpp"
#include "node/http/json.hpp"
#include "node/runtime/clock.hpp"
#include "node/services/names.hpp"

namespace staffroom::http::api {

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
    if (!node::is_host_port(address))
        return refuse(request, respond, not_an_address(address));
    const auto network = services::resolve_network(services.core.replica().networks(), name);
    if (!network) {
        respond(to_response(problem_from_id(network.error()), request.id));
        return;
    }
    if (is_dry_run(request.body))
        return respond(ok(JsonObject{{"dry_run", true}, {"address", address}}));
    services.core.command(
        replica::AddNeighbour{*network, address},
        [request, respond, address](const Result<replica::Reply>& reply) {
            if (!reply)
                return refuse(request, respond, reply.error());
            respond(ok(JsonObject{{"address", address}}, 201));
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
    services.core.command(
        replica::WaitForSync{std::chrono::seconds(timeout_s), !is_waiting},
        [request, respond](const Result<replica::Reply>& reply) {
            if (!reply)
                return refuse(request, respond, reply.error());
            const auto& report = std::get<replica::SyncReport>(*reply);
            respond(ok(JsonObject{
                {"in_sync", report.lagging.empty() && report.reached > 0},
                {"reached", report.reached},
                {"lagging", JsonArray(report.lagging.begin(), report.lagging.end())},
                {"unreached", JsonArray(report.unreached.begin(), report.unreached.end())}}));
        }
    );
}

} // namespace staffroom::http::api
