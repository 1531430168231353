#include "cli/manifest.hpp"
#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>

namespace cli = staffroom::cli;

namespace {

const std::string checksum(64, 'a');

std::string failure_of(const std::string& text) {
    const auto rows = cli::parse_manifest(text);
    return rows ? "none" : rows.failure().sentence;
}

struct Folder : staffroom::tests::TempFolder {
    Folder()
        : TempFolder("manifest") {
        std::filesystem::create_directories(path());
    }
};

std::vector<std::string> paths(const cli::Outcome<std::vector<cli::ImportItem>>& items) {
    std::vector<std::string> out;
    for (const auto& item : *items)
        out.push_back(item.path);
    return out;
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

TEST_CASE("manifest: the origin is repository and path, else the path in the folder", "[cli]") {
    cli::ManifestRow row;
    row.source_repository = "github.com/a/b";
    row.source_path = "posts/x.md";

    CHECK(cli::origin_of({"documents/x.md", "x", "", row}) == "github.com/a/b/posts/x.md");
    CHECK(cli::origin_of({"documents/x.md", "x", "", std::nullopt}) == "documents/x.md");
    row.source_path.clear();
    CHECK(cli::origin_of({"documents/x.md", "x", "", row}) == "documents/x.md");
}

TEST_CASE(
    "import: a folder gives its Markdown files at any depth, sorted, and nothing else", "[cli]"
) {
    const Folder folder;
    folder.write("b.md", "b");
    folder.write("sub/a.md", "a");
    folder.write("picture.png", "p");
    folder.write("a.md", "a");

    CHECK(
        paths(cli::find_documents(folder.path(), {})) ==
        std::vector<std::string>{"a.md", "b.md", "sub/a.md"}
    );
    CHECK(
        paths(cli::find_documents(folder.path(), {"*/a.md", {}})) ==
        std::vector<std::string>{"sub/a.md"}
    );
    CHECK(
        paths(cli::find_documents(folder.path(), {"*a.md", 1})) == std::vector<std::string>{"a.md"}
    );
}

TEST_CASE("import: a manifest gives its documents in its own order, beside it", "[cli]") {
    const Folder folder;
    folder.write("manifest.tsv", "path\tsha256\nz.md\t" + checksum + "\na.md\t" + checksum + "\n");

    const auto items = cli::find_documents(folder.path() / "manifest.tsv", {});

    CHECK(paths(items) == std::vector<std::string>{"z.md", "a.md"});
    CHECK(items->front().file == folder.path() / "z.md");
}

TEST_CASE("import: a path where nothing is gives a sentence that names it", "[cli]") {
    const auto items = cli::find_documents("/nowhere/manifest.tsv", {});

    REQUIRE_FALSE(items);
    CHECK(items.failure().sentence.find("/nowhere/manifest.tsv") != std::string::npos);
}
