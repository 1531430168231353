#include "protocol/network/roster/facts.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::network {
namespace {

Gives gives(Role role) {
    switch (role) {
    case Role::coordinator: return Gives::coordinate;
    case Role::member: return Gives::act;
    case Role::observer: break;
    }
    return Gives::read;
}

bool has_bit(std::span<const std::uint64_t> words, std::uint32_t bit) {
    return bit / 64 < words.size() && (words[bit / 64] >> (bit % 64) & 1U) != 0;
}

void set_bit(std::vector<std::uint64_t>& words, std::uint32_t bit) {
    if (words.size() <= bit / 64)
        words.resize(bit / 64 + 1);
    words[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

} // namespace

bool CheckedAdmissions::is_signed(
    const Admit& admit, const Invite& invite, const Digest& charter_hash, crypto::Verifier& verifier
) {
    const auto [verdict, is_new] = verdicts_.try_emplace(
        Statement{admit.invite, admit.school, admit.handshake_hash, admit.signature}, false
    );
    if (is_new)
        verdict->second = verifier.verify(
            crypto::SignLabel::admission,
            invite.admit_key,
            admission_statement(admit.handshake_hash, admit.school, charter_hash),
            admit.signature
        );
    return verdict->second;
}

Facts::Facts(const Genesis& genesis)
    : charter_hash_(genesis.charter_hash()) {
    std::vector<Grant>& grants = schools_[number(genesis.founder)].grants;
    grants.push_back({GrantKind::founding, Gives::act, 0, 0});
    grants.push_back({GrantKind::founding, Gives::coordinate, 0, 0});
}

SchoolNumber Facts::number(const SchoolId& school) {
    const auto [at, is_new] =
        numbers_.try_emplace(school, static_cast<SchoolNumber>(schools_.size()));
    if (is_new)
        schools_.push_back(SchoolFacts{school});
    return at->second;
}

void Facts::add(const History& history, CheckedAdmissions& checked, crypto::Verifier& verifier) {
    checked_ = &checked;
    verifier_ = &verifier;
    const Place at = size();
    const PlacedOperation& placed = history[at];
    operations_.push_back({number(placed.author)});
    learn_claims(history, at);
    operations_[at].may_coordinate = may_coordinate(history, at);
    std::visit([&](const auto& act) { note(history, at, act); }, placed.operation.act);
}

bool Facts::may_coordinate(const History& history, Place at) const {
    const SchoolNumber author = operations_[at].author;
    const std::vector<Place>& roles = schools_[author].roles;
    return author == founder() || std::any_of(roles.begin(), roles.end(), [&](Place role) {
               return operations_[role].may_coordinate && history.sees(at, role);
           });
}

void Facts::learn_claims(const History& history, Place at) {
    std::vector<std::uint64_t> seen;
    for (const Place earlier : history.names(at)) {
        const std::vector<std::uint64_t>& before = claims_seen_[earlier];
        if (seen.size() < before.size())
            seen.resize(before.size());
        for (std::size_t word = 0; word < before.size(); ++word)
            seen[word] |= before[word];
        const bool is_admit = std::holds_alternative<Admit>(history[earlier].operation.act);
        if (is_admit && operations_[earlier].claim)
            set_bit(seen, *operations_[earlier].claim);
    }
    claims_seen_.push_back(std::move(seen));
}

void Facts::note(const History& history, Place at, const Invite& /*act*/) {
    std::vector<Place>& own = schools_[operations_[at].author].invites;
    std::size_t open = 0;
    for (const Place other : own) {
        if (!history.sees(at, other) || operations_[other].is_beyond_quota)
            continue;
        const InviteFacts& known = invites_.at(other);
        const bool is_over = std::any_of(
                                 known.claims.begin(),
                                 known.claims.end(),
                                 [&](ClaimNumber claim) { return sees_claim(at, claim); }
                             ) ||
                             std::any_of(known.ends.begin(), known.ends.end(), [&](Place end) {
                                 return history.sees(at, end);
                             });
        open += is_over ? 0U : 1U;
    }
    operations_[at].is_beyond_quota = open >= limits::open_invitations_max;
    own.push_back(at);
    invites_.emplace(at, InviteFacts{});
}

void Facts::note(const History& history, Place at, const Admit& act) {
    const SchoolNumber school = number(act.school);
    operations_[at].subject = school;
    const auto invite = history.find(act.invite);
    const auto* source = invite ? std::get_if<Invite>(&history[*invite].operation.act) : nullptr;
    if (source == nullptr || !operations_[*invite].may_coordinate ||
        !checked_->is_signed(act, *source, charter_hash_, *verifier_))
        return;
    const auto [known, is_new] =
        claim_numbers_.try_emplace({*invite, school}, static_cast<ClaimNumber>(claims_.size()));
    if (is_new) {
        claims_.push_back({*invite, school, {}});
        invites_.at(*invite).claims.push_back(known->second);
        schools_[school].grants.push_back({GrantKind::admission, Gives::act, 0, known->second});
    }
    claims_[known->second].admits.push_back(at);
    operations_[at].claim = known->second;
    operations_[at].is_late = sees_rival(at, known->second);
}

void Facts::note(const History& /*history*/, Place at, const SetRole& act) {
    const SchoolNumber school = number(act.school);
    const Gives given = gives(act.role);
    operations_[at].subject = school;
    if (given == Gives::coordinate)
        schools_[school].roles.push_back(at);
    else
        note_closing(at, act.school, given);
    schools_[school].grants.push_back({GrantKind::role, given, at, 0});
}

void Facts::note(const History& /*history*/, Place at, const Suspend& act) {
    note_closing(at, act.school, Gives::nothing);
}

void Facts::note(const History& /*history*/, Place at, const Remove& act) {
    note_closing(at, act.school, Gives::nothing);
}

void Facts::note(const History& history, Place at, const Leave& /*act*/) {
    note_closing(at, history[at].author, Gives::nothing);
}

void Facts::note_closing(Place at, const SchoolId& school, Gives keeps) {
    const SchoolNumber closed = number(school);
    operations_[at].subject = closed;
    operations_[at].closing = at;
    operations_[at].keeps = keeps;
    schools_[closed].effects.push_back(at);
    signatures_[at];
    note_signature(at, at);
}

/// A school signs no closing of itself.
void Facts::note_signature(Place closing, Place at) {
    if (*operations_[at].subject == operations_[at].author)
        return;
    signatures_[closing].all.push_back(at);
    if (operations_[at].may_coordinate)
        signatures_[closing].coordinating.push_back(at);
}

void Facts::note(const History& history, Place at, const Confirm& act) {
    const auto closing = history.find(act.closing);
    if (!closing || operations_[*closing].closing != closing)
        return;
    const SchoolNumber closed = *operations_[*closing].subject;
    operations_[at].subject = closed;
    operations_[at].closing = closing;
    operations_[at].keeps = operations_[*closing].keeps;
    schools_[closed].effects.push_back(at);
    note_signature(*closing, at);
}

void Facts::note(const History& /*history*/, Place at, const Resume& act) {
    const SchoolNumber school = number(act.school);
    operations_[at].subject = school;
    schools_[school].resumes.push_back(at);
}

void Facts::note(const History& history, Place at, const EndInvite& act) {
    const auto invite = history.find(act.invite);
    const auto known = invite ? invites_.find(*invite) : invites_.end();
    if (known != invites_.end())
        known->second.ends.push_back(at);
}

void Facts::note(const History& history, Place at, const ConfirmAdmit& act) {
    const auto admit = history.find(act.admit);
    if (!admit || !operations_[*admit].claim ||
        !std::holds_alternative<Admit>(history[*admit].operation.act))
        return;
    operations_[at].claim = operations_[*admit].claim;
    invites_.at(claims_[*operations_[at].claim].invite).settles.push_back(at);
}

void Facts::note(const History& history, Place at, const Join& act) {
    const auto admit = history.find(act.admit);
    if (!admit || !operations_[*admit].claim || act.charter_hash != charter_hash_ ||
        operations_[*admit].subject != operations_[at].author)
        return;
    schools_[operations_[at].author].joins.push_back(at);
}

void Facts::note(const History& /*history*/, Place /*at*/, const Seen& /*act*/) {}

/// The attack: a removed school names its friend behind the cut, and the friend vouches for that.
/// Whom an operation is about is no witness of it.                                             [M4]
void Facts::note(const History& /*history*/, Place at, const NameSuccessor& act) {
    schools_[operations_[at].author].names.push_back(at);
    if (act.successor)
        operations_[at].subject = number(*act.successor);
}

void Facts::note(const History& /*history*/, Place /*at*/, const LaterAct& /*act*/) {}

const std::vector<Place>& Facts::signatures(Place closing) const {
    return signatures_.at(closing).all;
}

const std::vector<Place>& Facts::coordinating_signatures(Place closing) const {
    return signatures_.at(closing).coordinating;
}

bool Facts::sees_claim(Place at, ClaimNumber claim) const {
    return at >= size() || has_bit(claims_seen_[at], claim);
}

bool Facts::sees_rival(Place at, ClaimNumber claim) const {
    if (at < size() && claims_seen_[at].empty())
        return false;
    const std::vector<ClaimNumber>& all = invites_.at(claims_[claim].invite).claims;
    return std::any_of(all.begin(), all.end(), [&](ClaimNumber other) {
        return other != claim && sees_claim(at, other);
    });
}

std::size_t Facts::admissions_seen(Place at) const {
    std::set<Place> invites;
    for (ClaimNumber claim = 0; claim < claims_.size(); ++claim)
        if (sees_claim(at, claim))
            invites.insert(claims_[claim].invite);
    return invites.size();
}

bool Facts::sees(const History& history, Place at, const Grant& grant) const {
    switch (grant.kind) {
    case GrantKind::founding: return true;
    case GrantKind::admission: return sees_claim(at, grant.claim);
    case GrantKind::role: break;
    }
    return history.sees(at, grant.place);
}

bool Facts::wrote(SchoolNumber school, const Grant& grant) const {
    if (grant.kind == GrantKind::founding)
        return false;
    if (grant.kind == GrantKind::role)
        return operations_[grant.place].author == school;
    const Claim& claim = claims_[grant.claim];
    return operations_[claim.invite].author == school ||
           std::all_of(claim.admits.begin(), claim.admits.end(), [&](Place admit) {
               return operations_[admit].author == school;
           });
}

} // namespace staffroom::network
