#include "tests/support/store/torn_files.hpp"

#include <algorithm>
#include <random>

namespace staffroom::tests {

using storage::OpenMode;

namespace {

constexpr std::size_t sector_bytes = 512;

/// What a disk may hold after a power cut between two syncs.
Bytes torn(const Bytes& synced, const Bytes& current, std::mt19937_64& random) {
    const std::size_t low = std::min(synced.size(), current.size());
    const std::size_t high = std::max(synced.size(), current.size());
    // The new length reaches the disk with the content or before it: then the end is a hole.
    const auto end_choice = random() % 4;
    const std::size_t between = low + static_cast<std::size_t>(random() % (high - low + 1));
    Bytes result(end_choice < 2 ? current.size() : end_choice == 2 ? synced.size() : between);
    for (std::size_t begin = 0; begin < result.size(); begin += sector_bytes) {
        const std::size_t end = std::min(begin + sector_bytes, result.size());
        const auto choice = random() % 4;
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint8_t before = i < synced.size() ? synced[i] : std::uint8_t{0};
            const std::uint8_t after = i < current.size() ? current[i] : std::uint8_t{0};
            result[i] = choice >= 2 ? after : before;
        }
    }
    return result;
}

} // namespace

class TornFileSystem::OpenFile final : public storage::File {
public:
    OpenFile(TornFileSystem& files, std::shared_ptr<Content> content)
        : files_(files)
        , content_(std::move(content))
        , generation_(files.generation_) {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
        const std::lock_guard hold(files_.mutex_);
        const Bytes& bytes = content_->current;
        if (offset >= bytes.size())
            return std::size_t{0};
        const std::size_t count =
            std::min(out.size(), bytes.size() - static_cast<std::size_t>(offset));
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return count;
    }

    Result<void> append(ByteView bytes) override {
        const std::lock_guard hold(files_.mutex_);
        if (auto done = begin(); !done) {
            if (generation_ == files_.generation_)
                staffroom::append(content_->current, bytes.first(bytes.size() / 2));
            return done;
        }
        staffroom::append(content_->current, bytes);
        return {};
    }

    Result<void> overwrite_at(std::uint64_t offset, ByteView bytes) override {
        const std::lock_guard hold(files_.mutex_);
        if (offset + bytes.size() > content_->current.size())
            return fail(Errc::out_of_range, "overwriting beyond the end");
        if (auto done = begin(); !done)
            return done;
        content_->same = std::min(content_->same, static_cast<std::size_t>(offset));
        std::copy(
            bytes.begin(),
            bytes.end(),
            content_->current.begin() + static_cast<std::ptrdiff_t>(offset)
        );
        return {};
    }

    Result<void> truncate(std::uint64_t size) override {
        const std::lock_guard hold(files_.mutex_);
        if (auto done = begin(); !done)
            return done;
        content_->current.resize(static_cast<std::size_t>(size));
        content_->same = std::min(content_->same, static_cast<std::size_t>(size));
        return {};
    }

    Result<void> sync() override {
        const std::lock_guard hold(files_.mutex_);
        if (auto done = begin(); !done)
            return done;
        content_->make_durable();
        return {};
    }

    Result<std::uint64_t> size() const override {
        const std::lock_guard hold(files_.mutex_);
        return content_->current.size();
    }

private:
    Result<void> begin() {
        if (generation_ != files_.generation_)
            return fail(Errc::io_error, "a file of before the crash");
        return files_.begin_operation();
    }

    TornFileSystem& files_;
    std::shared_ptr<Content> content_;
    std::uint64_t generation_;
};

class TornFileSystem::Held final : public storage::FileLock {
public:
    Held(TornFileSystem& files, std::string path)
        : files_(files)
        , path_(std::move(path))
        , generation_(files.generation_) {}
    ~Held() override {
        const std::lock_guard hold(files_.mutex_);
        if (generation_ == files_.generation_)
            files_.locks_.erase(path_);
    }

private:
    TornFileSystem& files_;
    std::string path_;
    std::uint64_t generation_;
};

void TornFileSystem::Content::make_durable() {
    synced.resize(std::min(same, synced.size()));
    append(synced, ByteView(current).subspan(synced.size()));
    same = current.size();
}

TornFileSystem::TornFileSystem() {
    current_.directories.insert("/disk");
    durable_ = current_;
}

void TornFileSystem::crash(std::uint64_t seed) {
    const std::lock_guard hold(mutex_);
    std::mt19937_64 random(seed);
    const std::size_t kept = static_cast<std::size_t>(random() % (unsynced_.size() + 1));
    for (std::size_t i = 0; i < kept; ++i)
        apply(durable_, unsynced_[i]);
    unsynced_.clear();
    Names after{{}, durable_.directories};
    for (const auto& [path, content] : durable_.files) {
        if (!after.directories.contains(storage::parent_directory(path)))
            continue;
        const Bytes bytes = torn(content->synced, content->current, random);
        after.files.emplace(path, Content::durable(bytes));
    }
    current_ = durable_ = after;
    locks_.clear();
    ++generation_;
    fail_begin_ = fail_end_ = ~std::uint64_t{0};
}

std::uint64_t TornFileSystem::operations() const {
    const std::lock_guard hold(mutex_);
    return operations_;
}

void TornFileSystem::fail_once(std::uint64_t operation, Errc code) {
    const std::lock_guard hold(mutex_);
    fail_begin_ = operation;
    fail_end_ = operation + 1;
    fail_code_ = code;
}

void TornFileSystem::fail_from(std::uint64_t operation, Errc code) {
    fail_once(operation, code);
    const std::lock_guard hold(mutex_);
    fail_end_ = ~std::uint64_t{0};
}

void TornFileSystem::heal() {
    const std::lock_guard hold(mutex_);
    fail_begin_ = fail_end_ = ~std::uint64_t{0};
}

void TornFileSystem::watch(Watcher watcher) {
    const std::lock_guard hold(mutex_);
    watcher_ = std::move(watcher);
}

void TornFileSystem::flip_bit(const std::string& path, std::uint64_t bit) {
    const std::lock_guard hold(mutex_);
    Content& content = *current_.files.at(path);
    const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
    const auto at = static_cast<std::size_t>(bit / 8);
    content.current.at(at) ^= mask;
    if (at < content.synced.size())
        content.synced[at] ^= mask;
}

std::vector<std::string> TornFileSystem::files() const {
    const std::lock_guard hold(mutex_);
    std::vector<std::string> paths;
    for (const auto& [path, content] : current_.files)
        paths.push_back(path);
    return paths;
}

std::uint64_t TornFileSystem::bytes_of(const std::string& path) const {
    const std::lock_guard hold(mutex_);
    return current_.files.at(path)->current.size();
}

std::unique_ptr<TornFileSystem> TornFileSystem::clone() const {
    const std::lock_guard hold(mutex_);
    auto copy = std::make_unique<TornFileSystem>();
    copy->current_.directories = current_.directories;
    for (const auto& [path, content] : current_.files)
        copy->current_.files.emplace(path, Content::durable(content->current));
    copy->durable_ = copy->current_;
    return copy;
}

/// Called with the lock held.
std::unique_ptr<TornFileSystem> TornFileSystem::fork() const {
    auto copy = std::make_unique<TornFileSystem>();
    // A file may have several names: one now, one that is durable, one in a change between.
    std::map<const Content*, std::shared_ptr<Content>> made;
    const auto same = [&](const std::shared_ptr<Content>& content) {
        std::shared_ptr<Content>& twin = made[content.get()];
        if (content != nullptr && twin == nullptr)
            twin = std::make_shared<Content>(*content);
        return twin;
    };
    const auto same_names = [&](const Names& names) {
        Names twins{{}, names.directories};
        for (const auto& [path, content] : names.files)
            twins.files.emplace(path, same(content));
        return twins;
    };
    copy->current_ = same_names(current_);
    copy->durable_ = same_names(durable_);
    for (const auto& [change, path, target, content] : unsynced_)
        copy->unsynced_.push_back({change, path, target, same(content)});
    return copy;
}

Result<void> TornFileSystem::begin_operation() {
    const std::uint64_t number = operations_++;
    if (watcher_)
        watcher_(number, [this] { return fork(); });
    if (number >= fail_begin_ && number < fail_end_)
        return fail(fail_code_, "operation " + std::to_string(number) + " was made to fail");
    return {};
}

void TornFileSystem::apply(Names& names, const NameChange& change) {
    switch (change.change) {
    case Change::link: names.files.insert_or_assign(change.path, change.content); return;
    case Change::unlink: names.files.erase(change.path); return;
    case Change::make_directory: names.directories.insert(change.path); return;
    case Change::remove_directory: names.directories.erase(change.path); return;
    case Change::rename: break;
    }
    // A directory takes what is inside along.
    const auto moved = [&](const std::string& path) {
        return change.target + path.substr(change.path.size());
    };
    const auto is_inside = [&](const std::string& path) {
        return path == change.path || path.starts_with(change.path + "/");
    };
    Names after;
    for (const std::string& directory : names.directories)
        after.directories.insert(is_inside(directory) ? moved(directory) : directory);
    for (const bool inside : {false, true}) { // what is moved replaces what was there
        for (const auto& [path, content] : names.files) {
            if (is_inside(path) == inside)
                after.files.insert_or_assign(inside ? moved(path) : path, content);
        }
    }
    names = std::move(after);
}

Result<void> TornFileSystem::change_names(NameChange change) {
    if (auto done = begin_operation(); !done)
        return done;
    apply(current_, change);
    unsynced_.push_back(std::move(change));
    return {};
}

Result<std::unique_ptr<storage::File>>
TornFileSystem::open(const std::string& path, OpenMode mode) {
    const std::lock_guard hold(mutex_);
    const bool may_create = mode == OpenMode::append || mode == OpenMode::create;
    auto known = current_.files.find(path);
    if (known == current_.files.end()) {
        if (!may_create || !current_.directories.contains(storage::parent_directory(path)))
            return fail(Errc::not_found, "opening " + path);
        const auto content = std::make_shared<Content>();
        if (auto done = change_names({Change::link, path, {}, content}); !done)
            return fail(done.error());
        return std::make_unique<OpenFile>(*this, content);
    }
    if (mode == OpenMode::create) {
        if (auto done = begin_operation(); !done)
            return fail(done.error());
        *known->second = Content{{}, std::move(known->second->synced), 0};
    }
    return std::make_unique<OpenFile>(*this, known->second);
}

Result<bool> TornFileSystem::exists(const std::string& path) {
    const std::lock_guard hold(mutex_);
    return current_.files.contains(path) || current_.directories.contains(path);
}

Result<std::vector<std::string>> TornFileSystem::list(const std::string& directory) {
    const std::lock_guard hold(mutex_);
    if (!current_.directories.contains(directory))
        return fail(Errc::not_found, "listing " + directory);
    std::set<std::string> names;
    const auto add = [&](const std::string& path) {
        if (storage::parent_directory(path) == directory)
            names.insert(path.substr(directory.size() + 1));
    };
    for (const auto& [path, content] : current_.files)
        add(path);
    for (const std::string& path : current_.directories)
        add(path);
    return std::vector<std::string>(names.begin(), names.end());
}

Result<void> TornFileSystem::remove(const std::string& path) {
    const std::lock_guard hold(mutex_);
    if (!current_.files.contains(path))
        return fail(Errc::not_found, "removing " + path);
    return change_names({Change::unlink, path, {}, nullptr});
}

Result<void> TornFileSystem::remove_directory(const std::string& path) {
    const std::lock_guard hold(mutex_);
    if (!current_.directories.contains(path))
        return fail(Errc::not_found, "removing " + path);
    return change_names({Change::remove_directory, path, {}, nullptr});
}

Result<void> TornFileSystem::rename(const std::string& from, const std::string& to) {
    const std::lock_guard hold(mutex_);
    if (!current_.files.contains(from) && !current_.directories.contains(from))
        return fail(Errc::not_found, "renaming " + from);
    return change_names({Change::rename, from, to, nullptr});
}

Result<void> TornFileSystem::create_directory(const std::string& path) {
    const std::lock_guard hold(mutex_);
    if (current_.directories.contains(path))
        return {};
    if (!current_.directories.contains(storage::parent_directory(path)))
        return fail(Errc::not_found, "creating " + path);
    return change_names({Change::make_directory, path, {}, nullptr});
}

Result<void> TornFileSystem::sync_directory(const std::string& path) {
    const std::lock_guard hold(mutex_);
    if (auto done = begin_operation(); !done)
        return done;
    std::vector<NameChange> others;
    for (NameChange& change : unsynced_) {
        const bool is_here = storage::parent_directory(change.path) == path ||
                             storage::parent_directory(change.target) == path;
        if (is_here)
            apply(durable_, change);
        else
            others.push_back(std::move(change));
    }
    unsynced_ = std::move(others);
    return {};
}

Result<std::unique_ptr<storage::FileLock>> TornFileSystem::lock(const std::string& path) {
    const std::lock_guard hold(mutex_);
    if (!current_.directories.contains(storage::parent_directory(path)))
        return fail(Errc::not_found, "opening " + path);
    if (!current_.files.contains(path)) {
        const auto content = std::make_shared<Content>();
        if (auto done = change_names({Change::link, path, {}, content}); !done)
            return fail(done.error());
    }
    if (!locks_.insert(path).second)
        return fail(Errc::in_use, "locking " + path);
    return std::make_unique<Held>(*this, path);
}

} // namespace staffroom::tests
