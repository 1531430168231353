#include "node/http/server/idempotency.hpp"

#include <sodium.h>

#include <algorithm>

namespace staffroom::http {
namespace {

Digest digest_of(const Request& request) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, Digest::size_bytes);
    const auto add = [&state](const std::string& text) {
        const auto size = static_cast<std::uint64_t>(text.size());
        crypto_generichash_update(
            &state, static_cast<const unsigned char*>(static_cast<const void*>(&size)), sizeof size
        );
        crypto_generichash_update(
            &state,
            static_cast<const unsigned char*>(static_cast<const void*>(text.data())),
            text.size()
        );
    };
    add(std::to_string(static_cast<int>(request.method)));
    add(request.target);
    add(request.body);
    Digest::Raw raw{};
    crypto_generichash_final(&state, raw.data(), raw.size());
    return Digest(raw);
}

/// A key is its sender's own: nobody else is given the answer that is kept under it.
std::string own_key(const Request& request) {
    return request.idempotency_key + "\n" + request.caller.identity();
}

bool is_key(const std::string& text) {
    return text.size() <= idempotency_key_characters_max &&
           std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter <= '~'; });
}

std::size_t size_of(const Response& answer) {
    std::size_t bytes = answer.content_type.size() + answer.body.size();
    for (const auto& [name, value] : answer.headers)
        bytes += name.size() + value.size();
    return bytes;
}

Problem malformed_key() {
    return {
        400,
        "request.key-malformed",
        "Bad key",
        "An Idempotency-Key has 1 to 200 visible ASCII characters.",
        "send another key, a UUID for instance.",
        ExitCode::usage};
}

Problem reused_key() {
    return {
        422,
        "request.key-reused",
        "Key used for something else",
        "Another request was sent with this Idempotency-Key.",
        "give each request a key of its own.",
        ExitCode::failed};
}

Problem in_progress() {
    return {
        409,
        "request.in-progress",
        "Still under way",
        "The request with this Idempotency-Key is still being carried out.",
        "wait a moment and send it again.",
        ExitCode::failed};
}

Problem answer_gone() {
    return {
        409,
        "request.answer-gone",
        "Carried out already",
        "The request with this Idempotency-Key was carried out; its answer was too large to keep.",
        "read what is there now.",
        ExitCode::failed};
}

Problem too_many_running() {
    return {
        503,
        "node.busy",
        "Busy",
        "Too many requests with an Idempotency-Key are under way.",
        "wait a moment and send it again.",
        ExitCode::failed};
}

} // namespace

KeptAnswers::Verdict KeptAnswers::begin(const Request& request, Instant now) {
    if (!is_key(request.idempotency_key))
        return malformed_key();
    forget_old(now);
    const Digest asked = digest_of(request);
    if (const auto known = kept_.find(own_key(request)); known != kept_.end()) {
        const Kept& kept = known->second;
        if (kept.asked != asked)
            return reused_key();
        switch (kept.state) {
        case State::running: return in_progress();
        case State::answer_gone: return answer_gone();
        case State::answered: break;
        }
        Response again = kept.answer;
        again.headers.emplace_back("Idempotent-Replay", "true");
        return again;
    }
    if (kept_.size() >= idempotency_keys_max && !erase_oldest())
        return too_many_running();
    kept_.emplace(own_key(request), Kept{asked, now, State::running, Response{0, {}, {}}});
    return Fresh{};
}

void KeptAnswers::finish(const Request& request, const Response& answer) {
    const auto place = kept_.find(own_key(request));
    if (place == kept_.end())
        return;
    if (answer.status >= 500) {
        erase(place);
        return;
    }
    const std::size_t size = size_of(answer);
    if (size > kept_answer_bytes_max || answer.stream) {
        place->second.state = State::answer_gone;
        return;
    }
    // The answer that is being finished is still running, so it is not among those that are erased.
    while (bytes_ + size > kept_answers_bytes_max && erase_oldest())
        ;
    place->second.state = State::answered;
    place->second.answer = answer;
    bytes_ += size;
}

void KeptAnswers::forget_answers() {
    for (auto& [key, kept] : kept_) {
        if (kept.state != State::answered)
            continue;
        kept.state = State::answer_gone;
        kept.answer = Response{0, {}, {}};
    }
    bytes_ = 0;
}

void KeptAnswers::erase(Place place) {
    if (place->second.state == State::answered)
        bytes_ -= size_of(place->second.answer);
    kept_.erase(place);
}

/// Erases the oldest answer that is not under way; returns false when there is none. One pass over
/// at most 1,024.
bool KeptAnswers::erase_oldest() {
    auto oldest = kept_.end();
    for (auto place = kept_.begin(); place != kept_.end(); ++place)
        if (place->second.state != State::running &&
            (oldest == kept_.end() || place->second.begun < oldest->second.begun))
            oldest = place;
    if (oldest == kept_.end())
        return false;
    erase(oldest);
    return true;
}

void KeptAnswers::forget_old(Instant now) {
    for (auto place = kept_.begin(); place != kept_.end();) {
        const auto next = std::next(place);
        if (place->second.state != State::running && now - place->second.begun > idempotency_time)
            erase(place);
        place = next;
    }
}

} // namespace staffroom::http
