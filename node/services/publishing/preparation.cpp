#include "node/services/publishing/preparation.hpp"

#include "node/services/library/targets.hpp"
#include "node/services/publishing/brought_files.hpp"
#include "node/services/publishing/checks/detail_check.hpp"
#include "node/services/publishing/checks/space_check.hpp"
#include "node/services/publishing/checks/transposition_check.hpp"
#include "node/services/publishing/header_room.hpp"
#include "node/services/publishing/import_guard.hpp"
#include "node/services/publishing/origin_row.hpp"
#include "node/services/publishing/prior_revision.hpp"
#include "node/services/publishing/reimport.hpp"
#include "node/services/publishing/repetition.hpp"
#include "node/services/records/names.hpp"
#include "node/services/text/refusal_text.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

using records::Reach;
using records::RelationKind;

Prepared refused(Refusal refusal) {
    return {std::nullopt, std::move(refusal)};
}

Prepared refused(const Error& error) {
    return {std::nullopt, Refusal{error}};
}

/// The work on one request, step by step.
class Maker {
public:
    Maker(
        const Preparation& with, const RecordRequest& request, const std::optional<SpaceId>& asked
    )
        : with_(with)
        , request_(request)
        , asked_(asked) {}

    Prepared make() {
        if (request_.revises) {
            auto place = find_place(with_, *request_.revises);
            if (auto* refusal = std::get_if<Refusal>(&place))
                return refused(std::move(*refusal));
            place_ = std::get<RevisionPlace>(std::move(place));
            if (auto refusal = why_not_again(with_, *place_))
                return refused(std::move(*refusal));
        }
        RecordDefaults defaults{
            with_.options.language,
            with_.options.school_name,
            with_.options.person,
            with_.now,
            with_.options.place,
            with_.schools,
            std::nullopt,
            with_.options.licence};
        if (with_.writer.person) {
            defaults.person = with_.writer.name;
            defaults.person_id = to_bytes(with_.writer.person->view());
        }
        if (place_) {
            auto former = prior_revision_of(with_.seen_by_writer, *place_);
            if (!former)
                return refused(former.error());
            defaults.former = std::move(*former);
        }
        auto read = read_record(request_, defaults);
        if (!read)
            return refused(read.error());
        read_ = std::move(*read);
        Prepared made = judge();
        // What could not be read is often why something lacks.
        if (auto* refusal = std::get_if<Refusal>(&made.outcome))
            refusal->notes = read_->notes;
        made.origin_key = std::move(origin_key_);
        return made;
    }

private:
    /// Something is wrong: nothing is kept. Something is absent: a draft is. Else it is written.
    Prepared judge() {
        const auto own = place_ ? std::optional(place_->row.document) : std::nullopt;
        auto targets = find_targets(with_.seen_by_writer, *read_, with_.school, own);
        if (auto* refusal = std::get_if<Refusal>(&targets))
            return refused(std::move(*refusal));
        targets_ = std::get<Targets>(std::move(targets));
        if (!place_ && replaces_a_colleagues(with_, targets_))
            return refused(refusal_for_colleague());
        ask_for_repetition(with_, place_, *read_);
        auto space = find_space(*read_, with_.school, place_ ? &place_->row : nullptr, asked_);
        if (auto* refusal = std::get_if<Refusal>(&space))
            return refused(std::move(*refusal));
        space_ = std::get<SpaceId>(space);
        ask_for_transposition(with_.seen_by_writer, targets_, *space_, *read_);
        const auto builds_on = place_ ? place_->parents : std::vector<RevisionId>();
        auto crossing = find_crossing(with_.crossing(), *read_, *space_, builds_on);
        if (auto* refusal = std::get_if<Refusal>(&crossing))
            return refused(std::move(*refusal));
        crossing_ = std::get<Crossing>(std::move(crossing));
        const std::vector<records::Problem> problems = read_->problems;
        if (problems.empty())
            return write();
        const bool is_wrong =
            !std::ranges::all_of(problems, records::is_absence, &records::Problem::code);
        const bool is_shared = place_ && is_read_by_others(place_->row.reach);
        Refusal refusal{{Errc::not_allowed, sentence_of(problems, read_->facts.reach)}};
        refusal.problems = problems;
        add_details(refusal, open_details(builds_on), request_);
        if (is_wrong || is_shared || read_->facts.reach == Reach::draft) {
            refusal.code = is_wrong ? "record.refused" : "record.incomplete";
            refusal.next = next_step(problems, is_wrong, is_shared);
            return refused(std::move(refusal));
        }
        return keep_as_draft(std::move(refusal));
    }

    /// What may tell who a pupil is, in a record that is to leave the school. `on`: what the record
    /// builds on there.
    std::vector<pupil_details::Finding> open_details(const std::vector<RevisionId>& on = {}) {
        if (!leaves_the_school(read_->facts.reach))
            return {};
        using Former = Result<records::RecordBody>;
        const Former former =
            on.empty() ? Former(fail(Errc::not_found)) : with_.library.words(on.front());
        std::string person = with_.writer.person ? with_.writer.name : with_.options.person;
        if (person.empty() && !read_->body.authors.empty())
            person = read_->body.authors.front().name;
        return find_open_details(
            *read_, {request_, former ? &*former : nullptr, std::move(person), with_.now}
        );
    }

    replica::RecordDraft bare_draft() const {
        return {
            *space_,
            static_cast<std::uint32_t>(read_->facts.kind),
            std::nullopt,
            {},
            targets_,
            static_cast<std::uint32_t>(read_->facts.reach),
            0,
            0,
            0,
            nullptr,
            std::nullopt,
            0,
            crossing_.ids(),
            crossing_.pass_on};
    }

    /// A record that leaves the school's own space begins anew in the network. [R8]
    bool is_widened() const { return place_ && !place_->row.spaces.contains(*space_); }

    Prepared write() {
        replica::RecordDraft draft = bare_draft();
        std::string outcome = "published";
        if (is_widened()) {
            draft.about.emplace_back(
                place_->row.revision, static_cast<std::uint32_t>(RelationKind::supersedes)
            );
        } else if (place_) {
            if (auto same = skipped_if_same())
                return std::move(*same);
            draft.document = place_->row.document;
            draft.parents = place_->parents;
            outcome = "revised";
        }
        if (auto done = look_up_origin(draft))
            return std::move(*done);
        if (draft.document)
            outcome = "revised";
        else if (const auto kept = find_kept_draft(with_, read_->body.origin, draft.space))
            draft.about.emplace_back(*kept, static_cast<std::uint32_t>(RelationKind::supersedes));
        if (auto open = open_details(draft.parents); !open.empty()) {
            Refusal refusal{{Errc::not_allowed, ""}};
            add_details(refusal, std::move(open), request_);
            // What others read already stays as it is.
            return draft.document ? refused(std::move(refusal)) : keep_as_draft(std::move(refusal));
        }
        return encode(std::move(draft), std::move(outcome));
    }

    std::optional<Prepared> skipped_if_same() const {
        const bool is_text = place_->row.life == LifeState::active && place_->parents.size() == 1;
        // Why a text has changed is said of a change.
        const bool sets_nothing = std::ranges::all_of(request_.set, [](const auto& each) {
            return each.first == "why-changed";
        });
        if (!is_text || !sets_nothing || !request_.about.empty() ||
            place_->row.reach != static_cast<std::uint32_t>(read_->facts.reach) ||
            crossing_.is_wider)
            return std::nullopt;
        const auto body = with_.library.words(place_->row.revision);
        // The file may be the same while an author or an attached picture is another one.
        if (!body || !has_same_bytes(*body, request_) || body->authors != read_->body.authors ||
            body->attachments != read_->body.attachments)
            return std::nullopt;
        return Prepared{
            std::nullopt, published(place_->row.document, place_->row.revision, "skipped")};
    }

    PublishedRecord
    published(const RevisionId& document, const RevisionId& revision, std::string outcome) const {
        return crossing_.told(
            {document,
             revision,
             read_->facts.kind,
             read_->facts.reach,
             read_->body.title,
             std::move(outcome),
             read_->notes}
        );
    }

    /// Sets the draft's document and parents when its origin is known; an answer when nothing has
    /// changed.
    std::optional<Prepared> look_up_origin(replica::RecordDraft& draft) {
        const std::string& origin = read_->body.origin;
        if (origin.empty() || place_)
            return std::nullopt;
        KnownRecord known;
        if (read_->is_exported)
            known = find_known(
                with_.library, *read_, with_.school, draft.space, request_.network.empty()
            );
        if (is_hidden(with_, known.same) || is_hidden(with_, known.own))
            return refused(hidden_origin());
        if (known.same)
            return skipped(known.same);
        OriginRow row = origin_row(with_.options.local_secret, draft.space, origin, request_.file);
        origin_key_ = row.key;
        const auto before =
            known.own ? known.own : with_.library.find_origin(draft.space, with_.school, origin);
        if (is_hidden(with_, before))
            return refused(hidden_origin());
        const auto stored = with_.store.row(replica::RowKind::origin, row.key);
        if (!stored && stored.error().code != Errc::not_found)
            return refused(stored.error());
        if (stored && is_of_file(*stored, row) && !is_unfinished(before) &&
            !brings_files(with_.library, before, request_, *read_))
            return skipped(before);
        if (!before && !stored)
            if (const auto moved = same_words_elsewhere(with_, request_, *read_, draft.space);
                moved && !is_unfinished(moved) && !is_hidden(with_, moved))
                return skipped(moved);
        if (before && !request_.replace && !is_unfinished(before)) {
            const auto body = with_.library.words(before->revision);
            const bool is_last =
                body && stored && is_made_from(with_, *body, draft.space, origin, *stored);
            if (auto refusal = why_not_replace(with_, {*before, *read_, is_last}))
                return refused(std::move(*refusal));
        }
        if (before && !with_.writer.may_change(before->document))
            return refused(refusal_for_colleague());
        if (before) {
            // The row may have been lost with a damaged store while the record came back from a
            // neighbour.
            const auto body = with_.library.words(before->revision);
            if (body && !stored && has_same_bytes(*body, request_) &&
                !brings_files(with_.library, before, request_, *read_))
                return skipped(before);
            if (body)
                keep_files(*body, *read_);
            if (read_->is_exported)
                read_->body.modified = with_.now; // somebody has changed the file since
            draft.document = before->document;
            draft.parents = with_.library.first_heads(before->document);
        }
        if (says_all(request_, *read_))
            remember_request(row, with_.options.local_secret, request_digest(request_));
        draft.origin =
            replica::Row{replica::RowKind::origin, std::move(row.key), std::move(row.value)};
        return std::nullopt;
    }

    /// Kept as a draft before, and asked for again with a wider reach.
    bool is_unfinished(const std::optional<RecordRow>& before) const {
        return before && before->reach == static_cast<std::uint32_t>(Reach::draft) &&
               read_->facts.reach != Reach::draft;
    }

    /// An origin whose record has been erased leads to no record any more; its ids are zero.
    Prepared skipped(const std::optional<RecordRow>& row) const {
        return {
            std::nullopt,
            published(
                row ? row->document : unknown_yet, row ? row->revision : unknown_yet, "skipped"
            )};
    }

    Prepared encode(replica::RecordDraft draft, std::string outcome) {
        const auto base = place_                  ? std::optional(place_->row.revision)
                          : draft.parents.empty() ? std::nullopt
                                                  : std::optional(draft.parents.front());
        drop_named_hashes(with_.library, base, request_, *read_);
        auto encoded = records::encode_body(read_->body);
        if (!encoded && encoded.error().code == Errc::too_large)
            return refused(Error{
                Errc::too_large,
                "The record has too much beside its text: at most 256 attachments, and 320 KiB "
                "with everything."});
        if (!encoded)
            return refused(encoded.error());
        if (!fits_a_header(draft, with_.school))
            return refused(Refusal{
                {Errc::too_large, "The record names too many others; about 90 have room."},
                "record.refused",
                "leave out some of what it is about."});
        draft.codec = static_cast<std::uint32_t>(encoded->codec);
        draft.plain_length = encoded->plain_length;
        draft.encoded = std::move(encoded->encoded);
        for (const records::Attachment& attachment : read_->body.attachments)
            draft.attachment_bytes += attachment.size;
        const RevisionId document = draft.document.value_or(unknown_yet);
        return {
            std::move(draft),
            published(document, unknown_yet, std::move(outcome)),
            {},
            origin_note(read_->body)};
    }

    /// The words stay in the school, and nothing that was asked for is lost.
    Prepared keep_as_draft(Refusal refusal) {
        const Reach wanted = read_->facts.reach;
        if (refusal.code.empty())
            refusal.code = "record.incomplete";
        if (with_.only_check) {
            if (refusal.next.empty())
                refusal.next = "complete the file and try again.";
            return refused(std::move(refusal));
        }
        // A draft on what colleagues read already would hide it from them.
        if (place_ && is_read_by_others(place_->row.reach))
            return refused(std::move(refusal));
        read_->facts.reach = Reach::draft;
        crossing_ = {};
        space_ = log::school_space(with_.school);
        replica::RecordDraft draft = bare_draft();
        if (place_) {
            draft.document = place_->row.document;
            draft.parents = place_->parents;
        }
        if (auto done = look_up_origin(draft)) {
            auto* same = std::get_if<PublishedRecord>(&done->outcome);
            if (same == nullptr)
                return std::move(*done);
            const auto row = with_.library.bare_row_of(same->document);
            if (row && !is_read_by_others(row->reach)) {
                refusal.next = step_from_draft(refusal, wanted);
                refusal.draft = std::move(*same);
                refusal.draft->outcome = "draft";
                refusal.draft->stood_before = true;
            }
            return refused(std::move(refusal));
        }
        if (const auto row =
                draft.document ? with_.library.bare_row_of(*draft.document) : std::nullopt;
            row && is_read_by_others(row->reach))
            return refused(std::move(refusal));
        Prepared kept = encode(std::move(draft), "draft");
        auto* record = std::get_if<PublishedRecord>(&kept.outcome);
        if (record == nullptr)
            return kept;
        refusal.next = step_from_draft(refusal, wanted);
        refusal.draft = std::move(*record);
        kept.outcome = std::move(refusal);
        return kept;
    }

    const Preparation& with_;
    const RecordRequest& request_;
    const std::optional<SpaceId>& asked_;
    std::optional<RevisionPlace> place_{};
    std::optional<ReadRecord> read_{};
    std::optional<SpaceId> space_{};
    Targets targets_{};
    Crossing crossing_{};
    Bytes origin_key_{};
};

} // namespace

Prepared prepare_record(
    const Preparation& with, const RecordRequest& request, const std::optional<SpaceId>& asked
) {
    if (!request.origin.empty() || request.place.empty())
        return Maker(with, request, asked).make();
    RecordRequest placed = request;
    placed.origin = origin_of_place(with.options.local_secret, request.place);
    return Maker(with, placed, asked).make();
}

} // namespace staffroom::services
