// Where a revision may stand: whose the document is, on which revisions it builds, and whether
// somebody revised it meanwhile. [R7]
#include "node/services/publishing/preparation.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

Refusal refusal(std::string sentence, std::string code, std::string next) {
    return {{Errc::not_allowed, std::move(sentence)}, std::move(code), std::move(next)};
}

std::string school_name(const Preparation& with, const SchoolId& school) {
    const auto found = std::ranges::find(with.schools, school, &KnownSchool::id);
    return found == with.schools.end() || found->name.empty() ? "another school" : found->name;
}

bool are_same(std::vector<RevisionId> a, std::vector<RevisionId> b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    return a == b;
}

Refusal two_versions(const std::string& id, std::size_t heads) {
    return refusal(
        "Of this record " + std::to_string(heads) + " versions stand side by side.",
        "record.two-versions",
        "read both with `staffroom show " + id + "`, then write one text of them and run " +
            "`staffroom revise " + id + " FILE --join`."
    );
}

Refusal changed_since(const std::string& id) {
    return refusal(
        "Somebody has revised this record meanwhile.",
        "record.changed",
        "read the newer text with `staffroom show " + id +
            "` and revise that one; or keep both with --beside."
    );
}

/// The parents that the wish leads to, given the heads as they are.
std::variant<std::vector<RevisionId>, Refusal> choose_parents(
    const Preparation& with, const RevisionWish& wish, const RecordRow& found, const std::string& id
) {
    const bool is_pinned = wish.document.find('@') != std::string::npos;
    const auto pinned = is_pinned ? std::optional(found.revision) : std::nullopt;
    // As many as one revision can name [L4]; what is left is joined by the next one.
    const auto heads = with.seen_by_writer.first_heads(found.document);
    std::vector<RevisionId> seen = wish.on;
    if (seen.empty() && pinned && !wish.join)
        seen = {*pinned};
    if (wish.join) {
        if (!wish.on.empty() && !are_same(wish.on, heads))
            return changed_since(id);
        return heads;
    }
    if (!seen.empty() && wish.beside)
        return seen;
    if (found.heads > 1)
        return two_versions(id, found.heads);
    if (!seen.empty() && !are_same(seen, heads))
        return changed_since(id);
    return heads;
}

} // namespace

std::variant<RevisionPlace, Refusal> find_place(const Preparation& with, const RevisionWish& wish) {
    const auto found = with.seen_by_writer.find(wish.document);
    if (!found)
        return Refusal{
            found.error(),
            found.error().code == Errc::not_found ? "id.not-found" : "id.ambiguous",
            found.error().code == Errc::not_found ? "run `staffroom list` to see the ids."
                                                  : "type more characters of the id."};
    const std::string id = to_base32(found->document);
    for (const RevisionId& seen : wish.on) {
        const auto row = with.seen_by_writer.row_of_revision(seen);
        if (!row || row->document != found->document)
            return changed_since(id); // whatever was seen, it is no state of this record
    }
    const auto parents = choose_parents(with, wish, *found, id);
    if (const auto* refused = std::get_if<Refusal>(&parents))
        return *refused;
    const auto& on = std::get<std::vector<RevisionId>>(parents);
    const auto allowed = with.library.may_revise(found->document, on);
    if (std::ranges::find(allowed, with.school) == allowed.end())
        return refusal(
            "This record belongs to " + school_name(with, found->school) +
                "; only they can revise it or take it back.",
            "record.not-yours",
            "publish your own with --about " + id + " --relation adapts, or comment on theirs."
        );
    if (!with.writer.may_change(found->document))
        return refusal_for_colleague();
    if (found->life == LifeState::superseded) {
        const auto shown = with.seen_by_writer.show(found->revision);
        const std::string newer =
            shown && shown->superseded_by ? to_base32(*shown->superseded_by) : "its successor";
        return refusal(
            "This record has been replaced by " + newer + ".",
            "record.superseded",
            "revise that one: `staffroom revise " + newer + " FILE`."
        );
    }
    const auto base = with.seen_by_writer.row_of_revision(on.front());
    return RevisionPlace{base.value_or(*found), on};
}

std::optional<Refusal> why_not_again(const Preparation& with, const RevisionPlace& place) {
    if (place.row.life != LifeState::retracted)
        return std::nullopt;
    const auto shown = with.library.show(place.row.revision);
    if (shown && shown->owner == with.school)
        return std::nullopt;
    return refusal(
        "The school that began this record has taken it back.",
        "record.not-yours",
        "ask them to undo that, or publish a record of your own."
    );
}

bool is_read_by_others(std::uint32_t reach) {
    return reach != static_cast<std::uint32_t>(records::Reach::draft);
}

bool replaces_a_colleagues(const Preparation& with, const Targets& targets) {
    return std::ranges::any_of(targets, [&with](const auto& target) {
        const auto row = with.library.bare_row_of(target.first);
        return target.second == static_cast<std::uint32_t>(records::RelationKind::supersedes) &&
               row && row->school == with.school && !with.writer.may_change(row->document);
    });
}

Refusal refusal_for_colleague() {
    return refusal(
        "This record is a colleague's; its holder or a lead of the school can change it.",
        "record.other-writer",
        "ask its holder, or a lead to hand it over."
    );
}

} // namespace staffroom::services
