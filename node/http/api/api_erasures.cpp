// The handlers of erasure: ordering it, who has carried it out, the receipts; and what this school
// takes off its own disk alone. No title is in an answer about an order: it is gone.
#include "node/http/answers/json.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/api/api.hpp"
#include "node/http/api/erasure_answers.hpp"
#include "node/http/records/record_json.hpp"
#include "node/services/crossing/named_links.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

using network::ErasureKind;
using network::ErasureReason;
using replica::ErasureStatus;
using services::ErasurePlan;

JsonObject named_network_json(const Services& services, const NetworkId& id) {
    JsonObject out{{"id", to_base32(id)}, {"name", ""}};
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        if (network.network == id)
            out["name"] = network.name;
    return out;
}

std::size_t erased_count(const ErasureStatus& order) {
    return static_cast<std::size_t>(std::ranges::count_if(
        order.schools, [](const replica::ErasureSchool& school) { return school.state == "erased"; }
    ));
}

JsonObject order_json(const Services& services, const ErasureStatus& order) {
    const network::ErasureOrder& what = order.placed.order;
    const std::size_t erased = erased_count(order);
    return {
        {"id", to_base32(order.placed.id)},
        {"network", named_network_json(services, order.network)},
        {"ordered_by", school_json(services, order.placed.author)},
        {"school", school_json(services, what.school)},
        {"kind", erasure_kind_text(what.kind)},
        {"reason", reason_text(what.reason)},
        {"entries", what.entries.size()},
        {"first_entry", to_base32(what.entries.front())},
        {"ordered_ms", order.placed.written.ms},
        {"erased", erased},
        {"of", order.schools.size()},
        {"open", erased < order.schools.size()}};
}

/// Tells whether the order names an entry whose id begins so.
bool names_entry(const ErasureStatus& order, const std::string& typed) {
    return std::ranges::any_of(order.placed.order.entries, [&](const RevisionId& entry) {
        return to_base32(entry).starts_with(typed);
    });
}

/// Finds an order by its id, or by an entry that it names, or the beginning of one of these.
/// Errors: not_found, invalid_input (ambiguous).
Result<ErasureStatus> find_order(const Services& services, const std::string& typed) {
    std::vector<std::string> candidates;
    std::optional<ErasureStatus> found;
    if (services::is_id_prefix(typed)) {
        for (ErasureStatus& each : services.core.replica().erasures()) {
            if (!to_base32(each.placed.id).starts_with(typed) && !names_entry(each, typed))
                continue;
            candidates.push_back(to_base32(each.placed.id));
            found = std::move(each);
        }
    }
    if (candidates.size() > 1)
        return fail(services::ambiguous(typed, candidates));
    if (!found)
        return fail(Errc::not_found, "No order to erase has the id " + typed + ", or names it.");
    return std::move(*found);
}

Problem unknown_order(const Error& error) {
    return {
        error.code == Errc::not_found ? 404 : 422,
        error.code == Errc::not_found ? "erasure.unknown" : "erasure.ambiguous",
        "Unknown order",
        error.detail,
        "run `staffroom erasure list` for the ids.",
        ExitCode::failed};
}

/// What keeps this record from being erased; nothing: it may be.
std::optional<Problem> why_not_erase(const Services& services, const ErasurePlan& plan) {
    const std::string id = to_base32(plan.record.document);
    if (plan.orders.empty() && !plan.of_others.empty())
        return refused_erasure(
            "erasure.not-yours",
            "Only " + school_name(services, plan.record.school) +
                " can order this; once it is gone, the school that it has named, or two "
                "coordinators.",
            "ask them, or look with `staffroom refuse " + id +
                " --dry-run` at holding it here no longer."
        );
    if (plan.orders.empty())
        return refused_erasure(
            "erasure.draft",
            "This record has not left the school, so nobody else has it.",
            "look with `staffroom draft delete " + id + " --dry-run`, then delete it."
        );
    return std::nullopt;
}

/// The other networks to which these revisions may have crossed, and whether they stay there: no
/// order of another school than the one that wrote them crosses [E9]. They tell nobody their
/// schools.
JsonArray linked_json(const Services& services, const ErasurePlan& plan) {
    const bool stays = plan.school != services.core.replica().school();
    const auto known = services.core.replica().network_links();
    std::map<SharingId, std::string> names;
    for (const log::EntryHeader& header : plan.linked)
        for (const replica::LinkStatus& link : services::links_named(header, known))
            names.emplace(link.id, link.name);
    JsonArray linked;
    for (const auto& [id, name] : names)
        linked.push_back(JsonObject{{"id", to_base32(id)}, {"name", name}, {"stays", stays}});
    return linked;
}

JsonObject plan_json(const Services& services, const ErasurePlan& plan) {
    std::size_t entries = 0;
    for (const auto& [space, revisions] : plan.orders)
        entries += revisions.size();
    return {
        {"record", to_base32(plan.record.document)},
        {"entries", entries},
        {"own_texts", plan.local.size()},
        {"of_others", plan.of_others.size()},
        {"networks", networks_json(services, plan.orders, plan.school)},
        {"linked", linked_json(services, plan)},
        {"cited_by", rows_json(services, plan.cited_by)},
        {"drafts", rows_json(services, plan.drafts)}};
}

Result<ErasureWish> read_wish(const std::string& text) {
    const auto object = parse_object(text);
    if (!object)
        return fail(object.error());
    Members members(*object);
    ErasureWish wish;
    wish.record = members.text("record");
    wish.school = members.text("school");
    if (const auto after = members.whole("after", -1); after >= 0)
        wish.after = static_cast<std::uint64_t>(after);
    const std::string reason = members.text("reason");
    if (members.flag("files_only", false))
        wish.kind = ErasureKind::files_only;
    wish.is_dry_run = is_dry_run(*object);
    if (auto read = members.outcome(); !read)
        return fail(read.error());
    const auto known =
        std::ranges::find(erasure_reason_words, std::string_view(reason), [](auto& each) {
            return each.second;
        });
    if (known == erasure_reason_words.end())
        return fail(
            Errc::invalid_input,
            "\"reason\" has to be asked, pupil, mistake, rights, flood or retention."
        );
    if (wish.record.empty() == wish.school.empty())
        return fail(
            Errc::invalid_input,
            "Either \"record\" has to be the id of a record, or \"school\" one."
        );
    if (!wish.school.empty() && !wish.after)
        return fail(Errc::invalid_input, "\"after\" has to say behind which place of its logs.");
    wish.reason = known->first;
    return wish;
}

/// The orders of one wish, one network after the other, then what stands here alone.
struct Ordering {
    const Services& services;
    Request request;
    Respond respond;
    ErasureWish wish;
    ErasurePlan plan;
    JsonObject answer;
    JsonArray orders{};
};

void finish_ordering(const std::shared_ptr<Ordering>& job) {
    job->answer["orders"] = std::move(job->orders);
    job->respond(ok(job->answer));
}

void order_next(const std::shared_ptr<Ordering>& job) {
    const auto failed = [job](const Error& error) { refuse(job->request, job->respond, error); };
    if (job->plan.orders.empty()) {
        // The texts from which it was made say the same; the files of these are its files.
        if (job->plan.local.empty() || job->wish.kind == ErasureKind::files_only)
            return finish_ordering(job);
        job->services.core.ask(
            replica::WithholdEntries{job->plan.local, replica::BodyState::erased},
            [job, failed](const Result<replica::EntriesWithheld>& done) {
                if (!done)
                    return failed(done.error());
                finish_ordering(job);
            }
        );
        return;
    }
    auto next = job->plan.orders.extract(job->plan.orders.begin());
    job->services.core.ask(
        replica::OrderErasure{
            NetworkId(next.key().raw()),
            {job->plan.school, std::move(next.mapped()), job->wish.kind, job->wish.reason}},
        [job, failed](const Result<replica::ErasureOrdered>& ordered) {
            if (!ordered)
                return failed(ordered.error());
            for (const RevisionId& order : ordered->orders)
                job->orders.push_back(Json(to_base32(order)));
            order_next(job);
        }
    );
}

void order_planned(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const ErasureWish& wish,
    ErasurePlan plan
) {
    services::order_for_gone(plan, [&](const SpaceId& space, const SchoolId& school) {
        return services.core.replica().order_right(NetworkId(space.raw()), school) !=
               network::OrderRight::none;
    });
    if (const auto problem = why_not_erase(services, plan))
        return respond(to_response(*problem, request.id));
    const auto former =
        services::leave_out_former(plan.orders, services.core.replica().former_networks());
    if (plan.orders.empty() && !former.empty())
        return respond(to_response(left_behind(services, former.front()), request.id));
    services::leave_out_ordered(plan.orders, services.core.replica().erasures(), wish.kind);
    const bool is_all_gone = plan.local.empty() || wish.kind == ErasureKind::files_only;
    if (plan.orders.empty() && is_all_gone)
        return respond(to_response(
            refused_erasure(
                "erasure.ordered",
                "It has been ordered to go already.",
                "run `staffroom erasure status " + to_base32(plan.record.document) +
                    "` to see who has carried it out."
            ),
            request.id
        ));
    JsonObject answer = plan_json(services, plan);
    answer["left"] = left_json(services, former);
    answer["kind"] = erasure_kind_text(wish.kind);
    answer["reason"] = reason_text(wish.reason);
    if (wish.is_dry_run) {
        answer["dry_run"] = true;
        answer["orders"] = JsonArray();
        return respond(ok(answer));
    }
    order_next(std::make_shared<Ordering>(Ordering{
        services, request, respond, wish, std::move(plan), std::move(answer)}));
}

} // namespace

void list_erasures(const Services& services, const Request& request, const Respond& respond) {
    const bool only_open = query_text(request, "open") == "true";
    const std::string entry = query_text(request, "entry");
    if (!entry.empty() && !services::is_id_prefix(entry))
        return refuse(
            request,
            respond,
            {Errc::invalid_input, "\"entry\" has to be an id, or its first 8 characters or more."}
        );
    JsonArray out;
    for (const ErasureStatus& order : services.core.replica().erasures()) {
        const bool is_wanted = (!only_open || erased_count(order) < order.schools.size()) &&
                               (entry.empty() || names_entry(order, entry));
        if (is_wanted)
            out.push_back(order_json(services, order));
    }
    respond(ok(JsonObject{{"erasures", std::move(out)}}));
}

void order_erasure(const Services& services, const Request& request, const Respond& respond) {
    const auto wish = read_wish(request.body);
    if (!wish)
        return refuse(request, respond, wish.error());
    if (!wish->school.empty())
        return order_bulk_erasure(services, request, respond, *wish);
    read_plan(
        services,
        request,
        wish->record,
        OlderTexts::of_all,
        [&services, request, respond, wish = *wish](const Result<ErasurePlan>& plan) {
            if (!plan)
                return respond(to_response(problem_from_id(plan.error()), request.id));
            order_planned(services, request, respond, wish, *plan);
        }
    );
}

namespace {

std::string_view abroad_state(const replica::ErasureAbroad& there) {
    if (there.stays)
        return "stays";
    return there.schools > 0 && there.erased == there.schools ? "erased" : "waiting";
}

} // namespace

void show_erasure(const Services& services, const Request& request, const Respond& respond) {
    const auto order = find_order(services, request.path_values.at("id"));
    if (!order)
        return respond(to_response(unknown_order(order.error()), request.id));
    JsonObject out = order_json(services, *order);
    JsonArray schools;
    for (const replica::ErasureSchool& school : order->schools) {
        JsonObject row = school_json(services, school.school);
        row["state"] = school.state;
        row["since_ms"] = school.since ? Json(school.since->ms) : Json(nullptr);
        if (school.waits_for_a_server) {
            row["waits_for"] = "server";
            row["is_own"] = school.school == services.core.replica().school();
        }
        schools.push_back(std::move(row));
    }
    out["schools"] = std::move(schools);
    JsonArray networks;
    for (const replica::ErasureAbroad& there : order->abroad)
        networks.push_back(JsonObject{
            {"id", to_base32(there.network)},
            {"name", there.name},
            {"state", abroad_state(there)},
            {"erased", there.erased},
            {"of", there.schools},
            {"since_ms", there.since ? Json(there.since->ms) : Json(nullptr)},
            {"by_way_of", there.by_way_of.empty() ? Json(nullptr) : Json(there.by_way_of)}});
    out["other_networks"] = std::move(networks);
    respond(ok(out));
}

void show_receipts(const Services& services, const Request& request, const Respond& respond) {
    const auto order = find_order(services, request.path_values.at("id"));
    if (!order)
        return respond(to_response(unknown_order(order.error()), request.id));
    JsonObject out = order_json(services, *order);
    out["log"] = to_base32(order->placed.log);
    out["position"] = order->placed.position.value;
    JsonArray receipts;
    for (const replica::ErasureEvidence& each : services.core.replica().receipts(*order))
        receipts.push_back(JsonObject{
            {"chain", to_base32(each.chain)}, {"notice", to_base32(each.notice)}});
    out["receipts"] = std::move(receipts);
    respond(ok(out));
}

} // namespace staffroom::http::api
