// SHA-256, HMAC, HKDF and PBKDF2 against NIST's and Wycheproof's vectors.
#include "protocol/crypto/key_derivation.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

using staffroom::Bytes;
using staffroom::Errc;
namespace crypto = staffroom::crypto;
namespace tests = staffroom::tests;

namespace {

/// Calls `check` for each test of each group; every one that the file promises must be there.
template <class Check> void for_each_test(std::string_view file, Check check) {
    const auto vectors = tests::load_vectors(file);
    std::int64_t run = 0;
    for (const auto& group : vectors.at("testGroups").as_array()) {
        for (const auto& vector : group.at("tests").as_array()) {
            INFO("tcId " << vector.at("tcId").as_int64());
            check(group, vector);
            ++run;
        }
    }
    REQUIRE(run == vectors.at("numberOfTests").as_int64());
}

bool is_valid(const boost::json::value& vector) {
    return tests::text_field(vector, "result") == "valid";
}

} // namespace

TEST_CASE("sha256: NIST's short messages have NIST's digests", "[sha256-short]") {
    const auto vectors = tests::load_vectors("sha256-short.json");
    std::size_t run = 0;
    for (const auto& vector : vectors.as_array()) {
        const auto message = tests::hex_field(vector, "msg");
        REQUIRE(message.size() * 8 == static_cast<std::size_t>(vector.at("len_bits").as_int64()));

        const auto digest = crypto::sha256(message);
        CHECK(staffroom::to_bytes(digest.view()) == tests::hex_field(vector, "md"));
        ++run;
    }
    REQUIRE(run == vectors.as_array().size());
    REQUIRE(run > 0);
}

TEST_CASE(
    "hmac-sha256: a tag equals ours exactly when Wycheproof calls it valid",
    "[wycheproof-hmac-sha256]"
) {
    for_each_test(
        "wycheproof-hmac-sha256.json",
        [](const boost::json::value& group, const boost::json::value& vector) {
            const auto key = tests::hex_field(vector, "key");
            const auto message = tests::hex_field(vector, "msg");
            const auto stated = tests::hex_field(vector, "tag");
            const auto tag_bytes = static_cast<std::size_t>(group.at("tagSize").as_int64()) / 8;
            REQUIRE(stated.size() == tag_bytes);

            auto tag = staffroom::to_bytes(crypto::hmac_sha256(key, message).view());
            tag.resize(tag_bytes);
            CHECK((tag == stated) == is_valid(vector));
        }
    );
}

TEST_CASE(
    "hkdf-sha256: every valid key of Wycheproof is met, and a longer one is refused",
    "[wycheproof-hkdf-sha256]"
) {
    std::size_t refused = 0;
    for_each_test(
        "wycheproof-hkdf-sha256.json",
        [&refused](const boost::json::value&, const boost::json::value& vector) {
            const auto key_material = tests::hex_field(vector, "ikm");
            const auto salt = tests::hex_field(vector, "salt");
            const auto info = tests::hex_field(vector, "info");
            Bytes out(static_cast<std::size_t>(vector.at("size").as_int64()));

            const auto key = crypto::hkdf_extract(salt, key_material);
            const auto outcome = crypto::hkdf_expand(key, info, out);
            REQUIRE(outcome.has_value() == is_valid(vector));
            if (outcome) {
                CHECK(out == tests::hex_field(vector, "okm"));
            } else {
                CHECK(outcome.error().code == Errc::out_of_range);
                ++refused;
            }
        }
    );
    REQUIRE(refused > 0);
}

TEST_CASE(
    "pbkdf2-hmac-sha512: every derived key of Wycheproof is met", "[wycheproof-pbkdf2-hmacsha512]"
) {
    for_each_test(
        "wycheproof-pbkdf2-hmacsha512.json",
        [](const boost::json::value&, const boost::json::value& vector) {
            const auto password = tests::hex_field(vector, "password");
            const auto salt = tests::hex_field(vector, "salt");
            const auto rounds = static_cast<std::uint32_t>(vector.at("iterationCount").as_int64());
            Bytes out(static_cast<std::size_t>(vector.at("dkLen").as_int64()));

            crypto::pbkdf2_hmac_sha512(password, salt, rounds, out);
            CHECK((out == tests::hex_field(vector, "dk")) == is_valid(vector));
        }
    );
}
