#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files/safe_name.hpp"
#include "cli/output/answer.hpp"
#include "cli/records/record_name.hpp"
#include "node/services/markdown/active_content.hpp"
#include "node/services/markdown/file_types.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace staffroom::cli {

namespace {

constexpr std::chrono::seconds fetch_patience{300};

Failure unwritten(const std::filesystem::path& place, int number) {
    const bool is_there = number == EEXIST;
    return {
        is_there ? place.string() + " is there already; nothing is overwritten."
                 : place.string() +
                       " cannot be written: " + std::generic_category().message(number) + ".",
        is_there ? "name another folder with -o." : "check the folder and its permissions.",
        ExitCode::failed};
}

/// Writes a new file, never one that is there and never through a link.
Outcome<ExitCode> write_new(const std::filesystem::path& place, std::string_view bytes) {
    constexpr mode_t readable_by_all = 0666; // less what the person's umask takes away
    const int file = ::open(
        place.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, readable_by_all
    );
    if (file < 0)
        return unwritten(place, errno);
    int trouble = 0;
    while (!bytes.empty() && trouble == 0) {
        const auto put = ::write(file, bytes.data(), bytes.size());
        if (put >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(put));
        else if (errno != EINTR)
            trouble = errno;
    }
    if (::close(file) != 0 && trouble == 0)
        trouble = errno;
    if (trouble == 0)
        return ExitCode::done;
    ::unlink(place.c_str());
    return unwritten(place, trouble);
}

Outcome<ExitCode> write_files(
    const FilesCommand& command,
    const boost::json::value& record,
    Client& client,
    boost::json::array& files
) {
    std::error_code error;
    std::filesystem::create_directories(command.folder, error);
    if (error)
        return unwritten(command.folder, error.value());
    const std::string base =
        "/api/v1/records/" + path_part(text_at(record, "revision")) + "/files/";
    std::set<std::string> taken;
    for (auto& one : files) {
        if (!flag_at(one, "here"))
            continue;
        const auto bytes = client.get_text(base + path_part(text_at(one, "hash")), fetch_patience);
        if (!bytes)
            return bytes.failure();
        // A file that another school attached is not written where a click would run it.
        if (const auto why = services::why_active(text_at(one, "name"), *bytes)) {
            one.as_object()["refused"] = "It " + *why + " and is not written.";
            continue;
        }
        const std::string name = text_at(one, "name");
        const auto type = services::type_of_content(name, *bytes);
        const auto place =
            command.folder / safe_name(services::with_true_ending(name, type), taken);
        if (auto written = write_new(place, *bytes); !written)
            return written;
        one.as_object()["path"] = place.string();
    }
    return ExitCode::done;
}

void print(Output& output, const boost::json::array& files) {
    Table table({"NAME", "TYPE", "SIZE", "HERE"});
    for (const auto& one : files) {
        const std::string path = text_at(one, "path");
        const std::string refused = text_at(one, "refused");
        const std::string here = !refused.empty()       ? refused
                                 : flag_at(one, "here") ? "here"
                                                        : "not yet here";
        table.add(
            {text_at(one, "name"),
             text_at(one, "type"),
             readable_bytes(count_at(one, "size")),
             path.empty() ? here : path}
        );
    }
    if (table.empty())
        output.say("The record has no files.");
    else
        output.table(table);
}

} // namespace

Outcome<ExitCode> run(const FilesCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto id = record_id(client, command.id);
    if (!id)
        return id.failure();
    const auto record = client.get("/api/v1/records/" + path_part(*id));
    if (!record)
        return record.failure();
    boost::json::array files = list_at(*record, "attachments");
    if (!command.folder.empty()) {
        auto written = write_files(command, *record, client, files);
        if (!written)
            return written;
    }
    bool all_here = true;
    for (const auto& one : files)
        all_here = all_here && flag_at(one, "here") && text_at(one, "refused").empty();
    if (output.json())
        output.document(boost::json::object{
            {"id", text_at(*record, "id")},
            {"revision", text_at(*record, "revision")},
            {"files", files}});
    else
        print(output, files);
    return all_here ? ExitCode::done : ExitCode::attention;
}

} // namespace staffroom::cli
