#include "protocol/records/kind_facts.hpp"
#include "tests/support/node/solo_node.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace http = staffroom::http;
namespace json = boost::json;
namespace records = staffroom::records;

namespace {

using Node = staffroom::tests::SoloNode;

std::string text(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

std::map<std::string, json::object> by_name(const json::array& list, std::string_view key) {
    std::map<std::string, json::object> out;
    for (const json::value& each : list)
        out[text(each.as_object(), key)] = each.as_object();
    return out;
}

/// What a record with nothing in it but its form lacks, by the rules themselves.
std::set<std::string>
absent_by_rules(records::RecordKind kind, records::Reach reach, const std::string& form) {
    records::RecordBody body;
    if (!form.empty())
        body.fields.push_back({static_cast<std::uint32_t>(records::FieldCode::form), form});
    std::set<std::string> names;
    for (const records::Problem& problem : records::check(body, {kind, reach, false, {}}))
        if (problem.code == records::ProblemCode::required_missing)
            names.insert(problem.field);
    return names;
}

bool applies(const json::object& asks, const std::string& form) {
    if (asks.contains("across_networks"))
        return false; // an empty record tried nothing of another network
    const json::value* when = asks.if_contains("when");
    if (when == nullptr)
        return true;
    if (when->at("field").as_string() != "form")
        return when->at("is_not").as_bool();
    bool is_one = false;
    for (const json::value& value : when->at("values").as_array())
        is_one = is_one || value.as_string() == form;
    return is_one != when->at("is_not").as_bool();
}

} // namespace

TEST_CASE("API: the kinds name every field of the tables, with the words it takes", "[http]") {
    Node node;
    const json::object answer = node.get("/api/v1/kinds");
    const auto kinds = by_name(answer.at("kinds").as_array(), "kind");
    const auto vocabularies = by_name(answer.at("vocabularies").as_array(), "name");

    REQUIRE(kinds.size() == records::all_kind_facts().size());
    for (const records::KindFacts& facts : records::all_kind_facts()) {
        const json::object& kind = kinds.at(std::string(records::kind_name(facts.kind)));
        const auto fields = by_name(kind.at("fields").as_array(), "name");
        CHECK(fields.size() == records::field_names(facts.kind).size());
        for (const auto& [name, field] : fields) {
            const records::FieldFacts* known = records::find_field(facts.kind, name);
            REQUIRE(known != nullptr);
            CHECK(text(field, "prompt") == known->prompt);
            CHECK(field.contains("vocabulary") == known->vocabulary.has_value());
            if (!known->vocabulary)
                continue;
            const auto words =
                by_name(vocabularies.at(text(field, "vocabulary")).at("words").as_array(), "word");
            CHECK(words.size() == records::vocabulary_values(*known->vocabulary).size());
        }
    }
}

TEST_CASE("API: what the kinds ask for is what the rules miss in an empty record", "[http]") {
    Node node;
    const json::object answer = node.get("/api/v1/kinds");
    for (const auto& [name, kind] : by_name(answer.at("kinds").as_array(), "kind")) {
        const records::RecordKind code = *records::kind_from_name(name);
        const bool has_forms = name == "practice-write-up";
        for (const std::string form : {"write-up", "quick-tip"}) {
            for (const auto reach :
                 {records::Reach::school, records::Reach::circle, records::Reach::network}) {
                const auto absent = absent_by_rules(code, reach, has_forms ? form : "");
                std::size_t asked = 0;
                for (const json::value& each : kind.at("requirements").as_array()) {
                    const json::object& asks = each.as_object();
                    const auto from = *records::reach_from_name(text(asks, "from"));
                    if (reach < from || !applies(asks, has_forms ? form : ""))
                        continue;
                    const json::array& any_of = asks.at("any_of").as_array();
                    if (any_of.size() == 1 && any_of.front().as_string() == "form" && has_forms)
                        continue; // said above
                    ++asked;
                    if (any_of.size() == 1)
                        CHECK(absent.contains(std::string(any_of.front().as_string())));
                }
                std::size_t of_kind = 0;
                for (const std::string& field : absent)
                    of_kind += field != "authors" && field != "summary" && field != "language" &&
                               field != "licence";
                INFO(name << " " << form << " " << records::reach_name(reach));
                CHECK(asked == of_kind);
            }
        }
    }
}

TEST_CASE("API: a quick tip has a place for its three fields and none for a lesson", "[http]") {
    Node node;
    const json::object answer = node.get("/api/v1/kinds");
    const auto kinds = by_name(answer.at("kinds").as_array(), "kind");
    const auto fields = by_name(kinds.at("practice-write-up").at("fields").as_array(), "name");
    const auto is_offered = [&](const std::string& name, std::string_view form) {
        const json::array& forms = fields.at(name).at("forms").as_array();
        return std::find(forms.begin(), forms.end(), json::value(form)) != forms.end();
    };

    CHECK(is_offered("what-to-watch", "quick-tip"));
    CHECK_FALSE(is_offered("what-to-watch", "write-up"));
    CHECK_FALSE(is_offered("case-pupils", "quick-tip"));
    CHECK(is_offered("case-pupils", "lesson-study"));
    CHECK(fields.at("retraction-reason").at("forms").as_array().empty());
    CHECK(kinds.at("adoption").at("targets").as_array().front().as_string() == "tried-in");
}
