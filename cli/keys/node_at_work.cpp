#include "cli/keys/node_at_work.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

namespace staffroom::cli {

namespace {

constexpr std::chrono::minutes ready_time_max{30}; // a damaged store is salvaged first
constexpr std::size_t words_bytes_max = 65'536;    // of what a child says before it is ready

struct Child {
    int process = 0;
    int words = -1; // what it says on both its streams
};

/// The program beside this one; else its name alone, for PATH.
std::string node_program() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto beside = self.parent_path() / "staffroomd";
    return !error && std::filesystem::exists(beside, error) ? beside.string() : "staffroomd";
}

/// Runs in the child between fork and exec: system calls only.
[[noreturn]] void
become_node(int words, int parent, const char* program, std::array<const char*, 4> arguments) {
    // Without its command it is of no use, and the folder has to be free at once for the next try;
    // what it has acknowledged survives that.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == parent && ::dup2(words, STDOUT_FILENO) >= 0 &&
        ::dup2(words, STDERR_FILENO) >= 0) {
        std::array<char*, 4> own{};
        for (std::size_t i = 0; i < own.size(); ++i)
            own.at(i) = const_cast<char*>(arguments.at(i)); // NOLINT: execvp writes to none of them
        ::execvp(program, own.data());
    }
    ::_exit(127);
}

std::optional<Child> start_child(const std::filesystem::path& folder) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    const std::string program = node_program();
    const std::string data = folder.string();
    const int self = ::getpid();
    const int process = ::fork();
    if (process == 0)
        become_node(
            pipe[1], self, program.c_str(), {"staffroomd", "--data", data.c_str(), nullptr}
        );
    ::close(pipe[1]);
    if (process < 0) {
        ::close(pipe[0]);
        return std::nullopt;
    }
    return Child{process, pipe[0]};
}

void end_child(int process) {
    ::kill(process, SIGTERM);
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
}

/// Returns the line behind `mark`, which begins a line of `words`.
std::string line_after(const std::string& words, const std::string& mark) {
    std::size_t at = words.rfind("\n" + mark);
    at = at == std::string::npos && words.rfind(mark, 0) == 0 ? 0 : at;
    if (at == std::string::npos)
        return {};
    at = words.find(mark, at) + mark.size();
    return words.substr(at, words.find('\n', at) - at);
}

/// Returns what a child that has ended said of itself.
Failure why_no_node(const std::string& words) {
    const std::string sentence = line_after(words, "staffroomd: ");
    const std::string next = line_after(words, "Next: ");
    if (sentence.empty() || next.empty())
        return {
            "staffroomd could not be started for this folder.",
            "see that the program staffroomd stands beside staffroom, then run the command again.",
            ExitCode::failed};
    return {sentence, next, ExitCode::failed};
}

/// Reads until the child is ready; else the reason why it is not.
std::optional<Failure> wait_until_ready(const Child& child, Client& client) {
    std::string words;
    std::array<char, 4096> piece{};
    const auto until = std::chrono::steady_clock::now() + ready_time_max;
    while (std::chrono::steady_clock::now() < until && words.size() < words_bytes_max) {
        if (client.is_interrupted())
            return interrupted();
        pollfd waiting{child.words, POLLIN, 0};
        constexpr int look_again_ms = 200;
        if (::poll(&waiting, 1, look_again_ms) <= 0)
            continue;
        const auto count = ::read(child.words, piece.data(), piece.size());
        if (count <= 0)
            return why_no_node(words);
        words.append(piece.data(), static_cast<std::size_t>(count));
        if (words.rfind("ready ", 0) == 0 || words.find("\nready ") != std::string::npos)
            return std::nullopt;
    }
    return Failure{
        "staffroomd was not ready in time.",
        "run `staffroom doctor` to see what is wrong.",
        ExitCode::failed};
}

} // namespace

Outcome<std::unique_ptr<NodeAtWork>> NodeAtWork::find_or_start(Client& client) {
    const auto running = client.get("/api/v1/identity");
    if (running)
        return std::unique_ptr<NodeAtWork>(new NodeAtWork(0));
    if (running.failure().exit != ExitCode::node_not_running)
        return running.failure();
    const auto child = start_child(client.folder());
    if (!child)
        return why_no_node({});
    auto failure = wait_until_ready(*child, client);
    // It keeps quiet from here on: nobody reads, and a node does not mind that.
    ::close(child->words);
    if (!failure)
        return std::unique_ptr<NodeAtWork>(new NodeAtWork(child->process));
    end_child(child->process);
    return *failure;
}

NodeAtWork::~NodeAtWork() {
    if (is_child())
        end_child(child_);
}

} // namespace staffroom::cli
