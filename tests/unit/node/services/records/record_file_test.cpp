#include "node/services/records/record_file.hpp"
#include "protocol/base/limits.hpp"
#include "tests/support/records/corpus.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::FieldCode;
using staffroom::Errc;

namespace {

const services::RecordDefaults defaults{"en-GB", "Oakhill", "", {1'800'000'000'000}};

services::RecordRequest request_for(std::string file) {
    services::RecordRequest request;
    request.file = std::move(file);
    request.path = "notes/retrieval-grids.md";
    return request;
}

std::string value_of(const services::ReadRecord& read, FieldCode code) {
    const std::string* value = records::field_value(read.body, code);
    return value == nullptr ? "" : *value;
}

Errc refusal_of(const services::RecordRequest& request) {
    const auto read = services::read_record(request, defaults);
    REQUIRE(!read.has_value());
    return read.error().code;
}

bool lacks(const services::ReadRecord& read, std::string_view field) {
    return std::ranges::any_of(read.problems, [&](const records::Problem& problem) {
        return problem.field == field;
    });
}

bool has_note(const services::ReadRecord& read, std::string_view words) {
    for (const auto& note : read.notes)
        if (note.find(words) != std::string::npos)
            return true;
    return false;
}

} // namespace

TEST_CASE("record file: the title comes from front matter, heading or file name", "[node]") {
    const auto title = [](std::string file) {
        return services::read_record(request_for(std::move(file)), defaults).value().body.title;
    };

    CHECK(title("---\ntitle: From above\n---\n# A heading\n") == "From above");
    CHECK(title("Words.\n\n# A heading\n") == "A heading");
    CHECK(title("Words only.\n") == "retrieval grids");
}

TEST_CASE("record file: text and front matter are kept to the byte", "[node]") {
    const auto read = services::read_record(
        request_for("---\r\ntitle: A long one\r\nodd: kept\r\n---\r\n\r\nA\r\n"), defaults
    );

    REQUIRE(read.has_value());
    CHECK(read->body.text == "\r\nA\r\n");
    CHECK(read->body.front_matter == "title: A long one\r\nodd: kept\r\n");
    CHECK(has_note(*read, "\"odd\" in line 3"));
}

TEST_CASE("record file: fields come from options before front matter", "[node]") {
    auto request = request_for("---\ntitle: Grids in Year 8\nphase: primary\nfocus: [reading, "
                               "writing]\nform: resource\n---\n");
    request.set = {
        {"form", "quick-tip"}, {"subjects", "english; music"}, {"title", "Another title"}};

    const auto read = services::read_record(request, defaults);

    REQUIRE(read.has_value());
    CHECK(read->body.title == "Another title");
    CHECK(value_of(*read, FieldCode::form) == "quick-tip");
    CHECK(value_of(*read, FieldCode::phases) == "primary");
    CHECK(read->body.fields.size() == 6);
}

TEST_CASE("record file: an unknown option is refused with the nearest name", "[node]") {
    auto request = request_for("# A heading\n");
    request.set = {{"what-we-did", "x"}};

    const auto read = services::read_record(request, defaults);

    REQUIRE(!read.has_value());
    CHECK(read.error().code == Errc::not_allowed);
    CHECK_THAT(read.error().detail, Catch::Contains("\"what-we-do\""));
}

TEST_CASE("record file: bytes that are no text are refused by their place", "[node]") {
    CHECK_THAT(
        services::read_record(request_for("# caf\xE9"), defaults).error().detail,
        Catch::Contains("at byte 5")
    );
    CHECK(refusal_of(request_for(std::string("# a\0b", 5))) == Errc::unreadable_text);
    const std::string added(
        "---\n# staffroom: what follows was added by an export and is read back by an import\n"
        "title: [\n---\n"
    );
    CHECK(refusal_of(request_for(added)) == Errc::invalid_input);
    const std::string head = "---\ntitle: A\nsummary: " + std::string(20'000, 'x') + "\n---\n";
    CHECK(refusal_of(request_for(head)) == Errc::too_large);
    auto imported = request_for(head);
    imported.imported.emplace();
    CHECK(services::read_record(imported, defaults)->body.text == head);
}

TEST_CASE("record file: 256 KiB of text are taken, one byte more is not", "[node]") {
    const std::string head = "---\ntitle: A long text\n---\n";
    std::string text(staffroom::limits::text_bytes_max, 'x');

    CHECK(services::read_record(request_for(head + text), defaults).has_value());
    text += 'x';
    CHECK(refusal_of(request_for(head + text)) == Errc::too_large);
    text.resize(1'000'000, 'x');
    CHECK(refusal_of(request_for(head + text)) == Errc::too_large);
}

TEST_CASE("record file: reach follows the network, kind and reach have to be known", "[node]") {
    auto request = request_for("# A heading\n");
    CHECK(services::read_record(request, defaults)->facts.reach == records::Reach::school);
    request.network = "x";
    CHECK(services::read_record(request, defaults)->facts.reach == records::Reach::network);
    CHECK(lacks(services::read_record(request, defaults).value(), "licence"));
    request.reach = "everywhere";
    CHECK(refusal_of(request) == Errc::unknown_value);
    request.reach = "draft";
    request.kind = "writeup";
    CHECK(refusal_of(request) == Errc::unknown_value);
    request.kind = "survey";
    CHECK(refusal_of(request) == Errc::not_allowed);
    request.kind = "adoption";
    CHECK(lacks(services::read_record(request, defaults).value(), "about"));
    request.about = {{"x", ""}};
    CHECK(!lacks(services::read_record(request, defaults).value(), "about"));
    CHECK(services::read_record(request, defaults)->about.front().relation == "tried-in");
    request.about = {{"x", "tryed-in"}};
    CHECK(refusal_of(request) == Errc::unknown_value);
}

TEST_CASE("record file: words of a vocabulary are known in any case", "[node]") {
    const auto read = services::read_record(
        request_for(
            "---\ntitle: A title\nlicence: cc-by-4.0\nphase: Primary\nsubject: English\n---\nx"
        ),
        defaults
    );

    REQUIRE(read.has_value());
    CHECK(read->body.licence == "CC-BY-4.0");
    CHECK(value_of(*read, FieldCode::phases) == "primary");
    CHECK(value_of(*read, FieldCode::subjects) == "english");
}

TEST_CASE("record file: an impossible date is reported and the import time stands", "[node]") {
    auto request = request_for("---\ntitle: A workshop\ndate: 2023-02-30\n---\nText\n");
    request.imported = services::ImportFacts{};

    const auto read = services::read_record(request, defaults);

    REQUIRE(read.has_value());
    CHECK(read->body.created == defaults.now);
    CHECK(has_note(*read, "2023-02-30"));
    request.file = "---\ntitle: A workshop\ndate: 2023-02-28\n---\nText\n";
    CHECK(services::read_record(request, defaults)->body.created.ms == 1'677'542'400'000);
    request.file = "# A workshop\r\nText\r\n";
    CHECK(has_note(services::read_record(request, defaults).value(), "CR LF"));
}

TEST_CASE("record file: import facts fill the envelope and claim nothing more", "[node]") {
    auto request = request_for("---\ntitle: A\ncreator: B\n---\nFirst paragraph.\n\nSecond.\n");
    request.origin = "example.org/a.md";
    request.imported = services::ImportFacts{
        "B; example.org",
        "CC-BY-4.0",
        "cy",
        "primary;secondary",
        "reading;nonsense",
        "",
        "",
        "public-knowledge"};
    request.network = "x";

    const auto read = services::read_record(request, defaults);

    REQUIRE(read.has_value());
    CHECK(read->body.summary == "First paragraph.");
    CHECK(read->body.language == "cy");
    CHECK(read->body.attribution == "B; example.org");
    CHECK(read->problems.empty());
    CHECK(value_of(*read, FieldCode::form) == "resource");
    CHECK(value_of(*read, FieldCode::source_kind) == "public-knowledge");
    CHECK(value_of(*read, FieldCode::focus) == "reading");
    CHECK(has_note(*read, "nonsense"));
}

TEST_CASE("record file: a summary of more than 500 characters is cut between words", "[node]") {
    std::string paragraph;
    for (int i = 0; i < 200; ++i)
        paragraph += "gair\xC3\xB4 ";
    auto request = request_for("# Heading\n\n" + paragraph + "\n");
    request.imported = services::ImportFacts{};

    const auto summary = services::read_record(request, defaults)->body.summary;

    CHECK(records::character_count(summary) <= 500);
    CHECK(records::character_count(summary) > 480);
    CHECK(summary.ends_with("\xC3\xB4\xE2\x80\xA6"));
}

TEST_CASE("record file: attachments found in the text are completed by those given", "[node]") {
    auto request = request_for("# Grids\n\n![A grid](img/grid.png)\n");
    request.attachments = {
        {"img/grid.png", std::string(51, 'b') + "a", "", 12, ""},
        {"extra.pdf", "", "", 3, "Sheet"}};

    const auto read = services::read_record(request, defaults);

    REQUIRE(read.has_value());
    REQUIRE(read->body.attachments.size() == 2);
    CHECK(read->body.attachments[0].content_hash.size() == 32);
    CHECK(read->body.attachments[0].size == 12);
    CHECK(read->body.attachments[0].description == "A grid");
    CHECK(read->body.attachments[1].media_type == "application/pdf");
    request.attachments[0].content_hash = "short";
    CHECK(refusal_of(request) == Errc::invalid_input);
}

TEST_CASE("record file: a file that nobody brought is noted, not promised", "[node]") {
    const auto read =
        services::read_record(request_for("# Grids\n\n![A](img/grid.png)\n"), defaults);

    REQUIRE(read.has_value());
    CHECK(read->body.attachments.empty());
    CHECK(
        std::ranges::find(read->notes, services::not_attached_sentence("img/grid.png")) !=
        read->notes.end()
    );
}

TEST_CASE(
    "record file: every document of the corpus becomes a record and encodes", "[node][corpus]"
) {
    const auto documents = staffroom::tests::corpus_documents();
    REQUIRE_FALSE(documents.empty());

    for (const auto& path : documents) {
        auto request = request_for(staffroom::tests::read_whole_file(path));
        request.imported = services::ImportFacts{};
        request.network = "x";
        INFO(path.string());
        const auto read = services::read_record(request, defaults);
        REQUIRE(read.has_value());
        CHECK(request.file.ends_with(read->body.text));
        CHECK(records::encode_body(read->body).has_value());
        request.imported.reset();
        CHECK(services::read_record(request, defaults).has_value());
    }
}
