#include "node/http/api/membership_answers.hpp"

#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http::api {
namespace {

using replica::ChangeRefusal;
using replica::Standing;

std::string name_of(const Services& services, const SchoolId& school) {
    if (school == services.core.replica().school())
        return services.config.name;
    return services.core.replica().school_name(school);
}

/// Returns a school's name for a sentence.
std::string called(const Services& services, const std::optional<SchoolId>& school) {
    if (school && *school == services.core.replica().school())
        return "This school";
    const std::string name = school ? name_of(services, *school) : std::string();
    return name.empty() ? "A school without a name yet" : name;
}

std::string coordinators_of(const Services& services, const replica::NetworkStatus& network) {
    std::string names;
    for (const replica::MemberStatus& member : network.members)
        if (member.coordinator && !member.name.empty())
            names += (names.empty() ? "" : ", ") + name_of(services, member.school);
    return names;
}

JsonArray ids_json(const std::vector<RevisionId>& ids) {
    JsonArray out;
    for (const RevisionId& id : ids)
        out.push_back(Json(to_base32(id)));
    return out;
}

JsonArray schools_json(const Services& services, const std::vector<SchoolId>& schools) {
    JsonArray out;
    for (const SchoolId& school : schools)
        out.push_back(school_name_json(services, school));
    return out;
}

struct ActName {
    std::string_view operator()(const network::SetRole&) const { return "role"; }
    std::string_view operator()(const network::Suspend&) const { return "suspend"; }
    std::string_view operator()(const network::Remove&) const { return "remove"; }
    template <class Other> std::string_view operator()(const Other&) const { return "other"; }
};

Problem refused(std::string code, std::string sentence, std::string next, int status = 403) {
    return {
        status,
        std::move(code),
        "Refused by a rule",
        std::move(sentence),
        std::move(next),
        ExitCode::refused};
}

/// Returns what to do where one has to coordinate.
std::string ask_coordinators(const Services& services, const replica::NetworkStatus& network) {
    const std::string names = coordinators_of(services, network);
    return "ask a coordinator to do it" +
           (names.empty() ? std::string("; `staffroom network members NET` names who is one.")
                          : ": " + names + ".");
}

Problem already_so(const Services& services, const replica::MembershipEffect& effect) {
    std::string how(standing_name(effect.before));
    if (effect.before == Standing::member && effect.role_before)
        how = network::role_name(*effect.role_before);
    return refused(
        "membership.already",
        called(services, effect.school) + " is " + how + " already; nothing has been changed.",
        "see `staffroom network members NET` for how every school stands.",
        409
    );
}

Problem already(std::string sentence) {
    return refused(
        "membership.already",
        std::move(sentence),
        "see `staffroom network proposals NET` for who has signed.",
        409
    );
}

Problem not_held(const Services& services, const replica::MembershipEffect& effect) {
    return refused(
        "membership.not-held",
        "This proposal lets more records of " + called(services, effect.school) +
            " count than this node holds. Whoever signs it agrees to what cannot be seen here.",
        "let `staffroom sync` fetch what is still to come and try again; if it stays so, a "
        "coordinator proposes it anew with `staffroom network remove NET SCHOOL`.",
        409
    );
}

Problem last_coordinator(const Services& services, const replica::MembershipEffect& effect) {
    const bool is_own = effect.school == services.core.replica().school();
    return refused(
        "membership.last-coordinator",
        called(services, effect.school) +
            " is the only coordinator: without one nobody could invite, and nobody could be given "
            "a role.",
        is_own ? "name another first: `staffroom network role NET SCHOOL coordinator --dry-run` "
                 "shows what that changes, and `staffroom network members NET` lists the schools."
               : "ask " + name_of(services, *effect.school) +
                     " to name another first; `staffroom network members NET` lists the schools.",
        409
    );
}

Problem not_named(ChangeRefusal why, const std::string& see) {
    if (why == ChangeRefusal::own_successor)
        return refused(
            "membership.own-school",
            "A school is gone when its successor orders for it, so it names another one.",
            see
        );
    return refused(
        "membership.already",
        "This school has said the same before; nothing has been changed.",
        see,
        409
    );
}

} // namespace

std::string_view standing_name(Standing standing) {
    switch (standing) {
    case Standing::none: break;
    case Standing::member: return "member";
    case Standing::suspended: return "suspended";
    case Standing::removed: return "removed";
    case Standing::left: return "left";
    case Standing::disputed: return "disputed";
    }
    return "none";
}

JsonObject school_name_json(const Services& services, const SchoolId& school) {
    return {{"id", to_base32(school)}, {"name", name_of(services, school)}};
}

JsonObject standing_json(
    const Services& services, const NetworkId& of, const replica::SchoolStanding& school
) {
    JsonObject out = school_name_json(services, school.school);
    out["state"] = standing_name(school.standing);
    if (school.role)
        out["role"] = network::role_name(*school.role);
    if (school.since)
        out["since_ms"] = school.since->ms;
    if (school.until)
        out["until_ms"] = school.until->ms;
    if (school.admitted_by)
        out["admitted_by"] = school_name_json(services, *school.admitted_by);
    if (school.last_heard)
        out["last_heard_ms"] = school.last_heard->ms;
    if (school.successor)
        out["successor"] = school_name_json(services, *school.successor);
    if (school.is_successor_at_odds)
        out["successor_at_odds"] = true;
    using network::OrderRight;
    const OrderRight right = services.core.replica().order_right(of, school.school);
    if (right != OrderRight::none)
        out["may_erase"] = right == OrderRight::alone ? "alone" : "with-another";
    out["operations"] = ids_json(school.operations);
    return out;
}

JsonObject proposal_json(const Services& services, const replica::ProposalStatus& proposal) {
    JsonObject out{
        {"id", to_base32(proposal.id)},
        {"act", std::visit(ActName{}, proposal.act)},
        {"school", school_name_json(services, proposal.school)},
        {"made_by", school_name_json(services, proposal.author)},
        {"signed_by", schools_json(services, proposal.signatories)},
        {"is_signed_here", proposal.is_signed_here}};
    if (const auto* role = std::get_if<network::SetRole>(&proposal.act))
        out["role"] = network::role_name(role->role);
    if (const auto* removal = std::get_if<network::Remove>(&proposal.act))
        out["reason"] = network::reason_name(removal->reason);
    if (const auto* suspension = std::get_if<network::Suspend>(&proposal.act))
        out["reason"] = network::reason_name(suspension->reason);
    return out;
}

JsonObject fork_json(const Services& services, const replica::ForkStatus& fork) {
    const bool is_own = fork.school == services.core.replica().school();
    JsonArray sizes;
    for (const LogSize& size : fork.sizes)
        sizes.push_back(Json(size.value));
    return {
        {"log", to_base32(fork.log)},
        {"school", school_name_json(services, fork.school)},
        {"channel", fork.channel == log::Channel::records ? "records" : "governance"},
        {"position", fork.position.value},
        {"sizes", std::move(sizes)},
        {"held", fork.held.value},
        {"evidence", to_base32(fork.evidence)},
        {"next",
         is_own ? "Nothing is lost: this node has written it again in a new log. Keep one machine "
                  "with this school's data folder and stop every other."
                : "Ask that school whether a copy of its server runs; it keeps one machine and "
                  "stops every other. If its server was stolen, it changes its key."}};
}

JsonObject effect_json(
    const Services& services,
    const replica::NetworkStatus& network,
    const replica::MembershipEffect& effect
) {
    const auto stands = [](Standing standing, const std::optional<network::Role>& role) {
        JsonObject out{{"state", standing_name(standing)}};
        if (role)
            out["role"] = network::role_name(*role);
        return out;
    };
    JsonObject out{
        {"network", JsonObject{{"id", to_base32(network.network)}, {"name", network.name}}},
        {"before", stands(effect.before, effect.role_before)},
        {"after", stands(effect.after, effect.role_after)},
        {"is_proposal", effect.is_proposal},
        {"is_unshared", effect.is_unshared},
        {"records_kept", effect.records_kept},
        {"records_aside", effect.records_aside},
        {"invitations_ended", effect.invitations_ended},
        {"others_out", schools_json(services, effect.others_out)}};
    if (effect.school)
        out["school"] = school_name_json(services, *effect.school);
    return out;
}

Problem membership_problem(
    const Services& services,
    const replica::NetworkStatus& network,
    const replica::MembershipEffect& effect
) {
    const std::string see = "see `staffroom network members NET` for how every school stands.";
    switch (effect.refusal.value_or(ChangeRefusal::not_in)) {
    case ChangeRefusal::not_a_coordinator:
        return refused(
            "rule.refused",
            "Only a coordinator of \"" + network.name + "\" may do this, and this school is none.",
            ask_coordinators(services, network)
        );
    case ChangeRefusal::not_acting:
        return refused(
            "rule.refused",
            "This school observes \"" + network.name + "\": it reads, and has no vote.",
            ask_coordinators(services, network)
        );
    case ChangeRefusal::unknown_school:
        return refused(
            "membership.unknown-school",
            "This school has never been admitted to \"" + network.name + "\".",
            "invite it with `staffroom network invite NET`.",
            404
        );
    case ChangeRefusal::own_school:
        return refused(
            "membership.own-school",
            "A school does not remove, suspend or resume itself.",
            "leave with `staffroom network leave NET --dry-run`, which first says what that means."
        );
    case ChangeRefusal::own_successor:
    case ChangeRefusal::already_named: return not_named(*effect.refusal, see);
    case ChangeRefusal::last_coordinator: return last_coordinator(services, effect);
    case ChangeRefusal::already_so: return already_so(services, effect);
    case ChangeRefusal::unknown_proposal:
        return refused(
            "membership.unknown-proposal",
            "Nothing of this id waits for signatures: it has come into force, or is no longer "
            "needed.",
            "see `staffroom network proposals NET` for what waits.",
            404
        );
    case ChangeRefusal::already_signed:
        return already("This school has signed this proposal already; others have to.");
    case ChangeRefusal::pins_not_here: return not_held(services, effect);
    case ChangeRefusal::unknown_admission:
        return refused(
            "membership.unknown-admission", "No admission of this id is in doubt.", see, 404
        );
    case ChangeRefusal::not_in: break;
    }
    return refused(
        "membership.not-in",
        called(services, effect.school) + " is no member of \"" + network.name + "\"" +
            (effect.before == Standing::none
                 ? "."
                 : ": " + std::string(standing_name(effect.before)) + "."),
        see,
        409
    );
}

Problem former_problem(const replica::FormerNetwork& former) {
    const std::string how = former.standing == Standing::left
                                ? "has left"
                                : "was " + std::string(standing_name(former.standing)) + " from";
    const std::string why =
        former.reason ? " (" + std::string(network::reason_name(*former.reason)) + ")" : "";
    return refused(
        "network.not-a-member",
        "This school " + how + " \"" + former.name + "\"" + why +
            ". What it had stays here; what it writes reaches nobody there.",
        former.standing == Standing::suspended
            ? "ask a coordinator to resume it; then it goes on as before."
            : "to come back, ask a coordinator for a new code and run `staffroom network join "
              "ADDRESS`.",
        404
    );
}

std::optional<replica::NetworkStatus>
network_of(const Services& services, const Request& request, const Respond& respond) {
    const replica::Replica& replica = services.core.replica();
    const std::string& typed = request.path_values.at("network");
    const auto networks = replica.networks();
    const auto id = services::resolve_network(networks, typed);
    if (id)
        return *std::ranges::find(networks, *id, &replica::NetworkStatus::network);
    for (const replica::FormerNetwork& former : replica.former_networks()) {
        const bool is_meant =
            former.name == typed ||
            (services::is_id_prefix(typed) && to_base32(former.network).starts_with(typed));
        if (is_meant) {
            respond(to_response(former_problem(former), request.id));
            return std::nullopt;
        }
    }
    respond(to_response(problem_from_id(id.error()), request.id));
    return std::nullopt;
}

} // namespace staffroom::http::api
