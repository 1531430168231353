// Taking a record back, and undoing that: revisions of their own. [R8]
#include "node/services/library/targets.hpp"
#include "node/services/publishing/checks/detail_check.hpp"
#include "node/services/publishing/header_room.hpp"
#include "node/services/publishing/prior_revision.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

using records::Reach;
using records::RecordKind;

constexpr std::size_t reason_characters_max = 600;

Prepared refused_retraction(Refusal refusal) {
    return {std::nullopt, std::move(refusal)};
}

/// The body of a retraction: the title and the reason, no text. [R8]
records::RecordBody
notice_of(const records::RecordBody& former, const RetractionRequest& request, WallTime now) {
    records::RecordBody body;
    body.title = former.title;
    body.authors = former.authors;
    body.language = former.language;
    body.licence = former.licence;
    body.created = former.created;
    body.modified = now;
    body.fields.push_back(
        {static_cast<std::uint32_t>(records::FieldCode::retraction_reason), request.reason}
    );
    return body;
}

/// Everything that the document was ever about: where a practice came from stays visible, and
/// comes first, should there not be room for all.
std::vector<std::pair<RevisionId, std::uint32_t>>
all_relations(const LibraryView& library, const RevisionId& document) {
    std::vector<std::pair<RevisionId, std::uint32_t>> about;
    for (const Relation& relation : library.relations_from(document))
        about.emplace_back(relation.target, static_cast<std::uint32_t>(relation.kind));
    std::ranges::sort(about);
    about.erase(std::unique(about.begin(), about.end()), about.end());
    std::stable_partition(about.begin(), about.end(), [](const auto& each) {
        const auto relation = records::parse_relation(each.second);
        return relation && carries_practice(*relation);
    });
    return about;
}

/// The attack is a slip: a text is taken back because it named a pupil, and its reason, which every
/// school goes on showing, names the pupil again. [domain 3.4]
std::optional<Refusal> why_not_said(const std::string& reason, const RevisionPlace& place) {
    if (!leaves_the_school(static_cast<Reach>(place.row.reach)))
        return std::nullopt;
    auto findings = pupil_details::find_in_value(reason, "reason");
    if (findings.empty())
        return std::nullopt;
    Refusal refusal{
        {Errc::not_allowed,
         "The reason goes to other schools and stays visible, and may itself tell who a pupil "
         "is: " +
             findings.front().words + " (" + std::string(findings.front().rule->id) + ")."},
        "record.pupil-details",
        "say it without what leads to a child, such as --reason \"it named a pupil\"."};
    refusal.pupil_details = std::move(findings);
    return refusal;
}

/// Whose it is and how it stands; nothing: it may go on.
std::optional<Refusal>
why_not(const Preparation& with, const RetractionRequest& request, const RevisionPlace& place) {
    const bool is_hidden = place.row.life == LifeState::retracted;
    if (is_hidden != request.undo)
        return Refusal{
            {Errc::not_allowed,
             is_hidden ? "The record has been taken back already."
                       : "The record has not been taken back."},
            "record.state",
            "run `staffroom history " + to_base32(place.row.document) + "` to see its revisions."};
    const auto shown = with.library.show(place.row.revision);
    if (!shown || shown->owner != with.school)
        return Refusal{
            {Errc::not_allowed, "Only the school that began this record can take it back."},
            "record.not-yours",
            "ask them, or revise your part of it."};
    const std::size_t characters = records::character_count(request.reason);
    if (!request.undo && (characters == 0 || characters > reason_characters_max))
        return Refusal{
            {Errc::invalid_input, "A reason of 1 to 600 characters is needed; it stays visible."},
            "record.reason",
            "add --reason TEXT, such as --reason \"the counts were wrong\"."};
    return request.undo ? std::nullopt : why_not_said(request.reason, place);
}

} // namespace

Prepared prepare_retraction(const Preparation& with, const RetractionRequest& request) {
    RevisionWish wish{request.document, request.on};
    wish.join = true; // a record is taken back with all its versions
    auto found = find_place(with, wish);
    if (auto* refusal = std::get_if<Refusal>(&found))
        return refused_retraction(std::move(*refusal));
    const auto& place = std::get<RevisionPlace>(found);
    if (auto refusal = why_not(with, request, place))
        return refused_retraction(std::move(*refusal));
    const auto former = prior_revision_of(with.seen_by_writer, place);
    if (!former)
        return refused_retraction({former.error()});
    records::RecordBody body =
        request.undo ? former->body : notice_of(former->body, request, with.now);
    body.modified = with.now;
    auto encoded = records::encode_body(body);
    if (!encoded)
        return refused_retraction({encoded.error()});
    std::uint64_t attachment_bytes = 0;
    for (const records::Attachment& attachment : body.attachments)
        attachment_bytes += attachment.size;
    replica::RecordDraft draft{
        *place.row.spaces.begin(),
        place.row.kind,
        place.row.document,
        place.parents,
        all_relations(with.seen_by_writer, place.row.document),
        place.row.reach,
        static_cast<std::uint32_t>(encoded->codec),
        encoded->plain_length,
        attachment_bytes,
        std::move(encoded->encoded),
        std::nullopt,
        static_cast<std::uint32_t>(
            request.undo ? records::Retention::kept : records::Retention::retraction
        )};
    // Whoever may have read it hears of this, too.
    const Crossing crossing = crossing_of(with.crossing(), place.parents);
    draft.links = crossing.ids();
    draft.pass_on = crossing.pass_on;
    while (!fits_a_header(draft, with.school))
        draft.about.pop_back(); // taking back is never refused for want of room
    return {
        std::move(draft),
        crossing.told(
            {place.row.document,
             unknown_yet,
             static_cast<RecordKind>(place.row.kind),
             static_cast<Reach>(place.row.reach),
             body.title,
             request.undo ? "restored" : "retracted",
             {}}
        )};
}

} // namespace staffroom::services
