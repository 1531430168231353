#include "tests/simulation/people/linked_networks.hpp"

#include "protocol/wire/codec_records.hpp"

#include <algorithm>

namespace staffroom::simulation {
namespace {

constexpr WallTime link_ends{9'000'000'000'000};

} // namespace

void say_address(World& world, std::size_t index) {
    wire::Profile profile;
    profile.name = world.school(index).name;
    profile.place = "Brockenhurst";
    const auto encoded = wire::encode_profile(profile);
    ensure(encoded.has_value());
    const auto set =
        world.command(index, replica::SetProfile{*encoded, {world.school(index).address}});
    ensure(set.has_value());
}

LinkedNetworks::LinkedNetworks(std::uint64_t seed, bool are_two)
    : world(seed) {
    for (const std::size_t who : {a1, a2})
        ensure(join(world, who, invite(world, a, forest), a).has_value());
    for (const std::size_t who : {b1, b2, b3})
        ensure(join(world, who, invite(world, b, rivers), b).has_value());
    for (const std::size_t who : {a, a1, b, b1})
        say_address(world, who);
    if (are_two) {
        become_coordinator(world, a1, a, forest);
        become_coordinator(world, b1, b, rivers);
    }
    world.run_for(std::chrono::seconds(3)); // until addresses are known
    agree_on_link();
}

void become_coordinator(
    World& world, std::size_t who, std::size_t founder, const NetworkId& network
) {
    const SchoolId school = *world.school(who).id;
    const auto written = world.command(
        founder, replica::WriteAct{network, network::SetRole{school, network::Role::coordinator}}
    );
    ensure(written.has_value());
    const auto is_one = [&](std::size_t at) {
        const auto schools = world.school(at).replica->schools(network);
        return std::ranges::any_of(schools, [&](const auto& each) {
            return each.school == school && each.role == network::Role::coordinator;
        });
    };
    ensure(world.run_until([&] { return is_one(who) && is_one(founder); }, std::chrono::seconds(60))
    );
    world.run_for(std::chrono::seconds(3)); // addresses, too
}

SharingId agree(World& world, const Party& one, const Party& other) {
    const Code code = make_code(*world.school(one.who).random);
    const auto invited = world.command(
        one.who,
        replica::InviteLink{
            one.network,
            code.psk.copy(),
            code.admit.copy(),
            link_ends,
            one.gives,
            other.gives,
            link_ends,
            link_ends}
    );
    ensure(invited.has_value());
    const auto accepted = world.command(
        other.who,
        replica::AcceptLink{
            other.network, code.psk.copy(), code.admit.copy(), world.school(one.who).address, false}
    );
    ensure(accepted.has_value());
    return *std::get<replica::LinkAgreement>(*accepted).id;
}

void LinkedNetworks::agree_on_link() {
    link = agree(world, {a, forest, {{2}}}, {b, rivers, {{2, 3}}});
    ensure(world.run_until(
        [&] {
            for (std::size_t who = a; who <= b3; ++who)
                if (world.school(who).replica->network_links().size() != 1)
                    return false;
            return true;
        },
        std::chrono::seconds(60)
    ));
}

RevisionId LinkedNetworks::publish(
    std::size_t who,
    const std::string& text,
    std::uint32_t kind,
    const std::vector<SharingId>& links,
    std::optional<RevisionId> document
) {
    replica::RecordDraft draft = make_draft(log::space_of(network_of(who)), text);
    draft.kind = kind;
    draft.reach = links.empty() ? 4 : 5;
    draft.links = links;
    draft.document = document;
    if (document)
        draft.parents = {*document};
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    const auto reply = world.command(who, std::move(command));
    ensure(reply.has_value());
    return std::get<replica::RecordsPublished>(*reply).revisions.front();
}

ShownThere LinkedNetworks::shown(std::size_t who) {
    return shown_at(world, who, network_of(who));
}

ShownThere shown_at(World& world, std::size_t who, const NetworkId& network) {
    ShownThere shown;
    const School& school = world.school(who);
    if (!school.replica)
        return shown;
    const auto ground = school.replica->ground(network);
    if (ground == nullptr)
        return shown;
    crypto::SodiumVerifier verifier;
    std::map<RevisionId, agreement::ProofOutcome> proofs;
    for (const replica::LogStatus& log : school.replica->logs(log::space_of(network))) {
        if (log.descriptor.channel != log::Channel::records || log.stored.value == 0)
            continue;
        for (Position at{0}; at.value < log.stored.value; ++at.value) {
            const LogSize end{at.value + 1};
            const auto chunk = school.store->load_chunk({log.id, at, end, end, 1, 1, true});
            ensure(chunk.has_value());
            const auto& entry = chunk->entries.front();
            const auto header = log::parse_header(*entry.header);
            if (!header || entry.state != log::BodyState::have)
                continue;
            if (header->kind == log::kind_carried_proof)
                proofs.emplace(
                    log::revision_id(*entry.header),
                    agreement::open_proof(*ground, *entry.body.encoded, verifier)
                );
            if (header->kind != log::kind_carried_record)
                continue;
            ++shown.entries;
            const auto carried = agreement::parse_carried_record(*entry.body.encoded);
            const auto proof = carried ? proofs.find(carried->proof) : proofs.end();
            if (proof == proofs.end()) {
                ++shown.refused[agreement::Refusal::no_proof];
                continue;
            }
            agreement::CarriedOutcome outcome = agreement::Refusal::no_proof;
            if (const auto* why = std::get_if<agreement::Refusal>(&proof->second))
                outcome = *why;
            else
                outcome = agreement::open_carried(
                    std::get<agreement::CheckedProof>(proof->second),
                    *entry.header,
                    *entry.body.encoded
                );
            if (const auto* why = std::get_if<agreement::Refusal>(&outcome))
                ++shown.refused[*why];
            else if (auto& view = std::get<agreement::CarriedView>(outcome); true) {
                shown.carried_by[view.revision].emplace_back(
                    header->school, log::revision_id(*entry.header)
                );
                shown.views.emplace(view.revision, std::move(view));
            }
        }
    }
    return shown;
}

replica::LinkCrossing LinkedNetworks::crossing(std::size_t who) {
    const auto all = world.school(who).replica->link_crossings();
    ensure(all.size() == 1);
    return all.front();
}

bool LinkedNetworks::arrive(const std::vector<RevisionId>& all, std::chrono::seconds patience) {
    return world.run_until(
        [&] {
            return std::ranges::all_of(schools_of_rivers(), [&](std::size_t who) {
                const ShownThere here = shown(who);
                return std::ranges::all_of(all, [&](const RevisionId& each) {
                    return here.views.count(each) > 0;
                });
            });
        },
        patience
    );
}

void LinkedNetworks::part_networks() {
    for (const std::size_t one : {a, a1, a2})
        for (const std::size_t other : schools_of_rivers())
            world.part(one, other);
}

void LinkedNetworks::mend_networks() {
    for (const std::size_t one : {a, a1, a2})
        for (const std::size_t other : schools_of_rivers())
            world.mend(one, other);
}

} // namespace staffroom::simulation
