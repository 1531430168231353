#include "protocol/replica/replica.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/replica/commands.hpp"
#include "protocol/replica/dispatch.hpp"
#include "protocol/replica/link_upkeep.hpp"
#include "protocol/replica/links/link_room.hpp"
#include "protocol/replica/replica_parts.hpp"
#include "protocol/replica/stored.hpp"

namespace staffroom::replica {
namespace {

constexpr std::chrono::milliseconds housekeeping_every{100};
constexpr std::chrono::seconds quiet_housekeeping_every{5};

/// A handler of one input of the boundary.
struct InputHandler {
    ReplicaParts& parts;

    void operator()(LinkOpened&& input) const {
        if (input.dialled) {
            Link* link = parts.links.find(input.link);
            if (link == nullptr)
                return;
            link->opened_at = parts.context.now;
            if (auto begun = parts.handshaker.begin(*link); !begun)
                parts.links.close(*link, begun.error().code);
            return;
        }
        if (parts.links.all().size() >= limits::links_max) {
            parts.context.emit(CloseLink{input.link, Errc::busy});
            return;
        }
        make_room_for_stranger(parts.links);
        parts.links.add(Link{
            input.link,
            false,
            std::move(input.remote),
            {},
            parts.context.now,
            LinkPhase::expecting_first_frame,
            MemberMeeting{}});
    }
    void operator()(DialFailed&& input) const {
        if (Link* link = parts.links.find(input.link))
            parts.links.gone(*link, input.why);
    }
    void operator()(BytesArrived&& input) const {
        Link* link = parts.links.find(input.link);
        if (link == nullptr)
            return;
        link->bytes_in += input.bytes.size();
        link->heard_at = parts.context.now;
        append(link->frames_in, input.bytes);
        if (auto taken = take_received(parts, *link); !taken && !link->closing)
            parts.links.close(*link, taken.error().code);
        if (!link->closing)
            keep_room(parts.links, *link);
        // Closes links that request faster than they read.
        if (link->unsent_bytes > limits::staging_bytes_per_link_max)
            parts.links.close(*link, Errc::busy);
    }
    void operator()(BytesSent&& input) const {
        Link* link = parts.links.find(input.link);
        if (link == nullptr)
            return;
        link->unsent_bytes -= std::min(link->unsent_bytes, input.count);
        for (Part* part : parts.all)
            part->queue_drained(*link);
    }
    void operator()(LinkClosed&& input) const {
        if (Link* link = parts.links.find(input.link))
            parts.links.gone(*link, Errc::closed);
    }
    void operator()(StoreFinished&& input) const { store_finished(parts, input); }
    void operator()(LoadFinished&& input) const {
        for (Part* part : parts.all)
            part->load_finished(input.id, input.outcome);
    }
    void operator()(FileWorkFinished&& input) const {
        for (Part* part : parts.all)
            part->work_finished(input.id, input.outcome);
    }
    void operator()(ErasureFinished&& input) const {
        for (Part* part : parts.all)
            part->erasure_finished(input.id, input.outcome);
    }
    void operator()(Wake&&) const {}
    void operator()(Command&& input) const { perform(parts, std::move(input)); }
};

/// Tells all parts that a log counts less far than before, or further again.
void follow_cuts(ReplicaParts& parts) {
    for (const LogId& log : parts.logbook.take_cut_changes()) {
        for (Part* part : parts.all)
            part->log_cut(log);
        parts.changes.rosters = true;
    }
}

/// Judges again what was parked, and asks for what may be had now. The rest follows only where it
/// can have changed: a member could send offers without end, and people were told of each.
void follow_changes(ReplicaParts& parts, const Changes& changes) {
    parts.exchange.judge_again();
    const bool is_news = parts.networks.take_has_news() || changes.rosters;
    if (is_news) {
        write_what_we_owe(parts);
        parts.joining.rosters_changed();
        parts.neighbours.refresh_published();
    }
    parts.fetcher.schedule_all();
    parts.file_fetcher.judge_again();
    if (is_news)
        for (const auto& [id, network] : parts.networks.all())
            parts.context.emit(Notify{MembershipChanged{id}});
}

/// Gathers the rows that the parts have to keep since the last call.
std::vector<Row> gather_rows(ReplicaParts& parts) {
    std::vector<Row> rows;
    for (Part* part : parts.all)
        for (Row& row : part->take_rows())
            rows.push_back(std::move(row));
    return rows;
}

bool is_busy(const ReplicaParts& parts) {
    return std::any_of(parts.all.begin(), parts.all.end(), [](const Part* part) {
        return part->is_busy();
    });
}

/// Ends every call: consequences of what changed, rows to keep, links to sweep, timers.
void settle(ReplicaParts& parts, std::optional<LinkId> source) {
    follow_cuts(parts);
    parts.changes.rosters |= parts.networks.fold_what_is_due();
    parts.link_book.refresh();
    while (parts.changes.rosters || parts.changes.judgeable || parts.networks.has_news())
        follow_changes(parts, std::exchange(parts.changes, {}));
    for (const auto& [log, position] : parts.server.take_damaged())
        parts.body_fetcher.gone(log, position);
    for (const EntryPlace& entry : parts.file_server.take_damaged())
        parts.file_fetcher.wanted_again(entry);
    for (Part* part : parts.all)
        part->pump();
    const auto changed = parts.spaces.take_changed();
    parts.offers.items_changed(changed, source);
    std::vector<Row> rows = gather_rows(parts);
    if (!rows.empty())
        parts.logbook.store_rows(std::move(rows));

    if (parts.context.now >= parts.next_housekeeping) {
        tend_links(parts);
        for (Part* part : parts.all)
            part->tick();
        write_what_we_owe(parts);
        if (auto unsaved = parts.logbook.take_unsaved(); !unsaved.empty())
            parts.logbook.store_rows(std::move(unsaved));
        parts.next_housekeeping = parts.context.now + quiet_housekeeping_every;
    }
    // The quiet round is too late for work under way and for neighbours that have not heard of a
    // change yet.
    if (is_busy(parts) || has_stale_link(parts))
        parts.next_housekeeping =
            std::min(parts.next_housekeeping, parts.context.now + housekeeping_every);
    sweep_links(parts);
    for (Part* part : parts.all)
        part->settled();
}

/// Makes the row by which the store says which school it belongs to, from its first start on.
Row school_row(const SchoolId& school) {
    return {RowKind::own, to_bytes(as_view("school")), to_bytes(school.view())};
}

bool is_store_of_another(const Image& image, const SchoolId& school) {
    const Row own = school_row(school);
    return std::any_of(image.rows.begin(), image.rows.end(), [&](const Row& row) {
        return row.kind == own.kind && row.key == own.key && row.value != own.value;
    });
}

std::optional<LinkId> source_of(const Input& input) {
    const auto* arrived = std::get_if<BytesArrived>(&input);
    return arrived == nullptr ? std::nullopt : std::optional(arrived->link);
}

} // namespace

Replica::Replica(std::unique_ptr<ReplicaParts> parts)
    : parts_(std::move(parts)) {}
Replica::~Replica() = default;

Result<std::unique_ptr<Replica>> Replica::open(
    ReplicaConfig config, const Image& image, Random& random, crypto::Verifier& verifier
) {
    if (is_store_of_another(image, config.school))
        return fail(Errc::wrong_school, "The store in this folder belongs to another school.");
    auto parts = std::make_unique<ReplicaParts>(Context{
        std::move(config.keys), config.school, random, verifier});
    parts->agreeing.ask_for_far_pins([&passports = parts->passports](
                                         const NetworkId& network, const SharingId& link
                                     ) { return passports.far_pins(network, link); });
    parts->file_server.reach_far(parts->far_links);
    parts->file_fetcher.reach_far(parts->far_links);
    parts->logbook.restore(image);
    if (auto begun = parts->networks.begin(image, config.chain); !begun)
        return fail(begun.error());
    for (Part* part : parts->all)
        if (auto restored = part->restore(image); !restored)
            return fail(restored.error());
    parts->own_logs.begin(image, config.run_mark);
    parts->changes.rosters = true;
    parts->is_new_store = image.rows.empty();
    return std::unique_ptr<Replica>(new Replica(std::move(parts)));
}

void Replica::handle(Instant now, WallTime wall, Input input, Outbox& out) {
    parts_->context.now = now;
    parts_->context.wall = wall;
    parts_->context.out = &out;
    parts_->logbook.begin(wall);
    if (std::exchange(parts_->is_new_store, false))
        parts_->logbook.store_rows({school_row(parts_->context.school)});
    const auto source = source_of(input);
    std::visit(InputHandler{*parts_}, std::move(input));
    settle(*parts_, source);
    parts_->context.out = nullptr;
}

Instant Replica::next_wake() const {
    Instant next = parts_->next_housekeeping;
    if (is_busy(*parts_)) // also since the links were swept
        next = std::min(next, parts_->context.now + housekeeping_every);
    for (const Part* part : parts_->all)
        if (const auto deadline = part->deadline())
            next = std::min(next, *deadline);
    return next;
}

const SchoolId& Replica::school() const {
    return parts_->context.school;
}

} // namespace staffroom::replica
