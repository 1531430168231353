// The acts of schools in a storm, in few words: found a network, invite, join, publish, look at
// what they hold. For the scenarios; the world itself is world.hpp.
#pragma once

#include "protocol/base/ensure.hpp"
#include "protocol/records/body.hpp"
#include "tests/simulation/world/world.hpp"

namespace staffroom::simulation {

struct Code {
    crypto::Secret32 psk;
    crypto::SigningKey admit;
};

inline Code make_code(Random& random) {
    crypto::Secret32 psk;
    crypto::Secret32 seed;
    random.fill(psk.writable());
    random.fill(seed.writable());
    return {std::move(psk), crypto::SigningKey(seed)};
}

inline NetworkId create_network(World& world, std::size_t index) {
    auto reply =
        world.command(index, replica::CreateNetwork{"Forest", "talk for reading", "Be kind."});
    ensure(reply.has_value());
    return std::get<replica::NetworkCreated>(*reply).network;
}

inline Code invite(World& world, std::size_t index, const NetworkId& network) {
    Code code = make_code(*world.school(index).random);
    constexpr WallTime far_ahead{9'000'000'000'000};
    auto reply = world.command(
        index, replica::CreateInvitation{network, code.psk.copy(), code.admit.copy(), far_ahead}
    );
    ensure(reply.has_value());
    return code;
}

inline Result<replica::Reply>
join(World& world, std::size_t index, const Code& code, std::size_t responder) {
    return world.command(
        index,
        replica::JoinNetwork{
            code.psk.copy(),
            code.admit.copy(),
            world.school(responder).address,
            std::chrono::seconds(20)}
    );
}

inline replica::RecordDraft make_draft(const SpaceId& space, const std::string& text) {
    records::RecordBody body;
    body.title = "A title";
    body.text = text;
    auto encoded = records::encode_body(body);
    ensure(encoded.has_value());
    return {
        space,
        1,
        std::nullopt,
        {},
        {},
        4,
        static_cast<std::uint32_t>(encoded->codec),
        encoded->plain_length,
        0,
        encoded->encoded,
        std::nullopt};
}

inline Result<replica::Reply>
publish(World& world, std::size_t index, const NetworkId& network, int count) {
    replica::PublishRecords command;
    for (int i = 0; i < count; ++i)
        command.drafts.push_back(make_draft(
            log::space_of(network),
            world.school(index).name + " writes " + std::to_string(i) + std::string(500, 'x')
        ));
    return world.command(index, std::move(command));
}

inline std::optional<replica::NetworkStatus> status(World& world, std::size_t index) {
    if (!world.school(index).replica)
        return std::nullopt;
    const auto networks = world.school(index).replica->networks();
    return networks.size() == 1 ? std::optional(networks.front()) : std::nullopt;
}

inline std::size_t member_count(World& world, std::size_t index) {
    const auto known = status(world, index);
    return known ? known->members.size() : 0;
}

/// These schools hold the same, nothing is missing, and it is so many documents.
inline bool
all_hold(World& world, const std::vector<std::size_t>& schools, std::uint64_t documents) {
    for (const std::size_t index : schools) {
        const auto one = status(world, index);
        const auto first = status(world, schools.front());
        const bool is_same = one && first && one->digest == first->digest &&
                             one->documents == documents && one->missing_entries == 0 &&
                             one->missing_bodies == 0;
        if (!is_same)
            return false;
    }
    return true;
}

/// The incarnations of its own in which this school has written records.
inline std::size_t own_logs(World& world, std::size_t index, const NetworkId& network) {
    const auto logs = world.school(index).replica->logs(log::space_of(network));
    return static_cast<std::size_t>(std::count_if(logs.begin(), logs.end(), [](const auto& one) {
        return one.own && one.descriptor.channel == log::Channel::records;
    }));
}

inline bool needs_attention(World& world, std::size_t index, const std::string& code) {
    const auto all = world.school(index).replica->attention();
    return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.code == code; });
}

/// A founder and so many more schools that have joined at it: indices 0, 1, ...
inline NetworkId make_star(World& world, std::size_t others) {
    const std::size_t founder = world.add_school("founder");
    const NetworkId network = create_network(world, founder);
    world.witness().allow(log::space_of(network), founder);
    for (std::size_t i = 0; i < others; ++i) {
        const std::size_t index = world.add_school("school" + std::to_string(i));
        world.witness().allow(log::space_of(network), index);
        const auto joined = join(world, index, invite(world, founder, network), founder);
        ensure(joined.has_value());
    }
    world.run_for(std::chrono::seconds(5));
    return network;
}

} // namespace staffroom::simulation
