#include "node/services/library.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

/// Operations and the like stand in logs beside records; they are not shown.
bool is_record(const log::EntryHeader& header) {
    return header.commitment.has_value();
}

bool is_retraction(const log::EntryHeader& header) {
    return header.retention == static_cast<std::uint32_t>(records::Retention::retraction);
}

std::vector<SchoolId> joint_schools(const records::RecordBody& body) {
    std::vector<SchoolId> schools;
    for (const records::Field& field : body.fields)
        if (field.code == static_cast<std::uint32_t>(records::FieldCode::joint_with))
            if (const auto school = id_from_base32<SchoolId>(field.value))
                schools.push_back(*school);
    return schools;
}

} // namespace

// ------------------------------------------------------------------------------ taking entries in

Result<void> Library::update(const std::vector<LogExtent>& logs) {
    const std::lock_guard lock(mutex_);
    for (const LogExtent& extent : logs)
        if (auto ok = read_log(extent); !ok) {
            fold_changed();
            return ok;
        }
    auto outcome = retry_missing();
    fold_changed();
    return outcome;
}

Result<void> Library::read_log(const LogExtent& extent) {
    LogSize& done = read_.try_emplace(extent.log, LogSize{0}).first->second;
    if (done >= extent.stored)
        return {};
    return store_.for_each_entry(
        extent.log,
        Position{done.value},
        [&](const storage::EntryReader::VisitedEntry& entry) -> Result<bool> {
            if (auto ok = add(entry.row.header, entry.row.state, extent.space); !ok)
                return fail(ok.error());
            done = LogSize{entry.position.value + 1};
            return done < extent.stored;
        }
    );
}

Result<void> Library::add(ByteView header_bytes, replica::BodyState state, const SpaceId& space) {
    auto header = log::parse_header(header_bytes);
    // An entry of a newer version is stored and forwarded; there is nothing of it to show.
    if (!header || !is_record(*header))
        return {};
    const RevisionId id = log::revision_id(header_bytes);
    if (const auto known = revisions_.find(id); known != revisions_.end()) {
        known->second.row.spaces.insert(space);
        return {};
    }
    const RevisionId document = header->document.value_or(id);
    RecordRow row{
        document,
        id,
        header->kind,
        header->reach,
        header->school,
        {space},
        header->clock,
        state,
        {},
        {}};
    RevisionFacts facts{
        id, document, header->parents, header->school, header->clock, is_retraction(*header), {}};
    Revision revision{std::move(row), std::move(facts), header->about};
    if (auto ok = read_words(revision, *header); !ok)
        return ok;
    for (const log::About& about : header->about)
        pointing_at_[about.target].push_back(id);
    documents_[document].revisions.push_back(id);
    changed_.insert(document);
    if (document != id && documents_.contains(id))
        changed_.insert(id); // somebody gave this revision out as a document
    revisions_.emplace(id, std::move(revision));
    return {};
}

Result<void> Library::read_words(Revision& revision, const log::EntryHeader& header) {
    const RevisionId id = revision.row.revision;
    auto found = store_.read_body(id);
    if (!found)
        return fail(found.error());
    revision.row.state = found->state;
    if (found->state != replica::BodyState::have) {
        wordless_.insert(id);
        return {};
    }
    wordless_.erase(id);
    // A body that its author's node wrote wrongly is shown as a record without words, not as an
    // error of ours.
    const auto body = records::decode_body(header.codec, header.plain_length, *found->body.encoded);
    if (!body)
        return {};
    revision.row.title = body->title;
    revision.row.origin = body->origin;
    revision.facts.joint_with = joint_schools(*body);
    if (!body->origin.empty())
        origins_[body->origin].push_back(id);
    return {};
}

Result<void> Library::retry_missing() {
    const std::vector<RevisionId> waiting(wordless_.begin(), wordless_.end());
    for (const RevisionId& id : waiting) {
        auto stored = store_.find_revision(id);
        if (!stored)
            return fail(stored.error());
        Revision& revision = revisions_.at(id);
        revision.row.state = stored->state;
        if (stored->state != replica::BodyState::have)
            continue;
        const auto header = log::parse_header(*stored->header);
        if (!header)
            return fail(header.error());
        if (auto ok = read_words(revision, *header); !ok)
            return ok;
        changed_.insert(revision.row.document); // it may name schools that may revise
    }
    return {};
}

void Library::fold_changed() {
    for (const RevisionId& id : changed_) {
        Document& document = documents_.at(id);
        uncounted_ -= document.view.uncounted.size();
        document.view = is_false(id) ? DocumentView{{}, {}, document.revisions, false}
                                     : fold_revisions(facts_of(document));
        uncounted_ += document.view.uncounted.size();
        for (std::size_t i = 0; i < document.view.order.size(); ++i)
            revisions_.at(document.view.order[i]).row.number = i + 1;
        if (const auto place = place_.find(id); place != place_.end())
            order_.erase(place->second);
        place_.erase(id);
        if (document.view.heads.empty())
            continue;
        const WallTime newest = revisions_.at(document.view.heads.front()).row.clock;
        const OrderKey key{~newest.ms, id};
        order_.emplace(key, id);
        place_.emplace(id, key);
    }
    changed_.clear();
}

// -------------------------------------------------------------------------------- inner questions

std::vector<const RevisionFacts*> Library::facts_of(const Document& document) const {
    std::vector<const RevisionFacts*> facts;
    for (const RevisionId& id : document.revisions)
        facts.push_back(&revisions_.at(id).facts);
    return facts;
}

/// Whether the id, given as that of a document, is that of a later revision of another one: what
/// names it so counts nowhere.
bool Library::is_false(const RevisionId& document) const {
    const auto revision = revisions_.find(document);
    return revision != revisions_.end() && revision->second.row.document != document;
}

bool Library::is_document(const RevisionId& id) const {
    const auto found = documents_.find(id);
    return found != documents_.end() && !found->second.view.heads.empty();
}

/// By the id of the document or of one of its revisions; null: not here, or it does not count.
const Library::Document* Library::find_document(const RevisionId& id) const {
    if (is_document(id))
        return &documents_.at(id);
    const auto revision = revisions_.find(id);
    if (revision == revisions_.end() || !counts(revision->second))
        return nullptr;
    return &documents_.at(revision->second.row.document);
}

bool Library::counts(const Revision& revision) const {
    const DocumentView& view = documents_.at(revision.row.document).view;
    return std::ranges::find(view.uncounted, revision.row.revision) == view.uncounted.end();
}

std::optional<RevisionId> Library::superseded_by(const Document& document) const {
    const SchoolId& owner = revisions_.at(document.view.order.front()).row.school;
    for (const RevisionId& target : document.view.order) {
        const auto sources = pointing_at_.find(target);
        if (sources == pointing_at_.end())
            continue;
        for (const RevisionId& id : sources->second) {
            const Revision& source = revisions_.at(id);
            const bool replaces = std::ranges::any_of(source.about, [&](const log::About& about) {
                return about.target == target &&
                       about.relation ==
                           static_cast<std::uint32_t>(records::RelationKind::supersedes);
            });
            const Document& newer = documents_.at(source.row.document);
            if (replaces && source.row.school == owner && &newer != &document && counts(source) &&
                !newer.view.is_hidden)
                return source.row.document;
        }
    }
    return std::nullopt;
}

/// Of a revision that counts.
RecordRow Library::row_at(const RevisionId& revision) const {
    RecordRow row = revisions_.at(revision).row;
    const Document& document = documents_.at(row.document);
    row.heads = document.view.heads.size();
    if (document.view.is_hidden)
        row.life = LifeState::retracted;
    else if (superseded_by(document))
        row.life = LifeState::superseded;
    return row;
}

// -------------------------------------------------------------------------------------- questions

std::size_t Library::document_count() const {
    const std::lock_guard lock(mutex_);
    return order_.size();
}

std::size_t Library::uncounted_count() const {
    const std::lock_guard lock(mutex_);
    return uncounted_;
}

Result<ShownRecord> Library::show(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto id = resolve(text);
    if (!id)
        return fail(id.error());
    return show_locked(*id);
}

Result<ShownRecord> Library::show(const RevisionId& revision) const {
    const std::lock_guard lock(mutex_);
    const auto known = revisions_.find(revision);
    if (known == revisions_.end() || !counts(known->second))
        return fail(Errc::not_found, "No record here has this id.");
    return show_locked(revision);
}

Result<ShownRecord> Library::show_locked(const RevisionId& id) const {
    const Document& document = documents_.at(revisions_.at(id).row.document);
    auto stored = store_.find_revision(id);
    if (!stored)
        return fail(stored.error());
    auto header = log::parse_header(*stored->header);
    if (!header)
        return fail(header.error());
    auto found = store_.read_body(id);
    if (!found)
        return fail(found.error());
    ShownRecord shown{
        row_at(id),
        std::move(*header),
        std::nullopt,
        document.view.order.size(),
        revisions_.at(document.view.order.front()).row.school,
        document.view.heads,
        superseded_by(document),
        std::nullopt};
    shown.row.state = found->state;
    if (document.view.is_hidden) {
        shown.retraction = "";
        for (const RevisionId& head : document.view.heads)
            if (revisions_.at(head).facts.is_retraction) {
                shown.row.title = revisions_.at(head).row.title;
                if (const auto body = words(head))
                    if (const auto* reason =
                            records::field_value(*body, records::FieldCode::retraction_reason))
                        shown.retraction = *reason;
            }
        return shown;
    }
    if (found->state != replica::BodyState::have)
        return shown;
    auto body =
        records::decode_body(shown.header.codec, shown.header.plain_length, *found->body.encoded);
    if (!body)
        return fail(body.error());
    shown.body = std::move(*body);
    return shown;
}

Result<records::RecordBody> Library::words(const RevisionId& revision) const {
    auto stored = store_.find_revision(revision);
    if (!stored)
        return fail(stored.error());
    const auto header = log::parse_header(*stored->header);
    if (!header)
        return fail(header.error());
    auto found = store_.read_body(revision);
    if (!found)
        return fail(found.error());
    if (found->state != replica::BodyState::have)
        return fail(Errc::not_found, "The words of this revision are not here.");
    return records::decode_body(header->codec, header->plain_length, *found->body.encoded);
}

Result<std::vector<HistoryRow>> Library::history(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto id = resolve(text);
    if (!id)
        return fail(id.error());
    const Document& document = documents_.at(revisions_.at(*id).row.document);
    std::vector<HistoryRow> rows;
    for (const RevisionId& revision : document.view.order) {
        const Revision& known = revisions_.at(revision);
        HistoryRow row{
            row_at(revision),
            known.facts.parents,
            std::ranges::find(document.view.heads, revision) != document.view.heads.end(),
            known.facts.is_retraction,
            {},
            {}};
        if (const auto body = words(revision); body) {
            const auto code = row.is_retraction ? records::FieldCode::retraction_reason
                                                : records::FieldCode::why_changed;
            if (const std::string* why = records::field_value(*body, code))
                row.why_changed = *why;
            for (const records::Author& author : body->authors)
                row.authors.push_back(author.name);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::optional<RecordRow> Library::find_origin(
    const SpaceId& space, const SchoolId& school, const std::string& origin
) const {
    const std::lock_guard lock(mutex_);
    const auto known = origins_.find(origin);
    if (known == origins_.end())
        return std::nullopt;
    for (const RevisionId& id : known->second) {
        const RecordRow& row = revisions_.at(id).row;
        if (row.school == school && row.spaces.contains(space) && counts(revisions_.at(id)))
            return row_at(documents_.at(row.document).view.heads.front());
    }
    return std::nullopt;
}

std::vector<RecordRow> Library::with_origin(const std::string& origin) const {
    const std::lock_guard lock(mutex_);
    std::set<RevisionId> documents;
    if (const auto known = origins_.find(origin); known != origins_.end())
        for (const RevisionId& id : known->second)
            if (counts(revisions_.at(id)))
                documents.insert(revisions_.at(id).row.document);
    std::vector<RecordRow> rows;
    for (const RevisionId& document : documents)
        rows.push_back(row_at(documents_.at(document).view.heads.front()));
    return rows;
}

std::vector<RevisionId> Library::heads_of(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    const Document* found = find_document(document);
    return found == nullptr ? std::vector<RevisionId>{} : found->view.heads;
}

bool Library::is_hidden(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    const Document* found = find_document(document);
    return found != nullptr && found->view.is_hidden;
}

std::vector<SchoolId>
Library::may_revise(const RevisionId& document, const std::vector<RevisionId>& parents) const {
    const std::lock_guard lock(mutex_);
    const Document* found = find_document(document);
    if (found == nullptr)
        return {};
    return services::may_revise(facts_of(*found), parents);
}

} // namespace staffroom::services
