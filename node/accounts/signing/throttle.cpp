#include "node/accounts/signing/throttle.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace staffroom::accounts {
namespace {

std::string account_key(const Attempt& attempt) {
    return "n" + attempt.account;
}

std::string address_key(const Attempt& attempt) {
    return "a" + attempt.address;
}

std::string device_key(const Attempt& attempt) {
    return "d" + attempt.device + "\n" + attempt.account;
}

/// 1, 2, 4 ... seconds from the first attempt that is not free.
std::chrono::seconds delay_after(unsigned attempts, const ThrottleRule& rule) {
    if (attempts < rule.free)
        return std::chrono::seconds(0);
    const unsigned doublings = std::min(attempts - rule.free, 20U);
    return std::min(std::chrono::seconds(1U << doublings), rule.longest);
}

} // namespace

std::string address_group(const std::string& address) {
    boost::system::error_code error;
    auto ip = boost::asio::ip::make_address(address, error);
    if (error)
        return address;
    if (ip.is_v6() && ip.to_v6().is_v4_mapped())
        ip = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, ip.to_v6());
    if (ip.is_v4())
        return ip.to_string();
    auto bytes = ip.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

std::chrono::seconds
Throttle::wait_of(const std::string& key, const ThrottleRule& rule, Instant now) const {
    const auto found = counts_.find(key);
    if (found == counts_.end() || now - found->second.last >= throttle_memory)
        return std::chrono::seconds(0);
    const Instant free_at = found->second.last + delay_after(found->second.attempts, rule);
    if (free_at <= now)
        return std::chrono::seconds(0);
    return std::chrono::ceil<std::chrono::seconds>(free_at - now);
}

void Throttle::count(const std::string& key, Instant now) {
    Count& count = counts_[key];
    if (now - count.last >= throttle_memory)
        count.attempts = 0;
    ++count.attempts;
    count.last = now;
}

std::chrono::seconds Throttle::begin(const Attempt& attempt, Instant now) {
    const bool is_known = !attempt.device.empty();
    const auto wait = is_known ? wait_of(device_key(attempt), device_rule, now)
                               : std::max(
                                     wait_of(account_key(attempt), account_rule, now),
                                     wait_of(address_key(attempt), address_rule, now)
                                 );
    if (wait > std::chrono::seconds(0))
        return wait;
    make_room(now);
    if (is_known) {
        count(device_key(attempt), now);
    } else {
        count(account_key(attempt), now);
        count(address_key(attempt), now);
    }
    return std::chrono::seconds(0);
}

void Throttle::succeeded(const Attempt& attempt) {
    if (!attempt.device.empty()) {
        counts_.erase(device_key(attempt));
        return;
    }
    counts_.erase(account_key(attempt));
    const auto address = counts_.find(address_key(attempt));
    if (address != counts_.end() && address->second.attempts > 0)
        --address->second.attempts;
}

/// A flood of names must not take memory; what it pushes out first is what counts least.
void Throttle::make_room(Instant now) {
    if (counts_.size() < throttle_counts_max)
        return;
    std::erase_if(counts_, [now](const auto& each) {
        return now - each.second.last >= throttle_memory;
    });
    for (unsigned attempts = 1; counts_.size() >= throttle_counts_max; ++attempts)
        std::erase_if(counts_, [attempts](const auto& each) {
            return each.second.attempts <= attempts;
        });
}

} // namespace staffroom::accounts
