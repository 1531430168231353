// A node that holds a log of a network, and a neighbour on an open link, for the tests of fetching
// and serving files: the real parts of a replica, without keys for the line, so that their effects
// show what they do.
#pragma once

#include "protocol/log/entry.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/replica_parts.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace staffroom::tests {

using replica::BodyState;
using replica::Context;
using replica::FileName;
using replica::Image;
using replica::Link;
using replica::LinkId;
using replica::LinkPhase;
using replica::LinkSpace;
using replica::LoadedChunk;
using replica::LoadedEntry;
using replica::MemberMeeting;
using replica::NodeKeys;
using replica::Outbox;
using replica::Output;
using replica::ReplicaParts;

inline constexpr LinkId asker{2};

/// A node that holds one log of a network, and a neighbour on an open link.
struct FileScene {
    SeededRandom random{1};
    crypto::SodiumVerifier verifier;
    std::unique_ptr<ReplicaParts> parts;
    Outbox out;
    std::optional<NetworkId> network;
    std::optional<LogId> log;

    FileScene() {
        crypto::Secret32 secret;
        random.fill(secret.writable());
        NodeKeys keys{crypto::SigningKey(secret), channel::TransportKeyPair::from_secret(secret)};
        const auto school = random.make<SchoolId>();
        parts = std::make_unique<ReplicaParts>(Context{std::move(keys), school, random, verifier});
        parts->context.out = &out;
        const auto genesis = network::make_genesis("Rivers", "talk", "Be kind.", school, random);
        REQUIRE(genesis);
        REQUIRE(parts->networks.add_network(*genesis));
        network = parts->networks.all().begin()->first;
        log = add_log(log::space_of(*network));
        Link link{asker, false, "x", {}, Instant{0}, LinkPhase::open, MemberMeeting{}};
        LinkSpace space(log::space_of(*network), random.make<wire::Token>());
        space.remote_is_member = true;
        link.spaces.emplace(space.id, space);
        parts->links.add(std::move(link));
    }

    /// A log with ten entries, as a start finds it.
    LogId add_log(const SpaceId& space, LogSize stored = LogSize{10}) {
        const log::LogDescriptor descriptor{
            space,
            log::Channel::records,
            random.make<SchoolId>(),
            random.make<SigningPublicKey>(),
            random.make<Incarnation>()};
        const LogId id = log::log_id(descriptor);
        const LogSize size{10};
        const log::SignedHead head = log::sign_head(
            {id, size, random.make<TreeHash>(), WallTime{1}}, parts->context.keys.signing
        );
        Image image;
        image.logs.push_back({id, descriptor, head, stored, {}, {size, size, {}}, 0});
        heads.emplace(id, std::pair(descriptor, head));
        parts->logbook.restore(image);
        return id;
    }

    Link& link() { return *parts->links.find(asker); }
    Result<void> want(const LogId& of, std::uint64_t position, const Digest& hash) {
        return parts->file_server.want(link(), {++streams, of, Position{position}, hash});
    }
    template <class Effect> std::vector<Effect> taken() {
        std::vector<Effect> all;
        for (Output& output : out) {
            if (auto* effect = std::get_if<Effect>(&output))
                all.push_back(std::move(*effect));
        }
        out.clear();
        return all;
    }
    std::uint32_t streams = 0;
    std::map<LogId, std::pair<log::LogDescriptor, log::SignedHead>> heads;
};

/// The entry as the disk gives it, naming these files.
inline LoadedChunk entry_with(FileScene& scene, const std::vector<FileName>& files) {
    records::RecordBody body;
    body.title = "A title";
    for (const FileName& file : files)
        body.attachments.push_back({to_bytes(file.hash.view()), "a", "image/png", file.size, ""});
    const auto encoded = records::encode_body(body);
    REQUIRE(encoded);
    log::EntryHeader header{.kind = 1, .school = scene.random.make<SchoolId>()};
    header.codec = static_cast<std::uint32_t>(encoded->codec);
    header.plain_length = encoded->plain_length;
    header.encoded_length = static_cast<std::uint32_t>(encoded->encoded->size());
    header.commitment = scene.random.make<Commitment>();
    LoadedEntry entry{
        std::make_shared<const Bytes>(log::encode_header(header)),
        BodyState::have,
        {Bytes(32), encoded->encoded}};
    return {*scene.log, Position{3}, {std::move(entry)}, {}};
}

} // namespace staffroom::tests
