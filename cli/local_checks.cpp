#include "cli/local_checks.hpp"

#include "cli/failure.hpp"
#include "cli/text_file.hpp"
#include "node/config.hpp"
#include "storage/node_folder.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace staffroom::cli {

namespace {

Check good(std::string code, std::string sentence) {
    return {std::move(code), true, std::move(sentence), {}};
}

Check bad(std::string code, const Failure& failure) {
    return {std::move(code), false, failure.sentence, failure.next};
}

Check check_folder(const std::filesystem::path& folder) {
    const auto opened = storage::open_node_folder(folder);
    if (!opened)
        return bad("folder.keys", failure_from_error(opened.error(), "open the data folder"));
    if (opened->keys_exposed)
        return {
            "folder.keys",
            false,
            "Other users of this machine can read " + storage::keys_path(folder).string() + ".",
            "run `chmod 600 " + storage::keys_path(folder).string() + "`."};
    return good("folder.keys", "The folder holds a school; its keys and identity fit together.");
}

Check check_disk(const std::filesystem::path& folder) {
    const auto written = storage::check_writable(folder);
    if (!written)
        return bad("folder.writable", failure_from_error(written.error(), "write to the folder"));
    return good("folder.writable", "The folder can be written to.");
}

/// The keys' date is the one moment in the past that a stopped node can be sure of.
Check check_clock(const std::filesystem::path& folder) {
    std::error_code error;
    const auto made = std::filesystem::last_write_time(storage::keys_path(folder), error);
    const auto now = std::filesystem::file_time_type::clock::now();
    constexpr auto a_day = std::chrono::hours(24);
    constexpr auto long_ago = std::chrono::hours(24 * 365 * 30);
    if (!error && (now + a_day < made || made + long_ago < now))
        return {
            "clock",
            false,
            "This machine's clock is far from the date on which the school was made.",
            "set the clock; records keep their order, but their dates will read wrongly."};
    return good("clock", "The clock is plausible.");
}

struct AddressListDeleter {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

/// Whether `address` can be listened on at this moment; empty, or why not.
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
        return std::strerror(errno);
    const int yes = 1; // as the node does: a connection that has just ended does not hold the port
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool is_free = ::bind(socket, list->ai_addr, list->ai_addrlen) == 0;
    const std::string why = is_free ? std::string() : std::strerror(errno);
    ::close(socket);
    return why;
}

Check check_port(const std::string& code, const std::string& setting, const std::string& address) {
    const auto why = why_not_listening(address);
    if (!why.empty())
        return {
            code,
            false,
            "The address " + address + " of " + setting + " cannot be used: " + why + ".",
            "stop what uses that port, or choose another one in staffroom.toml."};
    return good(code, "The address " + address + " of " + setting + " is free.");
}

/// The settings as the node would read them at its start.
Outcome<node::Config> read_settings(const std::filesystem::path& path) {
    constexpr std::size_t settings_bytes_max = 1U << 20U;
    const auto text = read_bytes(path, settings_bytes_max);
    if (!text)
        return text.failure();
    const auto environment = [](const std::string& name) {
        const char* value = std::getenv(name.c_str());
        return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
    };
    auto loaded = node::load_config(*text, path.string(), environment);
    if (!loaded)
        return Failure{
            loaded.error().detail,
            "correct that line; an empty file works as well.",
            ExitCode::bad_configuration};
    return std::move(loaded->values);
}

} // namespace

std::vector<Check> check_stopped_node(const std::filesystem::path& folder) {
    std::vector<Check> checks;
    checks.push_back(check_folder(folder));
    if (!storage::is_node_folder(folder))
        return checks;
    checks.push_back(check_disk(folder));
    checks.push_back(check_clock(folder));
    const auto settings = read_settings(storage::settings_path(folder));
    if (!settings) {
        checks.push_back(bad("settings", settings.failure()));
    } else {
        checks.push_back(good("settings", "The settings can be read."));
        checks.push_back(check_port("port.listen", "node.listen", settings->listen));
        checks.push_back(check_port("port.web", "node.web", settings->web));
    }
    checks.push_back(
        {"node.running",
         false,
         "The node is not running.",
         "start it with `staffroomd --data " + folder.string() + "`."}
    );
    return checks;
}

} // namespace staffroom::cli
