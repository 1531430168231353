#include "node/services/records/record_file.hpp"
#include "node/services/text/problem_text.hpp"
#include "protocol/records/rules.hpp"
#include "tests/support/records/corpus.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <sstream>

namespace records = staffroom::records;
namespace services = staffroom::services;

namespace {

struct Row {
    std::string order, school, file, about, relation;
};

std::vector<Row> demo_rows() {
    std::istringstream in(staffroom::tests::read_whole_file(
        staffroom::tests::configs_place() / "demo" / "records.tsv"
    ));
    std::string line;
    std::getline(in, line);
    REQUIRE(line == "order\tschool\tfile\tabout\trelation");
    std::vector<Row> rows;
    while (std::getline(in, line)) {
        std::istringstream fields(line);
        Row row;
        for (std::string* field : {&row.order, &row.school, &row.file, &row.about, &row.relation})
            std::getline(fields, *field, '\t');
        rows.push_back(row);
    }
    return rows;
}

services::ReadRecord read(const Row& row) {
    services::RecordRequest request;
    request.file =
        staffroom::tests::read_whole_file(staffroom::tests::configs_place() / "demo" / row.file);
    request.path = row.file;
    request.network = "Forest";
    if (!row.about.empty())
        request.about.push_back({"aaaaaaaa", row.relation});
    const auto record = services::read_record(request, {"", "Heathview", "", {0}});
    INFO(row.file << ": " << (record ? "" : record.error().detail));
    REQUIRE(record.has_value());
    return *record;
}

} // namespace

TEST_CASE("demo records: all pass the rules at network reach", "[node]") {
    for (const Row& row : demo_rows()) {
        const auto record = read(row);
        for (const records::Problem& problem : records::check(record.body, record.facts))
            FAIL_CHECK(row.file << ": " << services::problem_sentence(problem));
        for (const std::string& note : record.notes)
            FAIL_CHECK(row.file << ": " << note);
    }
}

TEST_CASE(
    "demo records: thirty, of six kinds, by three schools, each about an earlier one", "[node]"
) {
    const auto rows = demo_rows();
    std::set<records::RecordKind> kinds;
    std::map<std::string, std::size_t> by_school;
    std::multiset<std::string> outcomes;
    std::multiset<std::string> forms;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(rows[i].order == std::to_string(i + 1));
        CHECK(rows[i].about.empty() == rows[i].relation.empty());
        if (!rows[i].about.empty())
            CHECK(std::stoul(rows[i].about) <= i);
        const auto record = read(rows[i]);
        kinds.insert(record.facts.kind);
        ++by_school[rows[i].school];
        const auto value = [&](records::FieldCode code) {
            const std::string* found = records::field_value(record.body, code);
            return found == nullptr ? "" : *found;
        };
        outcomes.insert(value(records::FieldCode::adoption_outcome));
        forms.insert(value(records::FieldCode::form));
    }

    CHECK(rows.size() == 30);
    CHECK(kinds.size() == 6);
    CHECK(by_school.size() == 3);
    CHECK(outcomes.contains("no-difference"));
    CHECK(outcomes.contains("stopped-early"));
    CHECK(forms.count("quick-tip") == 2);
    CHECK(forms.count("lesson-study") == 1);
}
