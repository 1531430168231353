// A reader of server-sent events from the bytes of a stream (WHATWG HTML 9.2.6), as they come: in
// pieces cut anywhere. It knows no event of ours and no connection. Called by the watch command.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

struct ServerEvent {
    std::string id; // of this event, or of the one before when it has none
    std::string type;
    std::string data;
};

/// An event that is longer than this is passed over.
inline constexpr std::size_t server_event_bytes_max = 1U << 20U;

class EventReader {
public:
    /// Returns the events that `piece` completes.
    [[nodiscard]] std::vector<ServerEvent> feed(std::string_view piece);
    /// Returns the place to come back to; empty before the node has named one.
    [[nodiscard]] const std::string& last_id() const { return last_id_; }
    /// Begins a new stream: forgets the part that was left half-read and keeps the place.
    void begin_again();

private:
    void take_line(std::string_view line, std::vector<ServerEvent>& complete);

    std::string waiting_; // the beginning of a line
    std::string type_;
    std::string data_;
    std::string last_id_;
    bool has_data_ = false;
    bool is_too_long_ = false;
};

} // namespace staffroom::cli
