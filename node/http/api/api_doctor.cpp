// The doctor of a running node: every check, the same that status and /readyz judge by.
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/services/verdict.hpp"

#include <memory>

namespace staffroom::http::api {

void doctor(const Services& services, const Request&, const Respond& respond) {
    const auto findings = std::make_shared<services::DiskFindings>();
    services.core.run_blocking(
        [&services, findings] { *findings = services::look_at_disk(services); },
        [&services, findings, respond] {
            const auto checks = services::all_checks(services, *findings);
            JsonArray out;
            for (const services::HealthCheck& check : checks)
                out.push_back(to_json(check));
            respond(ok(JsonObject{
                {"verdict", services::level_name(services::worst_of(checks))},
                {"checks", std::move(out)}}));
        }
    );
}

} // namespace staffroom::http::api
