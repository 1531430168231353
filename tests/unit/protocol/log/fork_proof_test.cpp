// Evidence of a fork as bytes: comes back as it was, and nothing of it can be left out, added or
// altered.
#include "protocol/base/limits.hpp"
#include "protocol/log/fork_proof.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

namespace crypto = staffroom::crypto;
namespace limits = staffroom::limits;
namespace slog = staffroom::log;
using slog::ForkProof;
using slog::SignedHead;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::LogSize;
using staffroom::Position;
using staffroom::TreeHash;
using staffroom::tests::altered;
using staffroom::tests::numbered_leaves;
using staffroom::tests::SeededRandom;
using staffroom::tests::slow_reader;
using Hash = slog::Blake2b256;

namespace {

struct Author {
    SeededRandom random{5};
    crypto::Secret32 seed = make_seed(random);
    crypto::SigningKey key{seed};
    slog::LogDescriptor descriptor{
        random.make<staffroom::SpaceId>(),
        slog::Channel::records,
        random.make<staffroom::SchoolId>(),
        key.public_key(),
        random.make<staffroom::Incarnation>()};

    static crypto::Secret32 make_seed(SeededRandom& random) {
        crypto::Secret32 seed;
        random.fill(seed.writable());
        return seed;
    }
    [[nodiscard]] SignedHead head(LogSize size, const TreeHash& root) const {
        return slog::sign_head({slog::log_id(descriptor), size, root, {9}}, key);
    }
};

ForkProof
proof_of(const Author& author, std::size_t fork_at, std::size_t size_a, std::size_t size_b) {
    const auto a = numbered_leaves<Hash>(size_a);
    auto b = numbered_leaves<Hash>(size_b, 1);
    std::copy_n(a.begin(), fork_at, b.begin());
    auto evidence = slog::make_fork(
        {LogSize{size_a}, slow_reader<Hash>(a)}, {LogSize{size_b}, slow_reader<Hash>(b)}
    );
    REQUIRE(evidence);
    return {
        author.descriptor,
        author.head(LogSize{size_a}, evidence->a.root),
        author.head(LogSize{size_b}, evidence->b.root),
        *evidence};
}

bool is_good(const ForkProof& proof) {
    crypto::SodiumVerifier verifier;
    return slog::check_fork_proof(proof, verifier).has_value();
}

} // namespace

TEST_CASE("fork proof: comes back as it was and checks", "[log]") {
    const Author author;
    const std::array<std::array<std::size_t, 3>, 4> cases{
        {{21, 45, 38}, {0, 1, 1}, {0, 300, 2}, {255, 256, 256}}};
    for (const auto& [fork_at, size_a, size_b] : cases) {
        const ForkProof proof = proof_of(author, fork_at, size_a, size_b);
        const Bytes bytes = slog::encode_fork_proof(proof);

        const auto parsed = slog::parse_fork_proof(bytes);

        REQUIRE(parsed);
        CHECK(parsed->log() == slog::log_id(author.descriptor));
        CHECK(parsed->descriptor == author.descriptor);
        CHECK(parsed->evidence.position == Position{fork_at});
        CHECK(slog::encode_fork_proof(*parsed) == bytes);
        CHECK(is_good(*parsed));
    }
}

TEST_CASE("fork proof: two heads of one size with different roots are one", "[log]") {
    const Author author;
    CHECK(is_good(proof_of(author, 7, 30, 30)));
}

TEST_CASE("fork proof: cut anywhere, or with bytes behind it, it is refused", "[log]") {
    const Author author;
    const Bytes bytes = slog::encode_fork_proof(proof_of(author, 5, 12, 9));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CAPTURE(length);
        const auto parsed = slog::parse_fork_proof(ByteView(bytes).first(length));
        // Cut between two hashes, it still has the form, and proves nothing.
        CHECK((!parsed || !is_good(*parsed)));
    }
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(slog::parse_fork_proof(longer));
    longer.resize(limits::fork_proof_bytes_max + 1);
    const auto parsed = slog::parse_fork_proof(longer);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::too_large);
}

TEST_CASE("fork proof: no bit of it can be changed", "[log]") {
    const Author author;
    const Bytes bytes = slog::encode_fork_proof(proof_of(author, 5, 12, 9));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        CAPTURE(i);
        Bytes changed = bytes;
        changed[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
        const auto parsed = slog::parse_fork_proof(changed);
        CHECK((!parsed || !is_good(*parsed)));
    }
}

TEST_CASE("fork proof: each field altered proves nothing", "[log]") {
    const Author author;
    SeededRandom other_random(6);
    const auto stranger = Author::make_seed(other_random);
    const auto expect = [&](Errc code, auto change) {
        ForkProof proof = proof_of(author, 21, 45, 38);
        change(proof);
        crypto::SodiumVerifier verifier;
        const auto outcome = slog::check_fork_proof(proof, verifier);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == code);
    };
    expect(Errc::malformed, [&](ForkProof& proof) {
        proof.descriptor.incarnation = other_random.make<staffroom::Incarnation>();
    });
    expect(Errc::malformed, [&](ForkProof& proof) {
        proof.descriptor.space = other_random.make<staffroom::SpaceId>();
    });
    expect(Errc::bad_signature, [&](ForkProof& proof) {
        proof.head_b = slog::sign_head(proof.head_b.head, crypto::SigningKey(stranger));
    });
    expect(Errc::bad_signature, [&](ForkProof& proof) {
        proof.head_a = slog::sign_head(proof.head_a.head, crypto::SigningKey(stranger));
    });
    expect(Errc::bad_proof, [&](ForkProof& proof) { std::swap(proof.head_a, proof.head_b); });
    expect(Errc::bad_proof, [&](ForkProof& proof) { proof.head_b = proof.head_a; });
    expect(Errc::bad_proof, [&](ForkProof& proof) {
        proof.head_a = author.head(proof.head_a.head.size, altered(proof.head_a.head.root));
    });
    expect(Errc::bad_proof, [&](ForkProof& proof) { ++proof.evidence.position.value; });
    expect(Errc::bad_proof, [&](ForkProof& proof) {
        proof.evidence.a.leaf = proof.evidence.b.leaf;
    });
    expect(Errc::bad_proof, [&](ForkProof& proof) {
        proof.evidence.shared.hashes[0] = altered(proof.evidence.shared.hashes[0]);
    });
}

TEST_CASE("fork proof: histories of a hundred thousand entries stay under 3 KiB", "[log]") {
    // Its heads, leaves and framing beside the ranges, of which the fork test knows the worst.
    const Author author;
    const ForkProof proof = proof_of(author, 0, 1, 1);
    CHECK(slog::encode_fork_proof(proof).size() + 76 * 34 < 4 * 1024);
    CHECK(slog::encode_fork_proof(proof_of(author, 1, 1023, 1022)).size() < 2048);
}
