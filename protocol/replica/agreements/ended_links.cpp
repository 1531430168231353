// What a coordinator writes to end a link or a code. [A7] [A9]
#include "protocol/agreement/passport.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/agreeing.hpp"

#include <algorithm>

namespace staffroom::replica {

/// How far logs may have crossed: those of this network as far as they are here and count, those
/// of the other as far as they have come. The largest ones where there are too many: a flood of
/// small ones falls away.
std::vector<log::LogPin>
Agreeing::pins_of(const NetworkState& network, const SharingId& link) const {
    std::vector<log::LogPin> pins =
        far_pins_ ? far_pins_(network.id, link) : std::vector<log::LogPin>();
    for (const LogId& id : network.space.logs) {
        const LogRecord& record = *parts_.logbook.find(id);
        if (record.descriptor.channel == log::Channel::records && record.counted().value > 0)
            pins.push_back({id, record.counted(), record.counted_root()});
    }
    if (pins.size() > limits::agreement_pins_max) {
        std::ranges::stable_sort(pins, std::ranges::greater{}, &log::LogPin::size);
        pins.erase(
            pins.begin() + static_cast<std::ptrdiff_t>(limits::agreement_pins_max), pins.end()
        );
    }
    std::ranges::sort(pins, {}, &log::LogPin::log);
    return pins;
}

Result<Agreeing::Invited> Agreeing::end(const NetworkState& network, const EndLink& command) {
    const SchoolId& self = parts_.context.school;
    const auto all = parts_.link_book.statuses();
    const auto link = std::ranges::find_if(all, [&](const LinkStatus& each) {
        return each.id == command.link && each.network == network.id;
    });
    if (link == all.end())
        return fail(Errc::not_found, "no such link");
    if (!network.roster.is_coordinator(self))
        return fail(Errc::not_allowed, "only a coordinator may end a link");
    const agreement::KnownCard& card = link->own.card;
    if (!std::ranges::binary_search(card.card.coordinators, self))
        return fail(Errc::not_allowed, "the card of the link does not name this school");
    if (link->ended)
        return fail(Errc::already_exists, "the link has ended");
    // The agreement that began the link is known wherever the link is. The attack: it names newer
    // terms, of which the other side has not heard yet, and is lost there.
    const AgreementId first(link->id.raw());
    const agreement::End end{first, network.id, card.hash, pins_of(network, link->id)};
    agreement::LinkEnded act{{agreement::encode_end(end), {}}, command.reason};
    act.end.signatures = {agreement::sign_for(
        {network.id, self, parts_.context.keys.signing},
        crypto::SignLabel::agreement_end,
        act.end.bytes
    )};
    OwnLogs::Draft draft = parts_.own_logs.draft();
    const RevisionId operation =
        draft.add_operation(network.space.id, agreement::encode_link_act(std::move(act)));
    return Invited{draft.commit(), operation};
}

Result<StoreId> Agreeing::end_code(const NetworkState& network, const RevisionId& code) {
    if (!network.roster.is_coordinator(parts_.context.school))
        return fail(Errc::not_allowed, "only a coordinator may end a code");
    const AgreedLinks::Codes known = parts_.agreed_links.all_codes(network);
    const auto at = known.find(code);
    if (at == known.end())
        return fail(Errc::not_found, "no such code");
    switch (parts_.agreed_links.status_of(network, code, *at->second)) {
    case wire::InviteStatus::spent: return fail(Errc::invitation_spent);
    case wire::InviteStatus::ended: return fail(Errc::invitation_ended);
    case wire::InviteStatus::open: break;
    }
    OwnLogs::Draft draft = parts_.own_logs.draft();
    draft.add_operation(
        network.space.id, agreement::encode_link_act(agreement::LinkCodeEnded{code})
    );
    return draft.commit();
}

} // namespace staffroom::replica
