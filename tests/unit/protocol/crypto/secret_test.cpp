#include "protocol/crypto/secret.hpp"

#include <catch2/catch.hpp>

#include <type_traits>

using staffroom::Bytes;
using staffroom::crypto::Secret32;

namespace {

Secret32 sample() {
    Secret32 secret;
    std::ranges::fill(secret.writable(), std::uint8_t{7});
    return secret;
}

} // namespace

TEST_CASE("secret: it moves and is never copied unawares", "[secret]") {
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Secret32>);
    STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<Secret32>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<Secret32>);
}

TEST_CASE("secret: what it was moved from is wiped", "[secret]") {
    Secret32 first = sample();

    const Secret32 second = std::move(first);

    CHECK(second.equals(sample()));
    CHECK(first.equals(Secret32())
    ); // NOLINT(bugprone-use-after-move): the wiped state is the promise
}

TEST_CASE("secret: assigning wipes the source and keeps the value", "[secret]") {
    Secret32 source = sample();
    Secret32 target;

    target = std::move(source);

    CHECK(target.equals(sample()));
    CHECK(source.equals(Secret32())
    ); // NOLINT(bugprone-use-after-move): the wiped state is the promise
}

TEST_CASE("secret: only exactly its number of bytes makes it", "[secret]") {
    CHECK_FALSE(Secret32::from(Bytes(31, 7)));
    CHECK_FALSE(Secret32::from(Bytes(33, 7)));
    const auto secret = Secret32::from(Bytes(32, 7));
    REQUIRE(secret);
    CHECK(secret->equals(sample()));
}

TEST_CASE("secret: a deliberate copy is equal, and one changed byte is not", "[secret]") {
    const Secret32 secret = sample();
    Secret32 copy = secret.copy();
    CHECK(copy.equals(secret));

    copy.writable()[31] = 8;

    CHECK_FALSE(copy.equals(secret));
}
