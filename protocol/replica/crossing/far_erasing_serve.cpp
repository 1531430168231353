// What a gateway says of orders to erase: which records that name the link its own schools have
// called back, and the orders themselves, with all that proves them. Declared in far_erasing. The
// attack: a gateway of the other network asks for orders about what never was for it, and learns
// what else was called back; so nothing is answered but what was told on this line. [E9]
#include "protocol/agreement/erasing/far_order.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/crossing/by_turns.hpp"
#include "protocol/replica/crossing/far_erasing.hpp"
#include "protocol/replica/crossing/tree_parts.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

constexpr std::chrono::seconds tell_every{1};

/// The proof that the one entry of this chunk stands in its log as it was signed.
Result<log::Proof>
prove_entry(const LoadedChunk& chunk, const log::CompactRange& before, const LogState& state) {
    TreeParts parts;
    log::CompactRange grown = before;
    parts.add(before);
    const std::vector<TreeHash> leaf{
        log::leaf_hash<log::Blake2b256>(*chunk.entries.front().header)};
    log::append_leaves<log::Blake2b256>(grown, leaf, [&](const log::TreeNode& node) {
        parts.add(node);
    });
    parts.add(grown);
    parts.add(chunk.range);
    parts.add(state.right);
    const log::NodeReader reader = [&](log::Subtree at) { return parts.read(at); };
    return log::inclusion_proof<log::Blake2b256>(chunk.begin, state.head.head.size, reader);
}

} // namespace

void FarErasing::tell(Link& link, Talk& talk, const LinkKnown& of) {
    if (talk.told_at == number(of.network) || parts_.context.now < talk.tell_next)
        return;
    talk.told_at = number(of.network);
    talk.tell_next = parts_.context.now + tell_every;
    GoneOf gone;
    add_passed(of, gone);
    const bool has_own = parts_.erasures.has_own(of.network);
    const auto reached = has_own ? parts_.passports.reached(of) : std::map<LogId, LogSize>();
    for (const auto& [log, places] : parts_.shelf.ours(of.network, of.standing.link)) {
        const LogRecord* record = parts_.logbook.find(log);
        const auto crossed = reached.find(log);
        if (record == nullptr || crossed == reached.end())
            continue;
        const SchoolId& school = record->descriptor.school;
        for (const Outgoing& each : places) {
            const auto* order = parts_.erasures.own_order(of.network, {school, each.revision});
            // The attack: by what never crossed another network learns what was called back here.
            if (order == nullptr || each.position.value >= crossed->second.value)
                continue;
            const bool files_only = order->order.kind == network::ErasureKind::files_only;
            gone[school].push_back({each.revision, Told{school, files_only}});
        }
    }
    tell_news(link, talk, gone);
}

/// What other networks have called back, of what may have been passed on by this link: author and
/// agreements let it go on there, and it stands before a passport of this link. Its words are gone
/// by now, so rows tell which record was where, and by which links it might go on. [A16]
void FarErasing::add_passed(const LinkKnown& of, GoneOf& gone) const {
    const auto& far_orders = parts_.networks.find(of.network)->far_orders;
    if (far_orders.empty())
        return;
    const Onward on{of, parts_.passports.reached(of)};
    for (const network::PlacedOrder* placed : parts_.erasures.standing(of.network)) {
        for (const RevisionId& revision : placed->order.entries) {
            if (far_orders.count(placed->id) == 0)
                break;
            const SchoolId& school = placed->order.school;
            const auto* widest = parts_.erasures.far_order(of.network, {school, revision});
            if (widest != placed || !has_passed(on, {school, revision}))
                continue;
            const bool files_only = placed->order.kind == network::ErasureKind::files_only;
            gone[school].push_back({revision, Told{school, files_only}});
        }
    }
}

/// Whether a record may have been passed on by a link.
bool FarErasing::has_passed(const Onward& on, const RecordName& record) const {
    const auto names = parts_.shelf.carried_names(on.link.network, record.revision);
    return std::ranges::any_of(names, [&](const CarriedName& name) {
        const auto crossed = on.reached.find(name.place.log);
        return name.school == record.school && name.onward.count(on.link.standing.link) > 0 &&
               crossed != on.reached.end() && name.place.position.value < crossed->second.value;
    });
}

const network::PlacedOrder*
FarErasing::order_for(const NetworkId& network, const RecordName& name) const {
    const network::PlacedOrder* own = parts_.erasures.own_order(network, name);
    return own != nullptr ? own : parts_.erasures.far_order(network, name);
}

void FarErasing::tell_news(Link& link, Talk& talk, const GoneOf& all) {
    std::array<std::set<RevisionId>, 2> news; // whole, and the files alone
    // The attack: one school calls back so much that nothing of the others is told.
    for (const auto& [revision, gone] : by_turns(all, limits::far_gone_kept_max)) {
        const auto [known, is_new] = talk.told.try_emplace(revision, gone);
        const bool is_wider = !is_new && known->second.files_only && !gone.files_only;
        known->second.files_only = known->second.files_only && gone.files_only;
        if (is_new || is_wider)
            news[gone.files_only ? 1 : 0].insert(revision);
    }
    for (const bool files_only : {false, true}) {
        wire::FarGone message{files_only, {}};
        for (const RevisionId& revision : news[files_only ? 1 : 0]) {
            message.revisions.push_back(revision);
            if (message.revisions.size() < limits::far_gone_max)
                continue;
            send_message(parts_.context, link, message);
            message.revisions.clear();
        }
        if (!message.revisions.empty())
            send_message(parts_.context, link, message);
    }
}

Result<void> FarErasing::orders_asked(Link& link, const wire::FarAskOrders& message) {
    const auto speaker = parts_.far_links.speaker(link.id);
    if (!speaker)
        return fail(Errc::not_allowed, "a question for orders before a greeting");
    Talk& talk = talks_[link.id];
    if (talk.answer)
        return fail(Errc::busy, "two questions for orders at once");
    talk.answer = std::make_shared<Answer>(Answer{link.id, speaker->link.network});
    Answer& answer = *talk.answer;
    for (const RevisionId& revision : message.revisions) {
        const auto told = talk.told.find(revision);
        const auto* order = told == talk.told.end()
                                ? nullptr
                                : order_for(speaker->link.network, {told->second.school, revision});
        if (order != nullptr)
            answer.open[{order->log, order->position}].push_back(revision);
    }
    for (const auto& [place, revisions] : answer.open)
        answer.left.push_back(place);
    read_next(talk.answer);
    return {};
}

/// Loads what proves the next order; with none left, or no room for one, the answer goes out.
void FarErasing::read_next(std::shared_ptr<Answer> answer) {
    answer->ranges.reset();
    answer->chunk.reset();
    while (!answer->left.empty() && answer->bytes < limits::operation_bytes_max) {
        if (add_far_order(*answer)) {
            answer->left.pop_back();
            continue;
        }
        const auto& [log, position] = answer->left.back();
        const LogRecord* record = parts_.logbook.find(log);
        const LogSize stored = record == nullptr ? LogSize{0} : record->durable.stored;
        const bool can_prove =
            position.value < stored.value &&
            (stored == record->durable.head.head.size || !record->durable.right.hashes.empty());
        if (!can_prove) {
            answer->left.pop_back();
            continue;
        }
        answer->state = record->durable;
        const LoadChunk chunk{
            log,
            position,
            LogSize{position.value + 1},
            stored,
            1,
            limits::operation_bytes_max + limits::header_bytes_max,
            true};
        const LoadRanges ranges{log, {{LogSize{0}, LogSize{position.value}}}};
        answers_.emplace(parts_.context.load(ranges), answer);
        answers_.emplace(parts_.context.load(chunk), answer);
        return;
    }
    finish(*answer);
}

void FarErasing::load_finished(LoadId id, const Result<Loaded>& outcome) {
    auto node = answers_.extract(id);
    if (node.empty())
        return;
    const std::shared_ptr<Answer> answer = node.mapped();
    const bool is_first = !answer->ranges && !answer->chunk;
    if (outcome && std::holds_alternative<LoadedRanges>(*outcome))
        answer->ranges = std::get<LoadedRanges>(*outcome);
    else if (outcome && std::holds_alternative<LoadedChunk>(*outcome))
        answer->chunk = std::get<LoadedChunk>(*outcome);
    if (outcome && is_first)
        return;
    // A load that failed answers for both.
    std::erase_if(answers_, [&](const auto& entry) { return entry.second == answer; });
    if (outcome)
        add_order(*answer);
    answer->left.pop_back();
    read_next(answer);
}

/// An order that came from another network goes on as it came, with the better chain of its school.
/// False: the next one is an order of this network, or none.
bool FarErasing::add_far_order(Answer& answer) const {
    const auto& [log, position] = answer.left.back();
    const NetworkState& network = *parts_.networks.find(answer.network);
    const auto of_log = network.orders.find(log);
    if (of_log == network.orders.end() || of_log->second.count(position) == 0)
        return false;
    const auto far = network.far_orders.find(of_log->second.at(position).id);
    if (far == network.far_orders.end())
        return false;
    agreement::FarOrder order = far->second;
    const identity::IdentityChain* known =
        parts_.book.author_chain(answer.network, order.descriptor.school);
    if (known != nullptr)
        order.chain = known->wire();
    auto bytes = agreement::encode_far_order(order);
    if (!bytes)
        return true;
    answer.open.erase(answer.left.back());
    answer.bytes += bytes->size();
    answer.orders.push_back(std::move(*bytes));
    return true;
}

void FarErasing::add_order(Answer& answer) const {
    if (!answer.ranges || !answer.chunk || answer.chunk->entries.empty())
        return;
    const LogState& state = *answer.state;
    const LoadedEntry& entry = answer.chunk->entries.front();
    if (entry.state != BodyState::have || entry.body.encoded == nullptr)
        return;
    auto order = network::parse_erasure(*entry.body.encoded);
    auto proof = prove_entry(*answer.chunk, answer.ranges->ranges.at(0), state);
    if (!order || !proof)
        return;
    const identity::IdentityChain* chain = parts_.networks.chain(state.descriptor.school);
    auto bytes = agreement::encode_far_order(
        {state.descriptor,
         answer.chunk->begin,
         *entry.header,
         *entry.body.encoded,
         state.head,
         std::move(*proof),
         chain == nullptr ? Bytes{} : chain->wire(),
         std::move(*order)}
    );
    if (!bytes)
        return;
    answer.open.erase(answer.left.back());
    answer.bytes += bytes->size();
    answer.orders.push_back(std::move(*bytes));
}

/// What has no room is asked for again. What cannot be proven now is told again when something has
/// changed, or both sides would forget it.
void FarErasing::finish(const Answer& answer) {
    const auto talk = talks_.find(answer.link);
    Link* link = parts_.links.find(answer.link);
    if (talk == talks_.end() || link == nullptr || link->closing)
        return;
    for (const auto& [place, revisions] : answer.open)
        for (const RevisionId& revision : revisions)
            if (std::ranges::count(answer.left, place) == 0)
                talk->second.told.erase(revision);
    wire::FarOrders message{answer.orders};
    talk->second.answer.reset(); // the answer ends here
    send_message(parts_.context, *link, message);
}

} // namespace staffroom::replica
