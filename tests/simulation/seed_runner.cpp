#include "tests/simulation/seed_runner.hpp"

#include "tests/simulation/storm.hpp"

#include <boost/json.hpp>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <sstream>

namespace staffroom::simulation {
namespace {

/// What a job's process tells the one that started it, also when it ends without a word.
struct Progress {
    std::uint64_t seed;
    std::uint64_t events; // of the run under way
};

std::string replay_command(const RunnerOptions& options, std::uint64_t seed, std::uint64_t event) {
    std::ostringstream command;
    command << "sim --seed " << seed << " --schools " << options.storm.schools << " --hours "
            << static_cast<double>(options.storm.span.count()) / 60;
    if (options.storm.scenario)
        command << " --scenario " << scenario_name(*options.storm.scenario);
    command << " --until " << event << " --trace";
    return command.str();
}

std::string failure_line(
    const RunnerOptions& options,
    std::uint64_t seed,
    std::uint64_t event,
    const Violation& violation
) {
    StormOptions storm = options.storm;
    storm.seed = seed;
    return "FAILED seed " + std::to_string(seed) + " (" + scenario_name(scenario_of(storm)) +
           ") at event " + std::to_string(event) + ": " + violation.property + ": " +
           violation.detail + ". Again: " + replay_command(options, seed, event);
}

boost::json::object to_json(std::uint64_t seed, const Outcome& outcome) {
    boost::json::object object{
        {"seed", seed},
        {"scenario", outcome.scenario},
        {"events", outcome.events},
        {"digest", outcome.digest},
        {"acknowledged", outcome.acknowledged},
        {"bytes_sent", outcome.bytes_sent},
        {"lower_bound", outcome.lower_bound}};
    if (outcome.violation)
        object["violation"] = outcome.violation->property + ": " + outcome.violation->detail;
    return object;
}

/// One seed. What it prints goes out in one piece, since other jobs print too.
bool run_seed(const RunnerOptions& options, std::uint64_t seed, Progress& progress) {
    StormOptions storm = options.storm;
    storm.seed = seed;
    progress = {seed, 0};
    storm.progress = &progress.events;
    Outcome outcome = run_storm(storm);
    if (options.is_twice && !outcome.violation) {
        const Outcome again = run_storm(storm);
        if (again.digest != outcome.digest)
            outcome.violation = {"same seed, same trace", again.digest + ", " + outcome.digest};
    }
    std::ostringstream text;
    if (options.is_json)
        text << to_json(seed, outcome) << "\n";
    else if (outcome.violation)
        text << failure_line(options, seed, outcome.events, *outcome.violation) << "\n";
    else if (options.seeds.first == options.seeds.last)
        text << "seed " << seed << " (" << outcome.scenario << "): " << outcome.events
             << " events, " << outcome.acknowledged << " acknowledged, " << outcome.bytes_sent
             << " bytes sent, lower bound " << outcome.lower_bound << ", trace "
             << outcome.digest.substr(0, 64) << "\n";
    std::cout << text.str() << std::flush;
    return !outcome.violation;
}

/// Seeds first, first + jobs, ... in this process. Ends it.
[[noreturn]] void work(const RunnerOptions& options, std::uint64_t first, Progress& progress) {
    bool is_well = true;
    for (std::uint64_t seed = first; seed <= options.seeds.last; seed += options.jobs)
        is_well = run_seed(options, seed, progress) && is_well;
    std::cout << std::flush;
    _exit(is_well ? 0 : 1);
}

pid_t begin(const RunnerOptions& options, std::uint64_t first, Progress& progress) {
    const pid_t child = fork();
    if (child == 0)
        work(options, first, progress);
    return child;
}

} // namespace

int run_seeds(const RunnerOptions& options) {
    void* shared = mmap(
        nullptr,
        sizeof(Progress) * options.jobs,
        PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS,
        -1,
        0
    );
    if (shared == MAP_FAILED)
        return 1;
    auto* progress = static_cast<Progress*>(shared);
    std::map<pid_t, std::size_t> children;
    for (std::size_t job = 0; job < options.jobs; ++job) {
        const std::uint64_t first = options.seeds.first + job;
        if (first <= options.seeds.last)
            children.emplace(begin(options, first, progress[job]), job);
    }
    bool is_well = true;
    while (!children.empty()) {
        int status = 0;
        const pid_t ended = wait(&status);
        if (ended < 0)
            return 1;
        auto node = children.extract(ended);
        if (node.empty())
            continue;
        is_well = is_well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (WIFEXITED(status))
            continue;
        // A node broke its own rules: that seed has failed, the job goes on behind it.
        const std::size_t job = node.mapped();
        const Progress at = progress[job];
        std::cout << failure_line(
                         options,
                         at.seed,
                         at.events,
                         {"no node ends by itself", "signal " + std::to_string(WTERMSIG(status))}
                     )
                  << std::endl;
        if (at.seed + options.jobs <= options.seeds.last)
            children.emplace(begin(options, at.seed + options.jobs, progress[job]), job);
    }
    const std::uint64_t count = options.seeds.last - options.seeds.first + 1;
    if (is_well && !options.is_json && count > 1)
        std::cout << count << " seeds, 0 violations" << std::endl;
    return is_well ? 0 : 1;
}

} // namespace staffroom::simulation
