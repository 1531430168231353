#include "node/base/trace.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <sstream>

namespace node = staffroom::node;
using node::TraceLevel;

TEST_CASE("trace: an event is one line, and nobody's name begins a line of its own", "[node]") {
    std::ostringstream out;
    const auto trace = node::Trace::to_stream(out, TraceLevel::info);

    trace->event(TraceLevel::debug, "not.written");
    trace->event(TraceLevel::info, "plain", {{"address", "a.example:7420"}, {"count", "3"}});
    trace->event(TraceLevel::warning, "strange", {{"name", "x\nerror y=\"1\\\""}, {"empty", ""}});

    CHECK(
        out.str() == "info plain address=a.example:7420 count=3\n"
                     "warning strange name=\"x\\x0aerror y=\\\"1\\\\\\\"\" empty=\"\"\n"
    );
    REQUIRE(trace->recent(0, TraceLevel::debug, 10).size() == 2);
}

TEST_CASE("trace: standard error gets the time with its zone where no journal reads it", "[node]") {
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    const int kept = ::dup(STDERR_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    // A variable that came down from a service's shell names another stream.
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    node::Trace::to_standard_error(TraceLevel::info)->event(TraceLevel::error, "a.thing");
    ::unsetenv("JOURNAL_STREAM");
    ::dup2(kept, STDERR_FILENO);
    ::close(kept);
    ::close(ends[1]);
    std::string line(200, ' ');
    const auto count = ::read(ends[0], line.data(), line.size());
    ::close(ends[0]);

    REQUIRE(count > 0);
    line.resize(static_cast<std::size_t>(count));
    CHECK_THAT(line, Catch::Matches("20..-..-..T..:..:..\\....Z error a\\.thing\\s"));
}
