// The handler that renews a link: signs other terms, or those that the other side has signed. What
// stands goes on until both have signed the same.
#include "node/http/agreements/agreement_json.hpp"
#include "node/http/agreements/agreement_terms.hpp"
#include "node/http/agreements/agreements_api.hpp"
#include "node/http/records/record_json.hpp"
#include "node/services/crossing/link_finder.hpp"
#include "node/services/crossing/link_terms.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

using replica::LinkRenewalStatus;
using replica::LinkStatus;

/// Terms for a link that stands.
struct NewTerms {
    agreement::Terms ours;
    agreement::Terms theirs;
    services::LinkDays days;
    std::optional<AgreementId> follows{};    // in force when somebody looked
    std::optional<LinkRenewalStatus> open{}; // they have been signed by somebody
};

/// What was in force when somebody looked. The attack: coordinators have renewed the link since,
/// and what this person left as it was is something that nobody showed them. Errors: invalid_input.
Result<std::optional<AgreementId>> followed(const std::string& named, bool has_to_be_named) {
    const auto id = id_from_base32<AgreementId>(named);
    if (id)
        return std::optional<AgreementId>(*id);
    if (!named.empty() || has_to_be_named)
        return fail(
            Errc::invalid_input,
            "\"follows\" has to be the id of the agreement that was shown as `now`."
        );
    return std::optional<AgreementId>();
}

/// Errors: invalid_input, unknown_value, not_found (terms that nobody has signed).
Result<NewTerms>
new_terms(const Services& services, const Request& request, const LinkStatus& link) {
    const auto object = parse_object(request.body.empty() ? "{}" : request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    const std::string shown = members.text("agreement");
    auto ours = read_terms(services, members, "", link.ours);
    auto theirs = read_terms(services, members, "their_", link.theirs);
    const std::string until = members.text("until");
    const std::string review = members.text("review");
    const std::string named = members.text("follows");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    const auto follows = followed(named, shown.empty() && !is_dry_run(request.body));
    if (!follows)
        return fail(follows.error());
    if (!shown.empty()) {
        const auto id = id_from_base32<AgreementId>(shown);
        const auto open = std::ranges::find_if(link.renewals, [&](const auto& each) {
            return id && each.agreement == *id;
        });
        if (open == link.renewals.end())
            return fail(Errc::not_found, "Nobody has signed such terms for this link.");
        return NewTerms{open->ours, open->theirs, {open->until, open->review}, *follows, *open};
    }
    if (!ours)
        return fail(ours.error());
    if (!theirs)
        return fail(theirs.error());
    const auto days = services::link_days(services.core.wall(), until, review);
    if (!days)
        return fail(days.error());
    return NewTerms{std::move(*ours), std::move(*theirs), *days, *follows};
}

/// The kinds that crossed until now and that the new terms leave out: what crossed of them is shown
/// there no more.
JsonArray left_out(const agreement::Terms& in_force, const agreement::Terms& next) {
    std::vector<std::uint32_t> gone;
    std::ranges::set_difference(in_force.kinds, next.kinds, std::back_inserter(gone));
    const auto words = services::kind_words(gone);
    return JsonArray(words.begin(), words.end());
}

JsonObject renewed_json(const Services& services, const LinkStatus& link, const NewTerms& terms) {
    const bool is_open = terms.open.has_value();
    return {
        {"id", to_base32(link.id)},
        {"network", network_name_json(services, link.network)},
        {"other",
         JsonObject{
             {"id", to_base32(link.other)},
             {"name", link.name},
             {"focus", link.focus},
             {"place", link.place}}},
        {"follows", to_base32(link.agreement)},
        {"now",
         JsonObject{
             {"ours", terms_json(services, link.ours)},
             {"theirs", terms_json(services, link.theirs)},
             {"until_ms", link.until.ms},
             {"review_ms", link.review.ms}}},
        {"ours", terms_json(services, terms.ours)},
        {"theirs", terms_json(services, terms.theirs)},
        {"until_ms", terms.days.until.ms},
        {"review_ms", terms.days.review.ms},
        {"signed_here", is_open && terms.open->is_signed_here},
        {"signed_there", is_open && terms.open->is_signed_there},
        {"hides",
         JsonObject{
             {"ours", left_out(link.ours, terms.ours)},
             {"theirs", left_out(link.theirs, terms.theirs)}}}};
}

Problem not_renewed(const LinkStatus& link, const Error& error) {
    const std::string named = "`staffroom link show " + to_base32(link.id).substr(0, 8) + "`";
    if (error.code == Errc::already_exists && link.ended)
        return {
            409,
            "link.ended",
            "Not open",
            "The link with \"" + link.name + "\" has ended; a link that has ended is not renewed.",
            "agree on a new one: `staffroom link invite` makes a code.",
            ExitCode::refused};
    if (error.code == Errc::already_exists)
        return {
            409,
            "link.accepted",
            "Not open",
            "This network has signed these terms already.",
            "wait for the other network; " + named + " says how they stand.",
            ExitCode::refused};
    if (error.code == Errc::not_found)
        return {
            409,
            "link.terms-changed",
            "Other terms now",
            "Other terms of the link with \"" + link.name +
                "\" are in force than those that were shown. Nothing has been signed.",
            "read it again: `staffroom link renew` with --dry-run shows what is now and what would "
            "be.",
            ExitCode::refused};
    if (error.code == Errc::too_large)
        return {
            413,
            "limit.too-many",
            "Too many terms",
            std::to_string(limits::renewals_open_max) +
                " terms that this school has signed wait for the other network.",
            "ask a coordinator there to sign one, or another coordinator of this network to make "
            "the next; " +
                named + " lists them.",
            ExitCode::refused};
    return {
        403,
        "rule.refused",
        "Refused by a rule",
        "This network has signed other terms that are as new or newer; it signs nothing older.",
        "sign those again as your own: `staffroom link renew` with the same kinds and days, which "
        "makes newer ones.",
        ExitCode::refused};
}

/// Why this school signs nothing for the link; none where it may.
std::optional<Problem>
why_not_sign(const Services& services, const LinkStatus& link, const NewTerms& terms) {
    if (link.ended || (terms.open && terms.open->is_signed_here))
        return not_renewed(link, {Errc::already_exists, ""});
    if (!is_coordinator(services, link.network))
        return not_a_coordinator(services, link.network);
    if (!std::ranges::binary_search(
            link.own.card.card.coordinators, services.core.replica().school()
        ))
        return not_on_the_card(link, "renew");
    if (terms.open && !terms.open->may_be_signed)
        return not_renewed(link, {Errc::not_allowed, ""});
    if (!terms.open && !link.has_room_for_terms())
        return not_renewed(link, {Errc::too_large, ""});
    if (terms.follows && *terms.follows != link.agreement)
        return not_renewed(link, {Errc::not_found, ""});
    return std::nullopt;
}

/// Whether enough of this network have signed these terms now.
bool is_signed_here(const Services& services, const LinkStatus& before, const AgreementId& terms) {
    for (const LinkStatus& link : services.core.replica().network_links()) {
        if (link.id != before.id || link.network != before.network)
            continue;
        for (const LinkRenewalStatus& each : link.renewals)
            if (each.agreement == terms)
                return each.is_signed_here;
    }
    return before.own.card.card.signatures == 1;
}

} // namespace

void renew_link(const Services& services, const Request& request, const Respond& respond) {
    const auto link = link_of(services, request, respond);
    if (!link)
        return;
    const auto terms = new_terms(services, request, *link);
    if (!terms && terms.error().code == Errc::not_found)
        return respond(to_response(unknown_link(terms.error()), request.id));
    if (!terms)
        return refuse(request, respond, terms.error());
    if (const auto why = why_not_sign(services, *link, *terms))
        return respond(to_response(*why, request.id));
    JsonObject shown = renewed_json(services, *link, *terms);
    if (is_dry_run(request.body)) {
        shown["dry_run"] = true;
        return respond(ok(shown));
    }
    const auto on_reply = [&services, shown, link = *link, request, respond](
                              const Result<replica::LinkRenewing>& reply
                          ) {
        if (!reply &&
            (reply.error().code == Errc::already_exists || reply.error().code == Errc::not_found ||
             reply.error().code == Errc::not_allowed || reply.error().code == Errc::too_large))
            return respond(to_response(not_renewed(link, reply.error()), request.id));
        if (!reply)
            return refuse(request, respond, reply.error());
        JsonObject out = shown;
        out["signed_here"] = is_signed_here(services, link, reply->agreement);
        out["agreement"] = to_base32(reply->agreement);
        respond(ok(out));
    };
    if (terms->open)
        services.core.ask(
            replica::SignRenewal{link->network, link->id, terms->open->agreement}, on_reply
        );
    else
        services.core.ask(
            replica::RenewLink{
                link->network,
                link->id,
                *terms->follows,
                terms->ours,
                terms->theirs,
                terms->days.until,
                terms->days.review},
            on_reply
        );
}

} // namespace staffroom::http::api
