#include "protocol/replica/crossing/far_erasing.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

constexpr std::chrono::seconds orders_come_within{60};
/// What is gone may come at once in so many messages, from a line that was held up, and orders in
/// so many answers; then each in its time.
constexpr std::chrono::milliseconds gone_every{500};
constexpr std::chrono::seconds answers_every{1};
constexpr int news_at_once = 64;

/// Whether no honest gateway can have brought this, also one that has not heard of a change yet.
bool is_lying_order(agreement::Refusal why) {
    return why != agreement::Refusal::author_not_certified &&
           why != agreement::Refusal::behind_the_cut;
}

} // namespace

/// What is called back, what stands here and who may say so: another number, and something may be
/// to be told or asked.
std::uint64_t FarErasing::number(const NetworkId& network) const {
    return parts_.erasures.changes() + parts_.shelf.changes() + parts_.book.changes() +
           parts_.networks.find(network)->passports.changes();
}

void FarErasing::pump() {
    for (const LinkId& id : parts_.far_links.speakers()) {
        Link* link = parts_.links.find(id);
        const auto speaker = parts_.far_links.speaker(id);
        if (link == nullptr || !link->is_open() || !speaker)
            continue;
        Talk& talk = talks_[id];
        if (talk.question && talk.question->until <= parts_.context.now) {
            parts_.links.close(*link, Errc::timed_out);
            continue;
        }
        tell(*link, talk, speaker->link);
        ask(*link, talk, speaker->link);
    }
}

std::optional<Instant> FarErasing::deadline() const {
    std::optional<Instant> next;
    for (const auto& [id, talk] : talks_) {
        auto due = talk.question ? std::optional(talk.question->until) : talk.turn;
        // What waits for the disk is not due before the pause is over.
        if (!talk.question && due && !order_pause_.is_over(parts_.context.now))
            due = std::max(*due, *order_pause_.until());
        if (talk.tell_next > parts_.context.now)
            due = std::min(due.value_or(talk.tell_next), talk.tell_next);
        if (due)
            next = std::min(next.value_or(*due), *due);
    }
    for (const StorePause* pause : {&order_pause_, &receipt_pause_})
        if (!pause->is_over(parts_.context.now))
            next = std::min(next.value_or(*pause->until()), *pause->until());
    return next;
}

void FarErasing::link_closed(const Link& link, Errc /*why*/) {
    talks_.erase(link.id);
    std::erase_if(answers_, [&](const auto& entry) { return entry.second->link == link.id; });
}

// ------------------------------------------------------------------------------- what others told

Result<void> FarErasing::gone_told(Link& link, const wire::FarGone& message) {
    const auto speaker = parts_.far_links.speaker(link.id);
    if (!speaker)
        return fail(Errc::not_allowed, "what is gone before a greeting");
    Talk& talk = talks_[link.id];
    talk.gone_until = std::max(talk.gone_until, parts_.context.now) + gone_every;
    if (talk.gone_until > parts_.context.now + news_at_once * gone_every)
        return fail(Errc::busy, "what is gone without end");
    const auto& carried = parts_.shelf.carried(speaker->link.network);
    // The attack: after thousands of names each message brings one more, and all are looked up.
    bool has_news = false;
    for (const RevisionId& revision : message.revisions) {
        const auto known = talk.gone.find(revision);
        const bool is_wider =
            known == talk.gone.end() || (known->second.files_only && !message.files_only);
        // The attack: a member there calls back more than any line may name. What is beyond is
        // passed over, but for what is carried here, which is bounded by itself.
        if (known == talk.gone.end() &&
            (talk.gone.size() < limits::far_gone_kept_max || carried.count(revision) > 0))
            talk.gone.emplace(revision, Gone{message.files_only, parts_.context.now});
        else if (known != talk.gone.end() && !message.files_only)
            known->second.files_only = false;
        has_news = has_news || (is_wider && lacks(speaker->link, revision, message.files_only));
    }
    if (has_news)
        talk.asked_at.reset();
    return {};
}

/// Whether this network carries such a record, and no order here reaches it so far.
bool FarErasing::lacks(const LinkKnown& of, const RevisionId& revision, bool files_only) const {
    const auto& carried = parts_.shelf.carried(of.network);
    const auto at = carried.find(revision);
    if (at == carried.end())
        return false;
    for (const auto& [store, ordering] : ordering_) {
        const auto under_way = ordering.kinds.find(revision);
        if (ordering.network == of.network && under_way != ordering.kinds.end() &&
            (files_only || under_way->second == network::ErasureKind::whole))
            return false;
    }
    const auto kind = parts_.erasures.kind_of(of.network, {at->second, revision});
    return !kind || (!files_only && *kind != network::ErasureKind::whole);
}

/// Asks for orders of what is carried here, in its turn: all gateways are told the same, and what
/// one of them has written down another one need not.
void FarErasing::ask(Link& link, Talk& talk, const LinkKnown& of) {
    const bool is_due =
        talk.asked_at != number(of.network) || (talk.turn && *talk.turn <= parts_.context.now);
    // From where things came has to be known, or an honest order would be one of a third network.
    if (talk.gone.empty() || talk.question || !is_due || !parts_.far_links.may_write(of.network) ||
        !parts_.shelf.is_read() || !order_pause_.is_over(parts_.context.now))
        return;
    if (talk.orders_until > parts_.context.now + news_at_once * answers_every) {
        talk.turn = parts_.context.now + answers_every;
        return;
    }
    talk.asked_at = number(of.network);
    talk.turn.reset();
    std::vector<RevisionId> revisions;
    for (const auto& [revision, gone] : talk.gone) {
        if (!lacks(of, revision, gone.files_only))
            continue;
        const Instant turn = gone.since + parts_.far_links.turn_delay(of, revision.view().front());
        if (turn > parts_.context.now)
            talk.turn = std::min(talk.turn.value_or(turn), turn);
        else if (revisions.size() < limits::far_orders_max)
            revisions.push_back(revision);
    }
    if (revisions.empty())
        return;
    send_message(parts_.context, link, wire::FarAskOrders{revisions});
    talk.question = Question{std::move(revisions), parts_.context.now + orders_come_within};
}

/// Whether records of that space are the other network's own, or were passed on by it.
bool FarErasing::came_by(const LinkKnown& of, const SpaceId& space) const {
    return space == log::space_of(of.other) ||
           parts_.shelf.links_from(of.network, space).count(of.standing.link) > 0;
}

/// Whether records of that space may have come here by any link. Of two routes only the first one
/// is carried, so it decides nothing which one brings the order.
bool FarErasing::came_from(const LinkKnown& of, const SpaceId& space) const {
    const auto& links = parts_.book.of(of.network)->links;
    return parts_.book.was_linked(of.network, space) ||
           std::ranges::any_of(links, [&](const LinkKnown& each) {
               return space == log::space_of(each.other);
           });
}

/// Whether the other side has told on this line that something is gone which this order reaches:
/// it has that by another route, and hears how far the order has gone here.
bool FarErasing::has_named(const Talk& talk, const network::PlacedOrder& placed) {
    return std::ranges::any_of(placed.order.entries, [&](const RevisionId& revision) {
        return talk.gone.count(revision) > 0 || talk.answered.count(revision) > 0;
    });
}

/// Why an order is not written down here. What this says a node of this network finds again by
/// itself when it follows the order.
std::optional<agreement::Refusal>
FarErasing::why_refused(const LinkKnown& of, const agreement::FarOrder& order) const {
    // The attack: an order of a third network is brought here, from which nothing ever came.
    if (!came_from(of, order.descriptor.space))
        return agreement::Refusal::another_network;
    if (const auto why = agreement::why_unproven(order, parts_.context.verifier))
        return why;
    // The attack: each order brings another chain of hundreds of signatures.
    const SchoolId& school = order.descriptor.school;
    const identity::IdentityChain* known = parts_.book.author_chain(of.network, school);
    const bool is_known = known != nullptr && known->wire() == order.chain;
    const auto of_school = identity::school_of_chain(order.chain);
    if (is_known || order.chain.empty() || !of_school || *of_school != school)
        return agreement::why_not_entitled(order, known);
    const auto brought = identity::IdentityChain::parse(order.chain, parts_.context.verifier);
    if (!brought)
        return agreement::Refusal::unreadable;
    const bool is_newer = known == nullptr || brought->is_better_than(*known);
    return agreement::why_not_entitled(order, is_newer ? &*brought : known);
}

/// What orders have come for is not asked for again; the rest is, since an answer has an end. The
/// attack: a gateway answers for ever with what nobody asked for; so whoever brings nothing is let
/// off all of it, and another gateway has it.
void FarErasing::let_go(
    Talk& talk, const std::vector<RevisionId>& asked, const std::set<RevisionId>& covered
) {
    const bool has_any = std::ranges::any_of(asked, [&](const RevisionId& revision) {
        return covered.count(revision) > 0;
    });
    for (const RevisionId& revision : asked)
        if ((!has_any || covered.count(revision) > 0) && talk.gone.erase(revision) > 0)
            talk.answered.insert(revision);
}

/// The attack: one school of another network calls back thousands of small records, and whatever
/// any school calls back later would stand in a log of which no more orders count. So the next ones
/// go into a new one.
void FarErasing::make_room(const NetworkId& network, std::size_t orders) {
    const auto log = parts_.own_logs.current_of(log::space_of(network), log::Channel::governance);
    const auto& places = parts_.networks.find(network)->far_places;
    const auto placed = log ? places.find(*log) : places.end();
    if (placed == places.end())
        return;
    orders += placed->second.size();
    for (const auto& [store, ordering] : ordering_)
        orders += ordering.network == network ? ordering.count : 0;
    if (orders > limits::far_orders_per_log_max)
        parts_.own_logs.abandon(*log);
}

Result<void> FarErasing::orders_arrived(Link& link, const wire::FarOrders& message) {
    const auto speaker = parts_.far_links.speaker(link.id);
    const auto at = talks_.find(link.id);
    if (!speaker || at == talks_.end() || !at->second.question)
        return fail(Errc::not_allowed, "orders that nobody asked for");
    Talk& talk = at->second;
    const LinkKnown& of = speaker->link;
    const Question question = *std::exchange(talk.question, std::nullopt);
    talk.asked_at.reset();
    talk.orders_until = std::max(talk.orders_until, parts_.context.now) + answers_every;
    if (!order_pause_.is_over(parts_.context.now))
        return {}; // they are asked for again
    OwnLogs::Draft draft = parts_.own_logs.draft();
    std::optional<agreement::Refusal> lie;
    std::set<RevisionId> covered;
    std::size_t count = 0;
    std::map<RevisionId, network::ErasureKind> taken; // the attack: many orders for one record
    for (const Bytes& bytes : message.orders) {
        const auto order = agreement::parse_far_order(bytes);
        if (!order) {
            lie = agreement::Refusal::unreadable;
            continue;
        }
        covered.insert(order->order.entries.begin(), order->order.entries.end());
        const bool files_only = order->order.kind == network::ErasureKind::files_only;
        const auto is_wanted = [&](const RevisionId& revision) {
            const auto& carried = parts_.shelf.carried(of.network);
            const auto record = carried.find(revision);
            const auto before = taken.find(revision);
            const bool is_taken = before != taken.end() &&
                                  (files_only || before->second == network::ErasureKind::whole);
            return record != carried.end() && record->second == order->order.school && !is_taken &&
                   lacks(of, revision, files_only);
        };
        // The attack: thousands of signatures stand in orders of schools that somebody has made up.
        if (std::ranges::none_of(order->order.entries, is_wanted))
            continue;
        if (const auto why = why_refused(of, *order)) {
            if (is_lying_order(*why))
                lie = why;
            continue;
        }
        for (const RevisionId& revision : order->order.entries)
            if (is_wanted(revision))
                taken.insert_or_assign(revision, order->order.kind);
        ++count;
        draft.add_operation(
            log::space_of(of.network), agreement::encode_link_act(agreement::LinkOrder{bytes})
        );
    }
    let_go(talk, question.revisions, covered);
    if (count > 0 && parts_.far_links.may_write(of.network)) {
        make_room(of.network, count);
        ordering_.emplace(draft.commit(), Ordering{of.network, count, std::move(taken)});
    }
    link.gained();
    if (!lie)
        return {};
    parts_.far_links.caught(link.id, *lie);
    return fail(Errc::bad_proof, std::string(agreement::refusal_name(*lie)));
}

} // namespace staffroom::replica
