// The watches of a running node: its disk (who may write, a start where nothing can be written, the
// return to work when there is room again) and the clock of its boot.
#include "node/app.hpp"
#include "node/base/boot_clock.hpp"

#include <algorithm>
#include <utility>

namespace staffroom::node {
namespace {

/// The bytes of a row beside its key and value, and of an entry beside its header and body.
constexpr std::uint64_t row_overhead = 256;

struct Weight {
    std::uint64_t bytes = 0;
    storage::DiskUse use = storage::DiskUse::log;

    void add_body(const log::BodyBytes& body) {
        if (body.encoded == nullptr)
            return;
        bytes += body.encoded->size();
        use = storage::DiskUse::text;
    }
};

/// Weighs batches: words of a record are text; heads, operations, notices and addresses are the
/// log.
Weight weigh(std::span<const replica::StoreBatch* const> batches) {
    Weight weight;
    for (const replica::StoreBatch* batch : batches) {
        for (const replica::LogAppend& append : batch->appends) {
            const bool is_text = append.after.descriptor.channel == log::Channel::records;
            for (const replica::NewEntry& entry : append.entries) {
                weight.bytes += row_overhead + (entry.header ? entry.header->size() : 0);
                if (is_text)
                    weight.add_body(entry.body);
                else if (entry.body.encoded != nullptr)
                    weight.bytes += entry.body.encoded->size();
            }
        }
        for (const replica::BodyFill& fill : batch->bodies)
            weight.add_body(fill.body);
        for (const replica::Row& row : batch->rows)
            weight.bytes += row_overhead + row.key.size() + row.value.size();
    }
    return weight;
}

/// A batch of the index writes its words, their index, and both once more when the pages are moved
/// from its log into its file.
constexpr std::uint64_t index_factor = 8;
constexpr std::uint64_t index_bytes_min = 256UL * 1024;

} // namespace

runtime::StoreAccess App::store_access() {
    runtime::StoreAccess access;
    access.commit = [this](std::span<const replica::StoreBatch* const> batches) -> Result<void> {
        const Weight weight = weigh(batches);
        if (auto room = budget_->ask(weight.use, weight.bytes); !room)
            return room;
        return store_->commit(batches);
    };
    access.write_mark = [this](const std::vector<replica::MarkedLog>& logs) {
        std::vector<storage::MarkedLog> marks;
        marks.reserve(logs.size());
        for (const replica::MarkedLog& marked : logs)
            marks.push_back({marked.log, marked.size, marked.root});
        return mark_->write(marks);
    };
    access.load = [this](const replica::Load& load) -> Result<replica::Loaded> {
        return store_->load(load.what);
    };
    return access;
}

Result<void> App::ask_for_index(std::uint64_t bytes) {
    auto room = budget_->ask(storage::DiskUse::index, index_bytes_min + index_factor * bytes);
    if (!room)
        does_index_wait_ = true;
    return room;
}

storage::FileSystem& App::store_files() {
    if (!is_read_only_)
        return files_;
    if (!overlay_)
        overlay_.emplace(files_);
    return *overlay_;
}

bool App::can_only_read() const {
    std::error_code error;
    const auto store = storage::store_path(options_.data);
    // A first start has nothing to be read.
    if (!std::filesystem::exists(store / "index" / "CURRENT", error))
        return false;
    return is_read_only_ || !storage::has_room_to_start(store, budget_->room());
}

/// Opens the store of a disk that takes nothing more: what the database writes at a start stays in
/// memory.
Result<replica::Image> App::open_index_to_read() {
    is_read_only_ = true;
    budget_->close();
    trace_->event(TraceLevel::warning, "disk.full-at-start");
    auto opened = storage::Store::open(store_files(), storage::store_path(options_.data).string());
    auto image = opened ? (*opened)->load_image() : Result<replica::Image>(fail(opened.error()));
    if (!image && image.error().code == Errc::corrupt)
        return fail(
            Errc::disk_full,
            "The store in " + options_.data.string() +
                " is damaged, and the disk has no room to mend it."
        );
    if (image)
        store_ = std::move(*opened);
    return image;
}

/// Looks each second: room that has come back ends the waiting.
void App::watch_disk() {
    if (does_index_wait_ && budget_->ask(storage::DiskUse::index, index_bytes_min)) {
        does_index_wait_ = false;
        indexer_->wake();
    }
    if (!is_read_only_ || ending_ != Ending::none)
        return;
    const auto room = budget_->room();
    const bool has_room = room &&
                          room->free >= storage::kept_for(storage::DiskUse::log, room->total) &&
                          storage::has_room_to_start(storage::store_path(options_.data), room);
    if (!has_room)
        return;
    trace_->event(TraceLevel::notice, "disk.has-room");
    ending_ = Ending::has_room;
    stop();
}

/// Reads the mark of this boot, where the boot goes on as it was left. None: new logs begin, and
/// nothing forks.
Result<std::vector<storage::MarkedLog>> App::read_run_mark() {
    boot_offset_ms_ = runtime::boot_offset_ms();
    const auto before = run_folder_ ? runtime::read_offset(*run_folder_) : std::nullopt;
    if (run_folder_)
        runtime::write_offset(*run_folder_, boot_offset_ms_);
    // Removes it, so that no later start takes it for its own either.
    std::error_code error;
    if (before && !runtime::goes_on(*before, boot_offset_ms_))
        std::filesystem::remove(*run_folder_ / "mark", error);
    if (error)
        return fail(Errc::not_found, "the clock was set since the mark was written");
    return mark_->read_run();
}

/// Looks each second. A clock that jumps may be that of a copy of this machine: it writes in new
/// logs.
void App::watch_clock() {
    const std::int64_t now_ms = runtime::boot_offset_ms();
    const std::int64_t before_ms = std::exchange(boot_offset_ms_, now_ms);
    if (!runtime::goes_on(before_ms, now_ms)) {
        if (ending_ != Ending::none || metrics_.is_stopping)
            return;
        // The old offset stays on record, so that the next life does not take the mark for its own.
        trace_->event(
            TraceLevel::warning,
            "clock.jumped",
            {{"seconds", std::to_string((now_ms - before_ms) / 1000)}}
        );
        ending_ = Ending::clock_jumped;
        stop();
        return;
    }
    constexpr unsigned looks_between_writes = 60;
    if (run_folder_ && ++clock_looks_ % looks_between_writes == 0)
        runtime::write_offset(*run_folder_, now_ms);
}

} // namespace staffroom::node
