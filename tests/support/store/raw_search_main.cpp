// raw_search PATH...: reads words from its input, one a line, and prints of each that stands in a
// file below these paths "WORD<tab>FILE". For the acceptance tests, whose language reads neither
// LevelDB's tables nor zstd's frames. Exit 0, found or not; 2 when a file cannot be read.
#include "tests/support/store/raw_search.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>

namespace {

using staffroom::Bytes;
using staffroom::tests::RawSearch;

/// False when the file is there and cannot be read. One that has gone meanwhile holds nothing.
bool search_file(
    const RawSearch& search,
    const std::vector<std::string>& words,
    const std::filesystem::path& path
) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return !std::filesystem::exists(path);
    const Bytes content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    std::set<std::size_t> found;
    for (const std::size_t half : search.in_file(path.filename().string(), content))
        found.insert(half / 2);
    for (const std::size_t word : found)
        std::cout << words[word] << '\t' << path.string() << '\n';
    return true;
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string> words;
    for (std::string line; std::getline(std::cin, line);)
        words.push_back(line);
    const RawSearch search(staffroom::tests::halves_of(words));
    bool is_read = true;
    const std::span<char* const> arguments(argv, static_cast<std::size_t>(argc));
    for (const std::string path : arguments.subspan(1)) {
        if (!std::filesystem::is_directory(path)) {
            is_read = search_file(search, words, path) && is_read;
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
            if (entry.is_regular_file())
                is_read = search_file(search, words, entry.path()) && is_read;
    }
    return is_read ? 0 : 2;
}
