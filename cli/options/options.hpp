// The command line as values: every command and its options, parsed and checked for shape. Knows no
// rule of the domain: ids and codes go to the node as typed. CLI11 stays behind options_tree.hpp,
// which only the parser's own files include.
#pragma once

#include "cli/options/values/link_options.hpp"
#include "cli/options/values/people_options.hpp"
#include "cli/output/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace staffroom::cli {

struct InitCommand {
    std::string school;
    std::vector<std::string> numbers; // SCHEME:VALUE
    std::string place;
    std::string person;
    std::string listen;
    std::string web;
    std::vector<std::string> addresses;
    std::filesystem::path phrase_out;
};
struct RecoverCommand {
    InitCommand settings; // of the new folder; an empty name: as the school calls itself
    std::filesystem::path phrase_file; // "-": standard input
    std::vector<std::string> from;  // HOST:PORT in each network; none: the chain is in the folder
    std::vector<std::string> codes; // one for each of them; "-": standard input
    bool no_other_network = false;  // the school was in none but these
};
struct BackupCommand {
    enum class Act { create, list, verify, restore, settle } act = Act::create;
    std::string which;                 // a name or a path; empty: the newest
    std::filesystem::path folder;      // empty: of the settings
    std::filesystem::path phrase_file; // empty: the data folder has the key
    std::filesystem::path to;          // restore
    bool is_begun_anew = false;        // create
};
struct TlsCommand {
    enum class Act { show, import, make_anew } act = Act::show;
    std::filesystem::path certificate; // PEM, with its chain
    std::filesystem::path key;         // PEM
};
struct KeyStatusCommand {};
struct KeyRotateCommand {
    std::filesystem::path phrase_file;
    bool no_other_network = false; // the school was in none but those that are here
};
struct KeyReplacePhraseCommand {
    std::filesystem::path phrase_file;
    std::filesystem::path phrase_out;
};
struct NetworkCreateCommand {
    std::string name;
    std::string focus;
    std::filesystem::path charter;
};
struct NetworkListCommand {};
struct NetworkShowCommand {
    std::string network;
};
struct NetworkInviteCommand {
    std::string network;
    std::optional<unsigned> hours;
};
struct NetworkJoinCommand {
    std::string code;
    std::string address;
};
struct NeighbourAddCommand {
    std::string address;
    std::string network;
};
struct NeighbourRemoveCommand {
    std::string address;
};
struct NeighbourListCommand {};
struct NetworkMembersCommand {
    std::string network;
};
struct NetworkRoleCommand {
    std::string network;
    std::string school;
    std::string role;
    std::string until; // a day; empty: for good
};
/// suspend, resume or remove: the word is the last of the command and of the address.
struct NetworkStandingCommand {
    std::string word;
    std::string network;
    std::string school;
    std::string reason; // empty: the node's own
};
struct NetworkLeaveCommand {
    std::string network;
    std::string reason;
};
struct NetworkSuccessorCommand {
    std::string network;
    std::string school;
    bool is_nobody = false; // in its place: nobody any more
};
struct NetworkProposalsCommand {
    std::string network;
};
/// `network charter show|revise|sign`.
struct NetworkCharterCommand {
    std::string word;
    std::string network;
    std::string what; // the file of a revision, or the id of the charter to sign
};
struct NetworkForksCommand {
    std::string network;
};
struct NetworkConfirmCommand {
    std::string network;
    std::string proposal;
};
struct NetworkSettleCommand {
    std::string network;
    std::string admission;
};
struct InvitationListCommand {};
struct InvitationEndCommand {
    std::string id;
};
struct SyncCommand {
    bool wait = false;
    unsigned timeout_s = 60;
};
struct PublishCommand {
    std::filesystem::path file;
    std::string network;
    std::string kind;
    std::string reach;
    std::vector<std::string> authors;
    std::vector<std::pair<std::string, std::string>> about;  // id, relation
    std::vector<std::pair<std::string, std::string>> fields; // field, value
    std::filesystem::path below; // files come from below it; empty: below the text's own folder
    bool files = false;          // those that the text shows go along unasked
    std::string confirm_pupil_details; // why lines that may tell who a pupil is are to stand
    std::vector<std::string> links;    // whose other networks may read it
    std::optional<unsigned> pass_on;   // networks further than those
};
struct CheckCommand {
    std::filesystem::path file; // "-": standard input
};
struct ReviseCommand {
    std::string id;
    PublishCommand record;
    std::string over; // ID@3: the newest text, read and meant to be replaced
    bool join = false;
    bool beside = false;
};
struct RetractCommand {
    std::string id;
    std::string reason;
    bool undo = false;
};
struct EraseCommand {
    std::string id; // empty: `school` and `after` say what
    std::string school;
    std::optional<std::uint64_t> after;
    std::string reason; // a code
    bool files_only = false;
};
struct ErasureListCommand {
    bool open = false;
};
struct ErasureStatusCommand {
    std::string id;
};
struct ErasureReceiptsCommand {
    std::string id;
    std::filesystem::path file;
};
struct RefuseCommand {
    std::string id;
};
struct DraftDeleteCommand {
    std::string id;
};
struct HistoryCommand {
    std::string id;
};
struct DiffCommand {
    std::string before;
    std::string after;
};
struct LineageCommand {
    std::string id;
    bool dot = false;
};
struct InboxCommand {};
struct ReportCommand {};
struct ImportCommand {
    std::filesystem::path path;
    std::string network;
    std::optional<std::uint64_t> limit;
    std::string match;
    std::vector<std::pair<std::string, std::string>> fields; // field, value: for every document
    bool files = false; // those that the texts show go along unasked
    std::string confirm_pupil_details;
    std::vector<std::string> links; // whose other networks may read them
};
struct ListCommand {
    std::string network;
    std::string kind;
    bool gone = false; // also what was erased, refused or deleted
};
struct ShowCommand {
    std::string id;
};
struct ExportCommand {
    std::string id;
    bool all = false;
    std::filesystem::path folder;
    std::string network;
    std::string kind;
    std::vector<std::string> formats;
    bool force = false;
};
struct TemplateCommand {
    std::string kind;
    std::string form;
};
struct NewCommand {
    std::string kind;
    std::string form;
    std::filesystem::path file; // empty: new-KIND.md
};
struct SearchCommand {
    std::string words;
    std::vector<std::string> parts; // of a record: title, text, ...
    std::string kind;
    std::string phase;
    std::string subject;
    std::string focus;
    std::string school;
    std::string network;
    std::string since; // YYYY-MM-DD
    std::size_t limit = 20;
};
struct FilesCommand {
    std::string id;
    std::filesystem::path folder; // empty: only list
};
struct StatusCommand {};
struct DoctorCommand {};
struct SupportCommand {
    std::filesystem::path file; // new
};
struct VerifyCommand {
    std::filesystem::path evidence; // a file to be checked; empty: this folder
};
struct ConfigShowCommand {
    bool origin = false;
};
struct ConfigCheckCommand {
    std::filesystem::path file; // empty: the data folder's own
};
struct CommandsCommand {};
struct CompletionsCommand {
    std::string shell;
};
struct WatchCommand {
    std::string since; // id of an event, or empty
};
struct LogCommand {
    bool follow = false;
    std::string level;
    unsigned lines = 50;
};

using CommandOptions = std::variant<
    InitCommand,
    RecoverCommand,
    BackupCommand,
    KeyStatusCommand,
    KeyRotateCommand,
    KeyReplacePhraseCommand,
    NetworkCreateCommand,
    NetworkListCommand,
    NetworkShowCommand,
    NetworkInviteCommand,
    NetworkJoinCommand,
    NetworkMembersCommand,
    NetworkRoleCommand,
    NetworkStandingCommand,
    NetworkLeaveCommand,
    NetworkSuccessorCommand,
    NetworkProposalsCommand,
    NetworkCharterCommand,
    NetworkForksCommand,
    NetworkConfirmCommand,
    NetworkSettleCommand,
    NeighbourAddCommand,
    NeighbourRemoveCommand,
    NeighbourListCommand,
    InvitationListCommand,
    InvitationEndCommand,
    LinkInviteCommand,
    LinkAcceptCommand,
    LinkListCommand,
    LinkShowCommand,
    LinkPreviewCommand,
    LinkRenewCommand,
    LinkEndCommand,
    LinkEndCodeCommand,
    SyncCommand,
    CheckCommand,
    PublishCommand,
    ReviseCommand,
    RetractCommand,
    EraseCommand,
    ErasureListCommand,
    ErasureStatusCommand,
    ErasureReceiptsCommand,
    RefuseCommand,
    DraftDeleteCommand,
    HistoryCommand,
    DiffCommand,
    LineageCommand,
    InboxCommand,
    ReportCommand,
    ImportCommand,
    ListCommand,
    ShowCommand,
    ExportCommand,
    TemplateCommand,
    NewCommand,
    SearchCommand,
    FilesCommand,
    SetupCodeCommand,
    UsersAddCommand,
    UsersListCommand,
    UsersImportCommand,
    UsersRoleCommand,
    UsersResetCommand,
    UsersLeaveCommand,
    UsersSessionsCommand,
    UsersTextsCommand,
    TokensAddCommand,
    TokensListCommand,
    TokensEndCommand,
    StatusCommand,
    DoctorCommand,
    SupportCommand,
    VerifyCommand,
    TlsCommand,
    ConfigShowCommand,
    ConfigCheckCommand,
    CommandsCommand,
    CompletionsCommand,
    WatchCommand,
    LogCommand>;

enum class Colour { automatic, always, never };

/// The options that every command understands.
struct GlobalOptions {
    std::filesystem::path data;
    bool json = false;
    bool plain = false; // tables for programs, also on a terminal
    Colour colour = Colour::automatic;
    bool no_input = false; // never ask
    bool yes = false;      // whatever would be asked is answered with yes
    bool dry_run = false;  // say what would happen, change nothing
};

struct Options : GlobalOptions {
    CommandOptions command;
};

/// A text that was asked for (--help, --version) in place of a command.
struct Information {
    std::string text;
};

/// Parses `arguments`, without the program's name. node/base/default_folder stands in for a missing
/// --data. A wrong word comes back as a failure with exit code usage and the nearest right word.
[[nodiscard]] std::variant<Options, Information, Failure>
parse_options(const std::vector<std::string>& arguments);

/// Returns the word of `known` that `typed` most likely meant; nothing when none is near.
[[nodiscard]] std::optional<std::string>
nearest_word(const std::string& typed, const std::vector<std::string>& known);

} // namespace staffroom::cli
