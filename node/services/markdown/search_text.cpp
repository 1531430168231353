#include "node/services/markdown/search_text.hpp"

#include "node/services/markdown/markdown.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

using records::FieldCode;
using enum records::FieldCode;

constexpr std::array context_codes{
    context,
    context_phase_mix,
    context_size_band,
    context_place,
    context_need,
    context_time,
    context_staff,
    who_where_when_how_much,
    where_it_worked,
    situation_before,
    travels_to,
};

// The fields of outcomes, for every person and of every sort: all of them count alike.
constexpr std::array outcome_codes{
    what_pupils_did_or_said,
    outcome_for_pupils,
    outcome_for_adults,
    outcome_aim,
    what_we_found,
    what_did_not_work,
    what_it_means_for_practice,
    adoption_outcome,
    what_happened,
    call_outcome,
};

constexpr std::array facet_codes{phases, subjects, focus};

template <std::size_t N> bool is_among(const std::array<FieldCode, N>& codes, std::uint32_t code) {
    return std::ranges::find(codes, static_cast<FieldCode>(code)) != codes.end();
}

/// Adds words; words of two sources never join into one phrase that nobody wrote.
void add(std::string& column, std::string_view words) {
    if (words.empty())
        return;
    if (!column.empty())
        column += "\n\n";
    column += words;
}

/// Tells whether a heading outside the vocabulary says "context", with whatever signs around it.
bool is_context_heading(std::string_view heading) {
    std::string letters;
    for (const char c : heading)
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            letters += static_cast<char>(c | 0x20);
    return letters == "context" || letters == "ourcontext";
}

bool is_free_text(std::uint32_t code) {
    const records::FieldFacts* const facts = records::find_field(code);
    return facts == nullptr || facts->shape == records::FieldShape::text ||
           facts->shape == records::FieldShape::section;
}

/// The words that stand for an import whose maker nobody named (services/records/record_file): no
/// words of anybody.
constexpr std::string_view attribution_to_file = "From the file ";

/// The sections as a person reads them, each part of the text once however they overlap.
class Sections {
public:
    Sections(std::string_view whole, std::string& column)
        : whole_(whole)
        , column_(column) {}

    void add(const records::Section& section) {
        const std::size_t begin = std::max<std::size_t>(section.begin, done_);
        if (section.end <= begin)
            return;
        done_ = section.end;
        services::add(column_, text_as_read(whole_.substr(begin, section.end - begin)));
    }

private:
    std::string_view whole_;
    std::string& column_;
    std::size_t done_ = 0;
};

} // namespace

SearchWords search_words(const records::RecordBody& body) {
    using storage::SearchColumn;
    SearchWords words;
    const auto column = [&](SearchColumn which) -> std::string& {
        return words[static_cast<std::size_t>(which)];
    };
    column(SearchColumn::title) = body.title;
    for (const records::Author& author : body.authors) {
        add(column(SearchColumn::author), author.name);
        add(column(SearchColumn::school), author.school_name);
    }
    std::string& text = column(SearchColumn::text);
    add(text, body.summary);
    add(text, text_as_read(body.text));
    for (const records::Field& field : body.fields) {
        if (is_free_text(field.code))
            add(text, field.value);
        if (is_among(context_codes, field.code))
            add(column(SearchColumn::context), field.value);
        if (is_among(outcome_codes, field.code))
            add(column(SearchColumn::outcome), field.value);
    }
    const std::string_view whole = body.text;
    Sections context_sections(whole, column(SearchColumn::context));
    Sections outcome_sections(whole, column(SearchColumn::outcome));
    for (const records::Section& section : body.sections) {
        const bool is_named =
            section.code == 0 &&
            is_context_heading(
                whole.substr(section.heading_begin, section.begin - section.heading_begin)
            );
        if (is_named || is_among(context_codes, section.code))
            context_sections.add(section);
        if (is_among(outcome_codes, section.code))
            outcome_sections.add(section);
    }
    for (const records::Attachment& file : body.attachments) {
        add(text, file.name);
        add(text, file.description);
    }
    // An attribution names the maker, then source, licence and changes.
    const std::string_view attribution = body.attribution.starts_with(attribution_to_file)
                                             ? std::string_view()
                                             : std::string_view(body.attribution);
    const std::size_t end_of_makers = std::min(attribution.find(';'), attribution.size());
    add(column(SearchColumn::author), attribution.substr(0, end_of_makers));
    add(text, attribution.substr(end_of_makers));
    return words;
}

std::vector<storage::FacetValue> search_facets(const records::RecordBody& body) {
    std::vector<storage::FacetValue> facets;
    for (const records::Field& field : body.fields)
        if (is_among(facet_codes, field.code))
            facets.push_back({field.code, field.value});
    return facets;
}

} // namespace staffroom::services
