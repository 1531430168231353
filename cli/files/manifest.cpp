#include "cli/files/manifest.hpp"

#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace staffroom::cli {

namespace {

constexpr std::size_t sha256_bytes = 32;

struct ManifestColumn {
    std::string_view name;
    std::string ManifestRow::*field;
};
constexpr std::array<ManifestColumn, 13> columns{{
    {"path", &ManifestRow::path},
    {"title", &ManifestRow::title},
    {"creator", &ManifestRow::creator},
    {"source_repository", &ManifestRow::source_repository},
    {"source_commit", &ManifestRow::source_commit},
    {"source_path", &ManifestRow::source_path},
    {"licence", &ManifestRow::licence},
    {"lang", &ManifestRow::language},
    {"suggested_kind", &ManifestRow::kind},
    {"suggested_focus", &ManifestRow::focus},
    {"suggested_phase", &ManifestRow::phase},
    {"changes", &ManifestRow::changes},
    {"sha256", &ManifestRow::sha256},
}};

std::vector<std::string_view> split(std::string_view line, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0;;) {
        const auto end = line.find(separator, begin);
        parts.push_back(line.substr(begin, end - begin));
        if (end == std::string_view::npos)
            return parts;
        begin = end + 1;
    }
}

std::vector<std::string_view> split_lines(std::string_view text) {
    auto lines = split(text, '\n');
    for (auto& line : lines)
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    return lines;
}

Failure bad_line(std::size_t line, const std::string& why) {
    return {
        "The manifest cannot be used: line " + std::to_string(line) + " " + why + ".",
        "correct that line; nothing has been imported.",
        ExitCode::failed};
}

/// Tells whether a path stays inside. A manifest may come from elsewhere and could make this school
/// publish files outside its folder. "b/../a" is refused too: where b is a link, that is elsewhere.
bool stays_inside(const std::string& path) {
    const std::filesystem::path given(path);
    return !path.empty() && !given.is_absolute() &&
           std::find(given.begin(), given.end(), "..") == given.end();
}

/// Returns for each field of a line the column that it belongs to; null for one that nobody reads.
Outcome<std::vector<const ManifestColumn*>> read_titles(std::string_view line) {
    std::vector<const ManifestColumn*> fields;
    for (const auto title : split(line, '\t')) {
        const auto* column =
            std::find_if(columns.begin(), columns.end(), [&](const ManifestColumn& each) {
                return each.name == title;
            });
        fields.push_back(column == columns.end() ? nullptr : column);
    }
    for (const std::string_view needed : {"path", "sha256"}) {
        const bool is_there =
            std::any_of(fields.begin(), fields.end(), [&](const ManifestColumn* each) {
                return each != nullptr && each->name == needed;
            });
        if (!is_there)
            return bad_line(1, "names no column '" + std::string(needed) + "'");
    }
    return fields;
}

} // namespace

Outcome<std::vector<ManifestRow>> parse_manifest(std::string_view text) {
    const auto lines = split_lines(text);
    if (lines.empty())
        return bad_line(1, "is missing: the file is empty");
    const auto titles = read_titles(lines.front());
    if (!titles)
        return titles.failure();
    std::vector<ManifestRow> rows;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto fields = split(lines[i], '\t');
        if (fields.size() != titles->size())
            return bad_line(
                i + 1,
                "has " + std::to_string(fields.size()) + " fields where the first line names " +
                    std::to_string(titles->size())
            );
        ManifestRow row;
        for (std::size_t j = 0; j < fields.size(); ++j)
            if (const ManifestColumn* column = (*titles)[j])
                row.*(column->field) = std::string(fields[j]);
        if (!stays_inside(row.path))
            return bad_line(i + 1, "names a path outside the manifest's folder");
        const auto checksum = from_hex(row.sha256);
        if (!checksum || checksum->size() != sha256_bytes)
            return bad_line(i + 1, "has no SHA-256 checksum of 64 hex digits");
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string attribution_of(const ManifestRow& row) {
    std::string out;
    const auto add = [&](std::string_view part) {
        if (part.empty())
            return;
        if (!out.empty())
            out += "; ";
        out += part;
    };
    add(row.creator);
    std::string source = row.source_repository;
    if (!row.source_path.empty())
        source += (source.empty() ? "" : "/") + row.source_path;
    if (!row.source_commit.empty())
        source += (source.empty() ? "commit " : " at commit ") + row.source_commit;
    add(source);
    add(row.licence);
    if (!row.changes.empty())
        add("changes: " + row.changes);
    return out;
}

} // namespace staffroom::cli
