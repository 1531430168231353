// A school with a data folder, for tests of its backups.
#pragma once

#include "storage/backup/backup_reader.hpp"
#include "storage/backup/backup_writer.hpp"
#include "storage/files/posix_files.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace staffroom::storage {

namespace fs = std::filesystem;

inline crypto::SigningKey signing_key(std::uint8_t number) {
    std::array<std::uint8_t, 32> seed{};
    seed.fill(number);
    return crypto::SigningKey(crypto::Secret32(seed));
}

/// A school with one node, and a data folder with rows and files.
struct School {
    explicit School(const fs::path& place, std::uint8_t number)
        : folder((place / ("data" + std::to_string(number))).string())
        , root(signing_key(number))
        , node(signing_key(static_cast<std::uint8_t>(number + 1))) {
        tests::SeededRandom random(number);
        const identity::Certificate certificate{
            node.public_key(),
            random.make<TransportPublicKey>(),
            random.make<EncryptionPublicKey>(),
            random.make<identity::CertificateId>()};
        const auto founded = identity::found_school(
            root, signing_key(99).public_key(), certificate, WallTime{1}, random
        );
        crypto::SodiumVerifier verifier;
        chain.emplace(*identity::IdentityChain::parse(founded.wire, verifier));
        fs::create_directories(folder + "/store/segments");
        fs::create_directories(folder + "/files/ab");
        fs::create_directories(folder + "/files/partial");
        write("keys", "secrets");
        write("identity", "a chain");
        write("files/ab/abcd", std::string(3 * part_bytes_max + 5, 'x'));
        write("files/partial/begun", "half");
        write("mark", "of this machine");
        store = *Database::open(files, folder + "/store/index");
        accounts = *Database::open(files, folder + "/accounts");
        put_rows(0, 3000);
    }
    void write(const std::string& path, const std::string& text) const {
        std::ofstream(folder + "/" + path, std::ios::binary) << text;
    }
    void put_rows(unsigned begin, unsigned end) const {
        RowBatch batch;
        for (unsigned i = begin; i < end; ++i) {
            Bytes key;
            append_u32_be(key, i);
            batch.put(key, Bytes(400, static_cast<std::uint8_t>(i)));
        }
        REQUIRE(store->write(batch));
    }
    [[nodiscard]] Result<BackupReport> back_up(BackupTarget& target, const BackupKey& key) {
        return write_backup(files, {folder, *store, *accounts, *chain, node}, target, key, [] {
            return false;
        });
    }

    PosixFileSystem files;
    std::string folder;
    crypto::SigningKey root;
    crypto::SigningKey node;
    std::optional<identity::IdentityChain> chain{};
    std::unique_ptr<Database> store{};
    std::unique_ptr<Database> accounts{};
};

inline BackupKey backup_key(std::uint8_t number) {
    std::array<std::uint8_t, 32> secret{};
    secret.fill(number);
    return BackupKey(crypto::Secret32(secret));
}

inline std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace staffroom::storage
