#include "protocol/records/field_rows.hpp"
#include "protocol/records/kind_facts.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace staffroom::records {
namespace {

using enum FieldCode;

/// The fields that belong to several kinds. The fields of one kind alone stand beside its facts.
constexpr std::array shared_fields{
    words(phases, "phases", every, VocabularyId::phase, 3),
    words(subjects, "subjects", every, VocabularyId::subject, 3),
    words(focus, "focus", every, VocabularyId::focus, 5),
    texts(priorities, "priorities", every, 3, 100),
    text(
        context_phase_mix,
        "context-phase-mix",
        described,
        context_characters_max,
        "Which year groups, mixed or not?"
    ),
    text(
        context_size_band,
        "context-size-band",
        described,
        context_characters_max,
        "How big is the school or the class, roughly?"
    ),
    text(
        context_place,
        "context-place",
        described,
        context_characters_max,
        "Town, village, coast? What is the place like?"
    ),
    text(
        context_need, "context-need", described, context_characters_max, "What did the pupils need?"
    ),
    text(
        context_time,
        "context-time",
        described,
        context_characters_max,
        "When in the day, week or year, and for how long?"
    ),
    text(
        context_staff, "context-staff", described, context_characters_max, "Who was there to do it?"
    ),
    text(
        licence_note,
        "licence-note",
        every,
        line_characters_max,
        "Only where the licence needs a word more."
    ),
    text(
        pupil_detail_check,
        "pupil-detail-check",
        every,
        200,
        "Did you read it for names and other details of pupils? Say so."
    ),
    text(check_confirmed_by, "check-confirmed-by", every, 200),
    text(why_changed, "why-changed", every, 200),
    text(source_kind, "source-kind", every, 64),
    number(pupils_reached, "pupils-reached", write_up | adoption),
    number(adults_reached, "adults-reached", write_up | adoption),
    number(class_groups, "class-groups", write_up),
    words(
        evidence_strength, "evidence-strength", write_up | finding, VocabularyId::evidence_strength
    ),
    words(
        field_of_knowledge,
        "field-of-knowledge",
        write_up | finding,
        VocabularyId::field_of_knowledge
    ),
    words(depth, "depth", write_up | adoption, VocabularyId::depth),
    words(year_groups, "year-groups", every, VocabularyId::year_group, 15),
    section(
        context,
        "context",
        described,
        "In which school, with whom, when and with which staff? Counts do not matter."
    ),
    texts(
        joint_with,
        "joint-with",
        every,
        11,
        52,
        "Which other schools of your networks wrote it too? They may revise it."
    ),
    text(retraction_reason, "retraction-reason", every, line_characters_max),
    texts(check_confirmed_rules, "check-confirmed-rules", every, 32, 40),
    text(check_confirmed_reason, "check-confirmed-reason", every, line_characters_max),
    date(check_confirmed_on, "check-confirmed-on", every),
};

/// The name that people write for one value of a field that takes several.
struct Singular {
    std::string_view written;
    std::string_view name;
};
constexpr std::array singulars{
    Singular{"phase", "phases"},
    Singular{"subject", "subjects"},
    Singular{"priority", "priorities"},
    Singular{"method", "methods"},
    Singular{"year-group", "year-groups"},
    Singular{"partner-school", "partner-schools"},
};

/// Lowers ASCII letters, joins runs of spaces into one, and drops a closing colon or question mark.
std::string plain_heading(std::string_view heading) {
    std::string plain;
    for (const char c : heading) {
        const bool is_space = c == ' ' || c == '\t' || c == '-';
        if (is_space && (plain.empty() || plain.back() == ' '))
            continue;
        if (is_space)
            plain += ' ';
        else
            plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    while (!plain.empty() && (plain.back() == ' ' || plain.back() == ':' || plain.back() == '?'))
        plain.pop_back();
    return plain;
}

/// What a heading that begins a section may say.
struct SectionWords {
    const FieldFacts* facts;
    std::string name;
    std::string heading;
};

const std::vector<SectionWords>& all_sections() {
    static const std::vector<SectionWords> all = [] {
        std::vector<SectionWords> made;
        for (const FieldFacts& facts : all_fields())
            if (facts.shape == FieldShape::section)
                made.push_back({&facts, plain_heading(facts.name), plain_heading(facts.heading)});
        return made;
    }();
    return all;
}

} // namespace

std::span<const FieldFacts> all_fields() {
    static const std::vector<FieldFacts> all = [] {
        std::vector<FieldFacts> made(shared_fields.begin(), shared_fields.end());
        for (const KindFacts& facts : all_kind_facts())
            made.insert(made.end(), facts.fields.begin(), facts.fields.end());
        return made;
    }();
    return all;
}

bool belongs_to(const FieldFacts& facts, RecordKind kind) {
    return (facts.kinds & only(kind)) != 0;
}

const FieldFacts* find_field(std::uint32_t code) {
    const auto all = all_fields();
    const auto found = std::ranges::find(all, static_cast<FieldCode>(code), &FieldFacts::code);
    return found == all.end() ? nullptr : &*found;
}

const FieldFacts* find_field(RecordKind kind, std::string_view name) {
    const auto singular = std::ranges::find(singulars, name, &Singular::written);
    const std::string_view wanted = singular == singulars.end() ? name : singular->name;
    const auto all = all_fields();
    const auto found = std::ranges::find_if(all, [&](const FieldFacts& facts) {
        return facts.name == wanted && belongs_to(facts, kind);
    });
    return found == all.end() ? nullptr : &*found;
}

const FieldFacts* find_section(RecordKind kind, std::string_view heading) {
    const std::string wanted = plain_heading(heading);
    const auto& all = all_sections();
    const auto found = std::ranges::find_if(all, [&](const SectionWords& each) {
        return belongs_to(*each.facts, kind) && (each.name == wanted || each.heading == wanted);
    });
    return wanted.empty() || found == all.end() ? nullptr : found->facts;
}

std::vector<std::string_view> field_names(RecordKind kind) {
    std::vector<std::string_view> names;
    for (const FieldFacts& facts : all_fields())
        if (belongs_to(facts, kind))
            names.push_back(facts.name);
    return names;
}

} // namespace staffroom::records
