// Lets the Nth operation of the disk fail, for every N, and all from the Nth on: in the middle of a
// node's day, with a neighbour that writes too.
#include "protocol/wire/codec_records.hpp"
#include "tests/faults/bit_flips.hpp"

#include <catch2/catch.hpp>

namespace staffroom::faults {
namespace {

using std::chrono::seconds;

enum class Failing { once, until_healed };

struct Outcome {
    std::string trouble{};
    bool was_reached = false;
    std::size_t refusals = 0;
};

class Day {
public:
    Day(const Schools& schools, const HeldByBoth& held)
        : first_(held.first->clone())
        , second_(held.second->clone())
        , scene_(schools, *first_, *second_) {
        scene_.node(tested).ledger = held.ledger;
        scene_.node(neighbour).keeps_ledger = false;
    }

    Outcome run(std::uint64_t operation, Failing failing, Errc code) {
        const std::uint64_t at = first_->operations() + operation;
        if (failing == Failing::once)
            first_->fail_once(at, code);
        else
            first_->fail_from(at, code);
        take(start(scene_.resume(true)));
        for (std::size_t i = 0; i < 8 && outcome_.trouble.empty(); ++i) {
            if (failing == Failing::once && !scene_.node(tested).is_running())
                take(start(scene_.reopen(true)));
            take(act(i));
            check_store("step " + std::to_string(i));
        }
        outcome_.was_reached = first_->operations() > at;
        first_->heal();
        go_on();
        return outcome_;
    }

private:
    bool act(std::size_t step) {
        if (!scene_.node(tested).is_running())
            return false;
        switch (step) {
        case 0: return scene_.publish(tested, 2);
        case 1: return scene_.publish(neighbour, 2);
        case 2: return scene_.attach(tested, make_file(700, 71));
        case 3: return scene_.attach(neighbour, make_file(66'000, 72));
        case 4: {
            const auto profile = wire::encode_profile({"Another name", "", {}, "", ""});
            return scene_.town().command(
                                    tested, replica::SetProfile{*profile, {"first:1"}}
            ).has_value();
        }
        case 5: return scene_.publish(tested, 1);
        case 6: return start(scene_.reopen(true));
        default: return scene_.publish(tested, 1);
        }
    }

    bool start(const Result<Started>& started) {
        if (started && !started->difference.empty())
            call("at a start: " + started->difference);
        return started.has_value();
    }

    void take(bool is_well) {
        outcome_.refusals += is_well ? 0U : 1U;
        scene_.town().run_for(seconds(1));
    }

    /// Reads go on whatever the disk refuses, and give what was acknowledged: no more, no less.
    void check_store(const std::string& when) {
        Node& node = scene_.node(tested);
        bool with_next = false;
        if (!node.is_running() || !outcome_.trouble.empty())
            return;
        const std::string text = node.ledger.difference(node.store(), with_next);
        if (!text.empty())
            outcome_.trouble = when + ": " + text;
        for (const auto& [name, content] : node.ledger.files) {
            const auto read = node.files().read(name);
            if (!read || *read != content)
                outcome_.trouble = when + ": an attached file that was acknowledged is gone";
        }
    }

    /// The disk is well again: everything goes on by itself and comes through a power cut.
    void go_on() {
        Node& node = scene_.node(tested);
        if (!node.is_running() && !start(scene_.reopen(true)))
            return call("does not start again");
        if (!scene_.publish(tested, 1))
            return call("takes nothing when the disk is well again");
        if (!scene_.town().run_until([&] { return scene_.is_same(); }, seconds(300)))
            return call("never holds the same as its neighbour again");
        check_store("at the end");
        scene_.town().stop(tested);
        first_->crash(7);
        const auto started = scene_.reopen(false);
        if (!started)
            return call("does not open after a power cut: " + started.error().detail);
        check_store("after a power cut");
        if (node.ledger.second_heads > 0)
            call("a second head for one size");
    }

    void call(const std::string& trouble) {
        if (outcome_.trouble.empty())
            outcome_.trouble = trouble;
    }

    std::unique_ptr<tests::TornFileSystem> first_;
    std::unique_ptr<tests::TornFileSystem> second_;
    Scene scene_;
    Outcome outcome_;
};

void fail_every_operation(Failing failing, Errc code) {
    const Schools schools(3001);
    const HeldByBoth held = make_held_by_both(schools, 5);
    std::size_t refusals = 0;
    std::uint64_t operation = 0;
    for (bool was_reached = true; was_reached; ++operation) {
        const Outcome outcome = Day(schools, held).run(operation, failing, code);
        INFO(errc_name(code) << " at operation " << operation);
        CHECK(outcome.trouble == "");
        was_reached = outcome.was_reached;
        refusals += outcome.refusals;
    }
    CHECK(operation > 100);
    CHECK(refusals > operation / 4);
}

} // namespace

TEST_CASE("nth operation: one that fails costs nothing that was acknowledged", "[nth]") {
    fail_every_operation(Failing::once, Errc::io_error);
    fail_every_operation(Failing::once, Errc::disk_full);
}

TEST_CASE("nth operation: a disk that fails from one on is read, and goes on healed", "[nth]") {
    fail_every_operation(Failing::until_healed, Errc::io_error);
    fail_every_operation(Failing::until_healed, Errc::disk_full);
}

} // namespace staffroom::faults
