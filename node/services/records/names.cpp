#include "node/services/records/names.hpp"

#include "node/services/text/name_text.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

/// Finds the one match. Errors: not_found, invalid_input.
template <class Matches>
Result<NetworkId> only_match(
    const std::vector<NamedNetwork>& networks, std::string_view text, const Matches& matches
) {
    std::vector<std::string> candidates;
    std::vector<std::string> names;
    std::optional<NetworkId> found;
    for (const auto& network : networks) {
        names.push_back(network.name);
        if (!matches(network))
            continue;
        found = network.network;
        candidates.push_back(to_base32(network.network) + " (" + network.name + ")");
    }
    if (candidates.size() > 1)
        return fail(ambiguous(text, candidates));
    if (!found)
        return fail(
            Errc::not_found,
            "No network here is called \"" + std::string(text) + "\"" +
                name_hint(
                    text, names, "This school belongs to no network yet.", "The networks are: "
                )
        );
    return *found;
}

} // namespace

std::string name_hint(
    std::string_view text,
    const std::vector<std::string>& names,
    const std::string& none,
    const std::string& opening
) {
    constexpr std::size_t listed_max = 10;
    if (const auto near = nearest_of(text, names))
        return "; did you mean \"" + names[*near] + "\"?";
    if (names.empty())
        return ". " + none;
    std::string out = ". " + opening;
    for (std::size_t i = 0; i < std::min(names.size(), listed_max); ++i)
        out += (i == 0 ? "" : ", ") + names[i];
    return out + (names.size() > listed_max ? ", and more." : ".");
}

bool is_id_prefix(std::string_view text) {
    return text.size() >= id_prefix_characters_min && text.size() <= id_characters &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
           });
}

Result<NetworkId>
resolve_network(const std::vector<NamedNetwork>& networks, std::string_view text) {
    if (is_id_prefix(text)) {
        auto by_id = only_match(networks, text, [&](const NamedNetwork& network) {
            return to_base32(network.network).starts_with(text);
        });
        if (by_id || by_id.error().code != Errc::not_found)
            return by_id;
    }
    auto exact = only_match(networks, text, [&](const NamedNetwork& network) {
        return network.name == text;
    });
    if (exact || exact.error().code != Errc::not_found)
        return exact;
    return only_match(networks, text, [&](const NamedNetwork& network) {
        return is_same_name(network.name, text);
    });
}

Result<NetworkId>
resolve_network(const std::vector<replica::NetworkStatus>& networks, std::string_view text) {
    std::vector<NamedNetwork> named;
    for (const replica::NetworkStatus& each : networks)
        named.push_back({each.network, each.name});
    return resolve_network(named, text);
}

Result<SchoolId> resolve_school(const std::vector<NamedSchool>& schools, std::string_view text) {
    if (const auto id = id_from_base32<SchoolId>(text))
        return *id;
    std::vector<const NamedSchool*> matches;
    for (const NamedSchool& each : schools)
        if (is_id_prefix(text) && to_base32(each.school).starts_with(text))
            matches.push_back(&each);
    for (const NamedSchool& each : schools)
        if (each.name == text && std::ranges::find(matches, &each) == matches.end())
            matches.push_back(&each);
    if (matches.empty())
        for (const NamedSchool& each : schools)
            if (is_same_name(each.name, text))
                matches.push_back(&each);
    if (matches.empty()) {
        std::vector<std::string> names;
        for (const NamedSchool& each : schools)
            if (!each.name.empty())
                names.push_back(each.name);
        return fail(
            Errc::not_found,
            "No school here is called \"" + std::string(text) + "\"" +
                name_hint(text, names, "No other school is known yet.", "The schools are: ")
        );
    }
    if (matches.size() == 1)
        return matches.front()->school;
    std::vector<std::string> candidates;
    candidates.reserve(matches.size());
    for (const NamedSchool* const each : matches)
        candidates.push_back(to_base32(each->school) + " (" + each->name + ")");
    return fail(ambiguous(text, candidates));
}

Error ambiguous(std::string_view text, const std::vector<std::string>& candidates) {
    constexpr std::size_t listed_max = 10;
    std::string sentence = "\"" + std::string(text) + "\" may be any of:";
    for (std::size_t i = 0; i < std::min(candidates.size(), listed_max); ++i)
        sentence += (i == 0 ? " " : ", ") + candidates[i];
    sentence += candidates.size() > listed_max ? ", and more." : ".";
    return {Errc::invalid_input, std::move(sentence)};
}

} // namespace staffroom::services
