#include "cli/client/event_reader.hpp"

#include <utility>

namespace staffroom::cli {

std::vector<ServerEvent> EventReader::feed(std::string_view piece) {
    std::vector<ServerEvent> complete;
    while (!piece.empty()) {
        const std::size_t end = piece.find('\n');
        const std::string_view part = piece.substr(0, end);
        if (waiting_.size() + part.size() > server_event_bytes_max)
            is_too_long_ = true;
        else
            waiting_ += part;
        if (end == std::string_view::npos)
            break;
        piece.remove_prefix(end + 1);
        const std::string line = std::exchange(waiting_, {});
        std::string_view shown = line;
        if (shown.ends_with('\r'))
            shown.remove_suffix(1);
        take_line(shown, complete);
    }
    return complete;
}

void EventReader::begin_again() {
    waiting_.clear();
    type_.clear();
    data_.clear();
    has_data_ = false;
    is_too_long_ = false;
}

void EventReader::take_line(std::string_view line, std::vector<ServerEvent>& complete) {
    if (line.empty()) {
        if (has_data_ && !is_too_long_)
            complete.push_back({last_id_, type_.empty() ? "message" : type_, data_});
        begin_again();
        return;
    }
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value =
        colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    if (field == "event") {
        type_ = value;
    } else if (field == "id") {
        last_id_ = value;
    } else if (field == "data") {
        if (has_data_)
            data_ += '\n';
        has_data_ = true;
        data_ += value;
        is_too_long_ = is_too_long_ || data_.size() > server_event_bytes_max;
        if (is_too_long_)
            data_.clear();
    }
    // "retry" and comments (no field name) are for browsers and proxies.
}

} // namespace staffroom::cli
