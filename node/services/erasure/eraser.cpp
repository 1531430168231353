#include "node/services/erasure/eraser.hpp"

#include <algorithm>
#include <utility>

namespace staffroom::services {
namespace {

/// The words of an index that is damaged go with the whole of it.
Result<void> forget_words(storage::SearchIndex& index, std::span<const RevisionId> revisions) {
    if (auto opened = index.open(); !opened)
        return opened;
    auto forgotten = index.forget(revisions);
    if (!forgotten && forgotten.error().code == Errc::corrupt)
        return index.rebuild();
    return forgotten;
}

} // namespace

struct Eraser::Job {
    Job(RunningNode& core, const replica::CarryOut& what)
        : erasure(core.store(), core.files(), what) {}

    storage::Erasure erasure;
    std::vector<RevisionId> revisions{}; // whose words go
    std::vector<RevisionId> carried{};   // likewise, where no log here holds them as its own
    bool comes_back = false;             // words that may be indexed again
    bool is_forgotten = false;
    Result<bool> outcome = false; // of the last step: whether the disk's part is done
    Done done{};
};

void Eraser::carry_out(const replica::CarryOut& what, Done done) {
    const auto job = std::make_shared<Job>(parts_.core, what);
    for (const replica::ErasureTarget& target : what.targets) {
        const bool comes_back = target.state == replica::BodyState::missing;
        job->comes_back = job->comes_back || comes_back;
        if (comes_back || target.is_only_of_files)
            continue;
        (target.is_of_carried ? job->carried : job->revisions).push_back(target.revision);
    }
    job->done = std::move(done);
    go_on(job);
}

void Eraser::go_on(const std::shared_ptr<Job>& job) {
    parts_.core.run_blocking(
        [this, job] {
            job->outcome = job->erasure.step();
            if (!job->outcome || !*job->outcome)
                return;
            job->is_forgotten = true;
            for (const RevisionId& revision : job->carried) {
                const auto row = parts_.core.store().find_revision(revision);
                if (!row && row.error().code == Errc::not_found)
                    job->revisions.push_back(revision);
            }
            if (job->revisions.empty())
                return;
            // Last, since a batch of the index, a job like this one, may have read words until they
            // were marked.
            auto forgotten = forget_words(parts_.index, job->revisions);
            if (forgotten)
                forgotten = parts_.forget_texts(job->revisions);
            if (!forgotten)
                job->outcome = fail(forgotten.error());
        },
        [this, job] {
            if (job->outcome && !job->is_forgotten)
                go_on(job);
            else
                finish(job);
        }
    );
}

void Eraser::finish(const std::shared_ptr<Job>& job) {
    parts_.forget();
    if (job->comes_back)
        parts_.indexer.rebuild();
    else
        parts_.indexer.wake();
    const Done done = std::move(job->done);
    if (job->outcome)
        done(job->erasure.result());
    else
        done(fail(job->outcome.error()));
}

} // namespace staffroom::services
