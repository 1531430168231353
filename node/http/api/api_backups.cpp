// Backups: made by the node that runs, into a folder that whoever owns it names.
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/services/backup/backups.hpp"

namespace staffroom::http::api {
namespace {

Problem backup_problem(int status, std::string code, std::string sentence, std::string next) {
    return {status, std::move(code), "", std::move(sentence), std::move(next), ExitCode::failed};
}

/// A failure that has to do with the target; everything else is told as ever.
Problem problem_of_backup(const Error& error, const std::string& folder) {
    if (error.code == Errc::busy || error.code == Errc::in_use)
        return backup_problem(
            409,
            "backup.running",
            "A backup is being made at this moment.",
            "wait for its end; `staffroom backup list` shows it then."
        );
    if (error.code == Errc::wrong_school)
        return backup_problem(
            409,
            "backup.other-school",
            error.detail,
            "name another folder, of its own for each school."
        );
    if (error.code == Errc::bad_configuration || error.code == Errc::malformed)
        return backup_problem(
            409,
            "backup.other-content",
            folder + " holds something else than backups.",
            "name an empty folder, or one that is not there yet."
        );
    if (error.code == Errc::disk_full)
        return backup_problem(
            507,
            "backup.full",
            "There is no room left in " + folder + ". What was copied stays for the next try.",
            "make room there, or name another folder; older backups are whole."
        );
    if (error.code == Errc::io_error || error.code == Errc::not_found)
        return backup_problem(
            409,
            "backup.folder",
            "The node cannot write in " + folder + ".",
            "see that it is mounted and belongs to the node's user; of a service, that "
            "ReadWritePaths= of its unit names it."
        );
    return problem_from(error);
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
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    if (services.backups == nullptr || !folder.starts_with('/')) {
        const Problem problem = backup_problem(
            422,
            "backup.no-folder",
            "No folder is named for the backup.",
            "name one with -o DIR, or once for all as backup.folder in the settings."
        );
        return respond(to_response(problem, request.id));
    }
    services.backups->create(folder, keep, [request, respond, folder](const auto& made) {
        if (!made)
            return respond(to_response(problem_of_backup(made.error(), folder), request.id));
        respond(ok(JsonObject{
            {"id", made->id},
            {"folder", folder},
            {"files", made->files},
            {"bytes", made->bytes},
            {"written", made->written}}));
    });
}

} // namespace staffroom::http::api
