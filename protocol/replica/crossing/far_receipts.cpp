// How far an order has been carried out in the networks to which its records have crossed. A
// gateway there counts the schools that have given a receipt and signs the number; the home network
// keeps it in its governance, where its author's school reads it. Declared in far_erasing. The
// attacks: a member at home makes up that everything is gone elsewhere; a gateway fills governance
// with numbers. [E10]
#include "protocol/base/limits.hpp"
#include "protocol/replica/crossing/far_erasing.hpp"
#include "protocol/replica/erasure/receipts.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

constexpr std::chrono::seconds said_every{2};
/// So many messages may come at once, from a line that was held up; then each in its time.
constexpr int messages_at_once = 32;
/// So many schools are asked for at once; the next orders have their turn with the next message.
constexpr std::size_t counted_at_once = 4096;
constexpr std::size_t said_at_once = limits::far_receipts_max / 2;

} // namespace

void FarErasing::tick() {
    if (parts_.context.now < next_saying_)
        return;
    next_saying_ = parts_.context.now + said_every;
    for (auto& [id, talk] : talks_) {
        Link* link = parts_.links.find(id);
        const auto speaker = parts_.far_links.speaker(id);
        if (link != nullptr && link->is_open() && speaker)
            say_erased(*link, talk, speaker->link);
    }
}

/// Tells how far orders of the other network are carried out here, where that has changed. The
/// attack: thousands of orders, of which each is counted over all schools at every turn.
void FarErasing::say_erased(Link& link, Talk& talk, const LinkKnown& of) {
    const NetworkState& network = *parts_.networks.find(of.network);
    if (network.far_orders.empty())
        return;
    wire::FarReceipts message{};
    std::vector<const network::PlacedOrder*> orders = parts_.erasures.standing(of.network);
    const auto next = std::ranges::find_if(orders, [&](const network::PlacedOrder* each) {
        return talk.counted && *talk.counted < each->id; // ascending
    });
    std::rotate(orders.begin(), next == orders.end() ? orders.begin() : next, orders.end());
    const std::vector<Onward> others = others_of(of);
    std::size_t counted = 0;
    for (const network::PlacedOrder* placed : orders) {
        if (counted >= counted_at_once || message.receipts.size() >= said_at_once)
            break;
        talk.counted = placed->id;
        const auto far = network.far_orders.find(placed->id);
        if (far == network.far_orders.end() || !came_by(of, far->second.descriptor.space))
            continue;
        const RevisionId order = log::revision_id(far->second.header);
        std::vector<agreement::FarReceipt> receipts = heard_beyond(others, *placed, order);
        const auto before = talk.said.find({order, std::nullopt});
        if (before == talk.said.end() || !before->second.is_complete()) {
            receipts.push_back(count_here(network, *placed, order));
            counted += receipts.back().schools;
        }
        for (const agreement::FarReceipt& receipt : receipts) {
            const auto said = talk.said.find(whom(receipt));
            const bool is_same = said != talk.said.end() && said->second.erased == receipt.erased &&
                                 said->second.schools == receipt.schools;
            if (is_same || message.receipts.size() == limits::far_receipts_max)
                continue;
            talk.said.insert_or_assign(whom(receipt), receipt);
            message.receipts.push_back(agreement::encode_statement(agreement::sign_far_receipt(
                receipt, {of.network, parts_.context.school, parts_.context.keys.signing}
            )));
        }
    }
    if (!message.receipts.empty())
        send_message(parts_.context, link, message);
}

FarErasing::AboutWhom FarErasing::whom(const agreement::FarReceipt& receipt) {
    return {receipt.order, receipt.beyond ? std::optional(receipt.beyond->network) : std::nullopt};
}

/// How many schools of this network have carried out an order.
agreement::FarReceipt FarErasing::count_here(
    const NetworkState& network, const network::PlacedOrder& placed, const RevisionId& order
) const {
    agreement::FarReceipt receipt{order, 0, 0, parts_.context.wall};
    for (const auto& [school, member] : network.roster.members) {
        const bool has_erased =
            !receipts_of(
                 {parts_.networks, parts_.logbook, parts_.erasures}, network.id, placed, school
            )
                 .empty();
        ++receipt.schools;
        receipt.erased += has_erased ? 1U : 0U;
    }
    return receipt;
}

/// The links by which this network may have passed on what came by another one.
std::vector<FarErasing::Onward> FarErasing::others_of(const LinkKnown& of) const {
    std::vector<Onward> others;
    for (const LinkKnown& on : parts_.book.of(of.network)->links)
        if (on.standing.link != of.standing.link)
            others.push_back({on, parts_.passports.reached(on)});
    return others;
}

/// What networks to which this one has passed the records on have said of an order, or that they
/// have said nothing. [A16]
std::vector<agreement::FarReceipt> FarErasing::heard_beyond(
    const std::vector<Onward>& others, const network::PlacedOrder& placed, const RevisionId& order
) const {
    std::vector<agreement::FarReceipt> all;
    for (const Onward& on : others) {
        const bool has_any = std::ranges::any_of(placed.order.entries, [&](const auto& revision) {
            return has_passed(on, {placed.order.school, revision});
        });
        if (!has_any)
            continue;
        Heard heard = heard_of(on.link, order);
        heard.try_emplace(std::nullopt, agreement::FarReceipt{order, 0, 0, parts_.context.wall});
        for (auto& [beyond, receipt] : heard) {
            if (!beyond)
                receipt.beyond =
                    agreement::FarReceipt::Beyond{on.link.other, on.link.other_card().name};
            all.push_back(std::move(receipt));
        }
    }
    return all;
}

/// What gateways of the other network have signed of an order, as this network has written it down:
/// of itself and of each network beyond that which goes farthest.
FarErasing::Heard FarErasing::heard_of(const LinkKnown& of, const RevisionId& order) const {
    Heard best;
    const NetworkState& network = *parts_.networks.find(of.network);
    const auto said = network.far_receipts.find(order);
    if (said == network.far_receipts.end())
        return best;
    for (const auto& [by, statement] : said->second) {
        const auto named = agreement::parse_far_receipt(statement.bytes);
        const auto before = best.find(by.beyond);
        const bool is_better =
            named &&
            (before == best.end() || before->second.erased < named->erased ||
             (before->second.erased == named->erased && before->second.since < named->since));
        const auto receipt = is_better ? agreement::read_far_receipt(
                                             statement,
                                             of.other_card(),
                                             parts_.book.chain_finder(of.network),
                                             parts_.context.verifier
                                         )
                                       : std::nullopt;
        if (receipt)
            best.insert_or_assign(by.beyond, *receipt);
    }
    return best;
}

/// Progress is written down as often as it doubles, so that no gateway fills governance with it.
bool FarErasing::is_worth_writing(const LinkKnown& of, const agreement::FarReceipt& receipt) const {
    const auto standing = parts_.erasures.standing(of.network);
    const bool is_ours = std::ranges::any_of(standing, [&](const network::PlacedOrder* each) {
        return each->id == receipt.order && each->author == each->order.school;
    });
    if (!is_ours && !parts_.erasures.has_far(of.network, receipt.order))
        return false;
    // The attack: thousands come before the first of them is on the disk, and each is the first.
    const auto writing = writing_.find({of.network, of.standing.link, whom(receipt)});
    std::optional<agreement::FarReceipt> heard;
    if (writing != writing_.end())
        heard = writing->second.receipt;
    else if (const Heard all = heard_of(of, receipt.order); all.count(whom(receipt).second) > 0)
        heard = all.at(whom(receipt).second);
    if (!heard)
        return true;
    if (heard->is_complete())
        return false;
    const bool is_first = heard->schools == 0 && receipt.schools > 0;
    return is_first || receipt.is_complete() || receipt.erased >= 2 * std::max(heard->erased, 1U);
}

Result<void> FarErasing::receipts_arrived(Link& link, const wire::FarReceipts& message) {
    const auto speaker = parts_.far_links.speaker(link.id);
    if (!speaker)
        return fail(Errc::not_allowed, "receipts before a greeting");
    const LinkKnown& of = speaker->link;
    // The attack: each receipt costs a signature, and nothing makes the next one wait.
    Talk& talk = talks_[link.id];
    talk.receipts_until = std::max(talk.receipts_until, parts_.context.now) + said_every / 2;
    if (talk.receipts_until > parts_.context.now + messages_at_once * said_every)
        return fail(Errc::busy, "receipts without end");
    OwnLogs::Draft draft = parts_.own_logs.draft();
    std::map<AboutWhom, agreement::FarReceipt> news;
    std::set<AboutWhom> named;
    for (const Bytes& bytes : message.receipts) {
        const auto statement = agreement::parse_statement(bytes);
        if (!statement)
            return fail(statement.error());
        const auto receipt = agreement::read_far_receipt(
            *statement,
            of.other_card(),
            parts_.book.chain_finder(of.network),
            parts_.context.verifier
        );
        if (!receipt)
            return fail(Errc::bad_signature, "a receipt that its gateway has not signed");
        if (!named.insert(whom(*receipt)).second)
            return fail(Errc::malformed, "two receipts for one order in a message");
        if (!is_worth_writing(of, *receipt))
            continue;
        news.emplace(whom(*receipt), *receipt);
        draft.add_operation(
            log::space_of(of.network),
            agreement::encode_link_act(agreement::LinkReceipt{*statement})
        );
    }
    if (news.empty() || !parts_.far_links.may_write(of.network))
        return {};
    const StoreId store = draft.commit();
    for (const auto& [order, receipt] : news)
        writing_.insert_or_assign({of.network, of.standing.link, order}, Writing{store, receipt});
    return {};
}

/// By now it stands in governance, or is to be written again.
void FarErasing::store_finished(StoreId id, bool /*succeeded*/) {
    std::erase_if(writing_, [&](const auto& entry) { return entry.second.store == id; });
    ordering_.erase(id);
}

/// Whether something that the order names stands before a passport of the link, whether that still
/// counts or not: a card that has changed since takes no words back.
bool FarErasing::has_crossed(const LinkKnown& of, const network::PlacedOrder& order) const {
    const std::map<LogId, LogSize> reached = parts_.passports.reached(of);
    for (const auto& [log, places] : parts_.shelf.ours(of.network, of.standing.link)) {
        const LogRecord* record = parts_.logbook.find(log);
        if (record == nullptr || record->descriptor.school != order.order.school)
            continue;
        const auto crossed = reached.find(log);
        for (const Outgoing& each : places)
            if (crossed != reached.end() && each.position.value < crossed->second.value &&
                std::ranges::binary_search(order.order.entries, each.revision))
                return true;
    }
    return false;
}

std::vector<ErasureAbroad>
FarErasing::abroad(const NetworkId& network, const network::PlacedOrder& order) {
    std::vector<ErasureAbroad> all;
    const LinkBook::OfNetwork* known = parts_.book.of(network);
    if (known == nullptr || order.author != order.order.school)
        return all;
    for (const LinkKnown& of : known->links) {
        Heard heard = heard_of(of, order.id);
        if (heard.empty() && !has_crossed(of, order))
            continue;
        heard.try_emplace(std::nullopt, agreement::FarReceipt{order.id, 0, 0, {}});
        for (const auto& [beyond, said] : heard) {
            ErasureAbroad there{of.other, of.other_card().name, said.schools, said.erased, {}};
            if (said.schools > 0)
                there.since = said.since;
            if (said.beyond) {
                there.network = said.beyond->network;
                there.by_way_of = std::exchange(there.name, said.beyond->name);
            }
            all.push_back(std::move(there));
        }
    }
    return all;
}

} // namespace staffroom::replica
