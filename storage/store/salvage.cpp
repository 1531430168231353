#include "storage/store/salvage.hpp"

#include "protocol/log/tree_range.hpp"
#include "storage/store/erasure.hpp"
#include "storage/store/log_check.hpp"

namespace staffroom::storage {

using replica::BodyState;
using replica::LogState;

namespace {
constexpr std::size_t batch_bytes_target = 1U << 20U;
constexpr unsigned set_aside_max = 1000;

/// Reads every row once, so that damage in a table shows now and not in the middle of the work.
Result<void> read_everything(const Database& database) {
    return database.for_each({}, {}, [](ByteView, ByteView) -> Result<bool> { return true; });
}

/// How much is given up to have a copy that can be read: LevelDB's log is read past its torn end;
/// tables are read block by block and the list of them made anew; everything.
enum class Leniency { torn_log, repaired, nothing_left };

Result<std::unique_ptr<Database>>
open_copy(FileSystem& files, const std::string& path, Leniency leniency) {
    if (leniency == Leniency::nothing_left) {
        if (auto done = remove_tree(files, path); !done)
            return fail(done.error());
        if (auto done = files.create_directory(path); !done)
            return fail(done.error());
        return Database::open(files, path);
    }
    if (leniency == Leniency::repaired) {
        if (auto done = Database::repair(files, path); !done)
            return fail(done.error());
    }
    DatabaseOptions lenient;
    lenient.paranoid = false;
    auto database = Database::open(files, path, lenient);
    if (!database)
        return database;
    if (auto done = read_everything(**database); !done)
        return fail(done.error());
    return database;
}

class Rebuild {
public:
    Rebuild(
        Database& database,
        const Segments& segments,
        const SalvageOptions& options,
        std::vector<replica::Row> core_rows
    )
        : database_(database)
        , segments_(segments)
        , options_(options)
        , core_rows_(std::move(core_rows)) {}

    /// `answered` counts the commits that were acknowledged, as far as that is known.
    Result<SalvageReport> run(const SegmentEnd& end, std::uint64_t answered) {
        const std::uint64_t count = read_commit_count(database_).value_or(0);
        report_.commits_lost = answered > count ? answered - count : 0;
        if (auto done = collect_logs(); !done)
            return fail(done.error());
        for (auto& [id, row] : logs_) {
            if (auto done = rebuild_log(row); !done)
                return fail(done.error());
        }
        if (auto done = check_core_rows(); !done)
            return fail(done.error());
        if (auto done = restore_core_rows(); !done)
            return fail(done.error());
        put_sealed(meta_key().view(), encode_meta());
        put_sealed(commit_count_key().view(), encode_commit_count(std::max(count, answered)));
        put_sealed(segment_end_key().view(), encode_segment_end(end));
        if (auto done = database_.write(batch_); !done)
            return fail(done.error());
        return report_;
    }

private:
    /// Of each log the better of its two rows.
    Result<void> collect_logs() {
        for (const RowTag tag : {RowTag::log, RowTag::log_copy}) {
            const RowKey all(tag);
            auto done =
                database_.for_each(all.view(), all.view(), [&](ByteView key, ByteView value) {
                    auto content = open_sealed_row(key, value);
                    auto row =
                        content ? decode_log(*content) : Result<LogRow>(fail(content.error()));
                    if (!row) {
                        ++report_.rows_lost;
                        batch_.remove(key);
                        return Result<bool>(true);
                    }
                    const auto known = logs_.find(row->state.id);
                    if (known == logs_.end())
                        logs_.emplace(row->state.id, std::move(*row));
                    else if (known->second.state.stored < row->state.stored)
                        known->second = std::move(*row);
                    return Result<bool>(true);
                });
            if (!done)
                return done;
        }
        return {};
    }

    Result<void> rebuild_log(LogRow& row) {
        LogState& state = row.state;
        const LogSize stored_before = state.stored;
        const auto ignore = [](const WalkedEntry&) -> Result<void> { return {}; };
        auto walked = walk_log(database_, row.number, stored_before, ignore);
        if (!walked)
            return fail(walked.error());
        // Whole and with the hashes that were committed with it: nothing to prove one by one.
        const bool is_whole =
            walked->run == stored_before && walked->frontier.hashes == state.frontier.hashes;
        LogSize keep = is_whole ? walked->run : walked->proven;
        if (keep == state.head.head.size && !has_root(*walked, keep, state.head.head.root))
            keep = LogSize{0};
        auto kept = walk_log(database_, row.number, keep, [&](const WalkedEntry& entry) {
            return rebuild_entry(entry, state.descriptor.channel);
        });
        if (!kept)
            return fail(kept.error());
        ++report_.logs;
        report_.entries_kept += kept->run.value;
        report_.entries_lost += stored_before.value - kept->run.value;
        if (!is_whole || keep != stored_before)
            cut(state, *kept);
        if (auto done = replace_nodes(row.number, *kept); !done)
            return done;
        if (auto done = remove_behind(row.number, kept->run); !done)
            return done;
        for (const RowKey& key : {log_key(state.id), log_copy_key(row.number)})
            put_sealed(key.view(), encode_log(row));
        return flush_large();
    }

    /// True when the walk covers just `size` entries and they have this root.
    static bool has_root(const WalkedLog& walked, LogSize size, const TreeHash& root) {
        if (walked.run != size)
            return false;
        auto found = log::root_of<log::Blake2b256>(walked.frontier);
        return found && *found == root;
    }

    void cut(LogState& state, const WalkedLog& kept) {
        state.stored = kept.run;
        state.frontier = kept.frontier;
        // What proves the rest of the head was for another stored size; a neighbour gives it again.
        state.right = {state.stored, state.stored, {}};
        if (options_.is_first_revision)
            state.documents = documents_;
    }

    Result<void> rebuild_entry(const WalkedEntry& entry, log::Channel channel) {
        if (entry.at.position.value == 0)
            documents_ = 0;
        if (options_.is_first_revision && options_.is_first_revision(entry.row.header))
            ++documents_;
        EntryRow row = entry.row;
        if (row.state == BodyState::have ||
            (row.state == BodyState::missing && row.place.length > 0)) {
            // A misread is no damage: what fails is read once more.
            const BodyAt at{row.place, entry.revision};
            auto body = segments_.read(at);
            if (!body)
                body = segments_.read(at);
            row.state = body ? BodyState::have : BodyState::missing;
            if (body && channel == log::Channel::governance)
                renew_copy(entry.at, *body);
        }
        if (row.state != entry.row.state) {
            report_.bodies_lost += row.state == BodyState::missing ? 1U : 0U;
            Bytes value;
            encode_entry(value, row); // keeps the place: what lies there may be readable one day
            batch_.put(entry_key(entry.at).view(), value);
        }
        const std::array<std::uint8_t, 1> raw{static_cast<std::uint8_t>(row.state)};
        if (row.state == BodyState::have || row.state == BodyState::none)
            batch_.remove(without_body_key(entry.at).view());
        else
            batch_.put(without_body_key(entry.at).view(), raw);
        if (!entry.is_proven) {
            Bytes address;
            encode_address(address, entry.at);
            batch_.put(revision_key(entry.revision).view(), address);
        }
        return flush_large();
    }

    /// The second copy of an operation's payload, where it is damaged or gone.
    void renew_copy(const EntryAddress& at, const replica::BodyBytes& body) {
        const RowKey key = payload_key(at);
        const auto value = database_.get(key.view());
        if (!value || !open_sealed_row(key.view(), as_view(*value)))
            put_sealed(key.view(), *body.encoded);
    }

    Result<void> replace_nodes(LogNumber log, const WalkedLog& kept) {
        if (auto done = remove_rows(node_prefix(log), node_prefix(log)); !done)
            return done;
        for (const log::TreeNode& node : kept.nodes)
            batch_.put(node_key(log, node.at).view(), node.hash.view());
        return {};
    }

    Result<void> remove_behind(LogNumber log, LogSize size) {
        const EntryAddress first{log, Position{size.value}};
        if (auto done = remove_rows(entry_prefix(log), entry_key(first)); !done)
            return done;
        if (auto done = remove_rows(payload_prefix(log), payload_key(first)); !done)
            return done;
        return remove_rows(without_body_prefix(log), without_body_key(first));
    }

    Result<void> remove_rows(const RowKey& prefix, const RowKey& first) {
        return database_.for_each(prefix.view(), first.view(), [&](ByteView key, ByteView) {
            batch_.remove(key);
            return Result<bool>(true);
        });
    }

    Result<void> check_core_rows() {
        const RowKey all(RowTag::opaque);
        return database_.for_each(all.view(), all.view(), [&](ByteView key, ByteView value) {
            const auto content = open_sealed_row(key, value);
            if (!content) {
                ++report_.rows_lost;
                batch_.remove(key);
            } else if (const auto begun = row_begun_again(key, to_bytes(*content))) {
                put_sealed(key, *begun);
            }
            return Result<bool>(true);
        });
    }

    /// What the database lost of the rows that nobody else has.
    Result<void> restore_core_rows() {
        for (const replica::Row& row : core_rows_) {
            const Bytes key = opaque_key(row.kind, row.key);
            const auto value = database_.get(key);
            if (value && open_sealed_row(key, as_view(*value)))
                continue;
            if (!value && value.error().code == Errc::io_error)
                return fail(value.error());
            put_sealed(key, row_begun_again(key, row.value).value_or(row.value));
            ++report_.rows_restored;
        }
        return {};
    }

    void put_sealed(ByteView key, Bytes value) {
        seal_row(key, value);
        batch_.put(key, value);
    }

    Result<void> flush_large() {
        if (batch_.bytes() < batch_bytes_target)
            return {};
        auto done = database_.write(batch_);
        batch_.clear();
        return done;
    }

    Database& database_;
    const Segments& segments_;
    const SalvageOptions& options_;
    std::vector<replica::Row> core_rows_;
    std::map<LogId, LogRow> logs_;
    RowBatch batch_;
    std::uint64_t documents_ = 0;
    SalvageReport report_;
};

Result<std::string> free_name(FileSystem& files, const std::string& index) {
    for (unsigned i = 1; i <= set_aside_max; ++i) {
        std::string name = index + ".damaged-" + std::to_string(i);
        auto exists = files.exists(name);
        if (!exists)
            return fail(exists.error());
        if (!*exists)
            return name;
    }
    return fail(Errc::io_error, "too many damaged indexes are kept beside " + index);
}

/// Copies the damaged index and puts the copy in order.
Result<SalvageReport> rebuild_copy(
    FileSystem& files, const StorePaths& paths, const SalvageOptions& options, Leniency leniency
) {
    if (auto done = remove_tree(files, paths.salvage); !done)
        return fail(done.error());
    if (auto done = files.create_directory(paths.salvage); !done)
        return fail(done.error());
    if (auto done = copy_files(files, paths.index, paths.salvage); !done)
        return fail(done.error());
    auto database = open_copy(files, paths.salvage, leniency);
    if (!database)
        return fail(database.error());
    const auto known = read_segment_end(**database).value_or(SegmentEnd{0, 0});
    const auto end = end_behind_all(files, paths.segments, known);
    if (!end)
        return fail(end.error());
    const Segments segments(files, paths.segments, *end);
    // A copy that is not there or damaged too is none.
    auto core_rows = read_core_rows(files, paths.rows).value_or(std::vector<replica::Row>{});
    const std::uint64_t answered = CommitCount(files, paths.count).read().value_or(0);
    auto report = Rebuild(**database, segments, options, std::move(core_rows)).run(*end, answered);
    if (!report)
        return report;
    database->reset();
    // What was read without all checks has to stand them, or the next start refuses it again.
    database = Database::open(files, paths.salvage, options.store.database);
    if (!database)
        return fail(database.error());
    if (auto done = read_everything(**database); !done)
        return fail(done.error());
    database->reset();
    if (auto done = files.sync_directory(paths.salvage); !done)
        return fail(done.error());
    return report;
}

/// Without its checks LevelDB may read a damaged table and fail later, so only a copy that came
/// through the whole rebuilding counts.
Result<SalvageReport>
rebuild_best_copy(FileSystem& files, const StorePaths& paths, const SalvageOptions& options) {
    Result<SalvageReport> report = fail(Errc::corrupt);
    for (const Leniency leniency :
         {Leniency::torn_log, Leniency::repaired, Leniency::nothing_left}) {
        report = rebuild_copy(files, paths, options, leniency);
        // A disk that refuses is no reason to give up more.
        if (report || report.error().code != Errc::corrupt)
            return report;
    }
    return report;
}

Result<OpenedStore>
open_whole(FileSystem& files, const std::string& directory, const SalvageOptions& options) {
    auto store = Store::open(files, directory, options.store);
    if (!store)
        return fail(store.error());
    if ((*store)->commits_lost() > 0)
        return fail(Errc::corrupt, "commits that had been acknowledged are gone");
    auto image = (*store)->load_image();
    if (!image)
        return fail(image.error());
    OpenedStore opened;
    opened.store = std::move(*store);
    opened.image = std::move(*image);
    return opened;
}

} // namespace

Result<SalvageReport>
salvage(FileSystem& files, const std::string& directory, const SalvageOptions& options) {
    const StorePaths paths = store_paths(directory);
    auto lock = files.lock(paths.lock);
    if (!lock)
        return fail(lock.error());
    auto report = rebuild_best_copy(files, paths, options);
    if (!report)
        return report;
    auto name = free_name(files, paths.index);
    if (!name)
        return fail(name.error());
    if (auto done = files.rename(paths.index, *name); !done)
        return fail(done.error());
    if (auto done = files.rename(paths.salvage, paths.index); !done)
        return fail(done.error());
    if (auto done = files.sync_directory(directory); !done)
        return fail(done.error());
    report->set_aside = *name;
    return report;
}

Result<OpenedStore>
open_or_salvage(FileSystem& files, const std::string& directory, const SalvageOptions& options) {
    auto opened = options.is_known_damaged ? Result<OpenedStore>(fail(Errc::corrupt))
                                           : open_whole(files, directory, options);
    if (opened || opened.error().code != Errc::corrupt)
        return opened;
    auto report = salvage(files, directory, options);
    if (!report)
        return fail(report.error());
    opened = open_whole(files, directory, options);
    if (opened)
        opened->salvaged = std::move(*report);
    return opened;
}

} // namespace staffroom::storage
