#include "storage/files/overlay_files.hpp"

#include <algorithm>

namespace staffroom::storage {

struct OverlayFileSystem::Changed {
    std::unique_ptr<File> base; // null: a new file
    std::uint64_t base_bytes = 0;
    Bytes tail;
    std::mutex mutex;
};

namespace {

using Changed = OverlayFileSystem::Changed;

class OverlayFile final : public File {
public:
    explicit OverlayFile(std::shared_ptr<Changed> changed)
        : changed_(std::move(changed)) {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
        const std::lock_guard lock(changed_->mutex);
        std::size_t done = 0;
        if (offset < changed_->base_bytes) {
            const auto count = std::min<std::uint64_t>(out.size(), changed_->base_bytes - offset);
            auto got = changed_->base->read_at(offset, out.first(static_cast<std::size_t>(count)));
            if (!got || *got < count)
                return got;
            done = *got;
        }
        const std::uint64_t at = offset + done - std::min(offset + done, changed_->base_bytes);
        if (at >= changed_->tail.size())
            return done;
        const auto count = std::min<std::uint64_t>(out.size() - done, changed_->tail.size() - at);
        const auto from = changed_->tail.begin() + static_cast<std::ptrdiff_t>(at);
        std::copy_n(from, count, out.begin() + static_cast<std::ptrdiff_t>(done));
        return done + static_cast<std::size_t>(count);
    }

    Result<void> append(ByteView bytes) override {
        const std::lock_guard lock(changed_->mutex);
        staffroom::append(changed_->tail, bytes);
        return {};
    }

    Result<void> overwrite_at(std::uint64_t offset, ByteView bytes) override {
        const std::lock_guard lock(changed_->mutex);
        const std::uint64_t end = changed_->base_bytes + changed_->tail.size();
        if (offset > end || bytes.size() > end - offset)
            return fail(Errc::out_of_range, "overwriting beyond the end of a file");
        if (offset < changed_->base_bytes)
            return fail(Errc::disk_full, "nothing can be overwritten on a full disk");
        const auto at = static_cast<std::ptrdiff_t>(offset - changed_->base_bytes);
        std::copy(bytes.begin(), bytes.end(), changed_->tail.begin() + at);
        return {};
    }

    Result<void> truncate(std::uint64_t size) override {
        const std::lock_guard lock(changed_->mutex);
        changed_->tail.resize(static_cast<std::size_t>(size - std::min(changed_->base_bytes, size))
        );
        changed_->base_bytes = std::min(changed_->base_bytes, size);
        return {};
    }

    Result<void> sync() override { return {}; }

    Result<std::uint64_t> size() const override {
        const std::lock_guard lock(changed_->mutex);
        return changed_->base_bytes + changed_->tail.size();
    }

private:
    std::shared_ptr<Changed> changed_;
};

} // namespace

/// Finds a changed file; call it under the lock. Errors: not_found.
Result<std::shared_ptr<Changed>> OverlayFileSystem::find(const std::string& path, OpenMode mode) {
    const bool may_create = mode == OpenMode::append || mode == OpenMode::create;
    const auto known = changed_.find(path);
    if (known != changed_.end() && mode != OpenMode::create)
        return known->second;
    auto changed = std::make_shared<Changed>();
    if (mode != OpenMode::create && removed_.count(path) == 0) {
        auto base = below_.open(path, OpenMode::read);
        if (!base && (base.error().code != Errc::not_found || !may_create))
            return fail(base.error());
        auto size = base ? (*base)->size() : Result<std::uint64_t>(0);
        if (!size)
            return fail(size.error());
        changed->base_bytes = *size;
        if (base)
            changed->base = std::move(*base);
    } else if (!may_create) {
        return fail(Errc::not_found, path);
    }
    removed_.erase(path);
    changed_.insert_or_assign(path, changed);
    return changed;
}

Result<std::unique_ptr<File>> OverlayFileSystem::open(const std::string& path, OpenMode mode) {
    const std::lock_guard lock(mutex_);
    // A file that is only read is read where it lies: a store has more files than a process may
    // hold open.
    if (mode == OpenMode::read && changed_.count(path) == 0) {
        if (removed_.count(path) > 0)
            return fail(Errc::not_found, path);
        return below_.open(path, mode);
    }
    auto changed = find(path, mode);
    if (!changed)
        return fail(changed.error());
    return std::make_unique<OverlayFile>(std::move(*changed));
}

Result<bool> OverlayFileSystem::exists(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (changed_.count(path) > 0 || directories_.count(path) > 0)
        return true;
    return removed_.count(path) > 0 ? Result<bool>(false) : below_.exists(path);
}

Result<std::vector<std::string>> OverlayFileSystem::list(const std::string& directory) {
    const std::lock_guard lock(mutex_);
    auto names = below_.list(directory);
    if (!names && (names.error().code != Errc::not_found || directories_.count(directory) == 0))
        return names;
    const std::string prefix = directory + "/";
    std::set<std::string> all;
    for (const std::string& name : names.value_or(std::vector<std::string>{}))
        if (removed_.count(prefix + name) == 0)
            all.insert(name);
    const auto add = [&](const std::string& path) {
        if (path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos)
            all.insert(path.substr(prefix.size()));
    };
    for (const auto& [path, changed] : changed_)
        add(path);
    for (const std::string& path : directories_)
        add(path);
    return std::vector<std::string>(all.begin(), all.end());
}

Result<void> OverlayFileSystem::remove(const std::string& path) {
    const std::lock_guard lock(mutex_);
    changed_.erase(path);
    removed_.insert(path);
    return {};
}

Result<void> OverlayFileSystem::remove_directory(const std::string& path) {
    const std::lock_guard lock(mutex_);
    directories_.erase(path);
    removed_.insert(path);
    return {};
}

Result<void> OverlayFileSystem::rename(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    auto moved = find(from, OpenMode::update);
    if (!moved)
        return fail(moved.error());
    changed_.erase(from);
    removed_.insert(from);
    removed_.erase(to);
    changed_.insert_or_assign(to, std::move(*moved));
    return {};
}

Result<void> OverlayFileSystem::create_directory(const std::string& path) {
    const std::lock_guard lock(mutex_);
    auto is_there = below_.exists(path);
    if (!is_there)
        return fail(is_there.error());
    removed_.erase(path);
    if (!*is_there)
        directories_.insert(path);
    return {};
}

Result<void> OverlayFileSystem::sync_directory(const std::string&) {
    return {};
}

Result<std::unique_ptr<FileLock>> OverlayFileSystem::lock(const std::string& path) {
    return below_.lock(path);
}

} // namespace staffroom::storage
