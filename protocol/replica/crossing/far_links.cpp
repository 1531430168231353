#include "protocol/replica/crossing/far_links.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// A gateway that was caught in a lie is not heard for so long; the others are.
constexpr std::chrono::minutes liar_is_silenced{10};
constexpr std::chrono::milliseconds far_tick{100};

} // namespace

FarLinks::Talk* FarLinks::talk_of(LinkId link) {
    const auto at = talks_.find(link);
    return at == talks_.end() || !at->second.school ? nullptr : &at->second;
}

const FarLinks::Talk* FarLinks::talk_of(LinkId link) const {
    const auto at = talks_.find(link);
    return at == talks_.end() || !at->second.school ? nullptr : &at->second;
}

std::optional<FarLinks::Speaker> FarLinks::speaker(LinkId link) const {
    const Talk* talk = talk_of(link);
    const Link* line = parts_.links.find(link);
    if (talk == nullptr || line == nullptr || !may_speak(*line, *talk))
        return std::nullopt;
    return Speaker{*known(*talk), *talk->school};
}

/// Whether the better chain, of that which was shown on this line and that which is known here,
/// certifies the key of the line.
bool FarLinks::is_certified(
    const Link& link, const NetworkId& network, const identity::IdentityChain& shown
) const {
    const identity::IdentityChain* here = parts_.book.chain_finder(network)(shown.school());
    const bool is_newer = here == nullptr || shown.is_better_than(*here);
    const auto* node = (is_newer ? shown : *here).find_transport(*link.remote_key);
    return node != nullptr && !node->revoked;
}

/// Whether somebody has said who it is, and may speak here by what is known now. The attack: a
/// stolen gateway whose key was revoked, or whose school is off the card, goes on over the line
/// that it has.
bool FarLinks::may_speak(const Link& link, const Talk& talk) const {
    const LinkKnown* of = talk.school ? known(talk) : nullptr;
    return of != nullptr && of->names_gateway(parts_.context.school) &&
           of->names_far_gateway(*talk.school) && is_certified(link, talk.network, *talk.chain);
}

std::vector<LinkId> FarLinks::speakers() const {
    std::vector<LinkId> links;
    for (const auto& [id, talk] : talks_)
        if (speaker(id))
            links.push_back(id);
    return links;
}

void FarLinks::caught(LinkId link, agreement::Refusal why) {
    if (const Talk* talk = talk_of(link))
        refuse(*talk, why);
}

const LinkKnown* FarLinks::known(const Talk& talk) const {
    return parts_.book.find(talk.network, talk.link);
}

bool FarLinks::may_write(const NetworkId& network) const {
    const NetworkState* state = parts_.networks.find(network);
    return state != nullptr && state->roster.is_member(parts_.context.school) &&
           state->roster.may_act(parts_.context.school) && !parts_.networks.is_key_ended();
}

void FarLinks::opened(Link& link) {
    const auto& meeting = std::get<FarMeeting>(link.meeting);
    const LinkKnown* of = parts_.book.find(meeting.network, meeting.link);
    if (of == nullptr)
        return parts_.links.close(link, Errc::not_found);
    talks_.emplace(link.id, Talk{meeting.network, meeting.link});
    link.heard_at = parts_.context.now;
    const wire::FarHello hello{parts_.networks.own_chain().wire(), of->are_we_one()};
    send_message(parts_.context, link, hello);
}

/// Whoever speaks here has to be a school on the card in force. The key of the link proves nothing:
/// every member of both networks can make it.
Result<void> FarLinks::hello_arrived(Link& link, const wire::FarHello& hello) {
    const auto at = talks_.find(link.id);
    if (at == talks_.end() || at->second.school)
        return fail(Errc::not_allowed, "a second greeting");
    Talk& talk = at->second;
    const LinkKnown* of = known(talk);
    // A node may be in both networks; then the caller says for which of them it speaks.
    if (of != nullptr && of->are_we_one() == hello.for_one) {
        of = parts_.book.find(of->other, talk.link);
        if (of != nullptr)
            talk.network = of->network;
    }
    if (of == nullptr || !of->names_gateway(parts_.context.school))
        return fail(Errc::not_found, "a link that is not here");
    const auto claimed = identity::school_of_chain(hello.chain);
    if (!claimed || !of->names_far_gateway(*claimed))
        return fail(Errc::not_a_member, "no gateway on the card in force");
    const auto silenced = liars_.find(*claimed);
    if (silenced != liars_.end() && parts_.context.now < silenced->second)
        return fail(Errc::busy, "a gateway that lied");
    auto chain = identity::IdentityChain::parse(hello.chain, parts_.context.verifier);
    if (!chain)
        return fail(chain.error());
    if (!is_certified(link, talk.network, *chain))
        return fail(Errc::bad_key, "a chain that does not certify this link");
    parts_.book.learn(hello.chain);
    talk.school = *claimed;
    talk.chain = std::move(*chain);
    link.far_school = *claimed;
    for (auto& [whom, dialled] : dialled_)
        if (dialled.link == link.id) {
            dialled.failures = 0;
            dialled.trouble.clear();
        }
    drop_double(link, talk);
    return {};
}

/// Of two lines to one gateway both sides keep the one that the smaller key dialled, else the
/// newer.
void FarLinks::drop_double(const Link& link, const Talk& talk) {
    for (const auto& [id, other] : talks_) {
        Link* double_of = parts_.links.find(id);
        if (id == link.id || double_of == nullptr || double_of->closing ||
            other.school != talk.school || other.link != talk.link ||
            other.network != talk.network || double_of->remote_key != link.remote_key)
            continue;
        const bool ours_is_smaller = parts_.context.keys.transport.public_key < *link.remote_key;
        const bool drop_other =
            link.dialled == double_of->dialled || link.dialled == ours_is_smaller;
        parts_.links.close(
            drop_other ? *double_of : *parts_.links.find(link.id), Errc::already_exists
        );
        if (!drop_other)
            return;
    }
}

void FarLinks::sign_of_life(Link& link, const wire::Message& message) {
    if (std::holds_alternative<wire::Goodbye>(message))
        return parts_.links.close(link, Errc::closed);
    const auto* ping = std::get_if<wire::Ping>(&message);
    if (ping == nullptr || parts_.context.now - link.ponged_at < limits::pong_every_min)
        return;
    link.ponged_at = parts_.context.now;
    send_message(parts_.context, link, wire::Pong{ping->nonce, {}});
}

void FarLinks::link_closed(const Link& link, Errc why) {
    const auto at = talks_.find(link.id);
    const bool has_talked = at != talks_.end() && at->second.school;
    if (at != talks_.end())
        talks_.erase(at);
    for (auto& [whom, dialled] : dialled_) {
        if (dialled.link != link.id)
            continue;
        dialled.link.reset();
        if (why != Errc::already_exists && dialled.trouble.empty())
            dialled.trouble = std::string(errc_name(why));
        dialled.failures = has_talked ? 1 : dialled.failures + 1;
        auto delay = std::chrono::microseconds(limits::redial_min);
        for (std::uint32_t i = 1; i < dialled.failures && delay < limits::redial_max; ++i)
            delay *= 2;
        delay = std::min(delay, std::chrono::microseconds(limits::redial_max));
        const auto jitter = static_cast<std::int64_t>(
            parts_.context.random.below(static_cast<std::uint64_t>(delay.count()) + 1)
        );
        dialled.next_try = parts_.context.now + delay / 2 + std::chrono::microseconds(jitter);
    }
    std::erase_if(answers_, [&](const auto& entry) { return entry.second->link == link.id; });
    std::erase_if(passed_answers_, [&](const auto& entry) {
        return entry.second.first->link == link.id;
    });
}

/// The addresses on the cards in force, of the links for which this school carries.
void FarLinks::list_addresses() {
    if (listed_at_ == parts_.book.changes())
        return;
    listed_at_ = parts_.book.changes();
    std::map<Dialling, Dialled> listed;
    for (const auto& [id, of] : parts_.book.all()) {
        for (const LinkKnown& link : of.links) {
            if (!link.names_gateway(parts_.context.school))
                continue;
            for (const agreement::Gateway& gateway : link.other_card().gateways) {
                if (gateway.school == parts_.context.school)
                    continue;
                for (const std::string& address : gateway.addresses) {
                    const Dialling whom{id, link.standing.link, gateway.school, address};
                    const auto before = dialled_.find(whom);
                    listed.emplace(whom, before == dialled_.end() ? Dialled{} : before->second);
                }
            }
        }
    }
    dialled_ = std::move(listed);
}

bool FarLinks::is_talking_with(const Dialling& whom) const {
    return std::ranges::any_of(talks_, [&](const auto& entry) {
        const Talk& talk = entry.second;
        return talk.network == whom.network && talk.link == whom.link && talk.school == whom.school;
    });
}

/// Whether there is a line to this gateway, or one is being made, to any of its addresses.
bool FarLinks::is_taken(const Dialling& whom) const {
    return is_talking_with(whom) || std::ranges::any_of(dialled_, [&](const auto& entry) {
               const Dialling& other = entry.first;
               return other.network == whom.network && other.link == whom.link &&
                      other.school == whom.school && entry.second.link;
           });
}

void FarLinks::dial(const Dialling& whom, Dialled& dialled) {
    const LinkId id{2 * ++parts_.context.last_dialled + 1};
    const FarMeeting meeting{whom.network, whom.link};
    const Instant now = parts_.context.now;
    parts_.links.add(Link{
        id, true, whom.address, whom.address, now, LinkPhase::handshaking, meeting});
    dialled.link = id;
    // The other network says that a node is there: it could name this machine.
    parts_.context.emit(OpenLink{id, whom.address, true});
}

void FarLinks::dial_due() {
    list_addresses();
    if (parts_.networks.is_key_ended())
        return;
    std::size_t under_way = 0;
    for (const auto& [id, link] : parts_.links.all())
        under_way +=
            link.dialled && is_far(link.meeting) && link.phase != LinkPhase::open ? 1U : 0U;
    for (auto& [whom, dialled] : dialled_) {
        if (under_way >= limits::far_dials_max || parts_.links.all().size() >= limits::links_max)
            return;
        const auto silenced = liars_.find(whom.school);
        const bool is_silenced = silenced != liars_.end() && parts_.context.now < silenced->second;
        if (dialled.link || dialled.next_try > parts_.context.now || is_silenced || is_taken(whom))
            continue;
        dial(whom, dialled);
        ++under_way;
    }
}

void FarLinks::pump() {
    forget_written();
    for (auto& [id, talk] : talks_) {
        Link* link = parts_.links.find(id);
        if (link == nullptr || !link->is_open() || !talk.school)
            continue;
        // Cards, agreements and chains change, and with them who may speak here.
        if (!may_speak(*link, talk)) {
            parts_.links.close(*link, Errc::not_a_member);
            continue;
        }
        if (talk.question && talk.question->until <= parts_.context.now) {
            parts_.links.close(*link, Errc::timed_out);
            continue;
        }
        tell_acts(*link, talk);
        answer_held(*link, talk);
        tell(*link, talk);
        ask_on(*link, talk);
        if (parts_.context.now - link->said_at > limits::keepalive_after)
            send_message(parts_.context, *link, wire::Ping{0, {}});
    }
}

void FarLinks::settled() {
    dial_due();
}

std::optional<Instant> FarLinks::deadline() const {
    std::optional<Instant> next;
    const auto add = [&](Instant when) { next = std::min(next.value_or(when), when); };
    for (const auto& [whom, dialled] : dialled_) {
        const auto silenced = liars_.find(whom.school);
        const Instant heard = silenced == liars_.end() ? Instant{0} : silenced->second;
        if (!dialled.link && !is_taken(whom))
            add(std::max({dialled.next_try, heard, parts_.context.now + far_tick}));
    }
    for (const auto& [id, talk] : talks_) {
        if (talk.question)
            add(talk.question->until);
        if (const auto acts = acts_deadline(talk))
            add(std::max(*acts, parts_.context.now + far_tick));
        add(parts_.context.now + limits::keepalive_after);
        if (talk.school && !talk.question && talk.storing.empty() && known(talk) != nullptr)
            for (const auto& [log, wanted] : talk.wanted)
                add(std::max(turn_at(talk, log, wanted), parts_.context.now + far_tick));
    }
    return next;
}

/// Notes a lie. The one who told it is not heard for a while.
void FarLinks::refuse(const Talk& talk, agreement::Refusal why) {
    ++refused_[{talk.network, talk.link}][why];
    if (talk.school)
        liars_.insert_or_assign(*talk.school, parts_.context.now + liar_is_silenced);
    for (auto& [whom, dialled] : dialled_)
        if (whom.link == talk.link && whom.school == talk.school)
            dialled.trouble = std::string(agreement::refusal_name(why));
}

} // namespace staffroom::replica
