// `staffroom support`: a text for whoever helps, which says nothing of people or records. Shows all
// of it first; works on a stopped node too, with less in it.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/support/redaction.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/settings/local_checks.hpp"
#include "cli/settings/settings_file.hpp"
#include "node/base/version.hpp"
#include "protocol/base/text.hpp"
#include "storage/files/posix_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace staffroom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{20};
constexpr const char* trace_lines = "300";

/// One part of the bundle.
struct Section {
    std::string name;
    std::string text;
};

void add_line(Section& section, const std::string& line) {
    section.text += line + "\n";
}

/// The name and version of the system, without the name of the machine.
std::string system_version() {
    storage::PosixFileSystem files;
    constexpr std::size_t bytes_max = 16UL << 10U;
    const auto bytes = storage::read_file(files, "/etc/os-release", bytes_max);
    const std::string_view text = bytes ? as_text(*bytes) : std::string_view();
    constexpr std::string_view key = "PRETTY_NAME=\"";
    const std::size_t begin = text.find(key);
    if (begin == std::string_view::npos)
        return "unknown";
    const std::string_view rest = text.substr(begin + key.size());
    return std::string(rest.substr(0, rest.find('"')));
}

Section versions() {
    Section section{"versions", ""};
    add_line(section, "staffroom " + std::string(node::version()));
    add_line(section, "system " + system_version());
    struct utsname about {};
    if (::uname(&about) == 0)
        add_line(
            section, "kernel " + std::string(about.release) + ", " + std::string(about.machine)
        );
    add_line(section, "processors " + std::to_string(std::thread::hardware_concurrency()));
    return section;
}

/// What is not a value that may be shown, is set or not. Settings that cannot be used are named.
Section settings(const fs::path& data) {
    Section section{"settings", ""};
    const auto read = read_settings_of(data);
    const auto* loaded = read ? std::get_if<node::LoadedConfig>(&*read) : nullptr;
    if (loaded == nullptr) {
        add_line(section, "cannot be used");
        return section;
    }
    for (const std::string& name : node::setting_names())
        if (loaded->origins.at(name) != node::SettingOrigin::built_in)
            add_line(section, name + " = " + shown_setting(loaded->values, name));
    add_line(section, "everything else as it is built in");
    return section;
}

/// What a data folder has of its own: which parts are there, and their rights.
Section data_folder(const fs::path& data) {
    constexpr std::array<const char*, 14> names{
        "",
        "keys",
        "identity",
        "staffroom.toml",
        "store",
        "store/index",
        "files",
        "index",
        "mark",
        "accounts",
        "texts",
        "backup.key",
        "restored",
        "restoring"};
    constexpr unsigned rights = 07777;
    Section section{"data folder", ""};
    for (const char* name : names) {
        struct stat facts {};
        if (::stat((data / name).c_str(), &facts) != 0)
            continue;
        std::array<char, 8> mode{};
        (void)std::snprintf(mode.data(), mode.size(), "%04o", facts.st_mode & rights);
        const bool is_ours = facts.st_uid == ::geteuid();
        add_line(
            section,
            std::string(*name == '\0' ? "." : name) + " " + mode.data() +
                (is_ours ? "" : " of another user")
        );
    }
    return section;
}

Section checks_of(const boost::json::array& checks) {
    Section section{"doctor", ""};
    for (const auto& check : checks)
        if (const auto shown = shown_check(check))
            add_line(section, *shown);
    return section;
}

Section checks_of_stopped(const fs::path& data) {
    boost::json::array checks;
    for (const Check& check : check_stopped_node(data))
        checks.push_back(boost::json::object{
            {"level", services::level_name(check.level)}, {"code", check.code}});
    return checks_of(checks);
}

Section counts(const boost::json::value& status) {
    Section section{"counts", ""};
    const auto& store = field_at(status, "store");
    add_line(section, "version of the node " + text_at(status, "version"));
    add_line(section, "running for " + std::to_string(count_at(status, "uptime_s")) + " s");
    add_line(section, "records " + std::to_string(count_at(store, "records")));
    add_line(section, "bytes of the store " + std::to_string(count_at(store, "bytes")));
    add_line(section, "networks " + std::to_string(list_at(status, "networks").size()));
    for (const auto& network : list_at(status, "networks"))
        add_line(
            section,
            "  one of " + counted(list_at(network, "schools").size(), "school") + ", " +
                counted(count_at(network, "records"), "record")
        );
    add_line(section, "neighbours " + std::to_string(list_at(status, "neighbours").size()));
    const auto& backup = field_at(status, "backup");
    add_line(section, "last backup " + std::to_string(count_at(backup, "last_ms")));
    return section;
}

Section trace(const boost::json::value& log) {
    Section section{"trace", ""};
    for (const auto& event : list_at(log, "events"))
        if (const auto shown = shown_event(event))
            add_line(section, *shown);
    return section;
}

/// Gathers what can be had. Failures: interrupted.
Outcome<std::vector<Section>> gather(const fs::path& data) {
    std::vector<Section> sections{versions(), settings(data), data_folder(data)};
    Client client(data);
    const auto status = client.get("/api/v1/status", patience);
    if (client.is_interrupted())
        return interrupted();
    if (!status) {
        sections.push_back(
            {"the node", "does not answer: " + std::string(exit_name(status.failure().exit)) + "\n"}
        );
        sections.push_back(checks_of_stopped(data));
        return sections;
    }
    sections.push_back(counts(*status));
    if (const auto doctor = client.get("/api/v1/doctor", patience))
        sections.push_back(checks_of(list_at(*doctor, "checks")));
    if (const auto metrics = client.get_text("/metrics", patience))
        sections.push_back({"metrics", shown_metrics(*metrics)});
    if (const auto log = client.get(std::string("/api/v1/log?limit=") + trace_lines, patience))
        sections.push_back(trace(*log));
    return sections;
}

std::string whole_text(const std::vector<Section>& sections) {
    std::string out =
        "A Staffroom node, for whoever helps. No name of a person or school, no word or title of a "
        "record,\nno address, key, code or token stands in it.\n";
    for (const Section& section : sections)
        out += "\n== " + section.name + "\n" + section.text;
    return out;
}

/// Makes a new file that only this user reads.
std::optional<Failure> write_bundle(const fs::path& path, const std::string& text) {
    constexpr mode_t private_file = 0600;
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, private_file);
    if (file < 0 && errno == EEXIST)
        return Failure{
            path.string() + " is there already.", "name a new file with -o.", ExitCode::failed};
    bool is_written = file >= 0;
    for (std::size_t done = 0; is_written && done < text.size();) {
        const ssize_t count = ::write(file, text.data() + done, text.size() - done);
        is_written = count > 0;
        done += is_written ? static_cast<std::size_t>(count) : 0;
    }
    if (file >= 0)
        is_written = ::close(file) == 0 && is_written;
    if (is_written)
        return std::nullopt;
    return Failure{
        path.string() + " cannot be written.",
        "name a file in a folder that you may write in, and that has room.",
        ExitCode::failed};
}

} // namespace

Outcome<ExitCode> run(const SupportCommand& command, const Options& options, Output& output) {
    const auto sections = gather(options.data);
    if (!sections)
        return sections.failure();
    const std::string text = whole_text(*sections);
    boost::json::array names;
    for (const Section& section : *sections)
        names.emplace_back(section.name);
    boost::json::object document{
        {"file", command.file.string()}, {"bytes", text.size()}, {"sections", std::move(names)}};
    if (options.dry_run) {
        document["dry_run"] = true;
        document["text"] = text;
        if (output.json())
            output.document(document);
        else
            output.block(text);
        return ExitCode::done;
    }
    if (!options.yes && !output.json())
        output.block(text);
    switch (ask_first(options, output, "Write this to " + command.file.string() + "?")) {
    case Consent::given: break;
    case Consent::refused:
        return Failure{
            "Nothing has been written.", "run it again when it is meant.", ExitCode::refused};
    case Consent::nobody_to_ask:
        return Failure{
            "Nobody was there to read it before it is written.",
            "look with --dry-run, then run `staffroom support -o FILE --yes`.",
            ExitCode::refused,
            "support.not-meant"};
    }
    if (auto failure = write_bundle(command.file, text))
        return *failure;
    if (output.json())
        output.document(document);
    else
        output.line(
            "Wrote " + command.file.string() + ", " + readable_bytes(text.size()) +
            ". Only you can read it; give it to whoever helps."
        );
    return ExitCode::done;
}

} // namespace staffroom::cli
