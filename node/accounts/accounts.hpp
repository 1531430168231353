// The accounts of one school: who may sign in, as what, and what opens an account. Every change is
// decided, written, and only then known: one after the other, so that a name is taken once and a
// link opens once. On the network thread; the disk and the passwords are on threads of their own.
// Not here: cookies and HTTP (http/people), what a role may ask (http/routes).
//
//   wish -> waits -> decide: rows, or why not -> database -> the rows into the book -> done
#pragma once

#include "node/accounts/people/account_book.hpp"
#include "node/accounts/people/account_database.hpp"
#include "node/accounts/signing/password_lane.hpp"
#include "node/accounts/signing/throttle.hpp"
#include "node/base/trace.hpp"
#include "node/runtime/running_node.hpp"

#include <chrono>
#include <deque>
#include <functional>

namespace staffroom::accounts {

inline constexpr std::size_t password_characters_min = 10;
inline constexpr std::size_t people_max = 2000;
inline constexpr std::size_t sessions_max = 32; // of one person; the oldest goes
inline constexpr std::size_t tokens_of_one_max = 10;
inline constexpr std::size_t tokens_max = 1000; // of all people; the machine's owner has more
inline constexpr std::size_t owner_tokens_max = 100;
inline constexpr std::chrono::hours invitation_life{24 * 14};
inline constexpr std::chrono::hours reset_life{24};

struct AccountSettings {
    PasswordCost cost{64, password_passes};
    std::chrono::hours idle{12};
    std::chrono::hours longest{24 * 7};
};

struct AccountParts {
    services::RunningNode& core;
    PasswordLane& lane;
    AccountDatabase& database;
    const node::Trace& trace;
    AccountSettings settings{};
};

/// A session that is shown by its cookie.
struct KnownSession {
    SignedIn who;
    std::string csrf;
    WallTime ends;
    Digest hash;
};

/// A session that has just begun, with what its browser keeps: shown once, stored as hashes.
struct Opened {
    KnownSession session;
    std::string cookie;
    std::string device;
};

struct SignInRefusal {
    enum class Why {
        wrong,     // name or password; also a closed account, and one whose role has ended
        throttled, // `wait` first
        busy,      // too many sign in at this moment
        failed,    // no memory, or the disk
    };
    Why why;
    std::chrono::seconds wait{0};
};
using SignInOutcome = std::variant<Opened, SignInRefusal>;
/// throttled and busy are refusals; all else is a result.
using ChangeOutcome = std::variant<Result<void>, SignInRefusal>;
struct SignInJob;

/// How a browser comes.
struct Visitor {
    std::string address;
    std::string agent;
    std::string device;     // the cookie that it keeps, or nothing
    std::string old_cookie; // of a session, which ends: nobody goes on in one that was planted
};

/// Who changes accounts: somebody who is signed in, or the machine's owner. Who may manage whom:
///
///   machine's owner   everybody, the last lead too
///   lead              everybody, but a school keeps a lead whose role lasts
///   technician        invites and resets technicians; asks for an account of a teacher, whose link
///                     a lead makes; ends sessions of teachers and technicians
///   teacher           their own password, sessions and tokens
///
/// The attack: whoever has a link can sign in as its person, so a technician could read, drafts and
/// all, as a teacher who was made up or reset. So a technician has no link of anybody who reads
/// records, now or at another time, and manages nobody who leads now or will: not who acts as a
/// lead until Easter, and not a lead who teaches until then.
using Actor = std::optional<SignedIn>;

/// A person's wish for another password.
struct PasswordChange {
    PersonId person;
    Digest session; // in which it is asked; the only one that goes on
    std::string old_password;
    std::string new_password;
};

/// An account that has its password at once, since nobody could invite its person.
struct NewAccount {
    std::string name;
    Role role;
    std::string password;
    bool is_first; // refused once somebody has an account
};

struct Invited {
    Person person;
    std::string link; // opens the account once; empty: a lead has to make it
};

struct NewToken {
    Token token;
    std::string secret; // shown once
};

class Accounts {
public:
    explicit Accounts(AccountParts parts);
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;
    Accounts(Accounts&&) = delete;
    Accounts& operator=(Accounts&&) = delete;
    ~Accounts() = default;

    /// What the database holds; once, before anything is asked.
    void take(AccountDatabase::Loaded loaded);

    [[nodiscard]] const AccountBook& book() const { return book_; }
    /// Whether somebody can sign in. Who is invited and has no password yet is nobody here: a
    /// school must not be locked because its first link was lost.
    [[nodiscard]] bool has_people() const;
    /// Whether the actor may reset that person and end what is open for them. Errors: not_allowed.
    [[nodiscard]] Result<void> may_manage(const Actor& by, const Person& person) const;
    /// Whether the actor may have a link that opens that account. Errors: not_allowed.
    [[nodiscard]] Result<void> may_link(const Actor& by, const Person& person) const;
    /// None: closed, ended, or never was.
    [[nodiscard]] std::optional<Role> role_of(const Person& person) const;

    // What a request shows. Nothing: it opens nothing, or no more.
    [[nodiscard]] std::optional<KnownSession> know_session(std::string_view cookie);
    [[nodiscard]] std::optional<std::pair<SignedIn, Scope>> know_token(std::string_view secret);

    template <class Value> using Done = std::function<void(Result<Value>)>;

    void sign_in(
        const std::string& name,
        const std::string& password,
        const Visitor& visitor,
        const std::function<void(SignInOutcome)>& done
    );
    /// Sets the password of the account that a one-time link opens, its name where one is given,
    /// and signs in. Errors: not_found (used, ended, or none), invalid_input, already_exists (a
    /// name like another's), busy, disk_full, io_error.
    void redeem(
        const std::string& link,
        const std::string& password,
        const std::string& name,
        const Visitor& visitor,
        const Done<Opened>& done
    );
    /// Makes an account, and all of it at once: none without a password stays behind where
    /// something goes wrong. Errors: as redeem, and not_allowed (it is not the first), too_large.
    void make(const NewAccount& wish, const Visitor& visitor, const Done<Opened>& done);
    /// The attack: whoever knows the old password has a session, a link or a token, and keeps it.
    /// So all of them end but the session that asks. The old password is guessed no quicker here
    /// than by signing in. Errors: not_found, not_allowed (the old one is wrong, or the account was
    /// changed meanwhile), invalid_input, disk_full, io_error.
    void change_password(
        const PasswordChange& wish,
        const Visitor& visitor,
        const std::function<void(ChangeOutcome)>& done
    );
    /// The keys that a password opens: for circles. Errors: decrypt_failed, not_found, busy.
    void
    open_keys(const PersonId& person, const std::string& password, const Done<PersonKeys>& done);

    void sign_out(const Digest& session, const Done<void>& done);
    /// Also where the person is gone: how many ended.
    void end_sessions(const PersonId& person, const Done<std::size_t>& done);

    /// Where a technician invites somebody who will read records there is no link yet: a lead makes
    /// one by `reset`.
    // Errors of all below: not_found, not_allowed (with a sentence), invalid_input, already_exists,
    // too_large (as many as there may be), disk_full, io_error.
    void invite(
        const Actor& by,
        const std::string& name,
        Role role,
        std::optional<WallTime> until,
        const Done<Invited>& done
    );
    /// Whoever knows the old password is put out at once: sessions and tokens end, and it opens
    /// nothing while the link does.
    void reset(const Actor& by, const PersonId& person, const Done<Invited>& done);
    /// Every session of the person ends.
    void give_role(
        const Actor& by,
        const PersonId& person,
        Role role,
        std::optional<WallTime> until,
        const Done<Person>& done
    );
    /// Closes the account and hands these documents over.
    void leave(
        const Actor& by,
        const PersonId& person,
        const PersonId& to,
        const std::vector<RevisionId>& documents,
        const Done<Person>& done
    );
    void add_token(
        const Actor& by,
        const std::string& name,
        Scope scope,
        std::optional<WallTime> until,
        const Done<NewToken>& done
    );
    /// By its public id or its name.
    void end_token(const Actor& by, const std::string& typed, const Done<Token>& done);

    /// Notes who wrote documents that nobody holds yet.
    void hold(
        const PersonId& person,
        const std::vector<RevisionId>& documents,
        const std::function<void()>& done
    );

    /// Told of whatever has ended, so that a stream that it has opened ends as well.
    std::function<void(const Ended&)> on_ended = [](const Ended&) {};
    /// Ends what is over by the clock: sessions, links, tokens, and roles. Called now and then.
    void sweep();

private:
    using Decide = std::function<Result<AccountRows>()>;
    struct Change {
        Decide decide;
        std::function<void(Result<void>)> done;
        bool is_known_anyway; // a session begins also while the disk is full
    };
    void
    change(Decide decide, std::function<void(Result<void>)> done, bool is_known_anyway = false);
    void start_next();
    void finish(
        const std::shared_ptr<Change>& change, const AccountRows& rows, const Result<void>& written
    );

    [[nodiscard]] SignedIn
    as_signed_in(const Person& person, Role role, const Digest& bearer) const;
    [[nodiscard]] AccountRows rows_over_at(WallTime time) const;
    [[nodiscard]] WallTime now() { return parts_.core.wall(); }
    [[nodiscard]] std::string new_secret();
    [[nodiscard]] WallTime end_of(const Session& session) const;
    [[nodiscard]] KnownSession
    known(const Session& session, const Person& person, Role role, std::string_view cookie) const;

    void check_password(
        const std::shared_ptr<SignInJob>& job, const std::function<void(SignInOutcome)>& done
    );
    /// The person as they are in that moment, changed or not, and what has to be written with them.
    struct Beginning {
        Person person;
        AccountRows rows{};
    };
    using Begin = std::function<Result<Beginning>()>;
    void open_session(
        const Visitor& visitor, const Begin& begin, bool is_known_anyway, const Done<Opened>& done
    );
    struct OwnSession {
        PersonId person;
        Digest session;
    };
    void write_password(
        const OwnSession& by,
        const Credentials& was,
        const Credentials& made,
        const std::function<void(ChangeOutcome)>& done
    );
    [[nodiscard]] Result<Beginning> redeemed(
        const Digest& link,
        const PersonId& person,
        const std::optional<std::string>& name,
        const Credentials& made
    ) const;
    [[nodiscard]] Result<void> may_make(const Person& person, bool is_first) const;
    [[nodiscard]] Result<void> is_free_name(const std::string& name, const PersonId* owner) const;
    void note_change(const char* what, const PersonId& person, const PersonId* by) const;
    [[nodiscard]] Attempt attempt_of(const Person& person, const Visitor& visitor) const;
    void set_password(
        const PersonId& person,
        const std::string& password,
        PersonKeys keys,
        const Done<Credentials>& done
    );
    [[nodiscard]] Result<AccountRows> invitation_rows(
        const Actor& by, const Person& person, const Digest& link, std::chrono::hours life
    );
    /// Whether a link opens its account. The attack: a lead makes links before they lose their
    /// role, and comes in again by one. So it opens while whoever made it might still make it.
    [[nodiscard]] bool does_open(const Link& link) const;
    [[nodiscard]] Result<void> has_token_room(const Actor& by) const;
    [[nodiscard]] Result<void> keeps_a_lead(const Actor& by, const Person& without) const;
    /// The rows that end what is open for a person; `but`: the session that goes on.
    void put_ends(AccountRows& rows, const PersonId& person, const Digest* but = nullptr) const;
    void put_link_ends(AccountRows& rows, const PersonId& person) const;
    void put_token_ends(AccountRows& rows, const PersonId& person) const;

    AccountParts parts_;
    AccountBook book_;
    Throttle throttle_;
    std::deque<std::shared_ptr<Change>> waiting_;
    std::optional<WallTime> swept_; // the last look at what is over
    bool is_busy_ = false;
};

/// What is stored in place of a cookie, link or token.
[[nodiscard]] Digest hash_of_bearer(std::string_view secret);
/// What a change carries beside a cookie of 16 to 64 letters: whoever can only have the cookie sent
/// does not know it.
[[nodiscard]] std::string forgery_guard(std::string_view cookie);
/// Why this cannot be a password of that person; nothing when it can.
[[nodiscard]] std::optional<std::string>
why_no_password(std::string_view password, std::string_view name);

} // namespace staffroom::accounts
