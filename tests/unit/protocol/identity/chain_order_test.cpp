// The order of two chains of one school: a thief of the root keys in force can write nothing that
// undoes what the school has committed to. [I2]
#include "tests/support/network/chain_builder.hpp"

#include <catch2/catch.hpp>

namespace identity = staffroom::identity;

using identity::IdentityChain;
using staffroom::tests::make_certificate;
using staffroom::tests::SeededRandom;
using Builder = staffroom::tests::ChainBuilder;

TEST_CASE(
    "identity chain: a root change beats whatever the keys before it can write", "[identity]"
) {
    const auto chain_of = [](const std::string& events) {
        Builder builder(1);
        for (const char event : events) {
            if (event == 'R')
                builder.add(builder.change_roots(), {0});
            else
                builder.add(builder.event(make_certificate(builder.random)), {0});
        }
        auto chain = builder.parse();
        REQUIRE(chain);
        return std::move(*chain);
    };
    const std::string many(20, 'c');
    const std::vector<std::pair<std::string, std::string>> better_and_worse{
        {"cR", "c" + many}, // the theft that a rotation is there for
        {"cR", many},       // the thief begins earlier
        {"cccR", "c" + many},
        {"R", many},
        {"cRcc", "cRc"}, // the same keys: the longer
        {"cRR", "cR" + many},
        {"cR", "ccR"}, // at the first difference
        {"cRcR", "cRccR" + many},
        {"cc", "c"},
        {"cR", "c"},
        {"c", ""}};
    for (const auto& [better, worse] : better_and_worse) {
        INFO(better << " before " << worse);
        CHECK(chain_of(better).is_better_than(chain_of(worse)));
        CHECK_FALSE(chain_of(worse).is_better_than(chain_of(better)));
    }
}

TEST_CASE("identity chain: in whatever order chains come, the same one is kept", "[identity]") {
    std::vector<IdentityChain> all;
    for (int number = 0; number < 60; ++number) {
        Builder builder(1);
        SeededRandom choices(static_cast<std::uint64_t>(number));
        for (std::uint64_t left = choices.below(6); left > 0; --left) {
            if (choices.below(3) == 0) {
                builder.add(builder.change_roots(), {0});
            } else {
                identity::Certificate own = make_certificate(builder.random);
                own.id = choices.make<identity::CertificateId>();
                builder.add(builder.event(own), {0});
            }
        }
        all.push_back(*builder.parse());
    }
    for (const IdentityChain& a : all) {
        for (const IdentityChain& b : all) {
            CHECK((a.tip() == b.tip() || a.is_better_than(b) != b.is_better_than(a)));
            for (const IdentityChain& c : all) {
                if (a.is_better_than(b) && b.is_better_than(c) && !a.is_better_than(c))
                    FAIL("three chains beat each other in a circle");
            }
        }
    }
}
