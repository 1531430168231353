#include "node/accounts/setup.hpp"

#include "node/runtime/token_file.hpp"
#include "protocol/base/text.hpp"

#include <sodium.h>

namespace staffroom::accounts {
namespace {

using SetupCookie = FixedBytes<struct SetupCookieTag, 32>;

constexpr std::size_t code_part = 4;

/// "abcd-efgh-ijkl" of the token in the file.
std::string code_of(std::string_view token) {
    std::string code;
    for (std::size_t i = 0; i < setup_code_letters && i < token.size(); ++i) {
        if (i > 0 && i % code_part == 0)
            code += '-';
        code += token[i];
    }
    return code;
}

std::string letters_in(std::string_view typed) {
    std::string letters;
    for (const char each : typed) {
        const char small = each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
        if ((small >= 'a' && small <= 'z') || (small >= '0' && small <= '9'))
            letters += small;
    }
    return letters;
}

} // namespace

std::string_view step_name(SetupStep step) {
    switch (step) {
    case SetupStep::code: return "code";
    case SetupStep::school: return "school";
    case SetupStep::accounts: return "accounts";
    case SetupStep::network: return "network";
    case SetupStep::done: return "done";
    }
    return "";
}

Setup::Setup(
    const Accounts& accounts,
    Random& random,
    std::filesystem::path code_file,
    std::optional<FreshSchool> fresh,
    SetupSessions sessions
)
    : accounts_(accounts)
    , random_(random)
    , code_file_(std::move(code_file))
    , fresh_(std::move(fresh))
    , sessions_(std::move(sessions)) {}

bool Setup::is_needed() const {
    return !accounts_.has_people();
}

SetupStep Setup::step(bool is_known, bool has_network) const {
    if (is_needed() && !is_known)
        return SetupStep::code;
    if (fresh_ && !(fresh_->is_named && fresh_->is_phrase_kept))
        return SetupStep::school;
    if (is_needed())
        return SetupStep::accounts;
    return has_network ? SetupStep::done : SetupStep::network;
}

Result<std::string> Setup::code() {
    if (!is_needed())
        return fail(Errc::not_allowed, "This school has people: they invite others.");
    const auto token = runtime::open_token_file(code_file_, random_);
    if (!token)
        return fail(token.error());
    return code_of(*token);
}

std::chrono::seconds Setup::wait(const std::string& address, Instant now) {
    // For each address apart: 60 bits need no more, and nobody keeps another from typing the code.
    const std::string from = address_group(address);
    return throttle_.begin({from, from, ""}, now);
}

Result<std::string> Setup::begin(std::string_view typed, Instant now) {
    const auto wanted = code();
    if (!wanted)
        return fail(wanted.error());
    const std::string right = letters_in(*wanted);
    const std::string given = letters_in(typed);
    if (given.size() != right.size() ||
        sodium_memcmp(given.data(), right.data(), right.size()) != 0)
        return fail(Errc::not_allowed, "This is not the code of this node.");
    std::erase_if(sessions_, [now](const auto& each) { return each.second <= now; });
    if (sessions_.size() >= setup_sessions_max)
        sessions_.clear();
    const std::string cookie = to_base32(random_.make<SetupCookie>());
    sessions_.emplace(hash_of_bearer(cookie), now + setup_life);
    return cookie;
}

std::optional<std::string>
Setup::know(std::string_view cookie, const std::optional<PersonId>& signed_in, Instant now) const {
    const auto found = sessions_.find(hash_of_bearer(cookie));
    if (found == sessions_.end() || found->second <= now)
        return std::nullopt;
    if (!is_needed() && (!signed_in || signed_in != first_person_))
        return std::nullopt;
    return forgery_guard(cookie);
}

void Setup::forget(std::string_view cookie) {
    sessions_.erase(hash_of_bearer(cookie));
}

void Setup::note_first_account(std::string_view cookie, const PersonId& person) {
    const Digest own = hash_of_bearer(cookie);
    std::erase_if(sessions_, [&own](const auto& each) { return each.first != own; });
    first_person_ = person;
    std::error_code ignored; // without people it would be made again; with people it opens nothing
    std::filesystem::remove(code_file_, ignored);
}

void Setup::forget_phrase() {
    if (!fresh_)
        return;
    for (std::string& word : fresh_->phrase)
        sodium_memzero(word.data(), word.size());
    fresh_->phrase.clear();
    fresh_->is_phrase_kept = true;
}

} // namespace staffroom::accounts
