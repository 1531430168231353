#include "node/services/front_matter/front_matter.hpp"
#include "node/services/markdown/file_references.hpp"
#include "node/services/markdown/sections.hpp"
#include "tests/support/records/corpus.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::FieldCode;
using records::RecordKind;

namespace {

services::TextShape shape_of(std::string_view text) {
    auto shape = services::read_shape(text, RecordKind::practice_write_up);
    REQUIRE(shape.has_value());
    return std::move(*shape);
}

std::string_view content(std::string_view text, const records::Section& section) {
    return text.substr(section.begin, section.end - section.begin);
}

} // namespace

TEST_CASE("sections: known headings carry their code, others carry 0", "[node]") {
    const std::string_view text =
        "# Title\n\nFirst *words*\nhere.\n\n## Why?\nA\n## Other\nB\n## What we do\nC";

    const auto shape = shape_of(text);

    REQUIRE(shape.sections.size() == 4);
    CHECK(shape.first_heading == "Title");
    CHECK(shape.first_paragraph == "First words here.");
    CHECK(shape.sections[0].code == 0);
    CHECK(content(text, shape.sections[0]).size() == text.size() - 8);
    CHECK(shape.sections[1].code == static_cast<std::uint32_t>(FieldCode::why));
    CHECK(content(text, shape.sections[1]) == "A\n");
    CHECK(content(text, shape.sections[2]) == "B\n");
    CHECK(content(text, shape.sections[3]) == "C");
    CHECK(text.substr(shape.sections[3].heading_begin).starts_with("## What"));
}

TEST_CASE("sections: offsets count the bytes of CR LF and of underlined headings", "[node]") {
    const std::string_view text = "caf\xC3\xA9\r\n\r\nWhy\r\n---\r\nA\r\n\r\n# Materials\r\nB\r\n";

    const auto shape = shape_of(text);

    REQUIRE(shape.sections.size() == 2);
    CHECK(text.substr(shape.sections[0].heading_begin, 3) == "Why");
    CHECK(content(text, shape.sections[0]) == "A\r\n\r\n");
    CHECK(content(text, shape.sections[1]) == "B\r\n");
}

TEST_CASE("sections: a heading in a quote, a list or a code block is none", "[node]") {
    CHECK(shape_of("> # Why\n\n- # Why\n\n```\n# Why\n```\n").sections.empty());
    CHECK(shape_of("").sections.empty());
    CHECK(shape_of("# Why").sections.empty());
    CHECK(shape_of("# Why\nA").sections.at(0).begin == 6);
}

TEST_CASE("sections: a heading with nothing but comments below it is no section", "[node]") {
    const std::string_view text =
        "## Why\n\n<!-- What for? -->\n\n<!-- a\nb --> <!-- c -->\n"
        "## Kept\n<!-- d --> words\n## Materials\n### Glue\n\n## Tailoring\n"
        "### Small\n<!-- e -->\nA lot\n## What we do\n<!-- never closed\n";

    const auto shape = shape_of(text);

    REQUIRE(shape.sections.size() == 4);
    CHECK(text.substr(shape.sections[0].heading_begin).starts_with("## Kept"));
    CHECK(shape.sections[1].code == static_cast<std::uint32_t>(FieldCode::tailoring));
    CHECK(text.substr(shape.sections[2].heading_begin).starts_with("### Small"));
    CHECK(text.substr(shape.sections[3].heading_begin).starts_with("## What we do"));
    CHECK(shape_of("# A\n\n## B\n").sections.empty());
}

TEST_CASE("sections: relative files are listed once, pages and web addresses are not", "[node]") {
    const auto shape = shape_of(
        "![A grid](img/grid.png) ![again](img/grid.png) [Sheet](files/sheet.pdf#p2) "
        "[page](other.md)\n"
        "![far](https://example.org/a.png) ![](/abs.png) [x](#why) [mail](mailto:a@example.org)\n"
    );

    REQUIRE(shape.files.size() == 3);
    CHECK(shape.files[0].path == "img/grid.png");
    CHECK(shape.files[0].description == "A grid");
    CHECK(shape.files[0].is_image);
    CHECK(shape.files[1].path == "files/sheet.pdf");
    CHECK(!shape.files[1].is_image);
    CHECK(shape.files[2].path == "abs.png");
    CHECK(shape.files[2].is_from_root);
}

TEST_CASE("file references: a text that cannot name a file names none", "[node]") {
    constexpr std::array pieces{
        "word ",
        "[a](http://example.org/m.png)",
        "<https://example.org/n.png>",
        "](#o.png)",
        "](mailto:p@q.png)",
        "a.png ",
        "\n",
        "\n\n",
        "# ",
        "- ",
        "> ",
        "    ",
        "```",
        "`",
        "![",
        "[[",
        "](b.png)",
        "]: c.pdf",
        "<img src=\"d.png\">",
        "{{< figure src=\"e.png\" >}}",
        "{% include f.png %}",
        "import x from './g.png'\n",
        "require('h.png')",
        "```{figure} i.png\n",
        "www.example.org/j.png",
        "http://example.org/k.png",
        "\"",
        "'",
        "(",
        ")",
        "![[l.png]]",
        "!",
        "&lt;",
        "\\"};
    staffroom::tests::SeededRandom random(11);
    std::size_t skipped = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        std::array<std::uint8_t, 8> choice{};
        random.fill(choice);
        for (const std::uint8_t each : choice)
            text += pieces[each % (round % 2 == 0 ? pieces.size() : std::size_t{14})];
        const auto found = services::file_references_in(text);
        const bool has_any = !found.files.empty() || !found.pages.empty();
        INFO(text);
        REQUIRE((services::may_name_files(text) || !has_any));
        skipped += services::may_name_files(text) ? 0U : 1U;
    }
    CHECK(skipped > 1000);
}

TEST_CASE("sections: a text is read up to its largest size, whatever its signs are", "[node]") {
    std::string cells;
    for (int i = 0; i < 2000; ++i)
        cells += i == 0 ? std::string(200, '|') + "\n" : "a\n";
    const auto openers = services::read_shape(
        "# One\n\nwords " + std::string(2000, '<') + std::string("<?<?<?<?") +
            "\n\n# Two\n\nmore\n",
        RecordKind::comment
    );

    CHECK(services::read_shape(cells, RecordKind::comment).has_value());
    REQUIRE(openers);
    CHECK(openers->sections.size() == 2);
    CHECK(services::read_shape(std::string(256 * 1024, 'a'), RecordKind::comment).has_value());
    CHECK(!services::read_shape(std::string(256 * 1024 + 1, 'a'), RecordKind::comment).has_value());
}

TEST_CASE("sections: in every document of the corpus they lie inside the text", "[node][corpus]") {
    const auto documents = staffroom::tests::corpus_documents();
    REQUIRE_FALSE(documents.empty());

    std::size_t sections = 0;
    for (const auto& path : documents) {
        const std::string file = staffroom::tests::read_whole_file(path);
        const auto text = services::split_front_matter(file).text;
        INFO(path.string());
        for (const auto& section : shape_of(text).sections) {
            CHECK(section.heading_begin < section.begin);
            CHECK(section.begin <= section.end);
            CHECK(section.end <= text.size());
            CHECK((section.heading_begin == 0 || text[section.heading_begin - 1] == '\n'));
            ++sections;
        }
    }
    CHECK(sections > 1000);
}
