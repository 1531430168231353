// The reception, which every request passes first, whichever door it came by: rights,
// Idempotency-Key, the handler, and the time that it took. It turns what a library throws into an
// answer. It knows no socket. Called by http/server/connection, and by tests.
//
//   request -> guard -> media types -> key seen before? -> router -> handler -> answer kept by key
//   -> respond
#pragma once

#include "node/http/answers/message.hpp"
#include "node/http/server/idempotency.hpp"
#include "node/services/services.hpp"

#include <memory>
#include <string>

namespace staffroom::http {

class Reception {
public:
    /// Makes the reception; `services` outlives it and every answer.
    Reception(const services::Services& services, std::string token);

    /// The caller of the request with what it shows: the token of the data folder, a scoped token,
    /// a session's cookie, or that of the first start. Where a bearer stands, cookies count for
    /// nothing.
    [[nodiscard]] Caller recognise(const Request& request) const;
    /// The longest body that this request may have.
    [[nodiscard]] std::size_t body_limit(const Request& request) const;
    /// `respond` is called exactly once, now or later.
    void answer(Request request, const Respond& respond);

    /// Drops the answers that are kept by Idempotency-Key.
    void forget_answers() { kept_->forget_answers(); }

    /// Returns a new id for a request.
    [[nodiscard]] std::string new_request_id();

private:
    void carry_out(const Request& request, const Respond& respond);

    const services::Services& services_;
    std::string token_;
    /// Shared with answers that are still under way when the server goes.
    std::shared_ptr<KeptAnswers> kept_ = std::make_shared<KeptAnswers>();
};

} // namespace staffroom::http
