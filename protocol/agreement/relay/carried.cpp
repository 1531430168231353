#include "protocol/agreement/relay/carried.hpp"

#include <algorithm>

namespace staffroom::agreement {

const Standing* Ground::standing_of(const AgreementId& agreement) const {
    const auto found = std::ranges::find_if(standings, [&](const Standing& each) {
        return each.find(agreement) != nullptr;
    });
    return found == standings.end() ? nullptr : &*found;
}

ProofOutcome open_proof(
    const Ground& ground, ByteView body, crypto::Verifier& verifier, const ChainFinder* read_before
) {
    const auto relay = parse_carried_proof(body);
    const auto passport =
        relay ? parse_passport(relay->passport.bytes) : Result<Passport>(fail(relay.error()));
    if (!passport)
        return Refusal::unreadable;
    const Standing* standing = ground.standing_of(passport->agreement);
    if (standing == nullptr)
        return Refusal::another_agreement;
    const ChainFinder chain_of = [&](const SchoolId& school) -> const identity::IdentityChain* {
        const auto found = ground.chains.find(school);
        return found == ground.chains.end() ? nullptr : &found->second;
    };
    return check_proof(*relay, {ground.network, *standing, chain_of, verifier, read_before});
}

CarriedHeader carried_header(const log::EntryHeader& inner) {
    return {inner.document, inner.attachment_bytes};
}

CarriedOutcome open_carried(const CheckedProof& proof, ByteView entry_header, ByteView entry_body) {
    const auto outer = log::parse_header(entry_header);
    auto carried = parse_carried_record(entry_body);
    if (!outer || outer->kind != log::kind_carried_record || !carried)
        return Refusal::unreadable;
    if (const auto why = check_record(carried->record, proof))
        return *why;
    auto inner = log::parse_header(carried->record.header);
    // The attack: a carrier names no files, and they are fetched by nobody; or gigabytes of them.
    if (CarriedHeader{outer->document, outer->attachment_bytes} != carried_header(*inner))
        return Refusal::carried_otherwise;
    const RevisionId revision = log::revision_id(carried->record.header);
    return CarriedView{
        revision,
        std::move(carried->record.header),
        std::move(*inner),
        std::move(carried->record.body),
        proof.descriptor,
        carried->record.position,
        proof.link,
        proof.trail};
}

Result<InnerRecord> inner_record(ByteView entry_body) {
    auto carried = parse_carried_record(entry_body);
    if (!carried)
        return fail(carried.error());
    auto header = log::parse_header(carried->record.header);
    if (!header)
        return fail(header.error());
    return InnerRecord{std::move(*header), std::move(carried->record.body)};
}

} // namespace staffroom::agreement
