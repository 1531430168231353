// What handlers that read the library share: one read off the network thread, and the name of a
// record's school. Not here: what is read. Called by http/api_records and http/api_export.
#pragma once

#include "node/http/message.hpp"
#include "node/services/services.hpp"

#include <memory>
#include <optional>
#include <string>

namespace staffroom::http::api {

/// A value of the query; empty when it is not there.
[[nodiscard]] inline std::string query_value(const Request& request, const std::string& name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? "" : found->second;
}

/// Our own name may not have come back to us through any network yet.
[[nodiscard]] inline std::string
school_name(const services::Services& services, const SchoolId& school) {
    std::string name = services.core.replica().school_name(school);
    if (name.empty() && school == services.core.replica().school())
        name = services.config.name;
    return name;
}

/// Runs `read` over an up-to-date library on a pool thread; then `answer` with what it found, on
/// the network thread.
template <class Found, class Read, class Answer>
void read_library(const services::Services& services, const Read& read, const Answer& answer) {
    const auto logs = services::known_logs(services.core.replica());
    const auto found = std::make_shared<std::optional<Result<Found>>>();
    services.core.run_blocking(
        [&services, logs, found, read] {
            const auto updated = services.library.update(logs);
            if (updated)
                *found = read(services.library);
            else
                *found = fail(updated.error());
        },
        [found, answer] { answer(**found); }
    );
}

} // namespace staffroom::http::api
