#include "node/services/crossing/link_preview.hpp"

#include "protocol/agreement/crossing.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

bool is_recent(const BareRow& row, const PreviewAsk& ask) {
    constexpr std::uint64_t day_ms = std::uint64_t{24} * 60 * 60 * 1000;
    return row.clock.ms + preview_days * day_ms >= ask.now.ms;
}

/// Whether other schools of the network read it, as it stands now.
bool is_for_others(const BareRow& row, const PreviewAsk& ask) {
    return row.life == LifeState::active && row.spaces.contains(ask.space) &&
           row.reach >= static_cast<std::uint32_t>(records::Reach::network) && is_recent(row, ask);
}

bool names_link(const LibraryView& library, const BareRow& row, const PreviewAsk& ask) {
    if (!ask.link || row.reach != static_cast<std::uint32_t>(records::Reach::linked))
        return false;
    const auto shown = library.show(row.revision);
    const agreement::Step step{*ask.link, ask.gives};
    return shown && !agreement::why_not(shown->header, std::span(&step, 1));
}

} // namespace

LinkPreview preview_of(const LibraryView& library, const PreviewAsk& ask) {
    LinkPreview preview;
    std::vector<BareRow> crossing;
    for (std::uint64_t raw = 1; const auto kind = records::parse_kind(raw); ++raw) {
        const bool is_agreed =
            std::ranges::binary_search(ask.gives.kinds, static_cast<std::uint32_t>(raw));
        for (const RevisionId& document : library.documents_of_kind(*kind)) {
            const auto row = library.bare_row_of(document);
            if (!row || !is_for_others(*row, ask) || library.came_by_link(row->revision))
                continue;
            // What was erased crosses no more, and would be counted as if it did.
            if (are_words_gone(library.state_of(row->revision)))
                continue;
            if (is_agreed)
                crossing.push_back(*row);
            else
                ++preview.staying[static_cast<std::uint32_t>(raw)];
        }
    }
    std::ranges::sort(crossing, [](const BareRow& a, const BareRow& b) {
        return std::pair(b.clock, b.revision) < std::pair(a.clock, a.revision);
    });
    preview.count = crossing.size();
    for (const BareRow& row : crossing) {
        const bool is_named = names_link(library, row, ask);
        preview.named += is_named ? 1U : 0U;
        if (preview.rows.size() < preview_rows_max)
            preview.rows.push_back({library.with_title(row), is_named});
    }
    return preview;
}

} // namespace staffroom::services
