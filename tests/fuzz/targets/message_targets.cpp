// Every message of a link: a message that decodes must say the same when it is written and decoded
// again.
#include "protocol/base/ensure.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/message_seeds.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/test_keys.hpp"
#include "tests/support/seeded_random.hpp"

#include <set>

namespace staffroom::fuzz {
namespace {

void message(ByteView input) {
    const auto decoded = wire::decode_message(input);
    if (!decoded)
        return;
    const Bytes encoded = wire::encode_message(*decoded);
    const auto again = wire::decode_message(encoded);
    ensure(again.has_value() && again->index() == decoded->index());
    ensure(wire::encode_message(*again) == encoded);
}

std::vector<Bytes> message_seeds() {
    std::vector<Bytes> seeds;
    for (const wire::Message& one : honest_messages())
        seeds.push_back(wire::encode_message(one));
    // A type of a newer version, which is passed over, and one that is not.
    seeds.push_back({wire::ignorable_message_from, 1, 2, 3});
    seeds.push_back({wire::ignorable_message_from - 1, 1, 2, 3});
    return seeds;
}

SharedBytes shared(std::size_t length) {
    return std::make_shared<const Bytes>(Bytes(length, 3));
}

log::LogDescriptor make_descriptor(Random& random, log::Channel channel) {
    return {
        random.make<SpaceId>(),
        channel,
        random.make<SchoolId>(),
        test_key(0).public_key(),
        random.make<Incarnation>()};
}

log::SignedHead make_head(const LogId& log, std::uint64_t size, Random& random) {
    return log::sign_head(
        {log, LogSize{size}, random.make<TreeHash>(), WallTime{1'800'000'000'000}}, test_key(0)
    );
}

std::vector<wire::SpaceGreeting> make_greetings(Random& random) {
    const auto token = random.make<wire::Token>();
    return {
        {token, random.make<wire::Fingerprint>(), true},
        {random.make<wire::Token>(), std::nullopt, false}};
}

std::vector<wire::Message> greetings(Random& random) {
    const auto identity = random.make<wire::Fingerprint>();
    return {
        wire::Hello{3, identity, make_greetings(random), {}},
        wire::Hello{0, identity, {}, Bytes(90, 4)},
        wire::WhoAreYou{},
        wire::Ping{1, make_greetings(random)},
        wire::Pong{1, make_greetings(random)},
        wire::Goodbye{2}};
}

std::vector<wire::Message> comparisons(Random& random) {
    const auto token = random.make<wire::Token>();
    const wire::Item item{random.make<Digest>(), 7, random.make<wire::ItemTag>()};
    const Digest upper(Digest::Raw{0x80});
    const wire::Ranges ranges{
        token,
        {{upper, wire::RangeMode::fingerprint, random.make<wire::Fingerprint>(), {}},
         {Digest(Digest::Raw{0x90}), wire::RangeMode::skip, std::nullopt, {}},
         {std::nullopt, wire::RangeMode::items, std::nullopt, {item}}}};
    const log::LogDescriptor descriptor = make_descriptor(random, log::Channel::records);
    const wire::LogOffer offer{
        descriptor, make_head(log::log_id(descriptor), 40, random), LogSize{30}};
    const network::SignedNotice notice = network::sign_notice(
        {network::NoticeKind::addresses,
         descriptor.space,
         descriptor.school,
         test_key(0).public_key(),
         7,
         network::encode_addresses({"a.example:7420"})},
        test_key(0)
    );
    return {
        ranges,
        wire::Offers{token, {Bytes(80, 1)}, {offer}, {notice}},
        wire::Ask{token, {random.make<Digest>(), random.make<Digest>()}}};
}

std::vector<wire::Message> streams(Random& random) {
    const auto log = random.make<LogId>();
    const wire::WireBody whole{log::BodyState::have, {Bytes(32, 8), shared(50)}};
    const wire::WireBody erased{log::BodyState::erased, {{}, shared(0)}};
    return {
        wire::Want{1, log, LogSize{0}, LogSize{5}, LogSize{9}, 8},
        wire::Credit{1, 4},
        wire::StopStream{1, wire::StopReason::not_held},
        wire::Chunk{
            1,
            log,
            Position{2},
            {shared(60), shared(61)},
            {whole, erased},
            {random.make<TreeHash>()},
            make_head(log, 5, random)},
        wire::Chunk{0, log, Position{0}, {shared(60)}, {whole}, {}, std::nullopt},
        wire::WantBodies{log, {Position{0}, Position{7}}},
        wire::Bodies{log, {Position{0}, Position{7}}, {whole, erased}}};
}

std::vector<wire::Message> joining(Random& random) {
    return {
        wire::InviteOffer{wire::InviteStatus::open, Bytes(100, 2), Bytes(90, 3)},
        wire::InviteOffer{wire::InviteStatus::spent, {}, {}},
        wire::JoinRequest{Bytes(90, 3), random.make<Signature>()},
        wire::JoinAnswer{0},
        wire::ChainQuestion{random.make<SigningPublicKey>(), random.make<Signature>()},
        wire::ChainFound{Bytes(90, 3), "Oakdene Primary", true},
        wire::ChainFound{{}, "", false},
        wire::LinkOffer{
            wire::InviteStatus::open,
            Bytes(80, 4),
            "Be kind.",
            Bytes(60, 5),
            {Bytes(90, 3)},
            random.make<Signature>()},
        wire::LinkAccept{
            Bytes(80, 4), "Be kind.", Bytes(70, 6), random.make<Signature>(), {Bytes(90, 3)}},
        wire::LinkAnswer{0, Bytes(70, 6)}};
}

std::vector<wire::Message> far_messages(Random& random) {
    const log::LogDescriptor descriptor{
        random.make<SpaceId>(),
        log::Channel::records,
        random.make<SchoolId>(),
        random.make<SigningPublicKey>(),
        random.make<Incarnation>()};
    return {
        wire::FarHello{Bytes(90, 3), true},
        wire::FarCrossing{descriptor, LogSize{9}, {Position{2}, Position{8}}},
        wire::FarAsk{log::log_id(descriptor), {Position{2}, Position{8}}},
        wire::FarRelay{Bytes(120, 7)},
        wire::FarRelay{},
        wire::FarActs{{Bytes(60, 1), Bytes(50, 2)}},
        wire::FarGone{false, {RevisionId(RevisionId::Raw{})}},
        wire::FarAskOrders{{random.make<RevisionId>()}},
        wire::FarOrders{{Bytes(60, 1), Bytes(50, 2)}},
        wire::FarReceipts{{Bytes(60, 1)}}};
}

std::vector<wire::Message> file_messages(Random& random) {
    const auto log = random.make<LogId>();
    const auto file = random.make<Digest>();
    return {
        wire::WantFile{7, log, Position{3}, file},
        wire::FileFound{
            7, wire::FileState::have, 70'000, {random.make<TreeHash>(), random.make<TreeHash>()}},
        wire::FileFound{7, wire::FileState::refused, 0, {}},
        wire::WantPieces{7, 1, 4},
        wire::FilePiece{7, 1, shared(40)},
        wire::FileHere{log, Position{3}, file}};
}

std::vector<wire::Message> fork_messages(Random& random) {
    const auto log = random.make<LogId>();
    const std::vector<TreeHash> hashes{random.make<TreeHash>(), random.make<TreeHash>()};
    wire::Offers evidence{random.make<wire::Token>(), {}, {}, {}, {Bytes(200, 5)}};
    return {
        wire::ForkQuestion{3, log, LogSize{40}, 0, 0},
        wire::ForkQuestion{4, log, LogSize{40}, 5, 0},
        wire::ForkAnswer{3, make_head(log, 41, random), hashes},
        wire::ForkAnswer{4, std::nullopt, hashes},
        std::move(evidence)};
}

} // namespace

std::vector<wire::Message> honest_messages() {
    tests::SeededRandom random(1);
    std::vector<wire::Message> all;
    for (const auto group :
         {greetings, comparisons, streams, joining, far_messages, file_messages, fork_messages}) {
        for (wire::Message& one : group(random))
            all.push_back(std::move(one));
    }
    std::set<std::size_t> kinds;
    for (const wire::Message& one : all)
        kinds.insert(one.index());
    ensure(kinds.size() == std::variant_size_v<wire::Message>);
    return all;
}

Targets message_targets() {
    return {{"message", message, message_seeds}};
}

} // namespace staffroom::fuzz
