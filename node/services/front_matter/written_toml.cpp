#include "node/services/front_matter/written_toml.hpp"

#include "node/base/toml.hpp"

#include <sstream>

namespace staffroom::services {
namespace {

template <class Value> std::string printed(const Value& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

/// Returns a value that holds no others, as words.
std::string words_of(const toml::node& node) {
    if (const auto* text = node.as_string())
        return text->get();
    if (const auto* number = node.as_integer())
        return std::to_string(number->get());
    if (const auto* number = node.as_floating_point())
        return printed(number->get());
    if (const auto* claim = node.as_boolean())
        return claim->get() ? "true" : "false";
    if (const auto* day = node.as_date())
        return printed(day->get());
    if (const auto* time = node.as_time())
        return printed(time->get());
    if (const auto* moment = node.as_date_time())
        return printed(moment->get());
    return {};
}

ValueTree tree_of(const toml::table& table) {
    struct Open {
        const toml::node* node;
        std::size_t place;
        std::size_t depth;
    };
    ValueTree tree;
    tree.values.push_back({ValueKind::map, {}});
    std::vector<Open> open{{&table, 0, 1}};
    const auto put = [&](const Open& outer, std::string name, const toml::node& node) {
        const ValueKind kind = node.is_table()   ? ValueKind::map
                               : node.is_array() ? ValueKind::list
                                                 : ValueKind::words;
        const std::size_t place = tree.values.size();
        tree.values[outer.place].inner.emplace_back(std::move(name), place);
        tree.values.push_back({kind, words_of(node), false, false, node.source().begin.line});
        if (kind != ValueKind::words && outer.depth < ValueTree::depth_max)
            open.push_back({&node, place, outer.depth + 1});
    };
    while (!open.empty()) {
        const Open outer = open.back();
        open.pop_back();
        if (const auto* inner = outer.node->as_table())
            for (const auto& [name, node] : *inner)
                put(outer, std::string(name.str()), node);
        if (const auto* inner = outer.node->as_array())
            for (const toml::node& node : *inner)
                put(outer, {}, node);
    }
    return tree;
}

} // namespace

std::optional<ValueTree> read_toml_map(std::string_view toml) {
    try {
        return tree_of(toml::parse(toml));
    } catch (const toml::parse_error&) {
        return std::nullopt;
    } catch (const std::logic_error&) { // an assertion of the library
        return std::nullopt;
    }
}

} // namespace staffroom::services
