// How a session begins: by a password, by a one-time link, or with the first account of all.
#include "node/accounts/accounts.hpp"
#include "node/accounts/people/account_names.hpp"
#include "node/base/clock.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/password.hpp"

#include <algorithm>

namespace staffroom::accounts {
namespace {

constexpr std::size_t agent_bytes_max = 200;

void put_device(Person& person, const Digest& hash, WallTime now) {
    std::erase_if(person.devices, [&](const Device& each) { return each.hash == hash; });
    person.devices.insert(person.devices.begin(), {hash, now});
    if (person.devices.size() > devices_max)
        person.devices.resize(devices_max, {hash, now});
}

/// As long as a name may be, so that the count of a stranger's words takes no memory.
std::string counted_name(const std::string& name) {
    return same_name_key(name).substr(0, 4 * name_characters_max);
}

auto spent_link() {
    return fail(Errc::not_found, "This link has been used, or its time is over: it works once.");
}

bool knows_device(const Person& person, std::string_view cookie) {
    return !cookie.empty() &&
           std::ranges::find(person.devices, hash_of_bearer(cookie), &Device::hash) !=
               person.devices.end();
}

} // namespace

/// One attempt on its way to the lane and back.
struct SignInJob {
    std::string password;
    Visitor visitor;
    Attempt attempt;
    std::optional<PersonId> person; // none: nobody of this name
    std::optional<Credentials> credentials;
    bool is_right = false;
    bool has_failed = false;
};

Attempt Accounts::attempt_of(const Person& person, const Visitor& visitor) const {
    Attempt attempt{counted_name(person.name), address_group(visitor.address), ""};
    if (knows_device(person, visitor.device))
        attempt.device = to_base32(hash_of_bearer(visitor.device));
    return attempt;
}

void Accounts::sign_in(
    const std::string& name,
    const std::string& password,
    const Visitor& visitor,
    const std::function<void(SignInOutcome)>& done
) {
    const auto job = std::make_shared<SignInJob>();
    job->password = password.substr(0, crypto::stretch_secret_bytes_max);
    job->visitor = visitor;
    const Person* person = book_.find_named(name);
    if (person != nullptr && role_of(*person) && person->credentials) {
        job->person = person->id;
        job->credentials = person->credentials;
    }
    if (person != nullptr)
        job->attempt = attempt_of(*person, visitor);
    else
        job->attempt = {counted_name(name), address_group(visitor.address), ""};
    const auto wait = throttle_.begin(job->attempt, runtime::steady_now());
    if (wait > std::chrono::seconds(0))
        return done(SignInRefusal{SignInRefusal::Why::throttled, wait});
    check_password(job, done);
}

void Accounts::check_password(
    const std::shared_ptr<SignInJob>& job, const std::function<void(SignInOutcome)>& done
) {
    const auto work = [job, cost = parts_.settings.cost] {
        if (!job->person) {
            spend_as_much(job->password, cost);
        } else {
            const auto keys = open_credentials(*job->person, job->password, *job->credentials);
            job->is_right = keys.has_value();
            job->has_failed = !keys && keys.error().code != Errc::decrypt_failed;
        }
        wipe_password(job->password);
    };
    const auto then = [this, job, done] {
        if (job->has_failed)
            return done(SignInRefusal{SignInRefusal::Why::failed});
        if (!job->is_right) {
            parts_.trace.event(node::TraceLevel::notice, "accounts.wrong-password");
            return done(SignInRefusal{SignInRefusal::Why::wrong});
        }
        throttle_.succeeded(job->attempt);
        const auto begin = [this, job]() -> Result<Beginning> {
            // A reset while the password was looked at is there to keep out who knows it.
            const Person* known = book_.find(*job->person);
            if (known == nullptr || known->credentials != job->credentials)
                return fail(Errc::not_found, "This password has been changed.");
            const auto links = book_.links_of(known->id);
            if (std::ranges::any_of(links, [this](const Link& each) { return does_open(each); }))
                return fail(Errc::not_found, "This password is being reset.");
            return Beginning{*known};
        };
        open_session(job->visitor, begin, true, [done](Result<Opened> opened) {
            if (opened)
                done(std::move(*opened));
            else if (opened.error().code == Errc::not_found)
                done(SignInRefusal{SignInRefusal::Why::wrong}); // over since a moment ago
            else
                done(SignInRefusal{SignInRefusal::Why::failed});
        });
    };
    if (!parts_.lane.run(work, then))
        done(SignInRefusal{SignInRefusal::Why::busy, std::chrono::seconds(2)});
}

/// A session of whoever `begin` gives, written together with its rows.
void Accounts::open_session(
    const Visitor& visitor, const Begin& begin, bool is_known_anyway, const Done<Opened>& done
) {
    const auto opened = std::make_shared<std::optional<Opened>>();
    const auto decide = [this, visitor, begin, opened]() -> Result<AccountRows> {
        auto beginning = begin();
        if (!beginning)
            return fail(beginning.error());
        Person& owner = beginning->person;
        const auto role = role_of(owner);
        if (!role)
            return fail(Errc::not_found, "This account is closed.");
        const WallTime time = now();
        const std::string cookie = new_secret();
        const bool is_same = knows_device(owner, visitor.device);
        const std::string device = is_same ? visitor.device : new_secret();
        put_device(owner, hash_of_bearer(device), time);
        std::string agent = visitor.agent.substr(0, agent_bytes_max);
        if (first_unreadable_byte(agent))
            agent.clear();
        const Session session{hash_of_bearer(cookie), owner.id, *role, time, time, agent};
        AccountRows rows = std::move(beginning->rows);
        rows.push_back(row_of(owner));
        rows.push_back(row_of(session));
        auto theirs = book_.sessions_of(owner.id);
        std::ranges::sort(theirs, {}, [](const Session& each) { return each.seen.ms; });
        for (std::size_t i = 0; i + sessions_max <= theirs.size(); ++i)
            rows.push_back(without(theirs[i]));
        if (const Session* old = book_.session(hash_of_bearer(visitor.old_cookie)))
            rows.push_back(without(*old));
        *opened = Opened{known(session, owner, *role, cookie), cookie, device};
        return rows;
    };
    change(
        decide,
        [opened, done](const Result<void>& written) {
            if (written)
                done(std::move(**opened));
            else
                done(fail(written.error()));
        },
        is_known_anyway
    );
}

void Accounts::redeem(
    const std::string& link,
    const std::string& password,
    const std::string& name,
    const Visitor& visitor,
    const Done<Opened>& done
) {
    const Digest hash = hash_of_bearer(link);
    const Link* known = book_.link(hash);
    if (known == nullptr || !does_open(*known))
        return done(spent_link());
    const Person* person = book_.find(known->person);
    const auto chosen = name.empty() ? std::nullopt : std::optional(trimmed(name));
    const std::string& shown = chosen ? *chosen : person->name;
    if (const auto why = why_no_account_name(shown))
        return done(fail(Errc::invalid_input, *why));
    if (const auto why = why_no_password(password, shown))
        return done(fail(Errc::invalid_input, *why));
    // The password that sealed the old keys is not known any more, so these are new.
    set_password(
        person->id,
        password,
        make_person_keys(parts_.core.random()),
        [this, id = person->id, hash, chosen, visitor, done](const Result<Credentials>& credentials
        ) {
            if (!credentials)
                return done(fail(credentials.error()));
            const auto begin = [this, id, hash, chosen, made = *credentials] {
                return redeemed(hash, id, chosen, made);
            };
            open_session(visitor, begin, false, done);
        }
    );
}

/// The account as the link opens it. While the password was stretched somebody may have been
/// quicker, with the link or with the name, and the person may have got another role, or have left.
Result<Accounts::Beginning> Accounts::redeemed(
    const Digest& link,
    const PersonId& person,
    const std::optional<std::string>& name,
    const Credentials& made
) const {
    const Link* known = book_.link(link);
    if (known == nullptr || !does_open(*known))
        return spent_link();
    Beginning begun{*book_.find(person)};
    if (name)
        begun.person.name = *name;
    if (auto free = is_free_name(begun.person.name, &person); !free)
        return fail(free.error());
    begun.person.credentials = made;
    begun.person.devices.clear();
    put_ends(begun.rows, person);
    put_link_ends(begun.rows, person);
    // Whoever had the old password may have made tokens with it.
    put_token_ends(begun.rows, person);
    return begun;
}

void Accounts::make(const NewAccount& wish, const Visitor& visitor, const Done<Opened>& done) {
    const std::string chosen = trimmed(wish.name);
    if (const auto why = why_no_account_name(chosen))
        return done(fail(Errc::invalid_input, *why));
    if (const auto why = why_no_password(wish.password, chosen))
        return done(fail(Errc::invalid_input, *why));
    const Person* half_made = book_.find_named(chosen);
    Person person{
        half_made != nullptr ? half_made->id : parts_.core.random().make<PersonId>(),
        chosen,
        {Grant{wish.role, now(), std::nullopt}},
        now()};
    if (auto may = may_make(person, wish.is_first); !may)
        return done(fail(may.error()));
    set_password(
        person.id,
        wish.password,
        make_person_keys(parts_.core.random()),
        [this, person, is_first = wish.is_first, visitor, done](
            const Result<Credentials>& credentials
        ) {
            if (!credentials)
                return done(fail(credentials.error()));
            Person whole = person;
            whole.credentials = *credentials;
            const auto begin = [this, whole, is_first]() -> Result<Beginning> {
                if (auto may = may_make(whole, is_first); !may)
                    return fail(may.error());
                Beginning begun{whole};
                put_link_ends(begun.rows, whole.id);
                return begun;
            };
            open_session(visitor, begin, false, [this, id = whole.id, done](Result<Opened> begun) {
                if (begun)
                    note_change("made", id, nullptr);
                done(std::move(begun));
            });
        }
    );
}

/// A name that was invited and has no password yet is taken over: its link may be lost.
Result<void> Accounts::may_make(const Person& person, bool is_first) const {
    if (is_first && has_people())
        return fail(Errc::not_allowed, "This school has people: they invite others.");
    const Person* known = book_.find(person.id);
    if (known != nullptr && (known->credentials || known->left))
        return fail(Errc::already_exists, "Somebody here has an account of this name.");
    if (known == nullptr && book_.people().size() >= people_max)
        return fail(Errc::too_large, "This school has as many accounts as there may be.");
    return is_free_name(person.name, &person.id);
}

} // namespace staffroom::accounts
