#include "cli/files/manifest.hpp"

#include <catch2/catch.hpp>

namespace cli = staffroom::cli;

namespace {

const std::string checksum(64, 'a');

std::string failure_of(const std::string& text) {
    const auto rows = cli::parse_manifest(text);
    return rows ? "none" : rows.failure().sentence;
}

} // namespace

TEST_CASE("manifest: columns are found by name in any order", "[cli]") {
    const auto rows = cli::parse_manifest(
        "sha256\tnobody_knows\tpath\tlang\tsuggested_kind\r\n" + checksum +
        "\tx\tdocs/a.md\tcy\tenquiry-finding\r\n"
    );

    REQUIRE(rows);
    REQUIRE(rows->size() == 1);
    CHECK(rows->front().path == "docs/a.md");
    CHECK(rows->front().language == "cy");
    CHECK(rows->front().kind == "enquiry-finding");
    CHECK(rows->front().sha256 == checksum);
    CHECK(rows->front().licence.empty());
}

TEST_CASE("manifest: quotes are ordinary characters", "[cli]") {
    const auto rows = cli::parse_manifest("path\ttitle\tsha256\na.md\t\"Why\" we\t" + checksum);

    REQUIRE(rows);
    CHECK(rows->front().title == "\"Why\" we");
}

TEST_CASE("manifest: a line with a field too many or too few is named", "[cli]") {
    const std::string head = "path\tsha256\na.md\t" + checksum + "\n";

    CHECK(failure_of(head + "b.md\n").find("line 3 has 1 fields") != std::string::npos);
    CHECK(
        failure_of(head + "b.md\t" + checksum + "\tmore\n").find("line 3 has 3 fields") !=
        std::string::npos
    );
}

TEST_CASE("manifest: a missing column is named", "[cli]") {
    CHECK(failure_of("path\ttitle\n").find("'sha256'") != std::string::npos);
    CHECK(failure_of("title\tsha256\n").find("'path'") != std::string::npos);
    CHECK(failure_of("").find("line 1") != std::string::npos);
}

TEST_CASE("manifest: no path leaves the manifest's folder, or goes up to come back", "[cli]") {
    for (const std::string path :
         {"", "/etc/passwd", "../a.md", "b/../../a.md", "b/..//a.md", "b/.."}) {
        CAPTURE(path);
        const std::string said = failure_of("path\tsha256\n" + path + "\t" + checksum);
        CHECK(said.find("line 2") != std::string::npos);
        CHECK(said.find("outside") != std::string::npos);
    }
    CHECK(failure_of("path\tsha256\n..a/b..md\t" + checksum) == "none");
}

TEST_CASE("manifest: a checksum that is none is named before anything is sent", "[cli]") {
    CHECK(failure_of("path\tsha256\na.md\t\n").find("line 2") != std::string::npos);
    CHECK(
        failure_of("path\tsha256\na.md\t" + checksum.substr(1)).find("line 2") != std::string::npos
    );
    CHECK(
        failure_of("path\tsha256\na.md\tz" + checksum.substr(1)).find("line 2") != std::string::npos
    );
}

TEST_CASE("manifest: attribution names creator, source, commit, licence and changes", "[cli]") {
    cli::ManifestRow row;
    row.creator = "Matt Collins";
    row.source_repository = "github.com/a/b";
    row.source_path = "posts/x.md";
    row.source_commit = "65811dd";
    row.licence = "CC-BY-4.0";
    row.changes = "macros removed";

    CHECK(
        cli::attribution_of(row) == "Matt Collins; github.com/a/b/posts/x.md at commit 65811dd; "
                                    "CC-BY-4.0; changes: macros removed"
    );
    CHECK(cli::attribution_of(cli::ManifestRow{}).empty());
}
