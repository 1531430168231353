#include "protocol/crypto/hash.hpp"
#include "protocol/records/attachment.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace records = staffroom::records;
using staffroom::Bytes;
using staffroom::ByteView;

TEST_CASE("attachment: a file of one piece has its leaf as root", "[records]") {
    const Bytes content(1000, 7);
    Bytes framed{0x00};
    staffroom::append(framed, content);
    std::array<std::uint8_t, 32> leaf{};
    crypto_generichash_blake2b(leaf.data(), leaf.size(), framed.data(), framed.size(), nullptr, 0);
    staffroom::crypto::Hasher hasher(staffroom::crypto::HashLabel::attachment);

    hasher.update_u64(content.size()).update(leaf);

    CHECK(records::attachment_hash(content) == hasher.finish());
}

TEST_CASE("attachment: size and every piece count", "[records]") {
    std::set<staffroom::Digest> hashes;
    for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 131'072U, 200'000U}) {
        Bytes content(size, 1);
        CHECK(hashes.insert(records::attachment_hash(content)).second);
        for (std::size_t at = 0; at < size; at += 65'536) {
            content[at] ^= 1U;
            CHECK(hashes.insert(records::attachment_hash(content)).second);
            content[at] ^= 1U;
        }
    }
}
