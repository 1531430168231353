#include "protocol/crypto/diffie_hellman.hpp"
#include "protocol/crypto/signature.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/identity/phrase.hpp"
#include "storage/files/node_folder.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace storage = staffroom::storage;
namespace identity = staffroom::identity;
namespace crypto = staffroom::crypto;
using staffroom::Errc;

namespace {

struct Folder : staffroom::tests::TempFolder {
    Folder()
        : TempFolder("folder") {}
};

storage::NewNode make(const std::filesystem::path& folder, std::uint64_t seed = 1) {
    staffroom::tests::SeededRandom random(seed);
    auto made = storage::create_node_folder(folder, {"[school]\nname = 'x'\n", {1000}}, random);
    REQUIRE(made);
    return std::move(*made);
}

std::string read(const std::filesystem::path& path) {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str();
}

void write(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

Errc open_error(const std::filesystem::path& folder) {
    const auto opened = storage::open_node_folder(folder);
    REQUIRE_FALSE(opened);
    CHECK_FALSE(opened.error().detail.empty());
    return opened.error().code;
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    return about.st_mode & 0777U;
}

} // namespace

TEST_CASE("node folder: what was made opens again as the same school", "[node-folder]") {
    const Folder folder;
    const auto made = make(folder.path());

    const auto opened = storage::open_node_folder(folder.path());

    REQUIRE(opened);
    CHECK(opened->school == made.school);
    CHECK_FALSE(opened->keys_exposed);
    CHECK(read(storage::settings_path(folder.path())) == "[school]\nname = 'x'\n");
    crypto::SodiumVerifier verifier;
    const auto chain = identity::IdentityChain::parse(opened->chain, verifier);
    REQUIRE(chain);
    const auto* node = chain->find_signing(crypto::public_key_of(opened->keys.signing_seed));
    REQUIRE(node != nullptr);
    CHECK(node->certificate.transport_key == crypto::transport_public_key(opened->keys.transport));
}

TEST_CASE("node folder: the recovery phrase can certify a second node", "[node-folder]") {
    const Folder folder;
    const auto made = make(folder.path());
    const auto opened = storage::open_node_folder(folder.path());
    REQUIRE(opened);
    staffroom::tests::SeededRandom random(2);
    crypto::SodiumVerifier verifier;
    const identity::Certificate second{
        crypto::public_key_of(crypto::Secret32()),
        crypto::transport_public_key(crypto::Secret32()),
        staffroom::EncryptionPublicKey({}),
        random.make<identity::CertificateId>()};

    REQUIRE(made.phrase.size() == 24);
    const auto root = identity::root_key(identity::seed_from_phrase(made.phrase, ""), 0);
    CHECK(identity::certify(opened->chain, root, second, verifier));
    const auto wrong = identity::root_key(identity::seed_from_phrase(made.phrase, "x"), 0);
    CHECK_FALSE(identity::certify(opened->chain, wrong, second, verifier));
}

TEST_CASE("node folder: no file in it holds the phrase or its seed", "[node-folder]") {
    const Folder folder;
    const auto made = make(folder.path());
    const auto seed = identity::seed_from_phrase(made.phrase, "");
    const std::string seed_text(staffroom::as_text(seed.view().first(32)));
    std::string phrase;
    for (const auto& word : made.phrase)
        phrase += (phrase.empty() ? "" : " ") + word;

    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        CHECK(read(entry.path()).find(phrase) == std::string::npos);
        CHECK(read(entry.path()).find(seed_text) == std::string::npos);
    }
}

TEST_CASE("node folder: only its owner can read the keys", "[node-folder]") {
    const Folder folder;
    make(folder.path());

    CHECK(mode_of(folder.path()) == 0700);
    CHECK(mode_of(storage::keys_path(folder.path())) == 0600);
    ::chmod(storage::keys_path(folder.path()).c_str(), 0640);
    CHECK(storage::open_node_folder(folder.path())->keys_exposed);
}

TEST_CASE("node folder: a second init is refused and changes nothing", "[node-folder]") {
    const Folder folder;
    make(folder.path());
    const auto keys = read(storage::keys_path(folder.path()));
    staffroom::tests::SeededRandom random(2);

    const auto again = storage::create_node_folder(folder.path(), {"", {2000}}, random);

    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::already_exists);
    CHECK(read(storage::keys_path(folder.path())) == keys);
}

TEST_CASE(
    "node folder: an init that ended before the keys were written can be run again", "[node-folder]"
) {
    const Folder folder;
    make(folder.path());
    std::filesystem::remove(storage::keys_path(folder.path()));

    CHECK(open_error(folder.path()) == Errc::not_found);
    const auto made = make(folder.path(), 2);
    CHECK(storage::open_node_folder(folder.path())->school == made.school);
}

TEST_CASE("node folder: a folder without a school is not found", "[node-folder]") {
    const Folder folder;

    CHECK(open_error(folder.path()) == Errc::not_found);
    std::filesystem::create_directory(folder.path());
    CHECK(open_error(folder.path()) == Errc::not_found);
}

TEST_CASE("node folder: every flipped bit and every cut of the keys is noticed", "[node-folder]") {
    const Folder folder;
    make(folder.path());
    const auto path = storage::keys_path(folder.path());
    const auto keys = read(path);

    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto damaged = keys;
        damaged[i] = static_cast<char>(damaged[i] ^ 4);
        write(path, damaged);
        CHECK_FALSE(storage::open_node_folder(folder.path()));
        write(path, keys.substr(0, i));
        CHECK_FALSE(storage::open_node_folder(folder.path()));
    }
    write(path, keys + "x");
    CHECK(open_error(folder.path()) == Errc::corrupt);
}

TEST_CASE(
    "node folder: keys of a newer version are told apart from damaged ones", "[node-folder]"
) {
    const Folder folder;
    make(folder.path());
    const auto path = storage::keys_path(folder.path());
    auto keys = read(path);
    keys[17] = 2; // the low byte of the version behind the 16 bytes of magic

    write(path, keys);

    CHECK(open_error(folder.path()) == Errc::unknown_version);
}

TEST_CASE("node folder: keys beside another school's identity are refused", "[node-folder]") {
    const Folder folder;
    make(folder.path(), 1);
    const auto keys = read(storage::keys_path(folder.path()));
    std::filesystem::remove_all(folder.path());
    make(folder.path(), 2);

    write(storage::keys_path(folder.path()), keys);

    CHECK(open_error(folder.path()) == Errc::corrupt);
}

TEST_CASE("node folder: a path that is a file, or below one, gives an io_error", "[node-folder]") {
    const Folder folder;
    write(folder.path(), "a file");
    staffroom::tests::SeededRandom random(1);

    const auto at = storage::create_node_folder(folder.path(), {"", {1}}, random);
    const auto below = storage::create_node_folder(folder.path() / "x", {"", {1}}, random);

    REQUIRE_FALSE(at);
    REQUIRE_FALSE(below);
    CHECK(at.error().code == Errc::io_error);
    CHECK(below.error().code == Errc::io_error);
}

namespace {

/// A chain with one more node, by the phrase of the school that was made in a folder.
staffroom::Bytes with_node(
    const storage::NewNode& made, staffroom::ByteView chain, const storage::FolderKeys& keys
) {
    staffroom::tests::SeededRandom random(9);
    crypto::SodiumVerifier verifier;
    const auto root = identity::root_key(identity::seed_from_phrase(made.phrase, ""), 0);
    auto longer = identity::certify(chain, root, storage::certificate_of(keys, random), verifier);
    REQUIRE(longer);
    return std::move(*longer);
}

} // namespace

TEST_CASE(
    "node folder: a school settles in another folder, with keys it certifies", "[node-folder]"
) {
    const Folder folder;
    const auto other = folder.path() / "other";
    const auto made = make(folder.path());
    const auto chain = storage::open_node_folder(folder.path())->chain;
    staffroom::tests::SeededRandom random(8);
    const auto keys = storage::make_folder_keys(random);
    const auto longer = with_node(made, chain, keys);

    const auto uncertified = storage::adopt_node_folder(other, "", keys, chain);
    const bool was_touched = storage::is_node_folder(other);
    const auto settled = storage::adopt_node_folder(other, "[school]\n", keys, longer);
    const auto again = storage::adopt_node_folder(other, "", keys, longer);

    REQUIRE_FALSE(uncertified);
    CHECK(uncertified.error().code == Errc::corrupt);
    CHECK_FALSE(was_touched);
    REQUIRE(settled);
    const auto opened = storage::open_node_folder(other);
    REQUIRE(opened);
    CHECK(opened->school == made.school);
    CHECK(opened->chain == longer);
    CHECK(opened->keys.local.equals(keys.local));
    CHECK(mode_of(storage::keys_path(other)) == 0600);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::already_exists);
}

TEST_CASE(
    "node folder: other keys take the place of the first, the chain goes ahead", "[node-folder]"
) {
    const Folder folder;
    const auto made = make(folder.path());
    const auto before = storage::open_node_folder(folder.path());
    staffroom::tests::SeededRandom random(8);
    const auto keys = storage::make_folder_keys(random);
    const auto longer = with_node(made, before->chain, keys);

    const auto chain_alone = storage::replace_identity(folder.path(), longer);
    const auto between = storage::open_node_folder(folder.path());
    const auto both = storage::replace_identity(folder.path(), longer, &keys);
    const auto back = storage::replace_identity(folder.path(), before->chain);

    // The power may go in between: the old keys are certified by the longer chain too.
    REQUIRE(chain_alone);
    REQUIRE(between);
    CHECK(between->keys.local.equals(before->keys.local));
    REQUIRE(both);
    CHECK(storage::open_node_folder(folder.path())->keys.local.equals(keys.local));
    REQUIRE_FALSE(back);
    CHECK(back.error().code == Errc::corrupt);
}
