#include "storage/database/core_rows.hpp"

#include "storage/database/stored_check.hpp"

#include <algorithm>

namespace staffroom::storage {

using replica::RowKind;

namespace {

// Layout: magic, then per row kind u8, length of the key u32, of the value u32, both; the check
// ends the file. Stored: never renumber.
constexpr std::string_view rows_magic = "SRR1";
constexpr std::size_t row_head_bytes = 1 + 4 + 4;
constexpr std::array kept_twice{
    RowKind::genesis, RowKind::neighbour, RowKind::pending_join, RowKind::own, RowKind::withheld};
constexpr std::size_t copy_bytes_max = 64U << 20U; // far above the geneses of all networks

Result<Bytes> encode_rows(const Database& database) {
    Bytes out = to_bytes(as_view(rows_magic));
    const auto add = [&](ByteView key, ByteView value) -> Result<bool> {
        auto content = open_sealed_row(key, value);
        if (!content || key.size() < 2)
            return fail(Errc::corrupt, "a row of the core is damaged");
        out.push_back(key[1]);
        append_u32_be(out, static_cast<std::uint32_t>(key.size() - 2));
        append_u32_be(out, static_cast<std::uint32_t>(content->size()));
        append(out, key.subspan(2));
        append(out, *content);
        return true;
    };
    for (const RowKind kind : kept_twice) {
        const Bytes all = opaque_key(kind, {});
        if (auto done = database.for_each(all, all, add); !done)
            return fail(done.error());
    }
    append(out, stored_check({out}));
    return out;
}

} // namespace

bool is_kept_twice(RowKind kind) {
    return std::find(kept_twice.begin(), kept_twice.end(), kind) != kept_twice.end();
}

Result<void> copy_core_rows(FileSystem& files, const std::string& path, const Database& database) {
    auto rows = encode_rows(database);
    if (!rows)
        return fail(rows.error());
    const auto held = read_file(files, path, copy_bytes_max);
    if (held && *held == *rows)
        return {};
    return replace_file_durably(files, path, *rows);
}

Result<std::vector<replica::Row>> read_core_rows(FileSystem& files, const std::string& path) {
    auto content = read_file(files, path, copy_bytes_max);
    if (!content)
        return fail(content.error());
    const auto damaged = [] { return fail(Errc::corrupt, "the copy of the core's rows"); };
    if (content->size() < rows_magic.size() + stored_check_bytes)
        return damaged();
    ByteView rest = ByteView(*content).first(content->size() - stored_check_bytes);
    const StoredCheck check = stored_check({rest});
    if (!std::equal(check.begin(), check.end(), content->end() - stored_check_bytes) ||
        as_text(rest.first(rows_magic.size())) != rows_magic)
        return damaged();
    std::vector<replica::Row> rows;
    for (rest = rest.subspan(rows_magic.size()); rest.size() >= row_head_bytes;) {
        const auto kind = static_cast<RowKind>(rest[0]);
        const std::size_t key_bytes = read_u32_be(rest.subspan(1));
        const std::size_t value_bytes = read_u32_be(rest.subspan(5));
        rest = rest.subspan(row_head_bytes);
        if (key_bytes > rest.size() || value_bytes > rest.size() - key_bytes)
            return damaged();
        rows.push_back(
            {kind, to_bytes(rest.first(key_bytes)), to_bytes(rest.subspan(key_bytes, value_bytes))}
        );
        rest = rest.subspan(key_bytes + value_bytes);
    }
    return rows;
}

} // namespace staffroom::storage
