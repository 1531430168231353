#include "node/services/front_matter/written_value.hpp"

#include "node/services/front_matter/field_names.hpp"
#include "node/services/front_matter/yaml_parser.hpp"

#include <algorithm>
#include <initializer_list>

namespace staffroom::services {
namespace {

/// Tells whether an event has a person's own tag, such as the first word of "!important notice".
bool has_own_tag(YamlEvent& event) {
    if (event.type() != YAML_SCALAR_EVENT)
        return false;
    const auto& scalar = event.raw().data.scalar;
    if (scalar.anchor != nullptr)
        return true;
    const char* const tag = static_cast<const char*>(static_cast<const void*>(scalar.tag));
    return tag != nullptr && !std::string_view(tag).starts_with("tag:yaml.org,");
}

/// A builder that takes one event after the other.
class TreeBuilder {
public:
    /// Takes an event; tells whether reading can go on.
    bool take(YamlEvent& event) {
        switch (event.type()) {
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
        case YAML_STREAM_END_EVENT:
        case YAML_DOCUMENT_END_EVENT: return true;
        case YAML_DOCUMENT_START_EVENT: return ++documents_ == 1;
        case YAML_ALIAS_EVENT: return put({ValueKind::words, {}, true, true, event.line()}, false);
        case YAML_SCALAR_EVENT: return take_words(event);
        case YAML_SEQUENCE_START_EVENT:
            return put({ValueKind::list, {}, false, false, event.line()}, true);
        case YAML_MAPPING_START_EVENT:
            return put({ValueKind::map, {}, false, false, event.line()}, true);
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT: open_.pop_back(); return true;
        }
        return true;
    }

    [[nodiscard]] ValueTree& tree() { return tree_; }

private:
    struct Open {
        std::optional<std::size_t> place; // nothing: too deep, left out
        bool is_map;
        std::optional<std::pair<std::string, std::size_t>> name{}; // waits for its value
    };

    bool take_words(YamlEvent& event) {
        const bool names_value = !open_.empty() && open_.back().is_map && !open_.back().name;
        if (names_value) {
            open_.back().name = std::pair(event.scalar(), event.line());
            return true;
        }
        return put(
            {ValueKind::words, event.scalar(), event.is_plain(), has_own_tag(event), event.line()},
            false
        );
    }

    bool put(WrittenValue value, bool opens) {
        if (open_.empty() && (value.kind != ValueKind::map || !tree_.values.empty()))
            return false;
        // The work grows with the square of the depth and more; nobody writes such a block.
        constexpr std::size_t depth_read_max = 64;
        if (opens && open_.size() == depth_read_max)
            return false;
        std::optional<std::size_t> place;
        const bool has_room =
            open_.empty() || (open_.back().place && open_.size() < ValueTree::depth_max);
        // A map as the name of a value is left out with the value.
        const bool is_name = !open_.empty() && open_.back().is_map && !open_.back().name;
        if (has_room && !is_name) {
            place = tree_.values.size();
            if (!open_.empty()) {
                Open& outer = open_.back();
                if (outer.name)
                    value.line = outer.name->second;
                tree_.values[*outer.place].inner.emplace_back(
                    outer.name ? outer.name->first : std::string(), *place
                );
            }
            tree_.values.push_back(std::move(value));
        }
        if (is_name)
            open_.back().name = std::pair(std::string(), std::size_t{0});
        else if (!open_.empty())
            open_.back().name.reset();
        if (opens)
            open_.push_back({place, value.kind == ValueKind::map});
        return true;
    }

    ValueTree tree_;
    std::vector<Open> open_;
    std::size_t documents_ = 0;
};

std::optional<std::size_t>
inner_named(const ValueTree& tree, std::size_t place, std::string_view name) {
    for (const auto& [written, inner] : tree.values[place].inner)
        if (canonical_name(written) == name)
            return inner;
    return std::nullopt;
}

std::string words_of_first(
    const ValueTree& tree, std::size_t place, std::initializer_list<std::string_view> names
) {
    for (const std::string_view name : names)
        if (const auto inner = inner_named(tree, place, name))
            if (tree.values[*inner].kind == ValueKind::words && !tree.values[*inner].words.empty())
                return tree.values[*inner].words;
    return {};
}

/// Returns a name from its parts: "Ann" and "Lee" of {given: Ann, family: Lee}.
std::string name_in_parts(const ValueTree& tree, std::size_t place) {
    std::string name = words_of_first(tree, place, {"given", "given-names", "given-name", "first"});
    const std::string family =
        words_of_first(tree, place, {"family", "family-names", "family-name", "last"});
    if (!name.empty() && !family.empty())
        name += ' ';
    return name + family;
}

/// Returns the name of a person, or of a title with its kind; empty: nothing that is understood.
std::string name_in(const ValueTree& tree, std::size_t place) {
    if (std::string name = words_of_first(tree, place, {"name", "literal", "text"}); !name.empty())
        return name;
    if (const auto inner = inner_named(tree, place, "name"))
        if (tree.values[*inner].kind == ValueKind::map) {
            const std::string name = words_of_first(tree, *inner, {"literal"});
            return name.empty() ? name_in_parts(tree, *inner) : name;
        }
    const std::string parts = name_in_parts(tree, place);
    return parts.empty() ? words_of_first(tree, place, {"title"}) : parts;
}

/// Returns words with a colon: "- Ann Lee: head of music" is a line of words to its author; "- src:
/// a.png" is not.
std::string words_with_colon(const ValueTree& tree, std::size_t place) {
    const auto& inner = tree.values[place].inner;
    if (inner.size() != 1 || tree.values[inner.front().second].kind != ValueKind::words)
        return {};
    const std::string& name = inner.front().first;
    const bool is_prose = !name.empty() && ((name.front() >= 'A' && name.front() <= 'Z') ||
                                            name.find(' ') != std::string::npos);
    return is_prose ? name + ": " + tree.values[inner.front().second].words : std::string();
}

/// Returns the meaning of an entry of a list: words, or the name of a person.
std::string entry_words(const ValueTree& tree, std::size_t place) {
    if (tree.values[place].kind != ValueKind::map)
        return {};
    std::string name = name_in(tree, place);
    return name.empty() ? words_with_colon(tree, place) : name;
}

} // namespace

std::optional<ValueTree> read_yaml_map(std::string_view yaml) {
    YamlParser parser(yaml);
    TreeBuilder builder;
    while (true) {
        YamlEvent event;
        if (!parser.next(event) || !builder.take(event))
            return std::nullopt;
        if (event.type() == YAML_STREAM_END_EVENT)
            break;
    }
    if (builder.tree().values.empty())
        return std::nullopt;
    return std::move(builder.tree());
}

Understood understand(const ValueTree& tree, std::size_t place) {
    const WrittenValue& value = tree.values[place];
    Understood found{{}, value.kind == ValueKind::list, false};
    const auto take = [&](std::string words) {
        if (!words.empty())
            found.values.push_back(std::move(words));
        else
            found.is_unread = true;
    };
    switch (value.kind) {
    case ValueKind::words:
        if (!value.words.empty())
            found.values.push_back(value.words);
        break;
    case ValueKind::map:
        if (!value.inner.empty())
            take(name_in(tree, place));
        break;
    case ValueKind::list:
        for (const auto& [name, inner] : value.inner) {
            const WrittenValue& each = tree.values[inner];
            if (each.kind == ValueKind::words && !each.is_odd) {
                if (!each.words.empty())
                    found.values.push_back(each.words);
            } else {
                take(entry_words(tree, inner));
            }
        }
        break;
    }
    return found;
}

} // namespace staffroom::services
