// The toll of a link. A neighbour or a stranger could keep the network thread busy with questions
// that bring nothing, and every other school would wait. So a turn in which a link brought
// something new is free; any other is paid from an account that fills with time. A link whose
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

/// The part of the time that a link may take for nothing, and how much it may save up.
struct TollRate {
    std::int64_t percent;
    std::chrono::microseconds saved_max;
};
/// The rate of a neighbour. Comparing and asking cost an honest one a few milliseconds now and
/// then. A flood can hold up others with the saved time before it is slowed down.
inline constexpr TollRate neighbour_rate{10, std::chrono::milliseconds{40}};
/// The rate of a stranger: a handshake costs under a millisecond.
inline constexpr TollRate stranger_rate{5, std::chrono::milliseconds{100}};
/// The longest pause of a neighbour, whatever its turns cost.
inline constexpr std::chrono::seconds toll_pause_max{2};
/// The shortest time between two lines of the trace about a link that is slowed down.
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
    /// Counts the remotes that have an account; at most toll_remotes_max.
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
