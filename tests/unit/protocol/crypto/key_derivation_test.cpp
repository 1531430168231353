#include "protocol/base/text.hpp"
#include "protocol/crypto/key_derivation.hpp"

#include <catch2/catch.hpp>

using staffroom::Bytes;
using staffroom::Errc;
using staffroom::crypto::Secret32;
namespace crypto = staffroom::crypto;

TEST_CASE("hkdf: a shorter output is the start of a longer one", "[key_derivation]") {
    const auto key = crypto::hkdf_extract(Bytes{1}, Bytes{2, 3});
    Bytes longest(200);
    REQUIRE(crypto::hkdf_expand(key, Bytes{4}, longest));
    for (const std::size_t length : {0U, 1U, 31U, 32U, 33U, 64U, 65U, 199U}) {
        Bytes shorter(length);

        REQUIRE(crypto::hkdf_expand(key, Bytes{4}, shorter));

        CHECK(std::equal(shorter.begin(), shorter.end(), longest.begin()));
    }
}

TEST_CASE("hkdf: 255 blocks are given, one byte more is out of range", "[key_derivation]") {
    const auto key = crypto::hkdf_extract({}, Bytes{1});
    Bytes most(crypto::hkdf_bytes_max);
    Bytes more(crypto::hkdf_bytes_max + 1);

    CHECK(crypto::hkdf_expand(key, {}, most));
    const auto refused = crypto::hkdf_expand(key, {}, more);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::out_of_range);
    CHECK(more == Bytes(crypto::hkdf_bytes_max + 1));
}

TEST_CASE("hkdf: no salt is the salt of 32 zero bytes", "[key_derivation]") {
    const auto without = crypto::hkdf_extract({}, Bytes{1, 2});
    const auto zeros = crypto::hkdf_extract(Bytes(32, 0), Bytes{1, 2});
    CHECK(without.equals(zeros));
}

TEST_CASE("hkdf: salt, key material and info each change the output", "[key_derivation]") {
    const auto output = [](const Bytes& salt, const Bytes& material, const Bytes& info) {
        Bytes out(32);
        REQUIRE(crypto::hkdf_expand(crypto::hkdf_extract(salt, material), info, out));
        return out;
    };
    const Bytes original = output({1}, {2}, {3});

    CHECK(output({9}, {2}, {3}) != original);
    CHECK(output({1}, {9}, {3}) != original);
    CHECK(output({1}, {2}, {9}) != original);
    CHECK(output({1}, {2}, {3}) == original);
}

TEST_CASE("hmac: a key longer than a block counts as its hash", "[key_derivation]") {
    const Bytes key(65, 7);
    const auto hashed = crypto::sha256(key);
    CHECK(crypto::hmac_sha256(key, Bytes{1}).equals(crypto::hmac_sha256(hashed.view(), Bytes{1})));
}

TEST_CASE("pbkdf2: rounds, salt and each block change the output", "[key_derivation]") {
    const Bytes password{1, 2};
    Bytes once(130);
    Bytes twice(130);
    Bytes salted(130);

    crypto::pbkdf2_hmac_sha512(password, Bytes{3}, 1, once);
    crypto::pbkdf2_hmac_sha512(password, Bytes{3}, 2, twice);
    crypto::pbkdf2_hmac_sha512(password, Bytes{4}, 1, salted);

    CHECK(once != twice);
    CHECK(once != salted);
    CHECK_FALSE(std::equal(once.begin(), once.begin() + 64, once.begin() + 64));
}

TEST_CASE("sha256: the empty message has its known digest", "[key_derivation]") {
    CHECK(
        staffroom::to_hex(crypto::sha256({}).view()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}
