#include "node/accounts/base/role.hpp"

namespace staffroom::accounts {

std::string_view role_name(Role role) {
    switch (role) {
    case Role::teacher: return "teacher";
    case Role::lead: return "lead";
    case Role::technician: return "technician";
    }
    return "";
}

Result<Role> parse_role(std::string_view word) {
    for (const Role role : all_roles)
        if (role_name(role) == word)
            return role;
    return fail(Errc::unknown_value, "The role has to be teacher, lead or technician.");
}

bool counts_at(const Grant& grant, WallTime now) {
    return !grant.until || now < *grant.until;
}

std::optional<Role> Grants::role_at(WallTime now) const {
    if (acting && counts_at(*acting, now))
        return acting->role;
    return counts_at(lasting, now) ? std::optional(lasting.role) : std::nullopt;
}

void Grants::give(Role role, std::optional<WallTime> until, WallTime now) {
    if (role == lasting.role) {
        lasting.until = until;
        acting.reset();
    } else if (until) {
        acting = Grant{role, now, until};
    } else {
        lasting = Grant{role, now, std::nullopt};
        acting.reset();
    }
}

} // namespace staffroom::accounts
