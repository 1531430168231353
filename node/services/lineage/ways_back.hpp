// The distance over which practices were handed on: the longest way back from each of many records,
// found over one graph of them all. Reads the library only. Called by
// services/lineage/adoption_stories and http.
#pragma once

#include "node/runtime/stop_sign.hpp"
#include "node/services/library/library.hpp"

#include <map>
#include <span>

namespace staffroom::services {

/// The most records that are looked at before those that were asked about, all ways together; a
/// teacher hands no practice on more often.
inline constexpr std::size_t ways_documents_max = 20'000;
inline constexpr std::size_t ways_relations_max = 100'000;

class WaysBack {
public:
    /// Finds the ways; ends early, with what it has, when the sign goes up.
    WaysBack(
        const LibraryView& library,
        std::span<const RevisionId> documents,
        const runtime::StopSign& sign = {}
    );

    /// Returns the longest way to the first record, in steps; 0 where the way ends in a circle, for
    /// then there is no first one, and for a document that was not asked about.
    [[nodiscard]] std::size_t longest_from(const RevisionId& document) const;
    /// Returns how many relations were read for all of them.
    [[nodiscard]] std::size_t relations_read() const { return relations_read_; }

private:
    struct Step {
        std::size_t from; // places in documents_
        std::size_t to;
        bool counts; // handed on, not only replaced
    };
    void collect(const LibraryView& library, const runtime::StopSign& sign);
    std::size_t place_of(const RevisionId& document);
    void measure();

    std::vector<RevisionId> documents_;
    std::map<RevisionId, std::size_t> places_;
    std::vector<Step> steps_;
    std::vector<std::size_t> lengths_; // by place
    std::size_t relations_read_ = 0;
};

/// Returns the longest way back of a single record.
[[nodiscard]] std::size_t longest_way_back(
    const LibraryView& library, const RevisionId& document, const runtime::StopSign& sign = {}
);

} // namespace staffroom::services
