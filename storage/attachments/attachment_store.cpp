#include "storage/attachments/attachment_store.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "storage/attachments/attachment_file.hpp"

#include <algorithm>

namespace staffroom::storage {

namespace {

using records::PieceHashes;
using replica::FileProgress;

constexpr std::string_view partial = "partial";
constexpr std::string_view incoming = "incoming";
constexpr std::string_view damaged = "damaged";
constexpr std::size_t prefix_characters = 2; // of a hash: at most 1024 folders

} // namespace

// --------------------------------------------------------------------------------------- the start

Result<std::unique_ptr<AttachmentStore>>
AttachmentStore::open(FileSystem& files, std::string directory) {
    std::unique_ptr<AttachmentStore> store(new AttachmentStore(files, std::move(directory)));
    if (auto started = store->start(); !started)
        return fail(started.error());
    return store;
}

Result<void> AttachmentStore::start() {
    if (auto done = files_.create_directory(directory_); !done)
        return done;
    for (const std::string_view folder : {partial, incoming, damaged}) {
        if (auto done = files_.create_directory(directory_ + "/" + std::string(folder)); !done)
            return done;
    }
    if (auto done = files_.sync_directory(directory_); !done)
        return done;
    if (auto done = files_.sync_directory(parent_directory(directory_)); !done)
        return done;
    // A person who brings a file in begins it again; nobody waits for these.
    const std::string left = directory_ + "/" + std::string(incoming);
    auto begun = files_.list(left);
    if (!begun)
        return fail(begun.error());
    for (const std::string& name : *begun) {
        if (auto done = files_.remove(left + "/" + name); !done)
            return done;
    }
    auto folders = files_.list(directory_);
    if (!folders)
        return fail(folders.error());
    for (const std::string& folder : *folders) {
        if (folder.size() != prefix_characters)
            continue;
        if (auto done = look_into(folder); !done)
            return done;
    }
    return {};
}

Result<void> AttachmentStore::look_into(const std::string& folder) {
    auto names = files_.list(directory_ + "/" + folder);
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names) {
        const auto hash = id_from_base32<Digest>(name);
        if (!hash)
            continue; // not ours
        auto file = files_.open(directory_ + "/" + folder + "/" + name, OpenMode::read);
        auto length = file ? (*file)->size() : Result<std::uint64_t>(fail(file.error()));
        if (!length)
            return fail(length.error());
        const auto size = content_size(*length);
        if (!size)
            continue; // cut short by something outside: fetched again under its own name
        held_.add({*hash, *size});
    }
    return {};
}

// -------------------------------------------------------------------------------- where it stands

std::string AttachmentStore::path_of(const FileName& file) const {
    const std::string name = to_base32(file.hash);
    return directory_ + "/" + name.substr(0, prefix_characters) + "/" + name;
}

std::string AttachmentStore::path_in(std::string_view folder, const FileName& file) const {
    return directory_ + "/" + std::string(folder) + "/" + to_base32(file.hash);
}

std::string AttachmentStore::partial_path(const SpaceId& space, const FileName& file) const {
    return directory_ + "/" + std::string(partial) + "/" + to_base32(space) + "." +
           to_base32(file.hash);
}

/// A performer of one effect of the core.
struct AttachmentStore::Worker {
    AttachmentStore& store;

    Result<replica::FileResult> operator()(const replica::FindFiles& work) const {
        replica::FoundFiles found;
        for (const FileName& file : work.files)
            found.held.push_back(store.held_.holds(file));
        return found;
    }
    Result<replica::FileResult> operator()(const replica::ResumeFile& work) const {
        auto progress = store.resume(work);
        if (!progress)
            return fail(progress.error());
        return *progress;
    }
    Result<replica::FileResult> operator()(const replica::KeepPiece& work) const {
        auto progress = store.keep(work);
        if (!progress)
            return fail(progress.error());
        return *progress;
    }
    Result<replica::FileResult> operator()(const replica::LoadHashes& work) const {
        auto open = store.open_finished(work.file);
        if (!open)
            return fail(open.error());
        return replica::LoadedHashes{open->pieces};
    }
    Result<replica::FileResult> operator()(const replica::LoadPiece& work) const {
        auto open = store.open_finished(work.file);
        if (!open)
            return fail(open.error());
        auto piece = store.read_piece(*open, work.file, work.index);
        if (!piece)
            return fail(piece.error());
        return replica::LoadedPiece{std::make_shared<const Bytes>(std::move(*piece))};
    }
};

Result<replica::FileResult> AttachmentStore::perform(const replica::FileWork& work) {
    const std::lock_guard lock(mutex_);
    return std::visit(Worker{*this}, work);
}

// ----------------------------------------------------------------------------------------- writing

Result<FileProgress> AttachmentStore::resume(const replica::ResumeFile& work) {
    const auto count = static_cast<std::uint32_t>(work.pieces->size());
    const std::string path = partial_path(work.space, work.file);
    std::uint32_t good = 0;
    {
        auto file = files_.open(path, OpenMode::append);
        if (!file)
            return fail(file.error());
        auto checked = good_pieces(**file, work.file, *work.pieces);
        if (!checked)
            return fail(checked.error());
        good = *checked;
        const std::uint64_t end =
            std::min(std::uint64_t{good} * limits::piece_bytes, work.file.size);
        if (auto done = (*file)->truncate(end); !done)
            return fail(done.error());
    }
    if (good < count)
        return FileProgress{good, false};
    if (auto done = finish(path, work.file, *work.pieces); !done)
        return fail(done.error());
    return FileProgress{count, true};
}

Result<FileProgress> AttachmentStore::keep(const replica::KeepPiece& work) {
    const auto count = static_cast<std::uint32_t>(work.pieces->size());
    if (auto room = ask_for_room(work.content->size()); !room)
        return fail(room.error());
    const std::string path = partial_path(work.space, work.file);
    {
        auto file = files_.open(path, OpenMode::append);
        if (!file)
            return fail(file.error());
        auto length = (*file)->size();
        if (!length)
            return fail(length.error());
        const std::uint64_t begin = std::uint64_t{work.index} * limits::piece_bytes;
        if (*length < begin)
            return fail(Errc::out_of_range, "a piece that does not follow");
        // A piece whose writing failed half-way is written again.
        if (*length > begin) {
            if (auto done = (*file)->truncate(begin); !done)
                return fail(done.error());
        }
        if (auto done = (*file)->append(*work.content); !done)
            return fail(done.error());
    }
    if (work.index + 1 < count)
        return FileProgress{work.index + 1, false};
    if (auto done = finish(path, work.file, *work.pieces); !done)
        return fail(done.error());
    return FileProgress{count, true};
}

/// Asks for room. The hashes behind the last piece come with it: a thousandth.
Result<void> AttachmentStore::ask_for_room(std::uint64_t bytes) const {
    return budget_ == nullptr ? Result<void>() : budget_->ask(DiskUse::files, bytes);
}

/// Puts the hashes behind the content; durable before the name is, and both before it is held. A
/// file that is held already, from another space, stays as it is.
Result<void>
AttachmentStore::finish(const std::string& from, const FileName& file, const PieceHashes& pieces) {
    if (held_.holds(file))
        return files_.remove(from);
    {
        auto content = files_.open(from, OpenMode::update);
        if (!content)
            return fail(content.error());
        auto length = (*content)->size();
        if (!length)
            return fail(length.error());
        if (*length < file.size)
            return fail(Errc::out_of_range, "a file that is not whole");
        // An earlier try may have left hashes behind it.
        if (auto done = (*content)->truncate(file.size); !done)
            return done;
        if (auto done = (*content)->append(encode_hashes(pieces)); !done)
            return done;
        if (auto done = (*content)->sync(); !done)
            return done;
    }
    const std::string to = path_of(file);
    if (auto done = files_.create_directory(parent_directory(to)); !done)
        return done;
    if (auto done = files_.sync_directory(directory_); !done)
        return done;
    // Syncs the old name first: a rename of a file that a power cut may forget would leave nothing.
    if (auto done = files_.sync_directory(parent_directory(from)); !done)
        return done;
    if (auto done = files_.rename(from, to); !done)
        return done;
    if (auto done = files_.sync_directory(parent_directory(to)); !done)
        return done;
    held_.add(file);
    return {};
}

Result<AttachmentStore::Incoming>
AttachmentStore::add(const FileName& file, std::uint64_t offset, ByteView bytes) {
    const std::lock_guard lock(mutex_);
    if (file.size > limits::attachment_bytes_max)
        return fail(Errc::too_large, "an attached file of more than 25 MiB");
    if (held_.holds(file))
        return Incoming{file.size, true};
    if (offset > file.size || bytes.size() > file.size - offset)
        return fail(Errc::too_large, "bytes beyond the end of the file");
    if (auto room = ask_for_room(bytes.size()); !room)
        return fail(room.error());
    const std::string path = path_in(incoming, file);
    PieceHashes pieces;
    {
        auto opened = files_.open(path, OpenMode::append);
        if (!opened)
            return fail(opened.error());
        auto length = (*opened)->size();
        if (!length)
            return fail(length.error());
        if (offset == *length) {
            if (auto done = (*opened)->append(bytes); !done)
                return fail(done.error());
            *length += bytes.size();
        }
        if (*length < file.size)
            return Incoming{*length, false};
        auto hashed = hash_pieces(**opened, file);
        if (!hashed)
            return fail(hashed.error());
        pieces = std::move(*hashed);
    }
    if (records::attachment_hash(file.size, pieces) != file.hash) {
        if (auto done = files_.remove(path); !done)
            return fail(done.error());
        return fail(Errc::bad_proof, "the content is not that of this hash");
    }
    if (auto done = finish(path, file, pieces); !done)
        return fail(done.error());
    return Incoming{file.size, true};
}

// ----------------------------------------------------------------------------------------- reading

Result<AttachmentStore::OpenFile> AttachmentStore::open_finished(const FileName& file) {
    if (!held_.holds(file))
        return fail(Errc::not_found, "the file is not here");
    auto opened = files_.open(path_of(file), OpenMode::read);
    if (!opened && opened.error().code == Errc::not_found)
        return fail(set_aside(file, "an attached file has gone"));
    if (!opened)
        return fail(opened.error());
    auto pieces = read_hashes(**opened, file);
    if (!pieces && pieces.error().code == Errc::corrupt)
        return fail(set_aside(file, pieces.error().detail));
    if (!pieces)
        return fail(pieces.error());
    return OpenFile{std::move(*opened), std::make_shared<const PieceHashes>(std::move(*pieces))};
}

Result<Bytes>
AttachmentStore::read_piece(const OpenFile& open, const FileName& file, std::uint64_t index) {
    if (index >= open.pieces->size())
        return fail(Errc::out_of_range, "a piece beyond the end of the file");
    auto piece = storage::read_piece(*open.file, file, index, (*open.pieces)[index]);
    if (!piece && piece.error().code == Errc::corrupt)
        return fail(set_aside(file, piece.error().detail));
    return piece;
}

Result<Bytes> AttachmentStore::read(const FileName& file) {
    const std::lock_guard lock(mutex_);
    return read_all(file);
}

Result<Bytes> AttachmentStore::read_all(const FileName& file) {
    auto open = open_finished(file);
    if (!open)
        return fail(open.error());
    Bytes content;
    content.reserve(static_cast<std::size_t>(file.size));
    for (std::uint64_t i = 0; i < open->pieces->size(); ++i) {
        auto piece = read_piece(*open, file, i);
        if (!piece)
            return fail(piece.error());
        append(content, *piece);
    }
    return content;
}

Result<void> AttachmentStore::erase(const Digest& hash) {
    const std::lock_guard lock(mutex_);
    const FileName file{hash, 0};
    held_.remove(hash);
    std::vector<std::string> paths{path_of(file), path_in(incoming, file), path_in(damaged, file)};
    const std::string begun = directory_ + "/" + std::string(partial);
    auto names = files_.list(begun);
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names)
        if (name.ends_with("." + to_base32(hash)))
            paths.push_back(begun + "/" + name);
    for (const std::string& path : paths) {
        auto removed = files_.remove(path);
        if (!removed && removed.error().code == Errc::not_found)
            continue;
        if (!removed)
            return removed;
        if (auto synced = files_.sync_directory(parent_directory(path)); !synced)
            return synced;
    }
    return {};
}

/// Sets a damaged file aside: it is no longer held, whatever becomes of its bytes.
Error AttachmentStore::set_aside(const FileName& file, std::string why) {
    ensure(held_.find(file.hash).has_value());
    held_.remove(file.hash);
    if (auto moved = files_.rename(path_of(file), path_in(damaged, file)); !moved)
        why += "; setting it aside failed: " + moved.error().detail;
    return {Errc::corrupt, std::move(why)};
}

} // namespace staffroom::storage
