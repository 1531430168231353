#include "node/base/clock.hpp"
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/services/backup/backup_health.hpp"
#include "node/services/backup/backups.hpp"
#include "node/services/verdict.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/entry.hpp"
#include "storage/store/scrub.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace staffroom::http::api {
namespace {

/// Counts the bytes of all files below a folder; files that vanish meanwhile do not count.
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

/// A pupil who knows a teacher's password would learn from these where the school's backups and
/// keys lie: they name folders, for whoever keeps the machine.
bool is_of_machine(const services::HealthCheck& check) {
    return std::ranges::any_of(
        std::array{"backup.", "certificate.", "disk.", "folder."},
        [&](const char* of) { return check.code.starts_with(of); }
    );
}

/// Makes JSON of every check that is not simply well and that the caller may know, the worst first.
JsonArray attention_json(const std::vector<services::HealthCheck>& checks, const Caller& caller) {
    JsonArray out;
    for (const services::Level level : {services::Level::trouble, services::Level::note})
        for (const services::HealthCheck& check : checks)
            if (check.level == level && (caller.keeps_machine() || !is_of_machine(check)))
                out.push_back(to_json(check));
    return out;
}

/// Absent values are left out: a backup that was never made has no time. Where backups lie, and
/// which ones, is for whoever keeps the machine.
JsonObject backup_json(const Services& services, const Caller& caller) {
    JsonObject out{{"every", services.config.backup_every}};
    if (caller.keeps_machine())
        out["folder"] = services.config.backup_folder;
    if (services.backups == nullptr)
        return out;
    const services::BackupState& state = services.backups->state();
    out["running"] = services.backups->is_running();
    if (const auto good = last_good(state)) {
        out["last_ms"] = good->made.ms;
        if (caller.keeps_machine()) {
            out["last_id"] = good->id;
            out["last_folder"] = good->folder;
        }
    }
    if (state.failed) {
        out["failed_ms"] = state.failed->at.ms;
        out["failed_code"] = state.failed->code;
    }
    if (const auto next = services.backups->next_ms())
        out["next_ms"] = *next;
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
        {"neighbours", std::move(neighbours)}};
}

bool fits_commitment(ByteView header_bytes, const replica::BodyBytes& body) {
    const auto header = log::parse_header(header_bytes);
    // A header of a newer version, or of a governance entry, commits to nothing that we could
    // compare.
    if (!header || !header->commitment)
        return true;
    const auto salt = Salt::from(body.salt);
    return salt && body.encoded && records::commitment(*salt, *body.encoded) == *header->commitment;
}

struct Verification {
    explicit Verification(const Services& services)
        : audit(services.core.store(), {fits_commitment}) {}
    storage::Audit audit;
    storage::AttachmentStore::CheckProgress files{};
    bool is_audited = false;
    std::size_t asked = 0; // of the damaged places, again of the core
    Result<bool> is_done{false};
};

/// Notes the damage that was found; it is said from now on, until it is healed.
void note_damage(const Services& services, const storage::AttachmentStore::CheckReport& files) {
    for (const Digest& file : files.damaged)
        services.core.files().set_aside_damaged(file);
    if (services.damage != nullptr)
        services.damage->look();
}

/// Makes one step as one job, so that a reader, a neighbour's file and the end of the node wait for
/// no more.
void verify_step(
    const Services& services,
    const std::shared_ptr<Verification>& work,
    const Request& request,
    const Respond& respond
) {
    services.core.run_blocking(
        [&services, work] {
            if (work->is_audited) {
                work->is_done =
                    services.core.files().check_more(work->files, storage::scrub_step_bytes);
                if (*work->is_done)
                    note_damage(services, work->files.report);
                return;
            }
            const auto step = work->audit.step(storage::scrub_step_bytes);
            work->is_audited = step && *step;
            if (!step)
                work->is_done = fail(step.error());
        },
        [&services, work, request, respond] {
            const auto& damaged = work->audit.report().damaged;
            for (; work->asked < damaged.size(); ++work->asked) {
                const storage::DamagedPlace& place = damaged[work->asked];
                if (place.damage == storage::Damage::body)
                    services.core.ask(
                        replica::FetchFiles{place.log, place.position},
                        [](const Result<replica::FilesNoted>&) {}
                    );
            }
            if (work->is_done && !*work->is_done)
                return verify_step(services, work, request, respond);
            if (!work->is_done)
                return refuse(request, respond, work->is_done.error());
            respond(ok(to_json(work->audit.report(), work->files.report)));
        }
    );
}

} // namespace

void health(const Services&, const Request&, const Respond& respond) {
    respond(ok(JsonObject{{"status", "ok"}}));
}

void status(const Services& services, const Request& request, const Respond& respond) {
    struct Held {
        std::uint64_t bytes = 0;
        std::size_t records = 0;
        services::DiskFindings disk{};
        Result<void> outcome{};
    };
    const auto logs = services::known_logs(services.core.replica());
    const auto held = std::make_shared<Held>();
    services.core.run_blocking(
        [&services, held, logs, reader = request.caller.reader()] {
            held->bytes = folder_bytes(services.facts.store_folder);
            held->disk = services::look_at_disk(services);
            held->outcome = services.library.update(logs);
            held->records = services.library.as(reader).document_count();
        },
        [&services, held, request, respond] {
            if (!held->outcome)
                return refuse(request, respond, held->outcome.error());
            JsonObject answer = status_json(services);
            const auto checks = services::all_checks(services, held->disk);
            answer["verdict"] = services::level_name(services::worst_of(checks));
            answer["attention"] = attention_json(checks, request.caller);
            answer["backup"] = backup_json(services, request.caller);
            answer["store"] = JsonObject{{"bytes", held->bytes}, {"records", held->records}};
            respond(ok(answer));
        }
    );
}

void verify(const Services& services, const Request& request, const Respond& respond) {
    verify_step(services, std::make_shared<Verification>(services), request, respond);
}

} // namespace staffroom::http::api
