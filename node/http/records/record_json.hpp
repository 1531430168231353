// A record as the API shows it, with its place: its versions, its targets and the records about it.
// Read from the library on a pool thread, put into JSON on the network thread. Called by the
// handlers that show records.
#pragma once

#include "node/http/answers/caller.hpp"
#include "node/http/answers/json.hpp"
#include "node/http/answers/problem.hpp"
#include "node/services/records/names.hpp"
#include "node/services/services.hpp"

#include <memory>
#include <optional>

namespace staffroom::http {

/// One record as seen from another one.
struct RelatedRecord {
    services::Relation relation;
    std::optional<services::RecordRow> row; // of the other record; none: it is not here
    bool has_newer;                         // the revision that the relation names has a newer one
};

/// A record and everything around it that a reader wants to know.
struct RecordWithPlace {
    services::ShownRecord shown;
    std::vector<services::RecordRow> versions; // the other heads that stand beside it
    std::vector<RelatedRecord> about;
    std::vector<RelatedRecord> incoming;
    bool has_more_incoming; // older ones than these
};

/// Reads a record with its place. Errors: those of LibraryView::show.
[[nodiscard]] Result<RecordWithPlace>
read_with_place(const services::LibraryView& library, const std::string& text);

/// Tells whether the bytes of a file, where they are on this disk, belong to a record: it is this
/// school's own, or they came in or were fetched where it stands. Call it on the network thread.
[[nodiscard]] bool has_file_place(
    const services::Services& services, const services::BareRow& record, const Digest& file
);

/// Returns the networks of this node that the caller may know of; to the caller the others do not
/// exist.
[[nodiscard]] std::vector<replica::NetworkStatus>
networks_for(const services::Services& services, const Caller& caller);

/// Returns the schools that this node has heard of, with their names, this one included.
[[nodiscard]] std::vector<services::NamedSchool> known_schools(const services::Services& services);

/// Returns the name by the networks, or our own.
[[nodiscard]] std::string school_name(const services::Services& services, const SchoolId& school);
/// Adds by which networks a record came that is of another network; nothing to one of our own.
void put_origin(
    JsonObject& out,
    const services::Services& services,
    const RevisionId& revision,
    const SchoolId& school
);
[[nodiscard]] JsonObject
row_json(const services::Services& services, const services::RecordRow& row);
[[nodiscard]] JsonObject
record_json(const services::Services& services, const RecordWithPlace& record);
/// Returns "active", "superseded" or "retracted"; for a call "open", "answered" or "ended" beside
/// it.
[[nodiscard]] std::string_view life_name(services::LifeState life);

/// Runs `read` over an up-to-date library as this caller sees it, on a pool thread; then `answer`
/// with the result, on the network thread.
template <class Found, class Read, class Answer>
void read_library(
    const services::Services& services, const Caller& caller, const Read& read, const Answer& answer
) {
    const auto logs = services::known_logs(services.core.replica());
    const auto found = std::make_shared<std::optional<Result<Found>>>();
    services.core.run_blocking(
        [&services, reader = caller.reader(), logs, found, read] {
            const auto updated = services.library.update(logs);
            if (updated)
                *found = read(services.library.as(reader));
            else
                *found = fail(updated.error());
        },
        [found, answer] { answer(**found); }
    );
}

/// Does the same for work that may take long: off the lane of the short jobs. `read` also gets the
/// sign that goes up when it should end, and fails with timed_out then; the reader is told to try
/// again.
template <class Found, class Read, class Answer>
void read_library_long(
    const services::Services& services,
    const Request& request,
    const Respond& respond,
    const Read& read,
    const Answer& answer
) {
    const auto logs = services::known_logs(services.core.replica());
    const auto found = std::make_shared<std::optional<Result<Found>>>();
    services.core.run_reading(
        [&services, reader = request.caller.reader(), logs, found, read](
            const runtime::StopSign& sign
        ) {
            if (sign.is_up())
                return;
            const auto updated = services.library.update(logs);
            if (updated)
                *found = read(services.library.as(reader), sign);
            else
                *found = fail(updated.error());
        },
        [id = request.id, respond, found, answer] {
            if (*found && ((*found)->has_value() || (*found)->error().code != Errc::timed_out))
                answer(**found);
            else
                respond(to_response(reading_too_long(), id));
        }
    );
}

} // namespace staffroom::http
