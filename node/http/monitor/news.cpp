#include "node/http/monitor/news.hpp"

#include "node/http/answers/json.hpp"
#include "node/http/records/record_json.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace staffroom::http {
namespace {

struct FoundRecord {
    RevisionId revision;
    log::EntryHeader header;
    std::string title; // empty: a draft, or its words are not here
    SpaceId space;
    std::optional<NetworkId> network;
};

/// Tells whether a record is a draft, whose words are its author's alone until it is published.
bool is_draft(const log::EntryHeader& header) {
    return header.reach == static_cast<std::uint32_t>(records::Reach::draft);
}

std::string_view event_type(const log::EntryHeader& header, const SchoolId& own) {
    if (header.retention == static_cast<std::uint32_t>(records::Retention::retraction))
        return "record.retracted";
    if (header.document)
        return "record.revised";
    return header.school == own ? "record.published" : "record.arrived";
}

/// Returns the title, or nothing where the words are not here or cannot be read: the record itself
/// says why.
std::string title_of(
    const services::RecordEntries& entries,
    const RevisionId& revision,
    const log::EntryHeader& header
) {
    if (is_draft(header))
        return "";
    const auto found = entries.read_body(revision);
    if (!found || found->state != replica::BodyState::have)
        return "";
    return records::decode_title(header.codec, *found->body.encoded).value_or("");
}

std::string title_in(const replica::NewEntry& entry, const log::EntryHeader& header) {
    if (is_draft(header) || entry.state != replica::BodyState::have ||
        entry.body.encoded == nullptr)
        return "";
    return records::decode_title(header.codec, *entry.body.encoded).value_or("");
}

JsonObject record_json(const FoundRecord& record, const std::string& school_name) {
    JsonArray about;
    for (const log::About& relation : record.header.about)
        about.push_back(JsonObject{
            {"id", to_base32(relation.target)}, {"relation", relation_text(relation.relation)}});
    return {
        {"id", to_base32(record.header.document.value_or(record.revision))},
        {"revision", to_base32(record.revision)},
        {"kind", kind_text(record.header.kind)},
        {"title", record.title},
        {"school", to_base32(record.header.school)},
        {"school_name", school_name},
        {"network", record.network ? to_base32(*record.network) : ""},
        {"about", std::move(about)}};
}

} // namespace

/// One bounded read of what has grown: filled on a pool thread.
struct News::Turn {
    struct Log {
        LogId log;
        SpaceId space;
        LogSize from;
        LogSize end; // what stands behind is not shown
        std::optional<NetworkId> network;
        LogSize reached;
        bool is_done;
    };
    std::vector<Log> logs;
    std::vector<services::LogExtent> extents; // all that is known, for the library
    std::vector<FoundRecord> found;
    bool has_updated = false;

    void read(const storage::Store& store, services::Library& library) {
        for (Log& log : logs) {
            if (found.size() >= news_entries_max)
                return;
            read_log(store, library, log);
        }
    }
    void read_log(const storage::Store& store, services::Library& library, Log& log) {
        std::size_t left = news_entries_max;
        if (log.reached >= log.end) {
            log.is_done = true;
            return;
        }
        std::vector<RevisionId> carriers;
        const auto visit = [&](const storage::EntryReader::VisitedEntry& entry) -> Result<bool> {
            log.reached = LogSize{entry.position.value + 1};
            const auto header = log::parse_header(entry.row.header);
            const RevisionId id = log::revision_id(entry.row.header);
            if (header && header->kind == log::kind_carried_record)
                carriers.push_back(id);
            else if (header && services::is_shown_entry(*header))
                add(log, id, *header, title_of(library.entries(), id, *header));
            return --left > 0 && log.reached < log.end;
        };
        const auto read = store.for_each_entry(log.log, Position{log.from.value}, visit);
        add_carried(library, log, carriers);
        // `verify` tells a person what cannot be read; here it is merely no news.
        log.is_done = left > 0 || !read || log.reached >= log.end;
    }
    /// What schools of another network wrote is opened and judged by the library.
    void add_carried(
        services::Library& library, const Log& log, const std::vector<RevisionId>& carriers
    ) {
        if (!carriers.empty() && !std::exchange(has_updated, true))
            static_cast<void>(library.update(extents)); // what cannot be read is no news
        for (const RevisionId& carrier : carriers) {
            const auto revision = library.entries().opened_as(carrier);
            const auto entry = revision ? library.entries().read_body(*revision)
                                        : Result<storage::FoundBody>(fail(Errc::not_found));
            const auto header = entry ? log::parse_header(*entry->header)
                                      : Result<log::EntryHeader>(fail(Errc::not_found));
            if (header)
                add(log, *revision, *header, title_of(library.entries(), *revision, *header));
        }
    }
    /// The same of entries that are in memory still; false where one has to be opened first.
    bool take(const replica::LogAppend& append) {
        Position at = append.begin;
        for (const replica::NewEntry& entry : append.entries) {
            if (at.value++ >= logs.front().end.value)
                break;
            const auto header = log::parse_header(*entry.header);
            if (header && header->kind == log::kind_carried_record) {
                found.clear();
                return false;
            }
            if (header && services::is_shown_entry(*header))
                add(logs.front(), entry.revision, *header, title_in(entry, *header));
        }
        logs.front().reached = append.after.stored;
        logs.front().is_done = true;
        return true;
    }
    void
    add(const Log& log, const RevisionId& id, const log::EntryHeader& header, std::string title) {
        found.push_back({id, header, std::move(title), log.space, log.network});
    }
};

void News::will_store(const replica::StoreBatch& batch) {
    for (const replica::LogAppend& append : batch.appends) {
        std::size_t bytes = 0;
        for (const replica::NewEntry& entry : append.entries)
            bytes += entry.body.encoded == nullptr ? 0 : entry.body.encoded->size();
        if (append.entries.size() > news_kept_entries_max || bytes > news_kept_bytes_max ||
            append.after.descriptor.channel != log::Channel::records)
            continue;
        kept_.push_back(append);
        if (kept_.size() > news_kept_commits_max)
            kept_.pop_front();
    }
}

std::optional<replica::LogAppend> News::take_kept(const replica::LogGrew& grown) {
    const auto found = std::ranges::find_if(kept_, [&](const replica::LogAppend& append) {
        return append.after.id == grown.log && append.begin.value == grown.before.value &&
               append.after.stored == grown.after;
    });
    if (found == kept_.end())
        return std::nullopt;
    auto append = std::move(*found);
    kept_.erase(kept_.begin(), found + 1); // what was stored before has been told, or never will be
    return append;
}

void News::on_notice(const replica::Notice& notice, Instant now) {
    if (const auto* grown = std::get_if<replica::LogGrew>(&notice)) {
        log_grew(*grown, now);
    } else if (const auto* changed = std::get_if<replica::MembershipChanged>(&notice)) {
        hub_.publish(
            "membership.changed", JsonObject{{"network", to_base32(changed->network)}}, std::nullopt
        );
    } else {
        compare_neighbours(now);
    }
}

void News::log_grew(const replica::LogGrew& notice, Instant now) {
    const auto kept = take_kept(notice);
    if (!hub_.is_wanted(now)) {
        hub_.skip();
        grown_.clear();
        return;
    }
    const bool is_first = grown_.empty();
    grown_.try_emplace(notice.log, notice.before);
    if (is_reading_)
        return;
    const auto turn = next_turn();
    if (turn == nullptr)
        return;
    if (is_first && kept && turn->take(*kept))
        finish(*turn);
    else
        read(turn);
}

void News::read_next() {
    if (grown_.empty())
        return;
    if (const auto turn = next_turn())
        read(turn);
}

/// The logs that have grown, which are forgotten with it; nothing where none has records.
std::shared_ptr<News::Turn> News::next_turn() {
    const auto turn = std::make_shared<Turn>();
    const auto networks = services_.core.replica().networks();
    turn->extents = services::known_logs(services_.core.replica());
    for (const services::LogExtent& extent : turn->extents) {
        const auto grown = grown_.find(extent.log);
        if (grown == grown_.end())
            continue;
        const auto network = std::ranges::find_if(networks, [&](const auto& each) {
            return log::space_of(each.network) == extent.space;
        });
        turn->logs.push_back(
            {extent.log,
             extent.space,
             grown->second,
             extent.stored,
             network == networks.end() ? std::nullopt : std::optional(network->network),
             grown->second,
             false}
        );
    }
    // Logs of governance have grown too, and have no records.
    std::erase_if(grown_, [&](const auto& grown) {
        return std::ranges::find(turn->logs, grown.first, &Turn::Log::log) == turn->logs.end();
    });
    if (turn->logs.empty())
        return nullptr;
    // A log that grows from here on is read again from where this turn ends.
    for (const Turn::Log& log : turn->logs)
        grown_.erase(log.log);
    return turn;
}

void News::read(const std::shared_ptr<Turn>& turn) {
    is_reading_ = true;
    services_.core.run_blocking(
        [this, turn] { turn->read(services_.core.store(), services_.library); },
        [this, turn] { finish(*turn); }
    );
}

void News::finish(const Turn& turn) {
    is_reading_ = false;
    for (const FoundRecord& record : turn.found) {
        const SchoolId& own = services_.core.replica().school();
        const std::string name = school_name(services_, record.header.school);
        hub_.publish(
            event_type(record.header, own),
            record_json(record, name),
            EventRecord{
                record.header.reach, record.space, record.header.document.value_or(record.revision)}
        );
    }
    for (const Turn::Log& log : turn.logs) {
        const auto again = grown_.find(log.log);
        if (again != grown_.end())
            again->second = log.reached; // it grew meanwhile, perhaps into what was read
        else if (!log.is_done)
            grown_.emplace(log.log, log.reached);
    }
    read_next();
}

/// The gateways of linked networks by address; a school that is one of several is there once.
std::map<std::string, News::SeenNeighbour> News::seen_gateways() const {
    std::map<std::string, SeenNeighbour> seen;
    for (const replica::FarGatewayStatus& each : services_.core.replica().far_gateways()) {
        SeenNeighbour& gateway = seen[each.address];
        gateway.school = to_base32(each.school);
        if (gateway.state.empty() || each.is_connected)
            gateway.state = each.is_connected ? "connected" : "waiting";
    }
    return seen;
}

void News::compare_neighbours(Instant now) {
    std::map<std::string, SeenNeighbour> seen;
    for (const replica::NeighbourStatus& neighbour : services_.core.replica().neighbours())
        if (neighbour.source != "member") // its link has gone, and that was told
            seen[neighbour.address] = {
                std::string(neighbour_state(neighbour)),
                neighbour.school ? to_base32(*neighbour.school) : ""};
    for (const auto& [address, gateway] : seen_gateways())
        seen.try_emplace(address, gateway); // whoever is a neighbour too is told of as one
    const auto before = std::exchange(neighbours_, std::move(seen));
    if (!before || *before == *neighbours_)
        return;
    if (!hub_.is_wanted(now)) {
        hub_.skip();
        return;
    }
    const auto publish = [this](const std::string& address, const SeenNeighbour& neighbour) {
        hub_.publish(
            "neighbour.changed",
            {{"address", address}, {"state", neighbour.state}, {"school", neighbour.school}},
            std::nullopt
        );
    };
    for (const auto& [address, neighbour] : *before)
        if (!neighbours_->contains(address))
            publish(address, {"gone", neighbour.school});
    for (const auto& [address, neighbour] : *neighbours_) {
        const auto known = before->find(address);
        if (known == before->end() || known->second != neighbour)
            publish(address, neighbour);
    }
}

void News::index_progress(std::uint64_t pending) {
    hub_.publish("index.progress", {{"pending", pending}}, std::nullopt);
}

} // namespace staffroom::http
