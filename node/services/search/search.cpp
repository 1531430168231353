#include "node/services/search/search.hpp"

#include <chrono>

namespace staffroom::services {
namespace {

struct Job {
    storage::SearchAsk ask;
    Result<storage::SearchPage> page = fail(Errc::timed_out); // too many others were asked before
    std::size_t results = 0;
    double seconds = 0;
};

void perform(const storage::SearchIndex& index, const Indexer& indexer, Job& job) {
    const auto begin = std::chrono::steady_clock::now();
    job.page = index.search(job.ask);
    if (job.page) {
        job.results = job.page->hits.size();
        std::erase_if(job.page->hits, [&](const storage::SearchHit& hit) {
            return !indexer.stands(hit.document);
        });
    }
    job.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

void Search::find(const SearchRequest& request, std::function<void(Result<SearchAnswer>)> done) {
    auto match = match_of(request.words, request.columns);
    if (!match) {
        done(fail(match.error()));
        return;
    }
    const auto job = std::make_shared<Job>();
    job->ask = {std::move(*match), request.filter, request.limit, request.offset, core_.wall()};
    core_.run_reading(
        [this, job](const runtime::StopSign& sign) {
            if (sign.is_up())
                job->page = fail(Errc::timed_out);
            else
                perform(index_, indexer_, *job);
        },
        [this, job, done = std::move(done)] {
            note_duration(job->seconds);
            if (job->page) {
                done(SearchAnswer{std::move(*job->page), job->results, indexer_.progress()});
                return;
            }
            const Errc code = job->page.error().code;
            if (code == Errc::corrupt)
                indexer_.rebuild();
            done(fail(code == Errc::corrupt ? Errc::busy : code, job->page.error().detail));
        }
    );
}

void Search::note_duration(double seconds) {
    for (std::size_t i = 0; i < durations_.at_most.size(); ++i)
        durations_.at_most[i] += seconds <= SearchDurations::bounds_s[i] ? 1U : 0U;
    ++durations_.count;
    durations_.sum_s += seconds;
}

} // namespace staffroom::services
