#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"

#include <catch2/catch.hpp>

#include <set>

using staffroom::Bytes;
using staffroom::Digest;
using staffroom::crypto::Hasher;
using staffroom::crypto::HashLabel;

namespace {

/// Every label, from the first to the last of the enumeration.
std::vector<HashLabel> all_labels() {
    std::vector<HashLabel> labels;
    for (int i = 0; i <= static_cast<int>(HashLabel::words); ++i)
        labels.push_back(static_cast<HashLabel>(i));
    return labels;
}

} // namespace

TEST_CASE("hash: every label has a text of its own, of at most 16 bytes", "[hash]") {
    std::set<std::string_view> texts;
    for (const HashLabel label : all_labels()) {
        const auto text = staffroom::crypto::label_text(label);
        INFO(text);
        CHECK_FALSE(text.empty());
        CHECK(text.size() <= 16);
        texts.insert(text);
    }
    CHECK(texts.size() == all_labels().size());
}

TEST_CASE("hash: the same bytes under two labels have two hashes", "[hash]") {
    std::set<Digest> digests;
    for (const HashLabel label : all_labels())
        digests.insert(staffroom::crypto::hash(label, Bytes{1, 2, 3}));
    CHECK(digests.size() == all_labels().size());
}

TEST_CASE("hash: parts hash as the whole, and each byte counts", "[hash]") {
    const Bytes whole{1, 2, 3, 4, 5};
    const Bytes changed{1, 2, 3, 4, 6};
    const auto expected = staffroom::crypto::hash(HashLabel::body, whole);

    Hasher hasher(HashLabel::body);
    hasher.update(Bytes{1, 2}).update({}).update(Bytes{3, 4, 5});

    CHECK(hasher.finish() == expected);
    CHECK(staffroom::crypto::hash(HashLabel::body, changed) != expected);
}

TEST_CASE("hash: sized parts cannot be divided in another way", "[hash]") {
    const Bytes one{1};
    const Bytes two{1, 1};

    const auto left = Hasher(HashLabel::body).update_sized(one).update_sized(two).finish();
    const auto right = Hasher(HashLabel::body).update_sized(two).update_sized(one).finish();

    CHECK(left != right);
}

TEST_CASE("hash: a key changes the hash, and so does its length", "[hash]") {
    const Bytes key(16, 7);
    const Bytes longer(17, 7);
    const Bytes bytes{1, 2, 3};

    const auto keyed = staffroom::crypto::keyed_hash(HashLabel::body, key, bytes);

    CHECK(keyed != staffroom::crypto::hash(HashLabel::body, bytes));
    CHECK(keyed != staffroom::crypto::keyed_hash(HashLabel::body, longer, bytes));
}

TEST_CASE("hash: a shorter output is not the start of the longer one", "[hash]") {
    std::array<std::uint8_t, 16> shorter{};

    Hasher(HashLabel::first_frame, {}, shorter.size()).update(Bytes{1}).finish_into(shorter);
    const auto full = staffroom::crypto::hash(HashLabel::first_frame, Bytes{1});

    CHECK_FALSE(std::equal(shorter.begin(), shorter.end(), full.raw().begin()));
}

TEST_CASE(
    "hash: known hashes stay as they are, and are BLAKE2b's with its personalisation", "[hash]"
) {
    CHECK(
        staffroom::to_hex(staffroom::crypto::hash(HashLabel::inception, Bytes{}).view()) ==
        "9812f257daa732cee194ee2cd743c4e2e1aa90c5c8d58411830238c4b7c53587"
    );
    CHECK(
        staffroom::to_hex(
            staffroom::crypto::keyed_hash(HashLabel::body, Bytes(32, 1), Bytes{1, 2, 3}).view()
        ) == "4caa9006f736244ebc69320a83cdb3df6b36b1013137cc8d0f0987509f497d12"
    );
}
