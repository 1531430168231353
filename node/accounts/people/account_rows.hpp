// The rows of the accounts' database: one for each person, session, link, token and held document;
// keys as below, values JSON. Not here: the check that stands behind each value, and the disk
// (accounts/people/account_database).
//
//   p person id         -> Person       s hash of a cookie -> Session
//   l hash of a link    -> Link         t hash of a token  -> Token
//   h document id       -> person id, 32 bytes: who holds it
#pragma once

#include "node/accounts/people/person.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace staffroom::accounts {

/// An empty value removes the row.
struct AccountRow {
    std::string key;
    std::string value;
};
using AccountRows = std::vector<AccountRow>;

struct Holding {
    RevisionId document;
    PersonId person;
    friend bool operator==(const Holding&, const Holding&) = default;
};

using AccountThing = std::variant<Person, Session, Link, Token, Holding>;

[[nodiscard]] AccountRow row_of(const Person& person);
[[nodiscard]] AccountRow row_of(const Session& session);
[[nodiscard]] AccountRow row_of(const Link& link);
[[nodiscard]] AccountRow row_of(const Token& token);
[[nodiscard]] AccountRow row_of(const Holding& holding);
/// The row that takes it away.
template <class Thing> [[nodiscard]] AccountRow without(const Thing& thing) {
    return {row_of(thing).key, {}};
}

/// Errors: corrupt (no row of ours, or one that says what cannot be).
[[nodiscard]] Result<AccountThing> read_row(std::string_view key, std::string_view value);

} // namespace staffroom::accounts
