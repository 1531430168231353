#include "node/http/monitor/meters.hpp"

#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace staffroom::http {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Families = std::vector<MetricFamily>;

/// The bounds of a request's time, from a cached answer to a command that waits for other schools.
const prometheus::Histogram::BucketBoundaries request_seconds{
    0.001, 0.005, 0.02, 0.05, 0.15, 0.5, 1.5, 5, 20, 60};
/// The bounds of a search's time, around the promise of 100 ms.
const prometheus::Histogram::BucketBoundaries search_seconds{
    0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 1};

ClientMetric metric_of(MetricType type, double value) {
    ClientMetric metric;
    if (type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
    return metric;
}

void add(Families& families, MetricType type, const char* name, const char* help, double value) {
    families.push_back({name, help, type, {metric_of(type, value)}});
}

template <class Number> struct Labelled {
    const char* label;
    const std::map<std::string, Number>& values;
};

template <class Number>
void add(
    Families& families,
    MetricType type,
    const char* name,
    const char* help,
    const Labelled<Number>& by
) {
    MetricFamily family{name, help, type, {}};
    for (const auto& [value, number] : by.values) {
        ClientMetric metric = metric_of(type, static_cast<double>(number));
        metric.label.push_back({by.label, value});
        family.metric.push_back(std::move(metric));
    }
    if (!family.metric.empty())
        families.push_back(std::move(family));
}

void add_node(Families& families, const Figures& figures) {
    MetricFamily build{
        "staffroom_build_info",
        "The running version.",
        MetricType::Gauge,
        {metric_of(MetricType::Gauge, 1)}};
    build.metric.front().label.push_back({"version", figures.version});
    families.push_back(std::move(build));
    add(families,
        MetricType::Gauge,
        "staffroom_up_seconds",
        "Seconds since this node serves.",
        figures.up_seconds);
    if (figures.disk_free_bytes)
        add(families,
            MetricType::Gauge,
            "staffroom_disk_free_bytes",
            "Bytes that may still be written where the store stands.",
            static_cast<double>(*figures.disk_free_bytes));
    add(families,
        MetricType::Gauge,
        "staffroom_store_bytes",
        "Bytes of the store on disk.",
        Labelled<std::uint64_t>{"part", figures.store_bytes});
    add(families,
        MetricType::Gauge,
        "staffroom_records",
        "Records held here.",
        Labelled<std::uint64_t>{"kind", figures.records});
    add(families,
        MetricType::Gauge,
        "staffroom_conflicts_open",
        "Records with versions side by side.",
        static_cast<double>(figures.conflicts));
}

void add_sync(Families& families, const Figures& figures) {
    add(families,
        MetricType::Gauge,
        "staffroom_neighbours",
        "Neighbours known.",
        Labelled<std::uint64_t>{"state", figures.neighbours});
    add(families,
        MetricType::Gauge,
        "staffroom_neighbour_last_exchange_timestamp_seconds",
        "When a neighbour was last heard.",
        Labelled<double>{"neighbour", figures.last_exchange});
    add(families,
        MetricType::Gauge,
        "staffroom_sync_pending_records",
        "Records known of and not yet here.",
        Labelled<std::uint64_t>{"network", figures.pending});
    const std::map<std::string, std::uint64_t> bytes{
        {"in", figures.bytes_in}, {"out", figures.bytes_out}};
    add(families,
        MetricType::Counter,
        "staffroom_sync_bytes_total",
        "Bytes exchanged with neighbours.",
        Labelled<std::uint64_t>{"direction", bytes});
    add(families,
        MetricType::Counter,
        "staffroom_sync_failures_total",
        "Connections to other nodes that failed or ended badly.",
        Labelled<std::uint64_t>{"reason", figures.sync_failures});
}

/// A last success of zero is "never", so that an alert on its age fires where none was ever made;
/// where no folder is named there is nothing to alert on.
void add_backup(Families& families, const Figures& figures) {
    if (figures.is_backup_set_up || figures.backup_made)
        add(families,
            MetricType::Gauge,
            "staffroom_backup_last_success_timestamp_seconds",
            "When the last good backup was made; 0 while there is none.",
            figures.backup_made.value_or(0));
    if (figures.is_backup_set_up)
        add(families,
            MetricType::Gauge,
            "staffroom_backup_last_failure_timestamp_seconds",
            "When the last backup failed; 0 where it did not.",
            figures.backup_failed.value_or(0));
}

void add_certificate(Families& families, const Figures& figures) {
    if (figures.certificate_until)
        add(families,
            MetricType::Gauge,
            "staffroom_certificate_expiry_timestamp_seconds",
            "When the certificate of the page ends.",
            *figures.certificate_until);
}

/// Adds figures of the process. Names and units are those of Prometheus's own clients, so that
/// ready-made dashboards show them.
void add_process(Families& families, const ProcessFigures& process) {
    const auto put = [&](MetricType type, const char* name, const char* help, const auto& value) {
        if (value)
            add(families, type, name, help, *value);
    };
    put(MetricType::Counter,
        "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds.",
        process.cpu_seconds);
    put(MetricType::Gauge,
        "process_resident_memory_bytes",
        "Resident memory size in bytes.",
        process.resident_bytes);
    put(MetricType::Gauge,
        "process_virtual_memory_bytes",
        "Virtual memory size in bytes.",
        process.virtual_bytes);
    put(MetricType::Gauge,
        "process_open_fds",
        "Number of open file descriptors.",
        process.open_files);
    put(MetricType::Gauge,
        "process_max_fds",
        "Maximum number of open file descriptors.",
        process.files_max);
    put(MetricType::Gauge,
        "process_start_time_seconds",
        "Start time of the process since unix epoch in seconds.",
        process.start_time);
    put(MetricType::Gauge,
        "process_threads",
        "Number of OS threads in the process.",
        process.threads);
}

} // namespace

struct Meters::Registered {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Histogram>& requests =
        prometheus::BuildHistogram()
            .Name("staffroom_http_request_duration_seconds")
            .Help("Time from a request's arrival to its answer.")
            .Register(registry);
    prometheus::Histogram& searches = prometheus::BuildHistogram()
                                          .Name("staffroom_search_duration_seconds")
                                          .Help("Time of one search in the index.")
                                          .Register(registry)
                                          .Add({}, search_seconds);
};

Meters::Meters()
    : registered_(std::make_unique<Registered>()) {}

Meters::~Meters() = default;

void Meters::request_done(std::string_view route, Method method, int status, double seconds) {
    registered_->requests
        .Add(
            {{"route", std::string(route)},
             {"method", std::string(method_name(method))},
             {"status", std::to_string(status)}},
            request_seconds
        )
        .Observe(seconds);
}

void Meters::search_done(double seconds) {
    registered_->searches.Observe(seconds);
}

std::string Meters::text(const Figures& figures) const {
    Families families;
    add_node(families, figures);
    add_sync(families, figures);
    add_backup(families, figures);
    add_certificate(families, figures);
    add_process(families, figures.process);
    for (MetricFamily& family : registered_->registry.Collect())
        families.push_back(std::move(family));
    return prometheus::TextSerializer().Serialize(families);
}

std::string_view method_name(Method method) {
    switch (method) {
    case Method::get: return "GET";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::remove: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: return "other";
    }
    return "other";
}

} // namespace staffroom::http
