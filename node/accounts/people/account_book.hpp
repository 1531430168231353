// All accounts in memory: what the rows of the database say, looked up in every way that is asked
// for. A fold of rows: what a start reads and what a change has written go in by the same door. On
// the network thread; not here: what may be changed (accounts/accounts), and the disk.
#pragma once

#include "node/accounts/people/account_rows.hpp"

#include <map>

namespace staffroom::accounts {

class AccountBook {
public:
    void put(AccountThing thing);
    void take_away(std::string_view key);
    /// A row that has become durable. Errors: corrupt.
    Result<void> put_row(const AccountRow& row);

    [[nodiscard]] const std::map<PersonId, Person>& people() const { return people_; }
    [[nodiscard]] const Person* find(const PersonId& id) const;
    /// By a name as typed; closed accounts too.
    [[nodiscard]] const Person* find_named(std::string_view name) const;
    /// Whose name nobody could tell from this one on a screen; not `except`.
    [[nodiscard]] const Person* find_like(std::string_view name, const PersonId* except) const;
    /// By its id or its name, as typed on a command line.
    [[nodiscard]] const Person* find_typed(std::string_view typed) const;

    [[nodiscard]] const Session* session(const Digest& hash) const;
    [[nodiscard]] std::vector<Session> sessions_of(const PersonId& person) const;
    [[nodiscard]] const std::map<Digest, Session>& sessions() const { return sessions_; }
    /// The time of a session's last use, before it is written.
    void note_seen(const Digest& session, WallTime now);

    [[nodiscard]] const Link* link(const Digest& hash) const;
    [[nodiscard]] std::vector<Link> links_of(const PersonId& person) const;
    [[nodiscard]] const std::map<Digest, Link>& links() const { return links_; }

    /// What a row that is taken away has opened; nothing where it opens nothing.
    [[nodiscard]] std::optional<Ended> opened_by(std::string_view key) const;

    [[nodiscard]] const Token* token(const Digest& hash) const;
    [[nodiscard]] const std::map<Digest, Token>& tokens() const { return tokens_; }

    /// What a person holds; one and the same object for as long as the book lives.
    [[nodiscard]] std::shared_ptr<const HeldDocuments> held_by(const PersonId& person) const;
    [[nodiscard]] std::optional<PersonId> holder_of(const RevisionId& document) const;

private:
    [[nodiscard]] HeldDocuments& shelf_of(const PersonId& person) const;

    std::map<PersonId, Person> people_;
    std::map<std::string, PersonId, std::less<>> by_name_; // same_name_key
    std::map<std::string, PersonId, std::less<>> by_look_; // look_key
    std::map<Digest, Session> sessions_;
    std::map<Digest, Link> links_;
    std::map<Digest, Token> tokens_;
    std::map<RevisionId, PersonId> holders_;
    mutable std::map<PersonId, std::shared_ptr<HeldDocuments>> held_;
};

} // namespace staffroom::accounts
