#include "node/services/search/search.hpp"

#include <chrono>

namespace staffroom::services {

struct Search::Job {
    Reader reader;
    storage::SearchAsk ask;
    Result<SearchAnswer> answer = fail(Errc::timed_out); // too many others were asked before
    double seconds = 0;
};

void Search::find(
    const Reader& reader,
    const SearchRequest& request,
    std::function<void(Result<SearchAnswer>)> done
) {
    auto match = match_of(request.words, request.columns);
    if (!match) {
        done(fail(match.error()));
        return;
    }
    const auto job = std::make_shared<Job>(Job{
        reader, {std::move(*match), request.filter, request.limit, request.offset, core_.wall()}});
    // What is here now and not in the index yet: what becomes of it while we look was not found.
    indexer_.count_pending();
    const Indexer::Progress begun = indexer_.progress();
    core_.run_reading(
        [this, job](const runtime::StopSign& sign) {
            if (!sign.is_up())
                perform(*job);
        },
        [this, job, begun, done = std::move(done)] {
            note_duration(job->seconds);
            if (job->answer) {
                if (job->reader.sees_all())
                    job->answer->progress = begun;
                done(std::move(job->answer));
                return;
            }
            const Errc code = job->answer.error().code;
            if (code == Errc::corrupt)
                indexer_.rebuild();
            done(fail(code == Errc::corrupt ? Errc::busy : code, job->answer.error().detail));
        }
    );
}

/// Performs a job on a reading thread.
void Search::perform(Job& job) const {
    const auto& space = job.ask.filter.space;
    if (space && !job.reader.knows(*space)) {
        job.answer = SearchAnswer{};
        return;
    }
    const LibraryView library = library_.as(job.reader);
    const auto is_active = [](const std::optional<BareRow>& row) {
        return row && row->life == LifeState::active;
    };
    if (!job.reader.sees_all())
        job.ask.may_find = [&](const RevisionId& revision) {
            return is_active(library.bare_row_of_revision(revision));
        };
    const auto begin = std::chrono::steady_clock::now();
    auto page = index_.search(job.ask);
    job.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    job.ask.may_find = {};
    if (!page) {
        job.answer = fail(page.error());
        return;
    }
    SearchAnswer answer;
    answer.is_cut = page->is_cut;
    if (page->has_more)
        answer.next = job.ask.offset + page->hits.size();
    // The index may be a moment behind: a record that was taken back or replaced is not shown even
    // then.
    std::erase_if(page->hits, [&](const storage::SearchHit& hit) {
        return !is_active(library.bare_row_of(hit.document));
    });
    answer.hits = std::move(page->hits);
    job.answer = std::move(answer);
}

void Search::note_duration(double seconds) {
    for (std::size_t i = 0; i < durations_.at_most.size(); ++i)
        durations_.at_most[i] += seconds <= SearchDurations::bounds_s[i] ? 1U : 0U;
    ++durations_.count;
    durations_.sum_s += seconds;
}

} // namespace staffroom::services
