#include "node/base/start_failure.hpp"

#include "storage/files/broken_restore.hpp"
#include "storage/files/node_folder.hpp"

#include <utility>

namespace staffroom::node {
namespace {

/// Makes a sentence of an error, whose detail is a sentence, or a few words, or nothing.
std::string sentence_of(const Error& error, const std::string& otherwise) {
    if (error.detail.empty())
        return otherwise;
    const bool is_ended = error.detail.back() == '.';
    return is_ended ? error.detail : error.detail + ".";
}

/// Names the owner who has to start this node; a folder that is open to all is closed first.
std::string owner_step(const std::string& folder) {
    const std::string owner = storage::owner_name(storage::keys_path(folder));
    const std::string whose = owner.empty() ? storage::owner_name(folder) : owner;
    if (whose == storage::own_user_name())
        return "run `chmod 700 " + folder + "`, look through what is in it, and start again.";
    return "start it as that user: `sudo -u " + whose + " staffroomd --data " + folder + "`.";
}

StartFailure explain_folder(const Error& error, const std::string& folder) {
    const std::string detail = sentence_of(error, folder + " cannot be used.");
    if (const auto rest = storage::find_broken_restore(folder))
        return {
            storage::no_school_sentence(folder),
            storage::broken_restore_step(folder, *rest) + ".",
            exit_bad_configuration};
    if (error.code == Errc::not_found)
        return {
            folder + " holds no school yet.",
            storage::first_steps(folder) + ".",
            exit_bad_configuration};
    if (error.code == Errc::not_allowed)
        return {detail, owner_step(folder), exit_bad_configuration};
    if (error.code == Errc::unknown_version)
        return {
            folder + " was made by a newer version of Staffroom.",
            "install that version, or a newer one; nothing in the folder has been changed.",
            exit_bad_configuration};
    if (error.code == Errc::corrupt)
        return {
            detail,
            "put `keys` and `identity` back from a backup of this folder.",
            exit_bad_configuration};
    if (error.code == Errc::disk_full)
        return {detail, "make room on the disk and start again.", exit_failed};
    return {
        detail,
        "give this user the right to write in " + folder + ", or name another folder with --data.",
        exit_failed};
}

StartFailure explain_store(const Error& error, const std::string& folder) {
    const std::string detail = sentence_of(error, "The store in " + folder + " cannot be opened.");
    if (error.code == Errc::in_use)
        return {
            folder + " is in use by another process.",
            "stop the node that runs there, or name another folder with --data.",
            exit_failed};
    if (error.code == Errc::bad_configuration || error.code == Errc::wrong_school)
        return {detail, "name the data folder of this school with --data.", exit_bad_configuration};
    if (error.code == Errc::corrupt || error.code == Errc::malformed)
        return {
            detail,
            "move " + folder + "/store aside and start again; neighbours give the records back.",
            exit_failed};
    return explain_folder(error, folder);
}

/// Explains a wrong address; `setting` names what chose it.
StartFailure explain_address(const Error& error, const std::string& setting) {
    if (error.code == Errc::in_use)
        return {
            "The address of " + setting + " is in use by another program (" + error.detail + ").",
            "stop that program, or choose another port for " + setting + " in staffroom.toml.",
            exit_failed};
    return {
        "This machine cannot listen at the address of " + setting + ": " +
            sentence_of(error, "no reason given."),
        "correct " + setting + " in staffroom.toml.",
        exit_bad_configuration};
}

} // namespace

StartFailure
explain_start_failure(StartStep step, const Error& error, const std::string& data_folder) {
    switch (step) {
    case StartStep::folder: return explain_folder(error, data_folder);
    case StartStep::settings:
        return {
            sentence_of(error, "The settings cannot be used."),
            "correct the settings and start again.",
            exit_bad_configuration};
    case StartStep::store: return explain_store(error, data_folder);
    case StartStep::listen: return explain_address(error, "node.listen");
    case StartStep::web: return explain_address(error, "node.web");
    case StartStep::https: return explain_address(error, "https.listen");
    case StartStep::api: break;
    }
    return {
        "The socket of the command line, " + data_folder +
            "/api.sock, cannot be made: " + sentence_of(error, "no reason given."),
        "give this user the right to write in " + data_folder + ".",
        exit_failed};
}

} // namespace staffroom::node
