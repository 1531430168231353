#include "tests/simulation/people/passing_networks.hpp"

#include <algorithm>

namespace staffroom::simulation {

namespace {

constexpr std::chrono::seconds passing_patience{300};
constexpr std::chrono::seconds going_patience{400};

} // namespace

PassingNetworks::PassingNetworks(std::uint64_t seed, const PassingTerms& terms)
    : world(seed) {
    for (const auto& [founder, network] : {std::pair(n, north), {r, rivers}, {f, forest}})
        grow(founder, network);
    north_rivers = agree(world, {n, north, terms.north}, {r, rivers, {{2}}});
    rivers_forest = agree(world, {r, rivers, terms.rivers}, {f, forest, {{2}}});
    const auto is_known = [&] {
        for (std::size_t who = n; who <= f2; ++who) {
            const std::size_t links = who >= r && who <= r2 ? 2 : 1;
            if (world.school(who).replica->network_links().size() != links)
                return false;
        }
        return true;
    };
    ensure(world.run_until(is_known, passing_patience));
}

NetworkId PassingNetworks::found(std::size_t who, const std::string& name) {
    const auto reply =
        world.command(who, replica::CreateNetwork{name, "talk for reading", "Be kind."});
    ensure(reply.has_value());
    return std::get<replica::NetworkCreated>(*reply).network;
}

void PassingNetworks::grow(std::size_t founder, const NetworkId& network) {
    for (const std::size_t who : {founder + 1, founder + 2})
        ensure(join(world, who, invite(world, founder, network), founder).has_value());
    for (const std::size_t who : {founder, founder + 1})
        say_address(world, who);
    become_coordinator(world, founder + 1, founder, network);
    world.run_for(std::chrono::seconds(3)); // until addresses are known
}

RevisionId PassingNetworks::publish(std::size_t who, const std::string& text, const Meant& meant) {
    replica::RecordDraft draft = make_draft(log::space_of(network_of(who)), text);
    draft.kind = meant.kind;
    draft.reach = meant.is_linked ? 5 : 4;
    if (meant.is_linked)
        draft.links = {who <= n2 ? north_rivers : rivers_forest};
    draft.pass_on = meant.pass_on;
    draft.document = meant.revises;
    if (meant.revises)
        draft.parents = {*meant.revises};
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    const auto reply = world.command(who, std::move(command));
    ensure(reply.has_value());
    return std::get<replica::RecordsPublished>(*reply).revisions.front();
}

bool PassingNetworks::arrive(const RevisionId& revision, const std::vector<std::size_t>& schools) {
    return world.run_until(
        [&] {
            return std::ranges::all_of(schools, [&](std::size_t who) {
                return shows(who, revision);
            });
        },
        passing_patience
    );
}

bool PassingNetworks::is_nowhere(
    const std::vector<std::size_t>& schools, const RevisionId& revision, std::size_t at
) {
    const Words words = words_at(world, at, revision);
    return std::ranges::none_of(schools, [&](std::size_t who) {
        return is_on_disk(world, who, words);
    });
}

bool PassingNetworks::has_gone(const std::vector<std::size_t>& schools, const Words& words) {
    return world.run_until(
        [&] {
            return std::ranges::none_of(schools, [&](std::size_t who) {
                return is_on_disk(world, who, words);
            });
        },
        going_patience
    );
}

std::optional<HeardAbroad>
PassingNetworks::heard_of(const NetworkId& network, const std::optional<std::string>& by_way_of) {
    for (const auto& order : world.school(n2).replica->erasures())
        for (const replica::ErasureAbroad& each : order.abroad)
            if (each.network == network && (!by_way_of || each.by_way_of == *by_way_of))
                return HeardAbroad{each.erased, each.schools, each.by_way_of};
    return std::nullopt;
}

replica::LinkCrossing PassingNetworks::crossing(std::size_t who, const SharingId& link) {
    for (replica::LinkCrossing& each : world.school(who).replica->link_crossings())
        if (each.link == link)
            return std::move(each);
    ensure(false);
    return {network_of(who), link, false};
}

} // namespace staffroom::simulation
