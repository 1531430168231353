// The metrics at /metrics (Prometheus text format 0.0.4): durations that are counted here as they
// happen, and figures that are gathered when asked. No label names a person. The only file beside
// it that knows Prometheus is its .cpp. Built by app.
#pragma once

#include "node/http/answers/message.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::http {

/// The kernel's figures of this process, by Prometheus's own names for them. A figure that cannot
/// be read is left out.
struct ProcessFigures {
    std::optional<double> cpu_seconds;
    std::optional<double> resident_bytes;
    std::optional<double> virtual_bytes;
    std::optional<double> open_files;
    std::optional<double> files_max;
    std::optional<double> start_time; // unix seconds
    std::optional<double> threads;
};

/// Reads them from /proc/self and the limits of this process.
[[nodiscard]] ProcessFigures read_process_figures();

/// Figures of one moment.
struct Figures {
    std::string version;
    double up_seconds = 0;
    std::map<std::string, std::uint64_t> neighbours;    // by state
    std::map<std::string, double> last_exchange;        // unix seconds by neighbour
    std::map<std::string, std::uint64_t> pending;       // records still to come, by network
    std::map<std::string, std::uint64_t> sync_failures; // by reason
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t conflicts = 0;
    std::map<std::string, std::uint64_t> records;     // by kind
    std::map<std::string, std::uint64_t> store_bytes; // by part
    std::optional<std::uint64_t> disk_free_bytes;
    std::optional<double> backup_made;   // unix seconds, of the last good one
    std::optional<double> backup_failed; // of the last one, where that failed
    bool is_backup_set_up = false;
    std::optional<double> certificate_until; // unix seconds; none: no TLS is spoken
    ProcessFigures process{};
};

class Meters {
public:
    Meters();
    Meters(const Meters&) = delete;
    Meters& operator=(const Meters&) = delete;
    Meters(Meters&&) = delete;
    Meters& operator=(Meters&&) = delete;
    ~Meters();

    /// Counts a request. `route` is a pattern of the router's table, so that the number of labels
    /// is bounded.
    void request_done(std::string_view route, Method method, int status, double seconds);
    /// Counts a search. Safe from any thread.
    void search_done(double seconds);

    [[nodiscard]] std::string text(const Figures& figures) const;

private:
    struct Registered;
    std::unique_ptr<Registered> registered_;
};

/// Returns "GET", "POST" ...; "other" for a method that the API does not use.
[[nodiscard]] std::string_view method_name(Method method);

} // namespace staffroom::http
