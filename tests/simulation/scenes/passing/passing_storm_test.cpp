// Records of all three networks, with any word of their authors on how far they go, while lines
// are cut and gateways stop: in calm each is in every network where it may be, and not a byte of it
// is on any disk of another one. [A5] [A15]
#include "tests/simulation/people/passing_networks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

struct Sown {
    Words words;
    std::set<NetworkId> where;
};

class PassingStorm {
public:
    explicit PassingStorm(std::uint64_t seed)
        : random_(seed)
        , scene_(seed) {}

    void blow() {
        for (int i = 0; i < 60; ++i) {
            sow();
            scene_.world.run_for(std::chrono::milliseconds(random_.below(3000)));
            disturb();
        }
        for (std::size_t who = scene_.n; who <= scene_.f2; ++who)
            if (!scene_.world.school(who).replica)
                scene_.world.start(who, false);
    }
    /// Reading all disks is dear, so it is done now and then.
    [[nodiscard]] bool come_to_rest() {
        for (int i = 0; i < 60; ++i) {
            scene_.world.run_for(std::chrono::seconds(15));
            if (is_everything_where_it_may_be())
                return true;
        }
        return false;
    }
    /// How many disks hold a record that may not be there, and how many hold one that may.
    struct Found {
        std::size_t astray = 0;
        std::size_t at_home = 0;
    };
    [[nodiscard]] Found look_through_disks() {
        Found found;
        for (std::size_t who = scene_.n; who <= scene_.f2; ++who) {
            const std::string disk = all_of(who);
            for (const Sown& each : sown_) {
                const bool is_here = disk.find(shard_of(each.words)) != std::string::npos;
                const bool may_be = each.where.count(scene_.network_of(who)) > 0;
                found.astray += is_here && !may_be ? 1U : 0U;
                found.at_home += is_here && may_be ? 1U : 0U;
            }
        }
        return found;
    }
    [[nodiscard]] std::size_t places() const {
        std::size_t count = 0;
        for (const Sown& each : sown_)
            count += 3 * each.where.size(); // schools of a network
        return count;
    }
    [[nodiscard]] std::size_t passed_on() const {
        return static_cast<std::size_t>(std::ranges::count_if(sown_, [](const Sown& each) {
            return each.where.size() == 3;
        }));
    }

private:
    [[nodiscard]] bool is_everything_where_it_may_be() {
        for (std::size_t who = scene_.n; who <= scene_.f2; ++who) {
            const ShownThere here = scene_.shown(who);
            for (const Sown& each : sown_)
                if (each.where.count(scene_.network_of(who)) > 0 &&
                    here.views.count(each.words.revision) == 0 &&
                    !scene_.world.school(who).store->read_body(each.words.revision))
                    return false;
        }
        return true;
    }

    void sow() {
        const std::size_t who = scene_.n + random_.below(9);
        if (!scene_.world.school(who).replica)
            return;
        const PassingNetworks::Meant meant{
            static_cast<std::uint32_t>(random_.below(3)),
            static_cast<std::uint32_t>(1 + random_.below(3)),
            std::nullopt,
            random_.below(5) > 0};
        const RevisionId revision = scene_.publish(who, words_of(1000 + sown_.size()), meant);
        sown_.push_back({words_at(scene_.world, who, revision), where_of(who, meant)});
    }

    /// Where a record may be, said plainly.
    [[nodiscard]] std::set<NetworkId>
    where_of(std::size_t who, const PassingNetworks::Meant& meant) const {
        std::set<NetworkId> where{scene_.network_of(who)};
        if (!meant.is_linked)
            return where;
        const std::uint32_t kind = meant.kind;
        if (who <= scene_.n2 && kind != 1) {
            where.insert(scene_.rivers);
            if (meant.pass_on > 0 && kind == 2)
                where.insert(scene_.forest);
        } else if (who > scene_.n2 && who <= scene_.r2 && kind != 3)
            where.insert(scene_.forest);
        else if (who > scene_.r2 && kind == 2)
            where.insert(scene_.rivers);
        return where;
    }

    void disturb() {
        const std::size_t who = scene_.n + random_.below(9);
        const bool is_up = scene_.world.school(who).replica != nullptr;
        switch (random_.below(6)) {
        case 0:
            if (is_up)
                scene_.world.stop(who, random_.below(2) == 0);
            break;
        case 1:
        case 2:
            if (!is_up)
                scene_.world.start(who, false);
            break;
        case 3: scene_.world.cut_after(who, random_.below(20'000)); break;
        default: break;
        }
    }

    /// Every byte of every file of a school.
    [[nodiscard]] std::string all_of(std::size_t who) {
        tests::TornFileSystem& disk = *scene_.world.school(who).disk;
        std::string all;
        for (const std::string& path : disk.files()) {
            const auto content = storage::read_file(disk, path, std::size_t{1} << 28U);
            ensure(content.has_value());
            all.append(as_text(*content));
        }
        return all;
    }
    [[nodiscard]] static std::string shard_of(const Words& words) {
        constexpr std::size_t shard_bytes = 24;
        const std::size_t middle = words.encoded.size() / 2;
        return std::string(as_text(ByteView(words.encoded).subspan(middle, shard_bytes)));
    }

    tests::SeededRandom random_;
    PassingNetworks scene_;
    std::vector<Sown> sown_{};
};

} // namespace

TEST_CASE("passing storm: each record is where it may be and nowhere else", "[sim][passing]") {
    std::size_t passed_on = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        PassingStorm storm(seed);
        storm.blow();
        REQUIRE(storm.come_to_rest());
        const PassingStorm::Found found = storm.look_through_disks();
        CHECK(found.astray == 0);
        CHECK(found.at_home == storm.places());
        passed_on += storm.passed_on();
    }
    CHECK(passed_on > 10);
}

} // namespace staffroom::simulation
