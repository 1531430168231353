// Search over a solo core, filled as the node fills it: whenever something was stored.
#pragma once

#include "node/services/search/search.hpp"
#include "tests/support/node/solo_core.hpp"

#include <sstream>

namespace staffroom::tests {

struct SoloSearch {
    SoloSearch(SoloCore& solo, services::Library& library)
        : core(solo)
        , held(library)
        , indexer({solo, library, index, *trace}, "Oakhill") {
        core.on_stored = [this] { indexer.wake(); };
        indexer.wake();
    }
    SoloSearch(const SoloSearch&) = delete;
    SoloSearch& operator=(const SoloSearch&) = delete;
    SoloSearch(SoloSearch&&) = delete;
    SoloSearch& operator=(SoloSearch&&) = delete;
    ~SoloSearch() {
        core.on_stored = [] {};
    }

    SoloCore& core;
    services::Library& held;
    std::ostringstream trace_text;
    std::unique_ptr<node::Trace> trace =
        node::Trace::to_stream(trace_text, node::TraceLevel::debug);
    storage::PosixFileSystem files;
    storage::SearchIndex index{files, (core.folder() / "index").string()};
    services::Indexer indexer;
    services::Search service{core, held, index, indexer};
};

} // namespace staffroom::tests
