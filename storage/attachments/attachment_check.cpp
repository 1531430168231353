// The check of all attached files, which AttachmentStore makes in the daily round and for `verify`.
#include "protocol/base/text.hpp"
#include "storage/attachments/attachment_file.hpp"
#include "storage/attachments/attachment_store.hpp"

#include <algorithm>

namespace staffroom::storage {

namespace {

constexpr std::uint64_t file_cost_bytes = 4096; // to open one
constexpr std::string_view damaged_folder = "/damaged";

} // namespace

bool AttachmentStore::check_more(CheckProgress& progress, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    while (bytes > 0) {
        auto next = held_.first();
        if (progress.file)
            next = progress.is_file_done ? held_.after(progress.file->hash)
                                         : held_.from(progress.file->hash);
        if (!next)
            return true;
        const FileName name = *next;
        if (progress.is_file_done || progress.file != name)
            progress.next_piece = 0; // else it was set aside meanwhile, and this is the one behind
        progress.file = name;
        auto is_done = check_pieces(name, progress, bytes);
        progress.is_file_done = !is_done || *is_done;
        if (!is_done)
            progress.report.damaged.push_back(name.hash);
        progress.report.files += progress.is_file_done ? 1U : 0U;
    }
    return false;
}

/// Checks pieces; returns false when `bytes` are used up before all pieces are checked.
Result<bool> AttachmentStore::check_pieces(
    const FileName& file, CheckProgress& progress, std::uint64_t& bytes
) const {
    auto opened = files_.open(path_of(file), OpenMode::read);
    if (!opened)
        return fail(opened.error());
    const auto hashes = read_hashes(**opened, file);
    if (!hashes)
        return fail(hashes.error());
    bytes -= std::min(bytes, file_cost_bytes + hashes->size() * TreeHash::size_bytes);
    for (std::uint64_t& next = progress.next_piece; next < hashes->size(); ++next) {
        if (bytes == 0)
            return false;
        const auto piece = storage::read_piece(**opened, file, next, (*hashes)[next]);
        if (!piece)
            return fail(piece.error());
        bytes -= std::min<std::uint64_t>(bytes, piece->size());
    }
    return true;
}

AttachmentStore::CheckReport AttachmentStore::check() {
    CheckProgress progress;
    // Goes in steps, so that other requests do not wait for the rest.
    while (!check_more(progress, limits::attachment_bytes_max)) {
    }
    return progress.report;
}

void AttachmentStore::set_aside_damaged(const Digest& hash) {
    if (const auto file = held_.find(hash))
        set_aside_damaged(*file);
}

std::size_t AttachmentStore::damaged_count() const {
    const auto names = files_.list(directory_ + std::string(damaged_folder));
    std::size_t count = 0;
    for (const std::string& name : names.value_or(std::vector<std::string>{})) {
        const auto hash = id_from_base32<Digest>(name);
        count += hash && !held_.find(*hash) ? 1U : 0U;
    }
    return count;
}

void AttachmentStore::set_aside_damaged(const FileName& file) {
    const std::lock_guard lock(mutex_);
    // A process that may not open the file has a matter of rights to settle; the content may be
    // good.
    const auto opened = files_.open(path_of(file), OpenMode::read);
    if (!opened && opened.error().code == Errc::io_error)
        return;
    const auto content = read_all(file);
    if (!content && held_.holds(file))
        static_cast<void>(set_aside(file, content.error().detail));
}

} // namespace staffroom::storage
