#include "storage/database/commit_count.hpp"
#include "storage/store/salvage.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/store_oracle.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using tests::TornFileSystem;

TEST_CASE("commit count: what was written is read, and nothing of a damaged one", "[storage]") {
    TornFileSystem files;
    CommitCount count(files, "/disk/count");
    CHECK_FALSE(count.read());

    count.write(7);
    count.write(8);

    CHECK(count.read() == 8U);
    files.flip_bit("/disk/count", 70);
    CHECK_FALSE(CommitCount(files, "/disk/count").read());
}

TEST_CASE("commit count: a log that lost its end is no power cut", "[storage]") {
    TornFileSystem files;
    tests::LogBuilder log({.seed = 1});
    {
        auto store = Store::open(files, "/disk/store");
        for (int i = 0; i < 3; ++i)
            REQUIRE((*store)->commit(tests::batch_of(log.append(2))));
    }
    for (const std::string& path : files.files()) {
        if (!path.ends_with(".log"))
            continue;
        auto file = files.open(path, OpenMode::update);
        REQUIRE((*file)->truncate((*file)->size().value() - 100));
    }
    CHECK(Store::open(files, "/disk/store").value()->commits_lost() == 1);

    const auto opened = open_or_salvage(files, "/disk/store");

    REQUIRE(opened);
    REQUIRE(opened->salvaged);
    CHECK(opened->salvaged->commits_lost == 1);
    CHECK(opened->store->commits_lost() == 0);
    CHECK(opened->image.logs.at(0).stored == LogSize{4});
}

} // namespace staffroom::storage
