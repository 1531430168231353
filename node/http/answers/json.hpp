// Domain values to and from the JSON of the API. Not here: HTTP, and decisions. Called by the
// handlers.
#pragma once

#include "node/http/answers/problem.hpp"
#include "node/services/health/folder_health.hpp"
#include "node/services/library/library.hpp"
#include "node/services/publishing/publishing.hpp"
#include "node/services/records/record_file.hpp"
#include "protocol/replica/replica.hpp"
#include "storage/attachments/attachment_store.hpp"
#include "storage/store/audit.hpp"

#include <boost/json.hpp>

#include <functional>

namespace staffroom::http {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

/// Returns the word of the API for a code of the log; "kind-7" for one that this version does not
/// know.
[[nodiscard]] std::string kind_text(std::uint32_t raw);
[[nodiscard]] std::string relation_text(std::uint32_t raw);
/// Returns the word of the API for what has become of a body.
[[nodiscard]] std::string_view state_text(replica::BodyState state);
/// Returns "in sync", "connected", "connecting" or "waiting".
[[nodiscard]] std::string_view neighbour_state(const replica::NeighbourStatus& neighbour);

[[nodiscard]] Json to_json(const Problem& problem, const std::string& request_id);
[[nodiscard]] Json to_json(const replica::NetworkStatus& network);
[[nodiscard]] Json to_json(const replica::NeighbourStatus& neighbour, Instant now);
/// Makes JSON of a record; `school_name` as the core knows it. At other schools than the record's
/// own, counts of 1 to 5 pupils read "fewer than 6".
[[nodiscard]] JsonObject to_json(const services::RecordRow& row, const std::string& school_name);
[[nodiscard]] JsonObject
to_json(const services::ShownRecord& shown, const std::string& school_name, bool is_own_school);
/// Says of each attachment of a record, as made by the call above, whether its bytes are here and
/// belong where the record stands; `has_place` knows. A file that only a draft or another network
/// brought here counts as absent for this record, or a record could show what else is on this disk.
/// [S11]
void put_files_here(
    JsonObject& record,
    const storage::HeldFiles& files,
    const std::function<bool(const Digest&)>& has_place
);
[[nodiscard]] Json to_json(const services::HealthCheck& check);
[[nodiscard]] Json
to_json(const storage::AuditReport& report, const storage::AttachmentStore::CheckReport& files);

/// Returns an object of at most 32 levels. Errors: invalid_input.
[[nodiscard]] Result<JsonObject> parse_object(const std::string& text);

/// A reader of the members of one object, which remembers the first that has a wrong type.
class Members {
public:
    explicit Members(const JsonObject& object)
        : object_(object) {}

    [[nodiscard]] std::string text(std::string_view key);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key);
    [[nodiscard]] std::int64_t whole(std::string_view key, std::int64_t otherwise);
    [[nodiscard]] bool flag(std::string_view key, bool otherwise);
    /// Returns null where there is no such member.
    [[nodiscard]] const JsonArray* array(std::string_view key);
    [[nodiscard]] const JsonObject* object(std::string_view key);
    /// Returns the outcome of all reads. Errors: invalid_input, naming the first member of a wrong
    /// type.
    [[nodiscard]] Result<void> outcome() const;

private:
    void complain(std::string_view key, std::string_view wanted);
    const JsonObject& object_;
    std::string trouble_;
};

/// Whether the body of a request asks to be checked and not carried out.
[[nodiscard]] bool is_dry_run(const std::string& text);
[[nodiscard]] bool is_dry_run(const JsonObject& body);

/// Errors: invalid_input.
[[nodiscard]] Result<services::RecordRequest> record_request(const JsonObject& object);

[[nodiscard]] Response ok(const Json& value, int status = 200);

} // namespace staffroom::http
