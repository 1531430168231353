// How much of the network thread's time a link may take for nothing. A turn in which it brought
// something new is free; any other is paid from an account that fills with time, and a link whose
// account is empty is not read from until it has filled again: TCP then slows its sender down.
// Links that are nobody's share one account per remote. Not here: clocks, sockets, and what counts
// as new, which the replica says. The driver asks after every turn.
#pragma once

#include "protocol/base/time.hpp"
#include "protocol/replica/ports/events.hpp"

#include <map>
#include <optional>
#include <string>

namespace staffroom::links {

/// Part of the time that a link may take for nothing, and how much it may save up.
struct TollRate {
    std::int64_t percent;
    std::chrono::microseconds saved_max;
};
/// Comparing and asking cost an honest neighbour a few milliseconds now and then. What is saved up
/// is what a flood can hold up others with before it is slowed down.
inline constexpr TollRate neighbour_rate{10, std::chrono::milliseconds{40}};
/// A handshake costs under a millisecond.
inline constexpr TollRate stranger_rate{5, std::chrono::milliseconds{100}};
/// Nothing is to hold up a neighbour for longer, whatever it cost.
inline constexpr std::chrono::seconds toll_pause_max{2};
/// Who is slowed down is spoken of at most so often.
inline constexpr std::chrono::seconds toll_notice_every{30};
inline constexpr std::size_t toll_remotes_max = 1024;

class Toll {
public:
    struct Turn {
        Instant begin;
        Instant end;
        bool is_known; // somebody's link
        bool has_gained;
    };
    struct Verdict {
        std::chrono::microseconds pause; // before anything more is read; often zero
        bool is_news;                    // worth a line in the trace
    };

    void opened(replica::LinkId link, const std::string& remote);
    void closed(replica::LinkId link);
    [[nodiscard]] Verdict charge(replica::LinkId link, const Turn& turn);
    /// Remotes that have an account; at most toll_remotes_max.
    [[nodiscard]] std::size_t remote_count() const { return remotes_.size(); }

private:
    struct Account {
        std::int64_t left_us;
        Instant filled_at;
        std::optional<Instant> noticed{};
    };
    struct Payer {
        std::string remote;
        std::optional<Account> own{}; // once it is somebody's
    };

    [[nodiscard]] Account& account_of(Payer& payer, const Turn& turn);
    void forget_full_remotes(Instant now);

    std::map<replica::LinkId, Payer> payers_;
    std::map<std::string, Account> remotes_;
};

} // namespace staffroom::links
