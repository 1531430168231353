#include "node/accounts/accounts.hpp"

#include "node/accounts/people/account_names.hpp"
#include "node/base/clock.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"

#include <algorithm>

namespace staffroom::accounts {
namespace {

using Secret = FixedBytes<struct BearerTag, 32>;

/// A session's last use is written so seldom that reading costs no disk.
constexpr std::chrono::minutes seen_step{15};

std::uint64_t ms_of(std::chrono::milliseconds span) {
    return static_cast<std::uint64_t>(span.count());
}

} // namespace

std::string forgery_guard(std::string_view cookie) {
    return to_hex(
        crypto::keyed_hash(crypto::HashLabel::forgery, as_view(cookie), as_view("csrf")).view()
    );
}

Digest hash_of_bearer(std::string_view secret) {
    return crypto::hash(crypto::HashLabel::bearer, as_view(secret));
}

Accounts::Accounts(AccountParts parts)
    : parts_(parts) {}

void Accounts::take(AccountDatabase::Loaded loaded) {
    for (AccountThing& thing : loaded.things)
        book_.put(std::move(thing));
    if (loaded.damaged > 0)
        parts_.trace.event(
            node::TraceLevel::warning,
            "accounts.damaged",
            {{"rows", std::to_string(loaded.damaged)}}
        );
}

std::string Accounts::new_secret() {
    return to_base32(parts_.core.random().make<Secret>());
}

// ---------------------------------------------------------------------------------------- changes

void Accounts::change(Decide decide, std::function<void(Result<void>)> done, bool is_known_anyway) {
    waiting_.push_back(std::make_shared<Change>(Change{
        std::move(decide), std::move(done), is_known_anyway}));
    start_next();
}

void Accounts::start_next() {
    while (!is_busy_ && !waiting_.empty()) {
        const std::shared_ptr<Change> next = std::move(waiting_.front());
        waiting_.pop_front();
        auto rows = next->decide();
        if (!rows) {
            next->done(fail(rows.error()));
            continue;
        }
        if (rows->empty()) {
            next->done({});
            continue;
        }
        is_busy_ = true;
        const auto written = std::make_shared<Result<void>>();
        const auto all = std::make_shared<AccountRows>(std::move(*rows));
        parts_.core.run_blocking(
            [this, all, written] { *written = parts_.database.write(*all); },
            [this, next, all, written] { finish(next, *all, *written); }
        );
    }
}

void Accounts::finish(
    const std::shared_ptr<Change>& change, const AccountRows& rows, const Result<void>& written
) {
    is_busy_ = false;
    if (!written)
        parts_.trace.event(
            node::TraceLevel::error,
            "accounts.not-written",
            {{"why", std::string(errc_name(written.error().code))}}
        );
    const bool is_known = written || change->is_known_anyway;
    std::vector<Ended> ended;
    for (const AccountRow& row : rows) {
        if (!is_known)
            break;
        if (const auto opened = row.value.empty() ? book_.opened_by(row.key) : std::nullopt)
            ended.push_back(*opened);
        static_cast<void>(book_.put_row(row)); // made by us a moment ago
    }
    for (const Ended& each : ended)
        on_ended(each);
    change->done(is_known ? Result<void>() : written);
    start_next();
}

// --------------------------------------------------------------------------------- what is shown

std::optional<Role> Accounts::role_of(const Person& person) const {
    if (person.left)
        return std::nullopt;
    return person.grants.role_at(parts_.core.wall());
}

bool Accounts::has_people() const {
    return std::ranges::any_of(book_.people(), [](const auto& each) {
        return each.second.credentials.has_value();
    });
}

SignedIn Accounts::as_signed_in(const Person& person, Role role, const Digest& bearer) const {
    return {person.id, person.name, role, true, book_.held_by(person.id), bearer};
}

WallTime Accounts::end_of(const Session& session) const {
    return {std::min(
        session.seen.ms + ms_of(parts_.settings.idle),
        session.begun.ms + ms_of(parts_.settings.longest)
    )};
}

KnownSession Accounts::known(
    const Session& session, const Person& person, Role role, std::string_view cookie
) const {
    return {
        as_signed_in(person, role, session.hash),
        forgery_guard(cookie),
        end_of(session),
        session.hash};
}

std::optional<KnownSession> Accounts::know_session(std::string_view cookie) {
    const Digest hash = hash_of_bearer(cookie);
    const Session* session = book_.session(hash);
    if (session == nullptr)
        return std::nullopt;
    const WallTime time = now();
    const Person* person = book_.find(session->person);
    const auto role = person == nullptr ? std::nullopt : role_of(*person);
    if (!role || *role != session->role || end_of(*session) <= time) {
        sign_out(hash, [](const Result<void>&) {});
        return std::nullopt;
    }
    if (time.ms >= session->seen.ms + ms_of(seen_step)) {
        Session used = *session;
        used.seen = time;
        book_.note_seen(hash, time);
        change(
            [this, used]() -> Result<AccountRows> {
                // It may have ended while this waited.
                return book_.session(used.hash) == nullptr ? AccountRows{}
                                                           : AccountRows{row_of(used)};
            },
            [](const Result<void>&) {},
            true
        );
        session = book_.session(hash);
        if (session == nullptr)
            return std::nullopt;
    }
    return known(*session, *person, *role, cookie);
}

std::optional<std::pair<SignedIn, Scope>> Accounts::know_token(std::string_view secret) {
    const Token* token = book_.token(hash_of_bearer(secret));
    if (token == nullptr || (token->until && *token->until <= now()))
        return std::nullopt;
    if (!token->is_person)
        return std::pair(
            SignedIn{
                token->holder,
                token->name,
                Role::teacher,
                false,
                book_.held_by(token->holder),
                token->hash},
            token->scope
        );
    const Person* person = book_.find(token->holder);
    const auto role = person == nullptr ? std::nullopt : role_of(*person);
    if (!role)
        return std::nullopt;
    return std::pair(as_signed_in(*person, *role, token->hash), token->scope);
}

// ------------------------------------------------------------------------------------------- ends

void Accounts::put_ends(AccountRows& rows, const PersonId& person, const Digest* but) const {
    for (const Session& session : book_.sessions_of(person))
        if (but == nullptr || session.hash != *but)
            rows.push_back(without(session));
}

void Accounts::put_link_ends(AccountRows& rows, const PersonId& person) const {
    for (const Link& link : book_.links_of(person))
        rows.push_back(without(link));
}

void Accounts::put_token_ends(AccountRows& rows, const PersonId& person) const {
    for (const auto& [hash, token] : book_.tokens())
        if (token.is_person && token.holder == person)
            rows.push_back(without(token));
}

void Accounts::sign_out(const Digest& session, const Done<void>& done) {
    change(
        [this, session]() -> Result<AccountRows> {
            const Session* known = book_.session(session);
            return known == nullptr ? AccountRows{} : AccountRows{without(*known)};
        },
        done,
        true
    );
}

void Accounts::end_sessions(const PersonId& person, const Done<std::size_t>& done) {
    const auto count = std::make_shared<std::size_t>(0);
    change(
        [this, person, count]() -> Result<AccountRows> {
            AccountRows rows;
            put_ends(rows, person);
            *count = rows.size();
            return rows;
        },
        [count, done](const Result<void>& written) {
            if (written)
                done(*count);
            else
                done(fail(written.error()));
        },
        true
    );
}

void Accounts::sweep() {
    const auto changed = std::make_shared<std::vector<PersonId>>();
    change(
        [this, changed]() -> Result<AccountRows> {
            const WallTime time = now();
            // What a token has opened shows what its person might see when it was opened.
            for (const auto& [id, person] : book_.people())
                if (swept_ && person.grants.role_at(*swept_) != person.grants.role_at(time))
                    changed->push_back(id);
            swept_ = time;
            return rows_over_at(time);
        },
        [this, changed](const Result<void>&) {
            for (const PersonId& person : *changed)
                on_ended({person});
        },
        true
    );
}

AccountRows Accounts::rows_over_at(WallTime time) const {
    AccountRows rows;
    for (const auto& [hash, session] : book_.sessions()) {
        const Person* person = book_.find(session.person);
        const auto role = person == nullptr ? std::nullopt : role_of(*person);
        if (!role || *role != session.role || time >= end_of(session))
            rows.push_back(without(session));
    }
    for (const auto& [hash, link] : book_.links())
        if (link.until <= time)
            rows.push_back(without(link));
    for (const auto& [hash, token] : book_.tokens())
        if (token.until && *token.until <= time)
            rows.push_back(without(token));
    return rows;
}

void Accounts::hold(
    const PersonId& person,
    const std::vector<RevisionId>& documents,
    const std::function<void()>& done
) {
    change(
        [this, person, documents]() -> Result<AccountRows> {
            AccountRows rows;
            for (const RevisionId& document : documents)
                if (!book_.holder_of(document))
                    rows.push_back(row_of(Holding{document, person}));
            return rows;
        },
        [done](const Result<void>&) { done(); },
        true
    );
}

} // namespace staffroom::accounts
