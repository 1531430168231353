// The words of a crafter: one message after the other that an honest node would not send.
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "tests/simulation/liars/crafter.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::uint64_t size_never_served = 1'000'000'000;

} // namespace

log::LogDescriptor Crafter::own_log(std::uint64_t number) const {
    Incarnation::Raw raw{};
    raw[0] = static_cast<std::uint8_t>(number);
    const auto channel = number % 4 == 0 ? log::Channel::governance : log::Channel::records;
    return {
        log::space_of(keys_.network),
        channel,
        keys_.school,
        signing_.public_key(),
        Incarnation(raw)};
}

LogId Crafter::some_log() {
    const auto all = world_.witness().logs();
    if (all.empty() || one_in(random_, 6))
        return random_.make<LogId>();
    return all[static_cast<std::size_t>(random_.below(all.size()))];
}

/// Sizes that are never served, two roots for one size, old heads of others, heads of others under
/// a wrong key, more than the head has.
wire::LogOffer Crafter::craft_offer() {
    const bool is_of_another = !offers_.empty() && one_in(random_, 2);
    if (!is_of_another) {
        const log::LogDescriptor descriptor = own_log(random_.below(8));
        const LogSize size{one_in(random_, 2) ? 1 + random_.below(5) : size_never_served};
        const log::SignedHead head = log::sign_head(
            {log::log_id(descriptor), size, random_.make<TreeHash>(), WallTime{1}}, signing_
        );
        return {descriptor, head, LogSize{random_.below(size.value + 1)}};
    }
    wire::LogOffer offer = offers_[static_cast<std::size_t>(random_.below(offers_.size()))];
    switch (random_.below(4)) {
    case 0: break; // as it was heard, perhaps long ago
    case 1: offer.held = LogSize{random_.below(offer.head.head.size.value + 1)}; break;
    case 2: offer.held = LogSize{offer.head.head.size.value + 1 + random_.below(100)}; break;
    default:
        offer.head = log::sign_head(
            {offer.head.head.log, a_little_more(offer), random_.make<TreeHash>(), WallTime{1}},
            signing_
        );
    }
    return offer;
}

LogSize Crafter::a_little_more(const wire::LogOffer& offer) {
    return LogSize{offer.head.head.size.value + 1 + random_.below(3)};
}

/// Entries of noise, pushed or as if they had been asked for.
wire::Chunk Crafter::craft_chunk() {
    const wire::LogOffer offer = craft_offer();
    wire::Chunk chunk{
        static_cast<std::uint32_t>(random_.below(4)),
        offer.head.head.log,
        Position{random_.below(offer.held.value + 1)},
        {},
        {},
        {},
        std::nullopt};
    if (!one_in(random_, 4))
        chunk.head = offer.head;
    const std::uint64_t count = random_.below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
        log::EntryHeader header{.kind = 1, .school = keys_.school};
        header.encoded_length = 10;
        header.plain_length = 10;
        header.commitment = random_.make<Commitment>();
        chunk.headers.push_back(std::make_shared<const Bytes>(log::encode_header(header)));
        auto noise = std::make_shared<Bytes>(10);
        random_.fill(*noise);
        const bool is_there = one_in(random_, 2);
        chunk.bodies.push_back(
            {is_there ? log::BodyState::have : log::BodyState::missing,
             {Bytes(32), is_there ? SharedBytes(noise) : nullptr}}
        );
    }
    for (std::uint64_t i = random_.below(5); i > 0; --i)
        chunk.range.push_back(random_.make<TreeHash>());
    return chunk;
}

wire::Ranges Crafter::craft_ranges(const wire::Token& token) {
    wire::Ranges message{token, {}};
    const std::uint64_t count =
        one_in(random_, 5) ? limits::ranges_per_message_max : random_.below(6);
    for (std::uint64_t i = 0; i < count; ++i) {
        wire::Range range{std::nullopt, wire::RangeMode::fingerprint, std::nullopt, {}};
        if (!one_in(random_, 8))
            range.upper = random_.make<Digest>();
        if (one_in(random_, 2)) {
            range.fingerprint = random_.make<wire::Fingerprint>();
        } else {
            range.mode = wire::RangeMode::items;
            for (std::uint64_t item = random_.below(20); item > 0; --item)
                range.items.push_back(
                    {random_.make<Digest>(), random_.below(1000), random_.make<wire::ItemTag>()}
                );
        }
        message.ranges.push_back(std::move(range));
    }
    return message;
}

/// Questions of no tree, answers of no question, evidence of nothing.
wire::Message Crafter::craft_about_forks(const wire::Token& token, std::uint32_t number) {
    if (one_in(random_, 3))
        return wire::ForkQuestion{
            number,
            some_log(),
            LogSize{random_.below(50)},
            static_cast<std::uint32_t>(random_.below(70)),
            random_.below(50)};
    if (one_in(random_, 2)) {
        wire::ForkAnswer answer{number, std::nullopt, {}};
        if (!offers_.empty())
            answer.head = craft_offer().head;
        for (std::uint64_t i = random_.below(40); i > 0; --i)
            answer.hashes.push_back(random_.make<TreeHash>());
        return answer;
    }
    Bytes noise(static_cast<std::size_t>(random_.below(3000)));
    random_.fill(noise);
    wire::Offers offers{token, {}, {}, {}};
    offers.forks.push_back(std::move(noise));
    return offers;
}

wire::Message Crafter::craft(const wire::Token& token) {
    const auto number = static_cast<std::uint32_t>(random_.below(20));
    switch (random_.below(19)) {
    case 15:
    case 16:
    case 17: return craft_about_forks(token, number);
    case 0:
    case 1: return wire::Offers{token, {}, {craft_offer()}, {}};
    case 2:
    case 3: return craft_chunk();
    case 4: return craft_ranges(token);
    case 5:
        return wire::Want{
            number,
            some_log(),
            LogSize{one_in(random_, 2) ? 0 : random_.below(50)},
            LogSize{random_.below(size_never_served)},
            LogSize{random_.below(size_never_served)},
            number};
    case 6: return wire::Credit{number, 0xffffffff};
    case 7: return wire::StopStream{number, wire::StopReason::not_held};
    case 8: {
        wire::WantBodies want{some_log(), {}};
        const bool is_modest = one_in(random_, 2);
        for (std::uint64_t i = random_.below(is_modest ? 3 : 70); i > 0; --i)
            want.positions.push_back(Position{random_.below(is_modest ? 3 : 100)});
        return want;
    }
    case 9: return wire::Bodies{some_log(), {}, {}};
    case 10: {
        wire::Ask ask{token, {}};
        for (std::uint64_t i = random_.below(1000); i > 0; --i)
            ask.ids.emplace_back(
                one_in(random_, 2) ? some_log().raw() : random_.make<LogId>().raw()
            );
        return ask;
    }
    case 11: return wire::Ping{random_.below(5), {}};
    case 12: return wire::WantFile{number, some_log(), Position{number}, random_.make<Digest>()};
    case 13: return wire::WantPieces{number, number, 0xffffffff};
    case 14: return wire::JoinRequest{keys_.chain, random_.make<Signature>()};
    default: break;
    }
    const network::Notice notice{
        network::NoticeKind::profile,
        log::space_of(keys_.network),
        keys_.school,
        signing_.public_key(),
        one_in(random_, 4) ? ~std::uint64_t{0} : random_.below(100),
        Bytes(random_.below(50))};
    return wire::Offers{token, {}, {}, {network::sign_notice(notice, signing_)}};
}

} // namespace staffroom::simulation
