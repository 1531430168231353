#include "node/services/lineage/adoptions.hpp"
#include "tests/support/records/corpus.hpp"

#include <catch2/catch.hpp>

#include <charconv>
#include <iomanip>
#include <sstream>

namespace services = staffroom::services;
using services::AdoptionFacts;
using services::SchoolPlace;

namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& line, char at) {
    std::vector<std::string> parts(1);
    for (const char c : line)
        if (c == at)
            parts.emplace_back();
        else if (c != '\r')
            parts.back() += c;
    return parts;
}

std::vector<Row> sample(const std::string& name) {
    std::istringstream in(staffroom::tests::read_whole_file(
        staffroom::tests::shared_place() / "corpus" / "sample" / name
    ));
    std::string line;
    std::getline(in, line);
    const auto names = split(line, '\t');
    std::vector<Row> rows;
    while (std::getline(in, line)) {
        const auto values = split(line, '\t');
        REQUIRE(values.size() == names.size());
        Row row;
        for (std::size_t i = 0; i < names.size(); ++i)
            row[names[i]] = values[i];
        rows.push_back(std::move(row));
    }
    return rows;
}

std::optional<std::uint64_t> number(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

std::map<std::string, SchoolPlace> sample_schools() {
    std::map<std::string, SchoolPlace> schools;
    for (const Row& row : sample("schools.tsv")) {
        const auto networks = split(row.at("network"), ';');
        schools[row.at("id")] = {
            {networks.begin(), networks.end()}, row.at("area"), row.at("trust")};
    }
    return schools;
}

std::vector<AdoptionFacts> sample_adoptions() {
    std::map<std::string, std::string> school_of;
    for (const Row& row : sample("circulation.tsv"))
        school_of[row.at("id")] = row.at("school");
    std::map<std::string, std::size_t> steps; // an adoption stands below what it is of
    std::vector<AdoptionFacts> adoptions;
    for (const Row& row : sample("adoptions.tsv")) {
        const std::string& of = row.at("of");
        REQUIRE(school_of.contains(of));
        school_of[row.at("id")] = row.at("school");
        steps[row.at("id")] = steps[of] + 1;
        adoptions.push_back(
            {row.at("school"),
             school_of.at(of),
             row.at("outcome"),
             number(row.at("pupils_reached")),
             number(row.at("adults_reached")),
             steps.at(row.at("id"))}
        );
    }
    return adoptions;
}

std::string share(std::size_t part, std::size_t whole) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(4)
        << static_cast<double>(part) / static_cast<double>(whole);
    return out.str();
}

AdoptionFacts tried(std::string school, std::string source) {
    return {std::move(school), std::move(source), "mixed", 6, 1, 1};
}

} // namespace

TEST_CASE("adoptions: the sample's totals are the expected ones, row for row", "[node][corpus]") {
    const auto totals = services::count_adoptions(sample_adoptions(), sample_schools());
    const auto outcome = [&](const std::string& word) {
        const auto found = totals.outcomes.find(word);
        return found == totals.outcomes.end() ? 0 : found->second;
    };
    const std::size_t not_positive =
        outcome("no-difference") + outcome("did-not-suit") + outcome("stopped-early");
    const std::map<std::string, std::string> counted{
        {"adoptions", std::to_string(totals.adoptions)},
        {"adoptions with a pupil count", std::to_string(totals.with_pupil_count)},
        {"pupils reached, all reaches, own node view", std::to_string(totals.pupils)},
        {"adults reached, all reaches", std::to_string(totals.adults)},
        {"adoptions across schools", std::to_string(totals.across_schools)},
        {"adoptions across networks", std::to_string(totals.across_networks)},
        {"adoptions across areas", std::to_string(totals.across_areas)},
        {"share across areas", share(totals.across_areas, totals.adoptions)},
        {"adoptions across trusts or none", std::to_string(totals.across_trusts_or_none)},
        {"longest adaptation chain, steps", std::to_string(totals.longest_chain)},
        {"outcomes worked-as-described", std::to_string(outcome("worked-as-described"))},
        {"outcomes not positive or stopped", std::to_string(not_positive)}};

    std::map<std::string, std::string> expected;
    for (const Row& row : sample("expected_adoption_totals.tsv"))
        expected[row.at("name")] = row.at("value");
    CHECK(counted == expected);
}

TEST_CASE("adoptions: nothing counted is all zero", "[node]") {
    const auto totals = services::count_adoptions({}, {});

    CHECK(totals.adoptions == 0);
    CHECK(totals.pupils == 0);
    CHECK(totals.longest_chain == 0);
    CHECK(totals.outcomes.empty());
}

TEST_CASE("adoptions: what crosses is told by network, area and trust, each alone", "[node]") {
    const std::map<std::string, SchoolPlace> schools{
        {"a", {{"rivers"}, "North", "T"}},
        {"b", {{"rivers", "forest"}, "North", "T"}},
        {"c", {{"forest"}, "North", ""}},
        {"d", {{"forest"}, "South", ""}}};
    const auto count = [&](const std::string& by, const std::string& source) {
        return services::count_adoptions({tried(by, source)}, schools);
    };

    CHECK(count("a", "b").across_schools == 1);
    CHECK(count("a", "b").across_networks == 0);
    CHECK(count("a", "b").across_trusts_or_none == 0);
    CHECK(count("a", "c").across_networks == 1);
    CHECK(count("a", "c").across_areas == 0);
    CHECK(count("a", "c").across_trusts_or_none == 1);
    CHECK(count("c", "d").across_trusts_or_none == 1); // two schools without a trust share none
    CHECK(count("c", "d").across_areas == 1);
}

TEST_CASE("adoptions: one's own record or one that is not here crosses nothing", "[node]") {
    const auto totals = services::count_adoptions({tried("a", "a"), tried("a", "")}, {});

    CHECK(totals.adoptions == 2);
    CHECK(totals.across_schools == 0);
    CHECK(totals.across_networks == 0);
    CHECK(totals.across_areas == 0);
}

TEST_CASE("adoptions: pupils that nobody counted are not pupils that were none", "[node]") {
    AdoptionFacts uncounted = tried("a", "b");
    uncounted.pupils.reset();
    uncounted.adults.reset();
    AdoptionFacts none = tried("a", "b");
    none.pupils = 0;

    const auto totals = services::count_adoptions({uncounted, none, tried("a", "b")}, {});

    CHECK(totals.with_pupil_count == 2);
    CHECK(totals.pupils == 6);
    CHECK(totals.adults == 2);
}
