#include "tests/hostile/modes.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/replica/membership/networks.hpp"
#include "protocol/wire/codec_records.hpp"
#include "tests/hostile/junk_operations.hpp"

#include <algorithm>
#include <array>

namespace staffroom::hostile {
namespace {

constexpr std::uint64_t huge = std::uint64_t{1} << 60U;
constexpr std::size_t offers_per_message = 128;

wire::SpaceGreeting greeting(Act& act) {
    return {act.token, act.random.make<wire::Fingerprint>(), true};
}

/// The head of a log of its own that nobody has heard of and nobody will ever get.
wire::LogOffer new_log(Act& act, log::Channel channel) {
    const log::LogDescriptor descriptor{
        log::space_of(act.member.network),
        channel,
        act.member.chain.school(),
        act.member.signing.public_key(),
        act.random.make<Incarnation>()};
    const log::Head head{
        log::log_id(descriptor), LogSize{huge}, act.random.make<TreeHash>(), WallTime{1}};
    return {descriptor, log::sign_head(head, act.member.signing), LogSize{huge}};
}

Bytes noise(Act& act, std::size_t count) {
    Bytes bytes(count);
    act.random.fill(bytes);
    return bytes;
}

wire::WireBody body_of(Bytes encoded) {
    return {log::BodyState::have, {{}, std::make_shared<const Bytes>(std::move(encoded))}};
}

// ------------------------------------------------------------------------------------- floods

void pings(Act& act) {
    for (int i = 0; i < 256; ++i)
        act.line.queue(wire::Ping{++act.count, {greeting(act)}});
}

void pongs(Act& act) {
    for (int i = 0; i < 256; ++i)
        act.line.queue(wire::Pong{++act.count, {greeting(act)}});
}

void asks(Act& act) {
    wire::Ask ask{act.token, {}};
    for (const replica::LogState& log : act.member.logs)
        ask.ids.emplace_back(log.id.raw());
    while (ask.ids.size() < 4096)
        ask.ids.push_back(act.random.make<Digest>());
    act.line.queue(ask);
}

void ranges(Act& act) {
    wire::Ranges ranges{act.token, {}};
    constexpr std::size_t count = limits::ranges_per_message_max;
    for (std::size_t i = 1; i <= count; ++i) {
        Digest::Raw upper{};
        upper[0] = static_cast<std::uint8_t>(i * 256 / (count + 1));
        upper[1] = static_cast<std::uint8_t>(i);
        const auto end = i == count ? std::nullopt : std::optional<Digest>(Digest(upper));
        ranges.ranges.push_back(
            {end, wire::RangeMode::fingerprint, act.random.make<wire::Fingerprint>(), {}}
        );
    }
    std::sort(ranges.ranges.begin(), ranges.ranges.end() - 1, [](const auto& a, const auto& b) {
        return *a.upper < *b.upper;
    });
    for (int i = 0; i < 4; ++i)
        act.line.queue(ranges);
}

/// Asks for chunks and gives them up at once: the other side reads its disk for nothing.
void wants(Act& act) {
    for (const replica::LogState& log : act.member.logs) {
        const auto stream = static_cast<std::uint32_t>(++act.count);
        const LogSize size = log.head.head.size;
        act.line.queue(wire::Want{stream, log.id, LogSize{0}, size, size, 8});
        act.line.queue(wire::StopStream{stream, wire::StopReason::not_wanted});
    }
}

/// Each counts more than the one before, so each is kept and passed on.
void notices(Act& act) {
    for (std::size_t message = 0; message < 4; ++message) {
        wire::Offers offers{act.token, {}, {}, {}};
        for (std::size_t i = 0; i < offers_per_message; ++i) {
            ++act.count;
            wire::Profile profile;
            profile.name = "School number " + std::to_string(act.count);
            const network::Notice notice{
                network::NoticeKind::profile,
                log::space_of(act.member.network),
                act.member.chain.school(),
                act.member.signing.public_key(),
                1'000'000 + act.count,
                *wire::encode_profile(profile)};
            offers.notices.push_back(network::sign_notice(notice, act.member.signing));
        }
        act.line.queue(offers);
    }
}

/// New logs of both channels without end; what stands in governance would hold up the rest.
void heads(Act& act) {
    wire::Offers offers{act.token, {}, {}, {}};
    for (std::size_t i = 0; i < offers_per_message; ++i) {
        const bool is_governance = ++act.count % 2 == 0;
        offers.logs.push_back(
            new_log(act, is_governance ? log::Channel::governance : log::Channel::records)
        );
    }
    act.line.queue(offers);
}

void chains(Act& act) {
    for (int i = 0; i < 8; ++i) {
        const wire::Offers offers{act.token, {120, act.member.chain.wire()}, {}, {}};
        act.line.queue(offers);
    }
}

/// Chunks that nobody asked for, as large as they may be.
void chunks(Act& act) {
    if (act.member.logs.empty())
        return;
    const replica::LogState& log = act.member.logs[act.count++ % act.member.logs.size()];
    wire::Chunk chunk{77, log.id, Position{0}, {}, {}, {}, std::nullopt};
    chunk.headers.push_back(std::make_shared<const Bytes>(noise(act, 200)));
    chunk.bodies.push_back(body_of(noise(act, limits::chunk_bytes_target)));
    act.line.queue(chunk);
}

/// Live entries below a true head that are no entries of that log.
void pushes(Act& act) {
    for (const replica::LogState& log : act.member.logs) {
        ++act.count;
        wire::Chunk chunk{0, log.id, Position{0}, {}, {}, {}, log.head};
        chunk.headers.push_back(std::make_shared<const Bytes>(noise(act, 200)));
        chunk.bodies.push_back(body_of(noise(act, 20'000)));
        act.line.queue(chunk);
    }
}

/// Messages of one byte, hundreds in a frame.
void crumbs(Act& act) {
    Bytes plain;
    while (plain.size() + 5 <= limits::frame_plain_bytes_max) {
        append_u32_be(plain, 1);
        plain.push_back(200); // of a later version: passed over
        ++act.count;
    }
    act.line.queue_sealed(plain);
}

// ------------------------------------------------------------------- withholding, lies, silence

/// Promises one log of each channel again and again and never sends an entry of them.
void withhold(Act& act) {
    if (act.count++ % 64 != 0)
        return;
    wire::Offers offers{act.token, {}, {}, {}};
    offers.logs.push_back(new_log(act, log::Channel::governance));
    offers.logs.push_back(new_log(act, log::Channel::records));
    act.line.queue(offers);
    for (int i = 0; i < 8; ++i)
        act.line.queue(offers);
}

void offer_once(Act& act) {
    if (act.count++ % 256 != 0)
        return;
    wire::Offers offers{act.token, {}, {new_log(act, log::Channel::records)}, {}};
    act.line.queue(offers);
}

/// The chunk that was asked for, with entries of noise and a proof that does not fit them.
void lie(Act& act, const wire::Message& message) {
    const auto* want = std::get_if<wire::Want>(&message);
    if (want == nullptr)
        return;
    wire::Chunk chunk{want->stream, want->log, Position{want->begin.value}, {}, {}, {}, {}};
    const std::size_t headers = 1 + act.random.below(5);
    for (std::size_t i = 0; i < headers; ++i) {
        chunk.headers.push_back(std::make_shared<const Bytes>(noise(act, 100)));
        chunk.bodies.push_back(body_of(noise(act, 3000)));
    }
    for (std::size_t i = 0; i < act.random.below(60); ++i)
        chunk.range.push_back(act.random.make<TreeHash>());
    act.line.queue(chunk);
}

/// A governance log of its own that it offers again and again.
void offer_governance(Act& act) {
    if (act.count++ % 256 == 0)
        act.line.queue(wire::Offers{act.token, {}, {new_log(act, log::Channel::governance)}, {}});
}

/// Entries from the middle of the log, whatever was asked for.
void answer_elsewhere(Act& act, const wire::Message& message) {
    const auto* want = std::get_if<wire::Want>(&message);
    if (want == nullptr)
        return;
    wire::Chunk chunk{want->stream, want->log, Position{want->begin.value + 50}, {}, {}, {}, {}};
    chunk.headers.push_back(std::make_shared<const Bytes>(noise(act, 100)));
    chunk.bodies.push_back(body_of(noise(act, 100)));
    act.line.queue(chunk);
}

/// Asks for everything and reads nothing.
void mute(Act& act) {
    wants(act);
    asks(act);
}

void hellos(Act& act) {
    say_hello(act);
    act.line.queue(wire::WhoAreYou{});
}

void greet_only(Act&) {}

/// Eight addresses more with each notice, at none of which anybody is; one a second is taken.
void addresses(Act& act) {
    if (act.count++ % 50 != 0)
        return;
    std::vector<std::string> all;
    for (std::uint64_t i = 0; i < limits::addresses_per_school_max; ++i)
        all.push_back("127.7.7.7:" + std::to_string(1 + act.random.below(1000)));
    const network::Notice notice{
        network::NoticeKind::addresses,
        log::space_of(act.member.network),
        act.member.chain.school(),
        act.member.signing.public_key(),
        1'000'000 + act.count,
        network::encode_addresses(all)};
    wire::Offers offers{act.token, {}, {}, {}};
    offers.notices.push_back(network::sign_notice(notice, act.member.signing));
    act.line.queue(offers);
}

// ------------------------------------------------------------------------------------ bad bytes

void garbage(Act& act) {
    act.line.queue_raw(noise(act, 4096));
}

void sealed_garbage(Act& act) {
    const Bytes message = noise(act, 500);
    Bytes plain;
    append_u32_be(plain, static_cast<std::uint32_t>(message.size()));
    append(plain, message);
    act.line.queue_sealed(plain);
}

void oversized_frame(Act& act) {
    Bytes bytes{0xFF, 0xFF};
    append(bytes, noise(act, 0xFFFF));
    act.line.queue_raw(bytes);
}

void oversized_message(Act& act) {
    Bytes plain;
    append_u32_be(plain, 0xFFFFFFFF);
    act.line.queue_sealed(plain);
}

/// The same sealed bytes twice.
void replay(Act& act) {
    const std::size_t before = act.line.queued().size();
    act.line.queue(wire::Ping{1, {greeting(act)}});
    const Bytes sealed = to_bytes(ByteView(act.line.queued()).subspan(before));
    act.line.queue_raw(sealed);
}

constexpr std::array modes{
    Mode{"pings", true, pings, nullptr},
    Mode{"pongs", true, pongs, nullptr},
    Mode{"asks", true, asks, nullptr},
    Mode{"ranges", true, ranges, nullptr},
    Mode{"wants", true, wants, nullptr},
    Mode{"notices", true, notices, nullptr},
    Mode{"heads", true, heads, nullptr},
    Mode{"chains", true, chains, nullptr},
    Mode{"chunks", true, chunks, nullptr},
    Mode{"pushes", true, pushes, nullptr},
    Mode{"crumbs", true, crumbs, nullptr},
    Mode{"withhold", true, withhold, nullptr},
    Mode{"lies", true, offer_once, lie},
    Mode{"elsewhere", true, offer_governance, answer_elsewhere},
    Mode{"mute", false, mute, nullptr},
    Mode{"hellos", true, hellos, nullptr},
    Mode{"garbage", true, garbage, nullptr},
    Mode{"sealed-garbage", true, sealed_garbage, nullptr},
    Mode{"oversized-frame", true, oversized_frame, nullptr},
    Mode{"oversized-message", true, oversized_message, nullptr},
    Mode{"replay", true, replay, nullptr},
    Mode{"anonymous", true, greet_only, nullptr},
    Mode{"reconnect", true, greet_only, nullptr},
    Mode{"addresses", true, addresses, nullptr},
    Mode{"curious", true, greet_only, nullptr},
    Mode{"admits", true, offer_copied_admits, serve_copied_admits},
    Mode{"closings", true, offer_closings, serve_closings},
};

} // namespace

const Mode* find_mode(std::string_view name) {
    const auto* const at = std::find_if(modes.begin(), modes.end(), [&](const Mode& mode) {
        return mode.name == name;
    });
    return at == modes.end() ? nullptr : at;
}

std::vector<std::string_view> mode_names() {
    std::vector<std::string_view> names;
    for (const Mode& mode : modes)
        names.push_back(mode.name);
    return names;
}

void ask_who(Act& act) {
    const auto nobody = act.random.make<wire::Fingerprint>();
    const wire::SpaceGreeting guess{act.random.make<wire::Token>(), nobody, true};
    act.line.queue(wire::WhoAreYou{});
    act.line.queue(wire::Hello{0, nobody, {guess}, {}});
    act.line.queue(wire::WhoAreYou{});
    act.line.queue(wire::Ping{1, {guess}});
}

std::uint64_t learned_from(const wire::Message& message) {
    if (const auto* hello = std::get_if<wire::Hello>(&message))
        return 1 + hello->spaces.size() + (hello->chain.empty() ? 0U : 1U);
    if (const auto* pong = std::get_if<wire::Pong>(&message))
        return pong->spaces.size();
    return 0;
}

void say_hello(Act& act) {
    const wire::Fingerprint identity = replica::Networks::identity_of(act.member.chain);
    act.line.queue(wire::Hello{0, identity, {greeting(act)}, act.member.chain.wire()});
}

} // namespace staffroom::hostile
