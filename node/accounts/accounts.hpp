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
inline constexpr std::size_t tokens_max = 100;
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
struct SignInJob;

/// How a browser comes.
struct Visitor {
    std::string address;
    std::string agent;
    std::string device;     // the cookie that it keeps, or nothing
    std::string old_cookie; // of a session, which ends: nobody goes on in one that was planted
};

/// Who changes accounts: somebody who is signed in, or the machine's owner.
using Actor = std::optional<SignedIn>;

struct Invited {
    Person person;
    std::string link; // opens the account once
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
    [[nodiscard]] bool has_people() const { return !book_.people().empty(); }
    /// None: closed, ended, or never was.
    [[nodiscard]] std::optional<Role> role_of(const Person& person) const;
    [[nodiscard]] SignedIn as_signed_in(const Person& person, Role role) const;

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
    /// An account with its password at once: the first ones of a school, which nobody could invite.
    /// Errors: as redeem.
    void make(
        const std::string& name,
        Role role,
        const std::string& password,
        const Visitor& visitor,
        const Done<Opened>& done
    );
    /// Errors: not_allowed (the old one is wrong), invalid_input, busy, disk_full, io_error.
    void change_password(
        const PersonId& person,
        const std::string& old_password,
        const std::string& new_password,
        const Done<void>& done
    );
    /// The keys that a password opens: for circles. Errors: decrypt_failed, not_found, busy.
    void
    open_keys(const PersonId& person, const std::string& password, const Done<PersonKeys>& done);

    void sign_out(const Digest& session, const Done<void>& done);
    /// Also where the person is gone: how many ended.
    void end_sessions(const PersonId& person, const Done<std::size_t>& done);

    // Errors of all below: not_found, not_allowed (with a sentence), invalid_input, already_exists,
    // too_large (as many as there may be), disk_full, io_error.
    void invite(
        const Actor& by,
        const std::string& name,
        Role role,
        std::optional<WallTime> until,
        const Done<Invited>& done
    );
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

    /// Told when something of a person's has ended, so that what is open for them ends as well.
    std::function<void(const PersonId&)> on_ended = [](const PersonId&) {};
    /// Ends what is over by the clock; called now and then.
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

    [[nodiscard]] WallTime now() { return parts_.core.wall(); }
    [[nodiscard]] std::string new_secret();
    [[nodiscard]] WallTime end_of(const Session& session) const;
    [[nodiscard]] KnownSession
    known(const Session& session, const Person& person, Role role, std::string_view cookie) const;

    void check_password(
        const std::shared_ptr<SignInJob>& job, const std::function<void(SignInOutcome)>& done
    );
    void open_session(
        const PersonId& person,
        const Visitor& visitor,
        const AccountRows& before,
        const Done<Opened>& done
    );
    void set_password(
        const PersonId& person,
        const std::string& password,
        PersonKeys keys,
        const Done<Credentials>& done
    );
    [[nodiscard]] Result<AccountRows>
    invitation_rows(const Person& person, const Digest& link, std::chrono::hours life);
    [[nodiscard]] Result<void> may_manage(const Actor& by, const Person& person) const;
    [[nodiscard]] Result<void> keeps_a_lead(const Actor& by, const Person& without) const;
    void put_ends(AccountRows& rows, const PersonId& person) const;

    AccountParts parts_;
    AccountBook book_;
    Throttle throttle_;
    std::deque<std::shared_ptr<Change>> waiting_;
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
