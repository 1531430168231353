#include "protocol/replica/transfer/body_fetch.hpp"

#include "protocol/log/entry.hpp"

namespace staffroom::replica {
namespace {

constexpr std::size_t asked_at_once = 64;
/// The most bodies remembered as asked for on a link; then the link is asked anew.
constexpr std::size_t remembered_max = 100'000;

} // namespace

void BodyFetcher::look_again(const LogId& log, Position position) {
    looking_.insert(context_.load(LoadBodies{log, {position}}));
}

void BodyFetcher::gone(const LogId& log, Position position) {
    if (!logbook_.note_missing(log, position))
        return;
    for (auto& [link, asked] : asked_)
        asked.before.erase({log, position});
}

void BodyFetcher::tick() {
    for (const auto& [id, held] : spaces_.all()) {
        // Nearly always no body is missing: then the links need not be walked.
        const bool is_whole =
            std::all_of(held.logs.begin(), held.logs.end(), [&](const LogId& log) {
                return logbook_.find(log)->without_body.empty();
            });
        if (is_whole)
            continue;
        links_.for_members(id, [&, &state = held](Link& link, LinkSpace& space) {
            Asked& asked = asked_.try_emplace(link.id, Asked{{LogId({}), {}}, {}}).first->second;
            if (asked.open.positions.empty() && link.hello_received &&
                asked.before.size() < remembered_max)
                ask(link, state, space, asked);
        });
    }
}

void BodyFetcher::ask(Link& link, const SpaceState& state, const LinkSpace& space, Asked& asked) {
    for (const LogId& id : state.logs) {
        const LogRecord& record = *logbook_.find(id);
        if (space.contradicted.count(id) > 0)
            continue;
        wire::WantBodies want{id, {}};
        for (const auto& [position, body] : record.without_body) {
            const bool is_wanted = body == BodyState::missing &&
                                   position.value < record.counted().value &&
                                   want.positions.size() < asked_at_once;
            if (is_wanted && asked.before.insert({id, position}).second)
                want.positions.push_back(position);
        }
        if (want.positions.empty())
            continue;
        asked.open = want;
        send_message(context_, link, want);
        return;
    }
}

Result<void> BodyFetcher::bodies_arrived(Link& link, wire::Bodies bodies) {
    const auto at = asked_.find(link.id);
    if (at == asked_.end() || at->second.open.positions.empty() ||
        at->second.open.log != bodies.log)
        return fail(Errc::malformed, "bodies that nobody asked for");
    const std::vector<Position> open = std::exchange(at->second.open.positions, {});
    // Asks again for the bodies that an answer left out for want of room; an empty answer says that
    // there are none.
    for (const Position position : open) {
        const bool is_answered =
            std::find(bodies.positions.begin(), bodies.positions.end(), position) !=
            bodies.positions.end();
        if (!is_answered && !bodies.positions.empty())
            at->second.before.erase({bodies.log, position});
    }
    for (std::size_t i = 0; i < bodies.positions.size(); ++i) {
        const Position position = bodies.positions[i];
        const bool was_asked = std::find(open.begin(), open.end(), position) != open.end();
        const bool is_here = bodies.bodies[i].state == BodyState::have;
        const bool is_erased =
            bodies.bodies[i].state == BodyState::erased && !is_said_erased(bodies.log, position);
        if (!was_asked || (!is_here && !is_erased))
            continue;
        link.gains += is_here ? 1U : 0U;
        const LoadId load = context_.load(LoadChunk{
            bodies.log,
            position,
            LogSize{position.value + 1},
            LogSize{position.value + 1},
            1,
            1,
            false});
        loading_.emplace(
            load,
            Arrived{link.id, bodies.log, position, std::move(bodies.bodies[i].body), is_erased}
        );
    }
    return {};
}

void BodyFetcher::load_finished(LoadId id, const Result<Loaded>& outcome) {
    if (looking_.erase(id) > 0 && outcome && std::holds_alternative<LoadedBodies>(*outcome)) {
        const auto& bodies = std::get<LoadedBodies>(*outcome);
        for (std::size_t i = 0; i < bodies.entries.size(); ++i) {
            if (bodies.entries[i].state == BodyState::missing)
                gone(bodies.log, bodies.positions[i]);
            else if (bodies.entries[i].state == BodyState::have)
                logbook_.note_found(bodies.log, bodies.positions[i]);
        }
        return;
    }
    auto node = loading_.extract(id);
    if (node.empty() || !outcome || !std::holds_alternative<LoadedChunk>(*outcome))
        return;
    const LoadedChunk& chunk = std::get<LoadedChunk>(*outcome);
    Arrived& arrived = node.mapped();
    if (chunk.entries.empty())
        return;
    const SharedBytes& header = chunk.entries.front().header;
    if (arrived.is_said_erased)
        return take_said(arrived, *header);
    // The body may be of an honest neighbour that holds another history of this log; that neighbour
    // is not asked for this body again.
    if (!check_body(*header, arrived.body))
        return;
    const RevisionId revision = log::revision_id(*header);
    // An order may have come since it was asked for.
    if (logbook_.withheld_state(logbook_.find(arrived.log)->descriptor, *header, arrived.body))
        return;
    said_changes_ += said_erased_.erase({arrived.log, arrived.position});
    BodyFill fill{arrived.log, arrived.position, revision, std::move(arrived.body)};
    std::vector<BodyFill> fills;
    fills.push_back(std::move(fill));
    logbook_.fill_bodies(std::move(fills));
}

void BodyFetcher::take_said(const Arrived& arrived, ByteView header) {
    const auto parsed = log::parse_header(header);
    if (parsed && parsed->kind == log::kind_carried_record &&
        said_erased_.emplace(arrived.log, arrived.position).second)
        ++said_changes_;
}

void BodyFetcher::link_closed(const Link& link, Errc /*why*/) {
    asked_.erase(link.id);
}

} // namespace staffroom::replica
