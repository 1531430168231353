#include "node/services/publishing/publishing.hpp"

#include "node/services/crossing/link_finder.hpp"
#include "node/services/publishing/checks/crossing_check.hpp"
#include "node/services/publishing/origin_row.hpp"
#include "node/services/publishing/reimport.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/log/descriptor.hpp"

#include <optional>
#include <set>

namespace staffroom::services {
namespace {

/// One wish on its way.
struct Item {
    Publishing::Wish wish;
    Result<std::optional<SpaceId>> asked; // the network that it names
    std::optional<Prepared> prepared{};
};

std::vector<KnownSchool> known_schools(const replica::Replica& replica) {
    std::vector<KnownSchool> schools;
    for (const replica::NetworkStatus& network : replica.networks())
        for (const replica::MemberStatus& member : network.members)
            schools.push_back({member.school, member.name});
    return schools;
}

/// A link belongs to one network of this school, so who names a link need not name that.
Result<std::optional<SpaceId>>
network_of_links(const RecordRequest& request, const std::vector<replica::LinkStatus>& links) {
    if (request.links.empty() || request.revises)
        return std::optional<SpaceId>();
    const auto link = resolve_link(links, request.links.front());
    if (!link)
        return fail(link.error());
    return std::optional(log::space_of(link->network));
}

/// Why the network of a wish is none: it was named, or a link of it was.
Refusal why_nowhere(const Item& item) {
    const auto* request = std::get_if<RecordRequest>(&item.wish);
    const bool names_link = request != nullptr && request->network.empty();
    return names_link ? unknown_link(item.asked.error()) : Refusal{item.asked.error()};
}

/// Of two with one origin, which would become two records, the later one is refused.
void refuse_doubles(std::vector<Item>& items) {
    std::set<Bytes> seen;
    for (Item& item : items) {
        Prepared& made = *item.prepared;
        if (made.origin_key.empty() || seen.insert(made.origin_key).second)
            continue;
        Refusal refusal{{Errc::already_exists, "The same origin stands twice in one call."}};
        std::visit([&](auto& outcome) { refusal.notes = std::move(outcome.notes); }, made.outcome);
        made = Prepared{std::nullopt, std::move(refusal)};
    }
}

void put_ids(
    PublishedRecord& record, const replica::RecordDraft& draft, const RevisionId& written
) {
    record.revision = written;
    record.document = draft.document.value_or(written);
}

} // namespace

struct Publishing::Job {
    Preparation with;
    std::vector<LogExtent> logs;
    std::vector<Item> items;
    bool only_check;
    std::function<void(Outcomes)> done;
};

std::vector<LogExtent> known_logs(const replica::Replica& replica) {
    const auto grounds = replica.grounds();
    std::vector<LogExtent> logs;
    for (const replica::HeldLog& held : replica.record_logs()) {
        const auto ground = grounds.find(held.space);
        logs.push_back(
            {held.log,
             held.space,
             held.stored,
             replica.log_changes(),
             ground == grounds.end() ? nullptr : ground->second}
        );
    }
    return logs;
}

Publishing::Publishing(RunningNode& core, Library& library, PublishingOptions options)
    : core_(core)
    , library_(library)
    , options_(std::move(options)) {
    // What is taken in here answers to the ids that it came with.
    library.answer_for(core.replica().school());
}

Publishing::~Publishing() = default;

void Publishing::publish(
    const Reader& reader,
    accounts::Writer writer,
    std::vector<Wish> wishes,
    bool only_check,
    std::function<void(Outcomes)> done
) {
    auto job = std::make_shared<Job>(Job{
        {options_,
         core_.store(),
         library_.as(Reader::node_itself()),
         library_.as(reader),
         core_.replica().school(),
         core_.wall(),
         {}},
        {},
        {},
        only_check,
        std::move(done)});
    job->with.only_check = only_check;
    job->with.writer = std::move(writer);
    for (Wish& wish : wishes)
        job->items.push_back({std::move(wish), std::nullopt});
    waiting_.push_back(std::move(job));
    start_next();
}

void Publishing::find_written(
    const Reader& writer,
    const std::string& network,
    std::vector<AskedAgain> asked,
    std::function<void(Result<std::vector<bool>>)> done
) {
    SpaceId space = log::school_space(core_.replica().school());
    if (!network.empty()) {
        const auto found = resolve_network(core_.replica().networks(), network);
        if (!found)
            return done(fail(found.error()));
        space = log::space_of(*found);
    }
    // Who does not see all is told of each record by itself, when it is sent.
    const bool may_know = writer.sees_all();
    const auto answer = std::make_shared<Result<std::vector<bool>>>();
    core_.run_blocking(
        [this, space, may_know, asked = std::move(asked), answer] {
            *answer = may_know ? which_are_written(space, asked) : std::vector<bool>(asked.size());
        },
        [answer, done = std::move(done)] { done(std::move(*answer)); }
    );
}

Result<std::vector<bool>>
Publishing::which_are_written(const SpaceId& space, const std::vector<AskedAgain>& asked) const {
    const crypto::Secret32& secret = options_.local_secret;
    std::vector<bool> written;
    written.reserve(asked.size());
    for (const AskedAgain& each : asked) {
        const std::string origin =
            each.origin.empty() ? origin_of_place(secret, each.place) : each.origin;
        const auto stored =
            core_.store().row(replica::RowKind::origin, origin_key(secret, space, origin));
        if (!stored && stored.error().code != Errc::not_found)
            return fail(stored.error());
        written.push_back(stored && is_of_request(*stored, secret, each.request));
    }
    return written;
}

void Publishing::start_next() {
    if (is_busy_ || waiting_.empty())
        return;
    is_busy_ = true;
    const std::shared_ptr<Job> job = std::move(waiting_.front());
    waiting_.pop_front();
    const auto networks = core_.replica().networks();
    job->with.links = core_.replica().network_links();
    job->with.former = core_.replica().former_networks();
    for (Item& item : job->items) {
        const auto* request = std::get_if<RecordRequest>(&item.wish);
        if (request == nullptr)
            continue;
        if (request->network.empty()) {
            item.asked = network_of_links(*request, job->with.links);
            continue;
        }
        const auto network = resolve_network(networks, request->network);
        if (network)
            item.asked = std::optional(log::space_of(*network));
        else
            item.asked = fail(network.error());
    }
    job->with.schools = known_schools(core_.replica());
    job->logs = known_logs(core_.replica());
    core_.run_blocking([this, job] { prepare(*job); }, [this, job] { send(job); });
}

void Publishing::prepare(Job& job) {
    const auto updated = library_.update(job.logs);
    helpers_.for_each(job.items.size(), [&](std::size_t number) {
        Item& item = job.items[number];
        if (!updated)
            item.prepared = Prepared{std::nullopt, Refusal{updated.error()}};
        else if (!item.asked)
            item.prepared = Prepared{std::nullopt, why_nowhere(item)};
        else if (const auto* request = std::get_if<RecordRequest>(&item.wish))
            item.prepared = prepare_record(job.with, *request, *item.asked);
        else
            item.prepared = prepare_retraction(job.with, std::get<RetractionRequest>(item.wish));
    });
    refuse_doubles(job.items);
}

void Publishing::send(const std::shared_ptr<Job>& job) {
    replica::PublishRecords command;
    for (const Item& item : job->items)
        if (item.prepared->draft && !job->only_check)
            command.drafts.push_back(*item.prepared->draft);
    if (command.drafts.empty()) {
        finish(job);
        return;
    }
    core_.ask(std::move(command), [this, job](const Result<replica::RecordsPublished>& published) {
        std::size_t next = 0;
        for (Item& item : job->items) {
            if (!item.prepared->draft)
                continue;
            PublishOutcome& outcome = item.prepared->outcome;
            if (!published) {
                outcome = Refusal{published.error()};
                continue;
            }
            ensure(next < published->revisions.size());
            const RevisionId& written = published->revisions[next++];
            if (item.prepared->words)
                library_.know_origin(written, *item.prepared->words);
            if (auto* record = std::get_if<PublishedRecord>(&outcome))
                put_ids(*record, *item.prepared->draft, written);
            else if (auto& draft = std::get<Refusal>(outcome).draft)
                put_ids(*draft, *item.prepared->draft, written);
        }
        finish(job);
    });
}

void Publishing::finish(const std::shared_ptr<Job>& job) {
    Outcomes outcomes;
    for (Item& item : job->items) {
        ensure(item.prepared.has_value());
        auto* refusal = std::get_if<Refusal>(&item.prepared->outcome);
        if (job->only_check && refusal != nullptr && refusal->draft) {
            refusal->draft.reset(); // nothing was kept
            refusal->next = "complete the file and try again.";
        }
        outcomes.push_back(std::move(item.prepared->outcome));
    }
    is_busy_ = false;
    job->done(std::move(outcomes));
    start_next();
}

} // namespace staffroom::services
