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
            auto chain = identity::IdentityChain::parse(wire, receiver.verifier);
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
    std::map<SchoolId, identity::IdentityChain> chains_{};
};

class RelayCheck {
public:
    RelayCheck(const Relay& relay, const Receiver& receiver)
        : relay_(relay)
        , receiver_(receiver)
        , chain_of_([this](const SchoolId& school) {
            const identity::IdentityChain* brought = brought_.find(school);
            return brought != nullptr ? brought : receiver_.chain_of(school);
        }) {}
    RelayCheck(const RelayCheck&) = delete;
    RelayCheck& operator=(const RelayCheck&) = delete;
    RelayCheck(RelayCheck&&) = delete;
    RelayCheck& operator=(RelayCheck&&) = delete;
    ~RelayCheck() = default;

    [[nodiscard]] Checked run() {
        Checked checked{check_all()};
        if (checked.all)
            return checked;
        for (std::size_t place = 0; place < relay_.records.size(); ++place) {
            const RelayedRecord& record = relay_.records[place];
            if (const auto why = check_record(record))
                checked.refused.push_back({place, *why});
            else
                checked.crossed.push_back({place, log::revision_id(record.header), trail_.networks}
                );
        }
        return checked;
    }

private:
    /// What holds for all its records, the cheaper questions first.
    [[nodiscard]] std::optional<Refusal> check_all() {
        const Standing& standing = receiver_.standing;
        const Side* giver = standing.agreement.side_facing(receiver_.network);
        if (giver == nullptr)
            return Refusal::not_agreed;
        if (standing.is_disputed)
            return Refusal::disputed;
        auto passport = parse_passport(relay_.passport.bytes);
        if (!passport)
            return Refusal::unreadable;
        if (!brought_.take(relay_.chains, receiver_))
            return Refusal::unreadable;
        if (const auto why = check_passport(*passport, giver->network))
            return why;
        const LastStep last{*passport, *giver, receiver_.network};
        if (const auto why = read_trail(relay_, last, chain_of_, receiver_.verifier, trail_))
            return why;
        for (std::size_t i = 0; i < trail_.links.size(); ++i)
            way_.push_back({trail_.links[i], trail_.terms[i]});
        way_.push_back({standing.link, giver->gives});
        cap_ = standing.cap_of(log::log_id(passport->descriptor));
        passport_ = std::move(*passport);
        return check_author();
    }

    [[nodiscard]] std::optional<Refusal>
    check_passport(const Passport& passport, const NetworkId& giver) const {
        const Standing& standing = receiver_.standing;
        if (passport.agreement != standing.id)
            return standing.earlier.count(passport.agreement) > 0 ? Refusal::passport_outdated
                                                                  : Refusal::another_agreement;
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

    /// That a key of the school wrote the log, and that the passport is of the same history.
    [[nodiscard]] std::optional<Refusal> check_author() {
        const log::LogDescriptor& descriptor = passport_->descriptor;
        const identity::IdentityChain* chain = chain_of_(descriptor.school);
        const auto* node = chain == nullptr ? nullptr : chain->find_signing(descriptor.node_key);
        if (node == nullptr)
            return Refusal::author_not_certified;
        if (node->revoked)
            cap_by_revocation(*node);
        if (!log::check_head(relay_.head, descriptor, receiver_.verifier))
            return Refusal::head_not_signed;
        const log::Head& head = relay_.head.head;
        const bool is_one_history = head.size == passport_->size
                                        ? head.root == passport_->root
                                        : log::check_consistency<log::Blake2b256>(
                                              log::OldSize{passport_->size},
                                              log::NewSize{head.size},
                                              passport_->root,
                                              head.root,
                                              relay_.to_head
                                          )
                                              .has_value();
        return is_one_history ? std::nullopt : std::optional(Refusal::not_one_history);
    }

    void cap_by_revocation(const identity::CertifiedNode& node) {
        const LogId id = log::log_id(passport_->descriptor);
        const auto pin = std::ranges::find(node.pins, id, &log::LogPin::log);
        const LogSize size = pin == node.pins.end() ? LogSize{0} : pin->size;
        if (!cap_ || size < cap_->size)
            cap_ = Cap{size, false};
    }

    [[nodiscard]] std::optional<Refusal> check_record(const RelayedRecord& record) const {
        if (cap_ && record.position.value >= cap_->size.value)
            return cap_->by_end ? Refusal::after_the_end : Refusal::behind_the_cut;
        if (record.position.value >= passport_->size.value)
            return Refusal::behind_the_cut;
        const TreeHash leaf = log::leaf_hash<log::Blake2b256>(record.header);
        if (!log::check_inclusion<log::Blake2b256>(
                record.position, passport_->size, leaf, record.proof, passport_->root
            ))
            return Refusal::not_in_the_log;
        const auto header = log::parse_header(record.header);
        if (!header)
            return Refusal::unreadable;
        if (header->school != passport_->descriptor.school)
            return Refusal::author_not_certified;
        if (const auto why = why_not(*header, way_))
            return why;
        return is_body_of(record, *header) ? std::nullopt : std::optional(Refusal::body_altered);
    }

    [[nodiscard]] static bool
    is_body_of(const RelayedRecord& record, const log::EntryHeader& header) {
        if (record.state != log::BodyState::have)
            return true;
        const auto salt = Salt::from(record.body.salt);
        return salt && record.body.encoded != nullptr &&
               record.body.encoded->size() == header.encoded_length &&
               records::commitment(*salt, *record.body.encoded) == header.commitment;
    }

    const Relay& relay_;
    const Receiver& receiver_;
    BroughtChains brought_{};
    ChainFinder chain_of_;
    Trail trail_{{}};
    std::vector<Step> way_{};
    std::optional<Passport> passport_{};
    std::optional<Cap> cap_{};
};

} // namespace

Digest hop_hash(const Hop& hop) {
    return passport_hash(hop.passport.bytes);
}

Checked check_relay(const Relay& relay, const Receiver& receiver) {
    return RelayCheck(relay, receiver).run();
}

} // namespace staffroom::agreement
