#include "protocol/replica/transfer/fork_finder.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/log/tree_range.hpp"

namespace staffroom::replica {
namespace {

constexpr std::chrono::seconds answer_within{10};
/// Older heads are compared with our own history at most this often on a link.
constexpr std::chrono::seconds compare_every{1};

sync::OwnHistory history_of(const LogState& state) {
    return {state.head, state.stored, state.right};
}

} // namespace

void ForkFinder::contradicted(Link& link, const LogRecord& record, LogSize held) {
    start(link, record, std::min(held, record.durable.stored));
}

/// Compares at once with a root of ours that is at hand; for a smaller head our root has to be
/// read.
Result<void>
ForkFinder::head_seen(Link& link, const LogRecord& record, const wire::LogOffer& offer) {
    const LogState& ours = record.durable;
    const log::Head& head = offer.head.head;
    // What a closing says of a log is no history: two of them may hide behind one cut.
    const bool is_settled = record.cut && ends_log(record.cut->source);
    if (is_settled || offer.held.value == 0 || ours.stored.value == 0 ||
        head.size > ours.head.head.size || head.root == ours.head.head.root)
        return {};
    if (head.size < ours.head.head.size && head.size > ours.stored)
        return {}; // Ours of that size has not arrived.
    if (head.size < ours.head.head.size) {
        Instant& last = compared_at_.try_emplace(link.id, Instant{0}).first->second;
        if (parts_.context.now - last < compare_every)
            return {};
        last = parts_.context.now;
        const LoadId load = parts_.context.load(LoadRanges{record.id, {{LogSize{0}, head.size}}});
        comparing_.emplace(load, Comparing{link.id, offer.head, offer.held});
        return {};
    }
    if (auto good = log::check_head(offer.head, record.descriptor, parts_.context.verifier); !good)
        return good;
    start(link, record, std::min(offer.held, ours.stored));
    return {};
}

void ForkFinder::compare(const Comparing& comparing, const log::CompactRange& prefix) {
    Link* link = parts_.links.find(comparing.link);
    const LogRecord* record = parts_.logbook.find(comparing.head.head.log);
    const auto root = log::root_of<log::Blake2b256>(prefix);
    if (link == nullptr || record == nullptr || !root || *root == comparing.head.head.root)
        return;
    if (!log::check_head(comparing.head, record->descriptor, parts_.context.verifier)) {
        parts_.links.close(*link, Errc::bad_signature);
        return;
    }
    start(*link, *record, std::min(comparing.held, record->durable.stored));
}

void ForkFinder::start(Link& link, const LogRecord& record, LogSize size) {
    std::size_t of_link = 0;
    std::size_t of_log = 0;
    for (const auto& [number, search] : searches_) {
        const bool is_of_log = search.own.head.head.log == record.id;
        if (is_of_log && search.link == link.id)
            return;
        of_link += search.link == link.id ? 1U : 0U;
        of_log += is_of_log ? 1U : 0U;
    }
    const bool is_provable = record.durable.right.end == record.durable.head.head.size;
    std::size_t& attempts = attempts_.try_emplace(link.id, 0).first->second;
    if (size.value == 0 || !is_provable || of_link >= limits::fork_searches_per_link_max ||
        of_log >= limits::fork_searches_per_log_max ||
        attempts >= limits::fork_attempts_per_link_max)
        return;
    ++attempts;
    const sync::OwnHistory own = history_of(record.durable);
    const std::uint32_t number = ++last_number_;
    const auto at =
        searches_
            .emplace(
                number,
                Search{link.id, sync::ForkSearch(own, size), own, {}, {}, {}, parts_.context.now}
            )
            .first;
    ask(number, at->second);
}

/// Asks both sides the same question.
void ForkFinder::ask(std::uint32_t number, Search& search) {
    wire::ForkQuestion question = search.state.question();
    question.number = number;
    auto bounds = sync::ranges_of(question, search.own.stored);
    Link* link = parts_.links.find(search.link);
    if (!bounds || link == nullptr) {
        searches_.erase(number);
        return;
    }
    search.ours.reset();
    search.theirs.reset();
    search.progress = parts_.context.now;
    search.loading = parts_.context.load(LoadRanges{question.log, std::move(*bounds)});
    send_message(parts_.context, *link, question);
}

void ForkFinder::answered(Link& link, const wire::ForkAnswer& answer) {
    const auto at = searches_.find(answer.number);
    if (at == searches_.end() || at->second.link != link.id || at->second.theirs)
        return; // The search is over.
    const LogRecord* record = parts_.logbook.find(at->second.own.head.head.log);
    const bool is_signed =
        !answer.head ||
        (record != nullptr &&
         log::check_head(*answer.head, record->descriptor, parts_.context.verifier).has_value());
    if (answer.hashes.empty() || !is_signed) {
        searches_.erase(at);
        return;
    }
    at->second.theirs = answer;
    step(answer.number);
}

void ForkFinder::step(std::uint32_t number) {
    Search& search = searches_.at(number);
    if (!search.ours || !search.theirs)
        return;
    auto outcome = search.state.take(*search.ours, *search.theirs);
    if (outcome && !*outcome) {
        ask(number, search);
        return;
    }
    if (outcome)
        found(search, std::move(**outcome));
    else if (outcome.error().code == Errc::not_found)
        parts_.logbook.find(search.own.head.head.log)->is_contradicted = false;
    searches_.erase(number);
}

void ForkFinder::found(Search& search, log::ForkEvidence evidence) {
    const LogRecord* record = parts_.logbook.find(search.own.head.head.log);
    if (record == nullptr || !search.state.their_head())
        return;
    parts_.forks.take(
        {record->descriptor, search.own.head, *search.state.their_head(), std::move(evidence)}
    );
}

/// Answers a question; tells nothing to a neighbour that asks too much. It may have given up what
/// we are still reading for it, and an author who forks must not part two honest schools, so the
/// link goes on.
void ForkFinder::asked(Link& link, const wire::ForkQuestion& question) {
    const auto under_way =
        std::count_if(answering_.begin(), answering_.end(), [&](const auto& entry) {
            return entry.second.link == link.id;
        });
    const bool is_too_much =
        static_cast<std::size_t>(under_way) >= limits::fork_searches_per_link_max;
    const LogRecord* record = parts_.logbook.find(question.log);
    const bool may_see = !is_too_much && parts_.server.may_see(link, record);
    auto bounds = may_see ? sync::ranges_of(question, record->durable.stored)
                          : Result<sync::RangeBounds>(fail(Errc::not_found));
    if (!bounds) {
        send_message(parts_.context, link, wire::ForkAnswer{question.number, {}, {}});
        return;
    }
    const LoadId load = parts_.context.load(LoadRanges{question.log, std::move(*bounds)});
    answering_.emplace(load, Answering{link.id, question, history_of(record->durable)});
}

void ForkFinder::load_finished(LoadId id, const Result<Loaded>& outcome) {
    const auto* loaded = outcome ? std::get_if<LoadedRanges>(&*outcome) : nullptr;
    if (auto node = answering_.extract(id); !node.empty()) {
        const Answering& answering = node.mapped();
        Link* link = parts_.links.find(answering.link);
        wire::ForkAnswer answer{answering.question.number, {}, {}};
        if (loaded != nullptr)
            answer = sync::answer_question(answering.question, loaded->ranges, answering.own);
        if (link != nullptr)
            send_message(parts_.context, *link, answer);
        return;
    }
    if (auto node = comparing_.extract(id); !node.empty()) {
        if (loaded != nullptr)
            compare(node.mapped(), loaded->ranges.front());
        return;
    }
    const auto at = std::find_if(searches_.begin(), searches_.end(), [&](const auto& entry) {
        return entry.second.loading == id;
    });
    if (at == searches_.end())
        return;
    if (loaded == nullptr) {
        searches_.erase(at);
        return;
    }
    Search& search = at->second;
    search.ours = sync::answer_question(search.state.question(), loaded->ranges, search.own);
    search.loading.reset();
    step(at->first);
}

void ForkFinder::link_closed(const Link& link, Errc /*why*/) {
    const auto is_of_link = [&](const auto& entry) { return entry.second.link == link.id; };
    std::erase_if(searches_, is_of_link);
    attempts_.erase(link.id);
    compared_at_.erase(link.id);
}

void ForkFinder::tick() {
    std::erase_if(searches_, [&](const auto& entry) {
        return parts_.context.now - entry.second.progress > answer_within;
    });
}

} // namespace staffroom::replica
