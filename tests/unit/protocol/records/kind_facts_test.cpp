// The table of kinds: a kind that lacks a part is named here.
#include "protocol/records/kind_facts.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace records = staffroom::records;
using records::FieldCode;
using records::FieldFacts;
using records::FieldShape;
using records::KindFacts;

namespace {

const FieldFacts* field(const KindFacts& kind, FieldCode code) {
    const FieldFacts* facts = records::find_field(static_cast<std::uint32_t>(code));
    return facts != nullptr && records::belongs_to(*facts, kind.kind) ? facts : nullptr;
}

} // namespace

TEST_CASE("kind facts: each kind that is written has a name and one row", "[records]") {
    std::set<records::RecordKind> seen;
    for (const KindFacts& kind : records::all_kind_facts()) {
        CAPTURE(static_cast<std::uint32_t>(kind.kind));
        CHECK(!records::kind_name(kind.kind).empty());
        CHECK(seen.insert(kind.kind).second);
        CHECK(records::is_written_here(kind.kind));
        CHECK(records::find_kind_facts(kind.kind) == &records::facts_of(kind.kind));
        // A note says above its text what may stand there and how long it may be.
        if (kind.is_note)
            CHECK((kind.text_characters_max > 0 && !kind.prompt.empty()));
    }
    CHECK_FALSE(records::is_written_here(records::RecordKind::survey));
    CHECK(records::facts_of(records::RecordKind::survey).asks.empty());
}

TEST_CASE("kind facts: its own fields have its numbers, words and questions", "[records]") {
    for (const KindFacts& kind : records::all_kind_facts())
        for (const FieldFacts& facts : kind.fields) {
            CAPTURE(records::kind_name(kind.kind), facts.name);
            const auto number = static_cast<std::uint32_t>(facts.code);
            CHECK(number / 100 == static_cast<std::uint32_t>(kind.kind));
            CHECK(facts.kinds == 1U << static_cast<std::uint32_t>(kind.kind));
            CHECK((facts.shape == FieldShape::vocabulary) == facts.vocabulary.has_value());
            if (facts.shape == FieldShape::section)
                CHECK(!facts.prompt.empty());
        }
    for (const FieldFacts& facts : records::all_fields()) {
        CAPTURE(facts.name);
        if (!facts.vocabulary)
            continue;
        CHECK(!records::vocabulary_name(*facts.vocabulary).empty());
        CHECK(records::vocabulary_values(*facts.vocabulary).size() > 1);
    }
}

TEST_CASE("kind facts: what a kind asks for is something that it has", "[records]") {
    for (const KindFacts& kind : records::all_kind_facts())
        for (const records::Requirement& asks : kind.asks) {
            CAPTURE(records::kind_name(kind.kind), asks.words);
            CHECK(asks.from >= records::Reach::school);
            CHECK(asks.any_of.front() != FieldCode::none);
            std::size_t count = 0;
            for (const FieldCode code : asks.any_of) {
                if (code == FieldCode::none)
                    continue;
                CAPTURE(static_cast<std::uint32_t>(code));
                CHECK(field(kind, code) != nullptr);
                ++count;
            }
            CHECK((count == 1 || !asks.words.empty())); // several have no name of their own
            if (asks.when.field == FieldCode::none)
                continue;
            const FieldFacts* decides = field(kind, asks.when.field);
            REQUIRE(decides != nullptr);
            REQUIRE(decides->vocabulary.has_value());
            for (const std::string_view value : asks.when.values)
                CHECK((value.empty() || records::is_in_vocabulary(*decides->vocabulary, value)));
        }
}
