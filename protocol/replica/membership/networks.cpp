#include "protocol/replica/membership/networks.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/wire/codec_records.hpp"

namespace staffroom::replica {
namespace {

using network::SignedNotice;

/// From nothing a fold takes some ten microseconds an operation, whatever a plain member writes,
/// and one signature for each school that its codes were signed for; with the pause, a third of the
/// time at most. Two coordinators together can make it dearer (tests/benchmarks/roster_bench).
constexpr std::size_t operations_folded_at_once_max = 1000;
constexpr std::chrono::microseconds fold_pause_per_operation{200};

/// Who is in a network, by its operations.
class RosterAudience final : public Audience {
public:
    network::Roster roster{};

    [[nodiscard]] bool has(const SchoolId& school) const override {
        return roster.is_member(school);
    }
    [[nodiscard]] const std::set<SchoolId>& ever() const override { return roster.ever_admitted; }
    /// Who left may say so to the end. Records are written by members; what counts of those of a
    /// school that is out says its cut.
    [[nodiscard]] bool may_hold(const log::LogDescriptor& descriptor) const override {
        return descriptor.channel == log::Channel::governance
                   ? ever_had(descriptor.school)
                   : has(descriptor.school) || roster.closed.count(descriptor.school) > 0;
    }
};

Digest item_id(const SchoolId& school) {
    return Digest(school.raw());
}

bool has_revoked(const identity::IdentityChain& chain) {
    return std::any_of(chain.nodes().begin(), chain.nodes().end(), [](const auto& node) {
        return node.revoked;
    });
}

} // namespace

wire::Item item_of(const Digest& subject, const SignedNotice& notice) {
    const Digest content = crypto::hash(crypto::HashLabel::item, notice.notice.content);
    return {subject, notice.notice.counter, tag_of(content.view())};
}

Result<void> Networks::begin(const Image& image, ByteView own_chain) {
    for (const Row& row : image.rows) {
        if (row.kind == RowKind::genesis) {
            if (auto added = add_network(row.value); !added)
                return fail(Errc::corrupt, "genesis row");
        }
        if (row.kind == RowKind::chain) {
            if (auto kept = keep_chain(row.value); !kept)
                return fail(Errc::corrupt, "chain row");
        }
    }
    if (auto kept = keep_chain(own_chain); !kept)
        return fail(Errc::corrupt, "own identity chain");
    for (const auto& [id, record] : logbook_.all()) {
        // What the roster says of it follows when there is one.
        logbook_.set_cut(id, CutSource::revocation, revocation_of(record.descriptor, id));
        if (SpaceState* space = spaces_.find(record.descriptor.space))
            space->add_log(id, record.descriptor.school);
        count_log(record);
    }
    for (const GovernanceEntry& entry : image.governance) {
        const LogRecord* record = logbook_.find(entry.log);
        NetworkState* state = record == nullptr ? nullptr : of_space(record->descriptor.space);
        if (state == nullptr || entry.payload == nullptr || log::header_version(*entry.header) != 1)
            continue;
        place(
            *state,
            {entry.log,
             entry.position,
             record->descriptor.school,
             log::revision_id(*entry.header),
             entry.payload,
             entry.header,
             log::written_at(*entry.header)}
        );
    }
    for (auto& [id, state] : networks_)
        refold(state);
    for (const Row& row : image.rows) {
        if (row.kind != RowKind::notice)
            continue;
        if (auto notice = network::decode_signed_notice(row.value))
            keep_notice(*notice);
    }
    for (const auto& [id, record] : logbook_.all())
        update_item(record);
    rows_.clear();
    static_cast<void>(spaces_.take_changed());
    return {};
}

NetworkState* Networks::find(const NetworkId& id) {
    const auto at = networks_.find(id);
    return at == networks_.end() ? nullptr : &at->second;
}

NetworkState* Networks::of_space(const SpaceId& space) {
    const auto at = of_space_.find(space);
    return at == of_space_.end() ? nullptr : at->second;
}

const NetworkState* Networks::of_space(const SpaceId& space) const {
    const auto at = of_space_.find(space);
    return at == of_space_.end() ? nullptr : at->second;
}

Result<Row> Networks::add_network(const Bytes& genesis_bytes) {
    auto genesis = network::parse_genesis(genesis_bytes);
    if (!genesis)
        return fail(genesis.error());
    const NetworkId id = network::network_id(genesis_bytes);
    if (networks_.count(id) > 0)
        return fail(Errc::already_exists, "network");
    if (networks_.size() >= limits::networks_per_node_max)
        return fail(Errc::too_large, "number of networks");
    auto audience = std::make_unique<RosterAudience>();
    network::Roster& roster = audience->roster;
    SpaceState& space = spaces_.add({log::space_of(id), genesis->seed.copy(), std::move(audience)});
    crypto::Secret32 key = network::meeting_key(*genesis);
    NetworkState state{id, genesis_bytes, std::move(*genesis), std::move(key), space, roster};
    const auto at = networks_.emplace(id, std::move(state)).first;
    of_space_.emplace(space.id, &at->second);
    refold(at->second);
    return Row{RowKind::genesis, to_bytes(id.view()), genesis_bytes};
}

bool Networks::has_revoked_key(const NetworkState& state) const {
    const std::set<SchoolId>& schools = state.roster.ever_admitted;
    return std::any_of(schools.begin(), schools.end(), [&](const SchoolId& school) {
        const identity::IdentityChain* known = chain(school);
        return known != nullptr && has_revoked(*known);
    });
}

void Networks::refold(NetworkState& state) {
    const std::set<SchoolId> before = std::move(state.roster.ever_admitted);
    fold(state);
    has_news_ = true;
    cut_by_closings(state);
    const std::set<SchoolId>& now = state.roster.ever_admitted;
    const bool has_lost = !std::includes(now.begin(), now.end(), before.begin(), before.end());
    state.has_lost_schools = state.has_lost_schools || has_lost;
    if (state.has_lost_schools && now != before)
        list_again(state);
    for (const SchoolId& school : state.roster.ever_admitted) {
        if (const identity::IdentityChain* known = chain(school))
            spaces_.put_item(
                state.space,
                {item_id(school), known->event_count() + 1, tag_of(known->tip().view())}
            );
    }
    // What nobody would take from us is no difference between us and others.
    for (const auto& [subject, notice] : notices_) {
        if (notice.notice.space != state.space.id)
            continue;
        if (counts(state, notice))
            spaces_.put_item(state.space, item_of(subject, notice));
        else
            state.space.items.remove(subject);
    }
}

/// Where some governance counts no longer, names of operations that are not here hold nobody up.
/// What decides it is the same for all who hold the same, whatever came first.              [N3]
void Networks::fold(NetworkState& state) {
    const bool has_forked = has_forked_governance(state);
    state.operations.pass_over_missing(has_forked);
    state.roster = state.operations.fold(state.genesis, context_.verifier);
    if (!has_forked && (has_revoked_key(state) || has_too_many_logs(state))) {
        state.operations.pass_over_missing(true);
        state.roster = state.operations.fold(state.genesis, context_.verifier);
    }
    ++state.folds;
}

/// The schools that this network ever admitted have their chain on its line.
void Networks::put_chain_items(const identity::IdentityChain& chain) {
    for (auto& [id, state] : networks_) {
        if (state.roster.ever_admitted.count(chain.school()) > 0)
            spaces_.put_item(
                state.space,
                {item_id(chain.school()), chain.event_count() + 1, tag_of(chain.tip().view())}
            );
    }
}

const identity::IdentityChain* Networks::chain(const SchoolId& school) const {
    const auto at = chains_.find(school);
    return at == chains_.end() ? nullptr : &at->second;
}

const identity::IdentityChain& Networks::own_chain() const {
    return chains_.at(context_.school);
}

std::optional<SchoolId> Networks::school_of(
    const TransportPublicKey& key, const std::optional<wire::Fingerprint>& identity
) const {
    const auto at = transport_keys_.find(key);
    if (at == transport_keys_.end())
        return std::nullopt;
    // A school may certify a key that is not its own; what the caller says of its chain tells them
    // apart.
    std::optional<SchoolId> found;
    for (const SchoolId& school : at->second) {
        const identity::IdentityChain& known = chains_.at(school);
        const identity::CertifiedNode* node = known.find_transport(key);
        if (node == nullptr || node->revoked || (identity && identity_of(known) != *identity))
            continue;
        if (found)
            return std::nullopt;
        found = school;
    }
    return found;
}

bool Networks::certifies(const SchoolId& school, const TransportPublicKey& key) const {
    const identity::IdentityChain* known = chain(school);
    const auto* node = known == nullptr ? nullptr : known->find_transport(key);
    return node != nullptr && !node->revoked;
}

bool Networks::is_key_ended() const {
    const auto* node = own_chain().find_signing(context_.keys.signing.public_key());
    return node == nullptr || node->revoked;
}

wire::Fingerprint Networks::identity_of(const identity::IdentityChain& chain) {
    return *wire::Fingerprint::from(chain.tip().view().first(wire::Fingerprint::size_bytes));
}

bool Networks::is_anyones_member(const SchoolId& school) const {
    return std::any_of(networks_.begin(), networks_.end(), [&](const auto& entry) {
        return entry.second.roster.ever_admitted.count(school) > 0;
    });
}

Acceptance Networks::take_chain(ByteView wire) {
    if (is_held(wire))
        return Acceptance::known;
    const auto school = identity::school_of_chain(wire);
    if (!school)
        return Acceptance::refused;
    // A chain costs hundreds of signatures: not for a school that no roster names.
    if (!is_anyones_member(*school))
        return Acceptance::parked;
    const identity::IdentityChain* known = chain(*school);
    const auto before = known == nullptr ? std::nullopt : std::optional(known->tip());
    // Whoever offers a chain with an event of a later version did not write it. What we hold
    // counts.
    if (auto kept = keep_chain(wire); !kept)
        return kept.error().code == Errc::unknown_version ? Acceptance::known : Acceptance::refused;
    return chain(*school)->tip() == before ? Acceptance::known : Acceptance::taken;
}

/// The same bytes cost no signature again.
bool Networks::is_held(ByteView wire) const {
    const auto school = identity::school_of_chain(wire);
    const identity::IdentityChain* known = school ? chain(*school) : nullptr;
    return known != nullptr &&
           std::equal(wire.begin(), wire.end(), known->wire().begin(), known->wire().end());
}

Result<SchoolId> Networks::keep_chain(ByteView wire) {
    auto parsed = identity::IdentityChain::parse(wire, context_.verifier);
    if (!parsed)
        return fail(parsed.error());
    const SchoolId school = parsed->school();
    const identity::IdentityChain* known = chain(school);
    if (known != nullptr && !parsed->is_better_than(*known))
        return school;
    for (const identity::CertifiedNode& node : parsed->nodes())
        transport_keys_[node.certificate.transport_key].insert(school);
    rows_.push_back({RowKind::chain, to_bytes(school.view()), parsed->wire()});
    const bool is_first = known == nullptr;
    chain_changes_ += is_first ? 0U : 1U;
    chains_.insert_or_assign(school, std::move(*parsed));
    put_chain_items(chains_.at(school));
    if (!is_first || has_revoked(chains_.at(school)))
        chain_changed(school);
    return school;
}

Acceptance Networks::judge_head(const log::LogDescriptor& descriptor, const log::SignedHead& head) {
    const SpaceState* space = spaces_.find(descriptor.space);
    if (space == nullptr || head.head.log != log::log_id(descriptor))
        return Acceptance::refused;
    const LogRecord* record = logbook_.find(head.head.log);
    if (record != nullptr && head.head.size <= record->head.head.size)
        return Acceptance::known;
    // Who offers a log of a revoked key may not have heard of its end, and is to blame for nothing.
    const auto is_nothing = [](const std::optional<Cut>& cut) {
        return cut && cut->position.value == 0;
    };
    const bool counts = !is_nothing(revocation_of(descriptor, head.head.log)) &&
                        !is_nothing(closing_of(descriptor, head.head.log)) &&
                        may_be_counted(*space, descriptor, head.head.log);
    if (!space->audience->may_hold(descriptor) || !counts ||
        certified(descriptor.school, descriptor.node_key) == nullptr)
        return Acceptance::parked;
    if (!log::check_head(head, descriptor, context_.verifier))
        return Acceptance::refused;
    return record != nullptr || may_come(*space, descriptor.school) ? Acceptance::taken
                                                                    : Acceptance::parked;
}

bool Networks::take_governance(const Growth& growth) {
    const LogRecord* record = logbook_.find(growth.log);
    NetworkState* state = record == nullptr ? nullptr : of_space(record->descriptor.space);
    if (state == nullptr || growth.governance.empty())
        return false;
    for (const GovernancePayload& payload : growth.governance)
        place(*state, payload);
    state->is_fold_due = true;
    return fold_what_is_due();
}

bool Networks::fold_what_is_due() {
    bool has_folded = false;
    for (auto& [id, state] : networks_) {
        if (!state.is_fold_due || context_.now < state.next_fold)
            continue;
        state.is_fold_due = false;
        refold(state);
        if (state.operations.size() > operations_folded_at_once_max)
            state.next_fold = context_.now + fold_pause_per_operation * state.operations.size();
        has_folded = true;
    }
    return has_folded;
}

std::optional<Instant> Networks::deadline() const {
    std::optional<Instant> next;
    for (const auto& [id, state] : networks_)
        if (state.is_fold_due)
            next = std::min(next.value_or(state.next_fold), state.next_fold);
    return next;
}

} // namespace staffroom::replica
