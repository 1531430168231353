// GET /api/v1/doctor: what is wrong with this node, each with its own code and one next step.
#include "node/http/api.hpp"
#include "node/http/json.hpp"
#include "node/services/health.hpp"

#include <memory>

namespace staffroom::http::api {
namespace {

using services::HealthCheck;

void append(std::vector<HealthCheck>& checks, std::vector<HealthCheck> more) {
    for (HealthCheck& check : more)
        checks.push_back(std::move(check));
}

JsonArray checks_json(const std::vector<HealthCheck>& checks) {
    JsonArray out;
    for (const HealthCheck& check : checks)
        out.push_back(JsonObject{
            {"code", check.code},
            {"ok", check.ok},
            {"sentence", check.sentence},
            {"next", check.next}});
    return out;
}

} // namespace

void doctor(const Services& services, const Request&, const Respond& respond) {
    const auto checks = std::make_shared<std::vector<HealthCheck>>();
    const auto low_mib = static_cast<std::uint64_t>(services.config.disk_low_mib);
    services.core.run_blocking(
        [checks, low_mib, folder = services.facts.store_folder.parent_path()] {
            *checks = services::check_folder_files(folder, low_mib);
        },
        [&services, checks, respond] {
            const replica::Replica& replica = services.core.replica();
            std::vector<HealthCheck> all = services::check_settings(services.config);
            append(all, std::move(*checks));
            append(all, services::check_networks(replica.networks()));
            append(all, services::check_neighbours(replica.neighbours()));
            append(all, services::check_attention(replica.attention()));
            respond(ok(JsonObject{{"checks", checks_json(all)}}));
        }
    );
}

} // namespace staffroom::http::api
