// Reads the shared corpus for tests that want real documents; these skip themselves where it is not
// there.
#pragma once

#include "tests/support/store/places.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace staffroom::tests {

/// The file's exact bytes.
inline std::string read_whole_file(const std::filesystem::path& path) {
    std::string content(std::filesystem::file_size(path), '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    return content;
}

/// Every Markdown document, sorted by path; empty where the corpus is not there.
inline std::vector<std::filesystem::path> corpus_documents() {
    const std::filesystem::path folder = shared_place() / "corpus" / "documents";
    std::vector<std::filesystem::path> paths;
    if (!std::filesystem::exists(folder))
        return paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".md")
            paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

} // namespace staffroom::tests
