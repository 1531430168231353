#include "protocol/replica/membership/forks.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/tree_range.hpp"

#include <limits>

namespace staffroom::replica {
namespace {

/// Of two pieces of evidence for one log the earlier position is the newer item, and all evidence
/// for one position is one item: any of it cuts the log at the same place.
wire::Item item_of(const LogId& log, Position position) {
    const Digest id = crypto::hash(crypto::HashLabel::fork, log.view());
    return {
        id,
        std::numeric_limits<std::uint64_t>::max() - position.value,
        *wire::ItemTag::from(log.view().first(wire::ItemTag::size_bytes))};
}

} // namespace

Result<void> Forks::restore(const Image& image) {
    for (const Row& row : image.rows) {
        if (row.kind != RowKind::fork)
            continue;
        auto proof = log::parse_fork_proof(row.value);
        if (!proof || !log::check_fork(proof->evidence))
            return fail(Errc::corrupt, "fork row");
        keep(*proof, row.value);
    }
    rows_.clear();
    static_cast<void>(spaces_.take_changed());
    return {};
}

std::size_t Forks::count_of(const SpaceId& space, const SchoolId& school) const {
    return static_cast<std::size_t>(std::count_if(
        known_.begin(),
        known_.end(),
        [&](const auto& entry) {
            const log::LogDescriptor& descriptor = entry.second.descriptor;
            return descriptor.space == space && descriptor.school == school;
        }
    ));
}

Acceptance Forks::take(const log::ForkProof& proof) {
    const log::LogDescriptor& descriptor = proof.descriptor;
    const SpaceState* space = spaces_.find(descriptor.space);
    if (space == nullptr)
        return Acceptance::refused;
    const auto known = known_.find(proof.log());
    if (known != known_.end() && known->second.position <= proof.evidence.position)
        return Acceptance::known;
    // A revoked key counts here: nodes that took the evidence before its end and after it agree.
    const identity::IdentityChain* chain = networks_.chain(descriptor.school);
    if (!space->audience->ever_had(descriptor.school) || chain == nullptr ||
        chain->find_signing(descriptor.node_key) == nullptr)
        return Acceptance::parked;
    if (known == known_.end() &&
        count_of(descriptor.space, descriptor.school) >= limits::logs_per_school_max)
        return Acceptance::parked;
    if (!log::check_fork_proof(proof, context_.verifier))
        return Acceptance::refused;
    keep(proof, log::encode_fork_proof(proof));
    return Acceptance::taken;
}

Result<Acceptance> Forks::take(const SpaceId& space, ByteView bytes) {
    auto proof = log::parse_fork_proof(bytes);
    if (!proof)
        return fail(proof.error());
    if (proof->descriptor.space != space)
        return fail(Errc::bad_proof, "evidence about another space");
    // Each costs signatures, is kept and goes on to everybody, and an author who forks can prove
    // one earlier position after the other. The next comparison brings it again.
    const SchoolId& school = proof->descriptor.school;
    if (!pace_.may_go(school, context_.now))
        return Acceptance::known;
    const Acceptance taken = take(*proof);
    if (taken == Acceptance::taken)
        pace_.went(school, context_.now);
    return taken;
}

void Forks::keep(const log::ForkProof& proof, Bytes bytes) {
    const LogId log = proof.log();
    const Position position = proof.evidence.position;
    const auto root = log::root_of<log::Blake2b256>(proof.evidence.shared);
    ensure(root.has_value());
    const wire::Item item = item_of(log, position);
    rows_.push_back({RowKind::fork, to_bytes(log.view()), bytes});
    known_.insert_or_assign(log, Known{position, proof.descriptor, std::move(bytes)});
    by_item_.insert_or_assign(item.id, log);
    logbook_.set_cut(log, CutSource::fork, Cut{CutSource::fork, position, *root});
    networks_.fork_proven(proof.descriptor, log, item);
}

std::vector<ForkStatus> Forks::all_in(const SpaceId& space) const {
    std::vector<ForkStatus> all;
    for (const auto& [log, known] : known_) {
        if (known.descriptor.space != space)
            continue;
        const auto proof = log::parse_fork_proof(known.bytes);
        ensure(proof.has_value()); // it was kept as it was parsed
        const LogRecord* record = logbook_.find(log);
        all.push_back(
            {log,
             known.descriptor.school,
             known.descriptor.channel,
             known.position,
             {proof->head_a.head.size, proof->head_b.head.size},
             record == nullptr ? LogSize{0} : record->durable.stored,
             known.bytes}
        );
    }
    return all;
}

const Bytes* Forks::find(const SpaceId& space, const Digest& item) const {
    const auto at = by_item_.find(item);
    if (at == by_item_.end())
        return nullptr;
    const Known& known = known_.at(at->second);
    return known.descriptor.space == space ? &known.bytes : nullptr;
}

} // namespace staffroom::replica
