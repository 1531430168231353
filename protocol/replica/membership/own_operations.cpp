#include "protocol/replica/membership/own_operations.hpp"

#include "protocol/base/limits.hpp"

namespace staffroom::replica {

RevisionId add_operation(
    OwnLogs::Draft& draft, const NetworkState& network, const SchoolId& self, network::Act act
) {
    std::vector<RevisionId> names = network.operations.names_for(self);
    while (names.size() > limits::operation_seen_max) {
        const auto end = names.begin() + limits::operation_seen_max;
        const network::Operation seen{{names.begin(), end}, network::Seen{}};
        names.erase(names.begin(), end);
        names.push_back(draft.add_operation(network.space.id, network::encode_operation(seen)));
    }
    const network::Operation operation{std::move(names), std::move(act)};
    return draft.add_operation(network.space.id, network::encode_operation(operation));
}

} // namespace staffroom::replica
