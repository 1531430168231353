#include "node/http/agreements/agreement_terms.hpp"

#include "node/services/crossing/link_terms.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

/// This school's networks, and those with which they are linked; each once.
std::vector<services::NamedNetwork> known_networks(const services::Services& services) {
    std::vector<services::NamedNetwork> known;
    const auto add = [&](const NetworkId& network, const std::string& name) {
        if (std::ranges::find(known, network, &services::NamedNetwork::network) == known.end())
            known.push_back({network, name});
    };
    for (const replica::NetworkStatus& each : services.core.replica().networks())
        add(each.network, each.name);
    for (const replica::LinkStatus& each : services.core.replica().network_links())
        add(each.other, each.name);
    return known;
}

/// A network that this node does not know is named by its whole id. Errors: those of
/// services::resolve_network.
Result<std::vector<NetworkId>>
networks_called(const services::Services& services, const std::vector<std::string>& texts) {
    const std::vector<services::NamedNetwork> known = known_networks(services);
    std::vector<NetworkId> networks;
    for (const std::string& text : texts) {
        if (const auto whole = id_from_base32<NetworkId>(text)) {
            networks.push_back(*whole);
            continue;
        }
        const auto found = services::resolve_network(known, text);
        if (!found && found.error().code == Errc::not_found)
            return fail(
                Errc::invalid_input,
                found.error().detail +
                    " A network that is not known here is named by its whole id, which "
                    "`staffroom network list` shows there."
            );
        if (!found)
            return fail(found.error());
        networks.push_back(*found);
    }
    return networks;
}

} // namespace

JsonObject terms_json(const services::Services& services, const agreement::Terms& terms) {
    const auto words = services::kind_words(terms.kinds);
    JsonArray onward;
    JsonArray names;
    if (!terms.onward.empty()) {
        const std::vector<services::NamedNetwork> known = known_networks(services);
        for (const NetworkId& network : terms.onward) {
            const auto at = std::ranges::find(known, network, &services::NamedNetwork::network);
            onward.push_back(Json(to_base32(network)));
            names.push_back(Json(at == known.end() ? std::string() : at->name));
        }
    }
    return {
        {"kinds", JsonArray(words.begin(), words.end())},
        {"pass_on", terms.pass_on},
        {"onward", std::move(onward)},
        {"onward_names", std::move(names)},
        {"passed_on", terms.passed_on}};
}

Result<agreement::Terms> read_terms(
    const services::Services& services,
    Members& members,
    const std::string& prefix,
    const agreement::Terms& otherwise
) {
    services::WantedTerms wanted{members.texts(prefix + "kinds")};
    const bool names_networks = members.array(prefix + "onward") != nullptr;
    const std::vector<std::string> named = members.texts(prefix + "onward");
    wanted.pass_on = members.flag(prefix + "pass_on", otherwise.pass_on || !named.empty());
    wanted.passed_on = members.flag(prefix + "passed_on", otherwise.passed_on);
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (wanted.kinds.empty())
        wanted.kinds = services::kind_words(otherwise.kinds);
    if (names_networks) {
        auto networks = networks_called(services, named);
        if (!networks)
            return fail(networks.error());
        wanted.onward = std::move(*networks);
    } else if (wanted.pass_on)
        wanted.onward = otherwise.onward;
    return services::terms_of(wanted);
}

} // namespace staffroom::http::api
