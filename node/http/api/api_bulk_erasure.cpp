// The handler of an erasure of all that a school has written behind a place: a flood, or a stolen
// server. Many entries wait for a second person and for a day. [E8]
#include "node/http/api/erasure_answers.hpp"
#include "node/services/erasure/bulk_wishes.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

#include <memory>

namespace staffroom::http::api {
namespace {

using services::BulkAnswer;
using services::BulkStanding;
using services::Services;

/// One wish on its way, filled in on the pool.
struct Bulk {
    const Services& services;
    Request request;
    Respond respond;
    ErasureWish wish;
    SchoolId school;
    std::set<SpaceId> networks; // in which this school may order it, or that it has left
    std::vector<replica::FormerNetwork> former;
    std::vector<services::LogExtent> logs;
    std::string person;
    WallTime now;
    std::map<SpaceId, std::vector<RevisionId>> orders{};
    std::size_t entries = 0;
    std::vector<replica::FormerNetwork> left{}; // where it would have been ordered
    Result<BulkAnswer> standing = BulkAnswer{BulkStanding::may_go, WallTime{0}};
    JsonArray ordered{};
};

services::BulkWishes wishes_of(const Services& services) {
    return services::BulkWishes(services.facts.store_folder.parent_path() / "erasures");
}

/// The same text for the same wish.
std::string text_of(const Bulk& bulk) {
    return to_base32(bulk.school) + ":" + std::to_string(*bulk.wish.after) + ":" +
           std::string(reason_text(bulk.wish.reason)) + ":" +
           std::string(erasure_kind_text(bulk.wish.kind));
}

/// What the school has written in each network from that place of each of its logs on, and whether
/// it may go now. On the pool.
void look_and_ask(Bulk& bulk) {
    const storage::Store& store = bulk.services.core.store();
    const SpaceId own = log::school_space(bulk.services.core.replica().school());
    for (const services::LogExtent& log : bulk.logs) {
        const auto descriptor = store.descriptor_of(log.log);
        if (!descriptor || descriptor->school != bulk.school || log.space == own ||
            bulk.networks.count(log.space) == 0 || log.stored.value <= *bulk.wish.after)
            continue;
        auto revisions = services::revisions_after(store, log.log, Position{*bulk.wish.after});
        if (!revisions) {
            bulk.standing = fail(revisions.error());
            return;
        }
        if (revisions->empty())
            continue;
        auto& orders = bulk.orders[log.space];
        orders.insert(orders.end(), revisions->begin(), revisions->end());
    }
    bulk.left = services::leave_out_former(bulk.orders, bulk.former);
    for (const auto& [space, revisions] : bulk.orders)
        bulk.entries += revisions.size();
    if (bulk.entries >= services::bulk_entries_min)
        bulk.standing = wishes_of(bulk.services)
                            .ask(text_of(bulk), bulk.person, bulk.now, bulk.wish.is_dry_run);
}

JsonObject bulk_json(const Bulk& bulk) {
    JsonObject out{
        {"school", school_json(bulk.services, bulk.school)},
        {"after", *bulk.wish.after},
        {"entries", bulk.entries},
        {"kind", erasure_kind_text(bulk.wish.kind)},
        {"reason", reason_text(bulk.wish.reason)},
        {"networks", networks_json(bulk.services, bulk.orders, bulk.school)},
        {"left", left_json(bulk.services, bulk.left)},
        {"orders", bulk.ordered},
        {"waits_for", nullptr},
        {"due_ms", bulk.standing->due.ms}};
    if (bulk.standing->standing == BulkStanding::needs_second)
        out["waits_for"] = "second-person";
    if (bulk.standing->standing == BulkStanding::needs_time)
        out["waits_for"] = "time";
    if (bulk.wish.is_dry_run)
        out["dry_run"] = true;
    return out;
}

void finish_bulk(const std::shared_ptr<Bulk>& bulk) {
    if (bulk->entries < services::bulk_entries_min)
        return bulk->respond(ok(bulk_json(*bulk)));
    const auto forgotten = std::make_shared<Result<void>>();
    bulk->services.core.run_blocking(
        [bulk, forgotten] { *forgotten = wishes_of(bulk->services).forget(text_of(*bulk)); },
        // The orders stand, so a wish that stays on record changes nothing.
        [bulk, forgotten] { bulk->respond(ok(bulk_json(*bulk))); }
    );
}

void order_bulk(const std::shared_ptr<Bulk>& bulk) {
    for (auto& [space, revisions] : bulk->orders) {
        if (revisions.empty())
            continue;
        bulk->services.core.ask(
            replica::OrderErasure{
                NetworkId(space.raw()),
                {bulk->school, std::exchange(revisions, {}), bulk->wish.kind, bulk->wish.reason}},
            [bulk](const Result<replica::ErasureOrdered>& ordered) {
                if (!ordered)
                    return refuse(bulk->request, bulk->respond, ordered.error());
                for (const RevisionId& order : ordered->orders)
                    bulk->ordered.push_back(Json(to_base32(order)));
                order_bulk(bulk);
            }
        );
        return;
    }
    finish_bulk(bulk);
}

void go_on(const std::shared_ptr<Bulk>& bulk) {
    if (!bulk->standing)
        return refuse(bulk->request, bulk->respond, bulk->standing.error());
    if (bulk->entries == 0 && !bulk->left.empty())
        return bulk->respond(
            to_response(left_behind(bulk->services, bulk->left.front()), bulk->request.id)
        );
    if (bulk->entries == 0)
        return bulk->respond(to_response(
            refused_erasure(
                "erasure.nothing",
                "Nothing of this school stands behind that place in a network of this node.",
                "run `staffroom list` for what is here."
            ),
            bulk->request.id
        ));
    const bool may_go = bulk->standing->standing == BulkStanding::may_go;
    if (bulk->wish.is_dry_run || !may_go)
        return bulk->respond(ok(bulk_json(*bulk)));
    order_bulk(bulk);
}

} // namespace

void order_bulk_erasure(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const ErasureWish& wish
) {
    std::map<SchoolId, std::string> names;
    const replica::Replica& replica = services.core.replica();
    for (const replica::NetworkStatus& network : replica.networks())
        for (const replica::SchoolStanding& each : replica.schools(network.network))
            names[each.school] = each.name;
    names.insert_or_assign(replica.school(), services.config.name);
    const std::vector<services::NamedSchool> known(names.begin(), names.end());
    const auto school = services::resolve_school(known, wish.school);
    if (!school)
        return respond(to_response(problem_from_id(school.error()), request.id));
    std::set<SpaceId> networks;
    for (const replica::NetworkStatus& each : replica.networks())
        if (replica.order_right(each.network, *school) != network::OrderRight::none)
            networks.insert(log::space_of(each.network));
    if (networks.empty() && *school != replica.school())
        return respond(to_response(
            refused_erasure(
                "erasure.not-yours",
                "Only " + school_name(services, *school) +
                    " can order this; once it is gone, the school that it has named, or two "
                    "coordinators.",
                "ask them, or run `staffroom refuse ID` for each record to be held here no longer."
            ),
            request.id
        ));
    std::vector<replica::FormerNetwork> former = replica.former_networks();
    for (const replica::FormerNetwork& each : former)
        networks.insert(log::space_of(each.network));
    const accounts::SignedIn* person = request.caller.person();
    const auto bulk = std::make_shared<Bulk>(Bulk{
        services,
        request,
        respond,
        wish,
        *school,
        std::move(networks),
        std::move(former),
        services::known_logs(replica),
        person == nullptr ? "owner" : to_base32(person->id),
        services.core.wall()});
    services.core.run_blocking([bulk] { look_and_ask(*bulk); }, [bulk] { go_on(bulk); });
}

} // namespace staffroom::http::api
