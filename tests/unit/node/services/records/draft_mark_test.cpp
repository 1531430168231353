// Documents that mark themselves as drafts, and words that were wrongly read as such a mark.
#include "node/services/records/record_file.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::Reach;

namespace {

const services::RecordDefaults defaults{"en-GB", "Oakhill", "", {1'800'000'000'000}};

services::RecordRequest imported(std::string file, std::string path = "notes/grids.md") {
    services::RecordRequest request;
    request.file = std::move(file);
    request.path = std::move(path);
    request.imported.emplace();
    return request;
}

services::ReadRecord read(const services::RecordRequest& request) {
    auto read = services::read_record(request, defaults);
    INFO((read ? "" : read.error().detail));
    REQUIRE(read.has_value());
    return std::move(*read);
}

bool says(const std::vector<std::string>& notes, std::string_view words) {
    return std::ranges::any_of(notes, [&](const std::string& note) {
        return note.find(words) != std::string::npos;
    });
}

} // namespace

TEST_CASE("foreign files: a draft stays a draft, also on the way to a network", "[node]") {
    for (const std::string mark :
         {"draft: true",
          "draft: yes",
          "Draft: True",
          "draft: 1",
          "published: false",
          "publish: no",
          "status: draft",
          "private: true",
          "visibility: private"}) {
        INFO(mark);
        auto request = imported("---\ntitle: A page\n" + mark + "\n---\nText\n");
        request.network = "Rivers";
        auto found = read(request);
        CHECK(found.facts.reach == Reach::draft);
        CHECK(found.is_kept_back);
        CHECK(says(found.notes, "stays a draft"));
        request.reach = "network";
        CHECK(read(request).facts.reach == Reach::network);
        request.reach = "";
        request.imported.reset();
        CHECK(read(request).facts.reach == Reach::draft);
    }
    for (const std::string mark :
         {"draft: false", "published: true", "published: 2024-05-03", "status: done", "draft:"}) {
        INFO(mark);
        auto request = imported("---\ntitle: A page\n" + mark + "\n---\nText\n");
        request.network = "Rivers";
        CHECK(read(request).facts.reach == Reach::network);
    }
}

namespace {

struct HeldBack {
    std::string file;
    std::string line; // of the mark
};
const std::vector<HeldBack> held_back{
    {"---\ntitle: My plan\n\tdraft: true\n---\nText\n", "Line 3"},
    {"---\n title: My plan\n draft: true\n---\nText\n", "Line 3"},
    {"---\n\ttitle: My plan\n\tdraft: true\n---\nText\n", "Line 3"},
    {" ---\n title: My plan\n draft: true\n ---\nText\n", "Line 3"},
    {"---\ntitle: My plan\n\u00a0draft: true\n---\nText\n", "Line 3"},
    {"---\ndraft: Ja\n---\nText\n", "Line 2"},
    {"---\ndraft: true;\n---\nText\n", "Line 2"},
    {"---\ndraft: true, for now\n---\nText\n", "Line 2"},
    {"---\ndraft: &x true\n---\nText\n", "Line 2"},
    {"---\ndraft: !!bool true\n---\nText\n", "Line 2"},
    {"---\ndraft:true\n---\nText\n", "Line 2"},
    {"---\ndraft = true\n---\nText\n", "Line 2"},
    {"---\ndraft: false\ndraft: true\n---\nText\n", "Line 3"},
    {"---\n\"draft\": \"true\"\ntitle: [x\n---\nText\n", "Line 2"},
    {"---\ndraft:\n  true\n---\nText\n", "Line 2"},
    {"---\r\ntitle: x\r\n\tdraft: true\r\n---\r\nText\r\n", "Line 3"},
    {"---json\n{\n\"title\": \"My plan\",\n\"draft\": true\n}\n---\nText\n", "Line 4"},
    {";;;\n{\"title\": \"My plan\", \"draft\":true}\n;;;\nText\n", "Line 2"},
    {";;;\n\"title\": \"My plan\",\n\"draft\":true\n;;;\nText\n", "Line 3"},
    {"{\n\"menu\": {\n\"main\": 1\n },\n\"draft\": true\n}\nText\n", "Line 5"},
    {"{\"title\": \"My plan\", \"draft\": true}\n\nText\n", "Line 1"},
    {"---\n{title: My plan, draft: true}\n---\nText\n", "Line 2"},
    {"+++\ntitle = \"x\ndraft = true\n+++\nText\n", "Line 3"},
    {"+++\n[params]\ndraft = true\n+++\nText\n", "Line 3"},
    {"---\ntitle: x\ndraft: true\n\nThe head is not closed.\n", "Line 3"},
    {"Title: x\nStatus: draft\n\nText\n", "Line 2"},
    {"<!--\n.. title: x\n.. status: private\n-->\n\nText\n", "Line 3"},
    {"---\nhidden: true\n---\nText\n", "Line 2"},
    {"---\nunpublished: true\n---\nText\n", "Line 2"},
    {"---\nnopublish: true\n---\nText\n", "Line 2"},
    {"---\nisDraft: true\n---\nText\n", "Line 2"},
    {"---\nunlisted: true\n---\nText\n", "Line 2"},
    {"---\naccess: private\n---\nText\n", "Line 2"},
    {"---\nvisibility: hidden\n---\nText\n", "Line 2"},
    {"---\nstate: draft\n---\nText\n", "Line 2"},
    {"---\nstatus: WIP\n---\nText\n", "Line 2"},
    {"---\nstatus: \"Draft (2)\"\n---\nText\n", "Line 2"},
    {"---\ntags: [maths, draft]\n---\nText\n", "Line 2"},
    {"---\ntags:\n  - maths\n  - status/draft\n---\nText\n", "Line 2"},
    {"---\ntags: maths draft\n---\nText\n", "Line 2"},
    {"---\npublished: not yet\n---\nText\n", "Line 2"},
    {"---\npublishDate: 2099-01-01\n---\nText\n", "Line 2"},
    {"---\npublish_date: 2099-01-01T08:00:00Z\n---\nText\n", "Line 2"}};

} // namespace

TEST_CASE("foreign files: a head that nobody can read holds back what it marks", "[node]") {
    for (const auto& [file, line] : held_back) {
        INFO(file);
        auto request = imported(file);
        request.network = "Rivers";
        const auto found = read(request);
        CHECK(found.facts.reach == Reach::draft);
        CHECK(found.is_kept_back);
        CHECK(says(found.notes, line + " says"));
        CHECK(says(found.notes, "take that line out and import"));
    }
    for (const std::string head :
         {"draft: false # was true",
          "draft: \"no\"",
          "# draft: true",
          "date: 2099-01-01",
          "publishDate: 2024-05-03",
          "published: May 2019",
          "published: true",
          "hidden: off",
          "status: evergreen",
          "access: public",
          "tags: [drafting, second draft of a letter]",
          "title: \"My draft: true or false\"",
          "description: On drafts, draft: true",
          "menu: {main: {weight: 3}}"}) {
        INFO(head);
        auto request = imported("---\ntitle: A page\n" + head + "\n---\nText\n\ndraft: true\n");
        request.network = "Rivers";
        CHECK(read(request).facts.reach == Reach::network);
    }
}

TEST_CASE("foreign files: what stands in a folder of drafts stays a draft", "[node]") {
    auto request = imported("# A plan\n\nText\n", "_drafts/plan.md");
    CHECK(read(request).facts.reach == Reach::draft);
    CHECK(says(read(request).notes, "folder _drafts"));
    request.path = "plan.md";
    request.place = "/srv/site/_Drafts/plan.md";
    CHECK(read(request).facts.reach == Reach::draft);
    request.place = "/srv/site/drafts_of_2019/_drafts.md";
    CHECK(read(request).facts.reach == Reach::school);
}
