#include "protocol/replica/meeting/joining.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/network/invitation.hpp"
#include "protocol/replica/meeting/borne_code.hpp"
#include "protocol/replica/membership/own_operations.hpp"

namespace staffroom::replica {
namespace {

// Status of a JoinAnswer. On the wire: never renumber. [N7]
constexpr std::uint32_t admitted = 0;
constexpr std::uint32_t spent = 1;
constexpr std::uint32_t not_written = 3;
constexpr std::uint32_t key_ended = 4;

constexpr std::size_t admissions_shown_max = 16;
constexpr std::chrono::seconds retry_time_min{2};

/// The code itself says which network it leads into. The attack: a member that has heard of the
/// code stands on the path with a network of its own, in which it has written an invite of the same
/// keys.
bool is_bound(
    const wire::InviteOffer& offer,
    const NetworkId& network,
    const SigningPublicKey& admit_key,
    crypto::Verifier& verifier
) {
    return offer.bound && verifier.verify(
                              crypto::SignLabel::invitation,
                              admit_key,
                              network::invitation_statement(network, offer.bound->inviter),
                              offer.bound->signature
                          );
}

Digest statement_hash(const Link& link) {
    return Digest(link.handshake_hash->raw());
}

} // namespace

// ------------------------------------------------------------------------------------ responder

void Joining::bearer_connected(Link& link) {
    const network::KnownInvite* invite = invite_of(link, parts_.networks);
    if (invite == nullptr) {
        parts_.links.close(link, Errc::not_found);
        return;
    }
    wire::InviteOffer offer{
        status_of(*invite, parts_.context), {}, parts_.networks.own_chain().wire()};
    if (offer.status == wire::InviteStatus::spent && comes_again(link, *invite, parts_.networks))
        offer.status = wire::InviteStatus::open;
    if (offer.status == wire::InviteStatus::open) {
        offer.genesis =
            parts_.networks.find(*std::get<InviteMeeting>(link.meeting).network)->genesis_bytes;
        if (invite->invite->bound)
            offer.bound = wire::InviteOffer::Bound{invite->author, *invite->invite->bound};
    }
    send_message(parts_.context, link, offer);
    // The bearer has been told; there is nothing more to say over this code.
    if (offer.status != wire::InviteStatus::open)
        parts_.links.close(link, Errc::closed);
}

Result<void> Joining::join_requested(Link& link, const wire::JoinRequest& request) {
    const network::KnownInvite* invite = invite_of(link, parts_.networks);
    if (invite == nullptr)
        return fail(Errc::not_allowed, "a join request without an invitation");
    NetworkState& network = *parts_.networks.find(*std::get<InviteMeeting>(link.meeting).network);
    auto chain = identity::IdentityChain::parse(request.chain, parts_.context.verifier);
    if (!chain)
        return fail(chain.error());
    if (chain->find_transport(*link.remote_key) == nullptr)
        return fail(Errc::bad_key, "a chain that does not certify this link");
    const Digest charter_hash = network.genesis.charter_hash();
    const Bytes statement =
        network::admission_statement(statement_hash(link), chain->school(), charter_hash);
    if (!parts_.context.verifier.verify(
            crypto::SignLabel::admission, invite->invite->admit_key, statement, request.signature
        ))
        return fail(Errc::bad_signature, "admission");
    const Acceptance taken = parts_.networks.take_chain(request.chain);
    if (taken != Acceptance::parked && !does_key_count(link, chain->school()))
        return refuse_key(link, network.id, chain->school());
    // A member with a new code has lost its knowledge of the network. The code stays good.
    if (admitted_by(*invite, network) == chain->school() ||
        network.roster.is_member(chain->school())) {
        link.school = chain->school();
        show({network.id, chain->school(), four_words(*link.handshake_hash)});
        send_message(parts_.context, link, wire::JoinAnswer{admitted});
        return {};
    }
    if (is_under_way(link, *invite, chain->school()))
        return {};
    if (!network.roster.may_act(parts_.context.school)) { // an observer
        send_message(parts_.context, link, wire::JoinAnswer{not_written});
        return {};
    }
    if (status_of(*invite, parts_.context) != wire::InviteStatus::open) {
        send_message(parts_.context, link, wire::JoinAnswer{spent});
        return {};
    }
    if (auto kept = parts_.networks.keep_chain(request.chain); !kept)
        return fail(kept.error());
    if (!does_key_count(link, chain->school()))
        return refuse_key(link, network.id, chain->school());
    link.school = chain->school();
    OwnLogs::Draft draft = parts_.own_logs.draft();
    add_operation(
        draft,
        network,
        parts_.context.school,
        network::Admit{
            invite->operation,
            chain->school(),
            chain->inception(),
            statement_hash(link),
            request.signature}
    );
    for (Row& row : parts_.networks.take_rows())
        draft.add_row(std::move(row));
    const Admission admission{network.id, chain->school(), four_words(*link.handshake_hash)};
    admitting_.emplace(draft.commit(), Admitting{link.id, invite->operation, admission});
    return {};
}

/// Tells whether the chain that counts lets the key of this link speak for the school. The attack:
/// a stolen node whose key has ended, or who forks the chain with an old phrase, brings a code and
/// a chain that certifies it, and reads the network as a member. [I2]
bool Joining::does_key_count(const Link& link, const SchoolId& school) const {
    return parts_.networks.certifies(school, *link.remote_key);
}

Result<void>
Joining::refuse_key(Link& link, const NetworkId& network, const SchoolId& school) const {
    parts_.exchange.tell_bearer_of_end(link, log::space_of(network), school);
    send_message(parts_.context, link, wire::JoinAnswer{key_ended});
    return {};
}

Result<void> Joining::chain_asked(Link& link, const wire::ChainQuestion& question) {
    if (++link.hellos > limits::hellos_per_link_max)
        return fail(Errc::busy, "too many questions for a chain");
    const network::KnownInvite* invite = invite_of(link, parts_.networks);
    if (invite == nullptr || status_of(*invite, parts_.context) != wire::InviteStatus::open)
        return fail(Errc::not_allowed, "a question for a chain without an open invitation");
    if (!parts_.context.verifier.verify(
            crypto::SignLabel::recovery,
            question.root_key,
            link.handshake_hash->view(),
            question.signature
        ))
        return fail(Errc::bad_signature, "question for a chain");
    const NetworkState& network =
        *parts_.networks.find(*std::get<InviteMeeting>(link.meeting).network);
    wire::ChainFound found{{}, {}, false};
    for (const auto& [school, member] : network.roster.members) {
        const identity::IdentityChain* chain = parts_.networks.chain(school);
        if (chain == nullptr || !chain->is_led_by(question.root_key))
            continue;
        found = {chain->wire(), parts_.networks.school_name(school), is_linked(school)};
        break;
    }
    send_message(parts_.context, link, found);
    return {};
}

/// A school that comes back while its old node still runs is warned by this.
bool Joining::is_linked(const SchoolId& school) const {
    return std::ranges::any_of(parts_.links.all(), [&](const auto& entry) {
        return entry.second.is_open() && entry.second.school == school;
    });
}

/// Both screens show the words of the link on which the bearer has heard the answer.
void Joining::show(const Admission& admission) {
    std::erase_if(admissions_, [&](const Admission& shown) {
        return shown.network == admission.network && shown.school == admission.school;
    });
    admissions_.push_back(admission);
    if (admissions_.size() > admissions_shown_max)
        admissions_.erase(admissions_.begin());
}

/// Tells whether the code's admission is on the way to the disk; the code is used up from then on.
/// Another school is told so at once, the same school hears the answer on its newest link.
bool Joining::is_under_way(Link& link, const network::KnownInvite& invite, const SchoolId& school) {
    for (auto& [store, admitting] : admitting_) {
        if (admitting.invite != invite.operation)
            continue;
        if (admitting.admission.school == school)
            admitting.link = link.id;
        else
            send_message(parts_.context, link, wire::JoinAnswer{spent});
        return true;
    }
    return false;
}

void Joining::store_finished(StoreId id, bool succeeded) {
    genesis_stored(id, succeeded);
    auto node = admitting_.extract(id);
    if (node.empty())
        return;
    Link* link = parts_.links.find(node.mapped().link);
    if (succeeded)
        show(node.mapped().admission);
    if (link != nullptr)
        send_message(parts_.context, *link, wire::JoinAnswer{succeeded ? admitted : not_written});
}

// --------------------------------------------------------------------------------------- bearer

void Joining::start(RequestId request, JoinNetwork join) {
    Link link = make_dialled_link(parts_.context, join.address, InviteMeeting{});
    const LinkId id = link.id;
    const std::string address = join.address;
    const Instant deadline = parts_.context.now + join.patience;
    pending_.emplace(id, Pending{request, std::move(join), deadline});
    parts_.links.add(std::move(link));
    parts_.context.emit(OpenLink{id, address});
}

const crypto::Secret32* Joining::psk_of(LinkId link) const {
    const auto at = pending_.find(link);
    return at == pending_.end() ? nullptr : &at->second.join.psk;
}

void Joining::finish(LinkId link, Result<Reply> outcome) {
    auto node = pending_.extract(link);
    if (!node.empty())
        parts_.context.emit(Done{node.mapped().request, std::move(outcome)});
}

Result<void> Joining::offer_arrived(Link& link, const wire::InviteOffer& offer) {
    const auto at = pending_.find(link.id);
    if (at == pending_.end())
        return fail(Errc::not_allowed, "an offer that nobody asked for");
    if (offer.status != wire::InviteStatus::open) {
        const bool is_spent = offer.status == wire::InviteStatus::spent;
        finish(link.id, fail(is_spent ? Errc::invitation_spent : Errc::invitation_ended));
        return fail(Errc::closed, "code not open");
    }
    Pending& pending = at->second;
    auto genesis = network::parse_genesis(offer.genesis);
    auto chain = identity::IdentityChain::parse(offer.chain, parts_.context.verifier);
    if (!genesis)
        return fail(genesis.error());
    if (!chain)
        return fail(chain.error());
    if (chain->find_transport(*link.remote_key) == nullptr)
        return fail(Errc::bad_key, "a chain that does not certify this link");
    const NetworkId network = network::network_id(offer.genesis);
    if (!is_bound(offer, network, pending.join.admit_key.public_key(), parts_.context.verifier)) {
        finish(link.id, fail(Errc::wrong_network, "a code of another network"));
        return fail(Errc::wrong_network, "an offer of another network than the code's");
    }
    // A school whose answer was lost is a member already. It asks again, so that both screens show
    // the words of this link.
    pending.genesis = offer.genesis;
    pending.network = network;
    pending.inviter = chain->school();
    pending.words = four_words(*link.handshake_hash);
    if (auto kept = parts_.networks.keep_chain(offer.chain); !kept)
        return fail(kept.error());
    // A node that was stolen from the inviter knows its codes too.
    if (!does_key_count(link, chain->school()))
        return fail(Errc::bad_key, "a key that the inviter has ended");
    link.school = chain->school();
    const Bytes statement = network::admission_statement(
        statement_hash(link), parts_.context.school, genesis->charter_hash()
    );
    send_message(
        parts_.context,
        link,
        wire::JoinRequest{
            parts_.networks.own_chain().wire(),
            pending.join.admit_key.sign(crypto::SignLabel::admission, statement)}
    );
    return {};
}

Result<void> Joining::answer_arrived(Link& link, const wire::JoinAnswer& answer) {
    const auto at = pending_.find(link.id);
    if (at == pending_.end() || !at->second.genesis)
        return fail(Errc::not_allowed, "an answer that nobody asked for");
    if (answer.status != admitted) {
        const Errc why = answer.status == spent ? Errc::invitation_spent : Errc::not_allowed;
        finish(link.id, fail(why, "the other school did not admit this one"));
        return fail(Errc::closed, "not admitted");
    }
    if (parts_.networks.find(*at->second.network) == nullptr) {
        auto row = parts_.networks.add_network(*at->second.genesis);
        if (!row)
            return fail(row.error());
        OwnLogs::Draft draft = parts_.own_logs.draft();
        draft.add_row(std::move(*row));
        draft.add_row(
            parts_.neighbours.remember(link.address, *at->second.network, NeighbourSource::inviter)
        );
        at->second.genesis_store = draft.commit();
    }
    link.expected.insert(log::space_of(*at->second.network));
    parts_.exchange.send_hello(link);
    rosters_changed(); // nothing else would say so to a school that is a member already
    return {};
}

void Joining::genesis_stored(StoreId id, bool succeeded) {
    const auto at = std::find_if(pending_.begin(), pending_.end(), [&](const auto& entry) {
        return entry.second.genesis_store == id;
    });
    if (at == pending_.end())
        return;
    at->second.genesis_store.reset();
    if (succeeded)
        rosters_changed();
    else
        finish(at->first, fail(Errc::io_error, "the network could not be written down"));
}

void Joining::rosters_changed() {
    std::vector<LinkId> done;
    for (const auto& [link, pending] : pending_) {
        const NetworkState* network =
            pending.network ? parts_.networks.find(*pending.network) : nullptr;
        // The inviter must stand on the roster that its governance leads to: code, responder,
        // genesis, fixpoint. A join that was reported must survive a power cut.
        if (network != nullptr && !pending.genesis_store &&
            network->roster.is_member(parts_.context.school) &&
            network->roster.is_member(*pending.inviter))
            done.push_back(link);
    }
    for (const LinkId link : done) {
        const Pending& pending = pending_.at(link);
        const NetworkState& network = *parts_.networks.find(*pending.network);
        finish(
            link,
            Reply(NetworkJoined{network.id, network.genesis.name, *pending.inviter, *pending.words})
        );
    }
}

void Joining::link_closed(const Link& link, Errc why) {
    // An answer from before the handshake ended was not that of a node that knows the code.
    const bool is_elsewhere =
        link.first_mac && link.phase != LinkPhase::open && why != Errc::self_contact;
    const auto at = pending_.find(link.id);
    if (at == pending_.end())
        return;
    const bool is_admitted =
        at->second.network && parts_.networks.find(*at->second.network) != nullptr;
    if (is_admitted)
        return; // the rest comes over the next line to this neighbour, or the deadline ends it
    const bool was_offered = at->second.genesis.has_value();
    const auto left =
        std::chrono::duration_cast<std::chrono::seconds>(at->second.deadline - parts_.context.now);
    if (!was_offered || left < retry_time_min)
        return finish(link.id, fail(is_elsewhere ? Errc::closed : why));
    // The line was cut between offer and answer: the other side may have admitted this school. It
    // is asked again, each time with half of the time that is left.
    auto node = pending_.extract(at);
    const RequestId request = node.mapped().request;
    JoinNetwork join = std::move(node.mapped().join);
    join.patience = left / 2;
    start(request, std::move(join));
}

void Joining::tick() {
    std::vector<LinkId> late;
    for (const auto& [link, pending] : pending_) {
        if (pending.deadline <= parts_.context.now)
            late.push_back(link);
    }
    for (const LinkId id : late) {
        finish(id, fail(Errc::timed_out));
        if (Link* link = parts_.links.find(id))
            parts_.links.close(*link, Errc::timed_out);
    }
}

std::optional<Instant> Joining::deadline() const {
    std::optional<Instant> first;
    for (const auto& [link, pending] : pending_) {
        if (!first || pending.deadline < *first)
            first = pending.deadline;
    }
    return first;
}

} // namespace staffroom::replica
