#include "protocol/replica/replica.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/replica/commands.hpp"
#include "protocol/replica/dispatch.hpp"
#include "protocol/replica/links/link_room.hpp"
#include "protocol/replica/parts.hpp"

namespace staffroom::replica {
namespace {

constexpr std::chrono::milliseconds housekeeping_every{100};
constexpr std::chrono::seconds quiet_housekeeping_every{5};
/// After a change, neighbours are told our fingerprint at most so often.
constexpr std::chrono::milliseconds greet_again_after{1000};

/// One input of the boundary.
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
        // Who asks for more than it reads is not served for ever.
        if (link->unsent_bytes > limits::staging_bytes_per_link_max)
            parts.links.close(*link, Errc::busy);
    }
    void operator()(BytesSent&& input) const {
        Link* link = parts.links.find(input.link);
        if (link == nullptr)
            return;
        link->unsent_bytes -= std::min(link->unsent_bytes, input.count);
        parts.server.queue_drained(*link);
        parts.file_server.queue_drained(*link);
    }
    void operator()(LinkClosed&& input) const {
        if (Link* link = parts.links.find(input.link))
            parts.links.gone(*link, Errc::closed);
    }
    void operator()(StoreFinished&& input) const {
        const bool succeeded = input.outcome.has_value();
        auto finished = parts.logbook.store_finished(input.id, succeeded);
        for (const LogId& failed : finished.failed) {
            parts.own_logs.abandon(failed);
            parts.fetcher.store_failed(failed);
        }
        std::optional<LinkId> source;
        if (auto node = parts.chunk_sources.extract(input.id))
            source = node.mapped();
        for (const Growth& growth : finished.growths) {
            const LogRecord& record = *parts.logbook.find(growth.log);
            if (record.cut && record.counted().value == record.cut->position.value)
                parts.cut_logs.log_cut(growth.log);
            parts.networks.update_item(record);
            if (parts.networks.take_governance(growth))
                parts.membership_changed = true;
            parts.offers.log_grew(growth, source);
            parts.server.log_grew(growth.log);
            for (const Position position : growth.with_files)
                parts.file_fetcher.wanted({growth.log, position});
            parts.context.emit(Notify{LogGrew{growth.log, growth.before, growth.after}});
        }
        for (const auto& [log, position] : finished.filled)
            parts.file_fetcher.body_filled({log, position});
        for (const Growth& late : finished.late)
            parts.membership_changed =
                parts.networks.take_governance(late) || parts.membership_changed;
        parts.fetcher.store_finished(input.id, succeeded);
        parts.joining.store_finished(input.id, succeeded);
        parts.rewriter.store_finished(input.id, succeeded);
        if (auto node = parts.replies.extract(input.id)) {
            Result<Reply> outcome = std::move(node.mapped().reply);
            if (!succeeded)
                outcome = fail(input.outcome.error());
            parts.context.emit(Done{node.mapped().request, std::move(outcome)});
        }
    }
    void operator()(LoadFinished&& input) const {
        parts.server.load_finished(input.id, input.outcome);
        parts.body_fetcher.load_finished(input.id, input.outcome);
        parts.fork_finder.load_finished(input.id, input.outcome);
        parts.cut_logs.load_finished(input.id, input.outcome);
        parts.rewriter.load_finished(input.id, input.outcome);
        parts.file_server.load_finished(input.id, input.outcome);
        parts.file_fetcher.load_finished(input.id, input.outcome);
    }
    void operator()(FileWorkFinished&& input) const {
        parts.file_server.work_finished(input.id, input.outcome);
        parts.file_fetcher.work_finished(input.id, input.outcome);
    }
    void operator()(Wake&&) const {}
    void operator()(Command&& input) const { perform(parts, std::move(input)); }
};

/// Links that are silent, late with their handshake, or should hear from us.
void tend_links(ReplicaParts& parts) {
    const Instant now = parts.context.now;
    for (auto& [id, link] : parts.links.all()) {
        if (link.closing)
            continue;
        if (link.phase != LinkPhase::open) {
            if (now - link.opened_at > limits::handshake_time_max)
                parts.links.close(link, Errc::timed_out);
            continue;
        }
        if (!link.is_known() && now - link.opened_at > limits::anonymous_link_time_max) {
            parts.links.close(link, Errc::not_a_member);
            continue;
        }
        if (now - link.heard_at > limits::link_idle_max) {
            parts.links.close(link, Errc::timed_out);
            continue;
        }
        const bool is_quiet = now - link.said_at > limits::keepalive_after;
        const bool has_news = link.is_stale && now - link.pinged_at > greet_again_after;
        if (link.hello_received && (is_quiet || has_news))
            parts.exchange.send_ping(link, 0);
    }
}

void sweep_links(ReplicaParts& parts) {
    for (const Links::Closed& closed : parts.links.sweep()) {
        parts.server.link_closed(closed.link.id);
        parts.fetcher.link_closed(closed.link.id);
        parts.body_fetcher.link_closed(closed.link.id);
        parts.fork_finder.link_closed(closed.link.id);
        parts.file_server.link_closed(closed.link.id);
        parts.file_fetcher.link_closed(closed.link.id);
        parts.neighbours.link_ended(closed.link, closed.why);
        parts.joining.link_ended(closed.link, closed.why);
        if (closed.link.phase == LinkPhase::open)
            parts.context.emit(Notify{LinkChanged{
                closed.link.id,
                closed.link.remote,
                "closed: " + std::string(errc_name(closed.why))}});
    }
}

bool has_stale_link(const ReplicaParts& parts) {
    return std::any_of(parts.links.all().begin(), parts.links.all().end(), [](const auto& entry) {
        return entry.second.is_stale;
    });
}

/// What follows where a log counts less far than before, or further again.
void follow_cuts(ReplicaParts& parts) {
    for (const LogId& log : parts.logbook.take_cut_changes()) {
        parts.own_logs.log_cut(log);
        parts.rewriter.log_cut(log);
        parts.cut_logs.log_cut(log);
        parts.fetcher.log_cut(log);
        parts.membership_changed = true;
    }
}

/// What the parts have to keep since the last call.
std::vector<Row> gather_rows(ReplicaParts& parts) {
    std::vector<Row> rows;
    for (auto& some :
         {parts.networks.take_rows(),
          parts.neighbours.take_rows(),
          parts.file_fetcher.take_rows(),
          parts.handshaker.take_rows(),
          parts.file_places.take_rows(),
          parts.forks.take_rows(),
          parts.rewriter.take_rows()})
        rows.insert(rows.end(), some.begin(), some.end());
    return rows;
}

/// What every call ends with: consequences of what changed, rows to keep, links to sweep, timers.
void settle(ReplicaParts& parts, std::optional<LinkId> source) {
    follow_cuts(parts);
    parts.membership_changed = parts.networks.fold_what_is_due() || parts.membership_changed;
    while (std::exchange(parts.membership_changed, false)) {
        parts.exchange.membership_changed();
        write_what_we_owe(parts);
        parts.joining.membership_changed();
        parts.neighbours.refresh_published();
        parts.fetcher.schedule_all();
        parts.file_fetcher.membership_changed();
        for (const auto& [id, network] : parts.networks.all())
            parts.context.emit(Notify{MembershipChanged{id}});
    }
    parts.rewriter.pump();
    parts.cut_logs.pump();
    for (const auto& [log, position] : parts.server.take_damaged())
        parts.body_fetcher.gone(log, position);
    for (const EntryPlace& entry : parts.file_server.take_damaged())
        parts.file_fetcher.wanted_again(entry);
    parts.file_fetcher.pump();
    const auto changed = parts.spaces.take_changed();
    parts.offers.items_changed(changed, source);
    std::vector<Row> rows = gather_rows(parts);
    if (!rows.empty())
        parts.logbook.store_rows(std::move(rows));

    if (parts.context.now >= parts.next_housekeeping) {
        tend_links(parts);
        parts.fetcher.tick();
        parts.body_fetcher.tick();
        parts.fork_finder.tick();
        parts.cut_logs.tick();
        parts.file_fetcher.tick();
        parts.joining.tick();
        write_what_we_owe(parts);
        if (auto unsaved = parts.logbook.take_unsaved(); !unsaved.empty())
            parts.logbook.store_rows(std::move(unsaved));
        parts.next_housekeeping = parts.context.now + quiet_housekeeping_every;
    }
    // Work under way, and neighbours that have not heard of a change yet, are not left to the quiet
    // round.
    const bool is_busy = parts.waits.is_waiting() || parts.fetcher.stream_count() > 0 ||
                         parts.fork_finder.is_busy() || parts.rewriter.is_busy() ||
                         parts.file_fetcher.is_busy() || has_stale_link(parts);
    if (is_busy)
        parts.next_housekeeping =
            std::min(parts.next_housekeeping, parts.context.now + housekeeping_every);
    sweep_links(parts);
    parts.neighbours.tick();
    parts.waits.tick();
}

/// The store says whose it is from its first start on.
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
    parts->logbook.restore(image);
    if (auto restored = parts->networks.restore(image, config.chain); !restored)
        return fail(restored.error());
    if (auto restored = parts->forks.restore(image); !restored)
        return fail(restored.error());
    parts->own_logs.restore(image, config.run_mark);
    parts->rewriter.restore(image);
    parts->neighbours.restore(image);
    parts->handshaker.restore(image);
    parts->file_places.restore(image);
    parts->file_fetcher.restore(image);
    parts->membership_changed = true;
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
    if (parts_->waits.is_waiting() || parts_->fetcher.stream_count() > 0 ||
        parts_->file_fetcher.is_busy())
        next = std::min(next, parts_->context.now + housekeeping_every);
    if (const auto dial = parts_->neighbours.next_try())
        next = std::min(next, std::max(*dial, parts_->context.now + housekeeping_every));
    if (const auto deadline = parts_->joining.deadline())
        next = std::min(next, *deadline);
    if (const auto fold = parts_->networks.next_fold())
        next = std::min(next, *fold);
    return next;
}

LinkWorth Replica::worth(LinkId link) const {
    const Link* const found = parts_->links.find(link);
    return found == nullptr ? LinkWorth{false, 0} : LinkWorth{found->is_known(), found->gains};
}

const SchoolId& Replica::school() const {
    return parts_->context.school;
}

} // namespace staffroom::replica
