#include "node/services/front_matter/front_matter.hpp"
#include "protocol/base/limits.hpp"
#include "tests/support/records/corpus.hpp"

#include <catch2/catch.hpp>

namespace services = staffroom::services;
using staffroom::Errc;

namespace {

std::string joined(const services::SplitFile& split) {
    std::string file(split.opening);
    file += split.front_matter;
    file += split.closing;
    file += split.text;
    return file;
}

std::string why_refused(std::string_view yaml) {
    const auto parsed = services::parse_front_matter(yaml);
    if (parsed)
        return "";
    CHECK(parsed.error().code == Errc::invalid_input);
    return parsed.error().detail;
}

} // namespace

TEST_CASE("front matter: the text is what follows the closing line, bytes kept", "[node]") {
    const auto split = services::split_front_matter("---\r\ntitle: A\r\n---\r\n\r\nText\r\n");

    CHECK(split.front_matter == "title: A\r\n");
    CHECK(split.text == "\r\nText\r\n");
}

TEST_CASE("front matter: a file without a closed block is all text", "[node]") {
    for (const std::string file :
         {"",
          "---",
          "---\n",
          "---\ntitle: A\n",
          "# A\n---\nb\n---\n",
          " ---\na: b\n---\n",
          "----\na\n---\n",
          "+++\ntitle = \"A\"\n",
          "{\n\"title\": \"A\"\n"}) {
        INFO(file);
        const auto split = services::split_front_matter(file);
        CHECK(split.text == file);
        CHECK(split.opening.empty());
    }
}

TEST_CASE("front matter: rules around words are text, and nothing of it is lost", "[node]") {
    for (const std::string file :
         {"---\n\nWe met on Tuesday.\n\n---\n\nThen we went on.\n",
          "---\nWe met on Tuesday.\n---\n\nThen we went on.\n",
          "---\n\n# A heading\n\n---\n",
          "---\n# A heading\n---\nText\n",
          "---\n\nNote: bring scissors.\n\n---\n",
          "---\n\nDate: we met on Tuesday.\n\nThere was snow.\n\n---\n",
          "---\nDear all, please note: there is no school.\n---\n",
          "---\n\n- one\n- two\n\n---\n",
          "---\n\n---\nText\n",
          "---\n\xC2\xA0\n---\nText\n",
          "---\n> What: a quote\n---\n",
          "---\n**Bold: words**\n---\n",
          "---\n[A link: here](a.md)\n---\n",
          "---\n| a: b |\n---\n",
          "***\ntitle: A\n***\n",
          "+++\nno sign of a value\n+++\n",
          "{\n\"only\": \"data\"\n}\n",
          "---\n...\nwords: here\n"}) {
        INFO(file);
        const auto split = services::split_front_matter(file);
        // An empty block is the exception: nothing stands in it.
        if (!split.opening.empty())
            CHECK(split.front_matter.empty());
        CHECK(joined(split) == file);
        if (split.opening.empty())
            CHECK(split.text == file);
    }
}

TEST_CASE("front matter: blocks of other programs are found", "[node]") {
    using services::FrontMatterSyntax;
    struct Case {
        std::string file;
        FrontMatterSyntax syntax;
        std::string block;
        std::string text;
    };
    for (const Case& each : std::vector<Case>{
             {"+++\ntitle = \"A\"\n+++\nText\n",
              FrontMatterSyntax::toml,
              "title = \"A\"\n",
              "Text\n"},
             {"---\ntitle: A\n...\nText\n", FrontMatterSyntax::yaml, "title: A\n", "Text\n"},
             {"\n\n---\ntitle: A\n---\nText\n", FrontMatterSyntax::yaml, "title: A\n", "Text\n"},
             {"---\n\ntitle: A\ntags: [b]\n\n---\nText\n",
              FrontMatterSyntax::yaml,
              "\ntitle: A\ntags: [b]\n\n",
              "Text\n"},
             {"{\n  \"title\": \"A\"\n}\nText\n",
              FrontMatterSyntax::json,
              "  \"title\": \"A\"\n",
              "Text\n"},
             {"---\r\ntitle: A\r\n...\r\nText\r\n",
              FrontMatterSyntax::yaml,
              "title: A\r\n",
              "Text\r\n"},
             {"---\rtitle: A\r---\rText\r", FrontMatterSyntax::yaml, "title: A\r", "Text\r"},
             {"---\n# a remark\ntitle: A\n---\nText\n",
              FrontMatterSyntax::yaml,
              "# a remark\ntitle: A\n",
              "Text\n"},
             {"---\ndate created: today\ntags:\n- a\n---\nText\n",
              FrontMatterSyntax::yaml,
              "date created: today\ntags:\n- a\n",
              "Text\n"},
             {"---\n  title: A\n  weight: 3\n---\nText\n",
              FrontMatterSyntax::yaml,
              "  title: A\n  weight: 3\n",
              "Text\n"},
             {"---\n\"title\": A\n---\nText\n",
              FrontMatterSyntax::yaml,
              "\"title\": A\n",
              "Text\n"},
             {"---\n{title: A}\n---\nText\n", FrontMatterSyntax::yaml, "{title: A}\n", "Text\n"}}) {
        INFO(each.file);
        const auto split = services::split_front_matter(each.file);
        CHECK(split.syntax == each.syntax);
        CHECK(split.front_matter == each.block);
        CHECK(split.text == each.text);
        CHECK(joined(split) == each.file);
    }
}

TEST_CASE("front matter: a block that begins and never ends is noticed", "[node]") {
    CHECK(services::has_unclosed_front_matter("---\ntitle: A\nkind: call\n\nText\n"));
    CHECK(services::has_unclosed_front_matter("+++\ntitle = \"A\"\n\nText\n"));
    CHECK_FALSE(services::has_unclosed_front_matter("---\n\nA rule and a paragraph.\n"));
    CHECK_FALSE(services::has_unclosed_front_matter("---\ntitle: A\n---\nText\n"));
    CHECK_FALSE(services::has_unclosed_front_matter("Text\n"));
}

TEST_CASE("front matter: every split joins to the file again", "[node]") {
    for (const std::string file :
         {"---\n---\n",
          "---\n---",
          "---\na: b\n---",
          "\xEF\xBB\xBF---\na: b\n---\ntext",
          "--- \na: b\n---\t\n\n---\n"}) {
        const auto split = services::split_front_matter(file);
        CHECK(joined(split) == file);
        CHECK(!split.opening.empty());
    }
}

TEST_CASE("front matter: scalars and flat lists are read in order", "[node]") {
    const auto fields = services::parse_front_matter(
        "title: \"A: b\"\nphases: [primary, any]\nempty:\nfocus:\n  - a\n"
    );

    REQUIRE(fields.has_value());
    REQUIRE(fields->size() == 4);
    CHECK((*fields)[0].values == std::vector<std::string>{"A: b"});
    CHECK((*fields)[1].values == std::vector<std::string>{"primary", "any"});
    CHECK((*fields)[1].is_list);
    CHECK((*fields)[2].values.empty());
    CHECK((*fields)[3].line == 5);
    CHECK(services::parse_front_matter("")->empty());
    CHECK(services::parse_front_matter("# a remark\n")->empty());
}

TEST_CASE("front matter: what is more than names and values is refused by its line", "[node]") {
    CHECK_THAT(why_refused("a: b\nc: &x d\n"), Catch::StartsWith("Line 3 "));
    CHECK_THAT(why_refused("a: !!str b\n"), Catch::Contains("tag"));
    CHECK_THAT(why_refused("a: {b: c}\n"), Catch::Contains("nests"));
    CHECK_THAT(why_refused("a: [b, [c]]\n"), Catch::Contains("nests"));
    CHECK_THAT(why_refused("a: b\na: c\n"), Catch::Contains("second time"));
    CHECK_THAT(why_refused("- a\n"), Catch::Contains("name: value"));
    CHECK_THAT(why_refused("words\n"), Catch::Contains("name: value"));
    CHECK_THAT(why_refused("a: \"b\n"), Catch::Contains("YAML"));
    // An unclosed quote is where it begins, not where the block ends.
    CHECK_THAT(why_refused("c: d\na: \"b\ne: f\n"), Catch::StartsWith("Line 3 "));
    CHECK_THAT(why_refused("a: *x\n"), !Catch::Equals(""));
    CHECK_THAT(why_refused("[a]: b\n"), Catch::Contains("nests"));
    CHECK_THAT(why_refused("a: b\n...\n---\nc: d\n"), Catch::Contains("second document"));
}

TEST_CASE("front matter: 16 KiB are read, one byte more is not", "[node]") {
    std::string yaml = "a: ";
    yaml.append(staffroom::limits::front_matter_bytes_max - yaml.size(), 'x');

    CHECK(services::parse_front_matter(yaml).has_value());
    yaml += 'x';
    CHECK(services::parse_front_matter(yaml).error().code == Errc::too_large);
}

TEST_CASE(
    "front matter: every document of the corpus splits, joins and has a title", "[node][corpus]"
) {
    const auto documents = staffroom::tests::corpus_documents();
    REQUIRE_FALSE(documents.empty());

    std::size_t count = 0;
    for (const auto& path : documents) {
        const std::string file = staffroom::tests::read_whole_file(path);
        const auto split = services::split_front_matter(file);
        INFO(path.string());
        CHECK(joined(split) == file);
        const auto fields = services::parse_front_matter(split.front_matter);
        REQUIRE(fields.has_value());
        REQUIRE(!fields->empty());
        CHECK(fields->front().key == "title");
        ++count;
    }
    CHECK(count == 529);
}

TEST_CASE(
    "front matter: other bounds hold where they are given, lines count from theirs", "[node]"
) {
    const services::FrontMatterBounds narrow{20, 2, 7};

    CHECK(services::parse_front_matter("a: [x, y]\n", narrow).has_value());
    CHECK_THAT(
        services::parse_front_matter("a: [x, y, z]\n", narrow).error().detail,
        Catch::Contains("Line 8") && Catch::Contains("more than 2 values")
    );
    CHECK(
        services::parse_front_matter("a: 123456789012345678\n", narrow).error().code ==
        staffroom::Errc::too_large
    );
}
