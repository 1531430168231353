#include "storage/store/audit.hpp"

#include "protocol/log/tree_range.hpp"

#include <algorithm>

namespace staffroom::storage {

using replica::BodyState;

namespace {

/// What looking one row up may read: it may lie in any block of any table.
constexpr std::uint64_t row_cost_bytes = 4096;

} // namespace

Audit::Audit(Store& store, AuditOptions options)
    : store_(store)
    , options_(std::move(options))
    , logs_(store.logs()) {
    std::reverse(logs_.begin(), logs_.end());
}

Result<bool> Audit::step(std::uint64_t bytes) {
    bytes_left_ = bytes;
    while (current_ || !logs_.empty()) {
        if (!current_) {
            const LogId id = logs_.back();
            logs_.pop_back();
            if (auto begun = begin_log(id); !begun)
                return fail(begun.error());
        }
        auto is_done = go_on();
        if (is_done && !*is_done)
            return false;
        current_.reset();
        if (!is_done)
            return is_done;
    }
    return true;
}

Result<void> Audit::begin_log(const LogId& id) {
    const RowKey key = log_key(id);
    auto value = store_.database().get(key.view());
    auto content = value ? open_sealed_row(key.view(), as_view(*value))
                         : Result<ByteView>(fail(value.error()));
    auto row = content ? decode_log(*content) : Result<LogRow>(fail(content.error()));
    if (!row)
        return fail(row.error());
    const LogWalk walk(store_.database(), row->number, row->state.stored);
    current_.emplace(Current{std::move(*row), walk});
    return {};
}

/// True when the log is done, false when the step is.
Result<bool> Audit::go_on() {
    if (!current_->walked) {
        auto is_ended = current_->walk.go_on([this](const WalkedEntry& entry) -> Result<bool> {
            check_entry(entry);
            return bytes_left_ > 0;
        });
        // What was found before a failure stays found.
        auto recorded = record_bodies();
        if (!is_ended || !recorded)
            return fail(is_ended ? recorded.error() : is_ended.error());
        if (!*is_ended)
            return false;
        ++report_.logs;
        current_->walked = current_->walk.take();
        check_tree(current_->row.state, *current_->walked);
    }
    return check_nodes();
}

void Audit::check_entry(const WalkedEntry& entry) {
    ++report_.entries;
    const BodyState state = entry.row.state;
    const bool may_lie_there =
        state == BodyState::have || (state == BodyState::missing && entry.row.place.length > 0);
    const std::uint64_t cost = row_cost_bytes + (may_lie_there ? entry.row.place.length : 0);
    bytes_left_ -= std::min(bytes_left_, cost);
    if (!entry.is_proven)
        add(entry.at.position, Damage::revision);
    // A misread is no damage: what fails is read once more.
    if (may_lie_there && (is_good(entry) || is_good(entry))) {
        ++report_.bodies;
        if (state == BodyState::missing) {
            found_.push_back({entry.at.position, entry.row.place});
            report_.found.push_back({current_->row.state.id, entry.at.position});
        }
        return;
    }
    const bool is_filled =
        (state == BodyState::have || state == BodyState::missing) && fill_from_copy(entry);
    // What an earlier check found stays damage until it has come again.
    if (state == BodyState::have || (may_lie_there && !is_filled))
        add(entry.at.position, Damage::body);
    if (state == BodyState::have && !is_filled)
        lost_.push_back({entry.at.position, entry.row.place});
}

/// A sector that cannot be read is damage of what lies there, no reason to leave the rest unread.
bool Audit::is_good(const WalkedEntry& entry) const {
    const auto body = store_.segments().read({entry.row.place, entry.revision});
    return body && (!options_.fits_commitment || options_.fits_commitment(entry.row.header, *body));
}

/// The payload of an operation stands in the database a second time.
bool Audit::fill_from_copy(const WalkedEntry& entry) {
    const replica::LogState& log = current_->row.state;
    if (log.descriptor.channel != log::Channel::governance)
        return false;
    auto copy = store_.entries().payload_copy(entry.at);
    if (!copy)
        return false;
    replica::BodyBytes body{{}, std::make_shared<const Bytes>(std::move(*copy))};
    copies_.bodies.push_back({log.id, entry.at.position, entry.revision, std::move(body)});
    return true;
}

Result<void> Audit::record_bodies() {
    const LogId& log = current_->row.state.id;
    Result<void> done;
    if (!lost_.empty())
        done = store_.mark_missing(log, lost_);
    if (done && !found_.empty())
        done = store_.mark_found(log, found_);
    if (done && !copies_.bodies.empty())
        done = store_.commit(copies_);
    lost_.clear();
    found_.clear();
    copies_.bodies.clear();
    return done;
}

void Audit::check_tree(const replica::LogState& state, const WalkedLog& walked) {
    const Position end{walked.run.value};
    if (walked.run != state.stored) {
        add(end, Damage::entries);
        return;
    }
    if (walked.frontier.hashes != state.frontier.hashes)
        add(end, Damage::tree);
    if (state.stored != state.head.head.size)
        return;
    auto root = log::root_of<log::Blake2b256>(walked.frontier);
    if (!root || *root != state.head.head.root)
        add(end, Damage::head);
}

Result<bool> Audit::check_nodes() {
    const std::vector<log::TreeNode>& nodes = current_->walked->nodes;
    for (; current_->nodes_checked < nodes.size(); ++current_->nodes_checked) {
        if (bytes_left_ == 0)
            return false;
        bytes_left_ -= std::min(bytes_left_, row_cost_bytes);
        const log::TreeNode& node = nodes[current_->nodes_checked];
        auto value = store_.database().get(node_key(current_->row.number, node.at).view());
        if (!value && value.error().code != Errc::not_found)
            return fail(value.error());
        const auto hash = value ? TreeHash::from(as_view(*value)) : std::nullopt;
        if (!hash || *hash != node.hash)
            add(Position{node.at.index << node.at.level}, Damage::tree);
    }
    return true;
}

void Audit::add(Position position, Damage damage) {
    report_.needs_salvage = report_.needs_salvage || damage != Damage::body;
    report_.damaged.push_back({current_->row.state.id, position, damage});
}

Result<AuditReport> audit(Store& store, const AuditOptions& options) {
    Audit all(store, options);
    auto done = all.step(~std::uint64_t{0});
    if (!done)
        return fail(done.error());
    return all.report();
}

} // namespace staffroom::storage
