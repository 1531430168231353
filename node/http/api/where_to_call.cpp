#include "node/http/api/where_to_call.hpp"

#include "node/links/address.hpp"

#include <unistd.h>

#include <array>

namespace staffroom::http::api {

std::string own_address(const services::Services& services) {
    if (!services.config.addresses.empty())
        return services.config.addresses.front();
    auto where = links::parse_host_port(services.facts.listen);
    if (!where || (where->host != "0.0.0.0" && where->host != "::"))
        return services.facts.listen;
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0')
        return services.facts.listen;
    where->host = name.data();
    return links::to_text(*where);
}

} // namespace staffroom::http::api
