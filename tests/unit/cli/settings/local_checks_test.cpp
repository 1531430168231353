#include "cli/settings/local_checks.hpp"
#include "storage/database/database.hpp"
#include "storage/database/row_keys.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/files/posix_files.hpp"
#include "storage/store/store.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace cli = staffroom::cli;
namespace storage = staffroom::storage;
using staffroom::Bytes;

namespace {

constexpr const char* settings = "[school]\nname = 'x'\n[node]\nlisten = '127.0.0.1:0'\n"
                                 "web = '127.0.0.1:0'\n[limits]\ndisk_low_mib = 1\n";

struct School : staffroom::tests::TempFolder {
    School()
        : TempFolder("checks") {
        staffroom::tests::SeededRandom random(1);
        REQUIRE(storage::create_node_folder(path(), {settings, {1000}}, random));
    }
    [[nodiscard]] std::unique_ptr<storage::Store> store() {
        auto opened = storage::Store::open(files, storage::store_path(path()).string());
        REQUIRE(opened);
        return std::move(*opened);
    }
    /// Codes of all faults but the one that a stopped node always has.
    [[nodiscard]] std::set<std::string> faults() const {
        std::set<std::string> codes;
        for (const auto& check : cli::check_stopped_node(path()))
            if (check.is_trouble() && check.code != "node.running")
                codes.insert(check.code);
        return codes;
    }

    storage::PosixFileSystem files;
};

using Codes = std::set<std::string>;

} // namespace

TEST_CASE(
    "stopped node: one that is whole has no fault, before and after its first start", "[cli]"
) {
    School school;

    CHECK(school.faults().empty());
    CHECK_FALSE(std::filesystem::exists(storage::store_path(school.path()))); // nothing was made
    school.store().reset();
    CHECK(school.faults().empty());
}

TEST_CASE("stopped node: a store of a newer version is told apart from a damaged one", "[cli]") {
    School school;
    school.store().reset();
    const auto paths = storage::store_paths(storage::store_path(school.path()).string());
    {
        auto database = storage::Database::open(school.files, paths.index);
        REQUIRE(database);
        Bytes meta = storage::encode_meta();
        meta.back() = static_cast<std::uint8_t>(storage::schema_version + 1);
        storage::seal_row(storage::meta_key().view(), meta);
        storage::RowBatch batch;
        batch.put(storage::meta_key().view(), meta);
        REQUIRE((*database)->write(batch));
    }
    CHECK(school.faults() == Codes{"store.newer"});

    school.write("store/index/CURRENT", "MANIFEST-999999\n");
    CHECK(school.faults() == Codes{"store.damaged"});
}

TEST_CASE("stopped node: a store that is held by another process is in use", "[cli]") {
    School school;
    const auto held = school.store();

    CHECK(school.faults() == Codes{"store.in-use"});
}
