// The instruments that watch a node, for tests of services and handlers that have no app: the real
// ones, over a stream in memory.
#pragma once

#include "node/http/monitor/event_hub.hpp"
#include "node/http/monitor/meters.hpp"
#include "node/services/services.hpp"

#include <memory>
#include <sstream>

namespace staffroom::tests {

struct SoloInstruments {
    explicit SoloInstruments(Random& random)
        : events(random, http::event_streams_max) {
        metrics.has_started = true;
    }
    std::ostringstream trace_text{};
    std::unique_ptr<node::Trace> trace =
        node::Trace::to_stream(trace_text, node::TraceLevel::debug);
    node::Metrics metrics{};
    http::EventHub events;
    http::Meters meters{};

    [[nodiscard]] services::Instruments all() { return {*trace, metrics, events, meters}; }
};

} // namespace staffroom::tests
