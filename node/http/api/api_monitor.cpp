// The handlers for monitoring systems and programs: readiness, metrics, the description of the API.
#include "node/base/clock.hpp"
#include "node/http/answers/json.hpp"
#include "node/http/answers/openapi.hpp"
#include "node/http/api/api.hpp"
#include "node/http/monitor/meters.hpp"
#include "node/services/backup/backup_health.hpp"
#include "node/services/backup/backups.hpp"
#include "node/services/certificates/certificate_book.hpp"
#include "node/services/verdict.hpp"
#include "protocol/base/text.hpp"

#include <array>
#include <memory>

namespace staffroom::http::api {
namespace {

constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// The parts of the store with a name of their own; everything else there is "other".
constexpr std::array<std::string_view, 4> store_parts{"index", "segments", "files", "search"};

/// Counts the bytes of all files below the store, by the folder of its first level.
std::map<std::string, std::uint64_t> bytes_by_part(const std::filesystem::path& store) {
    std::map<std::string, std::uint64_t> parts;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator file(store, error), end;
         !error && file != end;
         file.increment(error)) {
        std::error_code gone; // a file that vanishes meanwhile does not count
        const auto size = file->is_regular_file(gone) ? file->file_size(gone) : 0;
        if (gone)
            continue;
        const std::string first = file->path().lexically_relative(store).begin()->string();
        const bool is_known = std::ranges::find(store_parts, first) != store_parts.end();
        parts[is_known ? first : "other"] += size;
    }
    return parts;
}

double seconds_of(WallTime time) {
    return static_cast<double>(time.ms) / 1000;
}

void add_backup(const Services& services, Figures& figures) {
    if (services.backups == nullptr)
        return;
    const services::BackupState& state = services.backups->state();
    figures.is_backup_set_up = !services.config.backup_folder.empty();
    if (const auto good = last_good(state))
        figures.backup_made = seconds_of(good->made);
    if (state.failed)
        figures.backup_failed = seconds_of(state.failed->at);
}

/// Collects the figures that the network thread knows at once.
Figures figures_of_core(const Services& services) {
    const replica::Replica& replica = services.core.replica();
    const node::Metrics& metrics = services.instruments.metrics;
    Figures figures;
    figures.version = services.facts.version;
    figures.up_seconds =
        static_cast<double>((runtime::steady_now() - services.facts.started).count()) / 1'000'000;
    for (const replica::NeighbourStatus& neighbour : replica.neighbours()) {
        ++figures.neighbours[std::string(neighbour_state(neighbour))];
        if (neighbour.last_heard)
            figures.last_exchange
                [neighbour.school ? to_base32(*neighbour.school) : neighbour.address] =
                seconds_of(*neighbour.last_heard);
    }
    for (const replica::NetworkStatus& network : replica.networks())
        figures.pending[to_base32(network.network)] =
            network.missing_bodies + network.missing_entries;
    for (const auto& [reason, count] : metrics.links_failed)
        figures.sync_failures[std::string(errc_name(reason))] = count;
    figures.bytes_in = metrics.bytes_in;
    figures.bytes_out = metrics.bytes_out;
    figures.disk_free_bytes = services::free_disk_bytes(services);
    add_backup(services, figures);
    if (services.certificates != nullptr)
        figures.certificate_until = seconds_of(services.certificates->state().facts.until);
    return figures;
}

/// Counts the figures on disk and in the library.
Result<void> count_held(
    const Services& services,
    const services::Reader& reader,
    const std::vector<services::LogExtent>& logs,
    Figures& figures
) {
    figures.store_bytes = bytes_by_part(services.facts.store_folder);
    figures.store_bytes["search"] = 0;
    for (const auto& [part, bytes] :
         bytes_by_part(services.facts.store_folder.parent_path() / "index"))
        figures.store_bytes["search"] += bytes;
    figures.process = read_process_figures();
    if (auto updated = services.library.update(logs); !updated)
        return updated;
    const services::LibraryFigures held = services.library.as(reader).figures();
    for (const auto& [kind, count] : held.documents)
        figures.records[kind_text(kind)] += count;
    figures.conflicts = held.split;
    return {};
}

} // namespace

void ready(const Services& services, const Request& request, const Respond& respond) {
    const auto trouble = services::not_ready(services);
    if (!trouble) {
        respond(ok(JsonObject{{"status", "ready"}}));
        return;
    }
    const Problem problem{
        503, trouble->code, "Not ready", trouble->sentence, trouble->next, ExitCode::failed};
    respond(to_response(problem, request.id));
}

void metrics(const Services& services, const Request& request, const Respond& respond) {
    struct Counted {
        Figures figures;
        Result<void> outcome{};
    };
    const auto counted = std::make_shared<Counted>(Counted{figures_of_core(services)});
    const auto logs = services::known_logs(services.core.replica());
    services.core.run_blocking(
        [&services, reader = request.caller.reader(), counted, logs] {
            counted->outcome = count_held(services, reader, logs, counted->figures);
        },
        [&services, counted, request, respond] {
            if (!counted->outcome)
                return refuse(request, respond, counted->outcome.error());
            respond(
                {200, std::string(metrics_type), services.instruments.meters.text(counted->figures)}
            );
        }
    );
}

void openapi(const Services&, const Request&, const Respond& respond) {
    respond({200, "application/json", std::string(openapi_document())});
}

} // namespace staffroom::http::api
