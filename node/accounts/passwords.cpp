// A person's own password: what may be one, how it is set and changed, and what it opens.
#include "node/accounts/accounts.hpp"
#include "node/accounts/people/account_names.hpp"
#include "node/base/clock.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/password.hpp"

#include <algorithm>

namespace staffroom::accounts {
namespace {

std::size_t letters_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

} // namespace

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
        wipe_password(job->password);
    };
    if (!parts_.lane.run(work, [job, done] { done(std::move(*job->made)); }))
        done(fail(Errc::busy, "too many passwords at once"));
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
        wipe_password(job->password);
    };
    if (!parts_.lane.run(work, [job, done] { done(std::move(*job->opened)); }))
        done(fail(Errc::busy, "too many passwords at once"));
}

void Accounts::change_password(
    const PasswordChange& wish,
    const Visitor& visitor,
    const std::function<void(ChangeOutcome)>& done
) {
    const auto refuse = [done](Errc code, const std::string& sentence) {
        done(Result<void>(fail(code, sentence)));
    };
    const Person* known = book_.find(wish.person);
    if (known == nullptr || !known->credentials)
        return refuse(Errc::not_found, "This person is not here.");
    if (const auto why = why_no_password(wish.new_password, known->name))
        return refuse(Errc::invalid_input, *why);
    const Attempt attempt = attempt_of(*known, visitor);
    if (const auto wait = throttle_.begin(attempt, runtime::steady_now());
        wait > std::chrono::seconds(0))
        return done(SignInRefusal{SignInRefusal::Why::throttled, wait});
    const auto then = [=, this, was = *known->credentials](Result<PersonKeys> keys) {
        if (!keys && keys.error().code == Errc::decrypt_failed) {
            parts_.trace.event(node::TraceLevel::notice, "accounts.wrong-password");
            return refuse(Errc::not_allowed, "The old password is not right.");
        }
        if (!keys)
            return refuse(keys.error().code, keys.error().detail);
        throttle_.succeeded(attempt);
        const auto sealed = [=, this, person = wish.person, session = wish.session](
                                const Result<Credentials>& made
                            ) {
            if (!made)
                return refuse(made.error().code, made.error().detail);
            write_password({person, session}, was, *made, done);
        };
        set_password(wish.person, wish.new_password, std::move(*keys), sealed);
    };
    open_keys(wish.person, wish.old_password, then);
}

void Accounts::write_password(
    const OwnSession& by,
    const Credentials& was,
    const Credentials& made,
    const std::function<void(ChangeOutcome)>& done
) {
    change(
        [this, by, was, made]() -> Result<AccountRows> {
            // A reset while the old password was looked at is there to keep out who knows it.
            const Person* known = book_.find(by.person);
            if (known == nullptr || known->credentials != was ||
                book_.session(by.session) == nullptr)
                return fail(Errc::not_allowed, "This account was changed meanwhile.");
            Person changed = *known;
            changed.credentials = made;
            AccountRows rows{row_of(changed)};
            put_ends(rows, by.person, &by.session);
            put_link_ends(rows, by.person);
            put_token_ends(rows, by.person);
            return rows;
        },
        [this, by, done](const Result<void>& written) {
            if (written)
                note_change("password", by.person, &by.person);
            done(written);
        }
    );
}

} // namespace staffroom::accounts
