// The caller of a request: today the owner of the machine, or nobody that is known. The connection
// says by which door the request came, http/server/guard whether it shows the token. Not here: what
// a reader may see (services/library/reader) and which addresses are open to whom
// (http/server/guard).
#pragma once

#include "node/services/library/reader.hpp"

namespace staffroom::http {

/// A caller. It has no default: the asker is always named.
class Caller {
public:
    /// Makes the caller by the Unix socket, whose file's mode guards it: the owner.
    [[nodiscard]] static Caller at_socket() { return Caller(Stand::socket); }
    /// Makes the caller over TCP from this machine; the owner once the token is shown.
    [[nodiscard]] static Caller on_this_machine() { return Caller(Stand::this_machine); }
    /// Makes the caller over TCP from elsewhere.
    [[nodiscard]] static Caller stranger() { return Caller(Stand::elsewhere); }

    /// Returns the same caller, having shown the node's token, which means nothing from elsewhere.
    [[nodiscard]] Caller with_token() const {
        return stand_ == Stand::this_machine ? Caller(Stand::token) : *this;
    }

    [[nodiscard]] bool is_owner() const {
        return stand_ == Stand::socket || stand_ == Stand::token;
    }
    /// Tells whether the caller may change anything: the token only reads.
    [[nodiscard]] bool may_change() const { return stand_ == Stand::socket; }
    [[nodiscard]] bool is_on_this_machine() const { return stand_ != Stand::elsewhere; }

    /// Returns the reader of this caller: of the records of this node it sees nothing, unless it is
    /// the owner.
    [[nodiscard]] services::Reader reader() const {
        return is_owner() ? services::Reader::machine_owner() : services::Reader::in_spaces({});
    }

private:
    enum class Stand { socket, token, this_machine, elsewhere };
    explicit Caller(Stand stand)
        : stand_(stand) {}

    Stand stand_;
};

} // namespace staffroom::http
