#include "cli/files/safe_name.hpp"

#include "node/services/text/file_names.hpp"

#include <algorithm>
#include <array>

namespace staffroom::cli {

namespace {

constexpr std::size_t name_bytes_max = 120;
constexpr std::size_t ending_bytes_max = 16;

// The signs that no file system and no shell takes for anything else.
constexpr std::string_view kept_symbols = ".-_#+,=@~()";

// Devices of another system that school computers run.
constexpr std::array<std::string_view, 6> devices{"con", "prn", "aux", "nul", "com", "lpt"};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& symbol : out)
        if (symbol >= 'A' && symbol <= 'Z')
            symbol = static_cast<char>(symbol - 'A' + 'a');
    return out;
}

bool is_device(std::string_view stem) {
    const std::string plain = lower(stem.substr(0, stem.find('.')));
    return std::any_of(devices.begin(), devices.end(), [&](std::string_view device) {
        const bool is_numbered = plain.size() == device.size() + 1 && plain.back() >= '0' &&
                                 plain.back() <= '9' && plain.starts_with(device);
        return plain == device || is_numbered;
    });
}

} // namespace

std::string safe_name(std::string_view name, std::set<std::string>& taken) {
    const std::string_view last = name.substr(name.find_last_of("/\\") + 1);
    std::string kept = services::drawn_name(last, kept_symbols, '_', std::string::npos);
    const std::size_t first = kept.find_first_not_of(".-");
    kept.erase(0, std::min(first, kept.size()));
    while (!kept.empty() && kept.back() == '.')
        kept.pop_back();
    const std::size_t dot = kept.rfind('.');
    std::string ending;
    if (dot != std::string::npos && kept.size() - dot <= ending_bytes_max) {
        ending = kept.substr(dot);
        kept.resize(dot);
    }
    kept = services::drawn_name(
        kept,
        kept_symbols,
        '_',
        name_bytes_max - ending_bytes_max - std::min(ending.size(), ending_bytes_max)
    );
    if (kept.empty() || is_device(kept))
        kept = "file" + (kept.empty() ? std::string() : "-" + kept);
    std::string made = kept + ending;
    for (std::size_t i = 2; !taken.insert(services::folded_name(made)).second; ++i)
        made = kept + "-" + std::to_string(i) + ending;
    return made;
}

} // namespace staffroom::cli
