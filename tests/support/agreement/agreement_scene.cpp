#include "tests/support/agreement/agreement_scene.hpp"

#include "protocol/agreement/crossing.hpp"
#include "protocol/base/ensure.hpp"

#include <algorithm>

namespace staffroom::tests {
namespace {

constexpr WallTime year_2030{1'893'456'000'000};
constexpr WallTime year_2029{1'861'920'000'000};

} // namespace

SceneSchool AgreementScene::school() {
    auto root = make_key(random);
    auto next_root = make_key(random);
    auto node = make_key(random);
    auto certificate = make_certificate(random);
    certificate.signing_key = node.public_key();
    const auto founded =
        identity::found_school(root, next_root.public_key(), certificate, WallTime{1000}, random);
    auto chain = identity::IdentityChain::parse(founded.wire, verifier);
    ensure(chain.has_value());
    return {
        std::move(root),
        std::move(next_root),
        std::move(node),
        certificate,
        founded.school,
        std::move(*chain)};
}

SceneNetwork AgreementScene::network(std::size_t coordinators, std::uint32_t signatures) {
    SceneNetwork made{random.make<NetworkId>(), {}};
    for (std::size_t i = 0; i < coordinators; ++i)
        made.coordinators.push_back(school());
    std::ranges::sort(made.coordinators, {}, &SceneSchool::id);
    agreement::Card card{
        made.id,
        0,
        std::nullopt,
        "Forest Edge",
        "Enquiry together",
        random.make<Digest>(),
        "Brockenhurst",
        {},
        signatures,
        {{made.coordinators.front().id, {"gateway.example:7100"}}},
        {}};
    for (const SceneSchool& each : made.coordinators)
        card.coordinators.push_back(each.id);
    made.cards.push_back(std::move(card));
    return made;
}

void AgreementScene::know(const SceneNetwork& network) {
    for (const SceneSchool& each : network.coordinators)
        chains[each.id] = &each.chain;
}

agreement::Signatures AgreementScene::signatures(
    const SceneNetwork& network, crypto::SignLabel label, ByteView bytes, std::size_t count
) {
    agreement::Signatures made;
    for (std::size_t i = 0; i < count; ++i) {
        const SceneSchool& school = network.coordinators.at(i);
        made.push_back(agreement::sign_for({network.id, school.id, school.node}, label, bytes));
    }
    return made;
}

agreement::SignedStatement AgreementScene::signed_by(
    const SceneNetwork& network, crypto::SignLabel label, Bytes bytes, std::size_t count
) {
    auto made = signatures(network, label, bytes, count);
    return {std::move(bytes), std::move(made)};
}

agreement::SignedAgreement AgreementScene::agree(
    const SceneNetwork& a, agreement::Terms from_a, const SceneNetwork& b, agreement::Terms from_b
) {
    const bool is_a_first = a.id < b.id;
    const SceneNetwork& one = is_a_first ? a : b;
    const SceneNetwork& other = is_a_first ? b : a;
    const agreement::Agreement agreed{
        std::nullopt,
        0,
        {one.id, one.card_hash(), is_a_first ? std::move(from_a) : std::move(from_b)},
        {other.id, other.card_hash(), is_a_first ? std::move(from_b) : std::move(from_a)},
        year_2030,
        year_2029,
        random.make<Digest>()};
    Bytes bytes = agreement::encode_agreement(agreed);
    constexpr auto label = crypto::SignLabel::agreement;
    auto by_one = signatures(one, label, bytes, one.card().signatures);
    auto by_other = signatures(other, label, bytes, other.card().signatures);
    return {std::move(bytes), std::move(by_one), std::move(by_other)};
}

SceneLog::SceneLog(AgreementScene& of_scene, const SceneSchool& by, const NetworkId& network)
    : scene(of_scene)
    , author(by)
    , descriptor{
          log::space_of(network),
          log::Channel::records,
          by.id,
          by.node.public_key(),
          of_scene.random.make<Incarnation>()} {}

std::size_t SceneLog::publish(const Meant& meant, std::string_view words) {
    const auto salt = scene.random.make<Salt>();
    auto encoded = std::make_shared<const Bytes>(to_bytes(as_view(words)));
    const Commitment commitment = records::commitment(salt, *encoded);
    log::EntryHeader header{
        .kind = static_cast<std::uint32_t>(meant.kind), .critical = false, .school = author.id};
    header.reach = static_cast<std::uint32_t>(meant.reach);
    for (const SharingId& link : meant.links)
        header.audience.push_back(agreement::reader_mark(link, commitment));
    header.pass_on = meant.pass_on;
    header.encoded_length = static_cast<std::uint32_t>(encoded->size());
    header.codec = meant.codec;
    header.plain_length = meant.plain_length.value_or(header.encoded_length);
    header.commitment = commitment;
    Bytes bytes = log::encode_header(header);
    leaves.push_back(log::leaf_hash<log::Blake2b256>(bytes));
    records.push_back({std::move(bytes), {to_bytes(salt.view()), std::move(encoded)}});
    return records.size() - 1;
}

TreeHash SceneLog::root(std::size_t size) const {
    return slow_root<log::Blake2b256>(std::span(leaves).first(size));
}

log::SignedHead SceneLog::head(std::size_t size) const {
    return log::sign_head(
        {log::log_id(descriptor), LogSize{size}, root(size), WallTime{1}}, author.node
    );
}

agreement::RelayedRecord SceneLog::record(std::size_t place, std::size_t size) const {
    return {
        Position{place},
        records.at(place).header,
        log::BodyState::have,
        records.at(place).body,
        slow_inclusion<log::Blake2b256>(place, std::span(leaves).first(size))};
}

log::Proof SceneLog::to_head(std::size_t from, std::size_t to) const {
    return from == to ? log::Proof{}
                      : slow_consistency<log::Blake2b256>(from, std::span(leaves).first(to));
}

agreement::Passport passport_for(const SceneLog& log, const RelayParts& parts) {
    return {
        parts.agreement,
        parts.giver.card_hash(),
        log.descriptor,
        LogSize{parts.size},
        log.root(parts.size),
        false,
        parts.before};
}

agreement::Relay relay_of(const SceneLog& log, const RelayParts& parts) {
    const std::size_t newest = log.records.size();
    agreement::Relay relay{
        parts.trail,
        AgreementScene::signed_by(
            parts.giver,
            crypto::SignLabel::passport,
            agreement::encode_passport(passport_for(log, parts)),
            parts.giver.card().signatures
        ),
        {log.author.chain.wire()},
        log.head(newest),
        log.to_head(parts.size, newest),
        {}};
    for (const std::size_t place : parts.places)
        relay.records.push_back(log.record(place, parts.size));
    return relay;
}

} // namespace staffroom::tests
