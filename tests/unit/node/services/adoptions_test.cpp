#include "node/services/adoptions.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace staffroom;
using services::AdoptionFacts;
using services::SchoolPlace;

namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream in(line + "\t");
    for (std::string cell; std::getline(in, cell, '\t');)
        cells.push_back(cell);
    return cells;
}

std::vector<Row> rows_of(const std::string& name) {
    std::ifstream file(std::filesystem::path(SHARED_DIR) / "corpus/sample" / (name + ".tsv"));
    std::string line;
    REQUIRE(std::getline(file, line));
    const auto titles = cells_of(line);
    std::vector<Row> rows;
    while (std::getline(file, line)) {
        const auto cells = cells_of(line);
        Row& row = rows.emplace_back();
        for (std::size_t i = 0; i < titles.size(); ++i)
            row[titles[i]] = i < cells.size() ? cells[i] : "";
    }
    return rows;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::uint64_t>(std::stoull(text));
}

std::map<std::string, SchoolPlace> sample_schools() {
    std::map<std::string, SchoolPlace> schools;
    for (const Row& row : rows_of("schools"))
        schools[row.at("id")] = {{row.at("network")}, row.at("area"), row.at("trust")};
    return schools;
}

std::vector<AdoptionFacts> sample_adoptions() {
    std::map<std::string, std::string> school_of; // document or adoption to school
    for (const Row& row : rows_of("circulation"))
        school_of[row.at("id")] = row.at("school");
    std::map<std::string, std::size_t> steps;
    std::vector<AdoptionFacts> facts;
    for (const Row& row : rows_of("adoptions")) {
        const std::string& of = row.at("of");
        school_of[row.at("id")] = row.at("school");
        steps[row.at("id")] = (steps.contains(of) ? steps.at(of) : 0) + 1;
        facts.push_back(
            {row.at("school"),
             school_of.at(of),
             row.at("outcome"),
             number_of(row.at("pupils_reached")),
             number_of(row.at("adults_reached")),
             steps.at(row.at("id"))}
        );
    }
    return facts;
}

std::map<std::string, double> expected_totals() {
    std::map<std::string, double> totals;
    for (const Row& row : rows_of("expected_adoption_totals"))
        totals[row.at("name")] = std::stod(row.at("value"));
    return totals;
}

} // namespace

TEST_CASE("adoptions: the sample's three networks give the expected totals", "[corpus]") {
    const auto expected = expected_totals();

    const auto totals = services::count_adoptions(sample_adoptions(), sample_schools());

    const std::map<std::string, double> counted{
        {"adoptions", static_cast<double>(totals.adoptions)},
        {"adoptions with a pupil count", static_cast<double>(totals.with_pupil_count)},
        {"pupils reached, all reaches, own node view", static_cast<double>(totals.pupils)},
        {"adults reached, all reaches", static_cast<double>(totals.adults)},
        {"adoptions across schools", static_cast<double>(totals.across_schools)},
        {"adoptions across networks", static_cast<double>(totals.across_networks)},
        {"adoptions across areas", static_cast<double>(totals.across_areas)},
        {"adoptions across trusts or none", static_cast<double>(totals.across_trusts_or_none)},
        {"longest adaptation chain, steps", static_cast<double>(totals.longest_chain)}};
    for (const auto& [name, value] : counted) {
        INFO(name);
        CHECK(expected.at(name) == Approx(value));
    }
}

TEST_CASE(
    "adoptions: what is not counted is not zero, and own records cross no school", "[adoptions]"
) {
    const std::map<std::string, SchoolPlace> schools{
        {"a", {{"rivers"}, "north", "trust"}}, {"b", {{"rivers"}, "south", "trust"}}};

    const auto totals = services::count_adoptions(
        {{"a", "a", "mixed", 5, std::nullopt, 1},
         {"a", "b", "mixed", std::nullopt, 2, 1},
         {"b", "", "too-early", 0, std::nullopt, 2}},
        schools
    );

    CHECK(totals.adoptions == 3);
    CHECK(totals.with_pupil_count == 2);
    CHECK(totals.pupils == 5);
    CHECK(totals.adults == 2);
    CHECK(totals.across_schools == 1);
    CHECK(totals.across_networks == 0);
    CHECK(totals.across_areas == 1);
    CHECK(totals.across_trusts_or_none == 0);
    CHECK(totals.longest_chain == 2);
    CHECK(totals.outcomes.at("mixed") == 2);
}
