// A search as the API asks for it: words and filters in, the best records out that its reader may
// see, with the number still to be indexed. Times each search for the metrics. Not here: names of
// schools and networks, which the handler resolves. Called on the network thread; the work is done
// on the pool.
#pragma once

#include "node/services/search/indexer.hpp"
#include "node/services/search/search_query.hpp"

namespace staffroom::services {

inline constexpr std::size_t search_results = 20;
inline constexpr std::size_t search_results_max = 100;
/// The end of pages: a reader who has read a thousand results needs other words.
inline constexpr std::size_t search_depth_max = 1000;

struct SearchRequest {
    std::string words; // as typed
    std::vector<storage::SearchColumn> columns;
    storage::SearchFilter filter;
    std::size_t limit = search_results;
    std::size_t offset = 0; // how many results came before this page
};

struct SearchAnswer {
    std::vector<storage::SearchHit> hits{}; // best first
    std::optional<std::size_t> next{};      // the offset of the next page; none: this is the last
    bool is_cut = false;                    // as in storage::SearchPage
    Indexer::Progress progress{0, 0}; // zero for a reader who does not see all that is counted
};

/// The durations of searches: a histogram as Prometheus wants it, of this run.
struct SearchDurations {
    static constexpr std::array<double, 10> bounds_s{
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0};
    std::array<std::uint64_t, bounds_s.size()> at_most{}; // searches of up to bounds_s[i] seconds
    std::uint64_t count = 0;
    double sum_s = 0;
};

class Search {
public:
    /// Makes a search; all arguments outlive it.
    Search(RunningNode& core, const Library& library, storage::SearchIndex& index, Indexer& indexer)
        : core_(core)
        , library_(library)
        , index_(index)
        , indexer_(indexer) {}

    /// Searches. Errors: those of match_of; busy (the index is being built again), timed_out (too
    /// many search at once), io_error.
    void find(
        const Reader& reader,
        const SearchRequest& request,
        std::function<void(Result<SearchAnswer>)> done
    );

    [[nodiscard]] const SearchDurations& durations() const { return durations_; }
    [[nodiscard]] Indexer::Progress progress() const { return indexer_.progress(); }

private:
    struct Job;
    void perform(Job& job) const;
    void note_duration(double seconds);

    RunningNode& core_;
    const Library& library_;
    storage::SearchIndex& index_;
    Indexer& indexer_;
    SearchDurations durations_; // the network thread's
};

} // namespace staffroom::services
