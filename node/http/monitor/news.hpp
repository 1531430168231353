// Turns what the core reports into events: records that arrived or were written here, networks that
// changed, neighbours that came and went. Titles are read from the store on a pool thread, a
// bounded number at a time, and only while somebody listens; those of the few entries that were
// just stored are in memory still. Built by app, fed by the driver.
#pragma once

#include "node/http/monitor/event_hub.hpp"
#include "node/services/services.hpp"

#include <deque>
#include <map>
#include <memory>

namespace staffroom::http {

/// So many entries of one commit are told without reading them back; a copy brings more.
inline constexpr std::size_t news_kept_entries_max = 8;
inline constexpr std::size_t news_kept_bytes_max = std::size_t{64} << 10U;
/// Commits of which that is so, from their beginning until they are durable.
inline constexpr std::size_t news_kept_commits_max = 16;
/// Entries read in one turn, so that a large copy does not hold up other work.
inline constexpr std::size_t news_entries_max = 128;

class News {
public:
    /// Makes the news; both arguments outlive it.
    News(const services::Services& services, EventHub& hub)
        : services_(services)
        , hub_(hub) {}
    News(const News&) = delete;
    News& operator=(const News&) = delete;
    News(News&&) = delete;
    News& operator=(News&&) = delete;
    ~News() = default;

    /// What is about to be written; the notice that a log has grown says that it is.
    void will_store(const replica::StoreBatch& batch);
    void on_notice(const replica::Notice& notice, Instant now);
    /// Publishes neighbour.changed for each neighbour, and each gateway of a linked network, whose
    /// state or school differs from last time.
    void compare_neighbours(Instant now);
    /// Publishes the progress of the search index, when the number of records that wait for it has
    /// changed.
    void index_progress(std::uint64_t pending);

private:
    struct Turn;
    struct SeenNeighbour {
        std::string state;
        std::string school; // id, or empty
        friend bool operator==(const SeenNeighbour&, const SeenNeighbour&) = default;
    };
    [[nodiscard]] std::map<std::string, SeenNeighbour> seen_gateways() const;
    void log_grew(const replica::LogGrew& notice, Instant now);
    /// What is kept of the very entries that have come; nothing where that is not all of them.
    [[nodiscard]] std::optional<replica::LogAppend> take_kept(const replica::LogGrew& grown);
    [[nodiscard]] std::shared_ptr<Turn> next_turn();
    void read_next();
    void read(const std::shared_ptr<Turn>& turn);
    void finish(const Turn& turn);

    const services::Services& services_;
    EventHub& hub_;
    std::map<LogId, LogSize> grown_; // where reading goes on
    bool is_reading_ = false;
    std::deque<replica::LogAppend> kept_;
    // By address; nothing before the first look.
    std::optional<std::map<std::string, SeenNeighbour>> neighbours_;
};

} // namespace staffroom::http
