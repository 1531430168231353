// Terms of a link in few words: offered, signed, known to all. For the scenes of renewals.
#pragma once

#include "tests/simulation/people/linked_networks.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {

constexpr WallTime renewed_until{9'100'000'000'000};
constexpr WallTime renewed_review{9'050'000'000'000};
constexpr std::chrono::seconds patience{60};

/// How the link of the scene stands at a node; none where it does not.
inline std::optional<replica::LinkStatus> found_status(LinkedNetworks& scene, std::size_t who) {
    for (const replica::LinkStatus& each : scene.world.school(who).replica->network_links())
        if (each.id == scene.link && each.network == scene.network_of(who))
            return each;
    return std::nullopt;
}

inline replica::LinkStatus status(LinkedNetworks& scene, std::size_t who) {
    const auto found = found_status(scene, who);
    REQUIRE(found);
    return *found;
}

/// What Forest gives from now on, and Rivers as before.
inline Result<replica::Reply> renew(
    LinkedNetworks& scene,
    std::size_t who,
    std::vector<std::uint32_t> from_forest,
    std::optional<AgreementId> follows = std::nullopt
) {
    const bool is_of_forest = scene.is_of_forest(who);
    const agreement::Terms forest{std::move(from_forest)};
    const agreement::Terms rivers{{2, 3}};
    return scene.world.command(
        who,
        replica::RenewLink{
            scene.network_of(who),
            scene.link,
            follows.value_or(status(scene, who).agreement),
            is_of_forest ? forest : rivers,
            is_of_forest ? rivers : forest,
            renewed_until,
            renewed_review}
    );
}

inline Result<replica::Reply>
sign(LinkedNetworks& scene, std::size_t who, const AgreementId& terms) {
    return scene.world.command(who, replica::SignRenewal{scene.network_of(who), scene.link, terms});
}

inline AgreementId terms_in(const Result<replica::Reply>& reply) {
    REQUIRE(reply);
    return std::get<replica::LinkRenewing>(*reply).agreement;
}

/// Until these terms are in force at every node that runs.
inline bool all_have(LinkedNetworks& scene, const AgreementId& agreement) {
    return scene.world.run_until(
        [&] {
            for (std::size_t who = scene.a; who <= scene.b3; ++who) {
                if (!scene.world.is_running(who))
                    continue;
                const auto found = found_status(scene, who);
                if (!found || found->agreement != agreement)
                    return false;
            }
            return true;
        },
        patience
    );
}

/// Until a node knows terms that the other side has signed.
inline bool hears(LinkedNetworks& scene, std::size_t who, const AgreementId& terms) {
    return scene.world.run_until(
        [&] {
            return std::ranges::any_of(status(scene, who).renewals, [&](const auto& each) {
                return each.agreement == terms && each.is_signed_there;
            });
        },
        patience
    );
}

/// Renewed by one of Forest and signed by one of Rivers, and known to all.
inline AgreementId renew_by(
    LinkedNetworks& scene, std::size_t one, std::size_t other, std::vector<std::uint32_t> kinds
) {
    const AgreementId terms = terms_in(renew(scene, one, std::move(kinds)));
    REQUIRE(hears(scene, other, terms));
    REQUIRE(sign(scene, other, terms));
    return terms;
}

inline void give_role(LinkedNetworks& scene, std::size_t by, std::size_t whom, network::Role role) {
    REQUIRE(scene.world.command(
        by,
        replica::WriteAct{
            scene.network_of(by), network::SetRole{*scene.world.school(whom).id, role}}
    ));
}

inline bool has_role(LinkedNetworks& scene, std::size_t at, std::size_t whom, network::Role role) {
    const auto schools = scene.world.school(at).replica->schools(scene.network_of(at));
    return std::ranges::any_of(schools, [&](const auto& each) {
        return each.school == *scene.world.school(whom).id && each.role == role;
    });
}

} // namespace staffroom::simulation
