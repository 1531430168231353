// Codec of what governance says of links. Declared in agreement/agreeing. [W2] [A9]
#include "protocol/agreement/agreeing.hpp"
#include "protocol/agreement/passport.hpp"
#include "protocol/agreement/terms_shapes.hpp"
#include "protocol/wire/form/schema.pb.h"

namespace staffroom::agreement {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::MessageRule;

constexpr std::uint32_t link_act_version = 1;

constexpr FieldRule link_terms_fields[] = {
    {1, FieldType::message, false, &terms_rule},
    {2, FieldType::message, false, &terms_rule},
    {3, FieldType::u64},
    {4, FieldType::u64},
    {5, FieldType::bytes}};
constexpr MessageRule link_terms_rule{link_terms_fields};
constexpr FieldRule link_invite_fields[] = {
    {1, FieldType::bytes},
    {2, FieldType::bytes},
    {3, FieldType::u64},
    {4, FieldType::message, false, &link_terms_rule},
    {5, FieldType::bytes},
    {6, FieldType::bytes}};
constexpr MessageRule link_invite_rule{link_invite_fields};
constexpr FieldRule link_agreed_fields[] = {
    {1, FieldType::bytes},
    {2, FieldType::bytes},
    {3, FieldType::bytes},
    {4, FieldType::bytes},
    {5, FieldType::bytes},
    {6, FieldType::bytes, true}};
constexpr MessageRule link_agreed_rule{link_agreed_fields};
constexpr FieldRule signature_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::bytes}, {3, FieldType::bytes}};
constexpr MessageRule signature_rule{signature_fields};
constexpr FieldRule statement_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::message, true, &signature_rule}};
constexpr MessageRule statement_rule{statement_fields};
constexpr FieldRule link_ended_fields[] = {
    {1, FieldType::message, false, &statement_rule}, {2, FieldType::u32}};
constexpr MessageRule link_ended_rule{link_ended_fields};
constexpr FieldRule link_code_ended_fields[] = {{1, FieldType::bytes}};
constexpr MessageRule link_code_ended_rule{link_code_ended_fields};
constexpr FieldRule link_renewal_fields[] = {{1, FieldType::bytes}, {2, FieldType::bytes, true}};
constexpr MessageRule link_renewal_rule{link_renewal_fields};
constexpr FieldRule link_act_fields[] = {
    {1, FieldType::u32},
    {31, FieldType::message, false, &link_invite_rule},
    {32, FieldType::message, false, &link_agreed_rule},
    {33, FieldType::message, false, &statement_rule},
    {34, FieldType::message, false, &link_ended_rule},
    {35, FieldType::message, false, &link_code_ended_rule},
    {36, FieldType::bytes},
    {37, FieldType::message, false, &statement_rule},
    {38, FieldType::message, false, &link_renewal_rule}};
constexpr MessageRule link_act_rule{link_act_fields, 31};

void put_link_terms(schema::LinkTerms* to, const LinkTerms& terms) {
    put_terms(to->mutable_ours(), terms.ours);
    put_terms(to->mutable_theirs(), terms.theirs);
    to->set_until_ms(terms.until.ms);
    to->set_review_ms(terms.review.ms);
    wire::set_bytes(to->mutable_nonce(), terms.nonce);
}

Result<LinkTerms> get_link_terms(const schema::LinkTerms& from) {
    auto ours = get_terms(from.ours());
    auto theirs = get_terms(from.theirs());
    const auto nonce = wire::get_id<Digest>(from.nonce());
    if (!ours)
        return fail(ours.error());
    if (!theirs)
        return fail(theirs.error());
    if (!nonce || from.review_ms() > from.until_ms())
        return fail(Errc::malformed, "terms of a link");
    return LinkTerms{
        std::move(*ours),
        std::move(*theirs),
        WallTime{from.until_ms()},
        WallTime{from.review_ms()},
        *nonce};
}

Result<LinkAct> get_link_invite(const schema::LinkInvite& from) {
    auto psk = crypto::Secret32::from(as_view(from.psk()));
    const auto key = wire::get_id<SigningPublicKey>(from.accept_key());
    auto terms = get_link_terms(from.terms());
    const auto offer = wire::get_id<Signature>(from.offer_signature());
    if (!psk || !key || !offer)
        return fail(Errc::malformed, "code for another network");
    if (!terms)
        return fail(terms.error());
    if (auto card = parse_card(as_view(from.card())); !card)
        return fail(card.error());
    return LinkAct(LinkInvite{
        std::move(*psk),
        *key,
        WallTime{from.ends_ms()},
        std::move(*terms),
        to_bytes(as_view(from.card())),
        *offer});
}

Result<LinkAct> get_link_agreed(const schema::LinkAgreed& from) {
    auto agreed = parse_signed_agreement(as_view(from.agreement()));
    if (!agreed)
        return fail(agreed.error());
    for (const std::string* card : {&from.own_card(), &from.other_card()})
        if (auto parsed = parse_card(as_view(*card)); !parsed)
            return fail(parsed.error());
    if (from.other_charter().size() > limits::charter_bytes_max ||
        static_cast<std::size_t>(from.chains_size()) > limits::card_coordinators_max)
        return fail(Errc::too_large, "agreed link");
    LinkAgreed act{
        std::nullopt,
        std::move(*agreed),
        to_bytes(as_view(from.own_card())),
        to_bytes(as_view(from.other_card())),
        from.other_charter(),
        {}};
    for (const std::string& chain : from.chains())
        act.chains.push_back(to_bytes(as_view(chain)));
    if (!from.invite().empty()) {
        const auto invite = wire::get_id<RevisionId>(from.invite());
        if (!invite)
            return fail(invite.error());
        act.invite = *invite;
    }
    return LinkAct(std::move(act));
}

Result<LinkAct> get_link_passport(const schema::SignedStatement& from) {
    auto statement = get_statement(from);
    if (!statement)
        return fail(statement.error());
    if (auto passport = parse_passport(statement->bytes); !passport)
        return fail(passport.error());
    if (statement->signatures.empty())
        return fail(Errc::malformed, "a passport that nobody has signed");
    return LinkAct(LinkPassport{std::move(*statement)});
}

Result<LinkAct> get_link_ended(const schema::LinkEnded& from) {
    auto end = get_statement(from.end());
    if (!end)
        return fail(end.error());
    if (const auto parsed = parse_end(end->bytes); !parsed)
        return fail(parsed.error());
    LinkEnded ended{std::move(*end), std::nullopt};
    if (from.reason() != 0) {
        const auto reason = network::parse_reason(from.reason());
        if (!reason)
            return fail(reason.error());
        ended.reason = *reason;
    }
    return LinkAct(std::move(ended));
}

Result<LinkAct> get_link_code_ended(const schema::LinkCodeEnded& from) {
    const auto code = wire::get_id<RevisionId>(from.code());
    if (!code)
        return fail(code.error());
    return LinkAct(LinkCodeEnded{*code});
}

Result<LinkAct> get_link_order(const std::string& from) {
    if (from.empty() || from.size() > limits::far_order_bytes_max)
        return fail(Errc::too_large, "an order to erase");
    return LinkAct(LinkOrder{to_bytes(as_view(from))});
}

Result<LinkAct> get_link_receipt(const schema::SignedStatement& from) {
    auto statement = get_statement(from);
    if (!statement)
        return fail(statement.error());
    if (statement->signatures.empty())
        return fail(Errc::malformed, "a receipt that nobody has signed");
    return LinkAct(LinkReceipt{std::move(*statement)});
}

Result<LinkAct> get_link_renewal(const schema::LinkRenewal& from) {
    if (static_cast<std::size_t>(from.chains_size()) > limits::card_coordinators_max)
        return fail(Errc::too_large, "chains of a renewal");
    auto renewal = parse_signed_agreement(as_view(from.agreement()));
    if (!renewal)
        return fail(renewal.error());
    const auto agreement = parse_agreement(renewal->bytes);
    if (!agreement)
        return fail(agreement.error());
    if (agreement->number == 0 || (renewal->one.empty() && renewal->other.empty()))
        return fail(Errc::malformed, "a renewal that nobody has signed, or of nothing");
    LinkRenewal act{std::move(*renewal)};
    for (const std::string& chain : from.chains())
        act.chains.push_back(to_bytes(as_view(chain)));
    return LinkAct(std::move(act));
}

struct LinkActWriter {
    schema::LinkAct& to;

    void operator()(const LinkInvite& act) const {
        schema::LinkInvite* invite = to.mutable_invite();
        wire::set_bytes(invite->mutable_psk(), act.psk);
        wire::set_bytes(invite->mutable_accept_key(), act.accept_key);
        invite->set_ends_ms(act.ends.ms);
        put_link_terms(invite->mutable_terms(), act.terms);
        invite->set_card(wire::to_string(act.card));
        wire::set_bytes(invite->mutable_offer_signature(), act.offer);
    }
    void operator()(const LinkPassport& act) const {
        put_statement(to.mutable_passport(), act.passport);
    }
    void operator()(const LinkAgreed& act) const {
        schema::LinkAgreed* agreed = to.mutable_agreed();
        if (act.invite)
            wire::set_bytes(agreed->mutable_invite(), *act.invite);
        agreed->set_agreement(wire::to_string(encode_signed_agreement(act.agreement)));
        agreed->set_own_card(wire::to_string(act.own_card));
        agreed->set_other_card(wire::to_string(act.other_card));
        agreed->set_other_charter(act.other_charter);
        for (const Bytes& chain : act.chains)
            agreed->add_chains(wire::to_string(chain));
    }
    void operator()(const LinkEnded& act) const {
        schema::LinkEnded* ended = to.mutable_ended();
        put_statement(ended->mutable_end(), act.end);
        ended->set_reason(act.reason ? static_cast<std::uint32_t>(*act.reason) : 0);
    }
    void operator()(const LinkCodeEnded& act) const {
        wire::set_bytes(to.mutable_code_ended()->mutable_code(), act.code);
    }
    void operator()(const LinkReceipt& act) const {
        put_statement(to.mutable_receipt(), act.receipt);
    }
    void operator()(const LinkRenewal& act) const {
        schema::LinkRenewal* renewal = to.mutable_renewal();
        renewal->set_agreement(wire::to_string(encode_signed_agreement(act.agreement)));
        for (const Bytes& chain : act.chains)
            renewal->add_chains(wire::to_string(chain));
    }
    void operator()(const LinkOrder& act) const { to.set_order(wire::to_string(act.order)); }
};

} // namespace

Bytes encode_link_terms(const LinkTerms& terms) {
    schema::LinkTerms to;
    put_link_terms(&to, terms);
    return wire::serialise(to);
}

Result<LinkTerms> parse_link_terms(ByteView bytes) {
    schema::LinkTerms from;
    if (auto parsed =
            wire::parse_strict_into(from, bytes, link_terms_rule, limits::statement_bytes_max);
        !parsed)
        return fail(parsed.error());
    return get_link_terms(from);
}

Bytes encode_link_act(const LinkAct& act) {
    schema::LinkAct to;
    to.set_version(link_act_version);
    std::visit(LinkActWriter{to}, act);
    return wire::serialise(to);
}

Result<LinkAct> parse_link_act(ByteView bytes) {
    schema::LinkAct from;
    if (auto parsed =
            wire::parse_strict_into(from, bytes, link_act_rule, limits::operation_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != link_act_version)
        return fail(Errc::unknown_version, "link");
    switch (from.act_case()) {
    case schema::LinkAct::kInvite: return get_link_invite(from.invite());
    case schema::LinkAct::kAgreed: return get_link_agreed(from.agreed());
    case schema::LinkAct::kPassport: return get_link_passport(from.passport());
    case schema::LinkAct::kEnded: return get_link_ended(from.ended());
    case schema::LinkAct::kCodeEnded: return get_link_code_ended(from.code_ended());
    case schema::LinkAct::kReceipt: return get_link_receipt(from.receipt());
    case schema::LinkAct::kRenewal: return get_link_renewal(from.renewal());
    case schema::LinkAct::kOrder: return get_link_order(from.order());
    case schema::LinkAct::ACT_NOT_SET: break;
    }
    return fail(Errc::malformed, "link without an act");
}

} // namespace staffroom::agreement
