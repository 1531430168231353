// A link of a network with another one, as a node tells of it, for tests that sign nothing.
#pragma once

#include "protocol/replica/ports/status.hpp"

#include <string>

namespace staffroom::tests {

/// A link whose ids all follow from `byte`; kinds by number. It ends in the year 2100.
inline replica::LinkStatus some_link(
    std::uint8_t byte,
    const NetworkId& network,
    const std::string& name,
    std::vector<std::uint32_t> kinds
) {
    constexpr WallTime far_ahead{4'102'444'800'000};
    const auto filled = [byte]<class Id>(const Id&) {
        typename Id::Raw raw{};
        raw.fill(byte);
        return Id(raw);
    };
    const NetworkId other = filled(NetworkId(NetworkId::Raw{}));
    const auto side = [&](const NetworkId& whose, const std::string& called) {
        return replica::LinkSide{
            {filled(Digest(Digest::Raw{})),
             {whose,
              0,
              std::nullopt,
              called,
              "reading",
              filled(Digest(Digest::Raw{})),
              "",
              {},
              1,
              {},
              {}}},
            {}};
    };
    return {
        filled(SharingId(SharingId::Raw{})),
        network,
        other,
        name,
        "reading",
        "",
        "Be kind.",
        {std::move(kinds)},
        {{1, 2}},
        far_ahead,
        far_ahead,
        false,
        filled(AgreementId(AgreementId::Raw{})),
        side(network, "Forest"),
        side(other, name)};
}

} // namespace staffroom::tests
