// The tokens of programs: made, counted and ended.
#include "node/accounts/accounts.hpp"
#include "node/accounts/people/account_names.hpp"

#include <algorithm>

namespace staffroom::accounts {
namespace {

constexpr std::size_t token_name_bytes_max = 100;

} // namespace

/// The attack: one person makes so many that nobody else can have one. What is over does not count.
Result<void> Accounts::has_token_room(const Actor& by) const {
    const WallTime time = parts_.core.wall();
    const auto count_of = [&](auto&& counts) {
        return static_cast<std::size_t>(std::ranges::count_if(book_.tokens(), [&](const auto& row) {
            const Token& token = row.second;
            return (!token.until || time < *token.until) && counts(token);
        }));
    };
    if (!by) {
        if (count_of([](const Token& each) { return !each.is_person; }) < owner_tokens_max)
            return {};
        return fail(
            Errc::too_large, "The owner of the machine has as many tokens as there may be."
        );
    }
    const auto is_theirs = [&by](const Token& each) {
        return each.is_person && each.holder == by->id;
    };
    if (count_of(is_theirs) >= tokens_of_one_max)
        return fail(Errc::too_large, "You have 10 tokens, and nobody has more: end one first.");
    if (count_of([](const Token& each) { return each.is_person; }) >= tokens_max)
        return fail(Errc::too_large, "This school has as many tokens as there may be.");
    return {};
}

void Accounts::add_token(
    const Actor& by,
    const std::string& name,
    Scope scope,
    std::optional<WallTime> until,
    const Done<NewToken>& done
) {
    const auto made = std::make_shared<std::optional<NewToken>>();
    change(
        [this, by, name = trimmed(name), scope, until, made]() -> Result<AccountRows> {
            if (name.empty() || name.size() > token_name_bytes_max)
                return fail(Errc::invalid_input, "A token has a name of 1 to 100 bytes.");
            if (auto fits = is_to_come(until, now()); !fits)
                return fail(fits.error());
            if (auto room = has_token_room(by); !room)
                return fail(room.error());
            const PersonId holder = by ? by->id : parts_.core.random().make<PersonId>();
            const std::string secret = new_secret();
            const Token token{
                hash_of_bearer(secret), holder, by.has_value(), name, scope, now(), until};
            *made = NewToken{token, secret};
            return AccountRows{row_of(token)};
        },
        [this, by, made, done](const Result<void>& written) {
            if (!written)
                return done(fail(written.error()));
            note_change("token", (*made)->token.holder, by ? &by->id : nullptr);
            done(std::move(**made));
        }
    );
}

void Accounts::end_token(const Actor& by, const std::string& typed, const Done<Token>& done) {
    const auto ended = std::make_shared<std::optional<Token>>();
    change(
        [this, by, typed, ended]() -> Result<AccountRows> {
            bool is_unclear = false;
            for (const auto& [hash, token] : book_.tokens()) {
                if (by && !(token.is_person && token.holder == by->id))
                    continue;
                // An id wins: somebody may have named a token after the id of another.
                if (public_id(hash) == typed) {
                    *ended = token;
                    is_unclear = false;
                    break;
                }
                if (token.name != typed)
                    continue;
                is_unclear = ended->has_value();
                *ended = token;
            }
            if (is_unclear)
                return fail(Errc::invalid_input, "Several tokens have this name: use the id.");
            if (!*ended)
                return fail(Errc::not_found, "There is no such token.");
            return AccountRows{without(**ended)};
        },
        [ended, done](const Result<void>& written) {
            if (written)
                done(std::move(**ended));
            else
                done(fail(written.error()));
        }
    );
}

} // namespace staffroom::accounts
