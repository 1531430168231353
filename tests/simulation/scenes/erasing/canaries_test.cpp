// A thousand words over 32 schools, in a storm, with one school away for 400 days, one put back to
// an old disk, one that falls at every step: no byte of them is left on any disk, every school says
// so of every other, and none says so before. [E1]-[E6]
#include "protocol/records/compression.hpp"
#include "storage/database/database.hpp"
#include "tests/simulation/checks/canaries.hpp"
#include "tests/simulation/people/scenes.hpp"
#include "tests/simulation/world/weather.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t schools = 32;
constexpr std::size_t away = 31;
constexpr std::size_t restored = 30;
constexpr std::size_t falling = 29;
constexpr std::size_t authors_of_canaries = 8; // schools 1 to 8
constexpr std::size_t records_each = 25;
constexpr std::size_t entries_an_order = 5;
constexpr std::size_t authors_of_noise = 4; // schools 9 to 12
constexpr minutes storm_lasts{15};
constexpr hours time_away{400 * 24};
constexpr minutes others_on{15}; // of that, at its beginning and at its end
constexpr seconds look_every{10};

bool run_looking(World& world, const std::function<bool()>& done, std::chrono::seconds patience) {
    const Instant end = world.now() + patience;
    while (!done()) {
        if (world.now() > end)
            return false;
        world.run_for(look_every);
    }
    return true;
}

/// Orders again until the node has said that it did: it may be off, or its disk full.
void order_until_taken(
    World& world, std::size_t school, const NetworkId& network, std::vector<RevisionId> entries
) {
    std::sort(entries.begin(), entries.end());
    const auto is_taken = std::make_shared<bool>(false);
    const auto ask = std::make_shared<std::function<void()>>();
    *ask = [&world, school, network, entries, is_taken, ask] {
        if (*is_taken)
            return;
        world.send(
            school,
            replica::OrderErasure{
                network,
                {*world.school(school).id,
                 entries,
                 network::ErasureKind::whole,
                 network::ErasureReason::pupil}},
            [is_taken](const Result<replica::Reply>& reply) { *is_taken = reply.has_value(); }
        );
        world.at(world.now() + minutes(1), *ask);
    };
    (*ask)();
}

/// The entries of the orders of which this school says that it has carried them out.
std::set<RevisionId> said_erased(World& world, std::size_t school) {
    std::set<RevisionId> said;
    if (!world.is_running(school))
        return said;
    for (const replica::ErasureStatus& order : world.school(school).replica->erasures())
        for (const replica::ErasureSchool& each : order.schools)
            if (each.school == *world.school(school).id && each.state == "erased")
                said.insert(order.placed.order.entries.begin(), order.placed.order.entries.end());
    return said;
}

/// Receipts that were given while words were still on the disk.
class EarlyReceipts {
public:
    EarlyReceipts(World& world, Canaries& canaries)
        : world_(world)
        , canaries_(canaries) {
        for (std::size_t i = 0; i < world.school_count(); ++i)
            disks_.push_back(world.school(i).disk.get());
    }

    /// What each school has newly said is compared with its disk.
    void look() {
        for (std::size_t i = 0; i < disks_.size(); ++i) {
            // On an older disk a node hears of its own receipt before it says less. [E6]
            if (world_.school(i).disk.get() != disks_[i])
                continue;
            const std::set<RevisionId> said = said_erased(world_, i);
            if (said.size() <= said_[i])
                continue;
            said_[i] = said.size();
            ++looks_;
            for (const RevisionId& record : canaries_.found_at(i).records)
                early_ += said.count(record);
        }
    }
    [[nodiscard]] std::size_t early() const { return early_; }
    [[nodiscard]] std::size_t looks() const { return looks_; }

private:
    World& world_;
    Canaries& canaries_;
    std::vector<const tests::TornFileSystem*> disks_;
    std::map<std::size_t, std::size_t> said_;
    std::size_t early_ = 0;
    std::size_t looks_ = 0;
};

/// Every school knows that every school has erased all canaries.
bool all_say(World& world, const Canaries& canaries) {
    for (std::size_t i = 0; i < schools; ++i) {
        if (!world.is_running(i))
            return false;
        std::set<RevisionId> gone;
        for (const replica::ErasureStatus& order : world.school(i).replica->erasures()) {
            const auto has_erased = [](const replica::ErasureSchool& school) {
                return school.state == "erased";
            };
            if (order.schools.size() != schools ||
                !std::all_of(order.schools.begin(), order.schools.end(), has_erased))
                return false;
            gone.insert(order.placed.order.entries.begin(), order.placed.order.entries.end());
        }
        if (gone.size() != canaries.all().size())
            return false;
    }
    return true;
}

/// The node falls at one write after the other, by power and by hand in turn, as long as `until`.
void keep_falling(World& world, Instant until, std::uint64_t fall = 0) {
    if (world.now() >= until)
        return;
    if (world.is_running(falling) && !world.school(falling).fall)
        world.arm_fall(falling, fall / 2 % 60, fall % 2 == 0 ? Fall::power : Fall::kill);
    world.at(world.now() + seconds(4), [&world, until, fall] {
        keep_falling(world, until, fall + 1);
    });
}

/// 32 schools, of which eight have written the words and one is to be away.
struct Town {
    World world{9'600};
    NetworkId network = make_star(world, schools - 1);
    std::vector<std::unique_ptr<Author>> people{}; // of all who are not away
    Canaries gone{world, network, 1};
    Canaries stay{world, network, 2};
    tests::SeededRandom of_nodes{9'601};
    tests::SeededRandom of_lines{9'602};
    tests::SeededRandom of_disks{9'603};
    tests::SeededRandom of_orders{9'604};

    Town() {
        StormOptions options;
        options.seed = 9'600;
        for (std::size_t i = 0; i < away; ++i) {
            people.push_back(std::make_unique<Author>(world, i, options));
            if (i > authors_of_canaries && i <= authors_of_canaries + authors_of_noise)
                people.back()->belong_to(network);
            people.back()->node_started();
        }
        for (std::size_t author = 1; author <= authors_of_canaries; ++author) {
            gone.publish(author, records_each);
            stay.publish(author, 1);
        }
    }

    bool are_all_everywhere() {
        for (std::size_t i = 0; i < schools; ++i)
            if (!gone.are_at(i) || !stay.are_at(i))
                return false;
        return true;
    }

    void plan_orders(const Season& season) {
        for (std::size_t author = 1; author <= authors_of_canaries; ++author) {
            const std::vector<RevisionId> all = gone.of(author);
            for (std::size_t at = 0; at < all.size(); at += entries_an_order) {
                const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
                const std::vector<RevisionId> some(begin, begin + entries_an_order);
                world.at(
                    season.begin + draw_span(of_orders, seconds(10), storm_lasts - minutes(2)),
                    [this, author, some] { order_until_taken(world, author, network, some); }
                );
            }
        }
    }

    void plan_storm(Nodes& nodes, const Season& season) {
        plan_lines(world, {season.begin, season.end, away}, of_lines);
        plan_nights(world, nodes, season, of_nodes, std::nullopt);
        plan_disks(world, nodes, season, of_disks, {});
        for (std::size_t i = 1; i <= authors_of_noise; ++i)
            people[authors_of_canaries + i]->plan(season.begin, season.end);
        world.at(season.begin, [this, season] { keep_falling(world, season.end); });
        nodes.photograph(restored);
        world.at(season.begin + storm_lasts * 3 / 4, [&nodes] {
            nodes.go_back(restored, false, false);
        });
    }

    /// All but one pass the time that it is away: on at both ends of it, off between.
    void pass_the_time() {
        world.run_for(others_on);
        for (std::size_t i = 0; i < away; ++i)
            world.stop(i, false);
        world.run_for(time_away - 2 * others_on);
        for (std::size_t i = 0; i < away; ++i)
            if (!world.is_running(i)) // a night that the storm began may have ended meanwhile
                world.start(i, false);
        world.run_for(others_on);
    }
};

/// A node that ends at a certain write of an erasure, again and again from the disk before it.
struct Falling {
    static constexpr std::size_t author = 1;
    static constexpr std::size_t faller = 2;
    static constexpr seconds patience{120};
    World world{9'650};
    NetworkId network = make_star(world, 2);
    Canaries gone{world, network, 1};
    Canaries stay{world, network, 2};

    bool is_clean() {
        return run_looking(
            world,
            [this] {
                return gone.found_at(faller).records.empty() &&
                       said_erased(world, faller).size() == 2;
            },
            patience
        );
    }

    /// False when it has carried all out before that write.
    bool falls_at(const DiskImage& before, std::uint64_t write, Fall fall) {
        if (world.is_running(faller))
            world.stop(faller, false);
        world.put_image(faller, {before.disk->clone(), before.mark, before.holdings});
        world.arm_fall(faller, write, fall);
        const bool is_started = world.try_start(faller, fall == Fall::kill);
        const auto is_over = [this] {
            return !world.is_running(faller) || gone.found_at(faller).words == 0;
        };
        REQUIRE((!is_started || run_looking(world, is_over, patience)));
        const bool has_fallen = !world.is_running(faller);
        if (has_fallen)
            world.start(faller, fall == Fall::kill);
        else
            world.school(faller).disk->heal();
        world.school(faller).fall.reset();
        return has_fallen;
    }
};

} // namespace

TEST_CASE(
    "canaries: a thousand words over 32 schools in a storm, one away for 400 days",
    "[sim][erasure][canaries]"
) {
    Town town;
    World& world = town.world;
    Canaries& gone = town.gone;
    REQUIRE(run_looking(
        world, [&] { return town.are_all_everywhere(); }, hours(1)
    ));
    const std::size_t words = gone.all().size() * Canaries::words_each;
    REQUIRE(words == 1'000);
    REQUIRE(gone.found_at(away).words == words);
    world.stop(away, false);
    Nodes nodes(world, town.people, town.of_nodes);
    const Season season{world.now(), world.now() + storm_lasts, falling};
    town.plan_storm(nodes, season);
    town.plan_orders(season);

    EarlyReceipts receipts(world, gone);
    while (world.now() < season.end) {
        world.run_for(minutes(1));
        receipts.look();
    }
    world.lines().mend_all();
    nodes.calm();
    REQUIRE(gone.found_at(away).words == words);
    town.pass_the_time();
    receipts.look();
    CHECK_FALSE(all_say(world, gone));
    world.start(away, false);
    const bool all_said = run_looking(
        world, [&] { return all_say(world, gone); }, hours(2)
    );
    receipts.look();

    CHECK(all_said);
    CHECK(receipts.early() == 0);
    CHECK(receipts.looks() > schools);
    for (std::size_t i = 0; i < schools; ++i) {
        INFO("school " << i);
        const Canaries::Found found = gone.found_at(i);
        CHECK(found.words == 0);
        CHECK(found.records.empty());
        CHECK(town.stay.are_at(i));
    }
    CHECK_FALSE(world.witness().violation());
}

TEST_CASE(
    "canaries: a node that falls at each write of an erasure, one after the other",
    "[sim][erasure][canaries]"
) {
    Falling scene;
    World& world = scene.world;
    scene.gone.publish(Falling::author, 2);
    scene.stay.publish(Falling::author, 1);
    const auto are_there = [&] {
        return scene.gone.are_at(Falling::faller) && scene.stay.are_at(Falling::faller);
    };
    REQUIRE(run_looking(world, are_there, minutes(10)));
    world.stop(Falling::faller, false);
    const DiskImage before = world.take_image(Falling::faller);
    order_until_taken(world, Falling::author, scene.network, scene.gone.of(Falling::author));
    const auto is_ordered = [&] { return said_erased(world, Falling::author).size() == 2; };
    REQUIRE(run_looking(world, is_ordered, Falling::patience));

    std::size_t falls = 0;
    for (const Fall fall : {Fall::power, Fall::kill}) {
        bool has_fallen = true;
        for (std::uint64_t write = 0; has_fallen; ++write) {
            INFO("write " << write << (fall == Fall::power ? ", power" : ", kill"));
            has_fallen = scene.falls_at(before, write, fall);
            falls += has_fallen ? 1U : 0U;
            REQUIRE(scene.is_clean());
            REQUIRE(scene.stay.are_at(Falling::faller));
        }
    }
    CHECK(falls > 20);
}

TEST_CASE("canaries: words are found in rows of a table and in frames", "[sim]") {
    const std::string word = "qwzxkvjbhgfdpltrmncs";
    const tests::RawSearch search(tests::halves_of({word}));
    const std::string text = "Before it stands this, and then " + word + " and so on. ";
    const std::string some_text = text + text + text;

    CHECK(search.in(as_view(text)) == std::set<std::size_t>{0, 1});
    CHECK(search.in(as_view(text.substr(0, 45))) == std::set<std::size_t>{0});
    CHECK(search.in(as_view("nothing")).empty());
    const auto frame = records::compress(as_view(some_text));
    REQUIRE(frame);
    Bytes inside(100, 0x28);
    append(inside, *frame);
    CHECK(search.in(inside) == std::set<std::size_t>{0, 1});

    // Small rows that are alike, so that a block is compressed; the word is in one of them.
    tests::TornFileSystem disk;
    constexpr std::size_t small_buffer = std::size_t{64} << 10U;
    auto database = storage::Database::open(disk, "/disk/db", {true, small_buffer});
    REQUIRE(database);
    for (int row = 0; row < 2'000; ++row) {
        storage::RowBatch batch;
        const std::string key = "row " + std::to_string(row);
        batch.put(as_view(key), as_view(row == 7 ? text : "Before it stands this, and then more"));
        REQUIRE((*database)->write(batch));
    }
    database->reset();
    std::set<std::size_t> in_tables;
    for (const std::string& path : disk.files()) {
        const auto content = storage::read_file(disk, path, 1U << 20U);
        REQUIRE(content);
        if (path.ends_with(".ldb"))
            in_tables.merge(search.in_file(path, *content));
    }
    CHECK(in_tables == std::set<std::size_t>{0, 1});
}

} // namespace staffroom::simulation
