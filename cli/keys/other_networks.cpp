#include "cli/keys/other_networks.hpp"

#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <set>

namespace staffroom::cli {

namespace {

constexpr std::size_t missed_shown_max = 8;

/// Returns the names of members of these networks that no line in sync leads to.
std::vector<std::string> members_not_met(
    const boost::json::array& networks,
    const boost::json::array& neighbours,
    const std::string& own_school
) {
    std::set<std::string> known{own_school};
    for (const auto& neighbour : neighbours)
        if (text_at(neighbour, "state") == "in sync")
            known.insert(text_at(field_at(neighbour, "school"), "id"));
    std::vector<std::string> names;
    for (const auto& network : networks)
        for (const auto& school : list_at(network, "schools")) {
            const std::string id = text_at(school, "id");
            const std::string name = text_at(school, "name");
            if (known.insert(id).second)
                names.push_back(name.empty() ? "the school " + id : name);
        }
    return names;
}

std::string some_of(const std::vector<std::string>& names) {
    std::string all;
    for (std::size_t i = 0; i < names.size() && i < missed_shown_max; ++i)
        all += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > missed_shown_max)
        all += " and " + std::to_string(names.size() - missed_shown_max) + " more";
    return all;
}

} // namespace

std::size_t count_other_keys(const OwnKeys& keys) {
    return static_cast<std::size_t>(std::ranges::count_if(
        keys.chain.nodes(),
        [&](const identity::CertifiedNode& node) {
            return !node.revoked && node.certificate.signing_key != keys.key;
        }
    ));
}

Outcome<bool> is_nowhere_else(
    Client& client, const OwnKeys& keys, bool is_said, const Options& options, Output& output
) {
    const auto networks = client.get("/api/v1/networks");
    if (!networks)
        return networks.failure();
    const auto neighbours = client.get("/api/v1/neighbours");
    if (!neighbours)
        return neighbours.failure();
    const auto& found = list_at(*networks, "networks");
    output.say(
        found.empty() ? std::string("This school is in no network here.")
                      : "The networks that are here: " + names_of(found) + "."
    );
    const auto missed =
        members_not_met(found, list_at(*neighbours, "neighbours"), to_base32(keys.chain.school()));
    if (!missed.empty())
        output.say(
            "Not reached: " + some_of(missed) +
            ". What the old keys wrote and nobody else has fetched would be void too."
        );
    if (is_said)
        return true;
    if (!may_ask(options))
        return false;
    const auto answer = ask_line(
        output,
        "Was this school in any other network? What it wrote there would be void for ever. Type "
        "\"none\" to end the old keys, anything else to keep them: "
    );
    return answer == "none" || answer == "None";
}

} // namespace staffroom::cli
