// Answers kept by Idempotency-Key, so that a POST that is sent again after a lost answer is not
// carried out again. They are kept in memory: a restart forgets them. Bounded; knows no handler.
// Called by http/server/reception.
#pragma once

#include "node/http/answers/problem.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/time.hpp"

#include <chrono>
#include <map>
#include <string>
#include <variant>

namespace staffroom::http {

inline constexpr std::size_t idempotency_keys_max = 1024;
inline constexpr std::size_t idempotency_key_characters_max = 200;
inline constexpr std::size_t kept_answer_bytes_max = 256 * limits::kib;
inline constexpr std::size_t kept_answers_bytes_max = 32 * limits::kib * limits::kib;
inline constexpr std::chrono::hours idempotency_time{24};
static_assert(kept_answer_bytes_max <= kept_answers_bytes_max, "one answer fits");

class KeptAnswers {
public:
    /// The verdict to carry the request out, then to call `finish` or `forget`.
    struct Fresh {};
    using Verdict = std::variant<Fresh, Response, Problem>;

    /// Begins a request with a key. Returns Fresh, the first answer again, or one of the problems
    /// request.key-malformed, request.key-reused, request.in-progress, request.answer-gone,
    /// node.busy.
    [[nodiscard]] Verdict begin(const Request& request, Instant now);

    /// Keeps the answer of a request that was Fresh. An answer of 500 or more is not kept: the
    /// request may be tried again with its key.
    void finish(const Request& request, const Response& answer);

    /// Drops the answers, which may quote words that have gone. The keys stay: what was carried out
    /// is not carried out again.
    void forget_answers();

    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] std::size_t count() const { return kept_.size(); }

private:
    enum class State { running, answered, answer_gone };
    struct Kept {
        Digest asked; // of method, target and body
        Instant begun;
        State state;
        Response answer;
    };
    using Place = std::map<std::string, Kept>::iterator;

    void erase(Place place);
    [[nodiscard]] bool erase_oldest();
    void forget_old(Instant now);

    std::map<std::string, Kept> kept_;
    std::size_t bytes_ = 0;
};

} // namespace staffroom::http
