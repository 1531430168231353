#include "node/services/lineage/adoption_stories.hpp"

#include "node/services/lineage/lineage.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace staffroom::services {
namespace {

using records::FieldCode;

/// So many are told one by one; more are a matter of counting.
constexpr std::size_t stories_max = 100;

/// A section under its heading, or the same words given as a value.
std::string words_of(const records::RecordBody& body, FieldCode code) {
    if (const std::string* value = records::field_value(body, code))
        return *value;
    std::string_view text = records::section_text(body, code);
    while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' '))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    return std::string(text);
}

std::optional<std::uint64_t> number_of(const records::RecordBody& body, FieldCode code) {
    const std::string* value = records::field_value(body, code);
    std::uint64_t number = 0;
    if (value == nullptr)
        return std::nullopt;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error != std::errc() || end != value->data() + value->size())
        return std::nullopt;
    return number;
}

std::optional<AdoptionStory>
read_story(const Library& library, const RevisionId& revision, const RevisionId& target) {
    const auto row = library.bare_row_of(revision);
    // A draft is not yet a statement that anything was tried.
    if (!row || row->life != LifeState::active ||
        row->reach == static_cast<std::uint32_t>(records::Reach::draft) ||
        row->kind != static_cast<std::uint32_t>(records::RecordKind::adoption))
        return std::nullopt;
    // Versions that stand side by side are one adoption; the newest speaks for it.
    const auto newest = library.bare_row_of(row->document);
    if (newest && newest->revision != revision)
        return std::nullopt;
    const auto body = library.words(revision);
    if (!body)
        return std::nullopt;
    const auto source = library.bare_row_of(target);
    return AdoptionStory{
        {*row, replica::BodyState::have, body->title},
        source.value_or(*row),
        source.has_value(),
        words_of(*body, FieldCode::adoption_stage),
        words_of(*body, FieldCode::adoption_mode),
        words_of(*body, FieldCode::adoption_outcome),
        words_of(*body, FieldCode::kept),
        words_of(*body, FieldCode::changed),
        words_of(*body, FieldCode::what_happened),
        number_of(*body, FieldCode::pupils_reached),
        number_of(*body, FieldCode::adults_reached),
        longest_way_back(library, row->document)};
}

} // namespace

std::vector<AdoptionStory> stories_of(const Library& library, const RevisionId& document) {
    std::vector<AdoptionStory> stories;
    for (const Relation& relation : library.relations_to(document))
        if (relation.kind == records::RelationKind::tried_in && stories.size() < stories_max)
            if (auto story = read_story(library, relation.source, relation.target))
                stories.push_back(std::move(*story));
    std::ranges::sort(stories, {}, [](const AdoptionStory& story) {
        return std::pair(story.row.clock.ms, story.row.revision);
    });
    return stories;
}

std::vector<AdoptionStory> all_stories(const Library& library) {
    std::vector<AdoptionStory> stories;
    for (const RevisionId& document : library.documents_of_kind(records::RecordKind::adoption))
        for (const Relation& relation : library.relations_from(document))
            if (relation.kind == records::RelationKind::tried_in)
                if (auto story = read_story(library, relation.source, relation.target))
                    stories.push_back(std::move(*story));
    return stories;
}

AdoptionFacts facts_of(const AdoptionStory& story) {
    return {
        to_base32(story.row.school),
        story.has_source ? to_base32(story.source.school) : std::string(),
        story.outcome,
        story.pupils,
        story.adults,
        story.steps_back};
}

} // namespace staffroom::services
