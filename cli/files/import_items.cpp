#include "cli/files/import_items.hpp"

#include "cli/files/text_file.hpp"
#include "node/services/markdown/file_types.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/base/text.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>

namespace staffroom::cli {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t manifest_bytes_max = 256U
                                           << 20U; // far above any manifest that a person keeps
constexpr std::size_t folders_deep_max = 64;
constexpr std::size_t export_hash_characters = 52;

constexpr std::array markdown_endings{
    "md"sv, "markdown"sv, "mdown"sv, "mkd"sv, "mkdn"sv, "mdwn"sv, "mdx"sv, "qmd"sv, "rmd"sv};

struct OtherDocument {
    std::string_view ending;
    std::string_view is;
};
/// The formats in which people write texts and which this program does not read.
constexpr std::array other_documents{
    OtherDocument{"docx", "a Word document"},
    OtherDocument{"doc", "a Word document"},
    OtherDocument{"odt", "an OpenDocument text"},
    OtherDocument{"rtf", "a rich text"},
    OtherDocument{"pages", "a Pages document"},
    OtherDocument{"txt", "a plain text"},
    OtherDocument{"text", "a plain text"},
    OtherDocument{"html", "a web page"},
    OtherDocument{"htm", "a web page"},
    OtherDocument{"rst", "a reStructuredText"},
    OtherDocument{"adoc", "an AsciiDoc text"},
    OtherDocument{"asciidoc", "an AsciiDoc text"},
    OtherDocument{"org", "an Org text"},
    OtherDocument{"textile", "a Textile text"},
    OtherDocument{"mediawiki", "a wiki text"},
    OtherDocument{"wiki", "a wiki text"},
    OtherDocument{"tex", "a TeX text"},
    OtherDocument{"ipynb", "a notebook"},
    OtherDocument{"epub", "a book"},
};
/// Texts of tools, not of people.
constexpr std::array tool_files{
    "robots.txt"sv, "requirements.txt"sv, "humans.txt"sv, "cmakelists.txt"sv, "llms.txt"sv};
constexpr std::array tool_folders{"node_modules"sv, "__pycache__"sv, "__macosx"sv};

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& symbol : out)
        if (symbol >= 'A' && symbol <= 'Z')
            symbol = static_cast<char>(symbol - 'A' + 'a');
    return out;
}

bool is_markdown_name(std::string_view name) {
    return std::ranges::find(markdown_endings, services::ending_of_name(name)) !=
           markdown_endings.end();
}

bool is_tool_file(const std::string& name) {
    return std::ranges::find(tool_files, lower_ascii(name)) != tool_files.end();
}

bool is_tool_folder(const std::string& name) {
    return std::ranges::find(tool_folders, lower_ascii(name)) != tool_folders.end();
}

std::string_view other_document(std::string_view name) {
    const auto* found =
        std::ranges::find(other_documents, services::ending_of_name(name), &OtherDocument::ending);
    return found == other_documents.end() ? std::string_view() : found->is;
}

/// Tells whether an export has put a file there under its hash; the records bring such a file in.
bool is_exported_file(std::string_view path) {
    constexpr std::string_view folder = "files/";
    return path.starts_with(folder) &&
           id_from_base32<Digest>(path.substr(folder.size(), export_hash_characters)).has_value();
}

/// A walk of a folder that follows nothing.
class Walk {
public:
    explicit Walk(ImportSource& into)
        : into_(into) {}

    Outcome<ExitCode> run() {
        std::vector<std::string> folders{""};
        while (!folders.empty()) {
            const std::string folder = std::move(folders.back());
            folders.pop_back();
            const auto entries = into_.folder.entries(folder);
            const auto* why = std::get_if<Closed>(&entries);
            if (why != nullptr && folder.empty())
                return Failure{
                    into_.folder.place().string() + " " + std::string(why_closed(*why)) + ".",
                    "check its permissions, then run the command again.",
                    ExitCode::failed};
            if (why != nullptr) {
                pass_over(folder + "/", "The folder " + std::string(why_closed(*why)) + ".", true);
                continue;
            }
            for (const Entry& entry : std::get<std::vector<Entry>>(entries))
                if (auto deeper = take(folder, entry))
                    folders.push_back(std::move(*deeper));
        }
        std::ranges::sort(into_.items, {}, &ImportItem::path);
        std::ranges::sort(into_.passed_over, {}, &PassedOver::path);
        return ExitCode::done;
    }

private:
    void pass_over(std::string path, std::string sentence, bool needs_a_look) {
        into_.passed_over.push_back({std::move(path), std::move(sentence), needs_a_look});
    }

    /// Returns the path of an entry that is a folder to walk.
    std::optional<std::string> take(const std::string& folder, const Entry& entry) {
        std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
        const bool is_folder = entry.kind == EntryKind::folder;
        if (entry.name.starts_with('.')) {
            pass_over(path + (is_folder ? "/" : ""), "It is hidden.", false);
        } else if (entry.kind == EntryKind::link) {
            pass_over(path, "It is a link, and links are not followed.", true);
        } else if (is_folder && is_tool_folder(entry.name)) {
            pass_over(path + "/", "It belongs to a tool.", false);
        } else if (is_folder && path_parts(path).size() > folders_deep_max) {
            pass_over(path + "/", "It lies too deep.", true);
        } else if (is_folder) {
            return path;
        } else if (entry.kind == EntryKind::other) {
            pass_over(path, "It is no plain file.", is_markdown_name(path));
        } else if (is_markdown_name(path)) {
            into_.items.push_back({std::move(path)});
        } else {
            take_file(std::move(path), entry.name);
        }
        return std::nullopt;
    }

    void take_file(std::string path, const std::string& name) {
        const std::string_view is = is_tool_file(name) ? "" : other_document(name);
        if (is_exported_file(path))
            return;
        if (is.empty())
            pass_over(path, "It is no Markdown.", false);
        else
            pass_over(
                path, "It is " + std::string(is) + "; save it as Markdown to import it.", true
            );
        into_.files.push_back(std::move(path));
    }

    ImportSource& into_;
};

bool is_manifest(const std::filesystem::path& path) {
    return services::ending_of_name(path.string()) == "tsv";
}

std::filesystem::path folder_of_file(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

Outcome<ExitCode> take_manifest(const std::filesystem::path& path, ImportSource& into) {
    const auto text = read_bytes(path, manifest_bytes_max);
    if (!text)
        return text.failure();
    if (auto failure = why_unreadable(*text, path))
        return *failure;
    auto rows = parse_manifest(*text);
    if (!rows)
        return rows.failure();
    for (auto& row : *rows) {
        auto shown = row.path;
        into.items.push_back({std::move(shown), std::move(row)});
    }
    return ExitCode::done;
}

Failure no_markdown(const std::filesystem::path& path) {
    const std::string_view is = other_document(path.string());
    return {
        path.string() + " is " + (is.empty() ? "no Markdown file" : std::string(is)) +
            (is.empty() ? ", no folder and no manifest.tsv." : ", not Markdown."),
        "save it as Markdown (a name that ends in .md), or name the folder that it stands in.",
        ExitCode::refused};
}

Outcome<ExitCode> take_all(const std::filesystem::path& path, bool is_folder, ImportSource& into) {
    if (is_folder)
        return Walk(into).run();
    if (is_manifest(path))
        return take_manifest(path, into);
    if (!is_markdown_name(path.string()))
        return no_markdown(path);
    into.items.push_back({path.filename().string()});
    return ExitCode::done;
}

} // namespace

Outcome<ImportSource>
find_documents(const std::filesystem::path& path, const ImportChoice& choice) {
    std::error_code error;
    const bool is_folder = std::filesystem::is_directory(path, error);
    if (!is_folder && !std::filesystem::exists(path, error))
        return Failure{
            path.string() + " is not there.",
            "check the path; a folder, a Markdown file or a manifest.tsv can be imported.",
            ExitCode::failed};
    // A document that is named through a link stands where that leads.
    auto named = path;
    if (!is_folder && is_markdown_name(path.string()))
        named = std::filesystem::weakly_canonical(path, error);
    auto folder = SafeFolder::open(is_folder ? named : folder_of_file(named));
    if (!folder)
        return folder.failure();
    ImportSource source{std::move(*folder)};
    if (auto taken = take_all(named, is_folder, source); !taken)
        return taken.failure();
    source.found = source.items.size();
    if (!choice.match.empty())
        std::erase_if(source.items, [&](const ImportItem& item) {
            return ::fnmatch(choice.match.c_str(), item.path.c_str(), 0) != 0;
        });
    if (choice.limit && source.items.size() > *choice.limit)
        source.items.resize(static_cast<std::size_t>(*choice.limit));
    return source;
}

std::string why_nothing(
    const ImportSource& source, const std::filesystem::path& path, const ImportChoice& choice
) {
    if (!source.items.empty())
        return {};
    const std::string place = path.string();
    if (source.found == 0)
        return "No document is in " + place +
               ": a document is a Markdown file, whose name ends in .md.";
    if (choice.limit && *choice.limit == 0)
        return "--limit 0 takes none of the " + std::to_string(source.found) + " in " + place + ".";
    return "No path of the " + std::to_string(source.found) + " in " + place + " matches \"" +
           choice.match + "\"; --match takes a pattern for the whole path, such as '*plan*'.";
}

std::vector<std::string> files_below(const SafeFolder& folder) {
    ImportSource source{folder};
    (void)Walk(source).run(); // a folder that cannot be read holds no file to find
    return std::move(source.files);
}

std::string origin_of(const ImportItem& item) {
    if (item.row && !item.row->source_repository.empty() && !item.row->source_path.empty())
        return item.row->source_repository + "/" + item.row->source_path;
    return {};
}

} // namespace staffroom::cli
