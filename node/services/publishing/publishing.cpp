#include "node/services/publishing/publishing.hpp"

#include "node/services/publishing/reimport.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/log/descriptor.hpp"

#include <optional>

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
    std::vector<LogExtent> logs;
    for (const replica::HeldLog& held : replica.record_logs())
        logs.push_back({held.log, held.space, held.stored});
    return logs;
}

Publishing::Publishing(Core& core, Library& library, PublishingOptions options)
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

void Publishing::start_next() {
    if (is_busy_ || waiting_.empty())
        return;
    is_busy_ = true;
    const std::shared_ptr<Job> job = std::move(waiting_.front());
    waiting_.pop_front();
    const auto networks = core_.replica().networks();
    for (Item& item : job->items) {
        const auto* request = std::get_if<RecordRequest>(&item.wish);
        if (request == nullptr || request->network.empty())
            continue;
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

void Publishing::prepare(Job& job) const {
    const auto updated = library_.update(job.logs);
    for (Item& item : job.items) {
        if (!updated)
            item.prepared = Prepared{std::nullopt, Refusal{updated.error()}};
        else if (!item.asked)
            item.prepared = Prepared{std::nullopt, Refusal{item.asked.error()}};
        else if (const auto* request = std::get_if<RecordRequest>(&item.wish))
            item.prepared = prepare_record(job.with, *request, *item.asked);
        else
            item.prepared = prepare_retraction(job.with, std::get<RetractionRequest>(item.wish));
    }
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
