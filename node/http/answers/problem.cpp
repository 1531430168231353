#include "node/http/answers/problem.hpp"

#include "node/http/answers/json.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace staffroom::http {
namespace {

enum class Detail { shown, hidden };

/// One row of the table: the outside look of an Errc.
struct Row {
    Errc errc;
    int status;
    const char* code;
    const char* title;
    const char* sentence;
    const char* next;
    ExitCode exit;
    Detail detail;
};

constexpr const char* check_input = "correct it and run the command again.";
constexpr const char* see_doctor = "run `staffroom doctor` to see what is wrong.";
constexpr const char* ask_inviter = "ask the school that invited you for a new code.";

constexpr std::array problem_rows{
    Row{Errc::invalid_input,
        422,
        "input.invalid",
        "Input cannot be used",
        "The input cannot be used.",
        check_input,
        ExitCode::failed,
        Detail::shown},
    Row{Errc::unknown_value,
        422,
        "input.unknown-value",
        "Unknown value",
        "A value is not known.",
        check_input,
        ExitCode::usage,
        Detail::shown},
    Row{Errc::unreadable_text,
        422,
        "record.unreadable-text",
        "Text is not readable",
        "The file is not UTF-8 text, or has a NUL character.",
        "save the file as UTF-8 text and run the command again.",
        ExitCode::refused,
        Detail::shown},
    Row{Errc::too_large,
        413,
        "limit.too-large",
        "Too large",
        "It is larger than this version takes.",
        "make it smaller, a record's text at most 256 KiB, and run the command again.",
        ExitCode::refused,
        Detail::shown},
    Row{Errc::not_allowed,
        403,
        "rule.refused",
        "Refused by a rule",
        "A rule of the network or of the record refuses this.",
        check_input,
        ExitCode::refused,
        Detail::shown},
    Row{Errc::not_found,
        404,
        "id.not-found",
        "Not found",
        "There is no such thing here.",
        "run `staffroom list` or `staffroom network list` to see what is here.",
        ExitCode::failed,
        Detail::shown},
    Row{Errc::already_exists,
        409,
        "already-exists",
        "Here already",
        "It is here already.",
        "use what is here, or choose another name.",
        ExitCode::failed,
        Detail::shown},
    Row{Errc::bad_configuration,
        500,
        "configuration.bad",
        "Settings cannot be used",
        "The settings cannot be used as they stand.",
        "correct staffroom.toml and start the node again.",
        ExitCode::bad_configuration,
        Detail::shown},
    Row{Errc::bad_checksum,
        422,
        "invitation.mistyped",
        "The code is mistyped",
        "The code is not right: one of its symbols is wrong, or two have changed places.",
        "compare it with the code that you were given and type it again.",
        ExitCode::failed,
        Detail::hidden},
    Row{Errc::malformed,
        422,
        "invitation.malformed",
        "Not a code",
        "This is not an invitation code: one has 16 letters and digits, such as "
        "ABCD-EFGH-JKMN-PQRS.",
        "compare it with the code that you were given and type it again.",
        ExitCode::failed,
        Detail::hidden},
    Row{Errc::invitation_spent,
        409,
        "invitation.spent",
        "The code has been used",
        "The invitation has been used already; each works once.",
        ask_inviter,
        ExitCode::refused,
        Detail::hidden},
    Row{Errc::invitation_ended,
        410,
        "invitation.ended",
        "The code has ended",
        "The invitation has ended: its time is over, or a coordinator has ended it.",
        ask_inviter,
        ExitCode::refused,
        Detail::hidden},
    Row{Errc::wrong_network,
        409,
        "invitation.other-network",
        "Another network",
        "Who answers at that address leads into another network than the one that the code was "
        "made for, or the code was made by an older version.",
        "call the school that made the code; do not go on before it has read you an address.",
        ExitCode::refused,
        Detail::hidden},
    Row{Errc::not_a_member,
        403,
        "network.not-a-member",
        "Not a member",
        "The school does not belong to the network.",
        "ask a coordinator of the network for an invitation.",
        ExitCode::refused,
        Detail::hidden},
    Row{Errc::unreachable,
        502,
        "neighbour.unreachable",
        "Nobody answered",
        "Nobody answered at the address.",
        "check the address, and that the other node is running and can be reached.",
        ExitCode::unreachable,
        Detail::hidden},
    Row{Errc::name_unknown,
        502,
        "neighbour.name",
        "The name is not known",
        "The name in the address cannot be looked up.",
        "check the spelling of the address, and this machine's name server.",
        ExitCode::unreachable,
        Detail::hidden},
    Row{Errc::timed_out,
        504,
        "neighbour.timed-out",
        "No answer in time",
        "What answers at the address did not speak as a Staffroom node that knows you, or "
        "not in time.",
        "check address and code with the other school, then try again.",
        ExitCode::unreachable,
        Detail::hidden},
    Row{Errc::closed,
        502,
        "neighbour.closed",
        "The other side hung up",
        "What answers at the address ended the connection.",
        "check address and code with the other school, then try again.",
        ExitCode::unreachable,
        Detail::hidden},
    Row{Errc::self_contact,
        409,
        "neighbour.self",
        "That is this node",
        "The address leads back to this node.",
        "give the address of the other school's node.",
        ExitCode::failed,
        Detail::hidden},
    Row{Errc::disk_full,
        507,
        "store.disk-full",
        "The disk is full",
        "There is no space left on the disk.",
        "free some space; nothing that was acknowledged is lost.",
        ExitCode::failed,
        Detail::hidden},
    Row{Errc::io_error,
        500,
        "store.io-error",
        "The disk refused",
        "Reading or writing the data folder failed.",
        see_doctor,
        ExitCode::failed,
        Detail::hidden},
    Row{Errc::corrupt,
        500,
        "store.damaged",
        "Damaged data",
        "Stored data does not pass its check.",
        "start the node again: it repairs its store and fetches the rest from neighbours.",
        ExitCode::failed,
        Detail::hidden},
    Row{Errc::in_use,
        409,
        "store.in-use",
        "In use",
        "Another process uses the data folder.",
        "end the other process, or name another folder.",
        ExitCode::failed,
        Detail::hidden},
    Row{Errc::busy,
        503,
        "node.busy",
        "Busy",
        "The node has too much to do at this moment.",
        "wait a moment and run the command again.",
        ExitCode::failed,
        Detail::hidden},
    Row{Errc::unknown_version,
        409,
        "version.newer",
        "Newer version",
        "This was written by a newer version of Staffroom.",
        "upgrade this node.",
        ExitCode::failed,
        Detail::hidden},
};

/// The row for bytes from another node that do not verify, of whatever kind.
constexpr Row bad_bytes{
    Errc::malformed,
    502,
    "neighbour.trouble",
    "The other side did not keep to the rules",
    "What the other side sent could not be accepted.",
    "make sure that both nodes run a current version, then try again.",
    ExitCode::failed,
    Detail::hidden};

constexpr Row inside{
    Errc::out_of_range,
    500,
    "internal",
    "Failed",
    "Something went wrong inside the node.",
    see_doctor,
    ExitCode::failed,
    Detail::hidden};

constexpr std::array bad_bytes_codes{
    Errc::truncated,
    Errc::not_strict,
    Errc::bad_signature,
    Errc::bad_proof,
    Errc::bad_commitment,
    Errc::bad_key,
    Errc::decrypt_failed};

const Row& row_of(Errc code) {
    const auto found = std::ranges::find(problem_rows, code, &Row::errc);
    if (found != problem_rows.end())
        return *found;
    const bool is_bad_bytes = std::ranges::find(bad_bytes_codes, code) != bad_bytes_codes.end();
    return is_bad_bytes ? bad_bytes : inside;
}

} // namespace

Problem problem_from(const Error& error) {
    const Row& row = row_of(error.code);
    const bool is_shown = row.detail == Detail::shown && !error.detail.empty();
    return {
        row.status,
        row.code,
        row.title,
        is_shown ? error.detail : row.sentence,
        row.next,
        row.exit};
}

Problem problem_from_id(const Error& error) {
    Problem problem = problem_from(error);
    if (error.code == Errc::invalid_input) {
        problem.status = 409;
        problem.code = "id.ambiguous";
        problem.title = "Several things begin like this";
        problem.next = "type more characters of the id.";
    }
    return problem;
}

Problem bad_request(std::string sentence) {
    return {400, "request.bad", "Bad request", std::move(sentence), check_input, ExitCode::usage};
}

Problem not_acceptable(std::string_view offered) {
    return {
        406,
        "request.not-acceptable",
        "No such form",
        "The answer has no form that Accept allows; there is " + std::string(offered) + ".",
        "ask without Accept, or for what there is.",
        ExitCode::usage};
}

Problem all_places_taken() {
    return {
        503,
        "node.busy",
        "Busy",
        "As many programs as the node allows are connected to it.",
        "end one of them, or ask again in a moment.",
        ExitCode::failed};
}

Problem answers_unread() {
    return {
        503,
        "node.busy",
        "Busy",
        "Very much has been asked for and not yet read.",
        "read the answers that wait, then ask again.",
        ExitCode::failed};
}

Problem no_answer_found() {
    return {
        504,
        "node.no-answer",
        "No answer",
        "The node has found no answer in an hour.",
        "see `staffroom status`.",
        ExitCode::failed};
}

Problem reading_too_long() {
    return {
        503,
        "node.busy",
        "Busy",
        "The answer was not ready in time: there is very much to go through.",
        "ask again in a moment, for less if you can.",
        ExitCode::failed};
}

std::vector<std::pair<std::string, std::string>> headers_of_status(int status) {
    switch (status) {
    case 401: return {{"WWW-Authenticate", "Bearer realm=\"staffroom\""}};
    case 429:
    case 503: return {{"Retry-After", "5"}};
    default: return {};
    }
}

Response to_response(const Problem& problem, const std::string& request_id) {
    return {
        problem.status,
        "application/problem+json",
        boost::json::serialize(to_json(problem, request_id)),
        headers_of_status(problem.status)};
}

Error not_an_address(std::string_view typed) {
    return {
        Errc::invalid_input,
        "The address has to be HOST:PORT, not \"" + std::string(typed) + "\"."};
}

void refuse(const Request& request, const Respond& respond, const Error& error) {
    respond(to_response(problem_from(error), request.id));
}

} // namespace staffroom::http
