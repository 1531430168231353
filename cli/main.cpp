// staffroom, the command line: parse, dispatch, exit code. Nothing else.
#include "cli/commands/commands.hpp"
#include "node/base/environment.hpp"
#include "protocol/wire/codec_link.hpp"

#include <boost/json.hpp>
#include <sodium.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <clocale>
#include <csignal>
#include <iostream>
#include <system_error>

namespace staffroom::cli {
namespace {

bool is_colour_wanted(Colour colour, bool is_terminal) {
    if (colour != Colour::automatic)
        return colour == Colour::always;
    // https://no-color.org: set, not empty
    const bool is_refused = !node::environment_value("NO_COLOR").value_or("").empty();
    return is_terminal && !is_refused && node::environment_value("TERM").value_or("dumb") != "dumb";
}

/// Returns COLUMNS as POSIX has it, else the width that the terminal tells; 80 where neither does.
std::size_t columns_of(int descriptor) {
    constexpr std::size_t columns_otherwise = 80;
    constexpr std::size_t columns_max = 10'000;
    const std::string typed = node::environment_value("COLUMNS").value_or("");
    std::size_t columns = 0;
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), columns);
    if (error == std::errc() && end == typed.data() + typed.size() && columns > 0)
        return std::min(columns, columns_max);
    winsize size{};
    const bool is_known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return is_known ? size.ws_col : columns_otherwise;
}

Terminal terminal_of(int descriptor, const Options& options) {
    const bool is_terminal = ::isatty(descriptor) != 0;
    const bool is_coloured = is_colour_wanted(options.colour, is_terminal);
    if (!is_terminal || options.plain)
        return {false, 0, is_coloured};
    return {true, columns_of(descriptor), is_coloured};
}

/// Reports a failure. With --json a script finds the reason on stdout, where nothing else was
/// printed.
void report(const Failure& failure, bool on_stdout) {
    if (on_stdout)
        std::cout << json_line(failure_json(failure)) << std::endl;
    print_failure(std::cerr, failure);
}

/// Checks that everything was written: a full disk or a closed pipe behind stdout is a failure,
/// also for help.
ExitCode written_whole(ExitCode exit) {
    errno = 0;
    std::cout.flush();
    if (std::cout.good())
        return exit;
    const std::string why = errno == 0 ? "" : " (" + std::generic_category().message(errno) + ")";
    print_failure(
        std::cerr,
        {"What this command says could not be written" + why + ".",
         "look where its output goes, and whether there is space; then run it again.",
         ExitCode::failed}
    );
    return ExitCode::failed;
}

int carry_out(const Options& options) {
    Output output(
        std::cout,
        std::cerr,
        options.json,
        terminal_of(STDOUT_FILENO, options),
        terminal_of(STDERR_FILENO, options)
    );
    const auto outcome = std::visit(
        [&](const auto& command) { return run(command, options, output); }, options.command
    );
    if (!outcome) {
        report(outcome.failure(), options.json && !output.has_printed());
        return number(outcome.failure().exit);
    }
    return number(written_whole(*outcome));
}

int start(const std::vector<std::string>& arguments) {
    const auto parsed = parse_options(arguments);
    if (const auto* information = std::get_if<Information>(&parsed)) {
        std::cout << information->text;
        return number(written_whole(ExitCode::done));
    }
    if (const auto* failure = std::get_if<Failure>(&parsed)) {
        const bool wants_json =
            std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
        report(*failure, wants_json);
        return number(failure->exit);
    }
    return carry_out(std::get<Options>(parsed));
}

} // namespace
} // namespace staffroom::cli

int main(int argc, char** argv) {
    // Ctrl-C ends the process at once, with its own exit code, where no call to the node is under
    // way.
    std::signal(SIGINT, [](int) {
        ::_exit(staffroom::cli::number(staffroom::cli::ExitCode::interrupted));
    });
    // The locale decides only the width of characters on the terminal; nothing is sorted or written
    // by it.
    std::setlocale(LC_CTYPE, "C.UTF-8"); // NOLINT(concurrency-mt-unsafe): one thread yet
    if (::sodium_init() < 0)
        return staffroom::cli::number(staffroom::cli::ExitCode::failed);
    staffroom::wire::keep_protobuf_quiet();
    try {
        return staffroom::cli::start(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const std::exception& error) {
        staffroom::cli::print_failure(
            std::cerr,
            {std::string("Something unforeseen happened: ") + error.what(),
             "run `staffroom doctor`, and report this if it comes again.",
             staffroom::cli::ExitCode::failed}
        );
        return staffroom::cli::number(staffroom::cli::ExitCode::failed);
    }
}
