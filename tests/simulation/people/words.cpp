#include "tests/simulation/people/words.hpp"

#include <algorithm>

namespace staffroom::simulation {
namespace {

constexpr std::size_t shard_bytes = 16;

} // namespace

std::string words_of(std::uint64_t seed) {
    tests::SeededRandom random(seed);
    std::string text;
    for (int i = 0; i < 300; ++i)
        text.push_back(static_cast<char>('a' + random.below(26)));
    return text;
}

Words words_at(World& world, std::size_t who, const RevisionId& revision) {
    const auto body = world.school(who).store->read_body(revision);
    ensure(body.has_value());
    return {revision, *body->body.encoded};
}

Words publish_words(LinkedNetworks& scene, std::size_t who, std::uint64_t seed) {
    const RevisionId revision = scene.publish_linked(who, words_of(seed));
    return words_at(scene.world, who, revision);
}

bool is_on_disk(LinkedNetworks& scene, std::size_t who, const Words& words) {
    return is_on_disk(scene.world, who, words);
}

bool is_on_disk(World& world, std::size_t who, const Words& words) {
    tests::TornFileSystem& disk = *world.school(who).disk;
    for (const std::string& path : disk.files()) {
        const auto content = storage::read_file(disk, path, std::size_t{1} << 28U);
        ensure(content.has_value());
        // Its ends are the same in every such record.
        for (std::size_t at = shard_bytes; at + 2 * shard_bytes < words.encoded.size(); at += 8) {
            const ByteView part = ByteView(words.encoded).subspan(at, shard_bytes);
            if (std::search(content->begin(), content->end(), part.begin(), part.end()) !=
                content->end())
                return true;
        }
    }
    return false;
}

bool is_nowhere(
    LinkedNetworks& scene, const std::vector<std::size_t>& schools, const Words& words
) {
    return std::ranges::none_of(schools, [&](std::size_t who) {
        return is_on_disk(scene, who, words);
    });
}

void call_back(
    World& world, std::size_t who, const NetworkId& network, std::size_t owner, const Words& words
) {
    const network::ErasureOrder order{
        *world.school(owner).id,
        {words.revision},
        network::ErasureKind::whole,
        network::ErasureReason::pupil};
    const auto ordered = world.command(who, replica::OrderErasure{network, order});
    ensure(ordered.has_value());
}

void call_back(LinkedNetworks& scene, std::size_t who, std::size_t owner, const Words& words) {
    call_back(scene.world, who, scene.network_of(who), owner, words);
}

Caller& add_caller(World& world, const std::string& name, std::uint64_t seed) {
    auto made = std::make_unique<Caller>(world, seed);
    Caller& caller = *made;
    caller.settle(world.add_guest(name, std::move(made)));
    return caller;
}

bool is_one(LinkedNetworks& scene, std::size_t who, const NetworkId& network) {
    return scene.world.school(who)
               .replica->ground(scene.network_of(who))
               ->standings.front()
               .agreement.one.network == network;
}

} // namespace staffroom::simulation
