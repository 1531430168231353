#include "node/services/export/export_markdown.hpp"
#include "node/services/front_matter/yaml_writer.hpp"
#include "node/services/publishing/reimport.hpp"
#include "node/services/records/exported_part.hpp"
#include "node/services/records/exported_texts.hpp"
#include "tests/support/records/shown_record.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::FieldCode;
using staffroom::Errc;
using staffroom::tests::field;
using staffroom::tests::shown_record;

namespace {

const services::RecordDefaults defaults{"en-GB", "Oakhill", "Nobody", {1'900'000'000'000}};

/// Texts that break what is quoted by hand.
const std::vector<std::string> naughty{
    "plain",
    "a: b # c",
    "- x",
    "'single' and \"double\"",
    "back\\slash",
    "two\nlines\r\n\tand a tab",
    "  spaces around  ",
    "yes",
    "null",
    "~",
    "2015-10-29",
    "{a: [b]}",
    "---",
    "...",
    "&anchor *alias !tag %dir @at `tick`",
    "\x01\x1B[31m\x7F",
    "\xC2\x85 next line \xE2\x80\xA8 line separator",
    "\xEF\xBB\xBF byte order mark",
    "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7 \xE2\x80\xAE reversed",
    "\xF0\x9F\x93\x9A",
    "\xEF\xBF\xBE no character",
    std::string(services::export_marker),
    std::string(3000, 'x') + " " + std::string(3000, 'y')};

records::RecordBody full_body() {
    records::RecordBody body;
    body.title = "Grids: \"ours\" #1";
    body.summary = "Two lines,\nin one";
    body.authors = {
        {{}, "A. Teacher", "Oakhill"},
        {{}, "B @ home", ""},
        {{}, "{C}", "Low @ High"},
        {{1, 2}, "D", "E"}};
    body.language = "cy";
    body.licence = "CC-BY-SA-4.0";
    body.text = "\r\n## Why\r\n---\nmore\n";
    body.front_matter = "# mine\r\ntitle: Another\r\nsummary: 'gone'\r\nabout: a word\r\n"
                        "phase: primary\r\ndepth: deep\r\n";
    body.fields = {
        field(FieldCode::focus, "writing"),
        field(FieldCode::phases, "any"),
        field(FieldCode::focus, "reading"),
        field(FieldCode::form, "case-study"),
        field(FieldCode::pupils_reached, "4"),
        field(FieldCode::evidence_strength, "2"),
        field(FieldCode::priorities, "one; two"),
        field(FieldCode::context_place, "")};
    body.attachments = {
        {staffroom::Bytes(32, 7), "img/a \"b\".png", "image/png", 12, "A 'grid'"},
        {{}, "only named.pdf", "application/pdf", 0, ""}};
    body.attribution = "Somebody; somewhere";
    body.origin = "github.com/x/y.md";
    body.created = {1'446'076'800'000};
    body.modified = {1'700'000'000'123};
    return body;
}

std::string exported(const services::ShownRecord& shown, bool is_own = true) {
    const auto file = services::export_markdown({shown, "Oakhill", is_own});
    REQUIRE(file.has_value());
    return *file;
}

services::ReadRecord read_back(const std::string& file) {
    services::RecordRequest request;
    request.file = file;
    request.path = "other/path.md";
    request.origin = "other/path.md";
    request.imported.emplace();
    request.network = "Rivers";
    const auto read = services::read_record(request, defaults);
    INFO((read ? "" : read.error().detail));
    REQUIRE(read.has_value());
    return *read;
}

/// What the rules would refuse at first is of no interest here.
void check_round_trip(services::ShownRecord shown) {
    const std::string file = exported(shown);
    const auto read = read_back(file);
    CHECK(services::says_the_same(shown, read));
    CHECK(read.body.front_matter == shown.body->front_matter);
    CHECK(read.body.text == shown.body->text);
    CHECK(read.body.origin == services::exported_origin(shown));
    shown.body = read.body;
    CHECK(exported(shown) == file);
}

} // namespace

TEST_CASE("yaml writer: whatever the values are, reading gives them again", "[node]") {
    std::vector<services::FrontMatterField> fields;
    for (std::size_t i = 0; i < naughty.size(); ++i) {
        fields.push_back({"key" + std::to_string(i), {naughty[i]}, false, 0});
        fields.push_back({"list" + std::to_string(i), {naughty[i], ""}, true, 0});
    }
    fields.push_back({"none", {}, true, 0});
    fields.push_back({"odd: key", {""}, true, 0});

    const std::string yaml = services::to_yaml(fields);

    const auto read = services::parse_front_matter(yaml, services::added_bounds);
    REQUIRE(read.has_value());
    REQUIRE(read->size() == fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
        CHECK((*read)[i].key == fields[i].key);
        CHECK((*read)[i].values == fields[i].values);
    }
    CHECK(services::to_yaml({}).empty());
}

TEST_CASE("export: a record with everything comes back with everything", "[node]") {
    auto shown = shown_record(full_body());
    shown.body->fields.erase(shown.body->fields.begin() + 5); // imported: claims no evidence
    shown.header.about = {{staffroom::tests::id_of(9), 8}, {staffroom::tests::id_of(8), 1}};

    const std::string file = exported(shown);

    CHECK(file.starts_with("---\n" + shown.body->front_matter));
    CHECK(file.ends_with("---\n" + shown.body->text));
    CHECK(read_back(file).about.size() == 2);
    CHECK(read_back(file).body.authors == shown.body->authors);
    CHECK(read_back(file).body.attachments == shown.body->attachments);
    check_round_trip(shown);
}

TEST_CASE("export: every naughty text survives in every place", "[node]") {
    for (const std::string& text : naughty) {
        INFO(text);
        records::RecordBody body;
        body.title = "Title " + text.substr(0, 100);
        body.summary = text.substr(0, 400);
        body.authors = {{{}, text.substr(0, 150), text}};
        body.language = "en";
        body.licence = "CC-BY-4.0";
        body.text = text;
        body.fields = {field(FieldCode::context_need, text.substr(0, 500))};
        body.attribution = text.substr(0, 500);
        body.attachments = {{{}, text, text, 1, text}};
        body.origin = "x/" + text;
        check_round_trip(shown_record(body));
        body.origin = "";
        check_round_trip(shown_record(body, records::RecordKind::enquiry_finding));
    }
}

TEST_CASE("export: a thousand bodies made by chance come back as they were", "[node]") {
    staffroom::tests::SeededRandom random(5);
    const auto below = [&](std::size_t count) {
        std::array<std::uint8_t, 8> bytes{};
        random.fill(bytes);
        return static_cast<std::size_t>(staffroom::read_u64_be(bytes) % count);
    };
    const std::vector<std::string> parts{
        "a",  " ", "\n", "\r\n",  "\t",           "---",          "...",
        "\"", "'", "\\", "#",     ": ",           "- ",           "{",
        "}",  "[", "]",  " @ ",   "\x7F",         "\x1",          "@",
        "&",  "*", "|",  ">",     "\xE2\x80\xA8", "\xC3\xA9",     "!",
        "%",  "`", ",",  "title", "key: ",        "\xEF\xBB\xBF", "\xC2\x85",
        "~"};
    const auto words = [&](std::size_t most) {
        std::string text;
        for (std::size_t count = below(most + 1); count > 0; --count)
            text += parts[below(parts.size())];
        return text;
    };
    for (int i = 0; i < 1000; ++i) {
        records::RecordBody body;
        body.title = "Title" + words(20);
        body.summary = words(40);
        for (std::size_t count = below(4); count > 0; --count)
            body.authors.push_back({{}, words(8), words(8)});
        body.language = "en";
        body.licence = "CC-BY-4.0";
        body.text = words(60);
        body.front_matter = below(3) == 0 ? words(30) : "x: 1\ntitle: b\n# " + words(3) + "\n";
        body.fields = {
            field(FieldCode::context_need, words(20)),
            field(FieldCode::priorities, words(9)),
            field(FieldCode::priorities, words(9))};
        for (std::size_t count = below(4); count > 0; --count)
            body.attachments.push_back({{}, words(9), words(5), below(1000), words(9)});
        body.attribution = words(30);
        body.origin = words(9);
        body.created = {below(2'000'000'000'000)};
        body.modified = {below(300'000'000'000'000)};
        INFO(i);
        check_round_trip(shown_record(body));
    }
}

TEST_CASE("export: a front matter that cannot stand in a file is kept all the same", "[node]") {
    for (const char* original :
         {"no line end", "a: [\n", "a: 1\n---\nb: 2\n", "a: 1\na: 2\n", "- x\n", "\x01\n"}) {
        INFO(original);
        auto body = full_body();
        body.fields.clear();
        body.front_matter = original;
        check_round_trip(shown_record(body));
    }
    auto body = full_body();
    body.fields.clear();
    body.front_matter = "a: 1\n" + std::string(services::export_marker) + "\nkind: comment\n";
    check_round_trip(shown_record(body));
}

TEST_CASE("export: what the author's part says in the same words is not said again", "[node]") {
    records::RecordBody body;
    body.title = "Grids in Year 8";
    body.language = "en";
    body.licence = "CC-BY-4.0";
    body.front_matter = "title: Grids in Year 8\nlicence: CC-BY-4.0\nphases: [primary]\n";
    body.fields = {field(FieldCode::phases, "primary"), field(FieldCode::focus, "reading")};

    const std::string file = exported(shown_record(body));

    const std::string added = file.substr(file.find(services::export_marker));
    CHECK(added.find("title") == std::string::npos);
    CHECK(added.find("phases") == std::string::npos);
    CHECK_THAT(added, Catch::Contains("focus:\n- \"reading\"\n"));
    CHECK_THAT(added, Catch::Contains("imported: \"no\"\n"));
    check_round_trip(shown_record(body));
}

TEST_CASE("export: options of the command win over the file, the file over all else", "[node]") {
    services::RecordRequest request;
    request.file = exported(shown_record(full_body()));
    request.set = {{"title", "A new title"}, {"form", "resource"}, {"focus", "music"}};
    request.authors = {"Somebody Else"};
    const auto refused = services::read_record(request, defaults);
    REQUIRE(refused.has_value());
    CHECK(std::ranges::any_of(refused->problems, [](const records::Problem& problem) {
        return problem.code == records::ProblemCode::unknown_value && problem.field == "focus";
    })); // "music" is none
    request.set.pop_back();
    request.set.emplace_back("evidence-strength", "0");
    auto body = full_body();
    body.origin = "staffroom:x";
    request.file = exported(shown_record(body));

    const auto read = services::read_record(request, defaults);

    REQUIRE(read.has_value());
    CHECK(std::ranges::none_of(read->problems, [](const records::Problem& problem) {
        return problem.code == records::ProblemCode::unknown_value;
    }));
    CHECK(read->body.title == "A new title");
    CHECK(*records::field_value(read->body, FieldCode::form) == "resource");
    CHECK(*records::field_value(read->body, FieldCode::evidence_strength) == "0");
    CHECK(read->body.authors.at(0).name == "Somebody Else");
    CHECK(read->body.created == full_body().created);
    CHECK(!read->facts.imported);
}

TEST_CASE("export: a draft stays a draft unless a network is named", "[node]") {
    auto shown = shown_record(full_body());
    shown.body->fields.clear();
    shown.row.reach = static_cast<std::uint32_t>(records::Reach::draft);
    services::RecordRequest request;
    request.file = exported(shown);

    CHECK(services::read_record(request, defaults)->facts.reach == records::Reach::draft);
    request.network = "Rivers";
    CHECK(services::read_record(request, defaults)->facts.reach == records::Reach::network);
}

TEST_CASE("export: a small count leaves the school as words, which come back", "[node]") {
    auto shown = shown_record(full_body());
    shown.body->fields = {field(FieldCode::pupils_reached, "4")};
    shown.body->front_matter = "title: X\npupils-reached: 4\n";

    const std::string file = exported(shown, false);

    CHECK(file.find("reached: 4") == std::string::npos);
    const auto read = read_back(file);
    CHECK(*records::field_value(read.body, FieldCode::pupils_reached) == "fewer than 6");
    CHECK(services::says_the_same(shown, read));
    shown.body->fields = {field(FieldCode::pupils_reached, "7")};
    CHECK(!services::says_the_same(shown, read));
    shown.body->fields = {field(FieldCode::pupils_reached, "5")};
    const auto own = read_back(exported(shown));
    CHECK(services::says_the_same(shown, own));
    shown.body->fields = {field(FieldCode::pupils_reached, "4")};
    CHECK(!services::says_the_same(shown, own));
}

TEST_CASE("export: words that are erased or not here give a notice or a refusal", "[node]") {
    auto shown = shown_record(full_body());
    shown.body.reset();
    CHECK(services::export_markdown({shown, "", true}).error().code == Errc::not_found);

    shown.row.state = staffroom::replica::BodyState::erased;
    const std::string notice = exported(shown);

    CHECK_THAT(notice, Catch::Contains("reason: \"The record has been erased.\""));
    services::RecordRequest request;
    request.file = notice;
    CHECK(services::read_record(request, defaults).error().code == Errc::not_allowed);
}

TEST_CASE("export: an added part that is too large or broken is refused by its line", "[node]") {
    const std::string head = "---\ntitle: A\n" + std::string(services::export_marker) + "\n";
    const auto refusal = [](const std::string& file) {
        services::RecordRequest request;
        request.file = file;
        return services::read_record(request, defaults).error();
    };

    CHECK_THAT(refusal(head + "kind: [\n---\n").detail, Catch::Contains("Line 5"));
    CHECK_THAT(
        refusal(head + "attachments: [\"{}\"]\n---\n").detail, Catch::Contains("attached file")
    );
    CHECK(refusal(head + "kind: nonsense\n---\n").code == Errc::unknown_value);
    CHECK(refusal(head + "kind: consent\n---\n").code == Errc::not_allowed);
    const std::string large(staffroom::limits::exported_part_bytes_max, 'x');
    CHECK(refusal(head + "summary: " + large + "\n---\n").code == Errc::too_large);
    auto body = full_body();
    body.summary = large;
    CHECK(
        services::export_markdown({shown_record(body), "", true}).error().code == Errc::too_large
    );
}

TEST_CASE("exported texts: times and authors come back, wrong ones are told apart", "[node]") {
    for (const std::uint64_t ms :
         {0ULL,
          1ULL,
          1'446'076'800'000ULL,
          1'700'000'000'123ULL,
          253'402'300'799'999ULL,
          253'402'300'800'000ULL,
          18'446'744'073'709'551'615ULL})
        CHECK(services::parse_time(services::time_text({ms}))->ms == ms);
    CHECK(services::time_text({1'446'076'800'000}) == "2015-10-29");
    CHECK(services::time_text({1'700'000'000'123}) == "2023-11-14T22:13:20.123Z");
    for (const char* wrong :
         {"", "2015-02-30", "2015-10-29T24:00:00.000Z", "2015-10-29T00:00:00Z", "@", "@x", "soon"})
        CHECK(!services::parse_time(wrong));
    CHECK(services::parse_author("A @ B @ C").school_name == "C");
    CHECK(services::parse_author("{not json").name == "{not json");
    CHECK(!services::parse_attachment("[]").has_value());
    CHECK(!services::parse_attachment(R"({"name":"x","size":-1,"hash":"a"})").has_value());
}
