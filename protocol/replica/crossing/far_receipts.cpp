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
/// Of so many networks beyond is something written down, of one order by one link.
constexpr std::size_t networks_beyond_max = 16;

} // namespace

void FarErasing::tick() {
    if (parts_.context.now < next_saying_)
        return;
    next_saying_ = parts_.context.now + said_every;
    write_again();
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
        if (far == network.far_orders.end())
            continue;
        if (!came_by(of, far->second.descriptor.space) && !has_named(talk, *placed))
            continue;
        const RevisionId order = log::revision_id(far->second.header);
        std::vector<agreement::FarReceipt> receipts = heard_beyond(of, others, *placed, order);
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
/// have said nothing: of each network once. The attack: one of them speaks for another one, whose
/// own word differs, and whoever is told both ends the line; so a network's own word comes first,
/// then what goes farthest. [A16]
std::vector<agreement::FarReceipt> FarErasing::heard_beyond(
    const LinkKnown& of,
    const std::vector<Onward>& others,
    const network::PlacedOrder& placed,
    const RevisionId& order
) {
    std::map<NetworkId, agreement::FarReceipt> farthest;
    std::set<NetworkId> spoken; // for themselves
    for (const Onward& on : others) {
        const bool has_any = std::ranges::any_of(placed.order.entries, [&](const auto& revision) {
            return has_passed(on, {placed.order.school, revision});
        });
        if (!has_any)
            continue;
        Heard heard = heard_of(on.link, order);
        heard.try_emplace(std::nullopt, agreement::FarReceipt{order, 0, 0, parts_.context.wall});
        for (auto& [beyond, receipt] : heard) {
            const NetworkId about = beyond.value_or(on.link.other);
            if (about == of.network || about == of.other)
                continue;
            const bool is_own_word = !beyond && receipt.schools > 0;
            const auto before = farthest.find(about);
            const bool goes_farther = before == farthest.end() ||
                                      std::pair(before->second.erased, before->second.schools) <
                                          std::pair(receipt.erased, receipt.schools);
            if (!beyond)
                receipt.beyond = agreement::FarReceipt::Beyond{about, on.link.other_card().name};
            if (is_own_word || (goes_farther && spoken.count(about) == 0))
                farthest.insert_or_assign(about, std::move(receipt));
            if (is_own_word)
                spoken.insert(about);
        }
    }
    std::vector<agreement::FarReceipt> all;
    for (auto& [about, receipt] : farthest)
        all.push_back(std::move(receipt));
    return all;
}

/// What gateways of the other network have signed of an order, as this network has written it down:
/// of itself and of each network beyond that which goes farthest.
FarErasing::Heard FarErasing::heard_of(const LinkKnown& of, const RevisionId& order) {
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
        if (is_better && counts(of, statement))
            best.insert_or_assign(by.beyond, *named);
    }
    return best;
}

/// Whether a receipt that was written down is signed by the other network as it stands. The attack:
/// thousands stand in governance, and every turn asks for all of them.
bool FarErasing::counts(const LinkKnown& of, const agreement::SignedStatement& statement) {
    if (std::exchange(checked_at_, parts_.book.changes()) != parts_.book.changes())
        checked_.clear();
    const auto [at, is_new] = checked_.try_emplace(
        {of.network, of.standing.link, agreement::encode_statement(statement)}, false
    );
    if (is_new)
        at->second = agreement::read_far_receipt(
                         statement,
                         of.other_card(),
                         parts_.book.chain_finder(of.network),
                         parts_.context.verifier
        )
                         .has_value();
    return at->second;
}

/// Progress is written down as often as it doubles, so that no gateway fills governance with it.
/// `news` is what goes to the disk with it.
bool FarErasing::is_worth_writing(
    const LinkKnown& of, const agreement::FarReceipt& receipt, const News& news
) {
    const auto standing = parts_.erasures.standing(of.network);
    const bool is_ours = std::ranges::any_of(standing, [&](const network::PlacedOrder* each) {
        return each->id == receipt.order && each->author == each->order.school;
    });
    if (!is_ours && !parts_.erasures.has_far(of.network, receipt.order))
        return false;
    Heard all = heard_of(of, receipt.order);
    // The attack: thousands come before the first of them is on the disk, and each is the first.
    for (const auto& [about, writing] : writing_) {
        const auto& [network, link, said] = about;
        if (network == of.network && link == of.standing.link && said.first == receipt.order)
            all.insert_or_assign(said.second, writing.receipt);
    }
    for (const auto& [said, of_message] : news)
        if (said.first == receipt.order)
            all.insert_or_assign(said.second, of_message.receipt);
    const auto heard = all.find(whom(receipt).second);
    // The attack: each names another network beyond that nobody knows.
    if (heard == all.end())
        return !receipt.beyond || all.size() - all.count(std::nullopt) < networks_beyond_max;
    const agreement::FarReceipt& before = heard->second;
    if (before.is_complete())
        return false;
    const bool is_first = before.schools == 0 && receipt.schools > 0;
    return is_first || receipt.is_complete() || receipt.erased >= 2 * std::max(before.erased, 1U);
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
    News news;
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
        // The attack: what it says of itself twice is told on as two, and ends another line.
        if (receipt->beyond &&
            (receipt->beyond->network == of.other || receipt->beyond->network == of.network))
            return fail(Errc::malformed, "a receipt of a network beyond that is none");
        if (!is_worth_writing(of, *receipt, news))
            continue;
        news.emplace(whom(*receipt), Writing{{}, *receipt, *statement});
        draft.add_operation(
            log::space_of(of.network),
            agreement::encode_link_act(agreement::LinkReceipt{*statement})
        );
    }
    if (news.empty() || !parts_.far_links.may_write(of.network))
        return {};
    std::optional<StoreId> store;
    if (receipt_pause_.is_over(parts_.context.now))
        store = draft.commit();
    for (auto& [order, writing] : news) {
        writing.store = store;
        writing_.insert_or_assign({of.network, of.standing.link, order}, std::move(writing));
    }
    return {};
}

/// By now it stands in governance, or is to be written again: nobody says a receipt twice on one
/// line, and orders are asked for again.
void FarErasing::store_finished(StoreId id, bool succeeded) {
    const bool is_of_receipts =
        std::ranges::any_of(writing_, [&](const auto& entry) { return entry.second.store == id; });
    if (!is_of_receipts && ordering_.count(id) == 0)
        return;
    StorePause& pause = is_of_receipts ? receipt_pause_ : order_pause_;
    if (succeeded)
        pause.succeeded();
    else
        pause.failed(parts_.context.now);
    if (succeeded)
        std::erase_if(writing_, [&](const auto& entry) { return entry.second.store == id; });
    for (auto& [about, writing] : writing_)
        if (writing.store == id)
            writing.store.reset();
    const auto node = ordering_.extract(id);
    if (node.empty() || succeeded)
        return;
    for (auto& [line, talk] : talks_) {
        talk.asked_at.reset();
        for (const auto& [revision, kind] : node.mapped().kinds)
            if (talk.answered.count(revision) > 0)
                talk.gone.try_emplace(
                    revision, Gone{kind == network::ErasureKind::files_only, parts_.context.now}
                );
    }
}

/// Writes again what the disk has refused.
void FarErasing::write_again() {
    if (!receipt_pause_.is_over(parts_.context.now))
        return;
    OwnLogs::Draft draft = parts_.own_logs.draft();
    std::vector<Writing*> again;
    for (auto& [about, writing] : writing_) {
        const NetworkId& network = std::get<NetworkId>(about);
        if (writing.store || !parts_.far_links.may_write(network))
            continue;
        again.push_back(&writing);
        draft.add_operation(
            log::space_of(network),
            agreement::encode_link_act(agreement::LinkReceipt{writing.statement})
        );
    }
    if (again.empty())
        return;
    const StoreId store = draft.commit();
    for (Writing* writing : again)
        writing->store = store;
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
    if (known == nullptr)
        return all;
    const bool is_own = order.author == order.order.school;
    for (const LinkKnown& of : known->links) {
        if (!is_own) {
            if (has_crossed(of, order))
                all.push_back({.network = of.other, .name = of.other_card().name, .stays = true});
            continue;
        }
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
