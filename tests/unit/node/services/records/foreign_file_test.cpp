// Documents of other programs, and of people who do not know our names, as records.
#include "node/services/records/record_file.hpp"
#include "node/services/text/problem_text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::FieldCode;
using records::Reach;
using records::RecordKind;

namespace {

const services::RecordDefaults defaults{"en-GB", "Oakhill", "", {1'800'000'000'000}};

services::RecordRequest imported(std::string file, std::string path = "notes/grids.md") {
    services::RecordRequest request;
    request.file = std::move(file);
    request.path = std::move(path);
    request.imported.emplace();
    return request;
}

services::RecordRequest own(std::string file) {
    services::RecordRequest request;
    request.file = std::move(file);
    request.path = "notes/grids.md";
    return request;
}

services::ReadRecord read(const services::RecordRequest& request) {
    auto read = services::read_record(request, defaults);
    INFO((read ? "" : read.error().detail));
    REQUIRE(read.has_value());
    return std::move(*read);
}

std::vector<std::string> values(const services::ReadRecord& read, FieldCode code) {
    std::vector<std::string> out;
    for (const auto& field : read.body.fields)
        if (field.code == static_cast<std::uint32_t>(code))
            out.push_back(field.value);
    return out;
}

bool says(const std::vector<std::string>& notes, std::string_view words) {
    return std::ranges::any_of(notes, [&](const std::string& note) {
        return note.find(words) != std::string::npos;
    });
}

bool lacks(const services::ReadRecord& read, std::string_view field) {
    return std::ranges::any_of(read.problems, [&](const records::Problem& problem) {
        return problem.field == field;
    });
}

} // namespace

TEST_CASE("foreign files: the text comes in, whatever stands in their front matter", "[node]") {
    for (const std::string head :
         {"---\ntitle: A page\nauthor: {name: Ann Lee}\nmenu: {main: {weight: 3}}\n---\n",
          "---\ntitle: A page\nkind: lesson\n---\n",
          "---\ntitle: A page\nkind: page\nlayout: post\n---\n",
          "---\ntitle: A page\nkind: consent\n---\n",
          "---\ntitle: A page\nlanguage: en_GB\nsubjects: Math\n---\n",
          "---\ntitle: A page\nlanguage: xx_YY_zz!\nsubjects: Alchemy\n---\n",
          "---\nTitle: A page\nDate: 2024-05-03\n---\n",
          "---\ntitle: A page\nreach: everyone\n---\n",
          "---\ntitle: A page\nabout: A page about frogs\ncites: a book\n---\n",
          "---\ntitle: A page\nphases: [a, b, c, d, e]\nfocus: reading books\n---\n",
          "---\ntitle: A page\nevidence-strength: 5\n---\n",
          "---\ntitle: A page\nlicense: MIT\n---\n",
          "---\ntitle: A page\npupils-reached: about thirty\n---\n",
          "---\ntitle: A page\ndate: today\n---\n",
          "---\ntitle: A page\ndepth: 3\nform: contact\nmethods: [GET, POST]\n---\n",
          "---\ntitle: A page\njoint-with: [Someone]\ncontext: {a: b}\n---\n",
          "---\ntitle: A page\n...\n",
          "---\ntitle: \"A page\n---\n",
          "---\ntitle: A page\ntitle: Another\n---\n",
          "+++\ntitle = \"A page\"\ndate = 2024-05-03T10:00:00Z\n[params]\nx = 1\n+++\n",
          "{\n\"title\": \"A page\"\n}\n",
          "---\ntitle: A page\nlayout: post\ntags:\n  - a\n  - b\n---\n",
          "---\ntitle: A page\nformat:\n  html:\n    toc: true\nexecute:\n  echo: false\n---\n",
          "---\ntitle: A page\naliases: []\ncssclass: wide\n---\n",
          "---\nid: intro\ntitle: A page\nsidebar_position: 1\n---\n"}) {
        INFO(head);
        auto request = imported(head + "The text of the page.\n");
        const auto found = read(request);
        CHECK((found.body.title == "A page" || found.body.title == "\"A page"));
        CHECK(found.body.text == "The text of the page.\n");
        CHECK(found.facts.kind == RecordKind::practice_write_up);
        CHECK(found.problems.empty());
        CHECK(records::encode_body(found.body).has_value());
    }
}

TEST_CASE("foreign files: a kind of ours stays what it is, also without its target", "[node]") {
    for (const std::string kind : {"comment", "adoption", "peer-review-note", "Peer review note"}) {
        auto request = imported("---\ntitle: A page\nkind: " + kind + "\n---\nText\n");
        const auto found = read(request);
        INFO(kind);
        CHECK(found.facts.kind != RecordKind::practice_write_up);
        CHECK(lacks(found, "about"));
        CHECK_FALSE(says(found.notes, "is not a kind of record here"));
    }
    const auto call = read(imported("---\ntitle: Who has tried this?\nkind: call\n---\nText\n"));
    CHECK(call.facts.kind == RecordKind::call);
    CHECK(call.problems.empty());
}

TEST_CASE(
    "foreign files: an own write-up keeps its evidence strength, others claim none", "[node]"
) {
    const std::string head =
        "---\nkind: practice-write-up\nform: quick-tip\ntitle: A page\nevidence-strength: 2\n"
        "language: en\n";
    const std::string text = "## What we do\nA\n## Where it worked\nB\n## What to watch\nC\n";
    const auto own_one = read(imported(head + "---\n" + text));
    CHECK(own_one.problems.empty());
    CHECK_FALSE(own_one.facts.imported);
    CHECK(own_one.body.attribution.empty());
    CHECK(values(own_one, FieldCode::evidence_strength) == std::vector<std::string>{"2"});
    // What lacks something, or names its source, comes in as somebody else's.
    for (const auto& file : {head + "---\nOnly words.\n", head + "source: Ann Lee\n---\n" + text}) {
        const auto found = read(imported(file));
        INFO(file);
        CHECK(found.problems.empty());
        CHECK(found.facts.imported);
        CHECK(values(found, FieldCode::evidence_strength).empty());
        CHECK(says(found.notes, "claims no evidence strength"));
    }
    auto call = imported("---\ntitle: Who has tried this?\nkind: call\n---\nText\n");
    call.set = {{"evidence-strength", ""}};
    CHECK(read(call).problems.empty());
    call.set = {{"evidence-strengt", ""}};
    CHECK_FALSE(services::read_record(call, defaults).has_value());
}

TEST_CASE("foreign files: what cannot be read in a file of ours costs its own line", "[node]") {
    struct Row {
        std::string head;
        std::string note;
        std::string lacks;
    };
    for (const auto& [head, note, field] : std::vector<Row>{
             {"form: \"write-up\"\n\tindented: words\n",
              "Line 4 of the front matter is indented",
              ""},
             {"form: write-up\n\tphases: primary\n", "Line 4 of the front matter is indented", ""},
             {"subjects: [english, x\n", "Line 3 of the front matter: the bracket", "subjects"},
             {"title: # 1 rule\n", "Line 3 of the front matter: what begins with #", ""},
             {"summary: a long line\n  that goes on: here\n", "", ""}}) {
        INFO(head);
        const auto found =
            read(own("---\nkind: practice-write-up\n" + head + "---\n# A heading\n"));
        CHECK(says(found.notes, note) == !note.empty());
        CHECK((field.empty() || lacks(found, field)));
        // Something lacks, and nothing is wrong: a draft keeps the words.
        CHECK(std::ranges::all_of(found.problems, [](const records::Problem& problem) {
            return records::is_absence(problem.code) || problem.field == "title";
        }));
        CHECK(
            found.body.summary ==
            (head.starts_with("summary") ? "a long line that goes on: here" : "")
        );
    }
}

TEST_CASE("foreign files: what is understood is used", "[node]") {
    const auto found = read(imported(
        "+++\ntitle = \"Reading aloud\"\ndate = 2024-05-03T10:00:00+01:00\nlanguage = \"en_us\"\n"
        "description = \"In short.\"\nsubjects = [\"Math\", \"Alchemy\"]\nphase = \"Primary\"\n"
        "license = \"CC BY 4.0\"\nweight = 3\n[author]\nname = \"Ann Lee\"\n+++\nText\n"
    ));

    CHECK(found.body.title == "Reading aloud");
    CHECK(found.body.created.ms == 1'714'726'800'000);
    CHECK(found.body.language == "en-US");
    CHECK(found.body.summary == "In short.");
    CHECK(found.body.licence == "CC-BY-4.0");
    CHECK(found.body.attribution == "Ann Lee");
    CHECK(values(found, FieldCode::subjects) == std::vector<std::string>{"mathematics"});
    CHECK(values(found, FieldCode::phases) == std::vector<std::string>{"primary"});
    CHECK(says(found.notes, "\"Alchemy\" is not a value of subjects."));
    CHECK(says(found.notes, "Kept in the front matter and not used here: weight."));
    CHECK(found.notes.size() == 2);
    CHECK(found.body.front_matter.starts_with("title = "));
}

TEST_CASE("foreign files: our own words stay strict", "[node]") {
    // A misspelt kind, field or word in a file that is ours is told, imported or not.
    CHECK_FALSE(services::read_record(own("---\nkind: adoptoin\n---\nx"), defaults).has_value());
    CHECK_FALSE(services::read_record(own("---\nkind: lesson\nform: write-up\n---\nx"), defaults)
                    .has_value());
    const std::string file = "---\nkind: practice-write-up\ntitle: A page of ours\nphse: primary\n"
                             "subjects: alchemy\npupils-reached: many\n---\nText\n";
    for (const auto& request : {own(file), imported(file)}) {
        const auto found = read(request);
        CHECK(says(found.notes, "\"phse\" in line 4 is not a field"));
        CHECK(lacks(found, "subjects"));
        CHECK(lacks(found, "pupils-reached"));
    }
    CHECK(lacks(read(own("---\ntitle: A page\nphase: {a: b}\n---\nText\n")), "phases"));
    // One that is like none of ours comes in, and is told so.
    CHECK(says(read(own("---\ntitle: A page\nkind: lesson\n---\nText\n")).notes, "\"lesson\""));
    // Capitals and underlines are no mistakes.
    const auto found =
        read(own("---\nKind: Practice write-up\nTitle: A page\nYear_groups: [Year 9, "
                 "reception]\nIn house: x\n---\nText\n"));
    CHECK(values(found, FieldCode::year_groups) == std::vector<std::string>{"9", "R"});
    CHECK(found.body.title == "A page");
}

TEST_CASE("foreign files: titles where the front matter has none", "[node]") {
    struct Case {
        std::string file;
        std::string path;
        std::string title;
    };
    for (const auto& [file, path, title] : std::vector<Case>{
             {"# A heading\n", "a.md", "A heading"},
             {"## Contents\n\n# The title\n", "a.md", "The title"},
             {"## Only a second\n\nText\n", "a.md", "Only a second"},
             {"# A heading {#anchor}\n", "a.md", "A heading"},
             {"# A *marked* `heading` \n", "a.md", "A marked heading"},
             {"A heading\n=========\n", "a.md", "A heading"},
             {"# ![](logo.png)\n\n# Real\n", "a.md", "Real"},
             {"# \xC2\xA0\n\nText\n", "grids.md", "grids"},
             {"<h1 align=\"center\">\n  <img src=\"a.png\">\n  A name &amp; more\n</h1>\n\nText\n",
              "README.md",
              "A name & more"},
             {"% The title\n% Ann Lee\n\nText\n", "a.md", "The title"},
             {"Text only.\n", "notes/retrieval-grids.md", "retrieval grids"},
             {"Text only.\n", "2024-05-03-snow_day.md", "snow day"},
             {"Text only.\n", "From standard note-taking.md", "From standard note-taking"},
             {"Text only.\n", "2024-05-01 Daily note.md", "2024-05-01 Daily note"},
             {"---\n# Do not remove.\n---\nText only.\n", "snow-day.md", "snow day"},
             {"---\n# Do not remove.\n# Layouts.\n---\n# A heading\n", "a.md", "A heading"},
             {"---\n\n# A heading\n\n---\nText only.\n", "a.md", "A heading"},
             {"Text only.\n", "biology/index.md", "biology"},
             {"Text only.\n", "biology/README.md", "biology"},
             {"Text only.\n", "index.md", "Text only."},
             {"It snowed all of the day and nobody came to school before noon, so we did it "
              "later.\n",
              "_index.md",
              "It snowed all of the day and nobody came to school before\xE2\x80\xA6"},
             {"---\ntitle:\n---\n# A heading\n", "a.md", "A heading"},
             {"---\ntitle: |\n  Ends in a line end\n---\nText\n", "a.md", "Ends in a line end"},
             {"---\ntitle: \"Two\\nlines\"\n---\nText\n", "a.md", "Two lines"},
             {"---\ntitle: \"\\u00a0\\u200bHidden\\u200b \"\n---\nText\n", "a.md", "Hidden"},
             {"---\ntitle: \"\\u00a0\"\n---\n# A heading\n", "a.md", "A heading"},
             {"---\ntitle: {a: b}\n---\n# A heading\n", "a.md", "A heading"}}) {
        INFO(file);
        CHECK(read(imported(file, path)).body.title == title);
    }
    const auto long_one = read(imported("# " + std::string(500, 'x') + "\n"));
    CHECK(long_one.problems.empty());
    CHECK(says(long_one.notes, "400 characters"));
}

TEST_CASE("record file: a text of nothing that can be seen is refused", "[node]") {
    for (const std::string text :
         {"",
          "\n\n",
          " \t\r\n",
          "\xC2\xA0\xC2\xA0\n",
          "\xE2\x80\x8B",
          "\xE2\x80\x8B\xE2\x80\x8D\xE2\x80\x8C\n",
          "\xEF\xBB\xBF",
          "\xE3\x80\x80\n",
          "\xC2\xAD",
          "\xE2\x81\xA0",
          "\xE3\x85\xA4",
          "\xE2\xA0\x80",
          "\xCD\x8F"}) {
        CHECK(lacks(read(imported(text)), "text"));
        CHECK(lacks(read(own("---\ntitle: A long title\nkind: call\n---\n" + text)), "text"));
        auto draft = own("---\ntitle:\n---\n" + text);
        draft.reach = "draft";
        CHECK(lacks(read(draft), "text"));
    }
    CHECK(lacks(read(imported("---\ntitle: A title\n---\n\xC2\xA0\n")), "text"));
    // A page that other programs keep for its title is named; words in the fields are words.
    CHECK(lacks(read(imported("---\ntitle: A title\n---\n\n")), "text"));
    CHECK_FALSE(lacks(read(own("---\ntitle: A title\nwhy: Because\n---\n")), "text"));
    CHECK_FALSE(lacks(read(own("---\ntitle: A title\n---\n.\n")), "text"));
}

TEST_CASE("record file: a comment and a call need their text only", "[node]") {
    for (const std::string kind : {"comment", "call"}) {
        auto request = own("Thank you for the grids. They helped us on Friday.\nNow we go on.\n");
        request.path = "thanks.md";
        request.kind = kind;
        request.network = "Rivers";
        if (kind == "comment")
            request.about = {{"x", ""}};
        const auto found = read(request);
        INFO((found.problems.empty() ? "" : services::problem_sentence(found.problems.front())));
        CHECK(found.problems.empty());
        CHECK(found.body.title == "Thank you for the grids");
        CHECK(found.body.licence == "in-network-only");
        CHECK(found.body.language == "en-GB");
        CHECK(found.body.authors.at(0).name == "Oakhill");
        request.file = "Ok!";
        CHECK(read(request).problems.empty());
        CHECK(read(request).body.title == "Ok!");
    }
    services::RecordDefaults licensed = defaults;
    licensed.licence = "CC-BY-4.0";
    auto request = own("---\ntitle: A long title\n---\nText\n");
    request.network = "Rivers";
    CHECK(services::read_record(request, licensed)->body.licence == "CC-BY-4.0");
    CHECK(lacks(read(request), "licence"));
    request.set = {{"licence", ""}};
    CHECK(services::read_record(request, licensed)->body.licence.empty());
    // Nothing is said for the author of somebody else's text.
    CHECK(services::read_record(imported("Text\n"), licensed)->body.licence.empty());
}

TEST_CASE("record file: what is no text is called what it is", "[node]") {
    const auto why = [](const std::string& file) {
        const auto refused = services::read_record(own(file), defaults);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == staffroom::Errc::unreadable_text);
        return refused.error().detail;
    };
    CHECK(
        why("{\\rtf1\\ansi words}") == "This is an RTF document; save it as Markdown or plain text."
    );
    CHECK_THAT(why("%PDF-1.7\n1 0 obj\n"), Catch::StartsWith("This is a PDF file"));
    CHECK_THAT(why("PK\x03\x04 word/document.xml"), Catch::StartsWith("This is a Word document"));
}
