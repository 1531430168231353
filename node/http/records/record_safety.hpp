// How many schools hold a record of this school, as its network's nodes have said of themselves.
// Where the newest text stands is read on a pool thread; who holds that place is asked of the core
// on the network thread. Called by the handlers that list, find and show records.
#pragma once

#include "node/http/records/record_json.hpp"

#include <map>
#include <optional>

namespace staffroom::http {

/// The place of a text in an own log of a network.
struct TextPlace {
    SpaceId space;
    LogId log;
    Position position;
};

/// Returns the place of the revision that a row shows; nothing where it is not this school's own,
/// has not left the school, or its words are not here. Costs one look-up. On a pool thread.
[[nodiscard]] std::optional<TextPlace>
text_place(const storage::Store& store, const SchoolId& own, const services::RecordRow& row);
/// The same of a revision whose words are here.
[[nodiscard]] std::optional<TextPlace>
held_text_place(const storage::Store& store, const SchoolId& own, const services::BareRow& row);

/// Counts for the rows of one answer, with one question to the core for each network.
class SafetyCounts {
public:
    explicit SafetyCounts(const services::Services& services)
        : services_(services) {}

    /// Adds `safe` {at, of} to a record, if it has a place.
    void put(JsonObject& record, const std::optional<TextPlace>& place);

private:
    const services::Services& services_;
    std::map<SpaceId, replica::HeldElsewhere> held_;
};

/// Adds to `safe` the schools that are not known to hold it, and when they were last heard.
void put_schools_without(
    const services::Services& services, JsonObject& record, const std::optional<TextPlace>& place
);

} // namespace staffroom::http
