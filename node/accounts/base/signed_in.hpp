// A person (or a program with a token) on whose behalf a request is made, as the accounts know it
// at that moment. A value: a request keeps it to its end, a longer stream is ended by the accounts.
#pragma once

#include "node/accounts/base/held_documents.hpp"
#include "node/accounts/base/role.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace staffroom::accounts {

/// What a token may be used for.
/// Stored as its word: never rename.
enum class Scope {
    read,
    write,
    feed, // opens the feeds, by their addresses, and nothing else
};

inline constexpr std::array all_scopes{Scope::read, Scope::write, Scope::feed};

[[nodiscard]] constexpr std::string_view scope_name(Scope scope) {
    constexpr std::array<std::string_view, all_scopes.size()> names{"read", "write", "feed"};
    return names.at(static_cast<std::size_t>(scope));
}

/// Nothing for a word that is no scope.
[[nodiscard]] constexpr std::optional<Scope> parse_scope(std::string_view word) {
    for (const Scope scope : all_scopes)
        if (scope_name(scope) == word)
            return scope;
    return std::nullopt;
}

struct SignedIn {
    PersonId id;
    std::string name;
    Role role;
    bool is_person; // false: a program of the machine's owner; its name and role mean nothing
    std::shared_ptr<const HeldDocuments> held;
    Digest bearer; // the hash of the session or token that was shown
};

/// What is over: one session or token, or whatever is open for a person.
struct Ended {
    PersonId person;
    std::optional<Digest> bearer{}; // none: all of the person's
    friend bool operator==(const Ended&, const Ended&) = default;
};

} // namespace staffroom::accounts
