// Markdown of others: cmark-gfm's own pathological inputs and more of their kinds, made here, none
// of which may cost more steps than its length allows; and the parts of a text that are read.
#include "node/services/markdown/markdown.hpp"
#include "node/services/markdown/markdown_bounds.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace staffroom::services {
namespace {

constexpr std::size_t hostile_bytes = std::size_t{96} * 1024;

std::string repeated(std::string_view part, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += part;
    return out;
}

std::string filled(std::string_view part) {
    return repeated(part, hostile_bytes / part.size());
}

std::string halves(std::string_view first, std::string_view second) {
    const std::size_t count = hostile_bytes / (first.size() + second.size());
    return repeated(first, count) + repeated(second, count);
}

std::string growing(const std::function<std::string(std::size_t)>& part) {
    std::string out;
    for (std::size_t i = 0; out.size() < hostile_bytes; ++i)
        out += part(i);
    return out;
}

struct Hostile {
    const char* name;
    std::string text;
};

/// The pathological tests of cmark and cmark-gfm.
std::vector<Hostile> parsers_own() {
    return {
        {"nested strong emphasis", halves("*a **a ", " a** a*")},
        {"many emphasis closers", filled("a_ ")},
        {"many emphasis openers", filled("_a ")},
        {"many link closers", filled("a]")},
        {"many link openers", filled("[a")},
        {"mismatched openers and closers", filled("*a_ ")},
        {"openers and closers multiple of three", "a**b" + filled("c* ")},
        {"commonmark.js 129", "a***b" + filled("c* ")},
        {"link openers and emphasis closers", filled("[ a_")},
        {"pattern [ (]( repeated", filled("[ (](")},
        {"pattern ![[]() repeated", filled("![[]()")},
        {"hard link and emphasis", "**x [a*b**c*](d)" + filled("*x [a*b**c*](d)")},
        {"nested brackets", halves("[", "]") + "a"},
        {"nested block quotes", filled("> ") + "a"},
        {"deeply nested lists", growing([](auto i) { return std::string(2 * i, ' ') + "* a\n"; })},
        {"backticks", growing([](auto i) { return "e" + std::string(i + 1, '`'); })},
        {"unclosed links A", filled("[a](<b")},
        {"unclosed links B", filled("[a](b")},
        {"unclosed <!--", "</" + filled("<!--")},
        {"unclosed <?", "a" + filled("<?")},
        {"unclosed <!A", "a" + filled("<!A ")},
        {"unclosed <![CDATA[", "a" + filled("<![CDATA[")},
        {"unclosed <![CDATA", "a" + filled("<!A[CDATA[")},
        {"reference collisions",
         growing([](auto i) { return "[r" + std::to_string(i) + "]: u\n"; }) + filled("[x]")},
        {"reference expansion", "[a]: " + std::string(hostile_bytes, 'x') + "\n\n" + filled("[a]")},
        {"footnote definitions", growing([](auto i) { return "[^" + std::to_string(i) + "]:\n"; })},
        {"footnote uses", filled("[^a]")},
        {"tables", "aaa\rbbb\n-\v\n" + filled("| a")},
        {"table of many columns", filled("|") + "\n" + filled("|-") + "\n" + filled("|")},
        {"strikethrough", halves("~a ~~", "~~ a~")},
        {"autolinks", filled("www.a ") + filled("http://a(") + filled("a@b.c_")},
    };
}

std::string quote_definition() {
    return "[a]: u \"" + filled("t\n") + "\"\n\n";
}

/// Others of their kinds.
std::vector<Hostile> of_their_kinds() {
    return {
        {"an empty file of <?", filled("<?")},
        {"<? in one paragraph of indented lines", "a\n" + filled("    <?\n")},
        {"<? with an end far away", "a" + filled("<?") + "?>"},
        {"<? with its end in another item", "- a" + filled("<?") + "\n- ?>"},
        {"<!a in small letters", "a" + filled("<!a ")},
        {"escaped <?", "a" + filled("\\<?")},
        {"quotes, then lazy lines",
         repeated("> ", hostile_bytes / 4) + "a\n" + repeated("b\n", hostile_bytes / 4)},
        {"quotes without spaces", filled(">") + "a\n" + filled("b\n")},
        {"lists, then lazy lines",
         repeated("- ", hostile_bytes / 4) + "a\n" + repeated("b\n", hostile_bytes / 4)},
        {"lists, then blank lines", repeated("- ", hostile_bytes / 4) + "a\n" + filled("\n")},
        {"numbers, then lazy lines", repeated("1. ", hostile_bytes / 6) + "a\n" + filled("b\n")},
        {"tabs between marks", repeated("-\t", hostile_bytes / 4) + "a\n" + filled("b\n")},
        {"lists that grow by indentation",
         growing([](auto i) { return std::string(100 * i, ' ') + repeated("- ", 50) + "a\n"; }) +
             filled("\n")},
        {"carriage returns", repeated("> ", hostile_bytes / 4) + "a\r" + filled("b\r")},
        {"images around code", filled("![`]`[]()")},
        {"images around escapes", filled("![\\][]()")},
        {"images in many runs",
         growing([](auto) { return repeated("![", 400) + repeated("[]()", 400) + "\n\n"; })},
        {"a title over many lines", quote_definition() + filled("[a]")},
        {"a name over two lines",
         "[a\nb]: " + std::string(hostile_bytes, 'x') + "\n\n" + filled("[a b]")},
        {"an address in brackets",
         "[a]: <" + std::string(hostile_bytes, 'x') + ">\n\n" + filled("[a]")},
        {"definitions in a quote",
         "> [a]: " + std::string(hostile_bytes, 'x') + "\n\n" + filled("[a]")},
        {"definitions that never end", filled("[a]: u \"x\n")},
        {"colons alone", filled("]:")},
        {"parentheses", filled("[a]((")},
        {"entities", filled("&")},
        {"tags", filled("<a b=\"")},
        {"blank columns", std::string(hostile_bytes, ' ') + "a" + filled(" \n")},
    };
}

// What the parser does again and again, counted in the plainest way.

bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (true) {
        const std::size_t end = std::min(text.find_first_of("\n\r"), text.size());
        lines.push_back(text.substr(0, end));
        if (end == text.size())
            return lines;
        text.remove_prefix(end + 1);
    }
}

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + 1))
        ++count;
    return count;
}

std::size_t nesting_steps(std::string_view text) {
    const auto lines = lines_of(text);
    std::size_t deepest = 0;
    for (const std::string_view line : lines) {
        std::size_t marks = 0;
        const std::size_t end = std::min(line.find_first_not_of(" \t>-+*1.)"), line.size());
        for (std::size_t i = 0; i < end; ++i)
            marks += line[i] == ' ' || line[i] == '\t' || line[i] == '>' ? 1U : 0U;
        deepest = std::max(deepest, marks);
    }
    return deepest * lines.size();
}

/// From each beginning that is not that of a line to its end, as far as a blank line.
std::size_t html_steps(std::string_view text, std::string_view begin, std::string_view end) {
    std::size_t steps = 0;
    for (std::size_t at = text.find(begin); at != std::string_view::npos;) {
        const bool is_line = at == 0 || is_line_end(text[at - 1]);
        const bool is_tag =
            begin != "<!" ||
            (at + 2 < text.size() && std::isalpha(static_cast<unsigned char>(text[at + 2])) != 0);
        if (!is_line && is_tag)
            steps += std::min({text.find(end, at), text.find("\n\n", at), text.size()}) - at;
        at = text.find(begin, at + 1);
    }
    return steps;
}

std::size_t image_steps(std::string_view text) {
    std::size_t steps = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find("\n\n"), text.size());
        const std::string_view run = text.substr(0, end);
        steps += count_of(run, "![") * count_of(run, "]");
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return steps;
}

void check_steps(const Hostile& hostile) {
    const std::string bounded = bounded_markdown(hostile.text);
    INFO(hostile.name);
    const std::size_t bytes = hostile.text.size();

    CHECK(lines_of(bounded).size() == lines_of(hostile.text).size());
    CHECK(nesting_steps(bounded) <= std::max(nesting_steps_max, bytes * nesting_columns_min) * 2);
    CHECK(html_steps(bounded, "<?", "?>") <= bytes * 2);
    CHECK(html_steps(bounded, "<![CDATA[", "]]>") <= bytes * 2);
    CHECK(html_steps(bounded, "<!", ">") <= bytes * 2);
    CHECK(
        image_steps(bounded) <=
        std::max(bracket_steps_max, open_images_min * count_of(bounded, "]"))
    );
    // The whole of it is read, too: a quadratic one would not end while anybody waits.
    CHECK(parse_markdown(hostile.text) != nullptr);
    CHECK(text_as_read(hostile.text).size() <= bytes * 2);
}

} // namespace

TEST_CASE(
    "markdown: the parser's own pathological inputs cost what their length allows", "[node]"
) {
    for (const Hostile& hostile : parsers_own())
        check_steps(hostile);
}

TEST_CASE("markdown: others of their kinds cost no more", "[node]") {
    for (const Hostile& hostile : of_their_kinds())
        check_steps(hostile);
}

TEST_CASE("markdown: without the bounds those inputs would cost more", "[node]") {
    const std::string openers = "a" + repeated("<?", 4000);
    const std::string images = filled("![[]()");
    const std::string lists =
        repeated("- ", hostile_bytes / 4) + "a\n" + repeated("b\n", hostile_bytes / 4);

    CHECK(html_steps(openers, "<?", "?>") > openers.size() * 1000);
    CHECK(image_steps(images) > bracket_steps_max * 10);
    CHECK(nesting_steps(lists) > nesting_steps_max * 100);
}

TEST_CASE("markdown: an ordinary text is left as it is", "[node]") {
    const std::string text =
        "# A heading\n\n> a quote\n> of two lines\n\n- one\n  - two\n    1. three\n\n"
        "<?php echo 1 ?> and <!-- a note --> and <!DOCTYPE html>\n\n"
        "![a](b.png) [c][d] ![e][d]\n\n[d]: f.png \"a title\"\n[g]: h.png\n\n"
        "- - - - - - - - - - - - - - - -\n\n```\n        deep code\n```\n";

    CHECK(bounded_markdown(text) == text);
    CHECK(bounded_markdown("") == "");
    CHECK(as_written(text) == text);
}

TEST_CASE("markdown: what is taken for text is read as it was written", "[node]") {
    const std::string read = text_as_read("a <? b <? c <? d");

    CHECK(read == "a <? b <? c <? d");
}

TEST_CASE("markdown: indexed is what is read", "[node]") {
    struct Case {
        const char* markdown;
        const char* read;
    };
    const Case cases[] = {
        {"un**believ**able", "unbelievable"},
        {"caf&eacute; and na&iuml;ve", "caf\u00e9 and na\u00efve"},
        {"*a*b `c` ***d***", "ab c d"},
        {"[words](http://example.org/path)", "words"},
        {"![a picture](shelf.png)", "a picture"},
        {"un<b>believ</b>able", "unbelievable"},
        {"line<br>line", "line line"},
        {"a <!-- not read --> b", "a  b"},
        {"<!-- not read -->", ""},
        {"<div>in a <b>b</b>ox caf&eacute;</div>", "in a box caf\u00e9"},
        {"<script>\nlet hidden = 1;\n</script>", ""},
        {"# A heading\n\nA paragraph", "A heading\n\nA paragraph"},
        {"- one\n- two", "one\n\ntwo"},
        {"> quoted\nlazily", "quoted\nlazily"},
        {"```md\ncode `x`\n```", "code `x`\n"},
        {"    indented", "indented"},
        {"a\\*b\\_c", "a*b_c"},
        {"soft&shy;hyphen", "soft\u00adhyphen"},
        {"snake_case_name", "snake_case_name"},
        {"<http://example.org>", "http://example.org"},
        {"[a][r]\n\n[r]: u 'never read'", "a"},
        {"&#x41;&#66;C", "ABC"},
    };

    for (const Case& each : cases) {
        INFO(each.markdown);
        std::string read = text_as_read(each.markdown);
        read.erase(
            read.find_last_not_of(" \n") == std::string::npos ? 0 : read.find_last_not_of(" \n") + 1
        );
        std::string right = each.read;
        right.erase(
            right.find_last_not_of(" \n") == std::string::npos ? 0
                                                               : right.find_last_not_of(" \n") + 1
        );
        CHECK(read == right);
    }
}

} // namespace staffroom::services
