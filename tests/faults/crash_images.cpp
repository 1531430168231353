#include "tests/faults/crash_images.hpp"

#include "protocol/base/ensure.hpp"

#include <numeric>
#include <random>

namespace staffroom::faults {
namespace {

constexpr std::size_t troubles_listed_max = 20;
constexpr std::uint64_t second_crash_operations = 60; // about what opening takes

enum class Ending { killed, power_cut, disk_pulled };

/// Everything about image `number` follows from it and the seed.
struct ImagePlan {
    std::uint64_t operation;
    std::uint64_t seed;
    Ending ending;
    bool crashes_again; // while it is opened
    bool is_cut_at_end; // the power goes once more after it was written to
};

ImagePlan plan_of(std::uint64_t number, std::uint64_t seed, std::uint64_t operations) {
    std::mt19937_64 random(seed * 1'000'003 + number);
    // Neighbouring numbers lie far apart, and all operations are visited before any a second time.
    std::uint64_t stride = operations * 5 / 8 | 1U;
    while (std::gcd(stride, operations) != 1)
        stride += 2;
    const auto kind = random() % 8;
    const auto extra = random() % 4;
    return {
        (number % operations) * stride % operations,
        random(),
        kind < 5   ? Ending::power_cut
        : kind < 7 ? Ending::killed
                   : Ending::disk_pulled,
        extra == 0,
        extra == 1};
}

/// One image from its restart to the verdict.
class ImageCheck {
public:
    ImageCheck(const Identity& identity, tests::TornFileSystem& disk, const ImagePlan& plan)
        : disk_(disk)
        , plan_(plan)
        , node_(identity, "first:1")
        , town_({&node_}) {
        node_.keeps_ledger = false; // until it is known what was there
    }

    /// Empty when all is well.
    std::string run(const Ledger& before, const std::string& boot, CrashReport& report) {
        node_.ledger = before;
        boot_ = boot;
        end(plan_.ending, plan_.seed);
        if (plan_.crashes_again)
            crash_while_opening();
        auto trouble = reopen(report);
        if (trouble.empty())
            trouble = write_on(report);
        if (trouble.empty() && plan_.is_cut_at_end) {
            town_.stop(0);
            node_.keeps_ledger = false;
            end(Ending::power_cut, plan_.seed + 2);
            trouble = reopen(report);
        }
        report.second_heads += node_.ledger.second_heads > 0 ? 1U : 0U;
        return trouble.empty() && node_.ledger.second_heads > 0 ? "a second head" : trouble;
    }

private:
    void end(Ending ending, std::uint64_t seed) {
        if (ending == Ending::killed)
            return;
        // The run folder is memory: it survives a pulled disk and no power cut.
        const auto mark = storage::read_file(disk_, run_mark, storage::mark_bytes_max);
        disk_.crash(seed);
        if (ending == Ending::power_cut) {
            boot_ += "+";
            return;
        }
        if (mark && disk_.create_directory(storage::parent_directory(run_mark)))
            static_cast<void>(storage::replace_file(disk_, run_mark, *mark));
    }

    void crash_while_opening() {
        const std::uint64_t at = disk_.operations() + plan_.seed % second_crash_operations;
        disk_.fail_from(at, Errc::io_error);
        static_cast<void>(node_.start({disk_, boot_, plan_.seed}));
        node_.stop();
        disk_.heal();
        end(plan_.ending, plan_.seed + 1);
    }

    std::string reopen(CrashReport& report) {
        auto started = node_.start({disk_, boot_, plan_.seed + 3});
        if (!started) {
            ++report.refused;
            return "does not open: " + started.error().detail;
        }
        report.salvaged += started->salvaged ? 1U : 0U;
        bool with_next = false;
        std::string text = node_.ledger.settle(node_.store(), with_next);
        report.whole_next += with_next ? 1U : 0U;
        if (text.empty())
            text = check_files();
        if (!text.empty()) {
            ++report.lost;
            report.silent += started->salvaged ? 0U : 1U;
            return text;
        }
        note_heads();
        node_.keeps_ledger = true;
        return {};
    }

    std::string check_files() {
        for (const auto& [name, content] : node_.ledger.files) {
            const auto read = node_.files().read(name);
            if (!read || *read != content)
                return "an attached file is lost";
        }
        return {};
    }

    /// What stands in the store is what a neighbour would be offered.
    void note_heads() {
        const auto image = node_.store().load_image();
        if (!image)
            return;
        for (const replica::LogState& log : image->logs) {
            if (log.descriptor.school == node_.school())
                node_.ledger.head_left(log.head);
        }
    }

    /// Publishing goes on in every network, without anybody's help.
    std::string write_on(CrashReport& report) {
        town_.wake(0);
        replica::PublishRecords command;
        for (const auto& network : node_.replica().networks())
            command.drafts.push_back(make_draft(network.network, node_.random(), 200, nullptr));
        replica::CommandBody body = std::move(command);
        if (node_.replica().networks().empty())
            body = replica::CreateNetwork{"Later", "talk", "Be kind."};
        const auto reply = town_.command(0, std::move(body));
        if (!reply) {
            ++report.refused;
            return "takes no new record: " + reply.error().detail;
        }
        note_heads();
        bool with_next = false;
        auto text = node_.ledger.difference(node_.store(), with_next);
        report.lost += text.empty() ? 0U : 1U;
        return text.empty() ? text : "after writing on: " + text;
    }

    tests::TornFileSystem& disk_;
    const ImagePlan& plan_;
    Node node_;
    Town town_;
    std::string boot_;
};

std::uint64_t run_workload(
    const Schools& schools,
    std::size_t steps,
    const std::function<void(Scene&, std::uint64_t, const tests::TornFileSystem::Fork&)>& at
) {
    tests::TornFileSystem first;
    tests::TornFileSystem second;
    Scene scene(schools, first, second);
    if (at)
        first.watch([&](std::uint64_t operation, const auto& fork) { at(scene, operation, fork); });
    scene.found();
    for (std::size_t i = 0; i < steps; ++i)
        ensure(scene.step(i));
    first.watch({});
    return first.operations();
}

} // namespace

CrashReport run_crash_images(const CrashOptions& options) {
    const Schools schools(options.seed);
    CrashReport report;
    report.operations = run_workload(schools, options.steps, {});
    std::multimap<std::uint64_t, std::uint64_t> planned; // operation -> image
    for (std::uint64_t i = 0; i < options.images; ++i) {
        if (!options.only || *options.only == i)
            planned.emplace(plan_of(i, options.seed, report.operations).operation, i);
    }
    const auto check = [&](Scene& scene, std::uint64_t operation, const auto& fork) {
        for (auto [at, end] = planned.equal_range(operation); at != end; ++at) {
            const ImagePlan plan = plan_of(at->second, options.seed, report.operations);
            const auto disk = fork();
            const auto trouble = ImageCheck(schools.first, *disk, plan)
                                     .run(scene.node(tested).ledger, scene.boot_id(), report);
            ++report.images;
            if (!trouble.empty() && report.troubles.size() < troubles_listed_max)
                report.troubles.push_back(
                    "image " + std::to_string(at->second) + " at operation " +
                    std::to_string(operation) + ": " + trouble
                );
        }
    };
    run_workload(schools, options.steps, check);
    return report;
}

} // namespace staffroom::faults
