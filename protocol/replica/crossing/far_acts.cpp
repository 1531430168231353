// What coordinators of one network have said that the other has to know: that a link has ended. The
// far network does not see the governance in which it stands, so a gateway says it, and one of the
// other side writes it down for its own network. Declared in far_links. The attacks: a gateway
// brings ends that nobody signed, or thousands that somebody did; two gateways write the same. [A7]
#include "protocol/agreement/passport.hpp"
#include "protocol/replica/crossing/far_links.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// Whoever may sign one end can sign any number; one is enough.
constexpr std::size_t ends_of_link_max = 16;

/// The ends of this link that stand in a network's governance; with `writer` those that it wrote.
std::vector<const agreement::LinkEnded*> ends_of(
    const NetworkState& network,
    const LinkKnown& link,
    const std::optional<SchoolId>& writer = std::nullopt
) {
    std::vector<const agreement::LinkEnded*> ends;
    for (const auto& [log, places] : network.link_acts) {
        for (const auto& [position, placed] : places) {
            const auto* act = std::get_if<agreement::LinkEnded>(&placed.act);
            const auto end = act == nullptr ? Result<agreement::End>(fail(Errc::not_found))
                                            : agreement::parse_end(act->end.bytes);
            if (end && (!writer || placed.author == *writer) &&
                (end->agreement == link.standing.id ||
                 link.standing.earlier.count(end->agreement) > 0))
                ends.push_back(act);
        }
    }
    return ends;
}

} // namespace

/// Tells the ends that count here, without the reasons, which are for the own network.
void FarLinks::tell_acts(Link& link, Talk& talk) {
    const LinkKnown& of = *known(talk);
    if (!of.standing.is_ended || talk.has_told_end)
        return;
    wire::FarActs message{};
    for (const agreement::LinkEnded* act : ends_of(*parts_.networks.find(talk.network), of))
        if (is_end_of(of, act->end) && message.acts.size() < ends_of_link_max)
            message.acts.push_back(agreement::encode_link_act(agreement::LinkEnded{
                act->end, std::nullopt}));
    talk.has_told_end = true;
    if (!message.acts.empty())
        send_message(parts_.context, link, message);
}

bool FarLinks::is_end_of(const LinkKnown& link, const agreement::SignedStatement& end) const {
    const agreement::Standing& standing = link.standing;
    return agreement::ended_by(
               end,
               {standing.id, standing.one.newest(), standing.other.newest()},
               parts_.book.chain_finder(link.network),
               parts_.context.verifier
    )
        .has_value();
}

Result<void> FarLinks::acts_arrived(Link& link, const wire::FarActs& message) {
    Talk* talk = talk_of(link.id);
    const LinkKnown* of = talk == nullptr ? nullptr : known(*talk);
    if (of == nullptr)
        return fail(Errc::not_allowed, "acts before a greeting");
    if (talk->have_acts_come)
        return fail(Errc::not_allowed, "acts twice");
    talk->have_acts_come = true;
    const NetworkState& network = *parts_.networks.find(talk->network);
    // What this school wrote itself is counted, not what others did: any member can write ends that
    // nobody has signed, and would keep out the true one.
    const std::size_t own_ends = ends_of(network, *of, parts_.context.school).size();
    if (!may_write(talk->network) || of->standing.is_ended || own_ends >= ends_of_link_max)
        return {};
    OwnLogs::Draft draft = parts_.own_logs.draft();
    for (const Bytes& bytes : message.acts) {
        const auto act = agreement::parse_link_act(bytes);
        const auto* ended = act ? std::get_if<agreement::LinkEnded>(&*act) : nullptr;
        if (ended == nullptr || !is_end_of(*of, ended->end))
            continue;
        draft.add_operation(
            network.space.id,
            agreement::encode_link_act(agreement::LinkEnded{ended->end, std::nullopt})
        );
        break; // one is enough
    }
    if (draft.has_entries())
        draft.commit();
    return {};
}

} // namespace staffroom::replica
