// Measures what it costs one node to verify a year of many schools: for each its identity chain,
// its governance, the roster of its network, the signed head of its records and every entry with
// its body. Networks of 400 schools; 40 records of 1 KB (encoded) a school and year.
// Usage: year_bench [schools]. Prints JSON; asserts nothing about time.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/logs/chunk_check.hpp"
#include "tests/support/network/roster_story.hpp"

#include <sodium.h>

#include <chrono>
#include <cstdio>
#include <ctime>

namespace {

using namespace staffroom;

constexpr std::size_t network_schools = 400;
constexpr std::size_t records_a_year = 40;
constexpr std::size_t body_bytes = 1000;

SharedBytes share(Bytes bytes) {
    return std::make_shared<const Bytes>(std::move(bytes));
}

/// One log as its neighbours get it: a head, and chunks that it proves.
struct WrittenLog {
    log::LogDescriptor descriptor;
    log::SignedHead head;
    wire::Chunk chunk;
};

struct Writer {
    crypto::SigningKey root;
    crypto::SigningKey node;
    identity::NewSchool school;
};

Writer make_writer(Random& random) {
    crypto::Secret32 root;
    crypto::Secret32 node;
    random.fill(root.writable());
    random.fill(node.writable());
    crypto::SigningKey root_key(root);
    crypto::SigningKey node_key(node);
    const identity::Certificate certificate{
        node_key.public_key(),
        random.make<TransportPublicKey>(),
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    auto school = identity::found_school(
        root_key, random.make<SigningPublicKey>(), certificate, WallTime{1}, random
    );
    return {std::move(root_key), std::move(node_key), std::move(school)};
}

WrittenLog
write_log(const Writer& writer, log::Channel channel, wire::Chunk chunk, Random& random) {
    const log::LogDescriptor descriptor{
        random.make<SpaceId>(),
        channel,
        writer.school.school,
        writer.node.public_key(),
        random.make<Incarnation>()};
    chunk.log = log::log_id(descriptor);
    std::vector<TreeHash> leaves;
    for (const SharedBytes& header : chunk.headers)
        leaves.push_back(log::leaf_hash<log::Blake2b256>(*header));
    log::CompactRange all{LogSize{0}, LogSize{0}, {}};
    log::append_leaves<log::Blake2b256>(all, leaves, [](const log::TreeNode&) {});
    const auto root = log::root_of<log::Blake2b256>(all);
    ensure(root.has_value());
    return {
        descriptor,
        log::sign_head({chunk.log, all.end, *root, {1}}, writer.node),
        std::move(chunk)};
}

WrittenLog write_records(const Writer& writer, Random& random) {
    wire::Chunk chunk{1, random.make<LogId>(), Position{0}, {}, {}, {}, std::nullopt};
    chunk.headers.push_back(share(
        log::encode_header({.kind = log::kind_incarnation_start, .school = writer.school.school})
    ));
    chunk.bodies.push_back({replica::BodyState::missing, {}});
    for (std::size_t i = 0; i < records_a_year; ++i) {
        const auto salt = random.make<Salt>();
        Bytes text(body_bytes);
        random.fill(text);
        log::EntryHeader header{.kind = 1, .school = writer.school.school};
        header.encoded_length = static_cast<std::uint32_t>(text.size());
        header.commitment = records::commitment(salt, text);
        chunk.headers.push_back(share(log::encode_header(header)));
        chunk.bodies.push_back(
            {replica::BodyState::have, {to_bytes(salt.view()), share(std::move(text))}}
        );
    }
    return write_log(writer, log::Channel::records, std::move(chunk), random);
}

/// What a school writes of a network in a year, when it is not its founder: that it joined.
WrittenLog write_governance(const Writer& writer, const Bytes& operation, Random& random) {
    wire::Chunk chunk{1, random.make<LogId>(), Position{0}, {}, {}, {}, std::nullopt};
    log::EntryHeader header{.kind = log::kind_operation, .school = writer.school.school};
    header.payload = log::Payload{
        static_cast<std::uint32_t>(operation.size()),
        crypto::hash(crypto::HashLabel::payload, operation)};
    chunk.headers.push_back(share(log::encode_header(header)));
    chunk.bodies.push_back({replica::BodyState::have, {{}, share(operation)}});
    return write_log(writer, log::Channel::governance, std::move(chunk), random);
}

struct Network {
    tests::Story story;
    std::vector<Bytes> chains{};
    std::vector<WrittenLog> logs{};
};

void write_network(Network& network, std::size_t schools) {
    tests::Story& story = network.story;
    std::vector<RevisionId> seen;
    for (std::size_t i = 0; i < schools; ++i) {
        const Writer writer = make_writer(story.random);
        network.chains.push_back(writer.school.wire);
        auto chain = identity::IdentityChain::parse(writer.school.wire, story.verifier);
        ensure(chain.has_value());
        const tests::School newcomer{chain->inception(), writer.school.school};
        const RevisionId invite = story.invite(story.founder, seen);
        const RevisionId admit = story.admit(story.founder, invite, newcomer, {invite});
        const RevisionId join =
            story.say(newcomer, network::Join{admit, story.genesis.charter_hash()}, {admit});
        seen = {join};
        network.logs.push_back(write_governance(writer, story.told.back().operation, story.random));
        network.logs.push_back(write_records(writer, story.random));
    }
}

std::size_t verify(Network& network) {
    crypto::SodiumVerifier verifier;
    std::size_t entries = 0;
    for (const Bytes& chain : network.chains)
        ensure(identity::IdentityChain::parse(chain, verifier).has_value());
    for (const WrittenLog& written : network.logs) {
        ensure(log::check_head(written.head, written.descriptor, verifier).has_value());
        const log::CompactRange nothing{LogSize{0}, LogSize{0}, {}};
        const auto proven =
            replica::prove_chunk({written.descriptor, nothing, written.head}, written.chunk);
        ensure(proven.has_value());
        entries += proven->entries.size();
    }
    ensure(network.story.fold().members.size() == network.chains.size() + 1);
    return entries;
}

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

} // namespace

int main(int count, char** words) {
    if (sodium_init() < 0)
        return 1;
    const std::size_t schools = count > 1 ? std::stoul(words[1]) : 24'000;
    double wall = 0;
    double cpu = 0;
    std::size_t entries = 0;
    for (std::size_t done = 0; done < schools; done += network_schools) {
        Network network{tests::Story(done + 1)};
        write_network(network, std::min(network_schools, schools - done));
        const auto begin = std::chrono::steady_clock::now();
        const double cpu_begin = cpu_seconds();
        entries += verify(network);
        cpu += cpu_seconds() - cpu_begin;
        wall += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    std::printf(
        "{\"schools\": %zu, \"entries\": %zu, \"seconds\": %.1f, \"cpu_us_a_school\": %.0f}\n",
        schools,
        entries,
        wall,
        cpu / static_cast<double>(schools) * 1e6
    );
    return 0;
}
