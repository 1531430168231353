// The attached files that are here, in memory: asked on any thread, at any time, without waiting
// for a disk. AttachmentStore keeps it true; it holds its own lock while it reads and syncs whole
// files.
#pragma once

#include "protocol/replica/ports/file_work.hpp"

#include <map>
#include <mutex>
#include <optional>

namespace staffroom::storage {

class HeldFiles {
public:
    [[nodiscard]] bool holds(const replica::FileName& file) const;
    [[nodiscard]] std::optional<replica::FileName> find(const Digest& hash) const;
    /// Return a file in the order of hashes: the first of all, the first that is not before `hash`,
    /// or the first behind it.
    [[nodiscard]] std::optional<replica::FileName> first() const;
    [[nodiscard]] std::optional<replica::FileName> from(const Digest& hash) const;
    [[nodiscard]] std::optional<replica::FileName> after(const Digest& hash) const;
    /// Returns the bytes of all files, without the hashes behind them.
    [[nodiscard]] std::uint64_t bytes() const;

    void add(const replica::FileName& file);
    void remove(const Digest& hash);

private:
    using Sizes = std::map<Digest, std::uint64_t>;
    [[nodiscard]] std::optional<replica::FileName> name_at(Sizes::const_iterator at) const;

    mutable std::mutex mutex_;
    Sizes sizes_;
    std::uint64_t bytes_ = 0;
};

} // namespace staffroom::storage
