#include "node/services/erasure/erasure_plan.hpp"

#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"

#include <algorithm>
#include <set>

namespace staffroom::services {
namespace {

/// Older texts of older texts: more steps than any record takes on its way out of the school.
constexpr std::size_t ways_out_max = 16;

/// Notes every revision of one document, and the older documents that these took the place of.
class Planner {
public:
    Planner(const LibraryView& library, const SchoolId& own, ErasurePlan& plan)
        : library_(library)
        , own_(own)
        , own_space_(log::school_space(own))
        , plan_(plan) {}

    Result<void> add_document(const std::string& text) {
        std::size_t before = 0;
        do {
            auto page = library_.history(text, before);
            if (!page)
                return fail(page.error());
            for (const HistoryRow& row : page->rows)
                add_revision(row.row);
            before = page->rows.empty() ? 0 : page->rows.front().row.number;
        } while (before > 1);
        return {};
    }

    void add_revision(const RecordRow& row) {
        has_words_ = has_words_ || row.state == replica::BodyState::have;
        const auto shown = library_.show(row.revision);
        const bool names_links = shown && !shown->header.audience.empty();
        if (row.school != own_) {
            plan_.of_others.push_back(row);
            if (names_links)
                plan_.linked_of_others.emplace(row.revision, shown->header);
            return;
        }
        for (const SpaceId& space : row.spaces) {
            if (space != own_space_)
                plan_.orders[space].push_back(row.revision);
            else if (row.state != replica::BodyState::erased)
                add_local(row);
        }
        if (names_links)
            plan_.linked.push_back(shown->header);
        if (shown)
            for (const log::About& about : shown->header.about)
                if (about.relation == static_cast<std::uint32_t>(records::RelationKind::supersedes))
                    older_.push_back(about.target);
    }

    /// The texts from which it was made stay in the school's own space, and say the same.
    void add_older_texts() {
        for (std::size_t step = 0; step < ways_out_max && !older_.empty(); ++step) {
            std::vector<RevisionId> targets;
            targets.swap(older_);
            for (const RevisionId& target : targets) {
                const auto row = library_.bare_row_of_revision(target);
                const bool is_ours =
                    row && row->school == own_ && row->spaces == std::set<SpaceId>{own_space_};
                if (!is_ours || !seen_.insert(row->document).second)
                    continue;
                // A document that cannot be read has nothing left to go.
                static_cast<void>(add_document(to_base32(row->document)));
            }
        }
    }

    [[nodiscard]] bool has_words() const { return has_words_; }

private:
    void add_local(const RecordRow& row) {
        plan_.local.push_back(row.revision);
        plan_.local_documents.insert(row.document);
        if (row.reach != static_cast<std::uint32_t>(records::Reach::draft))
            plan_.is_read_by_colleagues = true;
    }

    const LibraryView& library_;
    SchoolId own_;
    SpaceId own_space_;
    ErasurePlan& plan_;
    std::vector<RevisionId> older_;
    std::set<RevisionId> seen_;
    bool has_words_ = false;
};

void add_speakers(const LibraryView& library, const SpaceId& own_space, ErasurePlan& plan) {
    std::set<RevisionId> seen;
    for (const Relation& relation : library.relations_to(plan.record.document)) {
        if (!seen.insert(relation.source_document).second)
            continue;
        const auto row = library.row_of(relation.source_document);
        if (!row)
            continue;
        const bool is_draft = row->spaces == std::set<SpaceId>{own_space};
        (is_draft ? plan.drafts : plan.cited_by).push_back(*row);
    }
}

} // namespace

Result<ErasurePlan> plan_erasure(
    const LibraryView& library,
    const LibraryView& gathered,
    const std::string& text,
    const SchoolId& own
) {
    auto row = library.find(text);
    if (!row)
        return fail(row.error());
    ErasurePlan plan{*row, own, {}, {}, {}, false, {}, {}, {}, false, {}, {}};
    Planner planner(gathered, own, plan);
    if (text.find('@') != std::string::npos) {
        planner.add_revision(gathered.row_of_revision(row->revision).value_or(*row));
    } else {
        if (auto added = planner.add_document(to_base32(row->document)); !added)
            return fail(added.error());
        planner.add_older_texts();
    }
    plan.is_gone = !planner.has_words();
    add_speakers(library, log::school_space(own), plan);
    return plan;
}

void order_for_gone(
    ErasurePlan& plan, const std::function<bool(const SpaceId&, const SchoolId&)>& may_order
) {
    if (!plan.orders.empty())
        return;
    const SchoolId gone = plan.record.school;
    std::erase_if(plan.of_others, [&](const RecordRow& row) {
        bool is_ordered = false;
        for (const SpaceId& space : row.spaces) {
            if (row.school != gone || !may_order(space, gone))
                continue;
            plan.orders[space].push_back(row.revision);
            is_ordered = true;
        }
        const auto crossed = plan.linked_of_others.find(row.revision);
        if (is_ordered && crossed != plan.linked_of_others.end())
            plan.linked.push_back(crossed->second);
        return is_ordered;
    });
    if (!plan.orders.empty())
        plan.school = gone;
}

std::vector<replica::FormerNetwork>
leave_out_former(RevisionsBySpace& orders, const std::vector<replica::FormerNetwork>& former) {
    std::vector<replica::FormerNetwork> left_out;
    for (const replica::FormerNetwork& network : former)
        if (orders.erase(log::space_of(network.network)) > 0)
            left_out.push_back(network);
    return left_out;
}

void leave_out_ordered(
    RevisionsBySpace& orders,
    std::span<const replica::ErasureStatus> standing,
    network::ErasureKind kind
) {
    std::set<std::pair<SpaceId, RevisionId>> ordered;
    for (const replica::ErasureStatus& each : standing)
        if (each.placed.order.kind == kind || each.placed.order.kind == network::ErasureKind::whole)
            for (const RevisionId& entry : each.placed.order.entries)
                ordered.insert({log::space_of(each.network), entry});
    for (auto& [space, revisions] : orders)
        std::erase_if(revisions, [&, of = space](const RevisionId& entry) {
            return ordered.count({of, entry}) > 0;
        });
    std::erase_if(orders, [](const auto& order) { return order.second.empty(); });
}

std::set<std::string>
names_of_gone(const LibraryView& library, std::span<const RevisionId> revisions) {
    std::set<std::string> names;
    std::set<RevisionId> seen;
    for (const RevisionId& revision : revisions) {
        const auto row = library.bare_row_of_revision(revision);
        if (!row || !seen.insert(row->document).second)
            continue;
        std::set<std::string> of_document{to_base32(row->document)};
        bool has_words = false;
        std::size_t before = 0;
        do {
            const auto page = library.history(to_base32(row->document), before);
            if (!page || page->rows.empty())
                break;
            for (const HistoryRow& each : page->rows) {
                of_document.insert(to_base32(each.row.revision));
                has_words = has_words || each.row.state == replica::BodyState::have;
            }
            before = page->rows.front().row.number;
        } while (before > 1);
        if (!has_words)
            names.merge(of_document);
    }
    return names;
}

Result<std::vector<RevisionId>>
revisions_after(const storage::Store& store, const LogId& log, Position after) {
    std::vector<RevisionId> revisions;
    auto walked = store.for_each_entry(
        log,
        after,
        [&](const storage::EntryReader::VisitedEntry& entry) -> Result<bool> {
            if (entry.row.state != replica::BodyState::none &&
                entry.row.state != replica::BodyState::erased)
                revisions.push_back(log::revision_id(entry.row.header));
            return true;
        }
    );
    if (!walked)
        return fail(walked.error());
    return revisions;
}

} // namespace staffroom::services
