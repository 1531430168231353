// What a person is in the school, from when until when (domain: teacher, school lead, technician).
// Not here: what a role may do, which is the table of routes (http/routes) and the reader's sight
// (services/library/reader). Called by accounts and by the handlers.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace staffroom::accounts {

/// Random, never used again; as an author of a record it has 32 bytes [R3].
using PersonId = FixedBytes<struct PersonIdTag, 32>;

/// Stored as its word: never rename.
enum class Role { teacher, lead, technician };

inline constexpr std::array all_roles{Role::teacher, Role::lead, Role::technician};

[[nodiscard]] std::string_view role_name(Role role);
/// Errors: unknown_value; the detail is a sentence that names the three.
[[nodiscard]] Result<Role> parse_role(std::string_view word);

struct Grant {
    Role role;
    WallTime from;
    std::optional<WallTime> until; // exclusive; none: until somebody says otherwise
    friend bool operator==(const Grant&, const Grant&) = default;
};

/// Errors: invalid_input (an end that is over already, with a sentence).
[[nodiscard]] Result<void> is_to_come(const std::optional<WallTime>& until, WallTime now);

[[nodiscard]] bool counts_at(const Grant& grant, WallTime now);

/// The roles of one person: a lasting one, and perhaps another in its place for a time (a deputy
/// who leads until Easter and then teaches again).
struct Grants {
    Grant lasting;
    std::optional<Grant> acting{};

    /// None: the person has no role any more and cannot sign in.
    [[nodiscard]] std::optional<Role> role_at(WallTime now) const;
    /// Whether one of them makes its person a lead, now or on a day to come.
    [[nodiscard]] bool ever_leads(WallTime now) const;
    /// Whether its person leads when nothing acts in its place.
    [[nodiscard]] bool lasts_as_lead(WallTime now) const;
    /// Whether one of them lets its person read records, also one that is over or to come.
    [[nodiscard]] bool ever_reads() const;
    /// The same role again moves its end; another with an end acts in its place; another without
    /// one replaces it.
    void give(Role role, std::optional<WallTime> until, WallTime now);

    friend bool operator==(const Grants&, const Grants&) = default;
};

} // namespace staffroom::accounts
