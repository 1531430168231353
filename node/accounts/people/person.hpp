// What the accounts keep: people, their sessions, one-time links and tokens, as plain values. Only
// hashes of what opens an account stand here: who reads the disk of the node cannot sign in with
// it. Not here: how they are stored (accounts/people/account_rows) and changed (accounts/accounts).
#pragma once

#include "node/accounts/base/role.hpp"
#include "node/accounts/base/signed_in.hpp"
#include "node/accounts/signing/credentials.hpp"

#include <string>
#include <vector>

namespace staffroom::accounts {

/// A browser from which a person has signed in before. It keeps its own count of wrong passwords,
/// so that nobody else's guesses can lock it out.
struct Device {
    Digest hash; // of the cookie that it keeps
    WallTime used;
    friend bool operator==(const Device&, const Device&) = default;
};

inline constexpr std::size_t devices_max = 10;

struct Person {
    PersonId id;
    std::string name;
    Grants grants;
    WallTime created;
    std::optional<WallTime> left{};           // the account is closed
    std::optional<Credentials> credentials{}; // none: invited, and has not chosen a password yet
    std::vector<Device> devices{};            // the last used first
    friend bool operator==(const Person&, const Person&) = default;
};

/// One person at one browser. It ends with the role in which it began.
struct Session {
    Digest hash; // of the cookie
    PersonId person;
    Role role;
    WallTime begun;
    WallTime seen;
    std::string agent; // what the browser calls itself, for the person's own list
    friend bool operator==(const Session&, const Session&) = default;
};

/// Opens an account once: for somebody who is new, or has forgotten the password.
struct Link {
    Digest hash;
    PersonId person;
    WallTime until;
    std::optional<PersonId> by; // who made it; none: the machine's owner
    friend bool operator==(const Link&, const Link&) = default;
};

/// For a program. What it publishes is its person's, or, where the machine's owner made it, its own
/// under `holder`.
struct Token {
    Digest hash;
    PersonId holder;
    bool is_person; // whether `holder` is one
    std::string name;
    Scope scope;
    WallTime created;
    std::optional<WallTime> until;
    friend bool operator==(const Token&, const Token&) = default;
};

/// Short names of sessions and tokens: they can be shown and typed, and open nothing.
[[nodiscard]] std::string public_id(const Digest& hash);

} // namespace staffroom::accounts
