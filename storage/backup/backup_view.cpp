#include "storage/backup/backup_view.hpp"

#include "storage/backup/backup_reader.hpp"

#include <algorithm>

namespace staffroom::storage {
namespace {

/// Entries are read in the order of their logs, so neighbours in a segment are asked for together.
constexpr std::size_t parts_open_max = 16;

Result<void> refuse(const std::string& path) {
    return fail(Errc::io_error, path + " is part of a backup, which is only read.");
}

class PartsFile final : public File {
public:
    PartsFile(BackupView& view, const BackupFile& file)
        : view_(view)
        , file_(file) {
        ends_.reserve(file.parts.size());
        for (const BackupPart& part : file.parts)
            ends_.push_back(bytes() + part.bytes);
    }

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
        std::size_t done = 0;
        while (done < out.size() && offset < bytes()) {
            const auto index =
                static_cast<std::size_t>(std::ranges::upper_bound(ends_, offset) - ends_.begin());
            const BackupPart& part = file_.parts[index];
            const auto content = view_.content_of(part);
            if (!content)
                return fail(content.error());
            const auto at = static_cast<std::size_t>(offset - (ends_[index] - part.bytes));
            const std::size_t count = std::min(out.size() - done, (*content)->size() - at);
            const ByteView from = ByteView(**content).subspan(at, count);
            std::ranges::copy(from, out.begin() + static_cast<std::ptrdiff_t>(done));
            done += count;
            offset += count;
        }
        return done;
    }
    Result<void> append(ByteView) override { return refuse(file_.path); }
    Result<void> overwrite_at(std::uint64_t, ByteView) override { return refuse(file_.path); }
    Result<void> truncate(std::uint64_t) override { return refuse(file_.path); }
    Result<void> sync() override { return {}; }
    Result<std::uint64_t> size() const override { return bytes(); }

private:
    [[nodiscard]] std::uint64_t bytes() const { return ends_.empty() ? 0 : ends_.back(); }

    BackupView& view_;
    const BackupFile& file_;
    std::vector<std::uint64_t> ends_; // of each part, in the file
};

} // namespace

BackupView::BackupView(
    const BackupTarget& target,
    const BackupKey& key,
    const BackupManifest& manifest,
    std::string root
)
    : target_(target)
    , key_(key) {
    root += '/';
    for (const BackupFile& file : manifest.files)
        if (file.kind == BackupKind::file)
            files_.emplace(root + file.path, &file);
}

Result<std::shared_ptr<const Bytes>> BackupView::content_of(const BackupPart& part) {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find(opened_, part.name, &Opened::name);
    if (known != opened_.end()) {
        if (known->content->size() != part.bytes)
            return fail(Errc::corrupt);
        opened_.splice(opened_.begin(), opened_, known);
        return known->content;
    }
    auto content = target_.get(key_, part);
    if (!content)
        return fail(content.error());
    auto shared = std::make_shared<const Bytes>(std::move(*content));
    opened_.push_front({part.name, shared});
    if (opened_.size() > parts_open_max)
        opened_.pop_back();
    return shared;
}

Result<std::unique_ptr<File>> BackupView::open(const std::string& path, OpenMode mode) {
    const auto file = files_.find(path);
    if (file == files_.end())
        return fail(Errc::not_found, path);
    if (mode != OpenMode::read)
        return fail(refuse(path).error());
    return std::make_unique<PartsFile>(*this, *file->second);
}

Result<bool> BackupView::exists(const std::string& path) {
    return files_.contains(path) || list(path).has_value();
}

Result<std::vector<std::string>> BackupView::list(const std::string& directory) {
    const std::string prefix = directory + "/";
    std::vector<std::string> names;
    for (auto file = files_.lower_bound(prefix);
         file != files_.end() && file->first.starts_with(prefix);
         ++file) {
        const std::string rest = file->first.substr(prefix.size());
        std::string name = rest.substr(0, rest.find('/'));
        if (names.empty() || names.back() != name)
            names.push_back(std::move(name));
    }
    if (names.empty())
        return fail(Errc::not_found, directory);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

Result<void> BackupView::remove(const std::string& path) {
    return refuse(path);
}

Result<void> BackupView::remove_directory(const std::string& path) {
    return refuse(path);
}

Result<void> BackupView::rename(const std::string& from, const std::string&) {
    return refuse(from);
}

Result<void> BackupView::create_directory(const std::string& path) {
    return refuse(path);
}

Result<void> BackupView::sync_directory(const std::string&) {
    return {};
}

Result<std::unique_ptr<FileLock>> BackupView::lock(const std::string&) {
    class Nobodys final : public FileLock {};
    return std::make_unique<Nobodys>();
}

Result<void>
check_parts(const BackupTarget& target, const BackupKey& key, const BackupManifest& manifest) {
    std::set<Digest> seen;
    for (const BackupFile& file : manifest.files)
        for (const BackupPart& part : file.parts)
            if (seen.insert(part.name).second)
                if (auto content = part_of_backup(target, key, file, part); !content)
                    return fail(content.error());
    return {};
}

} // namespace staffroom::storage
