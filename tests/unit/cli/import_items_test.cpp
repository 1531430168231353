#include "cli/import_items.hpp"
#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

namespace cli = staffroom::cli;

namespace {

const std::string checksum(64, 'a');

struct Folder : staffroom::tests::TempFolder {
    Folder()
        : TempFolder("import") {
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

TEST_CASE("import: the origin is repository and path, else the path in the folder", "[cli]") {
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
