// Who is here: people invited, their roles, their leaving, and the tokens of programs.
#include "node/accounts/accounts.hpp"
#include "node/accounts/people/account_names.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::accounts {
namespace {

constexpr std::size_t token_name_bytes_max = 100;

WallTime after(WallTime time, std::chrono::hours span) {
    return {time.ms + static_cast<std::uint64_t>(std::chrono::milliseconds(span).count())};
}

Result<void> not_in_past(std::optional<WallTime> until, WallTime now) {
    if (until && *until <= now)
        return fail(Errc::invalid_input, "\"until\" has to be a day to come.");
    return {};
}

/// For whoever asks later who did it: ids, never names.
void note_change(
    const node::Trace& trace, const char* what, const PersonId& person, const Actor& by
) {
    constexpr std::size_t letters = 8;
    trace.event(
        node::TraceLevel::notice,
        "accounts.changed",
        {{"what", what},
         {"person", to_base32(person).substr(0, letters)},
         {"by", by ? to_base32(by->id).substr(0, letters) : "owner"}}
    );
}

bool is_technician(const Actor& by) {
    return by && by->role == Role::technician;
}

} // namespace

/// Whoever resets a password can sign in as that person: a technician must not become a lead that
/// way.
Result<void> Accounts::may_manage(const Actor& by, const Person& person) const {
    if (is_technician(by) && role_of(person) == Role::lead)
        return fail(Errc::not_allowed, "Only a lead changes the account of a lead.");
    return {};
}

/// The owner of the machine can always make another; nobody else may leave a school without one.
Result<void> Accounts::keeps_a_lead(const Actor& by, const Person& without_person) const {
    if (!by || role_of(without_person) != Role::lead)
        return {};
    const bool has_other = std::ranges::any_of(book_.people(), [&](const auto& each) {
        return each.first != without_person.id && role_of(each.second) == Role::lead;
    });
    if (has_other)
        return {};
    return fail(Errc::not_allowed, "A school has at least one lead: make another one first.");
}

/// Older links of the person end: the last one that was handed out is the one that works.
Result<AccountRows>
Accounts::invitation_rows(const Person& person, const Digest& link, std::chrono::hours life) {
    AccountRows rows{row_of(person)};
    for (const Link& older : book_.links_of(person.id))
        rows.push_back(without(older));
    rows.push_back(row_of(Link{link, person.id, after(now(), life)}));
    return rows;
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
            if (auto fits = not_in_past(until, now()); !fits)
                return fail(fits.error());
            if (book_.people().size() >= people_max)
                return fail(Errc::too_large, "This school has as many accounts as there may be.");
            if (book_.find_named(name) != nullptr || book_.find_like(name, nullptr) != nullptr)
                return fail(
                    Errc::already_exists, "Somebody here has this name, or one that looks the same."
                );
            const Person person{
                parts_.core.random().make<PersonId>(), name, {Grant{role, now(), until}}, now()};
            *made = Invited{person, new_secret()};
            return invitation_rows(person, hash_of_bearer((*made)->link), invitation_life);
        },
        [this, by, made, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change(parts_.trace, "invited", (*made)->person.id, by);
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
            if (auto may = may_manage(by, *known); !may)
                return fail(may.error());
            if (!role_of(*known))
                return fail(
                    Errc::not_allowed, "This account is closed: give the person a role first."
                );
            *made = Invited{*known, new_secret()};
            const bool is_new = !known->credentials;
            return invitation_rows(
                *known, hash_of_bearer((*made)->link), is_new ? invitation_life : reset_life
            );
        },
        [this, by, made, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change(parts_.trace, "reset", (*made)->person.id, by);
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
            if (auto fits = not_in_past(until, now()); !fits)
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
                for (const Link& link : book_.links_of(person))
                    rows.push_back(without(link));
            *changed = std::move(given);
            return rows;
        },
        [this, by, person, changed, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change(parts_.trace, "role", person, by);
            on_ended(person);
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
            for (const Link& link : book_.links_of(person))
                rows.push_back(without(link));
            for (const auto& [hash, token] : book_.tokens())
                if (token.is_person && token.holder == person)
                    rows.push_back(without(token));
            for (const RevisionId& document : documents)
                rows.push_back(row_of(Holding{document, to}));
            *closed = std::move(left);
            return rows;
        },
        [this, by, person, closed, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change(parts_.trace, "left", person, by);
            on_ended(person);
            done(std::move(**closed));
        }
    );
}

void Accounts::add_token(
    const Actor& by,
    const std::string& name,
    Scope scope,
    std::optional<WallTime> until,
    const Done<NewToken>& done
) {
    const auto made = std::make_shared<std::optional<NewToken>>();
    change(
        [this, by, name = trimmed(name), scope, until, made]() -> Result<AccountRows> {
            if (name.empty() || name.size() > token_name_bytes_max)
                return fail(Errc::invalid_input, "A token has a name of 1 to 100 bytes.");
            if (auto fits = not_in_past(until, now()); !fits)
                return fail(fits.error());
            if (book_.tokens().size() >= tokens_max)
                return fail(Errc::too_large, "This school has as many tokens as there may be.");
            const PersonId holder = by ? by->id : parts_.core.random().make<PersonId>();
            const std::string secret = new_secret();
            const Token token{
                hash_of_bearer(secret), holder, by.has_value(), name, scope, now(), until};
            *made = NewToken{token, secret};
            return AccountRows{row_of(token)};
        },
        [this, by, made, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change(parts_.trace, "token", (*made)->token.holder, by);
            done(std::move(**made));
        }
    );
}

void Accounts::end_token(const Actor& by, const std::string& typed, const Done<Token>& done) {
    const auto ended = std::make_shared<std::optional<Token>>();
    change(
        [this, by, typed, ended]() -> Result<AccountRows> {
            for (const auto& [hash, token] : book_.tokens()) {
                const bool is_theirs = !by || (token.is_person && token.holder == by->id);
                if (!is_theirs || (public_id(hash) != typed && token.name != typed))
                    continue;
                if (*ended && (*ended)->name == typed)
                    return fail(Errc::invalid_input, "Several tokens have this name: use the id.");
                *ended = token;
                if (public_id(hash) == typed)
                    break;
            }
            if (!*ended)
                return fail(Errc::not_found, "There is no such token.");
            return AccountRows{without(**ended)};
        },
        [ended, done](const Result<void>& written) {
            if (written)
                done(std::move(**ended));
            else
                done(fail(written.error()));
        }
    );
}

} // namespace staffroom::accounts
