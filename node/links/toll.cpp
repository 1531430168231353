#include "node/links/toll.hpp"

#include <algorithm>

namespace staffroom::links {
namespace {

std::int64_t filled(std::int64_t left_us, std::chrono::microseconds span, const TollRate& rate) {
    return std::min(left_us + span.count() * rate.percent / 100, rate.saved_max.count());
}

} // namespace

void Toll::opened(replica::LinkId link, const std::string& remote) {
    payers_.insert_or_assign(link, Payer{remote});
}

void Toll::closed(replica::LinkId link) {
    payers_.erase(link);
}

Toll::Verdict Toll::charge(replica::LinkId link, const Turn& turn) {
    const auto payer = payers_.find(link);
    if (payer == payers_.end())
        return {std::chrono::microseconds(0), false};
    const TollRate& rate = turn.is_known ? neighbour_rate : stranger_rate;
    Account& account = account_of(payer->second, turn);
    account.left_us = filled(account.left_us, turn.end - account.filled_at, rate);
    account.filled_at = turn.end;
    if (!turn.has_gained)
        account.left_us -= (turn.end - turn.begin).count();
    if (account.left_us >= 0)
        return {std::chrono::microseconds(0), false};

    const std::chrono::microseconds wanted(-account.left_us * 100 / rate.percent);
    const std::chrono::microseconds pause =
        std::min<std::chrono::microseconds>(wanted, toll_pause_max);
    // Forgives the debt that a pause as long as allowed does not pay for.
    account.left_us = std::max(account.left_us, -pause.count() * rate.percent / 100);
    const bool is_news = !account.noticed || turn.end - *account.noticed >= toll_notice_every;
    if (is_news)
        account.noticed = turn.end;
    return {pause, is_news};
}

Toll::Account& Toll::account_of(Payer& payer, const Turn& turn) {
    if (turn.is_known) {
        // The account of a known link begins half full, so that a neighbour that links again and
        // again gains nothing by it.
        if (!payer.own)
            payer.own = Account{neighbour_rate.saved_max.count() / 2, turn.begin};
        return *payer.own;
    }
    // A remote that has an account takes nobody's place.
    const auto known = remotes_.find(payer.remote);
    if (known != remotes_.end())
        return known->second;
    if (remotes_.size() >= toll_remotes_max)
        forget_full_remotes(turn.end);
    return remotes_.try_emplace(payer.remote, Account{stranger_rate.saved_max.count(), turn.begin})
        .first->second;
}

/// Forgets remotes with a full account: only those that owe something are worth remembering. If all
/// owe, the oldest debt goes.
void Toll::forget_full_remotes(Instant now) {
    std::erase_if(remotes_, [&](const auto& entry) {
        const Account& account = entry.second;
        return filled(account.left_us, now - account.filled_at, stranger_rate) ==
               stranger_rate.saved_max.count();
    });
    if (remotes_.size() >= toll_remotes_max)
        remotes_.erase(std::min_element(remotes_.begin(), remotes_.end(), [](auto& a, auto& b) {
            return a.second.filled_at < b.second.filled_at;
        }));
}

} // namespace staffroom::links
