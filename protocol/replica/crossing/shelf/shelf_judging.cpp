// How what comes out of a log onto the shelf is judged, and where it may go on. Declared in shelf.
// [A10] [A15]
#include "protocol/agreement/relay/onward.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/replica/crossing/shelf/shelf.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// Records that were judged before they were written; of more the words are read again.
constexpr std::size_t judged_max = 4096;

void append_place(Bytes& to, const LogId& log, Position position) {
    append(to, log.view());
    append_u64_be(to, position.value);
}

} // namespace

void Shelf::written(const NetworkId& network, std::vector<Judged> records) {
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end())
        return;
    for (Judged& record : records)
        if (of->second.judged.size() < judged_max)
            of->second.judged.insert_or_assign(record.entry, std::move(record));
}

/// Takes up what was judged before it was written, as far as it comes next in the log. The attack:
/// cards, agreements or keys change in between, and what crossed before crosses no longer. So the
/// proof has to be judged here first, and to say the same in all that a record is judged by; else
/// the words are read.
void Shelf::take_judged(OfNetwork& of, const NetworkId& network, const LogId& log) {
    std::deque<CarriedEntry>& carried = of.readings.at(log).carried;
    for (; !carried.empty() && carried.front().judged; carried.pop_front()) {
        const EntryPlace at{log, carried.front().position};
        const Judged& record = *carried.front().judged;
        const agreement::RecordChecker* checker = of.proof(record.proof_entry);
        if (checker == nullptr || *checker->proof() != *record.proof) {
            carried.front().judged.reset();
            return;
        }
        ++changes_;
        if (!has_words(at))
            continue;
        of.carried.emplace(record.revision, record.header.school);
        take_up(of, network, record, at);
    }
}

agreement::RecordChecker* Shelf::OfNetwork::proof(const RevisionId& entry) {
    const auto known = proofs.find(entry);
    return known == proofs.end() ? nullptr : std::get_if<agreement::RecordChecker>(&known->second);
}

void Shelf::judge(
    OfNetwork& of, const NetworkId& network, const EntryPlace& at, ByteView header, ByteView body
) {
    const auto parsed = log::parse_header(header);
    if (parsed && parsed->kind == log::kind_carried_proof)
        judge_proof(of, network, at, header, body);
    else if (parsed && parsed->kind == log::kind_carried_record)
        judge_record(of, network, at, header, body);
}

void Shelf::judge_proof(
    OfNetwork& of, const NetworkId& network, const EntryPlace& at, ByteView header, ByteView body
) {
    const agreement::Ground& ground = *book_.of(network)->ground;
    auto outcome = agreement::open_proof(ground, body, context_.verifier, &book_.learned());
    const auto* proof = std::get_if<agreement::CheckedProof>(&outcome);
    const auto relay = agreement::parse_carried_proof(body);
    const auto passport = relay ? agreement::parse_passport(relay->passport.bytes)
                                : Result<agreement::Passport>(fail(relay.error()));
    // It may hold no longer, and what was carried by it has to go all the same when it is ordered.
    if (passport) {
        book_.came_from(network, passport->descriptor.space);
        if (const auto* standing = ground.standing_of(passport->agreement))
            of.links_from[passport->descriptor.space].insert(standing->link);
    }
    if (proof != nullptr && relay)
        book_.learn_from(*relay, proof->descriptor.school);
    const RevisionId id = log::revision_id(header);
    of.proof_places.emplace(id, at);
    of.proofs.erase(id);
    if (proof == nullptr) {
        of.proofs.emplace(id, std::get<agreement::Refusal>(outcome));
        return; // or whoever writes junk would have all records read again
    }
    of.proofs.emplace(
        id, agreement::RecordChecker(std::make_shared<const agreement::CheckedProof>(*proof))
    );
    // It may have come later than the records that name it.
    for (const auto& [entry, why] : of.refused) {
        if (why != agreement::Refusal::no_proof)
            continue;
        of.readings.at(entry.log).late.insert(entry.position);
        due_.insert(entry.log);
    }
}

void Shelf::judge_record(
    OfNetwork& of, const NetworkId& network, const EntryPlace& at, ByteView header, ByteView body
) {
    of.refused.erase(at);
    auto carried = agreement::parse_carried_record(body);
    if (!carried) {
        of.refused.emplace(at, agreement::Refusal::unreadable);
        return;
    }
    if (const auto inner = log::parse_header(carried->record.header))
        of.carried.emplace(log::revision_id(carried->record.header), inner->school);
    const auto known = of.proofs.find(carried->proof);
    agreement::RecordChecker* checker = of.proof(carried->proof);
    if (checker == nullptr) {
        of.refused.emplace(
            at,
            known == of.proofs.end() ? agreement::Refusal::no_proof
                                     : std::get<agreement::Refusal>(known->second)
        );
        return;
    }
    const RevisionId proof_entry = carried->proof;
    auto outcome = agreement::open_carried(*checker, header, std::move(*carried));
    auto* view = std::get_if<agreement::CarriedView>(&outcome);
    if (view == nullptr) {
        of.refused.emplace(at, std::get<agreement::Refusal>(outcome));
        return;
    }
    const Judged record{
        log::revision_id(header),
        proof_entry,
        checker->proof(),
        view->revision,
        std::move(view->header),
        view->position};
    take_up(of, network, record, at);
}

void Shelf::take_up(
    OfNetwork& of, const NetworkId& network, const Judged& record, const EntryPlace& at
) {
    const agreement::CheckedProof& proof = *record.proof;
    of.revisions.insert(record.revision);
    const FarPlace place{proof.log, record.position};
    CarriedAt now{
        at,
        std::pair(record.revision, record.header.school),
        note_passages(of, network, record, at)};
    if (record.header.attachment_bytes > 0)
        of.places.insert_or_assign(at, std::pair(proof.link, place));
    const bool is_first = of.theirs.emplace(place, proof.link).second;
    of.counts[proof.link] += is_first ? 1U : 0U;
    // What came by two ways may go on by either, whichever is read first; and what might have gone
    // on before terms changed may be there still.
    const auto before = carried_at_.find({network, place});
    if (before != carried_at_.end() && before->second.record == now.record) {
        now.onward.insert(before->second.onward.begin(), before->second.onward.end());
        now.place = is_first ? at : before->second.place;
    }
    keep_row(network, place, now);
}

void Shelf::keep_row(const NetworkId& network, const FarPlace& place, const CarriedAt& now) {
    const auto before = carried_at_.find({network, place});
    if (before != carried_at_.end() && before->second == now)
        return;
    note_carried(network, place, now);
    Row row{RowKind::carried, to_bytes(network.view()), {}};
    append_place(row.key, place.log, place.position);
    append_place(row.value, now.place.log, now.place.position);
    append(row.value, now.record->first.view());
    append(row.value, now.record->second.view());
    for (const SharingId& link : now.onward)
        append(row.value, link.view());
    rows_.push_back(std::move(row));
}

/// Notes by which other links a record goes one network further. It is judged here once, where its
/// words were read; coordinators sign and gateways give what stands in this list, and nothing else.
std::set<SharingId> Shelf::note_passages(
    OfNetwork& of, const NetworkId& network, const Judged& record, const EntryPlace& at
) {
    const agreement::CheckedProof& proof = *record.proof;
    std::set<SharingId> onward;
    const LinkBook::OfNetwork& known = *book_.of(network);
    const bool is_open = std::ranges::any_of(known.links, [&](const LinkKnown& link) {
        return link.standing.link == proof.link && link.is_in_force();
    });
    for (const LinkKnown& link : known.links) {
        const agreement::Onward to{network, link.other, link.standing.link, link.ours()};
        const bool was_there =
            std::ranges::count(proof.trail, link.other, &agreement::TrailStep::network) > 0;
        if (was_there)
            continue; // nobody there waits for it
        const FarPlace place{proof.log, record.position};
        auto& staying = of.staying[link.standing.link];
        if (const auto why = agreement::why_not_onward(proof, record.header, to)) {
            staying.insert_or_assign(place, *why);
            continue;
        }
        staying.erase(place);
        onward.insert(link.standing.link);
        const Through through{proof.log, proof.passport};
        Passage& passage =
            of.passages[link.standing.link]
                .try_emplace(through, Passage{proof.descriptor, proof.size, proof.root, is_open})
                .first->second;
        ++passage_changes_;
        of.passed[link.standing.link][place].insert(through.passport);
        note_copy(passage.proofs, of.proof_places.at(record.proof_entry));
        Passage::Record& passed =
            passage.records.try_emplace(record.position, Passage::Record{record.header.kind})
                .first->second;
        note_copy(passed.copies, at);
    }
    return onward;
}

} // namespace staffroom::replica
