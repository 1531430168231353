#include "protocol/replica/commands.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/network/invitation.hpp"
#include "protocol/replica/agreements/charters.hpp"
#include "protocol/replica/membership/changes.hpp"
#include "protocol/replica/membership/own_operations.hpp"
#include "protocol/replica/terms.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// A performer of one command, which answers at once what cannot be done.
struct Performer {
    ReplicaParts& parts;
    RequestId request;

    void refuse(Errc code, std::string detail = {}) const {
        parts.context.emit(Done{request, fail(code, std::move(detail))});
    }
    /// Answers once the store is durable.
    template <class C> void owe(const C&, StoreId store, typename C::Answer answer) const {
        parts.replies.emplace(store, PendingReply{request, Reply(std::move(answer))});
    }
    template <class C> void answer(const C& /*command*/, typename C::Answer answer) const {
        parts.context.emit(Done{request, Reply(std::move(answer))});
    }
    /// Tells whether this school may write in a space: its own, or one whose audience it is in.
    bool may_write_in(const SpaceId& space) const {
        const SpaceState* state = parts.spaces.find(space);
        return space == log::school_space(parts.context.school) ||
               (state != nullptr && state->audience->has(parts.context.school));
    }
    bool observes(const NetworkState& network) const {
        const network::Roster& roster = network.roster;
        return roster.is_member(parts.context.school) && !roster.may_act(parts.context.school);
    }
    NetworkState* own_network(const NetworkId& id) const {
        NetworkState* network = parts.networks.find(id);
        const bool is_member =
            network != nullptr && network->roster.is_member(parts.context.school);
        return is_member ? network : nullptr;
    }

    /// Tells whether a node that nobody takes a word of any more would write to others. What stays
    /// in the school's own space may still be kept.
    bool is_in_vain(const CommandBody& body) const {
        if (!parts.networks.is_key_ended())
            return false;
        const auto* records = std::get_if<PublishRecords>(&body);
        const SpaceId own = log::school_space(parts.context.school);
        const bool travels = records != nullptr &&
                             std::ranges::any_of(records->drafts, [&](const RecordDraft& draft) {
                                 return draft.space != own;
                             });
        return travels || std::holds_alternative<CreateNetwork>(body) ||
               std::holds_alternative<CreateInvitation>(body) ||
               std::holds_alternative<JoinNetwork>(body) ||
               std::holds_alternative<WriteAct>(body) ||
               std::holds_alternative<WriteCharter>(body) ||
               std::holds_alternative<EndInvitation>(body) ||
               std::holds_alternative<OrderErasure>(body) ||
               std::holds_alternative<InviteLink>(body) ||
               std::holds_alternative<AcceptLink>(body) || std::holds_alternative<EndLink>(body) ||
               std::holds_alternative<EndLinkCode>(body) ||
               std::holds_alternative<RenewLink>(body) || std::holds_alternative<SignRenewal>(body);
    }

    void operator()(CreateNetwork&& command) const {
        auto genesis = network::make_genesis(
            std::move(command.name),
            std::move(command.focus),
            std::move(command.charter),
            parts.context.school,
            parts.context.random
        );
        if (!genesis)
            return refuse(genesis.error().code, genesis.error().detail);
        auto row = parts.networks.add_network(*genesis);
        if (!row)
            return refuse(row.error().code, row.error().detail);
        OwnLogs::Draft draft = parts.own_logs.draft();
        draft.add_row(std::move(*row));
        owe(command, draft.commit(), NetworkCreated{network::network_id(*genesis)});
        parts.changes.rosters = true;
    }

    void operator()(CreateInvitation&& command) const {
        NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        if (!network->roster.is_coordinator(parts.context.school))
            return refuse(Errc::not_allowed, "only a coordinator may invite");
        if (network->roster.open_invite_count() >= limits::open_invitations_max)
            return refuse(Errc::too_large, "open invitations");
        OwnLogs::Draft draft = parts.own_logs.draft();
        const RevisionId id = add_operation(
            draft,
            *network,
            parts.context.school,
            network::Invite{
                std::move(command.psk),
                command.admit_key.public_key(),
                command.ends,
                command.admit_key.sign(
                    crypto::SignLabel::invitation,
                    network::invitation_statement(command.network, parts.context.school)
                )}
        );
        owe(command, draft.commit(), InvitationCreated{id});
    }

    void operator()(JoinNetwork&& command) const {
        parts.joining.start(request, std::move(command));
    }

    void operator()(InviteLink&& command) const {
        NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        auto invited = parts.agreeing.invite(*network, std::move(command));
        if (!invited)
            return refuse(invited.error().code, invited.error().detail);
        const Reply reply(LinkInvited{invited->operation});
        parts.replies.emplace(invited->store, PendingReply{request, reply});
    }

    void operator()(AcceptLink&& command) const {
        const NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        if (!network->roster.is_coordinator(parts.context.school))
            return refuse(Errc::not_allowed, "only a coordinator may agree to a link");
        parts.agreeing.start(request, std::move(command));
    }

    void operator()(EndLink&& command) const {
        const NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        auto ended = parts.agreeing.end(*network, command);
        if (!ended)
            return refuse(ended.error().code, ended.error().detail);
        owe(command, ended->store, LinkEnding{ended->operation});
    }

    void operator()(RenewLink&& command) const { renew(command); }
    void operator()(SignRenewal&& command) const { renew(command); }
    template <class Renewing> void renew(const Renewing& command) const {
        const NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        auto renewed = parts.agreeing.renew(*network, command);
        if (!renewed)
            return refuse(renewed.error().code, renewed.error().detail);
        owe(command, renewed->store, LinkRenewing{renewed->operation, renewed->agreement});
    }

    void operator()(EndLinkCode&& command) const {
        const NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        const auto ended = parts.agreeing.end_code(*network, command.code);
        if (!ended)
            return refuse(ended.error().code, ended.error().detail);
        owe(command, *ended, {});
    }

    void operator()(AddNeighbour&& command) const {
        if (own_network(command.network) == nullptr)
            return refuse(Errc::not_a_member);
        Row row =
            parts.neighbours.remember(command.address, command.network, NeighbourSource::added);
        owe(command, parts.logbook.store_rows({std::move(row)}), NeighbourAdded{});
        parts.neighbours.settled();
    }

    void operator()(RemoveNeighbour&& command) const {
        auto forgotten = parts.neighbours.forget(command.address);
        const bool is_published = parts.neighbours.all().count(command.address) > 0;
        if (!forgotten)
            return refuse(is_published ? Errc::not_allowed : Errc::not_found);
        Link* link = forgotten->link ? parts.links.find(*forgotten->link) : nullptr;
        if (link != nullptr)
            parts.links.close(*link, Errc::closed);
        owe(command,
            parts.logbook.store_rows({std::move(forgotten->row)}),
            NeighbourRemoved{is_published});
    }

    void operator()(EndInvitation&& command) const {
        NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        const auto invite = network->roster.invites.find(command.invitation);
        if (invite == network->roster.invites.end())
            return refuse(Errc::not_found);
        if (invite->second.state != network::InviteState::open)
            return refuse(
                invite->second.state == network::InviteState::ended ? Errc::invitation_ended
                                                                    : Errc::invitation_spent
            );
        const SchoolId& self = parts.context.school;
        if (!network->roster.is_coordinator(self) && invite->second.author != self)
            return refuse(Errc::not_allowed, "only a coordinator may end an invitation");
        parts.ends_written.insert(command.invitation);
        OwnLogs::Draft draft = parts.own_logs.draft();
        add_operation(draft, *network, self, network::EndInvite{command.invitation});
        owe(command, draft.commit(), InvitationEnded{});
    }

    void operator()(WriteAct&& command) const {
        NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        const MembershipActs acts(parts.context, parts.logbook, *network);
        network::Act act = acts.complete(std::move(command.act));
        if (const auto why_not = acts.why_not(act))
            return refuse(Errc::not_allowed, "this act would be in vain");
        OwnLogs::Draft draft = parts.own_logs.draft();
        const RevisionId id = add_operation(draft, *network, parts.context.school, std::move(act));
        owe(command, draft.commit(), ActWritten{id});
    }

    void operator()(WriteCharter&& command) const {
        const NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        if (observes(*network))
            return refuse(Errc::not_allowed, "a school that observes signs no charter");
        const auto id =
            charter_that_is_new(parts.logbook, *network, parts.context.school, command.act);
        if (!id)
            return refuse(id.error().code, id.error().detail);
        OwnLogs::Draft draft = parts.own_logs.draft();
        draft.add_operation(network->space.id, network::encode_charter_act(command.act));
        owe(command, draft.commit(), CharterWritten{*id});
    }

    void operator()(PublishRecords&& command) const {
        OwnLogs::Draft draft = parts.own_logs.draft();
        RecordsPublished published;
        for (const RecordDraft& record : command.drafts) {
            if (const NetworkState* network = parts.networks.of_space(record.space);
                network != nullptr && observes(*network))
                return refuse(
                    Errc::not_allowed,
                    "This school observes \"" + network->genesis.name +
                        "\": it reads and does not write, until a coordinator makes it a member."
                );
            if (!may_write_in(record.space))
                return refuse(Errc::not_a_member);
            auto revision = draft.add_record(record);
            if (!revision)
                return refuse(revision.error().code, revision.error().detail);
            published.revisions.push_back(*revision);
        }
        if (published.revisions.empty())
            return refuse(Errc::invalid_input, "nothing to publish");
        owe(command, draft.commit(), std::move(published));
    }

    void operator()(SetProfile&& command) const {
        parts.words = OwnWords{std::move(command.profile), std::move(command.addresses)};
        write_what_we_owe(parts);
        answer(command, {});
    }

    void operator()(WaitForSync&& command) const { parts.waits.start(request, command); }

    void operator()(NoteFile&& command) const {
        parts.file_server.file_brought_in(command.hash);
        parts.file_fetcher.brought_in();
        answer(command, {});
    }

    void operator()(OrderErasure&& command) const {
        const NetworkState* network = own_network(command.network);
        if (network == nullptr)
            return refuse(Errc::not_a_member);
        network::ErasureOrder& order = command.order;
        if (network->roster.order_right(parts.context.school, order.school) ==
            network::OrderRight::none)
            return refuse(
                Errc::not_allowed,
                "A school orders for its own records; for one that is gone its successor or "
                "coordinators do."
            );
        if (order.entries.empty())
            return refuse(Errc::invalid_input, "nothing to erase");
        std::sort(order.entries.begin(), order.entries.end());
        order.entries.erase(
            std::unique(order.entries.begin(), order.entries.end()), order.entries.end()
        );
        OwnLogs::Draft draft = parts.own_logs.draft();
        ErasureOrdered ordered;
        for (std::size_t at = 0; at < order.entries.size(); at += limits::erasure_entries_max) {
            const auto first = order.entries.begin() + static_cast<std::ptrdiff_t>(at);
            const std::size_t count =
                std::min(order.entries.size() - at, limits::erasure_entries_max);
            const auto last = first + static_cast<std::ptrdiff_t>(count);
            const network::ErasureOrder one{order.school, {first, last}, order.kind, order.reason};
            ordered.orders.push_back(
                draft.add_operation(network->space.id, network::encode_erasure(one))
            );
        }
        owe(command, draft.commit(), std::move(ordered));
    }

    void operator()(WithholdEntries&& command) const { parts.erasures.withhold(request, command); }

    void operator()(FetchFiles&& command) const {
        const LogRecord* record = parts.logbook.find(command.log);
        if (record == nullptr || command.position.value >= record->durable.stored.value)
            return refuse(Errc::not_found);
        parts.body_fetcher.look_again(command.log, command.position);
        parts.file_fetcher.wanted_again({command.log, command.position});
        answer(command, {});
    }
};

void write_notices(ReplicaParts& parts, const NetworkState& network) {
    using network::NoticeKind;
    if (!parts.words)
        return;
    parts.networks.write_notice(NoticeKind::profile, network.space.id, parts.words->profile);
    parts.networks.write_notice(
        NoticeKind::addresses, network.space.id, network::encode_addresses(parts.words->addresses)
    );
}

/// Writes that we accept the charter, once we have been admitted.
void write_join(ReplicaParts& parts, const NetworkState& network, OwnLogs::Draft& draft) {
    const network::Member& self = network.roster.members.at(parts.context.school);
    if (self.joined || !self.admit || !parts.joins_written.insert(network.id).second)
        return;
    const network::Join join{*self.admit, network.genesis.charter_hash()};
    add_operation(draft, network, parts.context.school, join);
}

/// Writes the ends of our own invitations that our clock has passed: every end is an operation.
void write_ends(ReplicaParts& parts, const NetworkState& network, OwnLogs::Draft& draft) {
    for (const auto& [id, invite] : network.roster.invites) {
        const bool is_over = invite.state == network::InviteState::open &&
                             invite.author == parts.context.school &&
                             parts.context.wall > invite.invite->ends;
        if (!is_over || !parts.ends_written.insert(id).second)
            continue;
        add_operation(draft, network, parts.context.school, network::EndInvite{id});
    }
}

/// Signs a proposal once more where schools have signed it at the same time: none of the signatures
/// sees enough of the others, and each of the schools has had its say.                      [M9]
void sign_together(ReplicaParts& parts, const NetworkState& network, OwnLogs::Draft& draft) {
    const MembershipActs acts(parts.context, parts.logbook, network);
    for (const network::Proposal& proposal : network.roster.proposals) {
        const std::size_t signatories = proposal.signatories.size();
        if (signatories < 2 ||
            std::ranges::count(proposal.signatories, parts.context.school) == 0 ||
            !parts.signed_again.insert({proposal.operation, signatories}).second ||
            !acts.completes(proposal.operation))
            continue;
        add_operation(draft, network, parts.context.school, network::Confirm{proposal.operation});
    }
}

} // namespace

void perform(ReplicaParts& parts, Command command) {
    const Performer performer{parts, command.id};
    if (performer.is_in_vain(command.body))
        return performer.refuse(
            Errc::not_allowed,
            "The school has ended this server's key and goes on with another one; write it there."
        );
    std::visit(performer, std::move(command.body));
}

void write_what_we_owe(ReplicaParts& parts) {
    if (parts.networks.is_key_ended())
        return;
    OwnLogs::Draft draft = parts.own_logs.draft();
    for (const auto& [id, network] : parts.networks.all()) {
        if (!network.roster.is_member(parts.context.school))
            continue;
        write_notices(parts, network);
        write_join(parts, network, draft);
        write_ends(parts, network, draft);
        write_ended_terms(parts, network, draft);
        sign_together(parts, network, draft);
    }
    if (draft.has_entries())
        draft.commit();
}

} // namespace staffroom::replica
