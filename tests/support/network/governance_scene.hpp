// A founder that hears of what other schools of its network do: operations as if they had arrived,
// each in the governance log of its school. The real parts of a replica.
#pragma once

#include "protocol/log/tree_hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/support/network/founder_scene.hpp"
#include "tests/support/network/roster_story.hpp"

#include <map>

namespace staffroom::tests {

struct GovernanceScene : FounderScene {
    std::map<SchoolId, std::pair<LogId, std::uint64_t>> logs;
    crypto::SigningKey code{seed()};
    std::uint64_t invite_count = 0;

    crypto::Secret32 seed() {
        crypto::Secret32 secret;
        random.fill(secret.writable());
        return secret;
    }
    /// The governance log of a school, with room for what it says.
    std::pair<LogId, std::uint64_t>& log_of(const SchoolId& school) {
        const auto known = logs.find(school);
        if (known != logs.end())
            return known->second;
        const crypto::SigningKey key(seed());
        const log::LogDescriptor descriptor{
            log::space_of(*network),
            log::Channel::governance,
            school,
            key.public_key(),
            random.make<Incarnation>()};
        const LogId id = log::log_id(descriptor);
        log::CompactRange range;
        const TreeHash leaf = log::leaf_hash<log::Blake2b256>(as_view("an entry"));
        log::append_leaves<log::Blake2b256>(range, std::vector<TreeHash>(50, leaf), [](auto) {});
        const LogSize size{50};
        const auto head =
            log::sign_head({id, size, *log::root_of<log::Blake2b256>(range), WallTime{1}}, key);
        replica::Image image;
        image.logs.push_back({id, descriptor, head, size, range, {size, size, {}}, 0});
        parts->logbook.restore(image);
        return logs.emplace(school, std::pair(id, std::uint64_t{0})).first->second;
    }
    RevisionId say(const SchoolId& school, network::Act act, std::vector<RevisionId> seen) {
        auto& [log, next] = log_of(school);
        const auto id = random.make<RevisionId>();
        const network::Operation operation{std::move(seen), std::move(act)};
        auto payload = std::make_shared<const Bytes>(network::encode_operation(operation));
        parts->networks.take_governance(
            {log,
             LogSize{next},
             LogSize{next + 1},
             {{log, Position{next}, school, id, std::move(payload)}},
             {},
             {}}
        );
        ++next;
        return id;
    }
    RevisionId invite(const SchoolId& school, std::vector<RevisionId> seen) {
        return say(
            school, network::Invite{seed(), code.public_key(), WallTime{9}}, std::move(seen)
        );
    }
    network::Admit admit(const RevisionId& invite, const School& newcomer) {
        const auto handshake = random.make<Digest>();
        const Bytes statement =
            network::admission_statement(handshake, newcomer.id, state().genesis.charter_hash());
        return {
            invite,
            newcomer.id,
            newcomer.inception,
            handshake,
            code.sign(crypto::SignLabel::admission, statement)};
    }
    /// A school that this one has invited and admitted, and the operation that did it.
    std::pair<School, RevisionId> member(std::vector<RevisionId> seen) {
        School school = make_school(random);
        const RevisionId by = invite(parts->context.school, std::move(seen));
        const RevisionId in = say(parts->context.school, admit(by, school), {by});
        return {std::move(school), in};
    }
};

} // namespace staffroom::tests
