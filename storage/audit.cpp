#include "storage/audit.hpp"

#include "protocol/log/tree_range.hpp"
#include "storage/log_check.hpp"

namespace staffroom::storage {

using replica::BodyState;

namespace {

constexpr std::uint64_t progress_entries = 10'000;

class Audit {
public:
    Audit(Store& store, const AuditOptions& options)
        : store_(store)
        , options_(options) {}

    Result<AuditReport> run() {
        for (const LogId& log : store_.logs()) {
            if (auto done = check_log(log); !done)
                return fail(done.error());
        }
        return std::move(report_);
    }

private:
    Result<void> check_log(const LogId& id) {
        const RowKey key = log_key(id);
        auto value = store_.database().get(key.view());
        auto content = value ? open_sealed_row(key.view(), as_view(*value))
                             : Result<ByteView>(fail(value.error()));
        auto row = content ? decode_log(*content) : Result<LogRow>(fail(content.error()));
        if (!row)
            return fail(row.error());
        lost_bodies_.clear();
        auto walked =
            walk_log(store_.database(), row->number, row->state.stored, [&](const auto& entry) {
                return check_entry(id, entry);
            });
        if (!walked)
            return fail(walked.error());
        ++report_.logs;
        check_tree(row->state, *walked);
        if (auto done = check_nodes(*row, *walked); !done)
            return done;
        return lost_bodies_.empty() ? Result<void>() : store_.mark_missing(id, lost_bodies_);
    }

    Result<void> check_entry(const LogId& log, const WalkedEntry& entry) {
        if (++report_.entries % progress_entries == 0 && options_.on_progress)
            options_.on_progress(report_.entries);
        if (!entry.is_proven)
            add(log, entry.at.position, Damage::revision);
        if (entry.row.state != BodyState::have)
            return {};
        auto body = store_.segments().read({entry.row.place, entry.revision});
        if (!body && body.error().code == Errc::io_error)
            return fail(body.error());
        const bool is_good = body && (!options_.fits_commitment ||
                                      options_.fits_commitment(entry.row.header, *body));
        if (is_good) {
            ++report_.bodies;
            return {};
        }
        add(log, entry.at.position, Damage::body);
        lost_bodies_.push_back(entry.at.position);
        return {};
    }

    void check_tree(const replica::LogState& state, const WalkedLog& walked) {
        const Position end{walked.run.value};
        if (walked.run != state.stored) {
            add(state.id, end, Damage::entries);
            return;
        }
        if (walked.frontier.hashes != state.frontier.hashes)
            add(state.id, end, Damage::tree);
        if (state.stored != state.head.head.size)
            return;
        auto root = log::root_of<log::Blake2b256>(walked.frontier);
        if (!root || *root != state.head.head.root)
            add(state.id, end, Damage::head);
    }

    Result<void> check_nodes(const LogRow& row, const WalkedLog& walked) {
        for (const log::TreeNode& node : walked.nodes) {
            auto value = store_.database().get(node_key(row.number, node.at).view());
            if (!value && value.error().code != Errc::not_found)
                return fail(value.error());
            const auto hash = value ? TreeHash::from(as_view(*value)) : std::nullopt;
            if (!hash || *hash != node.hash)
                add(row.state.id, Position{node.at.index << node.at.level}, Damage::tree);
        }
        return {};
    }

    void add(const LogId& log, Position position, Damage damage) {
        ++report_.damaged_count;
        report_.needs_salvage = report_.needs_salvage || damage != Damage::body;
        if (report_.damaged.size() < damaged_listed_max)
            report_.damaged.push_back({log, position, damage});
    }

    Store& store_;
    const AuditOptions& options_;
    AuditReport report_;
    std::vector<Position> lost_bodies_;
};

} // namespace

Result<AuditReport> audit(Store& store, const AuditOptions& options) {
    return Audit(store, options).run();
}

} // namespace staffroom::storage
