// The texts that people type for an id: all 52 characters, a prefix of at least 8, or the exact
// name of a network. Called by the library and by the handlers.
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/base/text.hpp"
#include "protocol/replica/ports/status.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

inline constexpr std::size_t id_prefix_characters_min = 8;
inline constexpr std::size_t id_characters = 52;

/// Tells whether `text` can begin an id: 8 to 52 characters of lower-case base 32.
[[nodiscard]] bool is_id_prefix(std::string_view text);

struct NamedNetwork {
    NetworkId network;
    std::string name;
};

/// Finds a network by full id or prefix first, then by exact name. Errors: not_found, invalid_input
/// (ambiguous: the detail lists the candidates).
[[nodiscard]] Result<NetworkId>
resolve_network(const std::vector<NamedNetwork>& networks, std::string_view text);
/// One of this school's networks.
[[nodiscard]] Result<NetworkId>
resolve_network(const std::vector<replica::NetworkStatus>& networks, std::string_view text);

struct NamedSchool {
    SchoolId school;
    std::string name; // may be empty

    explicit NamedSchool(const std::pair<const SchoolId, std::string>& named)
        : school(named.first)
        , name(named.second) {}
};

/// Finds a school by full id (also of a school that is not known) or prefix first, then by exact
/// name. Errors: not_found, invalid_input (ambiguous).
[[nodiscard]] Result<SchoolId>
resolve_school(const std::vector<NamedSchool>& schools, std::string_view text);

/// Returns the words after "No ... is called X": the name that was meant, else `opening` and the
/// names that there are, else `none`.
[[nodiscard]] std::string name_hint(
    std::string_view text,
    const std::vector<std::string>& names,
    const std::string& none,
    const std::string& opening
);

/// Returns the detail of an ambiguous name: a sentence with at most ten candidates.
[[nodiscard]] Error ambiguous(std::string_view text, const std::vector<std::string>& candidates);

/// Finds what has this id, or an id that begins so. `nothing` opens the sentence that no one has
/// it: "No invitation". Errors: not_found, invalid_input (ambiguous).
template <class Status>
[[nodiscard]] Result<Status>
find_by_id(const std::vector<Status>& all, const std::string& typed, const std::string& nothing) {
    std::vector<std::string> candidates;
    const Status* found = nullptr;
    for (const Status& each : all) {
        std::string id = to_base32(each.id);
        if (!is_id_prefix(typed) || !id.starts_with(typed))
            continue;
        candidates.push_back(std::move(id));
        found = &each;
    }
    if (candidates.size() > 1)
        return fail(ambiguous(typed, candidates));
    if (found == nullptr)
        return fail(Errc::not_found, nothing + " has the id " + typed + ".");
    return *found;
}

} // namespace staffroom::services
