// A file system over another one whose reads go wrong as a test says: refused by the disk, or read
// falsely once. Not here: writes and crashes, which are torn_files.
#pragma once

#include "storage/files/file_system.hpp"

#include <functional>

namespace staffroom::tests {

class UnsteadyFileSystem final : public storage::FileSystem {
public:
    explicit UnsteadyFileSystem(storage::FileSystem& files)
        : files_(files) {}

    /// May change what was read from `offset`, or refuse it. Unset: all is well.
    using Reading = std::function<
        Result<void>(const std::string& path, std::uint64_t offset, std::span<std::uint8_t> out)>;
    Reading on_read{};
    /// Files whose path holds this text may not be opened; empty: all may.
    std::string closed{};

    Result<std::unique_ptr<storage::File>>
    open(const std::string& path, storage::OpenMode mode) override {
        if (!closed.empty() && path.find(closed) != std::string::npos)
            return fail(Errc::io_error, "no right to open " + path);
        auto file = files_.open(path, mode);
        if (!file)
            return file;
        return std::make_unique<OpenFile>(*this, path, std::move(*file));
    }
    Result<bool> exists(const std::string& path) override { return files_.exists(path); }
    Result<std::vector<std::string>> list(const std::string& directory) override {
        return files_.list(directory);
    }
    Result<void> remove(const std::string& path) override { return files_.remove(path); }
    Result<void> remove_directory(const std::string& path) override {
        return files_.remove_directory(path);
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        return files_.rename(from, to);
    }
    Result<void> create_directory(const std::string& path) override {
        return files_.create_directory(path);
    }
    Result<void> sync_directory(const std::string& path) override {
        return files_.sync_directory(path);
    }
    Result<std::unique_ptr<storage::FileLock>> lock(const std::string& path) override {
        return files_.lock(path);
    }

private:
    class OpenFile final : public storage::File {
    public:
        OpenFile(
            const UnsteadyFileSystem& files, std::string path, std::unique_ptr<storage::File> file
        )
            : files_(files)
            , path_(std::move(path))
            , file_(std::move(file)) {}

        Result<std::size_t>
        read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
            auto got = file_->read_at(offset, out);
            if (!got || !files_.on_read)
                return got;
            if (auto read = files_.on_read(path_, offset, out.first(*got)); !read)
                return fail(read.error());
            return got;
        }
        Result<void> append(ByteView bytes) override { return file_->append(bytes); }
        Result<void> overwrite_at(std::uint64_t offset, ByteView bytes) override {
            return file_->overwrite_at(offset, bytes);
        }
        Result<void> truncate(std::uint64_t size) override { return file_->truncate(size); }
        Result<void> sync() override { return file_->sync(); }
        Result<std::uint64_t> size() const override { return file_->size(); }

    private:
        const UnsteadyFileSystem& files_;
        std::string path_;
        std::unique_ptr<storage::File> file_;
    };

    storage::FileSystem& files_;
};

/// The first read of a file whose path holds `text` is false by a bit.
inline UnsteadyFileSystem::Reading misread_once(std::string text) {
    return [text = std::move(text), is_done = false](
               const std::string& path, std::uint64_t, std::span<std::uint8_t> out
           ) mutable -> Result<void> {
        if (!is_done && !out.empty() && path.find(text) != std::string::npos) {
            is_done = true;
            out[0] ^= 1U;
        }
        return {};
    };
}

/// The sector with this byte of every file whose path holds `text` cannot be read.
inline UnsteadyFileSystem::Reading bad_sector(std::string text, std::uint64_t byte) {
    return [text = std::move(text), byte](
               const std::string& path, std::uint64_t offset, std::span<std::uint8_t> out
           ) -> Result<void> {
        if (path.find(text) != std::string::npos && offset <= byte && byte - offset < out.size())
            return fail(Errc::io_error, "a sector cannot be read");
        return {};
    };
}

} // namespace staffroom::tests
