#include "cli/files/import_items.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace cli = staffroom::cli;

namespace {

const std::string checksum(64, 'a');

struct Folder : staffroom::tests::TempFolder {
    Folder()
        : TempFolder("import") {
        std::filesystem::create_directories(path());
    }
};

std::vector<std::string> paths(const cli::Outcome<cli::ImportSource>& source) {
    std::vector<std::string> out;
    for (const auto& item : source->items)
        out.push_back(item.path);
    return out;
}

/// "path!" for what needs a look.
std::vector<std::string> passed_over(const cli::Outcome<cli::ImportSource>& source) {
    std::vector<std::string> out;
    for (const auto& each : source->passed_over)
        out.push_back(each.path + (each.needs_a_look ? "!" : ""));
    return out;
}

using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("import: the origin is repository and path; all others have the node's", "[cli]") {
    cli::ManifestRow row;
    row.source_repository = "github.com/a/b";
    row.source_path = "posts/x.md";

    CHECK(cli::origin_of({"documents/x.md", row}) == "github.com/a/b/posts/x.md");
    CHECK(cli::origin_of({"documents/x.md", std::nullopt}).empty());
    row.source_path.clear();
    CHECK(cli::origin_of({"documents/x.md", row}).empty());
}

TEST_CASE("import: a folder gives its Markdown under every ending, at any depth, sorted", "[cli]") {
    const Folder folder;
    for (const char* name :
         {"b.md",
          "sub/a.md",
          "a.md",
          "C.MD",
          "d.markdown",
          "e.mdx",
          "f.qmd",
          "g.Rmd",
          "h.mdown",
          "i.Markdown",
          "sub/deep/er/x.mkd"})
        folder.write(name, "text");

    CHECK(
        paths(cli::find_documents(folder.path(), {})) ==
        Paths{
            "C.MD",
            "a.md",
            "b.md",
            "d.markdown",
            "e.mdx",
            "f.qmd",
            "g.Rmd",
            "h.mdown",
            "i.Markdown",
            "sub/a.md",
            "sub/deep/er/x.mkd"}
    );
    CHECK(paths(cli::find_documents(folder.path(), {"*/a.md", {}})) == Paths{"sub/a.md"});
    CHECK(paths(cli::find_documents(folder.path(), {"*a.md", 1})) == Paths{"a.md"});
}

TEST_CASE("import: what is not read is named, and a person's eye asked for where it may matter") {
    const Folder folder;
    for (const char* name :
         {"a.md",
          ".trash/deleted.md",
          ".obsidian/app.json",
          ".git/x.md",
          ".hidden.md",
          "node_modules/x/README.md",
          "lesson.docx",
          "lesson.odt",
          "notes.txt",
          "robots.txt",
          "page.html",
          "book.rst",
          "nb.ipynb",
          "img/x.png",
          "school/keys",
          "school/x.md"})
        folder.write(name, "text");
    std::filesystem::create_symlink("/etc/passwd", folder.path() / "link.md");
    std::filesystem::create_directory_symlink("/etc", folder.path() / "etc");
    REQUIRE(::mkfifo((folder.path() / "pipe.md").c_str(), 0600) == 0);

    const auto source = cli::find_documents(folder.path(), {});

    CHECK(paths(source) == Paths{"a.md"});
    CHECK(
        passed_over(source) ==
        Paths{
            ".git/",
            ".hidden.md",
            ".obsidian/",
            ".trash/",
            "book.rst!",
            "etc!",
            "img/x.png",
            "lesson.docx!",
            "lesson.odt!",
            "link.md!",
            "nb.ipynb!",
            "node_modules/",
            "notes.txt!",
            "page.html!",
            "pipe.md!",
            "robots.txt",
            "school/!"}
    );
}

TEST_CASE("import: a node's data folder is not read, nor a folder inside it", "[cli]") {
    const Folder folder;
    folder.write("school/keys", "secret");
    folder.write("school/identity", "school");
    folder.write("school/notes/x.md", "text");

    for (const char* name : {"school", "school/notes", "school/notes/x.md"}) {
        const auto source = cli::find_documents(folder.path() / name, {});
        REQUIRE_FALSE(source);
        CHECK_THAT(source.failure().sentence, Catch::Contains("data folder of a node"));
    }
}

TEST_CASE("import: a closed folder is named and stops nothing", "[cli]") {
    if (::geteuid() == 0)
        return; // nothing is closed to root
    const Folder folder;
    folder.write("a.md", "a");
    folder.write("closed/b.md", "b");
    std::filesystem::permissions(folder.path() / "closed", std::filesystem::perms::none);

    const auto source = cli::find_documents(folder.path(), {});
    std::filesystem::permissions(folder.path() / "closed", std::filesystem::perms::owner_all);

    CHECK(paths(source) == Paths{"a.md"});
    CHECK(passed_over(source) == Paths{"closed/!"});
}

TEST_CASE("import: one Markdown file gives itself, also through a link; others say what they are") {
    const Folder folder;
    folder.write("x/a.md", "a");
    folder.write("b.docx", "b");
    folder.write("c.png", "c");
    std::filesystem::create_symlink(folder.path() / "x/a.md", folder.path() / "link.md");

    CHECK(paths(cli::find_documents(folder.path() / "x/a.md", {})) == Paths{"a.md"});
    CHECK(
        cli::find_documents(folder.path() / "link.md", {})->folder.place().filename() ==
        std::filesystem::path("x")
    );
    const auto word = cli::find_documents(folder.path() / "b.docx", {});
    REQUIRE_FALSE(word);
    CHECK_THAT(word.failure().sentence, Catch::Contains("a Word document"));
    CHECK_FALSE(cli::find_documents(folder.path() / "c.png", {}));
}

TEST_CASE("import: a manifest gives its documents in its own order, beside it", "[cli]") {
    const Folder folder;
    folder.write("manifest.tsv", "path\tsha256\nz.md\t" + checksum + "\na.md\t" + checksum + "\n");

    const auto items = cli::find_documents(folder.path() / "manifest.tsv", {});

    CHECK(paths(items) == Paths{"z.md", "a.md"});
    CHECK(items->folder.place() == std::filesystem::canonical(folder.path()));
}

TEST_CASE("import: a path where nothing is gives a sentence that names it", "[cli]") {
    const auto items = cli::find_documents("/nowhere/manifest.tsv", {});

    REQUIRE_FALSE(items);
    CHECK(items.failure().sentence.find("/nowhere/manifest.tsv") != std::string::npos);
}
