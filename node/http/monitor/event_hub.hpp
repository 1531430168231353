// The events of this node, numbered, for everybody who listens (server-sent events, WHATWG HTML
// 9.2). Keeps the last ones, so that a listener that was cut off goes on at its place, and says so
// plainly when that place is lost. Each listener hears of what it may see; the ids of all else are
// skipped. Not here: what an event means (http/monitor/news) and sockets. Built by app; network
// thread only.
//
//   ids: BOOT-N; BOOT is new at each start, N counts from 1
#pragma once

#include "node/http/answers/outgoing_stream.hpp"
#include "node/services/library/reader.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::http {

inline constexpr std::size_t events_kept_max = 1024;
inline constexpr std::size_t event_streams_max = 32;
/// The most of one person or program, so that nobody takes those of all.
inline constexpr std::size_t event_streams_of_one_max = 8;
/// The most bytes that wait for one reader: a burst of all kept events at 1 KiB each.
inline constexpr std::size_t event_stream_bytes_max = 1024 * limits::kib;
/// The absence after which a listener finds a gap.
inline constexpr std::chrono::minutes event_absence_max{10};

/// The record that an event is about, as far as it decides who may hear of it.
struct EventRecord {
    std::uint32_t reach;
    SpaceId space; // where it arrived
    RevisionId document;
};

/// For whom a stream is open.
struct StreamOwner {
    std::string person; // or program; empty: the machine's owner
    std::string bearer; // the session or token that opened it
};

class EventHub {
public:
    /// Makes a hub with at most `streams_max` streams at one time.
    EventHub(Random& random, std::size_t streams_max);

    /// To listeners and into the ring. `type` is a word such as "record.arrived". What is about no
    /// record is the node's, and is told to those who hear it.
    void publish(
        std::string_view type,
        const boost::json::object& data,
        const std::optional<EventRecord>& record
    );

    /// A stream of what this reader may hear. It begins after the event `after` ("BOOT-N"), or now
    /// when it is empty. A place that is not kept any more gives the event "gap" first: whoever
    /// shows state has to read it again. Nothing when there are too many streams, or too many of
    /// this owner.
    [[nodiscard]] std::shared_ptr<OutgoingStream> open(
        const services::Reader& reader,
        std::string_view after,
        Instant now,
        const StreamOwner& owner = {}
    );
    /// Ends the streams of a person, or, where it is named, of one session or token alone.
    void end_of(const StreamOwner& owner);

    /// Tells whether anybody listens, or did a short while ago and may come back. Where nobody
    /// does, nothing needs to be read from disk for events.
    [[nodiscard]] bool is_wanted(Instant now);
    /// Skips a number: something happened and nobody was told, so every place before this one is
    /// lost.
    void skip();

    [[nodiscard]] std::size_t stream_count();
    /// Returns the id of the last event; "BOOT-0" before the first.
    [[nodiscard]] std::string last_id() const { return id_of(last_); }
    /// Returns a text that is new at each start of the node.
    [[nodiscard]] const std::string& boot() const { return boot_; }
    /// Ends all streams.
    void close();

private:
    struct Kept {
        std::uint64_t number;
        std::optional<EventRecord> record;
        std::string text; // as it goes out
    };
    struct Listener {
        services::Reader reader;
        std::shared_ptr<OutgoingStream> stream;
        StreamOwner owner;
    };
    [[nodiscard]] static bool may_hear(const services::Reader& reader, const Kept& kept);
    [[nodiscard]] std::string id_of(std::uint64_t number) const;
    /// Returns nothing when the events after `after` are not all kept.
    [[nodiscard]] std::optional<std::uint64_t> place_of(std::string_view after) const;
    void sweep();

    std::string boot_;
    std::size_t streams_max_;
    std::uint64_t last_ = 0;
    std::deque<Kept> kept_;
    std::vector<Listener> listeners_;
    std::optional<Instant> listened_at_; // somebody listened at this time
};

} // namespace staffroom::http
