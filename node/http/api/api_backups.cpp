// Backups: made by the node that runs, into a folder that whoever owns it names.
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/services/backup/backup_fault.hpp"
#include "node/services/backup/backups.hpp"

namespace staffroom::http::api {
namespace {

Problem backup_problem(int status, services::BackupFault fault) {
    return {
        status,
        std::move(fault.code),
        "",
        std::move(fault.sentence),
        std::move(fault.next),
        ExitCode::failed};
}

/// A failure that has to do with the target; everything else is told as ever.
Problem problem_of_backup(const Error& error, const std::string& folder) {
    const std::string code = services::backup_fault_code(error);
    if (code == "backup.source" || code == "backup.failed")
        return problem_from(error);
    constexpr int conflict = 409;
    constexpr int no_room = 507;
    return backup_problem(
        code == "backup.full" ? no_room : conflict, services::backup_fault(code, folder)
    );
}

} // namespace

void create_backup(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    std::string folder = members.text("folder");
    if (folder.empty())
        folder = services.config.backup_folder;
    const auto keep = static_cast<std::size_t>(services.config.backup_keep);
    const bool is_begun_anew = members.flag("new", false);
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    if (services.backups == nullptr || !folder.starts_with('/')) {
        const Problem problem = backup_problem(
            422,
            {"backup.no-folder",
             "No folder is named for the backup.",
             "name one with -o DIR, or once for all as backup.folder in the settings."}
        );
        return respond(to_response(problem, request.id));
    }
    services.backups->create(
        {folder, keep, is_begun_anew},
        [request, respond, folder](const auto& made) {
            if (!made)
                return respond(to_response(problem_of_backup(made.error(), folder), request.id));
            respond(ok(JsonObject{
                {"id", made->id},
                {"folder", folder},
                {"files", made->files},
                {"bytes", made->bytes},
                {"written", made->written},
                {"unreadable", JsonArray(made->uncounted.begin(), made->uncounted.end())},
                {"unreadable_more", made->uncounted_more},
                {"not_removed", made->stuck}}));
        }
    );
}

void settle_backup(const Services& services, const Request& request, const Respond& respond) {
    const std::string body = request.body.empty() ? "{}" : request.body;
    if (const auto object = parse_object(body); !object)
        return refuse(request, respond, object.error());
    if (!services.is_catching_up()) {
        const Problem problem = backup_problem(
            409,
            {"backup.settled",
             "This node waits for nobody: its records are shown.",
             "run `staffroom status` to see how it is."}
        );
        return respond(to_response(problem, request.id));
    }
    if (is_dry_run(body))
        return respond(ok(JsonObject{{"settled", false}, {"dry_run", true}}));
    services.stop_catching_up([request, respond](const Result<void>& done) {
        if (!done)
            return refuse(request, respond, done.error());
        respond(ok(JsonObject{{"settled", true}}));
    });
}

} // namespace staffroom::http::api
