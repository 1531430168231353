// Who is here: people invited, their roles, and their leaving.
#include "node/accounts/accounts.hpp"
#include "node/accounts/people/account_names.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::accounts {
namespace {

WallTime after(WallTime time, std::chrono::hours span) {
    return {time.ms + static_cast<std::uint64_t>(std::chrono::milliseconds(span).count())};
}

bool is_technician(const Actor& by) {
    return by && by->role == Role::technician;
}

} // namespace

/// For whoever asks later who did it: ids, never names. `by`: null where it was the owner.
void Accounts::note_change(const char* what, const PersonId& person, const PersonId* by) const {
    constexpr std::size_t letters = 8;
    parts_.trace.event(
        node::TraceLevel::notice,
        "accounts.changed",
        {{"what", what},
         {"person", to_base32(person).substr(0, letters)},
         {"by", by != nullptr ? to_base32(*by).substr(0, letters) : "owner"}}
    );
}

Result<void> Accounts::may_manage(const Actor& by, const Person& person) const {
    if (is_technician(by) && person.grants.ever_leads(parts_.core.wall()))
        return fail(Errc::not_allowed, "Only a lead changes the account of a lead.");
    return {};
}

Result<void> Accounts::may_link(const Actor& by, const Person& person) const {
    if (is_technician(by) && person.grants.ever_reads())
        return fail(Errc::not_allowed, "Only a lead makes a link for somebody who reads records.");
    return may_manage(by, person);
}

/// Nobody but the owner of the machine, who can always make another, may leave a school without
/// one. Who acts as a lead for a time is none on whom a school can rely, nor is who was invited and
/// has not come.
Result<void> Accounts::keeps_a_lead(const Actor& by, const Person& without_person) const {
    const WallTime time = parts_.core.wall();
    if (!by || without_person.left || !without_person.grants.ever_leads(time))
        return {};
    const bool is_lasting = without_person.grants.lasts_as_lead(time);
    const bool has_other = std::ranges::any_of(book_.people(), [&](const auto& each) {
        const Person& other = each.second;
        return other.id != without_person.id && !other.left && other.credentials &&
               (is_lasting ? other.grants.lasts_as_lead(time) : other.grants.ever_leads(time));
    });
    if (has_other)
        return {};
    return fail(
        Errc::not_allowed, "A school has at least one lasting lead: make another one first."
    );
}

Result<void> Accounts::is_free_name(const std::string& name, const PersonId* owner) const {
    const Person* same = book_.find_named(name);
    const bool is_taken = same != nullptr && (owner == nullptr || same->id != *owner);
    if (is_taken || book_.find_like(name, owner) != nullptr)
        return fail(
            Errc::already_exists, "Somebody here has this name, or one that looks the same."
        );
    return {};
}

/// Older links of the person end: the last one that was handed out is the one that works.
Result<AccountRows> Accounts::invitation_rows(
    const Actor& by, const Person& person, const Digest& link, std::chrono::hours life
) {
    AccountRows rows{row_of(person)};
    put_ends(rows, person.id);
    put_link_ends(rows, person.id);
    put_token_ends(rows, person.id);
    const auto maker = by ? std::optional(by->id) : std::nullopt;
    rows.push_back(row_of(Link{link, person.id, after(now(), life), maker}));
    return rows;
}

bool Accounts::does_open(const Link& link) const {
    const Person* person = book_.find(link.person);
    if (person == nullptr || link.until <= parts_.core.wall() || !role_of(*person))
        return false;
    if (!link.by)
        return true;
    const Person* maker = book_.find(*link.by);
    const auto role = maker == nullptr ? std::nullopt : role_of(*maker);
    return role && *role != Role::teacher &&
           may_link(as_signed_in(*maker, *role, link.hash), *person).has_value();
}

void Accounts::invite(
    const Actor& by,
    const std::string& name,
    Role role,
    std::optional<WallTime> until,
    const Done<Invited>& done
) {
    const auto made = std::make_shared<std::optional<Invited>>();
    change(
        [this, by, name = trimmed(name), role, until, made]() -> Result<AccountRows> {
            if (const auto why = why_no_account_name(name))
                return fail(Errc::invalid_input, *why);
            if (is_technician(by) && role == Role::lead)
                return fail(Errc::not_allowed, "Only a lead makes another lead.");
            if (auto fits = is_to_come(until, now()); !fits)
                return fail(fits.error());
            if (book_.people().size() >= people_max)
                return fail(Errc::too_large, "This school has as many accounts as there may be.");
            if (auto free = is_free_name(name, nullptr); !free)
                return fail(free.error());
            const Person person{
                parts_.core.random().make<PersonId>(), name, {Grant{role, now(), until}}, now()};
            *made = Invited{person, {}};
            if (!may_link(by, person))
                return AccountRows{row_of(person)};
            (*made)->link = new_secret();
            return invitation_rows(by, person, hash_of_bearer((*made)->link), invitation_life);
        },
        [this, by, made, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change("invited", (*made)->person.id, by ? &by->id : nullptr);
            done(std::move(**made));
        }
    );
}

void Accounts::reset(const Actor& by, const PersonId& person, const Done<Invited>& done) {
    const auto made = std::make_shared<std::optional<Invited>>();
    change(
        [this, by, person, made]() -> Result<AccountRows> {
            const Person* known = book_.find(person);
            if (known == nullptr)
                return fail(Errc::not_found, "There is no such person here.");
            if (auto may = may_link(by, *known); !may)
                return fail(may.error());
            if (!role_of(*known))
                return fail(
                    Errc::not_allowed, "This account is closed: give the person a role first."
                );
            *made = Invited{*known, new_secret()};
            const bool is_new = !known->credentials;
            return invitation_rows(
                by, *known, hash_of_bearer((*made)->link), is_new ? invitation_life : reset_life
            );
        },
        [this, by, made, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change("reset", (*made)->person.id, by ? &by->id : nullptr);
            done(std::move(**made));
        }
    );
}

void Accounts::give_role(
    const Actor& by,
    const PersonId& person,
    Role role,
    std::optional<WallTime> until,
    const Done<Person>& done
) {
    const auto changed = std::make_shared<std::optional<Person>>();
    change(
        [this, by, person, role, until, changed]() -> Result<AccountRows> {
            const Person* known = book_.find(person);
            if (known == nullptr)
                return fail(Errc::not_found, "There is no such person here.");
            if (auto fits = is_to_come(until, now()); !fits)
                return fail(fits.error());
            if (role != Role::lead || until)
                if (auto keeps = keeps_a_lead(by, *known); !keeps)
                    return fail(keeps.error());
            Person given = *known;
            given.grants.give(role, until, now());
            given.left.reset();
            AccountRows rows{row_of(given)};
            put_ends(rows, person);
            // A link that somebody else has kept would let them in with the new role.
            if (role == Role::lead)
                put_link_ends(rows, person);
            *changed = std::move(given);
            return rows;
        },
        [this, by, person, changed, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change("role", person, by ? &by->id : nullptr);
            on_ended({person}); // tokens go on, and what they have opened was for the old role
            done(std::move(**changed));
        }
    );
}

void Accounts::leave(
    const Actor& by,
    const PersonId& person,
    const PersonId& to,
    const std::vector<RevisionId>& documents,
    const Done<Person>& done
) {
    const auto closed = std::make_shared<std::optional<Person>>();
    change(
        [this, by, person, to, documents, closed]() -> Result<AccountRows> {
            const Person* known = book_.find(person);
            const Person* heir = book_.find(to);
            if (known == nullptr || heir == nullptr)
                return fail(Errc::not_found, "There is no such person here.");
            if (person == to || !role_of(*heir) || role_of(*heir) == Role::technician)
                return fail(
                    Errc::invalid_input,
                    "Records are handed over to another teacher or lead of this school."
                );
            if (auto keeps = keeps_a_lead(by, *known); !keeps)
                return fail(keeps.error());
            Person left = *known;
            left.left = now();
            left.devices.clear();
            AccountRows rows{row_of(left)};
            put_ends(rows, person);
            put_link_ends(rows, person);
            put_token_ends(rows, person);
            for (const RevisionId& document : documents)
                rows.push_back(row_of(Holding{document, to}));
            *closed = std::move(left);
            return rows;
        },
        [this, by, person, closed, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change("left", person, by ? &by->id : nullptr);
            done(std::move(**closed));
        }
    );
}

} // namespace staffroom::accounts
