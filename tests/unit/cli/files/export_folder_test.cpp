#include "cli/files/export_folder.hpp"
#include "tests/support/records/corpus.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>

namespace cli = staffroom::cli;
namespace fs = std::filesystem;

namespace {

std::string stem(std::string_view title) {
    const std::string whole = cli::file_stem(title, "x", "y");
    CHECK(whole.substr(whole.size() - 7, 1) == "-");
    return whole.substr(0, whole.size() - 7);
}

} // namespace

TEST_CASE("export folder: a name is words of the title and a hash of origin and text", "[cli]") {
    CHECK(stem("Exit slips, sorted at the door!") == "exit-slips-sorted-at-the-door");
    CHECK(cli::file_stem("A", "x", "y") == cli::file_stem("A", "x", "y"));
    CHECK(cli::file_stem("A", "x", "y") != cli::file_stem("A", "xy", ""));
    CHECK(cli::file_stem("A", "x", "y") != cli::file_stem("A", "x", "z"));
}

TEST_CASE("export folder: no title makes a name that is unsafe anywhere", "[cli]") {
    CHECK(stem("../../etc/passwd") == "etc-passwd");
    CHECK(stem("-rf /") == "rf");
    CHECK(stem("C:\\x|y?*<>\"") == "c-x-y");
    CHECK(stem("") == "record");
    CHECK(stem("\xE2\x80\xAE...\xE2\x80\x8F") == "record");
    CHECK(stem("\xFF\xFE bytes") == "bytes");
    CHECK(
        stem("\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7 2") ==
        "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7-2"
    );
    CHECK(stem("\xC3\x89t\xC3\xA9") == "\xC3\xA9t\xC3\xA9");
    CHECK(stem(std::string(500, 'a')).size() == 120);
    std::string wide;
    for (int i = 0; i < 200; ++i)
        wide += "\xE4\xB8\xAD";
    CHECK(stem(wide).size() == 120);
    CHECK(stem("CON") == "con"); // the hash behind it makes it no reserved name
}

TEST_CASE("export folder: nothing that differs is replaced unasked, nothing leads out", "[cli]") {
    const staffroom::tests::TempFolder temp("export");
    const fs::path folder = temp.path() / "out";
    cli::ExportFolder out(folder, false, false);

    CHECK(*out.write("a.md", "one") == cli::Written::now);
    CHECK(*out.write("a.md", "one") == cli::Written::unchanged);
    CHECK(*out.write("a.md", "two") == cli::Written::kept);
    CHECK(*out.write("img/b.png", "three") == cli::Written::now);
    for (const char* wrong : {"../x", "/x", "", "a/../../x", "a/"})
        CHECK(!out.write(wrong, "x"));

    CHECK(staffroom::tests::read_whole_file(folder / "a.md") == "one");
    CHECK(out.written() == 2);
    cli::ExportFolder replacing(folder, true, false);
    CHECK(*replacing.write("a.md", "two") == cli::Written::now);
    CHECK(staffroom::tests::read_whole_file(folder / "a.md") == "two");
    cli::ExportFolder dry(folder, true, true);
    CHECK(*dry.write("a.md", "three") == cli::Written::now);
    CHECK(staffroom::tests::read_whole_file(folder / "a.md") == "two");
}

TEST_CASE("export folder: a link is replaced, never followed", "[cli]") {
    const staffroom::tests::TempFolder temp("export-link");
    const fs::path outside = temp.path() / "outside";
    temp.write("outside", "mine");
    fs::create_directory(temp.path() / "out");
    fs::create_symlink(outside, temp.path() / "out" / "a.md");

    cli::ExportFolder kept(temp.path() / "out", false, false);
    cli::ExportFolder forced(temp.path() / "out", true, false);

    CHECK(*kept.write("a.md", "theirs") == cli::Written::kept);
    CHECK(*forced.write("a.md", "theirs") == cli::Written::now);
    CHECK(staffroom::tests::read_whole_file(outside) == "mine");
}

TEST_CASE("export folder: no planted link, folder or part takes what is written", "[cli]") {
    const staffroom::tests::TempFolder temp("export-planted");
    const fs::path out = temp.path() / "out";
    temp.write("outside", "mine");
    fs::create_directories(temp.path() / "elsewhere");
    fs::create_directories(out);
    fs::create_symlink(temp.path() / "outside", out / "a.md.part");
    fs::create_directory_symlink(temp.path() / "elsewhere", out / "files");

    cli::ExportFolder folder(out, true, false);

    CHECK(*folder.write("a.md", "one") == cli::Written::now);
    CHECK_FALSE(folder.write("files/x.png", "two"));
    CHECK(staffroom::tests::read_whole_file(temp.path() / "outside") == "mine");
    CHECK(staffroom::tests::read_whole_file(out / "a.md") == "one");
    CHECK(fs::is_empty(temp.path() / "elsewhere"));
    for (const auto& entry : fs::directory_iterator(out))
        CHECK((entry.path().filename() == "a.md.part" || entry.path().extension() != ".part"));
}
