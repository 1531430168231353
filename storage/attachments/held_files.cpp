#include "storage/attachments/held_files.hpp"

namespace staffroom::storage {

using replica::FileName;

std::optional<FileName> HeldFiles::name_at(Sizes::const_iterator at) const {
    return at == sizes_.end() ? std::nullopt : std::optional(FileName{at->first, at->second});
}

bool HeldFiles::holds(const FileName& file) const {
    const std::lock_guard lock(mutex_);
    const auto at = sizes_.find(file.hash);
    return at != sizes_.end() && at->second == file.size;
}

std::optional<FileName> HeldFiles::find(const Digest& hash) const {
    const std::lock_guard lock(mutex_);
    return name_at(sizes_.find(hash));
}

std::optional<FileName> HeldFiles::first() const {
    const std::lock_guard lock(mutex_);
    return name_at(sizes_.begin());
}

std::optional<FileName> HeldFiles::from(const Digest& hash) const {
    const std::lock_guard lock(mutex_);
    return name_at(sizes_.lower_bound(hash));
}

std::optional<FileName> HeldFiles::after(const Digest& hash) const {
    const std::lock_guard lock(mutex_);
    return name_at(sizes_.upper_bound(hash));
}

std::uint64_t HeldFiles::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

void HeldFiles::add(const FileName& file) {
    const std::lock_guard lock(mutex_);
    auto [at, is_new] = sizes_.try_emplace(file.hash, file.size);
    bytes_ += file.size - (is_new ? 0 : at->second);
    at->second = file.size;
}

void HeldFiles::remove(const Digest& hash) {
    const std::lock_guard lock(mutex_);
    if (const auto at = sizes_.find(hash); at != sizes_.end()) {
        bytes_ -= at->second;
        sizes_.erase(at);
    }
}

} // namespace staffroom::storage
