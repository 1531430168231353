#include "node/services/publishing.hpp"

#include "node/services/front_matter.hpp"
#include "node/services/names.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/descriptor.hpp"

#include <optional>

namespace staffroom::services {
namespace {

using records::Reach;

/// One request on its way.
struct Item {
    RecordRequest request;
    Result<SpaceId> space;
    std::optional<replica::RecordDraft> draft{}; // to be written
    std::optional<Result<PublishedRecord>> outcome{};
};

/// Where a record of this reach stands. Below network the content never enters a network's log.
Result<SpaceId>
space_for(Reach reach, const RecordRequest& request, const SpaceId& own, const SpaceId& asked) {
    switch (reach) {
    case Reach::draft:
    case Reach::school:
        if (!request.network.empty())
            return fail(
                Errc::not_allowed,
                "A record for a network has reach network, not " +
                    std::string(records::reach_name(reach)) + "."
            );
        return own;
    case Reach::network:
        if (request.network.empty())
            return fail(Errc::not_allowed, "Reach network needs the name or id of a network.");
        return asked;
    case Reach::circle:
    case Reach::linked:
    case Reach::open:
        return fail(
            Errc::not_allowed,
            "Reach " + std::string(records::reach_name(reach)) +
                " is not yet supported by this version."
        );
    }
    return fail(Errc::unknown_value, "reach");
}

struct OriginRow {
    Bytes key;
    Bytes value;
};

OriginRow
origin_row(const crypto::Secret32& secret, const SpaceId& space, const RecordRequest& request) {
    // Space ids are 32 bytes and the other word is not, so no key is ever a value.
    const auto hashed = [&](ByteView what, std::string_view words) {
        const Digest digest = crypto::Hasher(crypto::HashLabel::origin, secret.view())
                                  .update_sized(what)
                                  .update_sized(as_view(words))
                                  .finish();
        return to_bytes(digest.view());
    };
    return {hashed(space.view(), request.origin), hashed(as_view("file"), request.file)};
}

bool has_same_bytes(const ShownRecord& shown, const RecordRequest& request) {
    const SplitFile split = split_front_matter(request.file);
    return shown.body && shown.body->text == split.text &&
           shown.body->front_matter == split.front_matter;
}

} // namespace

struct Publishing::Job {
    SchoolId school;
    std::vector<LogExtent> logs;
    std::vector<Item> items;
    WallTime now;
    std::function<void(Outcomes)> done;
};

namespace {

/// What the preparation of one item needs; lives on a pool thread.
struct Preparation {
    const PublishingOptions& options;
    const storage::Store& store;
    const Library& library;
    const SchoolId& school;
    WallTime now;
    std::set<Bytes>& seen_origins;
};

Result<std::vector<std::pair<RevisionId, std::uint32_t>>>
resolve_about(const Library& library, const RecordRequest& request) {
    std::vector<std::pair<RevisionId, std::uint32_t>> about;
    for (const RequestedRelation& wanted : request.about) {
        const auto relation = records::relation_from_name(wanted.relation);
        if (!relation)
            return fail(relation.error());
        const auto row = library.find(wanted.id);
        if (!row)
            return fail(row.error());
        about.emplace_back(row->revision, static_cast<std::uint32_t>(*relation));
    }
    return about;
}

PublishedRecord skipped(const std::optional<RecordRow>& row, const ReadRecord& read) {
    // An origin whose record has been erased leads to no record any more; its ids are zero.
    const RevisionId nobody(RevisionId::Raw{});
    return {
        row ? row->document : nobody,
        row ? row->revision : nobody,
        read.facts.kind,
        read.body.title,
        "skipped",
        {}};
}

/// Sets the draft's document and parents when its origin is known. Returns the row to skip to, if
/// nothing changed.
Result<std::optional<PublishedRecord>> look_up_origin(
    const Preparation& with, Item& item, const ReadRecord& read, replica::RecordDraft& draft
) {
    if (item.request.origin.empty())
        return std::nullopt;
    OriginRow row = origin_row(with.options.local_secret, draft.space, item.request);
    if (!with.seen_origins.insert(row.key).second)
        return fail(Errc::already_exists, "The same origin stands twice in one call.");
    const auto before = with.library.find_origin(draft.space, with.school, item.request.origin);
    const auto stored = with.store.row(replica::RowKind::origin, row.key);
    if (!stored && stored.error().code != Errc::not_found)
        return fail(stored.error());
    if (stored && *stored == row.value)
        return skipped(before, read);
    if (before) {
        // The row may have been lost with a damaged store while the record came back from a
        // neighbour.
        const auto shown = with.library.show(to_base32(before->revision));
        if (shown && !stored && has_same_bytes(*shown, item.request))
            return skipped(before, read);
        draft.document = before->document;
        draft.parents = with.library.heads_of(before->document);
    }
    draft.origin = replica::Row{replica::RowKind::origin, std::move(row.key), std::move(row.value)};
    return std::nullopt;
}

Result<std::optional<PublishedRecord>> prepare_item(const Preparation& with, Item& item) {
    const RecordDefaults defaults{
        with.options.language, with.options.school_name, with.options.person, with.now};
    auto read = read_record(item.request, defaults);
    if (!read)
        return fail(read.error());
    if (!item.space)
        return fail(item.space.error());
    const auto space =
        space_for(read->facts.reach, item.request, log::school_space(with.school), *item.space);
    if (!space)
        return fail(space.error());
    auto about = resolve_about(with.library, item.request);
    if (!about)
        return fail(about.error());
    replica::RecordDraft draft{
        *space,
        static_cast<std::uint32_t>(read->facts.kind),
        std::nullopt,
        {},
        std::move(*about),
        static_cast<std::uint32_t>(read->facts.reach),
        0,
        0,
        0,
        nullptr,
        std::nullopt};
    auto skip = look_up_origin(with, item, *read, draft);
    if (!skip || *skip)
        return skip;
    auto encoded = records::encode_body(read->body);
    if (!encoded)
        return fail(encoded.error());
    draft.codec = static_cast<std::uint32_t>(encoded->codec);
    draft.plain_length = encoded->plain_length;
    draft.encoded = std::move(encoded->encoded);
    for (const records::Attachment& attachment : read->body.attachments)
        draft.attachment_bytes += attachment.size;
    const RevisionId unknown_yet(RevisionId::Raw{});
    item.outcome = PublishedRecord{
        draft.document.value_or(unknown_yet),
        unknown_yet,
        read->facts.kind,
        read->body.title,
        draft.document ? "revised" : "published",
        std::move(read->notes)};
    if (!item.request.is_dry_run)
        item.draft = std::move(draft);
    return std::nullopt;
}

} // namespace

std::vector<LogExtent> known_logs(const replica::Replica& replica) {
    std::vector<SpaceId> spaces{log::school_space(replica.school())};
    for (const replica::NetworkStatus& network : replica.networks())
        spaces.push_back(log::space_of(network.network));
    std::vector<LogExtent> logs;
    for (const SpaceId& space : spaces)
        for (const replica::LogStatus& log : replica.logs(space))
            if (log.descriptor.channel == log::Channel::records)
                logs.push_back({log.id, space, log.stored});
    return logs;
}

Publishing::Publishing(Core& core, Library& library, PublishingOptions options)
    : core_(core)
    , library_(library)
    , options_(std::move(options)) {}

Publishing::~Publishing() = default;

void Publishing::publish(std::vector<RecordRequest> requests, std::function<void(Outcomes)> done) {
    auto job =
        std::make_shared<Job>(Job{core_.replica().school(), {}, {}, core_.wall(), std::move(done)});
    for (RecordRequest& request : requests)
        job->items.push_back({std::move(request), log::school_space(job->school)});
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
    for (Item& item : job->items)
        if (!item.request.network.empty()) {
            const auto network = resolve_network(networks, item.request.network);
            if (network)
                item.space = log::space_of(*network);
            else
                item.space = fail(network.error());
        }
    job->logs = known_logs(core_.replica());
    core_.run_blocking([this, job] { prepare(*job); }, [this, job] { send(job); });
}

void Publishing::prepare(Job& job) const {
    const auto updated = library_.update(job.logs);
    std::set<Bytes> seen_origins;
    const Preparation with{options_, core_.store(), library_, job.school, job.now, seen_origins};
    for (Item& item : job.items) {
        if (!updated) {
            item.outcome = fail(updated.error());
            continue;
        }
        auto skip = prepare_item(with, item);
        if (!skip)
            item.outcome = fail(skip.error());
        else if (*skip)
            item.outcome = std::move(**skip);
    }
}

void Publishing::send(const std::shared_ptr<Job>& job) {
    replica::PublishRecords command;
    for (Item& item : job->items)
        if (item.draft)
            command.drafts.push_back(*item.draft);
    if (command.drafts.empty()) {
        finish(job);
        return;
    }
    core_.command(std::move(command), [this, job](Result<replica::Reply> reply) {
        const auto* published = reply ? std::get_if<replica::RecordsPublished>(&*reply) : nullptr;
        std::size_t next = 0;
        for (Item& item : job->items) {
            if (!item.draft)
                continue;
            if (!reply) {
                item.outcome = fail(reply.error());
                continue;
            }
            ensure(published != nullptr && next < published->revisions.size());
            PublishedRecord& record = item.outcome->value();
            record.revision = published->revisions[next++];
            record.document = item.draft->document.value_or(record.revision);
        }
        finish(job);
    });
}

void Publishing::finish(const std::shared_ptr<Job>& job) {
    Outcomes outcomes;
    for (Item& item : job->items) {
        ensure(item.outcome.has_value());
        outcomes.push_back(std::move(*item.outcome));
    }
    is_busy_ = false;
    job->done(std::move(outcomes));
    start_next();
}

} // namespace staffroom::services
