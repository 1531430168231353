// Runs seeds: storms, checked. A failing seed says what failed, where, and how to see it again.
// Each job is a process of its own, so that a node that ends itself (ensure) is a failure of its
// seed and no more.
#include "protocol/wire/codec_link.hpp"
#include "tests/simulation/seed_runner.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>

namespace staffroom::simulation {
namespace {

/// "7" or "1..200". Nothing when it is neither.
std::optional<SeedRange> parse_range(const std::string& text) {
    const std::size_t dots = text.find("..");
    const auto number = [](const std::string& digits) -> std::optional<std::uint64_t> {
        std::uint64_t value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        const bool is_whole = error == std::errc() && end == digits.data() + digits.size();
        return is_whole ? std::optional(value) : std::nullopt;
    };
    const auto first = number(text.substr(0, dots));
    const auto last = dots == std::string::npos ? first : number(text.substr(dots + 2));
    if (!first || !last || *last < *first)
        return std::nullopt;
    return SeedRange{*first, *last};
}

int run(int argc, char** argv) {
    CLI::App app{"Storms over schools: real replicas on torn disks and bad lines, from seeds."};
    std::string seeds = "1..200";
    double hours = 2;
    RunnerOptions options;
    std::uint64_t until = 0;
    app.add_option("--seeds,--seed", seeds, "one seed, or FIRST..LAST")->capture_default_str();
    app.add_option("--schools", options.storm.schools, "schools in a storm, 5 to 200")
        ->check(CLI::Range(5, 200))
        ->capture_default_str();
    app.add_option("--hours", hours, "virtual hours of storm")
        ->check(CLI::Range(0.1, 1000.0))
        ->capture_default_str();
    app.add_option("--jobs", options.jobs, "seeds at a time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    std::string scenario;
    app.add_option("--scenario", scenario, "instead of the one that the seed means");
    app.add_option("--until", until, "stop at this event");
    app.add_flag("--trace", options.storm.is_shown, "one line an event on standard error");
    app.add_flag("--twice", options.is_twice, "run each seed twice; the traces must be equal");
    app.add_flag("--json", options.is_json, "one JSON object a seed");
    CLI11_PARSE(app, argc, argv);
    const auto range = parse_range(seeds);
    if (!range) {
        std::cerr << "sim: --seeds takes a number or FIRST..LAST\n";
        return 2;
    }
    options.seeds = *range;
    options.storm.span = std::chrono::minutes(static_cast<std::int64_t>(hours * 60));
    if (until > 0)
        options.storm.until = until;
    for (std::size_t i = 0; i < scenario_count && !scenario.empty(); ++i) {
        if (scenario_name(static_cast<Scenario>(i)) == scenario)
            options.storm.scenario = static_cast<Scenario>(i);
    }
    if (!scenario.empty() && !options.storm.scenario) {
        std::cerr << "sim: no scenario is called " << scenario << "\n";
        return 2;
    }
    return run_seeds(options);
}

} // namespace
} // namespace staffroom::simulation

int main(int argc, char** argv) {
    staffroom::wire::keep_protobuf_quiet();
    return staffroom::simulation::run(argc, argv);
}
