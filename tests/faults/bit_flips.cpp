#include "tests/faults/bit_flips.hpp"

#include "protocol/base/ensure.hpp"
#include "storage/store/scrub.hpp"

#include <random>

namespace staffroom::faults {
namespace {

using std::chrono::seconds;

constexpr std::size_t troubles_listed_max = 20;
constexpr int rounds_max = 6; // starts and daily rounds until the damage must be gone
constexpr std::uint64_t round_step_bytes = 20'000; // a few entries: every round pauses often

/// The damaged node from its start to the end of its healing.
class Healing {
public:
    Healing(
        const Schools& schools,
        const Ledger& ledger,
        tests::TornFileSystem& first,
        tests::TornFileSystem& second
    )
        : ledger_(ledger)
        , scene_(schools, first, second) {}

    HealReport run(bool is_same_boot) {
        for (const std::size_t index : {tested, neighbour})
            scene_.node(index).keeps_ledger = false;
        bool is_gone = false;
        const auto started = scene_.resume(is_same_boot, [&] {
            look_for_wrong_values();
            is_gone = has_lost_file_ || !missing().empty();
        });
        if (!started) {
            report_.trouble = "does not open: " + started.error().detail;
            report_.is_unhealed = true;
            return report_;
        }
        note(*started);
        report_.was_harmless = !is_gone;
        for (int round = 0; round < rounds_max && report_.trouble.empty(); ++round) {
            look_after();
            if (scene_.town().run_until([&] { return is_whole(); }, seconds(30)))
                break;
        }
        look_for_wrong_values();
        const std::string left = missing();
        report_.is_unhealed = !left.empty() || !scene_.is_same();
        report_.is_undetected = is_gone && !is_announced_;
        report_.was_salvaged = was_salvaged_;
        if (report_.trouble.empty() && report_.is_unhealed)
            report_.trouble = "not healed: " + (left.empty() ? "the two differ" : left);
        if (report_.trouble.empty() && report_.is_undetected)
            report_.trouble = "nothing said that something was gone";
        return report_;
    }

private:
    void note(const Started& started) {
        was_salvaged_ = was_salvaged_ || started.salvaged.has_value();
        is_announced_ = is_announced_ || started.salvaged;
    }

    /// As the daemon does it once a day, and whenever the store says that it is damaged.
    void look_after() {
        Node& node = scene_.node(tested);
        storage::Scrub round(node.store(), node.files());
        while (!round.step(round_step_bytes)) {
        }
        const storage::ScrubReport& care = round.report();
        if (care.trouble) {
            report_.trouble = "the daily round failed: " + care.trouble->detail;
            return;
        }
        is_announced_ = is_announced_ || care.damaged > 0 || care.files_damaged > 0 ||
                        !care.fetch_again.empty() || care.needs_salvage || node.is_damaged();
        if (care.needs_salvage || node.is_damaged()) {
            auto started = scene_.reopen(true, true);
            if (!started)
                report_.trouble = "does not open again: " + started.error().detail;
            else
                note(*started);
            return;
        }
        for (const auto& [log, position] : care.fetch_again)
            static_cast<void>(scene_.town().command(tested, replica::FetchFiles{log, position}));
    }

    bool is_whole() { return scene_.is_same() && missing().empty(); }

    std::string missing() {
        Node& node = scene_.node(tested);
        if (!node.is_running())
            return "the node does not run";
        for (const auto& [name, content] : ledger_.files) {
            if (!node.files().holds(name))
                return "an attached file is not here";
        }
        return ledger_.store.absent(node.store());
    }

    void look_for_wrong_values() {
        for (const std::size_t index : {tested, neighbour}) {
            Node& node = scene_.node(index);
            if (!node.is_running())
                continue;
            const std::string wrong = index == tested ? ledger_.store.wrong_value(node.store())
                                                      : ledger_.store.absent(node.store());
            if (!wrong.empty())
                call_wrong(wrong);
            // On a copy: whoever reads a damaged file sets it aside, and the round is to find it.
            const auto copy = scene_.disk(index).clone();
            auto files = storage::AttachmentStore::open(*copy, "/disk/files");
            for (const auto& [name, content] : ledger_.files) {
                const auto read =
                    files ? (*files)->read(name) : Result<Bytes>(fail(Errc::io_error));
                if (read && *read != content)
                    call_wrong("another content of an attached file");
                has_lost_file_ = has_lost_file_ || (!read && index == tested);
            }
        }
    }

    void call_wrong(const std::string& what) {
        report_.is_wrong = true;
        report_.trouble = "wrong: " + what;
    }

    const Ledger& ledger_;
    Scene scene_;
    HealReport report_;
    bool is_announced_ = false;
    bool was_salvaged_ = false;
    bool has_lost_file_ = false; // damaged, whether anybody has noticed or not
};

} // namespace

HeldByBoth make_held_by_both(const Schools& schools, std::size_t steps) {
    HeldByBoth held{{}, std::make_unique<tests::TornFileSystem>(), nullptr};
    held.second = std::make_unique<tests::TornFileSystem>();
    Scene scene(schools, *held.first, *held.second);
    scene.found();
    for (std::size_t i = 0; i < steps; ++i)
        ensure(scene.step(i));
    ensure(scene.town().run_until([&] { return scene.is_same(); }, seconds(60)));
    held.ledger = scene.node(tested).ledger;
    for (const auto& [name, content] : scene.node(neighbour).ledger.files)
        held.ledger.files.emplace(name, content);
    return held;
}

HealReport heal_after(
    const Schools& schools,
    const HeldByBoth& held,
    const std::function<void(tests::TornFileSystem&)>& change,
    bool is_same_boot
) {
    const auto first = held.first->clone();
    const auto second = held.second->clone();
    change(*first);
    return Healing(schools, held.ledger, *first, *second).run(is_same_boot);
}

FlipReport run_bit_flips(const FlipOptions& options) {
    const Schools schools(1000 + options.seed);
    const HeldByBoth held = make_held_by_both(schools, options.steps);
    std::vector<std::string> paths;
    for (const std::string& path : held.first->files()) {
        if (held.first->bytes_of(path) > 0)
            paths.push_back(path);
    }
    FlipReport report;
    for (std::uint64_t i = 0; i < options.places; ++i) {
        if (options.only && *options.only != i)
            continue;
        std::mt19937_64 random(options.seed * 1'000'003 + i);
        // Small files as often as large ones: the smallest are those that everything hangs on.
        const std::string& path = paths[i % paths.size()];
        const std::uint64_t bit = random() % (held.first->bytes_of(path) * 8);
        const HealReport one = heal_after(
            schools,
            held,
            [&](tests::TornFileSystem& disk) { disk.flip_bit(path, bit); },
            random() % 2 == 0
        );
        ++report.places;
        report.wrong += one.is_wrong ? 1U : 0U;
        report.undetected += one.is_undetected ? 1U : 0U;
        report.unhealed += one.is_unhealed ? 1U : 0U;
        report.harmless += one.was_harmless ? 1U : 0U;
        report.salvaged += one.was_salvaged ? 1U : 0U;
        if (!one.trouble.empty() && report.troubles.size() < troubles_listed_max)
            report.troubles.push_back(
                "flip " + std::to_string(i) + ", bit " + std::to_string(bit) + " of " + path +
                ": " + one.trouble
            );
    }
    return report;
}

} // namespace staffroom::faults
