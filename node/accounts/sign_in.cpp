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

std::size_t letters_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

/// The password is wiped where it waited.
void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

void put_device(Person& person, const Digest& hash, WallTime now) {
    std::erase_if(person.devices, [&](const Device& each) { return each.hash == hash; });
    person.devices.insert(person.devices.begin(), {hash, now});
    if (person.devices.size() > devices_max)
        person.devices.resize(devices_max, {hash, now});
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

std::optional<std::string> why_no_password(std::string_view password, std::string_view name) {
    if (first_unreadable_byte(password))
        return "A password is text in UTF-8.";
    if (letters_of(password) < password_characters_min)
        return "A password has at least 10 characters; a short sentence is easy to keep in mind.";
    if (password.size() > crypto::stretch_secret_bytes_max)
        return "A password has at most 1024 bytes.";
    if (same_name_key(password) == same_name_key(name))
        return "A password is not the name.";
    if (std::ranges::all_of(password, [&](char each) { return each == password.front(); }))
        return "A password is not one character again and again.";
    return std::nullopt;
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
    job->attempt.account = same_name_key(name).substr(0, 4 * name_characters_max);
    job->attempt.address = address_group(visitor.address);
    if (person != nullptr && knows_device(*person, visitor.device))
        job->attempt.device = to_base32(hash_of_bearer(visitor.device));
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
        wipe(job->password);
    };
    const auto then = [this, job, done] {
        if (job->has_failed)
            return done(SignInRefusal{SignInRefusal::Why::failed});
        if (!job->is_right) {
            parts_.trace.event(node::TraceLevel::notice, "accounts.wrong-password");
            return done(SignInRefusal{SignInRefusal::Why::wrong});
        }
        throttle_.succeeded(job->attempt);
        open_session(*job->person, job->visitor, {}, [done](Result<Opened> opened) {
            if (opened)
                done(std::move(*opened));
            else if (opened.error().code == Errc::not_found)
                done(SignInRefusal{SignInRefusal::Why::wrong}); // closed in this moment
            else
                done(SignInRefusal{SignInRefusal::Why::failed});
        });
    };
    if (!parts_.lane.run(work, then))
        done(SignInRefusal{SignInRefusal::Why::busy, std::chrono::seconds(2)});
}

/// `before`: rows that have to be written with it, such as the person with a new password.
void Accounts::open_session(
    const PersonId& person,
    const Visitor& visitor,
    const AccountRows& before,
    const Done<Opened>& done
) {
    const auto opened = std::make_shared<std::optional<Opened>>();
    const auto decide = [this, person, visitor, before, opened]() -> Result<AccountRows> {
        Person owner = *book_.find(person);
        for (const AccountRow& row : before)
            if (auto thing = row.value.empty() ? Result<AccountThing>(fail(Errc::not_found))
                                               : read_row(row.key, row.value))
                if (auto* changed = std::get_if<Person>(&*thing))
                    owner = std::move(*changed);
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
        const Session session{hash_of_bearer(cookie), person, *role, time, time, agent};
        AccountRows rows = before;
        rows.push_back(row_of(owner));
        rows.push_back(row_of(session));
        auto theirs = book_.sessions_of(person);
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
        before.empty()
    );
}

void Accounts::set_password(
    const PersonId& person,
    const std::string& password,
    PersonKeys keys,
    const Done<Credentials>& done
) {
    struct Job {
        std::string password;
        PersonKeys keys;
        CredentialSeeds seeds;
        std::optional<Result<Credentials>> made{};
    };
    const auto job =
        std::make_shared<Job>(Job{password, std::move(keys), draw_seeds(parts_.core.random())});
    const auto work = [job, person, cost = parts_.settings.cost] {
        job->made = seal_credentials(person, job->password, job->keys, job->seeds, cost);
        wipe(job->password);
    };
    if (!parts_.lane.run(work, [job, done] { done(std::move(*job->made)); }))
        done(fail(Errc::busy, "too many passwords at once"));
}

void Accounts::redeem(
    const std::string& link,
    const std::string& password,
    const std::string& name,
    const Visitor& visitor,
    const Done<Opened>& done
) {
    const auto no_link = [] {
        return fail(
            Errc::not_found, "This link has been used, or its time is over: it works once."
        );
    };
    const Digest hash = hash_of_bearer(link);
    const Link* known = book_.link(hash);
    const Person* person = known == nullptr ? nullptr : book_.find(known->person);
    if (person == nullptr || known->until <= now() || !role_of(*person))
        return done(no_link());
    const std::string chosen = name.empty() ? person->name : trimmed(name);
    if (const auto why = why_no_account_name(chosen))
        return done(fail(Errc::invalid_input, *why));
    if (const auto why = why_no_password(password, chosen))
        return done(fail(Errc::invalid_input, *why));
    // The password that sealed the old keys is not known any more, so these are new.
    set_password(
        person->id,
        password,
        make_person_keys(parts_.core.random()),
        [this, id = person->id, hash, chosen, visitor, done, no_link](
            const Result<Credentials>& credentials
        ) {
            if (!credentials)
                return done(fail(credentials.error()));
            // Somebody else may have been quicker, with the link or with the name.
            const Person* now_person = book_.find(id);
            if (book_.link(hash) == nullptr)
                return done(no_link());
            const Person* same = book_.find_named(chosen);
            if ((same != nullptr && same->id != id) || book_.find_like(chosen, &id) != nullptr)
                return done(fail(
                    Errc::already_exists, "Somebody here has this name, or one that looks the same."
                ));
            Person opened = *now_person;
            opened.name = chosen;
            opened.credentials = *credentials;
            opened.devices.clear();
            AccountRows rows{row_of(opened)};
            const auto links = book_.links_of(id);
            for (const Link& each : links)
                rows.push_back(without(each));
            put_ends(rows, id);
            // Whoever had the old password may have made tokens with it.
            for (const auto& [key, token] : book_.tokens())
                if (token.is_person && token.holder == id)
                    rows.push_back(without(token));
            // Taken at once, so that of two who come together one is told.
            for (const Link& each : links)
                book_.take_away(without(each).key);
            open_session(id, visitor, rows, [this, id, links, done](Result<Opened> begun) {
                if (!begun)
                    for (const Link& each : links)
                        book_.put(each);
                on_ended(id);
                done(std::move(begun));
            });
        }
    );
}

void Accounts::make(
    const std::string& name,
    Role role,
    const std::string& password,
    const Visitor& visitor,
    const Done<Opened>& done
) {
    const std::string chosen = trimmed(name);
    if (const auto why = why_no_account_name(chosen))
        return done(fail(Errc::invalid_input, *why));
    if (const auto why = why_no_password(password, chosen))
        return done(fail(Errc::invalid_input, *why));
    invite(std::nullopt, chosen, role, std::nullopt, [=, this](const Result<Invited>& invited) {
        if (!invited)
            return done(fail(invited.error()));
        redeem(invited->link, password, "", visitor, done);
    });
}

void Accounts::open_keys(
    const PersonId& person, const std::string& password, const Done<PersonKeys>& done
) {
    const Person* known = book_.find(person);
    if (known == nullptr || !known->credentials)
        return done(fail(Errc::not_found, "This person has no password yet."));
    struct Job {
        std::string password;
        Credentials credentials;
        std::optional<Result<PersonKeys>> opened{};
    };
    const auto job = std::make_shared<Job>(Job{
        password.substr(0, crypto::stretch_secret_bytes_max), *known->credentials});
    const auto work = [job, person] {
        job->opened = open_credentials(person, job->password, job->credentials);
        wipe(job->password);
    };
    if (!parts_.lane.run(work, [job, done] { done(std::move(*job->opened)); }))
        done(fail(Errc::busy, "too many passwords at once"));
}

void Accounts::change_password(
    const PersonId& person,
    const std::string& old_password,
    const std::string& new_password,
    const Done<void>& done
) {
    const Person* known = book_.find(person);
    if (known == nullptr)
        return done(fail(Errc::not_found, "This person is not here."));
    if (const auto why = why_no_password(new_password, known->name))
        return done(fail(Errc::invalid_input, *why));
    open_keys(person, old_password, [=, this](Result<PersonKeys> keys) {
        if (!keys && keys.error().code == Errc::decrypt_failed)
            return done(fail(Errc::not_allowed, "The old password is not right."));
        if (!keys)
            return done(fail(keys.error()));
        set_password(
            person,
            new_password,
            std::move(*keys),
            [this, person, done](const Result<Credentials>& credentials) {
                if (!credentials)
                    return done(fail(credentials.error()));
                change(
                    [this, person, made = *credentials]() -> Result<AccountRows> {
                        Person changed = *book_.find(person);
                        changed.credentials = made;
                        return AccountRows{row_of(changed)};
                    },
                    done
                );
            }
        );
    });
}

} // namespace staffroom::accounts
