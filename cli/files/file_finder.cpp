#include "cli/files/file_finder.hpp"

#include "node/services/text/file_names.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <array>

namespace staffroom::cli {

namespace {

using services::folded_name;

/// The folders where generators of sites keep what a page names by "/img/x.png".
constexpr std::array site_roots{
    "", "static", "public", "assets", "docs", "src", "source", "content"};

std::string joined_path(const std::vector<std::string>& parts) {
    std::string path;
    for (const std::string& part : parts)
        path += (path.empty() ? "" : "/") + part;
    return path;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string last_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

/// Joins `folder` and `path`; nothing where ".." leads out. Without links on the way this is what
/// the system would make of it.
std::optional<std::vector<std::string>> below(const std::string& folder, const std::string& path) {
    auto parts = path_parts(folder);
    for (std::string& part : path_parts(path)) {
        if (part != "..") {
            parts.push_back(std::move(part));
            continue;
        }
        if (parts.empty())
            return std::nullopt;
        parts.pop_back();
    }
    return parts;
}

/// Counts the folders that two paths have in common.
std::size_t shared_folders(const std::string& a, const std::string& b) {
    const auto left = path_parts(a);
    const auto right = path_parts(b);
    const auto apart = std::mismatch(left.begin(), left.end(), right.begin(), right.end()).first;
    return static_cast<std::size_t>(apart - left.begin());
}

/// Returns the ways in which a reference may be meant, the likeliest first. Where it begins at a
/// site's root, also without its first part: that may be the name of the site.
std::vector<std::vector<std::string>>
places_for(const services::FileReference& reference, const std::string& text_folder) {
    std::vector<std::vector<std::string>> places;
    const auto add = [&](const std::string& folder, const std::string& path) {
        if (auto parts = below(folder, path); parts && !parts->empty())
            places.push_back(std::move(*parts));
    };
    if (!reference.is_from_root)
        add(text_folder, reference.path);
    for (const char* root : site_roots)
        add(root, reference.path);
    const std::size_t slash = reference.path.find('/');
    if (reference.is_from_root && slash != std::string::npos)
        for (const char* root : site_roots)
            add(root, reference.path.substr(slash + 1));
    if (reference.is_from_root)
        add(text_folder, reference.path);
    return places;
}

} // namespace

void FileFinder::know(std::vector<std::string> paths) {
    for (std::string& path : paths) {
        std::string name = folded_name(last_of(path));
        known_.emplace(std::move(name), std::move(path));
    }
}

const FileFinder::Names& FileFinder::names_in(const std::string& folder) {
    const auto known = listed_.find(folder);
    if (known != listed_.end())
        return known->second;
    Names names;
    const auto entries = folder_.entries(folder);
    if (const auto* found = std::get_if<std::vector<Entry>>(&entries))
        for (const Entry& entry : *found)
            if (!entry.name.starts_with('.'))
                names.emplace(folded_name(entry.name), entry.name);
    return listed_.emplace(folder, std::move(names)).first->second;
}

std::optional<std::string>
FileFinder::name_beginning(const std::string& folder, std::string_view beginning) {
    std::optional<std::string> first;
    for (const auto& [folded, name] : names_in(folder))
        if (name.starts_with(beginning) && (!first || name < *first))
            first = name;
    return first;
}

std::variant<FoundFile, Closed>
FileFinder::open_spelled_otherwise(const std::vector<std::string>& parts) {
    std::string path;
    for (const std::string& part : parts) {
        const Names& names = names_in(path);
        std::optional<std::string> spelled;
        const auto [begin, end] = names.equal_range(folded_name(part));
        for (auto at = begin; at != end; ++at)
            if (at->second == part || !spelled || (*spelled != part && at->second < *spelled))
                spelled = at->second;
        if (!spelled)
            return Closed::missing;
        path += (path.empty() ? "" : "/") + *spelled;
    }
    auto file = folder_.file(path);
    if (const auto* why = std::get_if<Closed>(&file))
        return *why;
    return FoundFile{std::move(path), std::get<SharedFile>(std::move(file))};
}

std::variant<FoundFile, Closed> FileFinder::open(const std::vector<std::string>& parts) {
    std::string path = joined_path(parts);
    auto file = folder_.file(path);
    if (auto* found = std::get_if<SharedFile>(&file))
        return FoundFile{std::move(path), std::move(*found)};
    if (std::get<Closed>(file) != Closed::missing)
        return std::get<Closed>(file);
    return open_spelled_otherwise(parts);
}

/// Returns the one file whose path ends in the words of the text, or the one nearest to the text if
/// there are several.
std::optional<std::string> FileFinder::known_place(
    const services::FileReference& reference, const std::string& text_folder
) const {
    auto wanted = path_parts(folded_name(reference.path));
    std::erase(wanted, "..");
    if (wanted.empty())
        return std::nullopt;
    std::vector<std::string> found;
    const auto collect = [&] {
        const auto [begin, end] = known_.equal_range(wanted.back());
        for (auto at = begin; at != end; ++at) {
            const auto held = path_parts(folded_name(at->second));
            if (held.size() >= wanted.size() &&
                std::equal(wanted.rbegin(), wanted.rend(), held.rbegin()))
                found.push_back(at->second);
        }
    };
    collect();
    while (found.empty() && wanted.size() > 1 && (reference.is_from_root || reference.is_anywhere)
    ) {
        wanted.erase(wanted.begin());
        collect();
    }
    if (found.empty())
        return std::nullopt;
    std::ranges::sort(found, [&](const std::string& a, const std::string& b) {
        const std::size_t near_a = shared_folders(folder_of(a), text_folder);
        const std::size_t near_b = shared_folders(folder_of(b), text_folder);
        return near_a != near_b       ? near_a > near_b
               : a.size() != b.size() ? a.size() < b.size()
                                      : a < b;
    });
    return found.front();
}

/// Looks one folder further in: a wiki link means a file wherever it stands.
std::string FileFinder::place_in_subfolders(const std::string& folder, const std::string& name) {
    constexpr std::size_t folders_max = 200;
    const auto entries = folder_.entries(folder);
    const auto* found = std::get_if<std::vector<Entry>>(&entries);
    std::size_t looked_at = 0;
    std::vector<std::string> places;
    for (std::size_t i = 0; found != nullptr && i < found->size(); ++i) {
        const Entry& entry = (*found)[i];
        if (entry.kind != EntryKind::folder || entry.name.starts_with('.') ||
            ++looked_at > folders_max)
            continue;
        const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
        const Names& names = names_in(path);
        if (const auto at = names.find(folded_name(name)); at != names.end())
            places.push_back(entry.name + "/" + at->second);
    }
    std::ranges::sort(places);
    return places.empty() ? std::string() : places.front();
}

std::string
FileFinder::nearest_to(const services::FileReference& reference, const std::string& text_folder) {
    const auto parts = below(text_folder, reference.path);
    const std::string folder = parts ? folder_of(joined_path(*parts)) : text_folder;
    std::vector<std::string> held;
    for (const auto& [folded, name] : names_in(folder))
        held.push_back(name);
    if (reference.is_anywhere)
        if (auto place = place_in_subfolders(folder, last_of(reference.path)); !place.empty())
            return place;
    std::ranges::sort(held);
    const std::vector<std::string_view> names(held.begin(), held.end());
    return std::string(records::nearest_name(last_of(reference.path), names));
}

std::variant<FoundFile, Unfound>
FileFinder::find(const services::FileReference& reference, const std::string& text_folder) {
    std::optional<Closed> why;
    if (!reference.is_from_root && !below(text_folder, reference.path))
        why = Closed::outside;
    for (const auto& parts : places_for(reference, text_folder)) {
        auto tried = open(parts);
        if (auto* found = std::get_if<FoundFile>(&tried))
            return std::move(*found);
        const Closed reason = std::get<Closed>(tried);
        if (reason != Closed::missing && (!why || *why == Closed::missing))
            why = reason;
    }
    if (!why || *why == Closed::outside)
        if (const auto place = known_place(reference, text_folder))
            if (auto file = folder_.file(*place); std::holds_alternative<SharedFile>(file))
                return FoundFile{*place, std::get<SharedFile>(std::move(file))};
    Unfound unfound{reference.path, {}, !why};
    unfound.sentence =
        "The file " + reference.path + " " + std::string(why_closed(why.value_or(Closed::missing)));
    if (unfound.is_missing)
        if (const std::string near = nearest_to(reference, text_folder); !near.empty())
            unfound.sentence += "; did you mean " + near + "?";
    if (!unfound.sentence.ends_with('?'))
        unfound.sentence += ".";
    return unfound;
}

} // namespace staffroom::cli
