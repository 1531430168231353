#include "cli/attachments.hpp"

#include "cli/answer.hpp"
#include "cli/progress.hpp"
#include "cli/text_file.hpp"
#include "node/services/active_content.hpp"
#include "node/services/front_matter.hpp"
#include "node/services/sections.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/attachment.hpp"

#include <cerrno>
#include <fstream>
#include <numeric>
#include <optional>
#include <system_error>

namespace staffroom::cli {

namespace {

constexpr std::uint64_t call_bytes_max = 1U << 20U;
constexpr std::uint64_t quiet_bytes_max = 4U << 20U; // less than this is sent without a word
constexpr std::chrono::seconds send_patience{120};

bool lies_inside(const std::filesystem::path& path, const std::filesystem::path& root) {
    const auto relative = path.lexically_relative(root);
    return !relative.empty() && *relative.begin() != "..";
}

bool is_file_inside(const std::filesystem::path& wanted, const std::filesystem::path& root) {
    // By where the path leads, links followed: a folder that came from elsewhere may hold a link to
    // anything.
    std::error_code error;
    const auto place = std::filesystem::weakly_canonical(wanted, error);
    const auto folder = error ? root : std::filesystem::weakly_canonical(root, error);
    return !error && lies_inside(place, folder) && std::filesystem::is_regular_file(place, error);
}

Failure refused(const std::string& sentence, const std::string& next) {
    return {sentence, next, ExitCode::refused};
}

Failure unreadable(const std::filesystem::path& place) {
    return {
        place.string() + " cannot be read: " + std::generic_category().message(errno) + ".",
        "check its permissions, then run the command again.",
        ExitCode::failed};
}

/// Bytes [offset, offset + count) of a file, fewer at its end.
Outcome<std::string>
read_part(const std::filesystem::path& place, std::uint64_t offset, std::uint64_t count) {
    std::ifstream file(place, std::ios::binary);
    if (!file)
        return unreadable(place);
    file.seekg(static_cast<std::streamoff>(offset));
    std::string bytes(static_cast<std::size_t>(count), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (file.bad())
        return unreadable(place);
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

Outcome<Digest> hash_file(const std::filesystem::path& place, std::uint64_t size) {
    std::ifstream file(place, std::ios::binary);
    if (!file)
        return unreadable(place);
    records::PieceHashes pieces;
    std::string piece(limits::piece_bytes, '\0');
    for (std::uint64_t i = 0; i < records::piece_count(size); ++i) {
        const std::size_t count = records::piece_length(size, i);
        file.read(piece.data(), static_cast<std::streamsize>(count));
        if (static_cast<std::size_t>(file.gcount()) != count)
            return unreadable(place);
        pieces.push_back(records::piece_hash(as_view(std::string_view(piece).substr(0, count))));
    }
    return records::attachment_hash(size, pieces);
}

std::optional<Failure> why_refused(const std::string& name, const std::filesystem::path& place) {
    constexpr std::size_t beginning_bytes = 1024;
    const std::size_t count =
        services::needs_whole_content(name) ? limits::attachment_bytes_max : beginning_bytes;
    const auto content = read_part(place, 0, count);
    if (!content)
        return content.failure();
    if (const auto why = services::why_active(name, *content))
        return refused(
            "The attached file " + name + " " + *why + "; such files are not shared.",
            "attach it as a PDF or a PNG picture, or take the reference out of the text."
        );
    return std::nullopt;
}

Outcome<LocalFile> look_at(const std::string& name, const std::filesystem::path& place) {
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(place, error);
    if (error)
        return unreadable(place);
    if (size > limits::attachment_bytes_max)
        return refused(
            "The attached file " + name + " has more than " +
                readable_bytes(limits::attachment_bytes_max) + ".",
            "make the file smaller, or take the reference out of the text."
        );
    if (auto failure = why_refused(name, place))
        return *failure;
    auto hash = hash_file(place, size);
    if (!hash)
        return hash.failure();
    return LocalFile{name, place, *hash, size};
}

/// One file, from where the node already has it.
Outcome<ExitCode> send_file(Client& client, const LocalFile& file, Progress* progress) {
    std::uint64_t offset = 0;
    while (true) {
        if (client.is_interrupted())
            return interrupted();
        auto part = read_part(file.place, offset, std::min(call_bytes_max, file.size - offset));
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

Outcome<std::vector<LocalFile>> find_attachments(
    std::string_view text, const std::filesystem::path& file, const std::filesystem::path& root
) {
    std::vector<LocalFile> out;
    const auto shape = services::read_shape(
        services::split_front_matter(text).text, records::RecordKind::practice_write_up
    );
    if (!shape)
        return out; // the node says what is wrong with the text
    std::uint64_t bytes = 0;
    for (const auto& reference : shape->files) {
        const auto place = std::filesystem::absolute(file).parent_path() / reference.path;
        if (!is_file_inside(place, std::filesystem::absolute(root)))
            continue;
        auto found = look_at(reference.path, place);
        if (!found)
            return found.failure();
        bytes += found->size;
        out.push_back(std::move(*found));
    }
    if (out.size() > limits::attachments_per_record_max || bytes > limits::attachments_bytes_max)
        return refused(
            "The record has " + counted(out.size(), "attached file") + " of " +
                readable_bytes(bytes) + " together; the most are " +
                std::to_string(limits::attachments_per_record_max) + " files of " +
                readable_bytes(limits::attachments_bytes_max) + ".",
            "make two records of it, or leave some files out."
        );
    return out;
}

boost::json::array describe(const std::vector<LocalFile>& files) {
    boost::json::array out;
    for (const LocalFile& file : files)
        out.push_back(boost::json::object{
            {"name", file.name}, {"hash", to_base32(file.hash)}, {"size", file.size}});
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
