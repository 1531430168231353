#include "cli/files/attachments.hpp"

#include "cli/files/exported_files.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/progress.hpp"
#include "node/services/front_matter/front_matter.hpp"
#include "node/services/markdown/active_content.hpp"
#include "node/services/markdown/file_types.hpp"
#include "node/services/markdown/sections.hpp"
#include "node/services/records/exported_part.hpp"
#include "node/services/records/exported_texts.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/attachment.hpp"

#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <variant>

namespace staffroom::cli {

namespace {

constexpr std::uint64_t call_bytes_max = 1U << 20U;
constexpr std::uint64_t quiet_bytes_max = 4U << 20U; // less than this is sent without a word
constexpr std::chrono::seconds send_patience{120};

Unfound left_out(const std::string& name, const std::string& why) {
    return {name, "The file " + name + " " + why + "."};
}

/// Returns why a file with these bytes does not go along; its type where it does.
std::variant<services::FileType, std::string>
judge(const services::FileReference& reference, const std::string& path, std::string_view bytes) {
    if (const auto why = services::why_active(path, bytes))
        return *why + "; such files are not shared";
    const auto type = services::type_of_content(path, bytes);
    if (!type)
        return "is of no type that goes along; make it a PDF or a PNG picture to share it";
    if (reference.is_image && !type->is_shown)
        return "is no picture, sound or film although the text shows it as one";
    return *type;
}

std::variant<LocalFile, Unfound>
look_at(const services::FileReference& reference, FoundFile found) {
    const std::uint64_t size = found.file->size();
    if (size > limits::attachment_bytes_max)
        return left_out(
            reference.path, "has more than " + readable_bytes(limits::attachment_bytes_max)
        );
    auto beginning = found.file->read(0, std::min<std::uint64_t>(size, services::type_bytes));
    if (beginning && services::needs_whole_content(found.path, *beginning))
        beginning = found.file->read(0, size);
    if (!beginning)
        return left_out(reference.path, "cannot be read");
    auto judged = judge(reference, found.path, *beginning);
    if (const auto* why = std::get_if<std::string>(&judged))
        return left_out(reference.path, *why);
    if (!std::get<services::FileType>(judged).is_shown) {
        const auto whole = found.file->read(0, size);
        if (!whole || services::holds_secret(*whole))
            return left_out(reference.path, "holds a secret key, or cannot be read");
    }
    const auto hash = hash_file(*found.file, size);
    if (!hash)
        return left_out(reference.path, "is being changed or cannot be read");
    return LocalFile{
        reference.path,
        std::move(found.path),
        std::move(found.file),
        *hash,
        size,
        std::string(std::get<services::FileType>(judged).media_type),
        reference.is_image && std::get<services::FileType>(judged).is_shown};
}

/// Returns the files that an exported text names by their hashes.
std::map<std::string, records::Attachment> files_by_hash(std::string_view front_matter) {
    std::map<std::string, records::Attachment> files;
    const auto part = services::read_exported_part(front_matter);
    if (!part || !*part)
        return files;
    for (const auto& field : (*part)->fields)
        if (field.key == "attachments")
            for (const std::string& value : field.values)
                if (auto attachment = services::parse_attachment(value))
                    files.emplace(attachment->name, std::move(*attachment));
    return files;
}

/// Finds one of them, if it stands beside the texts and is what its name says.
std::optional<LocalFile> exported_file(FileFinder& finder, const records::Attachment& attachment) {
    const std::string hash = to_base32(attachment.content_hash);
    const auto name =
        attachment.content_hash.empty() ? std::nullopt : finder.name_beginning("files", hash);
    auto file = name ? open_exported_file(finder.folder(), *name) : std::nullopt;
    if (!file)
        return std::nullopt;
    const auto found = hash_file(*file->file, file->size);
    if (!found || *found != file->hash)
        return std::nullopt;
    file->name = attachment.name;
    file->type = attachment.media_type;
    return file;
}

/// Sends one file, from the place that the node already has it.
Outcome<ExitCode> send_file(Client& client, const LocalFile& file, Progress* progress) {
    std::uint64_t offset = 0;
    while (true) {
        if (client.is_interrupted())
            return interrupted();
        auto part = file.file->read(offset, std::min(call_bytes_max, file.size - offset));
        if (!part)
            return part.failure();
        const auto answer = client.post_bytes(
            "/api/v1/files/" + to_base32(file.hash) + "?offset=" + std::to_string(offset) +
                "&size=" + std::to_string(file.size),
            std::move(*part),
            send_patience
        );
        if (!answer)
            return answer.failure();
        const bool is_here = flag_at(*answer, "here");
        const std::uint64_t held = is_here ? file.size : count_at(*answer, "held");
        if (progress != nullptr && held > offset)
            progress->advance(static_cast<std::size_t>((held - offset) >> 10U));
        if (is_here)
            return ExitCode::done;
        if (held == offset || held > file.size)
            return Failure{
                "The node does not take the attached file " + file.name + ".",
                "check that the file is not being changed, then run the command again.",
                ExitCode::failed};
        offset = held;
    }
}

} // namespace

Outcome<Digest> hash_file(const OpenFile& file, std::uint64_t size) {
    records::PieceHashes pieces;
    for (std::uint64_t i = 0; i < records::piece_count(size); ++i) {
        const std::size_t count = records::piece_length(size, i);
        const auto piece = file.read(i * limits::piece_bytes, count);
        if (!piece)
            return piece.failure();
        if (piece->size() != count)
            return Failure{
                "The file is being changed.",
                "run the command again when it stays as it is.",
                ExitCode::failed};
        pieces.push_back(records::piece_hash(as_view(*piece)));
    }
    return records::attachment_hash(size, pieces);
}

TextFiles
find_attachments(std::string_view text, FileFinder& finder, const std::string& text_folder) {
    TextFiles out;
    const auto split = services::split_front_matter(text);
    if (split.front_matter.empty() && !services::may_name_files(split.text))
        return out;
    const auto references = services::file_references_in(split.text);
    const auto by_hash = files_by_hash(split.front_matter);
    for (const auto& [name, attachment] : by_hash)
        if (auto file = exported_file(finder, attachment))
            out.exported.push_back(std::move(*file));
    std::uint64_t bytes = 0;
    for (const auto& reference : references.files) {
        auto found = finder.find(reference, text_folder);
        if (auto* unfound = std::get_if<Unfound>(&found)) {
            if (!by_hash.contains(reference.path))
                out.left_out.push_back(std::move(*unfound));
            continue;
        }
        auto looked = look_at(reference, std::get<FoundFile>(std::move(found)));
        if (auto* unfound = std::get_if<Unfound>(&looked)) {
            out.left_out.push_back(std::move(*unfound));
            continue;
        }
        auto& file = std::get<LocalFile>(looked);
        if (out.files.size() == limits::attachments_per_record_max ||
            bytes + file.size > limits::attachments_bytes_max) {
            out.left_out.push_back(left_out(
                file.name,
                "is one too many: a record takes " +
                    std::to_string(limits::attachments_per_record_max) + " files of " +
                    readable_bytes(limits::attachments_bytes_max) + " together"
            ));
            continue;
        }
        bytes += file.size;
        out.files.push_back(std::move(file));
    }
    return out;
}

std::vector<std::string>
linked_pages(std::string_view text, FileFinder& finder, const std::string& text_folder) {
    std::vector<std::string> pages;
    const auto shape = services::read_shape(
        services::split_front_matter(text).text, records::RecordKind::practice_write_up
    );
    if (!shape)
        return pages;
    for (const auto& reference : shape->pages)
        if (auto found = finder.find(reference, text_folder);
            std::holds_alternative<FoundFile>(found))
            pages.push_back(std::get<FoundFile>(std::move(found)).path);
    return pages;
}

void leave_linked(TextFiles& found) {
    std::erase_if(found.files, [&](const LocalFile& file) {
        if (file.is_shown)
            return false;
        found.left_out.push_back(left_out(
            file.name, "is only linked, not shown, and nobody was asked; it goes along with --files"
        ));
        return true;
    });
}

bool names_files(std::string_view text) {
    const auto shape = services::read_shape(
        services::split_front_matter(text).text, records::RecordKind::practice_write_up
    );
    return shape && !shape->files.empty();
}

std::string listed(const std::vector<LocalFile>& files) {
    std::string out;
    for (const LocalFile& file : files)
        out += (out.empty() ? "" : ", ") + file.shown + " (" + readable_bytes(file.size) + ")";
    return out;
}

boost::json::array describe(const std::vector<LocalFile>& files) {
    boost::json::array out;
    for (const LocalFile& file : files)
        out.push_back(boost::json::object{
            {"name", file.name},
            {"hash", to_base32(file.hash)},
            {"size", file.size},
            {"type", file.type}});
    return out;
}

Outcome<ExitCode> send_files(Client& client, const std::vector<LocalFile>& files, Output* output) {
    const std::uint64_t bytes = std::accumulate(
        files.begin(),
        files.end(),
        std::uint64_t{0},
        [](std::uint64_t sum, const LocalFile& file) { return sum + file.size; }
    );
    std::optional<Progress> progress;
    if (output != nullptr && bytes > quiet_bytes_max)
        progress.emplace(*output, "KiB of attached file", static_cast<std::size_t>(bytes >> 10U));
    for (const LocalFile& file : files) {
        auto sent = send_file(client, file, progress ? &*progress : nullptr);
        if (!sent)
            return sent;
    }
    return ExitCode::done;
}

} // namespace staffroom::cli
