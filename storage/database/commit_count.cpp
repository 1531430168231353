#include "storage/database/commit_count.hpp"

#include "storage/database/stored_check.hpp"

#include <algorithm>

namespace staffroom::storage {

namespace {

constexpr std::size_t count_bytes = 8 + stored_check_bytes; // u64, check

Bytes encode(std::uint64_t count) {
    Bytes out;
    append_u64_be(out, count);
    append(out, stored_check({out}));
    return out;
}

} // namespace

std::optional<std::uint64_t> CommitCount::read() const {
    const auto content = read_file(files_, path_, count_bytes);
    if (!content || content->size() != count_bytes)
        return std::nullopt;
    const std::uint64_t count = read_u64_be(*content);
    return encode(count) == *content ? std::optional(count) : std::nullopt;
}

void CommitCount::write(std::uint64_t count) {
    if (!try_write(encode(count)))
        file_.reset();
}

Result<void> CommitCount::try_write(ByteView content) {
    if (file_ == nullptr) {
        auto file = files_.open(path_, OpenMode::append);
        if (!file)
            return fail(file.error());
        file_ = std::move(*file);
    }
    auto size = file_->size();
    if (!size)
        return fail(size.error());
    if (*size == content.size())
        return file_->overwrite_at(0, content);
    if (auto done = file_->truncate(0); !done)
        return done;
    return file_->append(content);
}

} // namespace staffroom::storage
