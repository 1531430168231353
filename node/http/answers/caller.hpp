// Whom a request stands for: the owner of the machine, a person who is signed in, a program with a
// token, or nobody that is known. The connection says by which door the request came,
// http/server/reception finds out the rest. Not here: what a reader may see
// (services/library/reader) and which addresses are open to whom (http/routes).
//
// The attack: a page of this node, or one that a stranger has a teacher's browser open, asks as the
// owner because it asks from this machine. So the owner comes by the Unix socket, or shows the
// token of the data folder and may only read; an address on this machine alone gives no rights.
#pragma once

#include "node/accounts/base/signed_in.hpp"
#include "node/services/library/reader.hpp"

#include <optional>
#include <utility>

namespace staffroom::http {

/// A caller. It has no default: the asker is always named.
class Caller {
public:
    /// Makes the caller by the Unix socket, whose file's mode guards it: the owner.
    [[nodiscard]] static Caller at_socket() { return Caller(Stand::socket); }
    /// Over TCP from this machine; the owner, to read, once the token is shown.
    [[nodiscard]] static Caller on_this_machine() { return Caller(Stand::this_machine); }
    /// Makes the caller over TCP from elsewhere.
    [[nodiscard]] static Caller stranger() { return Caller(Stand::elsewhere); }

    /// Returns the same caller, having shown the node's token, which means nothing from elsewhere.
    [[nodiscard]] Caller with_token() const {
        return stand_ == Stand::this_machine ? Caller(Stand::token) : *this;
    }
    /// The same, having shown the cookie of a session, whose changes carry `csrf`.
    [[nodiscard]] Caller in_session(accounts::SignedIn who, std::string csrf) const {
        Caller known(Stand::session);
        known.who_ = std::move(who);
        known.csrf_ = std::move(csrf);
        return known;
    }
    /// The same, having shown a scoped token.
    [[nodiscard]] Caller in_scope(accounts::SignedIn who, accounts::Scope scope) const {
        Caller known(scope == accounts::Scope::write ? Stand::writing_token : Stand::reading_token);
        known.who_ = std::move(who);
        return known;
    }
    /// The same, having typed the code of the first start.
    [[nodiscard]] Caller in_setup(std::string csrf) const {
        Caller known(Stand::setup);
        known.csrf_ = std::move(csrf);
        return known;
    }

    [[nodiscard]] bool is_owner() const {
        return stand_ == Stand::socket || stand_ == Stand::token;
    }
    [[nodiscard]] bool is_at_socket() const { return stand_ == Stand::socket; }
    [[nodiscard]] bool is_known() const {
        return stand_ != Stand::this_machine && stand_ != Stand::elsewhere;
    }
    /// Knows it by a cookie, which a browser also sends for a stranger's page.
    [[nodiscard]] bool has_cookie() const {
        return stand_ == Stand::session || stand_ == Stand::setup;
    }
    [[nodiscard]] bool is_on_this_machine() const { return stand_ == Stand::this_machine; }
    [[nodiscard]] bool is_setting_up() const { return stand_ == Stand::setup; }
    /// Whether it may change anything at all: the two tokens that read may not.
    [[nodiscard]] bool may_change() const {
        return is_known() && stand_ != Stand::token && stand_ != Stand::reading_token;
    }
    /// What a change by cookie has to carry; empty for others.
    [[nodiscard]] const std::string& csrf() const { return csrf_; }
    /// Null for the owner and for strangers.
    [[nodiscard]] const accounts::SignedIn* who() const { return who_ ? &*who_ : nullptr; }
    /// The same where it is a person, by the page or by a program.
    [[nodiscard]] const accounts::SignedIn* person() const {
        return who_ && who_->is_person ? &*who_ : nullptr;
    }
    [[nodiscard]] bool has_role(accounts::Role role) const {
        return who_ && who_->is_person && who_->role == role;
    }

    /// Whether it looks after the machine, and may be told where things lie on it.
    [[nodiscard]] bool keeps_machine() const {
        return is_owner() || has_role(accounts::Role::technician);
    }

    /// Tells callers apart who may not be given each other's answers.
    [[nodiscard]] std::string identity() const {
        const std::string person = who_ ? std::string(as_text(who_->id.view())) : std::string();
        return std::to_string(static_cast<int>(stand_)) + person;
    }

    /// By which word of the table of routes it is let in, or not.
    enum class Stand {
        elsewhere,
        this_machine,
        setup,
        session,
        reading_token,
        writing_token,
        token,
        socket,
    };
    [[nodiscard]] Stand stand() const { return stand_; }

    /// What the caller may see: everything for the owner, what the school shares and their own
    /// drafts for staff, no word of any record for a technician, nothing for strangers.
    [[nodiscard]] services::Reader reader() const {
        if (is_owner())
            return services::Reader::machine_owner();
        if (!who_)
            return services::Reader::in_spaces({});
        if (who_->is_person && who_->role == accounts::Role::technician)
            return services::Reader::technician();
        return services::Reader::staff(who_->held);
    }

private:
    explicit Caller(Stand stand)
        : stand_(stand) {}

    Stand stand_;
    std::optional<accounts::SignedIn> who_{};
    std::string csrf_{};
};

} // namespace staffroom::http
