#include "cli/commands/school/verify.hpp"

#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/school/evidence.hpp"
#include "cli/output/answer.hpp"
#include "cli/settings/folder_owner.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/records/body.hpp"
#include "storage/attachments/attachment_store.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/files/overlay_files.hpp"
#include "storage/files/posix_files.hpp"
#include "storage/store/audit.hpp"

#include <algorithm>
#include <span>

namespace staffroom::cli {

namespace {

constexpr std::chrono::hours verify_patience{2}; // a full disk of an old machine, read once

bool fits_commitment(ByteView header_bytes, const replica::BodyBytes& body) {
    const auto header = log::parse_header(header_bytes);
    if (!header)
        return true; // a newer version: there is nothing that we could compare
    if (body.encoded == nullptr)
        return false;
    if (header->payload)
        return crypto::hash(crypto::HashLabel::payload, *body.encoded) == header->payload->hash;
    const auto salt = Salt::from(body.salt);
    return salt && header->commitment &&
           records::commitment(*salt, *body.encoded) == *header->commitment;
}

std::string_view damage_name(storage::Damage damage) {
    switch (damage) {
    case storage::Damage::body: return "body";
    case storage::Damage::revision: return "revision";
    case storage::Damage::entries: return "entries";
    case storage::Damage::tree: return "tree";
    case storage::Damage::head: return "head";
    }
    return "unknown";
}

boost::json::value
as_json(const storage::AuditReport& report, const storage::AttachmentStore::CheckReport& files) {
    boost::json::array damaged;
    const std::size_t shown = std::min(report.damaged.size(), storage::damaged_shown_max);
    for (const auto& place : std::span(report.damaged).first(shown))
        damaged.push_back(boost::json::object{
            {"log", to_base32(place.log)},
            {"position", place.position.value},
            {"what", damage_name(place.damage)}});
    for (const auto& file : files.damaged)
        damaged.push_back(boost::json::object{{"file", to_base32(file)}, {"what", "file"}});
    return boost::json::object{
        {"logs", report.logs},
        {"entries", report.entries},
        {"bodies", report.bodies},
        {"files", files.files},
        {"damaged_count", report.damaged.size() + files.damaged.size()},
        {"damaged", std::move(damaged)}};
}

} // namespace

Outcome<boost::json::value>
audit_folder(storage::FileSystem& files, const std::filesystem::path& folder) {
    auto store = storage::Store::open(files, storage::store_path(folder).string());
    if (!store && store.error().code == Errc::corrupt)
        return Failure{
            "The store in " + folder.string() + " is damaged and cannot be opened.",
            "start staffroomd: it sets the store aside, keeps what is good and fetches the rest.",
            ExitCode::attention};
    if (!store)
        return failure_from_error(store.error(), "open the store");
    if ((*store)->commits_lost() > 0)
        return Failure{
            "The store in " + folder.string() + " has lost " +
                counted((*store)->commits_lost(), "change") + " that it had confirmed.",
            "start staffroomd: it takes back what it can and fetches the rest from neighbours.",
            ExitCode::attention};
    storage::AuditOptions options;
    options.fits_commitment = fits_commitment;
    const auto report = storage::audit(**store, options);
    if (!report)
        return failure_from_error(report.error(), "verify the store");
    auto attachments = storage::AttachmentStore::open(files, storage::files_path(folder).string());
    if (!attachments)
        return failure_from_error(attachments.error(), "open the attached files");
    const auto checked = (*attachments)->check();
    for (const auto& file : checked.damaged)
        (*attachments)->set_aside_damaged(file);
    return as_json(*report, checked);
}

Outcome<boost::json::value> verify_folder(const std::filesystem::path& folder) {
    const auto opened = storage::open_node_folder(folder);
    if (!opened)
        return failure_of_folder(opened.error(), folder, "open the data folder");
    // The node of another user could not read what verify writes down in the store.
    if (auto failure = check_folder_owner(folder, "verify"))
        return *failure;
    std::error_code error;
    if (!std::filesystem::exists(storage::store_path(folder), error))
        return as_json({}, {}); // the node has never started: nothing to check yet
    storage::PosixFileSystem real_files;
    storage::OverlayFileSystem overlay(real_files);
    // On a full disk everything can still be read; the node finds the same damage again.
    const bool has_room =
        storage::check_writable(folder).has_value() &&
        storage::has_room_to_start(storage::store_path(folder), storage::room_of(folder));
    storage::FileSystem& files = has_room ? static_cast<storage::FileSystem&>(real_files) : overlay;
    return audit_folder(files, folder);
}

namespace {

/// Asks the node, or looks at its files where it does not run.
Outcome<boost::json::value> verify(const std::filesystem::path& folder) {
    {
        Client client(folder);
        auto answer = client.get("/api/v1/verify", verify_patience);
        if (answer || answer.failure().exit != ExitCode::node_not_running)
            return answer;
    }
    return verify_folder(folder);
}

} // namespace

Outcome<ExitCode> run(const VerifyCommand& command, const Options& options, Output& output) {
    if (!command.evidence.empty())
        return verify_evidence(command.evidence, output);
    const auto report = verify(options.data);
    if (!report)
        return report.failure();
    const auto& damaged = list_at(*report, "damaged");
    if (output.json()) {
        output.document(*report);
    } else {
        output.line(
            "Checked " + counted(count_at(*report, "logs"), "log") + ", " +
            std::to_string(count_at(*report, "entries")) + " entries, " +
            std::to_string(count_at(*report, "bodies")) + " bodies and " +
            counted(count_at(*report, "files"), "attached file") + ": " +
            (damaged.empty() ? std::string("all is whole.")
                             : counted(count_at(*report, "damaged_count"), "place") + " damaged.")
        );
        for (const auto& place : damaged)
            output.line(
                text_at(place, "what") == "file"
                    ? "  attached file " + text_at(place, "file")
                    : "  log " + text_at(place, "log") + ", position " +
                          text_at(place, "position") + ": " + text_at(place, "what")
            );
        if (!damaged.empty())
            output.line(
                "What is damaged stays on record until it has come again from neighbours while the "
                "node runs."
            );
    }
    return damaged.empty() ? ExitCode::done : ExitCode::attention;
}

} // namespace staffroom::cli
