#include "protocol/base/text.hpp"
#include "protocol/records/kind_facts.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace staffroom::records {
namespace {

template <class Value> struct Named {
    Value value;
    std::string_view name;
};

// clang 14 deduces no arguments for an aggregate by itself.
template <class Value> Named(Value, std::string_view) -> Named<Value>;

constexpr std::array kinds{
    Named{RecordKind::practice_write_up, "practice-write-up"},
    Named{RecordKind::enquiry_finding, "enquiry-finding"},
    Named{RecordKind::peer_review_note, "peer-review-note"},
    Named{RecordKind::adoption, "adoption"},
    Named{RecordKind::comment, "comment"},
    Named{RecordKind::call, "call"},
    Named{RecordKind::citation, "citation"},
    Named{RecordKind::group, "group"},
    Named{RecordKind::event, "event"},
    Named{RecordKind::newsletter, "newsletter"},
    Named{RecordKind::survey, "survey"},
    Named{RecordKind::survey_response, "survey-response"},
    Named{RecordKind::person, "person"},
    Named{RecordKind::consent, "consent"},
};

constexpr std::array reaches{
    Named{Reach::draft, "draft"},
    Named{Reach::school, "school"},
    Named{Reach::circle, "circle"},
    Named{Reach::network, "network"},
    Named{Reach::linked, "linked"},
    Named{Reach::open, "public"},
};

constexpr std::array relations{
    Named{RelationKind::adapted_from, "adapted-from"},
    Named{RelationKind::follows, "follows"},
    Named{RelationKind::adapts, "adapts"},
    Named{RelationKind::departs_from, "departs-from"},
    Named{RelationKind::tried_in, "tried-in"},
    Named{RelationKind::reviews, "reviews"},
    Named{RelationKind::answers, "answers"},
    Named{RelationKind::cites, "cites"},
    Named{RelationKind::supersedes, "supersedes"},
    Named{RelationKind::translation_of, "translation-of"},
    Named{RelationKind::part_of, "part-of"},
    Named{RelationKind::happened_at, "happened-at"},
    Named{RelationKind::comments_on, "comments-on"},
};

template <class Table, class Value> std::string_view name_of(const Table& table, Value value) {
    for (const auto& row : table)
        if (row.value == value)
            return row.name;
    return "";
}

template <class Value, std::size_t N>
Result<Value> from_number(const std::array<Named<Value>, N>& table, std::uint64_t raw) {
    for (const auto& row : table)
        if (static_cast<std::uint64_t>(row.value) == raw)
            return row.value;
    return fail(Errc::unknown_value, "number " + std::to_string(raw));
}

template <class Value, std::size_t N>
std::optional<Value> find_name(const std::array<Named<Value>, N>& table, std::string_view name) {
    for (const auto& row : table)
        if (row.name == name)
            return row.value;
    return std::nullopt;
}

/// What `name` stands for; where it stands for nothing, the nearest of the offered names.
template <class Value, std::size_t N>
Result<Value> from_name(
    const std::array<Named<Value>, N>& table,
    std::string_view name,
    std::vector<std::string_view> offered = {}
) {
    if (const auto found = find_name(table, name))
        return *found;
    if (offered.empty())
        for (const auto& row : table)
            offered.push_back(row.name);
    std::string detail = "\"" + std::string(name) + "\" is not known";
    const std::string_view near = nearest_name(name, offered);
    if (!near.empty())
        detail += "; did you mean \"" + std::string(near) + "\"?";
    return fail(Errc::unknown_value, std::move(detail));
}

/// Names are lower case, their words joined by hyphens.
std::string as_a_name(std::string_view typed) {
    std::string out(typed);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        if (c == ' ')
            c = '-';
    }
    return out;
}

/// Tells whether a single word means one of the words of a name: "litracy" means
/// literacy-and-oracy.
bool has_part_near(std::string_view name, std::string_view word) {
    constexpr std::size_t part_bytes_min = 5;
    if (word.size() < part_bytes_min || word.find('-') != std::string_view::npos)
        return false;
    for (std::size_t begin = 0; begin < name.size();) {
        const std::size_t end = std::min(name.find('-', begin), name.size());
        const std::string_view part = name.substr(begin, end - begin);
        if (part.size() >= part_bytes_min && edits_between(word, part) <= word.size() / 4)
            return true;
        begin = end + 1;
    }
    return false;
}

} // namespace

std::string_view kind_name(RecordKind kind) {
    return name_of(kinds, kind);
}
std::string_view reach_name(Reach reach) {
    return name_of(reaches, reach);
}
std::string_view relation_name(RelationKind relation) {
    return name_of(relations, relation);
}

Result<RecordKind> parse_kind(std::uint64_t raw) {
    return from_number(kinds, raw);
}
Result<Reach> parse_reach(std::uint64_t raw) {
    return from_number(reaches, raw);
}
Result<RelationKind> parse_relation(std::uint64_t raw) {
    return from_number(relations, raw);
}

Result<RecordKind> kind_from_name(std::string_view name) {
    // Offers only written kinds: nobody can write the later ones yet.
    static const std::vector<std::string_view> written = [] {
        std::vector<std::string_view> names;
        for (const KindFacts& facts : all_kind_facts())
            names.push_back(kind_name(facts.kind));
        return names;
    }();
    return from_name(kinds, name, written);
}
Result<Reach> reach_from_name(std::string_view name) {
    return from_name(reaches, name);
}
Result<RelationKind> relation_from_name(std::string_view name) {
    return from_name(relations, name);
}

std::optional<RecordKind> find_kind(std::string_view name) {
    return find_name(kinds, name);
}
std::optional<RelationKind> find_relation(std::string_view name) {
    return find_name(relations, name);
}

bool is_written_here(RecordKind kind) {
    return find_kind_facts(kind) != nullptr;
}

std::string_view nearest_name(std::string_view typed, std::span<const std::string_view> names) {
    // Names are short; a long word is near none of them and is not worth the arithmetic.
    constexpr std::size_t word_bytes_max = 64;
    if (typed.size() > word_bytes_max)
        return "";
    const std::string word = as_a_name(typed);
    std::string_view best;
    std::size_t fewest = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view name : names) {
        const std::size_t edits = edits_between(word, as_a_name(name));
        if (edits < fewest && edits < name.size()) {
            fewest = edits;
            best = name;
        }
    }
    if (!best.empty())
        return best;
    const auto part = std::ranges::find_if(names, [&](std::string_view name) {
        return has_part_near(name, word);
    });
    return part == names.end() ? std::string_view() : *part;
}

} // namespace staffroom::records
