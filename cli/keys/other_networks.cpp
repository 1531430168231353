#include "cli/keys/other_networks.hpp"

#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"

#include <algorithm>

namespace staffroom::cli {

std::size_t count_other_keys(const OwnKeys& keys) {
    return static_cast<std::size_t>(std::ranges::count_if(
        keys.chain.nodes(),
        [&](const identity::CertifiedNode& node) {
            return !node.revoked && node.certificate.signing_key != keys.key;
        }
    ));
}

Outcome<bool> is_nowhere_else(
    Client& client,
    const std::vector<std::string>& unreached,
    bool is_said,
    const Options& options,
    Output& output
) {
    const auto networks = client.get("/api/v1/networks");
    if (!networks)
        return networks.failure();
    const auto& found = list_at(*networks, "networks");
    output.say(
        found.empty() ? std::string("This school is in no network here.")
                      : "The networks that are here: " + names_of(found) + "."
    );
    for (const auto& address : unreached)
        output.say(
            address + " was not reached: what the old keys wrote and only it holds will not count."
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
