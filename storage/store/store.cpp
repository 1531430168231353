#include "storage/store/store.hpp"

#include "storage/store/commit_plan.hpp"

#include <algorithm>

namespace staffroom::storage {

using replica::BodyState;

namespace {

/// Makes the folder where it is missing, and refuses one that holds something else. Its name is
/// synced at every start: the one that made it may have ended before it came to that.
Result<void> prepare_folder(FileSystem& files, const std::string& directory) {
    if (auto done = files.create_directory(directory); !done)
        return done;
    if (auto done = files.sync_directory(parent_directory(directory)); !done)
        return done;
    auto names = files.list(directory);
    if (!names)
        return fail(names.error());
    const bool is_ours = std::all_of(names->begin(), names->end(), [](const std::string& name) {
        return name == "lock" || name == "segments" || name == "count" ||
               name.starts_with("rows") || name.starts_with("index");
    });
    if (!is_ours)
        return fail(Errc::bad_configuration, directory + " holds files that are not a store's");
    return {};
}

/// A salvage that was cut off between its two last steps left a finished index under its working
/// name.
Result<void>
finish_salvage(FileSystem& files, const std::string& directory, const StorePaths& paths) {
    auto has_index = files.exists(paths.index);
    auto has_salvage = files.exists(paths.salvage);
    if (!has_index || !has_salvage)
        return fail(has_index ? has_salvage.error() : has_index.error());
    if (*has_index || !*has_salvage)
        return {};
    if (auto done = files.rename(paths.salvage, paths.index); !done)
        return done;
    return files.sync_directory(directory);
}

Result<void>
make_directories(FileSystem& files, const std::string& directory, const StorePaths& paths) {
    if (auto done = files.create_directory(paths.segments); !done)
        return done;
    if (auto done = files.create_directory(paths.index); !done)
        return done;
    return files.sync_directory(directory);
}

Result<void> check_version(Database& database) {
    const RowKey key = meta_key();
    auto value = database.get(key.view());
    if (value) {
        auto content = open_sealed_row(key.view(), as_view(*value));
        auto version =
            content ? decode_meta(*content) : Result<std::uint32_t>(fail(content.error()));
        if (!version)
            return fail(version.error());
        if (*version > schema_version)
            return fail(
                Errc::unknown_version,
                "this store was made by a newer version of Staffroom (its format is " +
                    std::to_string(*version) + ", this version reads " +
                    std::to_string(schema_version) + ")"
            );
        return {};
    }
    if (value.error().code != Errc::not_found)
        return fail(value.error());
    bool is_empty = true;
    auto looked = database.for_each({}, {}, [&](ByteView, ByteView) -> Result<bool> {
        is_empty = false;
        return false;
    });
    if (!looked)
        return looked;
    if (!is_empty)
        return fail(Errc::corrupt, "the store has rows but no version");
    RowBatch batch;
    Bytes content = encode_meta();
    seal_row(key.view(), content);
    batch.put(key.view(), content);
    return database.write(batch);
}

} // namespace

StorePaths store_paths(const std::string& directory) {
    return {
        .lock = directory + "/lock",
        .index = directory + "/index",
        .segments = directory + "/segments",
        .salvage = directory + "/index.salvage",
        .count = directory + "/count",
        .rows = directory + "/rows",
    };
}

Result<SegmentEnd> read_segment_end(const Database& database) {
    const RowKey key = segment_end_key();
    auto value = database.get(key.view());
    if (!value && value.error().code == Errc::not_found)
        return SegmentEnd{0, 0};
    auto content = value ? open_sealed_row(key.view(), as_view(*value))
                         : Result<ByteView>(fail(value.error()));
    if (!content)
        return fail(content.error());
    return decode_segment_end(*content);
}

Result<std::uint64_t> read_commit_count(const Database& database) {
    const RowKey key = commit_count_key();
    auto value = database.get(key.view());
    if (!value && value.error().code == Errc::not_found)
        return 0;
    auto content = value ? open_sealed_row(key.view(), as_view(*value))
                         : Result<ByteView>(fail(value.error()));
    if (!content)
        return fail(content.error());
    return decode_commit_count(*content);
}

Store::Store(
    std::unique_ptr<FileLock> lock,
    std::unique_ptr<Database> database,
    FileSystem& files,
    const StoreOptions& options,
    const SegmentEnd& end,
    const std::string& directory
)
    : lock_(std::move(lock))
    , database_(std::move(database))
    , segments_(files, store_paths(directory).segments, end)
    , reader_(*database_, segments_, table_)
    , files_(files)
    , rows_path_(store_paths(directory).rows)
    , count_file_(files, store_paths(directory).count)
    , wait_for_background_(options.wait_for_background) {}

Result<std::unique_ptr<Store>>
Store::open(FileSystem& files, const std::string& directory, const StoreOptions& options) {
    const StorePaths paths = store_paths(directory);
    if (auto done = prepare_folder(files, directory); !done)
        return fail(done.error());
    auto lock = files.lock(paths.lock);
    if (!lock)
        return fail(lock.error());
    if (auto done = finish_salvage(files, directory, paths); !done)
        return fail(done.error());
    if (auto done = make_directories(files, directory, paths); !done)
        return fail(done.error());
    auto database = Database::open(files, paths.index, options.database);
    if (!database)
        return fail(database.error());
    if (auto done = check_version(**database); !done)
        return fail(done.error());
    auto end = read_segment_end(**database);
    if (!end)
        return fail(end.error());
    std::unique_ptr<Store> store(
        new Store(std::move(*lock), std::move(*database), files, options, *end, directory)
    );
    if (auto done = store->segments_.start(); !done)
        return fail(done.error());
    if (auto done = store->load_table(); !done)
        return fail(done.error());
    if (auto done = store->load_count(); !done)
        return fail(done.error());
    store->copy_rows({});
    if (options.wait_for_background)
        store->database_->wait_idle();
    return store;
}

Result<void> Store::load_table() {
    const RowKey all(RowTag::log);
    return database_
        ->for_each(all.view(), all.view(), [this](ByteView key, ByteView value) -> Result<bool> {
            auto content = open_sealed_row(key, value);
            auto row = content ? decode_log(*content) : Result<LogRow>(fail(content.error()));
            if (!row)
                return fail(row.error());
            table_.set(row->state.id, {row->number, row->state.stored, row->state.descriptor});
            return true;
        });
}

Result<void> Store::load_count() {
    auto count = read_commit_count(*database_);
    if (!count)
        return fail(count.error());
    count_ = *count;
    const std::uint64_t answered = count_file_.read().value_or(0);
    commits_lost_ = answered > count_ ? answered - count_ : 0;
    // The copy may hold what the database has lost: it is left for salvage.
    is_copy_stale_ = commits_lost_ == 0;
    return {};
}

/// The commit stands without the copy, so a failure only means another try with the next commit.
void Store::copy_rows(std::span<const replica::StoreBatch* const> batches) {
    for (const replica::StoreBatch* batch : batches) {
        is_copy_stale_ = is_copy_stale_ ||
                         std::any_of(batch->rows.begin(), batch->rows.end(), [](const auto& row) {
                             return is_kept_twice(row.kind);
                         });
    }
    is_copy_stale_ = is_copy_stale_ && !copy_core_rows(files_, rows_path_, *database_);
}

Result<void> Store::commit(std::span<const replica::StoreBatch* const> batches) {
    const std::lock_guard hold(commit_mutex_);
    if (auto done = make_writable(); !done)
        return done;
    auto done = perform(batches);
    if (!done)
        segments_.abandon();
    if (wait_for_background_)
        database_->wait_idle();
    return done;
}

Result<void> Store::make_writable() {
    return database_->needs_reopen() ? database_->reopen() : Result<void>();
}

Result<void> Store::perform(std::span<const replica::StoreBatch* const> batches) {
    CommitPlan plan(*database_, segments_, table_);
    for (const replica::StoreBatch* batch : batches) {
        if (auto done = plan.add(*batch); !done)
            return done;
    }
    RowBatch& rows = plan.finish();
    const RowKey count_key = commit_count_key();
    Bytes count = encode_commit_count(count_ + 1);
    seal_row(count_key.view(), count);
    rows.put(count_key.view(), count);
    // Bodies first: a row must never point at what a power cut can take away.
    if (auto done = segments_.flush(); !done)
        return done;
    if (auto done = database_->write(rows); !done)
        return done;
    segments_.confirm();
    plan.apply(table_);
    count_file_.write(++count_);
    copy_rows(batches);
    return {};
}

Result<Bytes> Store::row(replica::RowKind kind, ByteView key) const {
    const Bytes row_key = opaque_key(kind, key);
    auto value = database_->get(row_key);
    auto content =
        value ? open_sealed_row(row_key, as_view(*value)) : Result<ByteView>(fail(value.error()));
    if (!content)
        return fail(content.error());
    return to_bytes(*content);
}

Result<replica::Loaded> Store::load(const replica::LoadAsk& what) const {
    const auto wrapped = [](auto loaded) -> Result<replica::Loaded> {
        if (!loaded)
            return fail(loaded.error());
        return replica::Loaded(std::move(*loaded));
    };
    if (const auto* chunk = std::get_if<replica::LoadChunk>(&what))
        return wrapped(load_chunk(*chunk));
    if (const auto* bodies = std::get_if<replica::LoadBodies>(&what))
        return wrapped(load_bodies(*bodies));
    return wrapped(reader_.load_ranges(std::get<replica::LoadRanges>(what)));
}

Result<void> Store::mark_missing(const LogId& log, std::span<const BodyPlace> bodies) {
    return mark(log, bodies, BodyState::missing);
}

Result<void> Store::mark_found(const LogId& log, std::span<const BodyPlace> bodies) {
    return mark(log, bodies, BodyState::have);
}

Result<void> Store::set_states(std::span<const EntryState> states) {
    const std::lock_guard hold(commit_mutex_);
    if (auto done = make_writable(); !done)
        return done;
    RowBatch batch;
    Bytes scratch;
    for (const EntryState& each : states) {
        const auto log = table_.find(each.entry.log);
        if (!log)
            return fail(Errc::not_found, "no such log here");
        const EntryAddress at{log->number, each.entry.position};
        auto value = database_->get(entry_key(at).view());
        auto row = value ? decode_entry(as_view(*value)) : Result<EntryRow>(fail(value.error()));
        if (!row)
            return fail(row.error());
        const Place place = each.keeps_place ? row->place : Place{0, 0, 0};
        encode_entry(scratch, {each.state, place, row->header});
        batch.put(entry_key(at).view(), scratch);
        const std::array<std::uint8_t, 1> raw{static_cast<std::uint8_t>(each.state)};
        batch.put(without_body_key(at).view(), raw);
    }
    auto done = database_->write(batch);
    if (wait_for_background_)
        database_->wait_idle();
    return done;
}

Result<SegmentEnd> Store::trim_segments() {
    const std::lock_guard hold(commit_mutex_);
    if (auto done = make_writable(); !done)
        return fail(done.error());
    return segments_.trim();
}

Result<void>
Store::mark(const LogId& id, std::span<const BodyPlace> bodies, replica::BodyState state) {
    const std::lock_guard hold(commit_mutex_);
    if (auto done = make_writable(); !done)
        return done;
    const auto log = table_.find(id);
    if (!log)
        return fail(Errc::not_found, "no such log here");
    const bool is_found = state == BodyState::have;
    RowBatch batch;
    Bytes scratch;
    for (const BodyPlace& body : bodies) {
        const EntryAddress at{log->number, body.position};
        auto value = database_->get(entry_key(at).view());
        auto row = value ? decode_entry(as_view(*value)) : Result<EntryRow>(fail(value.error()));
        if (!row)
            return fail(row.error());
        // Filled or erased since it was read.
        if (row->place != body.place ||
            row->state != (is_found ? BodyState::missing : BodyState::have))
            continue;
        encode_entry(scratch, {state, row->place, row->header});
        batch.put(entry_key(at).view(), scratch);
        if (is_found) {
            batch.remove(without_body_key(at).view());
            scratch.clear();
            encode_address(scratch, at);
            batch.put(revision_key(revision_of(row->header)).view(), scratch);
        } else {
            const std::array<std::uint8_t, 1> raw{static_cast<std::uint8_t>(state)};
            batch.put(without_body_key(at).view(), raw);
        }
    }
    return database_->write(batch);
}

} // namespace staffroom::storage
