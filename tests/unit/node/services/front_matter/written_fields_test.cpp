#include "node/services/front_matter/written_fields.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace services = staffroom::services;
using services::FrontMatterSyntax;

namespace {

services::WrittenFields read(std::string_view block, FrontMatterSyntax syntax) {
    return services::read_written_fields({{}, block, {}, {}, syntax});
}

services::WrittenFields read(std::string_view block) {
    return read(block, FrontMatterSyntax::yaml);
}

/// The values of the first field, joined by "|"; "?" where more was written than is read.
std::string first(const services::WrittenFields& written) {
    if (written.fields.empty())
        return "(no field)";
    std::string out = written.fields.front().is_unread ? "?" : "";
    for (const std::string& value : written.fields.front().values)
        out += (out.empty() || out == "?" ? "" : "|") + value;
    return out;
}

struct Case {
    std::string block;
    std::string value;
};

} // namespace

TEST_CASE("written fields: values as people type them", "[node]") {
    for (const auto& [block, value] : std::vector<Case>{
             // colons
             {"title: Year 9: no difference\n", "Year 9: no difference"},
             {"title: Note to self:\n", "Note to self:"},
             {"title: 10:30: the lesson begins\n", "10:30: the lesson begins"},
             {"title: Why? Because: they asked\nphase: primary\n", "Why? Because: they asked"},
             {"title: https://example.org: a site\n", "https://example.org: a site"},
             {"description: A long one: it goes on\n  in the next line\n",
              "A long one: it goes on in the next line"},
             {"title:No space behind the colon\n", "No space behind the colon"},
             {"title\xEF\xBC\x9AWide colon\n", "Wide colon"},
             // quotes
             {"title: \"Unclosed\nphase: primary\n", "Unclosed"},
             {"title: 'Unclosed too\nphase: primary\n", "Unclosed too"},
             {"title: 'It's done'\n", "It's done"},
             {"title: \"He said \"no\" to me\"\n", "He said \"no\" to me"},
             {"title: \"Reading\": a guide\n", "\"Reading\": a guide"},
             {"title: \"C:\\docs\"\n", "C:\\docs"},
             {"title: \xE2\x80\x9CReading aloud\xE2\x80\x9D\n", "Reading aloud"},
             {"title: \xE2\x80\x9CYear 9: no difference\xE2\x80\x9D\n", "Year 9: no difference"},
             {"title: \xE2\x80\x98It\xE2\x80\x99s done\xE2\x80\x99\n", "It\xE2\x80\x99s done"},
             {"title: \xE2\x80\x9CWhy?\xE2\x80\x9D she asked\n",
              "\xE2\x80\x9CWhy?\xE2\x80\x9D she asked"},
             {"phases: [\xE2\x80\x9Cprimary\xE2\x80\x9D, any]\n", "primary|any"},
             // signs that mean something to YAML
             {"title: [Draft] A lesson\n", "[Draft] A lesson"},
             {"title: *Hamlet* revisited\n", "*Hamlet* revisited"},
             {"title: &Co and more\n", "&Co and more"},
             {"title: !important notice\n", "!important notice"},
             {"title: @school\n", "@school"},
             {"title: 100% of them\n", "100% of them"},
             {"title: % of them\n", "% of them"},
             {"title: `code` here\n", "`code` here"},
             {"title: - a dash\n", "- a dash"},
             {"title: > 5 pupils\n", "> 5 pupils"},
             {"title: Grid #3 and #4\n", "Grid #3 and #4"},
             {"title: C# for all\n", "C# for all"},
             {"title: Reading # a remark\n", "Reading"},
             {"title: {curly\n", "{curly"}}) {
        INFO(block);
        CHECK(first(read(block)) == value);
    }
}

TEST_CASE("written fields: tabs, invisible signs, lists, blocks and line ends", "[node]") {
    for (const auto& [block, value] : std::vector<Case>{
             // tabs and spaces
             {"title:\tAfter a tab\n", "After a tab"},
             {"phases:\n\t- primary\n\t- any\n", "primary|any"},
             {"title:\xC2\xA0No-break\n", "No-break"},
             {"title:   \xE2\x80\x8BHidden\xE2\x80\x8B  \n", "Hidden"},
             {"  title: Indented\n  phase: any\n", "Indented"},
             // words that YAML's programs take for something else
             {"title: yes\n", "yes"},
             {"title: No\n", "No"},
             {"title: null\n", "null"},
             {"title: 007\n", "007"},
             {"title: 1.10\n", "1.10"},
             {"date: 2024-05-03\n", "2024-05-03"},
             // lists and blocks
             {"authors:\n- Ann: head\n- Bo\n", "Ann: head|Bo"},
             {"phases: primary, any\n", "primary, any"},
             {"title: |\n  Two\n  lines\n", "Two\nlines"},
             {"title: >-\n  Folded\n  words\n", "Folded words"},
             // line ends
             {"title: Year 9: no difference\r\nphase: any\r\n", "Year 9: no difference"},
             {"title: A\rphase: any\r", "A"}}) {
        INFO(block);
        CHECK(first(read(block)) == value);
    }
}

TEST_CASE("written fields: values inside values give their names, or are named", "[node]") {
    for (const auto& [block, value] : std::vector<Case>{
             {"author: {name: Ann Lee, email: a@example.org}\n", "Ann Lee"},
             {"author:\n  name: Ann Lee\n  url: https://example.org\n", "Ann Lee"},
             {"authors:\n  - name: Ann Lee\n    title: Head of music\n  - name: Bo\n",
              "Ann Lee|Bo"},
             {"author:\n  - name:\n      given: Ann\n      family: Lee\n", "Ann Lee"},
             {"authors:\n  - family-names: Lee\n    given-names: Ann\n", "Ann Lee"},
             {"author:\n  - name: {literal: The Music Staff}\n", "The Music Staff"},
             {"authors: [ann, {name: Bo}]\n", "ann|Bo"},
             {"title:\n  - type: main\n    text: The title\n", "The title"},
             {"menu: {main: {weight: 3}}\n", "?"},
             {"menu:\n  main:\n    parent: docs\n", "?"},
             {"menu: []\n", ""},
             {"format:\n  html:\n    toc: true\n", "?"},
             {"resources:\n- src: a.png\n- src: b.png\n", "?"},
             {"a: [b, [c]]\n", "?b"},
             {"a: *x\n", "*x"},
             {"a: !!str 7\n", "7"},
             {"date: !!timestamp 2024-05-03\n", "2024-05-03"},
             {"x: &here Words\n", "&here Words"},
             {"a: {b: [c, {d: [e]}]}\n", "?"},
             {"[a, b]: c\ntitle: A\n", "A"}}) {
        INFO(block);
        CHECK(first(read(block)) == value);
    }
}

TEST_CASE("written fields: TOML and JSON say the same", "[node]") {
    const auto toml = read(
        "# a remark\ntitle = \"Year 9: no difference\"\ndate = 2024-05-03T10:00:00+01:00\n"
        "day = 2024-05-03\ndraft = true\nweight = 3\nshare = 0.5\ntags = [\"a\", \"b\"]\n"
        "[author]\nname = \"Ann Lee\"\n[menu.main]\nweight = 3\n",
        FrontMatterSyntax::toml
    );
    const auto value = [](const services::WrittenFields& written, std::string_view key) {
        const auto found = std::ranges::find(written.fields, key, &services::FrontMatterField::key);
        if (found == written.fields.end())
            return std::string("(none)");
        return found->is_unread        ? std::string("?")
               : found->values.empty() ? std::string()
                                       : found->values.front();
    };
    CHECK(value(toml, "title") == "Year 9: no difference");
    CHECK(value(toml, "date") == "2024-05-03T10:00:00+01:00");
    CHECK(value(toml, "day") == "2024-05-03");
    CHECK(value(toml, "draft") == "true");
    CHECK(value(toml, "weight") == "3");
    CHECK(value(toml, "share") == "0.5");
    CHECK(value(toml, "tags") == "a");
    CHECK(value(toml, "author") == "Ann Lee");
    CHECK(value(toml, "menu") == "?");
    CHECK(toml.notes.empty());

    const auto json = read(
        "  \"title\": \"Year 9: no difference\",\n  \"tags\": [\"a\"],\n  \"author\": {\"name\": "
        "\"Ann Lee\"}\n",
        FrontMatterSyntax::json
    );
    CHECK(value(json, "title") == "Year 9: no difference");
    CHECK(value(json, "author") == "Ann Lee");

    // What TOML does not allow is read line by line.
    const auto loose = read(
        "title = Year 9: no difference\ndraft = true\n[menu.main]\nweight = oops\n",
        FrontMatterSyntax::toml
    );
    CHECK(value(loose, "title") == "Year 9: no difference");
    CHECK(value(loose, "draft") == "true");
    CHECK(read("= \"a\n", FrontMatterSyntax::toml).fields.empty());
    CHECK_THAT(read("\"a\": [\n", FrontMatterSyntax::json).notes.at(0), Catch::Contains("JSON"));
}

TEST_CASE("written fields: what cannot be read costs only itself, and is named", "[node]") {
    struct Broken {
        std::string block;
        std::size_t fields;
        std::string note;
    };
    for (const auto& [block, fields, note] : std::vector<Broken>{
             {"a: b\ntitle: \"Unclosed\nphase: any\n", 3, "Line 3 of the front matter: the quote"},
             {"a: b\nwords without a name\nc: d\n",
              2,
              "Line 3 of the front matter is not of the form"},
             {"title: One\ntitle: Two\n", 1, "Line 3 gives \"title\" a second time; the first"},
             {"title: One\nTitle: Two\n", 1, "Line 3 gives \"Title\" a second time"},
             {"title: One\ntitle: One\n", 1, ""},
             {"title:\ntitle: Two\n", 1, ""},
             {"a: b: c\nd:\n  - e: [\n  f: g\n", 2, "Line 3 of the front matter cannot be read"},
             {"a: b\n...\nc: d\n", 2, "Line 3 of the front matter is not of the form"}}) {
        INFO(block);
        const auto written = read(block);
        CHECK(written.fields.size() == fields);
        if (note.empty())
            CHECK(written.notes.empty());
        else
            CHECK_THAT(written.notes.at(0), Catch::StartsWith(note));
    }
    CHECK(first(read("title:\ntitle: Two\n")) == "Two");
    CHECK(first(read("title: One\ntitle: Two\n")) == "One");
}

TEST_CASE("written fields: hostile blocks stay small", "[node]") {
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += "k" + std::to_string(i) + ": v\n";
    CHECK(read(many).fields.size() == 200);
    CHECK(read(many).notes.size() == 1);
    std::string list = "authors: [x";
    for (int i = 0; i < 500; ++i)
        list += ", x";
    CHECK(read(list + "]\n").fields.at(0).values.size() == 100);
    std::string laughs = "a: &a [x, x]\n";
    for (char c = 'b'; c < 'k'; ++c)
        laughs += std::string(1, c) + ": &" + c + " [*" + static_cast<char>(c - 1) + ", *" +
                  static_cast<char>(c - 1) + "]\n";
    CHECK(read(laughs).fields.size() == 10);
    CHECK(read("a: " + std::string(16'000, '[') + "\n").fields.size() == 1);
    CHECK(read("a: " + std::string(16'000, '{') + "\n").fields.size() == 1);
    CHECK(read("a = " + std::string(16'000, '['), FrontMatterSyntax::toml).fields.size() == 1);
    std::string garbage;
    for (int i = 0; i < 2000; ++i)
        garbage += "words\n";
    CHECK(read(garbage).notes.size() < 10);
}
