// How long somebody has to wait before the next password is looked at. Pure: time comes in.
//
// The attacks: guessing one account's password, guessing one password at all accounts, and failing
// on purpose so that a teacher can never sign in. So wrong passwords count for the account and for
// the address, both with growing delay; and a browser that has signed in to the account before has
// a count of its own that nobody else can raise. An attempt counts when it begins, so that a
// thousand at once are not one.
#pragma once

#include "protocol/base/time.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace staffroom::accounts {

struct Attempt {
    std::string account; // accounts/people/account_names same_name_key
    std::string address; // where it comes from, see `address_group`
    std::string device;  // of a browser known to this account; else empty
};

/// An address as it counts: an IPv6 customer has a whole /64, so that is one.
[[nodiscard]] std::string address_group(const std::string& address);

struct ThrottleRule {
    unsigned free; // so many cost nothing
    std::chrono::seconds longest;
};
inline constexpr ThrottleRule account_rule{5, std::chrono::seconds(60)};
inline constexpr ThrottleRule device_rule{5, std::chrono::seconds(60)};
/// A school's computers may come from one address, so it has more.
inline constexpr ThrottleRule address_rule{20, std::chrono::seconds(900)};
/// Counts go after this without another attempt.
inline constexpr std::chrono::hours throttle_memory{1};
inline constexpr std::size_t throttle_counts_max = 20'000;

class Throttle {
public:
    /// Zero: the attempt is counted and may go on. Else it has to wait, and is not counted.
    [[nodiscard]] std::chrono::seconds begin(const Attempt& attempt, Instant now);
    /// The password was right: what the attempt counted is taken back, and the account's own count
    /// with it. The address keeps the rest: its owner may have an account of their own.
    void succeeded(const Attempt& attempt);

    [[nodiscard]] std::size_t size() const { return counts_.size(); }

private:
    struct Count {
        unsigned attempts = 0;
        Instant last{0};
    };
    [[nodiscard]] std::chrono::seconds
    wait_of(const std::string& key, const ThrottleRule& rule, Instant now) const;
    void count(const std::string& key, Instant now);
    void make_room(Instant now);

    std::map<std::string, Count> counts_;
};

} // namespace staffroom::accounts
