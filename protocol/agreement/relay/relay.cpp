#include "protocol/agreement/relay/relay.hpp"

#include "protocol/agreement/relay/trail.hpp"
#include "protocol/records/body.hpp"

#include <algorithm>

namespace staffroom::agreement {
namespace {

/// The chains that a relay brought, beside those that are known here: of each school the better.
class BroughtChains {
public:
    /// Chains that are known here as they came cost nothing.
    [[nodiscard]] bool take(const std::vector<Bytes>& wires, const Receiver& receiver) {
        for (const Bytes& wire : wires) {
            const auto school = identity::school_of_chain(wire);
            if (!school)
                return false;
            const identity::IdentityChain* known = receiver.chain_of(*school);
            if (known != nullptr && known->wire() == wire)
                continue;
            auto chain = read(wire, *school, receiver);
            if (!chain)
                return false;
            if (known == nullptr || chain->is_better_than(*known))
                chains_.insert_or_assign(*school, std::move(*chain));
        }
        return true;
    }
    [[nodiscard]] const identity::IdentityChain* find(const SchoolId& school) const {
        const auto found = chains_.find(school);
        return found == chains_.end() ? nullptr : &found->second;
    }

private:
    /// The attack: every proof brings the same long chains, each with hundreds of signatures.
    [[nodiscard]] static Result<identity::IdentityChain>
    read(const Bytes& wire, const SchoolId& school, const Receiver& receiver) {
        const identity::IdentityChain* before =
            receiver.read_before == nullptr ? nullptr : (*receiver.read_before)(school);
        if (before != nullptr && before->wire() == wire)
            return *before;
        return identity::IdentityChain::parse(wire, receiver.verifier);
    }

    std::map<SchoolId, identity::IdentityChain> chains_{};
};

class ProofCheck {
public:
    ProofCheck(const Relay& relay, const Receiver& receiver)
        : relay_(relay)
        , receiver_(receiver)
        , chain_of_([this](const SchoolId& school) {
            const identity::IdentityChain* brought = brought_.find(school);
            return brought != nullptr ? brought : receiver_.chain_of(school);
        }) {}
    ProofCheck(const ProofCheck&) = delete;
    ProofCheck& operator=(const ProofCheck&) = delete;
    ProofCheck(ProofCheck&&) = delete;
    ProofCheck& operator=(ProofCheck&&) = delete;
    ~ProofCheck() = default;

    /// Asks the cheaper questions first.
    [[nodiscard]] ProofOutcome run() {
        const Standing& standing = receiver_.standing;
        const Side* in_force = standing.agreement.side_facing(receiver_.network);
        if (in_force == nullptr)
            return Refusal::not_agreed;
        if (standing.is_disputed)
            return Refusal::disputed;
        auto passport = parse_passport(relay_.passport.bytes);
        if (!passport || !brought_.take(relay_.chains, receiver_))
            return Refusal::unreadable;
        if (const auto why = check_passport(*passport, in_force->network))
            return *why;
        Side giver = *in_force;
        // The attack: a coordinator signs by an agreement that was replaced, for it let more cross.
        std::optional<Terms> replaced;
        if (passport->agreement != standing.id) {
            replaced = standing.find(passport->agreement)->side_of(giver.network)->gives;
            giver.gives = common_terms(giver.gives, *replaced);
        }
        Trail trail{{}};
        const LastStep last{*passport, giver, receiver_.network};
        if (const auto why = read_trail(relay_, last, chain_of_, receiver_.verifier, trail)) {
            const bool was_passed_on = *why == Refusal::not_passed_on && replaced &&
                                       may_pass(trail, *replaced, receiver_.network);
            return was_passed_on ? Refusal::terms_replaced : *why;
        }
        CheckedProof proof{
            standing.link,
            passport_hash(relay_.passport.bytes),
            passport->descriptor,
            passport->size,
            passport->root,
            standing.cap_of(log::log_id(passport->descriptor)),
            steps_of(trail, giver),
            {}};
        for (std::size_t i = 0; i < trail.links.size(); ++i)
            proof.way.push_back({trail.links[i], trail.terms[i]});
        proof.way.push_back({standing.link, giver.gives});
        proof.replaced = std::move(replaced);
        if (const auto why = check_author(proof))
            return *why;
        return proof;
    }

private:
    [[nodiscard]] std::optional<Refusal>
    check_passport(const Passport& passport, const NetworkId& giver) const {
        const Standing& standing = receiver_.standing;
        if (standing.find(passport.agreement) == nullptr)
            return Refusal::another_agreement;
        const CardLine& line = *standing.cards_of(giver);
        const KnownCard& newest = line.newest();
        if (passport.card != newest.hash)
            return line.find(passport.card) != nullptr ? Refusal::passport_outdated
                                                       : Refusal::passport_not_signed;
        const std::size_t needed = newest.card.signatures;
        const Coordinators signers{giver, newest.card.coordinators, chain_of_};
        const std::size_t count = count_signatures(
            relay_.passport, crypto::SignLabel::passport, signers, needed, receiver_.verifier
        );
        return count < needed ? std::optional(Refusal::passport_not_signed) : std::nullopt;
    }

    /// What the networks of the trail call themselves: on the newest card that each hop brings, and
    /// on the newest that is known here of the one that handed over.
    [[nodiscard]] std::vector<TrailStep> steps_of(const Trail& trail, const Side& giver) const {
        std::vector<TrailStep> steps;
        for (const NetworkId& network : trail.networks)
            steps.push_back({network, {}, {}});
        for (std::size_t i = 0; i < relay_.trail.size() && i < steps.size(); ++i) {
            std::uint32_t newest = 0;
            for (const SignedStatement& statement : relay_.trail[i].cards) {
                const auto card = parse_card(statement.bytes);
                if (!card || card->network != steps[i].network || card->number < newest)
                    continue;
                newest = card->number;
                steps[i] = {card->network, card->name, card->place};
            }
        }
        const Card& card = receiver_.standing.cards_of(giver.network)->newest().card;
        steps.back() = {card.network, card.name, card.place};
        return steps;
    }

    /// That a key of the school wrote the log, and that the passport is of the same history.
    [[nodiscard]] std::optional<Refusal> check_author(CheckedProof& proof) const {
        const log::LogDescriptor& descriptor = proof.descriptor;
        const identity::IdentityChain* chain = chain_of_(descriptor.school);
        const auto* node = chain == nullptr ? nullptr : chain->find_signing(descriptor.node_key);
        if (node == nullptr)
            return Refusal::author_not_certified;
        if (node->revoked)
            cap_by_revocation(*node, proof);
        if (!log::check_head(relay_.head, descriptor, receiver_.verifier))
            return Refusal::head_not_signed;
        const log::Head& head = relay_.head.head;
        const bool is_one_history = head.size == proof.size
                                        ? head.root == proof.root
                                        : log::check_consistency<log::Blake2b256>(
                                              log::OldSize{proof.size},
                                              log::NewSize{head.size},
                                              proof.root,
                                              head.root,
                                              relay_.to_head
                                          )
                                              .has_value();
        return is_one_history ? std::nullopt : std::optional(Refusal::not_one_history);
    }

    static void cap_by_revocation(const identity::CertifiedNode& node, CheckedProof& proof) {
        const LogId id = log::log_id(proof.descriptor);
        const auto pin = std::ranges::find(node.pins, id, &log::LogPin::log);
        const LogSize size = pin == node.pins.end() ? LogSize{0} : pin->size;
        if (!proof.cap || size < proof.cap->size)
            proof.cap = Cap{size, false};
    }

    const Relay& relay_;
    const Receiver& receiver_;
    BroughtChains brought_{};
    ChainFinder chain_of_;
};

bool is_body_of(const RelayedRecord& record, const log::EntryHeader& header) {
    if (record.state != log::BodyState::have)
        return true;
    const auto salt = Salt::from(record.body.salt);
    return salt && record.body.encoded != nullptr &&
           record.body.encoded->size() == header.encoded_length &&
           records::commitment(*salt, *record.body.encoded) == header.commitment;
}

} // namespace

Digest hop_hash(const Hop& hop) {
    return passport_hash(hop.passport.bytes);
}

ProofOutcome check_proof(const Relay& relay, const Receiver& receiver) {
    return ProofCheck(relay, receiver).run();
}

namespace {

/// Whether a record goes the way of a proof. What was on its way while terms became narrower is no
/// lie of who brings it: they were others when it was asked for. [A17]
std::optional<Refusal> why_not_this_way(const log::EntryHeader& header, const CheckedProof& proof) {
    std::vector<Step> steps;
    for (const CheckedProof::Way& way : proof.way)
        steps.push_back({way.link, way.terms});
    const auto why = why_not(header, steps);
    if (!why || !proof.replaced)
        return why;
    steps.pop_back();
    steps.push_back({proof.link, *proof.replaced});
    return why_not(header, steps) ? why : Refusal::terms_replaced;
}

} // namespace

std::optional<Refusal> check_record(const RelayedRecord& record, const CheckedProof& proof) {
    if (proof.cap && record.position.value >= proof.cap->size.value)
        return proof.cap->by_end ? Refusal::after_the_end : Refusal::behind_the_cut;
    if (record.position.value >= proof.size.value)
        return Refusal::behind_the_cut;
    const TreeHash leaf = log::leaf_hash<log::Blake2b256>(record.header);
    if (!log::check_inclusion<log::Blake2b256>(
            record.position, proof.size, leaf, record.proof, proof.root
        ))
        return Refusal::not_in_the_log;
    const auto header = log::parse_header(record.header);
    if (!header)
        return Refusal::unreadable;
    if (header->school != proof.descriptor.school)
        return Refusal::author_not_certified;
    if (const auto why = why_not_this_way(*header, proof))
        return why;
    return is_body_of(record, *header) ? std::nullopt : std::optional(Refusal::body_altered);
}

Checked check_relay(const Relay& relay, const Receiver& receiver) {
    const ProofOutcome outcome = check_proof(relay, receiver);
    if (const auto* why = std::get_if<Refusal>(&outcome))
        return {*why};
    const auto& proof = std::get<CheckedProof>(outcome);
    std::vector<NetworkId> trail;
    for (const TrailStep& step : proof.trail)
        trail.push_back(step.network);
    Checked checked{std::nullopt};
    for (std::size_t place = 0; place < relay.records.size(); ++place) {
        const RelayedRecord& record = relay.records[place];
        if (const auto why = check_record(record, proof))
            checked.refused.push_back({place, *why});
        else
            checked.crossed.push_back({place, log::revision_id(record.header), trail});
    }
    return checked;
}

} // namespace staffroom::agreement
