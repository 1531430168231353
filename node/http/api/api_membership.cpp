// The handlers of who belongs to a network and how: schools and roles, closings and what undoes
// them, proposals that wait for signatures. Each change is foretold by the core before it is
// written; a dry run stops there.
#include "node/http/api/api.hpp"
#include "node/http/api/membership_answers.hpp"
#include "node/http/people/person_json.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <functional>

namespace staffroom::http::api {
namespace {

/// Builds an act; called twice, since an act is not copied.
using MakeAct = std::function<network::Act()>;

/// Finds a school by its name or id among those of the network; answers where it is none.
std::optional<SchoolId> school_of(
    const Services& services,
    const replica::NetworkStatus& network,
    const std::string& typed,
    const Request& request,
    const Respond& respond
) {
    std::vector<services::NamedSchool> known;
    for (const replica::SchoolStanding& each : services.core.replica().schools(network.network)) {
        const bool is_own = each.school == services.core.replica().school();
        known.emplace_back(std::pair<const SchoolId, std::string>(
            each.school, is_own ? services.config.name : each.name
        ));
    }
    const auto school = services::resolve_school(known, typed);
    if (school)
        return *school;
    Problem problem = problem_from_id(school.error());
    if (school.error().code == Errc::not_found)
        problem.next = "see `staffroom network members NET` for the schools of the network.";
    respond(to_response(problem, request.id));
    return std::nullopt;
}

/// The same for the school that the address names.
std::optional<SchoolId> school_of(
    const Services& services,
    const replica::NetworkStatus& network,
    const Request& request,
    const Respond& respond
) {
    return school_of(services, network, request.path_values.at("school"), request, respond);
}

/// Reads a reason from a body. Errors: invalid_input, unknown_value.
Result<network::Reason> read_reason(const Request& request, const char* otherwise) {
    const auto object = parse_object(request.body.empty() ? "{}" : request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    std::string word = members.text("reason");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (word.empty())
        word = otherwise;
    const auto reason = network::reason_of_name(word);
    if (reason)
        return *reason;
    std::string words;
    for (const std::string_view each : network::reason_names())
        words += (words.empty() ? "" : ", ") + std::string(each);
    return fail(Errc::unknown_value, "A reason is needed, one of: " + words + ".");
}

/// Foretells an act, and writes it unless this is a dry run.
void change(
    const Services& services,
    const replica::NetworkStatus& network,
    const MakeAct& make,
    const Request& request,
    const Respond& respond
) {
    const auto effect = services.core.replica().effect_of(network.network, make());
    if (effect.refusal)
        return respond(to_response(membership_problem(services, network, effect), request.id));
    JsonObject shown = effect_json(services, network, effect);
    if (is_dry_run(request.body)) {
        shown["dry_run"] = true;
        return respond(ok(shown));
    }
    services.core.ask(
        replica::WriteAct{network.network, make()},
        [shown, request, respond](const Result<replica::ActWritten>& reply) {
            if (!reply)
                return refuse(request, respond, reply.error());
            JsonObject written = shown;
            written["operation"] = to_base32(reply->operation);
            respond(ok(written));
        }
    );
}

/// An act about one school, for a reason.
template <class One>
void change_school(
    const Services& services, const Request& request, const Respond& respond, const char* otherwise
) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return;
    const auto school = school_of(services, *network, request, respond);
    if (!school)
        return;
    const auto reason = read_reason(request, otherwise);
    if (!reason)
        return refuse(request, respond, reason.error());
    change(
        services,
        *network,
        [school = *school, reason = *reason] {
            return network::Act(One{school, reason});
        },
        request,
        respond
    );
}

struct RoleWish {
    network::Role role;
    std::optional<WallTime> until;
};

/// Reads {"role", "until"?}. Errors: invalid_input, unknown_value.
Result<RoleWish> read_role(const Services& services, const Request& request) {
    const auto object = parse_object(request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    const std::string word = members.text("role");
    const std::string day = members.text("until");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    const auto role = network::role_of_name(word);
    if (!role)
        return fail(Errc::unknown_value, "A role is one of: member, coordinator, observer.");
    const auto until = read_until(day);
    if (!until)
        return fail(until.error());
    if (*until && **until <= services.core.wall())
        return fail(Errc::invalid_input, "The last day of a role has to be still to come.");
    return RoleWish{*role, *until};
}

/// A member's role has no end, but for somebody who observes otherwise.
std::optional<Problem> why_no_end(
    const Services& services,
    const replica::NetworkStatus& network,
    const SchoolId& school,
    const RoleWish& wish
) {
    if (!wish.until || wish.role != network::Role::member)
        return std::nullopt;
    for (const replica::SchoolStanding& each : services.core.replica().schools(network.network))
        if (each.school == school && each.role == network::Role::observer)
            return std::nullopt;
    return Problem{
        422,
        "input.invalid",
        "Input cannot be used",
        "Only a school that observes is a member for a time; for others being a member has no end.",
        "give the role without --until; or let it observe for a time, which `staffroom network "
        "role "
        "NET SCHOOL observer --until DATE --dry-run` shows.",
        ExitCode::failed};
}

/// An act that names an operation by its id. Errors: not_found.
template <class One>
void change_by_id(const Services& services, const Request& request, const Respond& respond) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return;
    const replica::Replica& replica = services.core.replica();
    std::vector<RevisionId> known;
    if constexpr (std::is_same_v<One, network::Confirm>) {
        for (const replica::ProposalStatus& each : replica.proposals(network->network))
            known.push_back(each.id);
    } else {
        for (const replica::SchoolStanding& each : replica.schools(network->network))
            if (each.standing == replica::Standing::disputed)
                known.insert(known.end(), each.operations.begin(), each.operations.end());
    }
    const std::string& typed = request.path_values.at("id");
    std::vector<RevisionId> meant;
    for (const RevisionId& each : known)
        if (services::is_id_prefix(typed) && to_base32(each).starts_with(typed))
            meant.push_back(each);
    if (meant.size() > 1) {
        std::vector<std::string> candidates;
        for (const RevisionId& each : meant)
            candidates.push_back(to_base32(each));
        const Problem problem = problem_from_id(services::ambiguous(typed, candidates));
        return respond(to_response(problem, request.id));
    }
    const RevisionId id = meant.empty() ? RevisionId({}) : meant.front();
    change(
        services, *network, [id] { return network::Act(One{id}); }, request, respond
    );
}

} // namespace

void list_schools(const Services& services, const Request& request, const Respond& respond) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return;
    JsonArray schools;
    for (const replica::SchoolStanding& each : services.core.replica().schools(network->network))
        schools.push_back(standing_json(services, network->network, each));
    respond(ok(JsonObject{{"schools", std::move(schools)}}));
}

void list_proposals(const Services& services, const Request& request, const Respond& respond) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return;
    JsonArray proposals;
    for (const replica::ProposalStatus& each : services.core.replica().proposals(network->network))
        proposals.push_back(proposal_json(services, each));
    respond(ok(JsonObject{{"proposals", std::move(proposals)}}));
}

void list_forks(const Services& services, const Request& request, const Respond& respond) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return;
    JsonArray forks;
    for (const replica::ForkStatus& each : services.core.replica().forks(network->network))
        forks.push_back(fork_json(services, each));
    respond(ok(JsonObject{{"forks", std::move(forks)}}));
}

void change_role(const Services& services, const Request& request, const Respond& respond) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return;
    const auto school = school_of(services, *network, request, respond);
    if (!school)
        return;
    const auto wish = read_role(services, request);
    if (!wish)
        return refuse(request, respond, wish.error());
    if (const auto why_not = why_no_end(services, *network, *school, *wish))
        return respond(to_response(*why_not, request.id));
    change(
        services,
        *network,
        [school = *school, wish = *wish] {
            return network::Act(network::SetRole{school, wish.role, wish.until});
        },
        request,
        respond
    );
}

void suspend_school(const Services& services, const Request& request, const Respond& respond) {
    change_school<network::Suspend>(services, request, respond, "");
}

void resume_school(const Services& services, const Request& request, const Respond& respond) {
    change_school<network::Resume>(services, request, respond, "mistake");
}

void remove_school(const Services& services, const Request& request, const Respond& respond) {
    change_school<network::Remove>(services, request, respond, "");
}

void leave_network(const Services& services, const Request& request, const Respond& respond) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return;
    const auto reason = read_reason(request, "own-wish");
    if (!reason)
        return refuse(request, respond, reason.error());
    const auto make = [reason = *reason] { return network::Act(network::Leave{reason}); };
    change(services, *network, make, request, respond);
}

void name_successor(const Services& services, const Request& request, const Respond& respond) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return;
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string typed = members.text("school");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    std::optional<SchoolId> successor;
    if (!typed.empty()) {
        successor = school_of(services, *network, typed, request, respond);
        if (!successor)
            return;
    }
    change(
        services,
        *network,
        [successor] { return network::Act(network::NameSuccessor{successor}); },
        request,
        respond
    );
}

void confirm_proposal(const Services& services, const Request& request, const Respond& respond) {
    change_by_id<network::Confirm>(services, request, respond);
}

void settle_admission(const Services& services, const Request& request, const Respond& respond) {
    change_by_id<network::ConfirmAdmit>(services, request, respond);
}

} // namespace staffroom::http::api
