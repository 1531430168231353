// Question and answer of the search for a fork, and evidence among offers: random ones come back as
// they were, cut ones are refused, and each bound holds at its limit and not beyond. [S14]
#include "protocol/base/limits.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace crypto = staffroom::crypto;
namespace limits = staffroom::limits;
namespace slog = staffroom::log;
namespace wire = staffroom::wire;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::LogId;
using staffroom::LogSize;
using staffroom::TreeHash;
using staffroom::tests::SeededRandom;
using wire::ForkAnswer;
using wire::ForkQuestion;
using wire::Message;

namespace {

/// Why the message is refused by whoever gets it; closed when it is not.
Errc refusal(const Message& message) {
    const auto decoded = wire::decode_message(wire::encode_message(message));
    return decoded ? Errc::closed : decoded.error().code;
}

ForkQuestion question(std::uint64_t size, std::uint32_t level, std::uint64_t index) {
    return {1, LogId(LogId::Raw{}), LogSize{size}, level, index};
}

ForkAnswer answer(SeededRandom& random, std::size_t hashes, bool with_head) {
    ForkAnswer made{static_cast<std::uint32_t>(random.below(1U << 31U)), std::nullopt, {}};
    for (std::size_t i = 0; i < hashes; ++i)
        made.hashes.push_back(random.make<TreeHash>());
    const crypto::SigningKey key{crypto::Secret32()};
    if (with_head)
        made.head = slog::sign_head(
            {random.make<LogId>(), LogSize{random.below(99)}, random.make<TreeHash>(), {3}}, key
        );
    return made;
}

} // namespace

TEST_CASE("fork message: what is sent is what arrives", "[wire]") {
    SeededRandom random(8);
    for (int round = 0; round < 100; ++round) {
        const std::uint64_t size = 1 + random.below(1U << 20U);
        const auto level = static_cast<std::uint32_t>(random.below(20));
        const bool is_whole = level == 0 || (size >> level) == 0;
        const ForkQuestion asked =
            is_whole ? question(size, 0, 0) : question(size, level, random.below(size >> level));
        const ForkAnswer answered = answer(random, random.below(20), round % 2 == 0);
        for (const Message& message : {Message(asked), Message(answered)}) {
            const Bytes bytes = wire::encode_message(message);
            const auto decoded = wire::decode_message(bytes);
            REQUIRE(decoded);
            CHECK(decoded->index() == message.index());
            CHECK(wire::encode_message(*decoded) == bytes);
        }
    }
}

TEST_CASE("fork message: cut at any byte it is refused or says less", "[wire]") {
    SeededRandom random(9);
    const Bytes bytes = wire::encode_message(answer(random, 3, true));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto decoded = wire::decode_message(ByteView(bytes).first(length));
        CHECK((!decoded || std::get<ForkAnswer>(*decoded).hashes.size() < 3));
    }
}

TEST_CASE("fork message: questions stay inside what both hold", "[wire]") {
    CHECK(refusal(question(16, 0, 0)) == Errc::closed);
    CHECK(refusal(question(16, 0, 1)) == Errc::out_of_range);
    CHECK(refusal(question(16, 4, 0)) == Errc::closed);
    CHECK(refusal(question(15, 4, 0)) == Errc::out_of_range);
    CHECK(refusal(question(16, 2, 3)) == Errc::closed);
    CHECK(refusal(question(16, 2, 4)) == Errc::out_of_range);
    CHECK(refusal(question(~std::uint64_t{0}, 63, 0)) == Errc::closed);
    CHECK(refusal(question(~std::uint64_t{0}, 64, 0)) == Errc::out_of_range);
}

TEST_CASE("fork message: answers and evidence hold at their bounds and not beyond", "[wire]") {
    SeededRandom random(10);
    CHECK(refusal(answer(random, limits::fork_answer_hashes_max, true)) == Errc::closed);
    CHECK(refusal(answer(random, limits::fork_answer_hashes_max + 1, true)) == Errc::too_large);
    wire::Offers offers{random.make<wire::Token>(), {}, {}, {}, {}};
    offers.forks.emplace_back(limits::fork_proof_bytes_max);
    CHECK(refusal(offers) == Errc::closed);
    offers.forks.front().push_back(0);
    CHECK(refusal(offers) == Errc::too_large);
    offers.forks.assign(512, Bytes(1));
    CHECK(refusal(offers) == Errc::closed);
    offers.forks.emplace_back(1);
    CHECK(refusal(offers) == Errc::too_large);
}
