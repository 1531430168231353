#include "protocol/replica/meeting/sync_waits.hpp"

namespace staffroom::replica {
namespace {

constexpr std::chrono::milliseconds ask_again_after{250};
/// A caller that has not said within this time which school it is keeps nobody waiting.
constexpr std::chrono::seconds introduction_time{3};

} // namespace

void SyncWaits::start(RequestId request, const WaitForSync& wait) {
    neighbours_.dial_all();
    if (wait.only_start) {
        for (auto& [id, link] : links_.all()) {
            if (link.is_open() && link.hello_received)
                exchange_.send_ping(link, 0);
        }
        context_.emit(Done{request, Reply(SyncReport{})});
        return;
    }
    const auto at =
        waits_.emplace(++last_nonce_, Wait{request, context_.now + wait.patience, {}, {}}).first;
    ask(at->first, at->second);
}

void SyncWaits::ask(std::uint64_t nonce, Wait& wait) {
    for (auto& [id, link] : links_.all()) {
        if (!link.is_open() || !link.hello_received || wait.agreed.count(id) > 0)
            continue;
        const auto asked = wait.asked.find(id);
        if (asked != wait.asked.end() && context_.now - asked->second < ask_again_after)
            continue;
        wait.asked.insert_or_assign(id, context_.now);
        exchange_.send_ping(link, nonce);
    }
}

void SyncWaits::pong_arrived(Link& link, std::uint64_t nonce) {
    const auto at = waits_.find(nonce);
    if (at != waits_.end() && exchange_.is_settled(link))
        at->second.agreed.insert(link.id);
}

bool SyncWaits::is_done(const Wait& wait) const {
    for (const auto& [id, link] : links_.all()) {
        const bool is_hearsay = !link.is_open() && neighbours_.is_hearsay(link);
        const bool is_nobody = (is_hearsay || (!link.dialled && !link.school)) &&
                               context_.now - link.opened_at > introduction_time;
        if (is_far(link.meeting))
            continue;
        if (!link.closing && wait.agreed.count(id) == 0 && !is_nobody &&
            !exchange_.is_apart(link) && link.phase != LinkPhase::expecting_first_frame)
            return false;
    }
    return !neighbours_.has_undecided();
}

SyncReport SyncWaits::report(const Wait& wait) const {
    SyncReport report;
    std::set<std::string> reached;
    for (const auto& [id, link] : links_.all()) {
        if (wait.agreed.count(id) > 0) {
            ++report.reached;
            reached.insert(link.address);
        } else if (link.is_open() && !is_far(link.meeting) && (link.dialled || link.school) &&
                   !exchange_.is_apart(link)) {
            report.lagging.push_back(link.remote);
        }
    }
    for (const auto& [address, neighbour] : neighbours_.all()) {
        const Link* link = neighbour.link ? links_.find(*neighbour.link) : nullptr;
        const bool is_open = link != nullptr && link->is_open();
        if (!is_open && reached.count(address) == 0 && neighbour.trouble)
            report.unreached.push_back(address);
    }
    return report;
}

void SyncWaits::settled() {
    for (auto at = waits_.begin(); at != waits_.end();) {
        ask(at->first, at->second);
        const bool is_over = at->second.deadline <= context_.now || is_done(at->second);
        if (is_over)
            context_.emit(Done{at->second.request, Reply(report(at->second))});
        at = is_over ? waits_.erase(at) : std::next(at);
    }
}

} // namespace staffroom::replica
