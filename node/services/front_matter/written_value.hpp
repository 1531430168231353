// The value behind a name in front matter, by a person or another program: words, a list, or names
// with values inside, as a tree that is read once and asked for words. Filled from YAML here and
// from TOML in services/front_matter/written_toml; called by services/front_matter/written_fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace staffroom::services {

enum class ValueKind { words, list, map };

struct WrittenValue {
    ValueKind kind;
    std::string words;
    bool is_plain = false; // without quotes, so that what it says may not be what it meant
    bool is_odd = false;   // an alias, or behind an anchor or a tag of its own
    std::size_t line = 0;  // of the name before it, in the block, from 1
    // The place of each value in the tree, behind its name; names of list values are empty.
    std::vector<std::pair<std::string, std::size_t>> inner{};
};

/// A tree of values; the first value is the root. Values deeper than `depth_max` are left out.
struct ValueTree {
    static constexpr std::size_t depth_max = 12;
    std::vector<WrittenValue> values{};
};

/// Reads one YAML document that is a mapping. Nothing: it is not readable, or something else.
[[nodiscard]] std::optional<ValueTree> read_yaml_map(std::string_view yaml);

struct Understood {
    std::vector<std::string> values;
    bool is_list;
    bool is_unread; // it says more than is understood
};

/// Returns words and lists of words as they are, and the name of a person or a title that is
/// written as a map.
[[nodiscard]] Understood understand(const ValueTree& tree, std::size_t place);

} // namespace staffroom::services
