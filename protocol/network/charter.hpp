// The charter of a network after its founding: revisions that members put to all, and who has
// signed which. An act is the payload of a governance entry, beside the operations and no part of
// the roster's past: no right follows from a charter. What stands is a function of the acts and of
// who is a member, so every school finds the same. [N8]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace staffroom::network {

/// A charter as a member would have it. Its author has signed it by writing it.
struct CharterRevised {
    Digest follows; // id of the charter that it would replace
    std::string text;
};

/// A school has read a revision and agrees to it.
struct CharterSigned {
    Digest charter;
};

/// The payload of a governance entry. No operation is one.
using CharterAct = std::variant<CharterRevised, CharterSigned>;

[[nodiscard]] Bytes encode_charter_act(const CharterAct& act);
/// Parses strictly [W2]. Errors: too_large, truncated, not_strict, malformed (also a text that
/// is empty or not readable), unknown_version.
[[nodiscard]] Result<CharterAct> parse_charter_act(ByteView bytes);

/// The id of the charter that an act revises or signs.
[[nodiscard]] Digest charter_of(const CharterAct& act);
/// The id of a revision: what it replaces, and its words. Two schools that write the same words
/// after the same charter mean one. The founding charter's id is the hash in the genesis.
[[nodiscard]] Digest charter_id(const CharterRevised& revision);

/// An act where it stands.
struct PlacedCharterAct {
    SchoolId author;
    WallTime written; // by its author's clock: for display
    CharterAct act;
    Digest about; // id of the charter: hashed once, since a page asks often

    PlacedCharterAct(const SchoolId& by, WallTime at, CharterAct what)
        : author(by)
        , written(at)
        , act(std::move(what))
        , about(charter_of(act)) {}
};

struct Charter {
    Digest id;
    std::optional<Digest> follows; // none: the founding one
    std::uint32_t number;          // of the founding one 1, of what follows it 2
    std::string_view text;         // in the act, or the genesis, that it was read from
    std::optional<SchoolId> author{};
    std::optional<WallTime> written{};
    std::set<SchoolId> signed_by{}; // members alone
};

struct CharterBook {
    std::vector<Charter> charters; // by number, then id; the founding one first
    Digest in_force;
    std::size_t
        needed; // signatures that bring a revision into force: more than half of the members

    [[nodiscard]] const Charter* find(const Digest& id) const;
};

/// Returns the charters that wait for a school's signature: in force or put forward since, and not
/// signed by it; by number, then id.
[[nodiscard]] std::vector<const Charter*>
waiting_for(const CharterBook& book, const SchoolId& school);

struct FoundingCharter {
    Digest id;
    std::string_view text;
    SchoolId founder;
};

/// What stands. Members are the schools that may write in the network. In force is the revision
/// with the largest number that more than half of the members have signed; of two the one with more
/// signatures, then the smaller id; without any the founding charter, to which all agreed when they
/// joined. A revision whose predecessors are not all here is left out, and one that no member has
/// signed. Copies no text: the attack is a member that writes 128 charters of 64 KiB, which each
/// look at the node's state would have copied. The book is good as long as acts and founding are.
[[nodiscard]] CharterBook fold_charters(
    const FoundingCharter& founding,
    const std::vector<const PlacedCharterAct*>& acts,
    const std::set<SchoolId>& members
);

} // namespace staffroom::network
