#include "protocol/replica/stored.hpp"

#include "protocol/replica/replica_parts.hpp"

namespace staffroom::replica {

void store_finished(ReplicaParts& parts, const StoreFinished& input) {
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
            parts.changes.rosters = true;
        parts.offers.log_grew(growth, source);
        parts.server.log_grew(growth.log);
        parts.shelf.log_grew(growth.log);
        for (const Position position : growth.with_files)
            parts.file_fetcher.wanted({growth.log, position});
        parts.context.emit(Notify{LogGrew{growth.log, growth.before, growth.after}});
    }
    for (const auto& [log, position] : finished.filled) {
        parts.file_fetcher.body_filled({log, position});
        parts.shelf.body_filled({log, position});
    }
    for (const Growth& late : finished.late)
        parts.changes.rosters |= parts.networks.take_governance(late);
    for (Part* part : parts.all)
        part->store_finished(input.id, succeeded);
    if (auto node = parts.replies.extract(input.id)) {
        Result<Reply> outcome = std::move(node.mapped().reply);
        if (!succeeded)
            outcome = fail(input.outcome.error());
        parts.context.emit(Done{node.mapped().request, std::move(outcome)});
    }
}

} // namespace staffroom::replica
