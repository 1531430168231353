#include "cli/settings/local_checks.hpp"

#include "cli/output/failure.hpp"
#include "cli/output/output.hpp"
#include "cli/settings/folder_owner.hpp"
#include "cli/settings/settings_file.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/files/overlay_files.hpp"
#include "storage/files/posix_files.hpp"
#include "storage/store/store.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace staffroom::cli {

namespace {

using services::faulty;
using services::healthy;

Check bad(std::string code, const Failure& failure) {
    return faulty(std::move(code), failure.sentence, failure.next);
}

/// Checks the folder itself: that there is one, and that its keys and identity are whole.
Check check_folder(const std::filesystem::path& folder) {
    const auto opened = storage::open_node_folder(folder);
    if (opened)
        return healthy(
            "folder.keys", "The folder holds a school; its keys and identity fit together."
        );
    if (const auto half = check_whole_folder(folder))
        return bad(half->code, *half);
    if (opened.error().code == Errc::not_found)
        return bad(
            "folder.missing", failure_of_folder(opened.error(), folder, "open the data folder")
        );
    if (opened.error().code == Errc::unknown_version)
        return bad("folder.newer", failure_from_error(opened.error(), "open the data folder"));
    if (opened.error().code == Errc::corrupt)
        return faulty(
            "folder.keys",
            opened.error().detail,
            "put `keys` and `identity` back from a backup of " + folder.string() + "."
        );
    return bad("folder.unreadable", failure_from_error(opened.error(), "open the data folder"));
}

/// Checks the store, opened as the node would open it. Never as another user, to whose new files
/// the node could not write.
Check check_store(const std::filesystem::path& folder) {
    const auto path = storage::store_path(folder);
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return healthy("store.damaged", "The node has not started yet: there is no store.");
    if (facts.st_uid != ::geteuid())
        return healthy("store.damaged", "The store belongs to another user and was not looked at.");
    storage::PosixFileSystem files;
    // A look changes nothing, and works where nothing can be written.
    storage::OverlayFileSystem overlay(files);
    const auto store = storage::Store::open(overlay, path.string());
    if (store) {
        const auto damaged = (*store)->damaged_bodies();
        const auto count = damaged ? damaged->size() : 0;
        if (count == 0)
            return healthy("store.damaged", "The store opens.");
        return faulty(
            "store.places-damaged",
            counted(count, "text") + " here " + (count == 1 ? "is" : "are") +
                " damaged and will be fetched again.",
            "start staffroomd where a neighbour can be reached."
        );
    }
    const Errc why = store.error().code;
    if (why == Errc::in_use)
        return faulty(
            "store.in-use",
            "Another process holds the store in " + path.string() + ".",
            "stop the staffroomd that runs with this folder, then start it again."
        );
    if (why == Errc::unknown_version)
        return faulty(
            "store.newer",
            "The store in " + path.string() + " was made by a newer version of Staffroom.",
            "install that version, or a newer one; nothing has been changed."
        );
    if (why == Errc::corrupt || why == Errc::malformed)
        return faulty(
            "store.damaged",
            "The store in " + path.string() + " is damaged.",
            "start staffroomd: it sets the store aside, keeps what is good and fetches the rest."
        );
    return bad("store.unreadable", failure_from_error(store.error(), "open the store"));
}

struct AddressListDeleter {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

/// Returns why `address` cannot be listened on at this moment; empty: it can.
std::string why_not_listening(const std::string& address) {
    const auto colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    const std::string port = address.substr(colon + 1);
    if (host.size() > 2 && host.front() == '[')
        host = host.substr(1, host.size() - 2);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0)
        return ::gai_strerror(code);
    const std::unique_ptr<addrinfo, AddressListDeleter> list(found);
    const int socket = ::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return std::generic_category().message(errno);
    const int yes = 1; // as the node does: a connection that has just ended does not hold the port
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool is_free = ::bind(socket, list->ai_addr, list->ai_addrlen) == 0;
    std::string why = is_free ? std::string() : std::generic_category().message(errno);
    ::close(socket);
    return why;
}

Check check_port(const std::string& code, const std::string& setting, const std::string& address) {
    const auto why = why_not_listening(address);
    if (!why.empty())
        return faulty(
            code,
            "The address " + address + " of " + setting + " cannot be used: " + why + ".",
            "stop what uses that port, or choose another one in staffroom.toml."
        );
    return healthy(code, "The address " + address + " of " + setting + " is free.");
}

/// Checks the settings, and the ports that they name. The disk's floor is one of the settings.
void check_settings(const std::filesystem::path& folder, std::vector<Check>& checks) {
    const auto read = read_settings_of(folder);
    const auto* loaded = read ? std::get_if<node::LoadedConfig>(&*read) : nullptr;
    const auto settings = loaded != nullptr ? loaded->values : node::Config{};
    for (auto& check :
         services::check_folder_files(folder, static_cast<std::uint64_t>(settings.disk_low_mib)))
        checks.push_back(std::move(check));
    if (loaded == nullptr) {
        const auto failure =
            read ? failure_from_trouble(std::get<node::ConfigTrouble>(*read)) : read.failure();
        checks.push_back(bad("settings.unreadable", failure));
        return;
    }
    checks.push_back(healthy("settings.unreadable", "The settings can be read."));
    checks.push_back(check_port("port.listen", "node.listen", settings.listen));
    checks.push_back(check_port("port.web", "node.web", settings.web));
    if (!settings.https_listen.empty())
        checks.push_back(check_port("port.https", "https.listen", settings.https_listen));
}

} // namespace

std::vector<Check> check_stopped_node(const std::filesystem::path& folder) {
    std::vector<Check> checks;
    checks.push_back(check_folder(folder));
    if (!storage::is_node_folder(folder) || check_whole_folder(folder))
        return checks;
    check_settings(folder, checks);
    checks.push_back(check_store(folder));
    checks.push_back(faulty(
        "node.running",
        "The node is not running.",
        "start it with `staffroomd --data " + folder.string() + "`."
    ));
    return checks;
}

} // namespace staffroom::cli
