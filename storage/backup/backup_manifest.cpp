#include "storage/backup/backup_manifest.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace staffroom::storage {
namespace {

constexpr std::uint16_t manifest_version = 1;
constexpr std::size_t path_bytes_max = 255;
constexpr std::size_t path_depth_max = 4;

/// What a backup has of a data folder, by the first part of its path.
constexpr std::array<std::string_view, 9> file_tops{
    "backup.key",
    "erasures",
    "files",
    "identity",
    "keys",
    "page.toml",
    "staffroom.toml",
    "store",
    "texts"};
constexpr std::array<std::string_view, 2> row_paths{"accounts", "store/index"};

bool is_plain_name(std::string_view name) {
    return !name.empty() && name.front() != '.' && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    });
}

/// Takes bytes from the front; the first that are missing end it.
class ManifestReader {
public:
    explicit ManifestReader(ByteView bytes)
        : rest_(bytes) {}
    [[nodiscard]] Result<ByteView> take(std::size_t count) {
        if (rest_.size() < count)
            return fail(Errc::truncated);
        const ByteView taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    [[nodiscard]] Result<std::uint64_t> number(std::size_t bytes) {
        const auto taken = take(bytes);
        if (!taken)
            return fail(taken.error());
        std::uint64_t value = 0;
        for (const std::uint8_t byte : *taken)
            value = value << 8U | byte;
        return value;
    }
    /// Bytes behind their length, which has `width` bytes.
    [[nodiscard]] Result<ByteView> sized(std::size_t width) {
        const auto count = number(width);
        if (!count)
            return fail(count.error());
        return *count > rest_.size() ? Result<ByteView>(fail(Errc::truncated)) : take(*count);
    }
    template <class Id> [[nodiscard]] Result<Id> id() {
        const auto taken = take(Id::size_bytes);
        if (!taken)
            return fail(taken.error());
        return *Id::from(*taken);
    }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }

private:
    ByteView rest_;
};

constexpr std::size_t part_row_bytes = Digest::size_bytes + 4;

Result<std::vector<BackupPart>> read_parts(ManifestReader& in) {
    const auto count = in.number(4);
    if (!count)
        return fail(count.error());
    if (*count > in.left() / part_row_bytes)
        return fail(Errc::truncated);
    std::vector<BackupPart> parts;
    parts.reserve(*count);
    for (std::uint64_t i = 0; i < *count; ++i) {
        const auto name = in.id<Digest>();
        const auto bytes = in.number(4);
        if (!name || !bytes)
            return fail(Errc::truncated);
        if (*bytes == 0 || *bytes > part_bytes_max)
            return fail(Errc::too_large, "A part of a backup has a length that none can have.");
        parts.push_back({*name, static_cast<std::uint32_t>(*bytes)});
    }
    return parts;
}

Result<BackupFile> read_backup_file(ManifestReader& in) {
    const auto kind = in.number(1);
    const auto path = in.sized(1);
    if (!kind || !path)
        return fail(Errc::truncated);
    BackupFile file{static_cast<BackupKind>(*kind), std::string(as_text(*path)), {}};
    if ((file.kind != BackupKind::file && file.kind != BackupKind::rows) ||
        !is_backup_path(file.path, file.kind))
        return fail(Errc::malformed, "A backup has a file that none can have.");
    auto parts = read_parts(in);
    if (!parts)
        return fail(parts.error());
    file.parts = std::move(*parts);
    return file;
}

/// The attack: a check reads a part under its first length and is satisfied; whoever reads the
/// file under the second one waits for bytes that never come, or reads beyond those that came.
bool has_part_of_two_lengths(const BackupManifest& manifest) {
    std::vector<BackupPart> parts;
    for (const BackupFile& file : manifest.files)
        parts.insert(parts.end(), file.parts.begin(), file.parts.end());
    std::ranges::sort(parts, {}, &BackupPart::name);
    return std::ranges::adjacent_find(parts, [](const BackupPart& one, const BackupPart& next) {
               return one.name == next.name && one.bytes != next.bytes;
           }) != parts.end();
}

Result<BackupManifest> read_manifest(ByteView bytes) {
    ManifestReader in(bytes);
    const auto version = in.number(2);
    if (!version)
        return fail(version.error());
    if (*version != manifest_version)
        return fail(Errc::unknown_version);
    const auto made = in.number(8);
    const auto node = in.id<SigningPublicKey>();
    const auto chain = in.sized(4);
    const auto count = in.number(4);
    if (!made || !node || !chain || !count)
        return fail(Errc::truncated);
    BackupManifest manifest{WallTime{*made}, *node, to_bytes(*chain), {}};
    for (std::uint64_t i = 0; i < *count; ++i) {
        auto file = read_backup_file(in);
        if (!file)
            return fail(file.error());
        // In order and none twice: a second one could replace what was checked.
        if (!manifest.files.empty() && file->path <= manifest.files.back().path)
            return fail(Errc::malformed, "The files of a backup are out of order.");
        manifest.files.push_back(std::move(*file));
    }
    if (in.left() > 0)
        return fail(Errc::malformed);
    if (has_part_of_two_lengths(manifest))
        return fail(Errc::malformed, "A part of a backup has two lengths.");
    return manifest;
}

} // namespace

std::uint64_t content_bytes(const BackupManifest& manifest) {
    std::uint64_t bytes = 0;
    for (const BackupFile& file : manifest.files)
        for (const BackupPart& part : file.parts)
            bytes += part.bytes;
    return bytes;
}

bool is_backup_path(const std::string& path, BackupKind kind) {
    if (kind == BackupKind::rows)
        return std::ranges::find(row_paths, path) != row_paths.end();
    if (path.size() > path_bytes_max)
        return false;
    std::string_view rest = path;
    const std::string_view top = rest.substr(0, rest.find('/'));
    for (std::size_t depth = 1;; ++depth) {
        const std::size_t end = rest.find('/');
        if (!is_plain_name(rest.substr(0, end)) || depth > path_depth_max)
            return false;
        if (end == std::string_view::npos)
            break;
        rest.remove_prefix(end + 1);
    }
    // The rows of the store stand in a database, never as its own files.
    return std::ranges::find(file_tops, top) != file_tops.end() &&
           (top != "store" || path.starts_with("store/segments/"));
}

Bytes encode_signed_manifest(const BackupManifest& manifest, const crypto::SigningKey& key) {
    Bytes out;
    append_u16_be(out, manifest_version);
    append_u64_be(out, manifest.made.ms);
    append(out, manifest.node.view());
    append_u32_be(out, static_cast<std::uint32_t>(manifest.chain.size()));
    append(out, manifest.chain);
    append_u32_be(out, static_cast<std::uint32_t>(manifest.files.size()));
    for (const BackupFile& file : manifest.files) {
        out.push_back(static_cast<std::uint8_t>(file.kind));
        out.push_back(static_cast<std::uint8_t>(file.path.size()));
        append(out, as_view(file.path));
        append_u32_be(out, static_cast<std::uint32_t>(file.parts.size()));
        for (const BackupPart& part : file.parts) {
            append(out, part.name.view());
            append_u32_be(out, part.bytes);
        }
    }
    Bytes whole = to_bytes(key.sign(crypto::SignLabel::backup, out).view());
    append(whole, out);
    return whole;
}

Result<BackupManifest> parse_signed_manifest(ByteView bytes, crypto::Verifier& verifier) {
    if (bytes.size() > manifest_bytes_max)
        return fail(Errc::too_large);
    if (bytes.size() < Signature::size_bytes)
        return fail(Errc::truncated);
    const auto signature = Signature::from(bytes.first(Signature::size_bytes));
    const ByteView rest = bytes.subspan(Signature::size_bytes);
    auto manifest = read_manifest(rest);
    if (!manifest)
        return manifest;
    const auto chain = identity::IdentityChain::parse(manifest->chain, verifier);
    if (!chain)
        return fail(chain.error());
    if (chain->find_signing(manifest->node) == nullptr ||
        !verifier.verify(crypto::SignLabel::backup, manifest->node, rest, *signature))
        return fail(Errc::bad_signature);
    return manifest;
}

bool is_signed_in_force(const BackupManifest& manifest, const identity::IdentityChain& chain) {
    const identity::CertifiedNode* const node = chain.find_signing(manifest.node);
    return node != nullptr && !node->revoked;
}

} // namespace staffroom::storage
