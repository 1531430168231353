// A network told operation by operation, for the tests of the roster: schools, codes, and all
// operations, kept as bytes so that they can be told again in any order.
#pragma once

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/network/roster/roster.hpp"
#include "tests/support/network/slow_roster.hpp"
#include "tests/support/seeded_random.hpp"

#include <map>
#include <tuple>
#include <vector>

namespace staffroom::tests {

struct School {
    Bytes inception;
    SchoolId id;
};

inline School make_school(Random& random) {
    Bytes inception(40);
    random.fill(inception);
    const auto id = crypto::hash_as<SchoolId>(crypto::HashLabel::inception, inception);
    return {std::move(inception), id};
}

inline network::Genesis make_genesis(Random& random, const SchoolId& founder) {
    auto made = network::make_genesis("Forest", "talk", "Be kind.", founder, random);
    ensure(made.has_value());
    auto parsed = network::parse_genesis(*made);
    ensure(parsed.has_value());
    return std::move(*parsed);
}

/// What somebody said, as bytes, so that it can be told in any order and as often as wanted.
struct Told {
    RevisionId id;
    SchoolId author;
    Bytes operation;
};

struct Story {
    SeededRandom random;
    crypto::SodiumVerifier verifier;
    School founder;
    network::Genesis genesis;
    std::vector<Told> told;
    std::map<RevisionId, crypto::SigningKey> codes;

    explicit Story(std::uint64_t seed)
        : random(seed)
        , founder(make_school(random))
        , genesis(make_genesis(random, founder.id)) {}

    RevisionId say(const School& author, network::Act act, std::vector<RevisionId> seen) {
        const auto id = random.make<RevisionId>();
        told.push_back({id, author.id, network::encode_operation({std::move(seen), std::move(act)})}
        );
        return id;
    }
    RevisionId invite(const School& author, std::vector<RevisionId> seen) {
        crypto::Secret32 psk;
        crypto::Secret32 seed;
        random.fill(psk.writable());
        random.fill(seed.writable());
        crypto::SigningKey code(seed);
        const network::Invite act{std::move(psk), code.public_key(), WallTime{1}};
        const RevisionId id =
            say(author, network::Invite{act.psk.copy(), act.admit_key, act.ends}, std::move(seen));
        codes.emplace(id, std::move(code));
        return id;
    }
    RevisionId admit(
        const School& author,
        const RevisionId& invite,
        const School& newcomer,
        std::vector<RevisionId> seen
    ) {
        const auto handshake = random.make<Digest>();
        const auto code = codes.find(invite);
        const auto signature =
            code == codes.end()
                ? random.make<Signature>()
                : code->second.sign(
                      crypto::SignLabel::admission,
                      network::admission_statement(handshake, newcomer.id, genesis.charter_hash())
                  );
        return say(
            author,
            network::Admit{invite, newcomer.id, newcomer.inception, handshake, signature},
            std::move(seen)
        );
    }
    RevisionId make_coordinator(const School& school, std::vector<RevisionId> seen) {
        return say(founder, network::SetRole{school.id, Role::coordinator}, std::move(seen));
    }

    [[nodiscard]] network::PlacedOperation placed(std::size_t at) const {
        auto operation = network::parse_operation(told[at].operation);
        ensure(operation.has_value());
        return {told[at].id, told[at].author, std::move(*operation)};
    }
    Roster fold(const std::vector<std::size_t>& order) {
        network::OperationSet set;
        for (const std::size_t at : order)
            set.add(placed(at));
        return set.fold(genesis, verifier);
    }
    /// What an operation by this school would name now.
    std::vector<RevisionId> names_for(const School& writer) {
        network::OperationSet set;
        for (const std::size_t at : all())
            set.add(placed(at));
        static_cast<void>(set.fold(genesis, verifier));
        return set.names_for(writer.id);
    }
    Roster fold_slowly() {
        std::vector<network::PlacedOperation> operations;
        for (std::size_t at = 0; at < told.size(); ++at)
            operations.push_back(placed(at));
        return SlowRoster(std::move(operations), genesis, verifier).run();
    }
    [[nodiscard]] std::vector<std::size_t> all() const {
        std::vector<std::size_t> order(told.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        return order;
    }
    Roster fold() { return fold(all()); }
};

/// Everything that a roster says, comparable.
inline auto summary(const Roster& roster) {
    using Named = std::optional<RevisionId>;
    std::vector<std::tuple<SchoolId, int, bool, Named, Named, std::optional<WallTime>>> members;
    for (const auto& [school, member] : roster.members)
        members.emplace_back(
            school,
            static_cast<int>(member.role),
            member.joined,
            member.admit,
            member.role_by,
            member.until
        );
    std::vector<std::tuple<SchoolId, int, std::vector<RevisionId>, std::set<RevisionId>>> closed;
    std::vector<std::tuple<SchoolId, LogId, LogSize, TreeHash>> pins;
    for (const auto& [school, one] : roster.closed) {
        closed.emplace_back(school, static_cast<int>(one.how), one.closings, one.told_by);
        for (const log::LogPin& pin : one.pins)
            pins.emplace_back(school, pin.log, pin.size, pin.root);
    }
    std::vector<std::pair<RevisionId, int>> invites;
    for (const auto& [id, invite] : roster.invites)
        invites.emplace_back(id, static_cast<int>(invite.state));
    return std::make_tuple(
        members,
        closed,
        pins,
        invites,
        roster.ever_admitted,
        roster.disputed_admits,
        roster.successors,
        roster.successors_at_odds,
        roster.waiting
    );
}

} // namespace staffroom::tests
