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

Result<void> is_to_come(const std::optional<WallTime>& until, WallTime now) {
    if (until && *until <= now)
        return fail(Errc::invalid_input, "\"until\" has to be a day to come.");
    return {};
}

bool counts_at(const Grant& grant, WallTime now) {
    return !grant.until || now < *grant.until;
}

std::optional<Role> Grants::role_at(WallTime now) const {
    if (acting && counts_at(*acting, now))
        return acting->role;
    return counts_at(lasting, now) ? std::optional(lasting.role) : std::nullopt;
}

bool Grants::lasts_as_lead(WallTime now) const {
    return lasting.role == Role::lead && counts_at(lasting, now);
}

bool Grants::ever_leads(WallTime now) const {
    return lasts_as_lead(now) || (acting && acting->role == Role::lead && counts_at(*acting, now));
}

bool Grants::ever_reads() const {
    return lasting.role != Role::technician || (acting && acting->role != Role::technician);
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
