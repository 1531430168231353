#include "cli/files/safe_name.hpp"

#include <catch2/catch.hpp>

using staffroom::cli::safe_name;

TEST_CASE("safe name: no part of a path and nothing special is left", "[cli]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"picture.png", "picture.png"},
        {"img/picture.png", "picture.png"},
        {"../../etc/passwd", "passwd"},
        {"..\\..\\boot.ini", "boot.ini"},
        {"/", "file"},
        {"", "file"},
        {"..", "file"},
        {".bashrc", "bashrc"},
        {"-rf", "rf"},
        {"a\nb\x1b[2J.png", "a_b__2J.png"},
        {"a b;c|d.pdf", "a_b_c_d.pdf"},
        {"CON.txt", "file-CON.txt"},
        {"com1.pdf", "file-com1.pdf"},
        {"end.", "end"},
        {"漢字.png", "漢字.png"},
        {"Scha\xcc\x88rfe.png", "Sch\xc3\xa4rfe.png"}, // one letter, two spellings: one name
        {"μάθημα 1.pdf", "μάθημα_1.pdf"},
        {"درس.pdf", "درس.pdf"},
        {"ภาพ.png", "ภาพ.png"},
        {"a\xe2\x80\xaegnp.exe", "agnp.exe"}, // no character turns the line round
        {"z\xe2\x80\x8b.png", "z.png"},
        {"a\xff.png", "a_.png"},
        {"😀.png", "😀.png"},
        {"Plan #3 (new).png", "Plan_#3_(new).png"},
        {"„Wald“ – 1.png", "„Wald“_–_1.png"},
        {"a:b?<c>.png", "a_b__c_.png"},
    };
    for (const auto& [name, expected] : cases) {
        std::set<std::string> taken;
        CHECK(safe_name(name, taken) == expected);
    }
}

TEST_CASE("safe name: two files of one name get two names, also in other letter case", "[cli]") {
    std::set<std::string> taken;
    CHECK(safe_name("a/x.png", taken) == "x.png");
    CHECK(safe_name("b/X.png", taken) == "X-2.png");
    CHECK(safe_name("c/x.png", taken) == "x-3.png");
    CHECK(safe_name("É.png", taken) == "É.png");
    CHECK(safe_name("e\xcc\x81.png", taken) == "é-2.png");
}

TEST_CASE("safe name: a long name stays a name of any file system", "[cli]") {
    std::set<std::string> taken;
    const std::string made = safe_name(std::string(5000, 'a') + ".pdf", taken);
    CHECK(made.size() <= 120);
    CHECK(made.ends_with(".pdf"));
    std::string wide;
    for (int i = 0; i < 200; ++i)
        wide += "漢";
    const std::string cut = safe_name(wide + ".png", taken);
    CHECK(cut.size() <= 120);
    CHECK(cut.ends_with("漢.png"));
    CHECK(safe_name("x." + std::string(5000, 'b'), taken).size() <= 120);
}
