#include "node/http/api.hpp"
#include "node/http/json.hpp"
#include "node/runtime/clock.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/entry.hpp"

#include <algorithm>
#include <memory>

namespace staffroom::http::api {
namespace {

/// Bytes of all files below a folder; what vanishes meanwhile does not count.
std::uint64_t folder_bytes(const std::filesystem::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator file(folder, error), end;
         !error && file != end;
         file.increment(error)) {
        std::error_code gone;
        if (const auto size = file->is_regular_file(gone) ? file->file_size(gone) : 0; !gone)
            bytes += size;
    }
    return bytes;
}

JsonArray attention_json(const replica::Replica& replica) {
    JsonArray out;
    for (const replica::Attention& item : replica.attention())
        out.push_back(JsonObject{{"code", item.code}, {"sentence", item.sentence}});
    return out;
}

JsonObject status_json(const Services& services) {
    const replica::Replica& replica = services.core.replica();
    const Instant now = runtime::steady_now();
    JsonArray networks;
    for (const replica::NetworkStatus& network : replica.networks())
        networks.push_back(to_json(network));
    JsonArray neighbours;
    for (const replica::NeighbourStatus& neighbour : replica.neighbours())
        neighbours.push_back(to_json(neighbour, now));
    return {
        {"school", JsonObject{{"id", to_base32(replica.school())}, {"name", services.config.name}}},
        {"version", services.facts.version},
        {"uptime_s", (now - services.facts.started).count() / 1'000'000},
        {"listen", services.facts.listen},
        {"web", services.facts.web},
        {"networks", std::move(networks)},
        {"neighbours", std::move(neighbours)},
        {"attention", attention_json(replica)}};
}

} // namespace

void health(const Services&, const Request&, const Respond& respond) {
    respond(ok(JsonObject{{"status", "ok"}}));
}

void status(const Services& services, const Request& request, const Respond& respond) {
    struct Held {
        std::uint64_t bytes = 0;
        std::size_t records = 0;
        Result<void> outcome{};
    };
    const auto logs = services::known_logs(services.core.replica());
    const auto held = std::make_shared<Held>();
    services.core.run_blocking(
        [&services, held, logs] {
            held->bytes = folder_bytes(services.facts.store_folder);
            held->outcome = services.library.update(logs);
            held->records = services.library.document_count();
        },
        [&services, held, request, respond] {
            if (!held->outcome)
                return refuse(request, respond, held->outcome.error());
            JsonObject answer = status_json(services);
            answer["store"] = JsonObject{{"bytes", held->bytes}, {"records", held->records}};
            respond(ok(answer));
        }
    );
}

void verify(const Services& services, const Request& request, const Respond& respond) {
    using Outcome = std::optional<Result<storage::AuditReport>>;
    using Files = std::optional<Result<storage::AttachmentStore::CheckReport>>;
    const auto outcome = std::make_shared<Outcome>();
    const auto files = std::make_shared<Files>();
    storage::AuditOptions options;
    options.fits_commitment = [](ByteView header_bytes, const replica::BodyBytes& body) {
        const auto header = log::parse_header(header_bytes);
        // A header of a newer version, or of a governance entry, commits to nothing that we could
        // compare.
        if (!header || !header->commitment)
            return true;
        const auto salt = Salt::from(body.salt);
        return salt && body.encoded &&
               records::commitment(*salt, *body.encoded) == *header->commitment;
    };
    services.core.run_blocking(
        [&services, outcome, files, options] {
            *outcome = storage::audit(services.core.store(), options);
            *files = services.core.files().check();
        },
        [&services, outcome, files, request, respond] {
            if (!**outcome || !**files)
                return refuse(
                    request, respond, **outcome ? (*files)->error() : (*outcome)->error()
                );
            for (const storage::DamagedPlace& place : (**outcome)->damaged) {
                if (place.damage == storage::Damage::body)
                    services.core.command(
                        replica::FetchFiles{place.log, place.position},
                        [](const Result<replica::Reply>&) {}
                    );
            }
            respond(ok(to_json(***outcome, ***files)));
        }
    );
}

} // namespace staffroom::http::api
