#include "node/services/lineage/adoption_stories.hpp"

#include "node/services/lineage/ways_back.hpp"
#include "node/services/text/beginning.hpp"
#include "node/services/text/section_words.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace staffroom::services {
namespace {

using records::FieldCode;

/// The most stories that are told one by one; more are a matter of counting.
constexpr std::size_t stories_max = 100;

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
read_story(const LibraryView& library, const RevisionId& revision, const RevisionId& target) {
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
    const auto seen = library.bare_row_of_revision(target);
    bool is_cut = false;
    const auto begin_of = [&](std::string words) {
        is_cut = is_cut || words.size() > story_bytes_max;
        words.resize(beginning_of(words, story_bytes_max).size());
        return words;
    };
    std::string title(beginning_of(body->title, records::title_bytes_max));
    std::string kept = begin_of(section_words(*body, FieldCode::kept));
    std::string changed = begin_of(section_words(*body, FieldCode::changed));
    std::string what_happened = begin_of(section_words(*body, FieldCode::what_happened));
    std::optional<Transposition> across;
    if (seen && crosses_border(library, *row, *seen)) {
        across = transposition_of(*body);
        across->there = begin_of(std::move(across->there));
        across->here = begin_of(std::move(across->here));
    }
    return AdoptionStory{
        {*row, replica::BodyState::have, std::move(title)},
        source.value_or(*row),
        source.has_value(),
        section_words(*body, FieldCode::adoption_stage),
        section_words(*body, FieldCode::adoption_mode),
        section_words(*body, FieldCode::adoption_outcome),
        std::move(kept),
        std::move(changed),
        std::move(what_happened),
        std::move(across),
        is_cut,
        number_of(*body, FieldCode::pupils_reached),
        number_of(*body, FieldCode::adults_reached)};
}

} // namespace

std::vector<AdoptionStory> stories_of(const LibraryView& library, const RevisionId& document) {
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

AdoptionFacts facts_of(const AdoptionStory& story) {
    return {
        to_base32(story.row.school),
        story.has_source ? to_base32(story.source.school) : std::string(),
        story.outcome,
        story.pupils,
        story.adults,
        0};
}

CountedStories count_stories(const LibraryView& library, const runtime::StopSign& sign) {
    CountedStories counted{{}, false};
    const auto documents = library.documents_of_kind(records::RecordKind::adoption);
    const WaysBack ways(library, documents, sign);
    std::size_t looked_at = 0;
    for (const RevisionId& document : documents)
        for (const Relation& relation : library.relations_from(document)) {
            if (relation.kind != records::RelationKind::tried_in)
                continue;
            if (++looked_at > counted_stories_max || sign.is_up()) {
                counted.is_cut = true;
                return counted;
            }
            const auto story = read_story(library, relation.source, relation.target);
            if (!story)
                continue;
            AdoptionFacts facts = facts_of(*story);
            facts.steps_back = ways.longest_from(document);
            counted.count.add(facts);
        }
    return counted;
}

} // namespace staffroom::services
