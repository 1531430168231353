// GET /api/v1/kinds: what there is to know of each kind of record before one is written, as data.
// The page makes its forms from it, so that form, template and refusal have one source. It reads
// the tables of protocol/records and says nothing of this node.
#include "node/http/answers/json.hpp"
#include "node/http/records/records_api.hpp"
#include "node/services/vocabulary/record_template.hpp"
#include "protocol/records/kind_facts.hpp"

#include <algorithm>
#include <set>

namespace staffroom::http::api {
namespace {

using records::FieldCode;
using records::FieldFacts;
using records::KindFacts;
using records::VocabularyId;

std::string_view shape_text(records::FieldShape shape) {
    switch (shape) {
    case records::FieldShape::text: return "text";
    case records::FieldShape::vocabulary: return "word";
    case records::FieldShape::number: return "number";
    case records::FieldShape::date: return "date";
    case records::FieldShape::section: return "section";
    }
    return "";
}

std::string_view name_of(FieldCode code) {
    const FieldFacts* facts = records::find_field(static_cast<std::uint32_t>(code));
    return facts == nullptr ? std::string_view() : facts->name;
}

/// The forms that a kind has; one without a name where it has none.
std::vector<std::string_view> forms_of(const KindFacts& kind) {
    const auto has_forms = [](const FieldFacts& facts) { return facts.code == FieldCode::form; };
    if (std::ranges::none_of(kind.fields, has_forms))
        return {""};
    const auto words = records::vocabulary_values(VocabularyId::write_up_form);
    return {words.begin(), words.end()};
}

JsonObject field_json(const FieldFacts& facts, const KindFacts& kind) {
    JsonArray offered_in;
    for (const std::string_view form : forms_of(kind))
        if (services::offers_field(facts, kind.kind, form))
            offered_in.emplace_back(form);
    JsonObject out{
        {"name", facts.name},
        {"shape", shape_text(facts.shape)},
        {"count_max", facts.count_max},
        {"characters_max", facts.characters_max},
        {"heading", services::heading_of(facts)},
        {"prompt", facts.prompt},
        {"forms", std::move(offered_in)}};
    if (facts.vocabulary)
        out["vocabulary"] = records::vocabulary_name(*facts.vocabulary);
    return out;
}

JsonObject requirement_json(const records::Requirement& asks) {
    JsonArray any_of;
    for (const FieldCode code : asks.any_of)
        if (code != FieldCode::none)
            any_of.emplace_back(name_of(code));
    JsonObject out{{"from", records::reach_name(asks.from)}, {"any_of", std::move(any_of)}};
    if (asks.when.field != FieldCode::none) {
        JsonArray values;
        for (const std::string_view value : asks.when.values)
            if (!value.empty())
                values.emplace_back(value);
        out["when"] = JsonObject{
            {"field", name_of(asks.when.field)},
            {"values", std::move(values)},
            {"is_not", asks.when.is_not}};
    }
    if (asks.across_networks)
        out["across_networks"] = true;
    return out;
}

JsonObject kind_json(const KindFacts& kind) {
    JsonArray fields;
    for (const FieldFacts& facts : records::all_fields())
        if (records::belongs_to(facts, kind.kind))
            fields.emplace_back(field_json(facts, kind));
    JsonArray asks;
    for (const records::Requirement& each : kind.asks)
        asks.emplace_back(requirement_json(each));
    JsonArray targets;
    for (const records::RelationKind relation : kind.targets)
        targets.emplace_back(records::relation_name(relation));
    return {
        {"kind", records::kind_name(kind.kind)},
        {"is_note", kind.is_note},
        {"asks_summary", kind.asks_summary},
        {"can_be_answered", kind.can_be_answered},
        {"text_characters_max", kind.text_characters_max},
        {"prompt", kind.prompt},
        {"targets", std::move(targets)},
        {"fields", std::move(fields)},
        {"requirements", std::move(asks)}};
}

JsonObject vocabulary_json(VocabularyId id) {
    JsonArray words;
    for (const std::string_view word : records::vocabulary_values(id))
        words.emplace_back(JsonObject{{"word", word}, {"meaning", records::meaning_of(id, word)}});
    return {{"name", records::vocabulary_name(id)}, {"words", std::move(words)}};
}

} // namespace

void list_kinds(const Services&, const Request&, const Respond& respond) {
    JsonArray kinds;
    for (const KindFacts& kind : records::all_kind_facts())
        kinds.emplace_back(kind_json(kind));
    std::set<VocabularyId> used{VocabularyId::licence};
    for (const FieldFacts& facts : records::all_fields())
        if (facts.vocabulary)
            used.insert(*facts.vocabulary);
    JsonArray vocabularies;
    for (const VocabularyId id : used)
        vocabularies.emplace_back(vocabulary_json(id));
    respond(ok(JsonObject{{"kinds", std::move(kinds)}, {"vocabularies", std::move(vocabularies)}}));
}

} // namespace staffroom::http::api
