// The handlers of codes for other networks: made with the terms that they offer, accepted at the
// other network, ended before anybody has used one. Never a code itself after the answer that made
// it: no machine keeps it.
#include "node/http/agreements/agreement_json.hpp"
#include "node/http/agreements/agreement_terms.hpp"
#include "node/http/agreements/agreements_api.hpp"
#include "node/http/api/api.hpp"
#include "node/http/api/where_to_call.hpp"
#include "node/http/records/record_json.hpp"
#include "node/services/crossing/link_finder.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/network/invitation.hpp"

#include <memory>

namespace staffroom::http::api {
namespace {

struct InviteWish {
    agreement::Terms ours;
    agreement::Terms theirs;
    services::LinkDays days;
    std::int64_t hours;
};

/// Errors: invalid_input, unknown_value.
Result<InviteWish> invite_wish(const Services& services, const Request& request) {
    const auto object = parse_object(request.body.empty() ? "{}" : request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    auto our_terms = read_terms(services, members, "", {});
    auto their_terms = read_terms(services, members, "their_", {});
    const std::string until = members.text("until");
    const std::string review = members.text("review");
    const std::int64_t hours = members.whole("hours", invitation_hours);
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (hours < 1 || hours > invitation_hours_max)
        return fail(Errc::invalid_input, "\"hours\" has to be 1 to 8784.");
    const auto days = services::link_days(services.core.wall(), until, review);
    if (!our_terms)
        return fail(our_terms.error());
    if (!their_terms)
        return fail(their_terms.error());
    if (!days)
        return fail(days.error());
    return InviteWish{std::move(*our_terms), std::move(*their_terms), *days, hours};
}

JsonObject offered_json(const Services& services, const InviteWish& wish) {
    return {
        {"ours", terms_json(services, wish.ours)},
        {"theirs", terms_json(services, wish.theirs)},
        {"until_ms", wish.days.until.ms},
        {"review_ms", wish.days.review.ms}};
}

Problem too_many_link_codes() {
    return {
        413,
        "limit.too-many",
        "Too many codes",
        "The network has as many unused codes for other networks as there may be at a time.",
        "give one of them to the other network, or end one: `staffroom link list` shows them.",
        ExitCode::refused};
}

/// A stretched code, passed from the pool thread that stretches it to the network thread.
struct StretchedCode {
    std::optional<Result<network::InvitationKeys>> keys{};
};

/// What went wrong between the two nodes, said of a link: the same failures of a join speak of a
/// school that invited.
Problem acceptance_problem(const Error& error) {
    Problem problem = problem_from(error);
    constexpr const char* new_code =
        "ask a coordinator of the other network for a new code: `staffroom link invite` makes one.";
    switch (error.code) {
    case Errc::invitation_spent:
        problem.code = "link.code-spent";
        problem.sentence = "This code has been accepted already; each makes one link.";
        problem.next = new_code;
        break;
    case Errc::invitation_ended:
        problem.code = "link.code-ended";
        problem.sentence = "This code has ended: its time is over, or a coordinator has ended it.";
        problem.next = new_code;
        break;
    case Errc::timed_out:
    case Errc::closed:
        problem.code = "link.code-unknown";
        problem.sentence = "What answers at the address knows no such code for a link, or is no "
                           "coordinator's node.";
        problem.next = "check address and code with the coordinator of the other network, then try "
                       "again.";
        break;
    case Errc::not_allowed:
        problem.code = error.detail.empty() ? "link.code-kind" : "link.own-network";
        if (error.detail.empty())
            problem.sentence = "This code makes no link; it may be one that admits a school.";
        problem.next = "ask a coordinator of another network for a code; a link joins two.";
        break;
    case Errc::invalid_input:
        problem.code = "link.offer-changed";
        problem.next = "run the command again and read what is offered now.";
        break;
    default: break;
    }
    return problem;
}

struct AcceptWish {
    std::string code;
    std::string address;
    std::string network;
    std::optional<AgreementId> as_shown{};
};

/// Errors: invalid_input.
Result<AcceptWish> accept_wish(const Request& request) {
    const auto object = parse_object(request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    AcceptWish wish{members.text("code"), members.text("address"), members.text("network")};
    const std::string shown = members.text("agreement");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (!shown.empty()) {
        const auto id = id_from_base32<AgreementId>(shown);
        if (id)
            wish.as_shown = *id;
        else
            return fail(Errc::invalid_input, "\"agreement\" has to be an id.");
    }
    return wish;
}

/// Answers with what was only asked for, and what of this network would have crossed.
void show_offer(
    const Services& services,
    const replica::LinkAgreement& offered,
    const Request& request,
    const Respond& respond
) {
    JsonObject shown = agreement_json(services, offered);
    shown["dry_run"] = true;
    const services::PreviewAsk ask{
        log::space_of(offered.network), offered.ours, std::nullopt, services.core.wall()};
    read_library<services::LinkPreview>(
        services,
        request.caller,
        [ask](const services::LibraryView& library) {
            return Result<services::LinkPreview>(services::preview_of(library, ask));
        },
        [&services, shown, request, respond](const Result<services::LinkPreview>& preview) {
            if (!preview)
                return refuse(request, respond, preview.error());
            JsonObject out = shown;
            out["preview"] = preview_json(services, *preview);
            respond(ok(out));
        }
    );
}

} // namespace

void invite_link(const Services& services, const Request& request, const Respond& respond) {
    const auto network = services::resolve_network(
        services.core.replica().networks(), request.path_values.at("network")
    );
    if (!network)
        return respond(to_response(problem_from_id(network.error()), request.id));
    const auto wish = invite_wish(services, request);
    if (!wish)
        return refuse(request, respond, wish.error());
    if (!is_coordinator(services, *network))
        return respond(to_response(not_a_coordinator(services, *network), request.id));
    JsonObject answer = offered_json(services, *wish);
    answer["network"] = network_name_json(services, *network);
    if (is_dry_run(request.body)) {
        answer["dry_run"] = true;
        answer["hours"] = wish->hours;
        return respond(ok(answer));
    }
    const WallTime ends{
        services.core.wall().ms + static_cast<std::uint64_t>(wish->hours) * 3'600'000};
    const auto code = std::make_shared<const network::InvitationCode>(
        network::InvitationCode::make(services.core.random())
    );
    answer["code"] = code->text();
    answer["address"] = own_address(services);
    answer["ends_ms"] = ends.ms;
    const auto on_reply = [answer, request, respond](const Result<replica::LinkInvited>& reply) {
        if (!reply && reply.error().code == Errc::too_large)
            return respond(to_response(too_many_link_codes(), request.id));
        if (!reply)
            return refuse(request, respond, reply.error());
        JsonObject made = answer;
        made["id"] = to_base32(reply->operation);
        respond(ok(made, 201));
    };
    const auto stretched = std::make_shared<StretchedCode>();
    services.core.run_blocking(
        [code, stretched] { stretched->keys = network::derive_keys(*code); },
        [&services, network = *network, stretched, ends, wish = *wish, on_reply, request, respond] {
            if (!*stretched->keys)
                return refuse(request, respond, stretched->keys->error());
            network::InvitationKeys& keys = **stretched->keys;
            replica::InviteLink invite{
                network,
                std::move(keys.psk),
                std::move(keys.admit_key),
                ends,
                wish.ours,
                wish.theirs,
                wish.days.until,
                wish.days.review};
            services.core.ask(std::move(invite), on_reply);
        }
    );
}

void accept_link(const Services& services, const Request& request, const Respond& respond) {
    const auto wish = accept_wish(request);
    if (!wish)
        return refuse(request, respond, wish.error());
    const auto network =
        services::resolve_network(services.core.replica().networks(), wish->network);
    if (!network)
        return respond(to_response(problem_from_id(network.error()), request.id));
    auto parsed = network::InvitationCode::parse(wish->code);
    if (!parsed)
        return refuse(request, respond, parsed.error());
    if (!node::is_host_port(wish->address))
        return refuse(request, respond, not_an_address(wish->address));
    if (!is_coordinator(services, *network))
        return respond(to_response(not_a_coordinator(services, *network), request.id));
    const bool only_ask = is_dry_run(request.body);
    const auto on_reply =
        [&services, only_ask, request, respond](const Result<replica::LinkAgreement>& reply) {
            if (!reply)
                return respond(to_response(acceptance_problem(reply.error()), request.id));
            if (only_ask)
                return show_offer(services, *reply, request, respond);
            respond(ok(agreement_json(services, *reply), 201));
        };
    const auto code = std::make_shared<const network::InvitationCode>(std::move(*parsed));
    const auto stretched = std::make_shared<StretchedCode>();
    services.core.run_blocking(
        [code, stretched] { stretched->keys = network::derive_keys(*code); },
        [&services,
         network = *network,
         stretched,
         wish = *wish,
         only_ask,
         on_reply,
         request,
         respond] {
            if (!*stretched->keys)
                return refuse(request, respond, stretched->keys->error());
            network::InvitationKeys keys = std::move(**stretched->keys);
            replica::AcceptLink accept{
                network,
                std::move(keys.psk),
                std::move(keys.admit_key),
                wish.address,
                only_ask,
                wish.as_shown};
            services.core.ask(std::move(accept), on_reply);
        }
    );
}

void end_link_code(const Services& services, const Request& request, const Respond& respond) {
    const auto found = services::find_by_id(
        services.core.replica().link_codes(),
        request.path_values.at("id"),
        "No code for another network"
    );
    if (!found)
        return respond(to_response(unknown_link(found.error()), request.id));
    if (!is_coordinator(services, found->network))
        return respond(to_response(not_a_coordinator(services, found->network), request.id));
    JsonObject shown = link_code_json(services, *found);
    if (shown["state"] != "open") {
        const bool is_spent = found->is_spent;
        return respond(to_response(
            {409,
             is_spent ? "link.accepted" : "link.ended",
             "Not open",
             is_spent ? "This code has been accepted: it made a link."
                      : "This code has ended already.",
             is_spent ? "run `staffroom link list`; a link is ended with `staffroom link end`."
                      : "run `staffroom link list` for what is open.",
             ExitCode::refused},
            request.id
        ));
    }
    if (is_dry_run(request.body)) {
        shown["dry_run"] = true;
        return respond(ok(shown));
    }
    shown["state"] = "ended";
    services.core.ask(
        replica::EndLinkCode{found->network, found->id},
        [request, respond, shown](const Result<replica::LinkCodeEnding>& reply) {
            if (!reply)
                return refuse(request, respond, reply.error());
            respond(ok(shown));
        }
    );
}

} // namespace staffroom::http::api
