#include "storage/files/file_system.hpp"

namespace staffroom::storage {

namespace {

constexpr std::size_t copy_piece_bytes = 256UL * 1024;

Result<void> copy_file(FileSystem& files, const std::string& from, const std::string& to) {
    auto source = files.open(from, OpenMode::read);
    if (!source)
        return fail(source.error());
    auto target = files.open(to, OpenMode::create);
    if (!target)
        return fail(target.error());
    Bytes piece(copy_piece_bytes);
    std::uint64_t offset = 0;
    while (true) {
        auto got = (*source)->read_at(offset, piece);
        if (!got)
            return fail(got.error());
        if (*got == 0)
            return (*target)->sync();
        if (auto done = (*target)->append(ByteView(piece).first(*got)); !done)
            return done;
        offset += *got;
    }
}

/// Tells whether a name inside a directory is a directory itself: it is when it can be listed.
bool is_directory(FileSystem& files, const std::string& path) {
    return files.list(path).has_value();
}

Result<void> remove_files_in(FileSystem& files, const std::string& directory) {
    auto names = files.list(directory);
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names) {
        const std::string path = directory + "/" + name;
        if (is_directory(files, path))
            continue;
        if (auto done = files.remove(path); !done)
            return done;
    }
    return {};
}

std::string new_name(const std::string& path) {
    return path + ".new";
}

Result<void>
create_file(FileSystem& files, const std::string& path, ByteView content, bool is_synced) {
    auto file = files.open(path, OpenMode::create);
    if (!file)
        return fail(file.error());
    if (auto done = (*file)->append(content); !done || !is_synced)
        return done;
    return (*file)->sync();
}

} // namespace

std::string parent_directory(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<Bytes> read_file(FileSystem& files, const std::string& path, std::size_t bytes_max) {
    auto file = files.open(path, OpenMode::read);
    if (!file)
        return fail(file.error());
    auto size = (*file)->size();
    if (!size)
        return fail(size.error());
    if (*size > bytes_max)
        return fail(Errc::too_large, path);
    Bytes content(static_cast<std::size_t>(*size));
    auto got = (*file)->read_at(0, content);
    if (!got)
        return fail(got.error());
    content.resize(*got);
    return content;
}

Result<void> replace_file(FileSystem& files, const std::string& path, ByteView content) {
    if (auto written = create_file(files, new_name(path), content, false); !written)
        return written;
    return files.rename(new_name(path), path);
}

Result<void> replace_file_durably(FileSystem& files, const std::string& path, ByteView content) {
    if (auto written = create_file(files, new_name(path), content, true); !written)
        return written;
    if (auto done = files.rename(new_name(path), path); !done)
        return done;
    return files.sync_directory(parent_directory(path));
}

Result<void> copy_files(FileSystem& files, const std::string& from, const std::string& to) {
    auto names = files.list(from);
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names) {
        if (is_directory(files, from + "/" + name))
            continue;
        if (auto done = copy_file(files, from + "/" + name, to + "/" + name); !done)
            return done;
    }
    return files.sync_directory(to);
}

Result<void> remove_tree(FileSystem& files, const std::string& directory) {
    auto names = files.list(directory);
    if (!names && names.error().code == Errc::not_found)
        return {};
    if (!names)
        return fail(names.error());
    if (auto done = remove_files_in(files, directory); !done)
        return done;
    for (const std::string& name : *names) {
        const std::string inner = directory + "/" + name;
        if (!is_directory(files, inner))
            continue;
        if (auto done = remove_files_in(files, inner); !done)
            return done;
        if (auto done = files.remove_directory(inner); !done)
            return done;
    }
    return files.remove_directory(directory);
}

} // namespace staffroom::storage
