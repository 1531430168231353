#include "cli/output/failure.hpp"

#include "cli/output/output.hpp"

#include <boost/json.hpp>

namespace staffroom::cli {

namespace {

std::string text_of(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string())
        return {};
    return std::string(value->get_string());
}

ExitCode parse_exit(const boost::json::object& object) {
    const auto* value = object.if_contains("exit");
    if (value == nullptr || !value->is_int64())
        return ExitCode::failed;
    switch (value->get_int64()) {
    case 2: return ExitCode::usage;
    case 3: return ExitCode::node_not_running;
    case 4: return ExitCode::attention;
    case 5: return ExitCode::refused;
    case 6: return ExitCode::unreachable;
    case 78: return ExitCode::bad_configuration;
    default: return ExitCode::failed;
    }
}

/// Returns an error code in words, where the layer below had nothing to add.
std::string_view why_of(Errc code) {
    switch (code) {
    case Errc::not_found: return "something that belongs there is missing";
    case Errc::already_exists: return "it is there already";
    case Errc::too_large: return "it is larger than this version takes";
    case Errc::unknown_version: return "a newer version of Staffroom wrote it";
    case Errc::wrong_school: return "it belongs to another school";
    case Errc::disk_full: return "the disk is full";
    case Errc::in_use: return "another process is using it";
    case Errc::not_allowed: return "this user may not";
    case Errc::bad_configuration: return "the settings cannot be used";
    case Errc::io_error: return "the disk refused";
    case Errc::truncated:
    case Errc::malformed:
    case Errc::not_strict:
    case Errc::unknown_value:
    case Errc::bad_signature:
    case Errc::bad_proof:
    case Errc::bad_commitment:
    case Errc::bad_checksum:
    case Errc::bad_key:
    case Errc::decrypt_failed:
    case Errc::out_of_range:
    case Errc::corrupt: return "it is damaged";
    case Errc::not_a_member:
    case Errc::invitation_spent:
    case Errc::invitation_ended:
    case Errc::wrong_network:
    case Errc::unreachable:
    case Errc::name_unknown:
    case Errc::timed_out:
    case Errc::closed:
    case Errc::busy:
    case Errc::invalid_input:
    case Errc::unreadable_text:
    case Errc::self_contact: break;
    }
    return "it did not work";
}

/// Returns the members of a refused record: everything that is wrong with it, the findings in the
/// file, and the draft with its words.
boost::json::object members_of(const boost::json::object& problem) {
    boost::json::object members;
    if (const auto* problems = problem.if_contains("problems"); problems && problems->is_array())
        members["problems"] = *problems;
    if (const auto* notes = problem.if_contains("notes"); notes && notes->is_array())
        members["notes"] = *notes;
    if (const auto* lines = problem.if_contains("pupil_details"); lines && lines->is_array())
        members["pupil_details"] = *lines;
    if (const auto* draft = problem.if_contains("draft"); draft && draft->is_object())
        members["draft"] = *draft;
    return members;
}

/// Prints the first notes, as many as a person reads through.
void print_notes(std::ostream& err, const boost::json::array& notes) {
    constexpr std::size_t notes_bytes_max = 400;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const std::string note = notes[i].is_string() ? printable(notes[i].get_string()) : "";
        if (i > 0 && bytes + note.size() > notes_bytes_max) {
            err << "Note: and " << notes.size() - i << " more of that kind; --json shows all.\n";
            return;
        }
        bytes += note.size();
        err << "Note: " << note << '\n';
    }
}

/// Each line with its rule and reason, as many as a person reads through.
void print_pupil_details(std::ostream& err, const boost::json::array& lines) {
    constexpr std::size_t lines_max = 20;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i == lines_max) {
            err << "  and " << lines.size() - i << " more; --json shows all.\n";
            return;
        }
        const auto* line = lines[i].if_object();
        if (line == nullptr)
            continue;
        const auto* number = line->if_contains("line");
        const bool is_line = number != nullptr && number->is_int64() && number->get_int64() > 0;
        err << "  "
            << (is_line ? "line " + std::to_string(number->get_int64())
                        : printable(text_of(*line, "place")))
            << "  " << printable(text_of(*line, "rule")) << "  "
            << printable(text_of(*line, "text")) << "\n      "
            << printable(text_of(*line, "reason")) << ' ' << printable(text_of(*line, "instead"))
            << '\n';
    }
}

} // namespace

Failure failure_from_problem(unsigned status, const boost::json::value& problem) {
    const auto* object = problem.if_object();
    std::string sentence = object != nullptr ? text_of(*object, "detail") : std::string();
    if (sentence.empty() && object != nullptr)
        sentence = text_of(*object, "title");
    if (sentence.empty())
        return {
            "The node answered with HTTP status " + std::to_string(status) + " and no reason.",
            "look at the node's trace, then run the command again.",
            ExitCode::failed};
    auto next = text_of(*object, "next");
    if (next.empty())
        next = "run `staffroom status` to see how the node is.";
    return {
        std::move(sentence),
        std::move(next),
        parse_exit(*object),
        text_of(*object, "code"),
        members_of(*object)};
}

Failure failure_from_error(const Error& error, std::string_view what) {
    std::string sentence = error.detail.empty() ? "Could not " + std::string(what) + ": " +
                                                      std::string(why_of(error.code)) + "."
                                                : error.detail;
    if (error.code == Errc::already_exists)
        return {
            std::move(sentence),
            "use this folder as it is, or give `init` another one with --data.",
            ExitCode::failed};
    if (error.code == Errc::not_found)
        return {
            std::move(sentence),
            "run `staffroom --data DIR init --school NAME` first.",
            ExitCode::bad_configuration};
    if (error.code == Errc::unknown_version)
        return {
            std::move(sentence),
            "install the newer version of Staffroom that made this folder.",
            ExitCode::bad_configuration};
    if (error.code == Errc::in_use)
        return {
            std::move(sentence),
            "stop the other process that uses this folder, then try again.",
            ExitCode::failed};
    if (error.code == Errc::corrupt)
        return {
            std::move(sentence),
            "restore the named file from a backup; nothing has been changed.",
            ExitCode::failed};
    if (error.code == Errc::disk_full)
        return {
            std::move(sentence), "free some space on that disk, then try again.", ExitCode::failed};
    return {
        std::move(sentence),
        "check the folder's owner, permissions and disk, then try again.",
        ExitCode::failed};
}

std::string_view exit_name(ExitCode exit) {
    switch (exit) {
    case ExitCode::done: return "done";
    case ExitCode::failed: return "failed";
    case ExitCode::usage: return "usage";
    case ExitCode::node_not_running: return "node.not-running";
    case ExitCode::attention: return "attention";
    case ExitCode::refused: return "refused";
    case ExitCode::unreachable: return "unreachable";
    case ExitCode::bad_configuration: return "configuration.bad";
    case ExitCode::interrupted: return "interrupted";
    }
    return "failed";
}

boost::json::object failure_json(const Failure& failure) {
    boost::json::object out{
        {"code", failure.code.empty() ? exit_name(failure.exit) : std::string_view(failure.code)},
        {"detail", failure.sentence},
        {"next", failure.next},
        {"exit", number(failure.exit)}};
    for (const auto& member : failure.members)
        out.insert(member);
    return out;
}

void print_failure(std::ostream& err, const Failure& failure) {
    err << "staffroom: " << printable(failure.sentence) << '\n';
    if (const auto* lines = failure.members.if_contains("pupil_details"))
        print_pupil_details(err, lines->as_array());
    if (const auto* notes = failure.members.if_contains("notes"))
        print_notes(err, notes->as_array());
    err << "Next: " << printable(failure.next) << '\n';
}

} // namespace staffroom::cli
