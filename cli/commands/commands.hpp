// Every command as one function over its options: calls the node (or opens a stopped node's
// folder), prints the result, returns the exit code. Called by main through a visit; no command
// calls another, except new, which ends in publish.
#pragma once

#include "cli/options/options.hpp"
#include "cli/output/failure.hpp"
#include "cli/output/output.hpp"

namespace staffroom::cli {

Outcome<ExitCode> run(const InitCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const RecoverCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const BackupCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const TlsCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const KeyStatusCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const KeyRotateCommand& command, const Options& options, Output& output);
Outcome<ExitCode>
run(const KeyReplacePhraseCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkCreateCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkListCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkShowCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkInviteCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkJoinCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkMembersCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkRoleCommand& command, const Options& options, Output& output);
Outcome<ExitCode>
run(const NetworkStandingCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkLeaveCommand& command, const Options& options, Output& output);
Outcome<ExitCode>
run(const NetworkSuccessorCommand& command, const Options& options, Output& output);
Outcome<ExitCode>
run(const NetworkProposalsCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkCharterCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkForksCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkConfirmCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NetworkSettleCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NeighbourAddCommand& command, const Options& options, Output& output);
Outcome<ExitCode>
run(const NeighbourRemoveCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const InvitationListCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const InvitationEndCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LinkInviteCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LinkAcceptCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LinkListCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LinkShowCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LinkPreviewCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LinkRenewCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LinkEndCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LinkEndCodeCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const SetupCodeCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const UsersAddCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const UsersListCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const UsersImportCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const UsersRoleCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const UsersResetCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const UsersLeaveCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const UsersSessionsCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const UsersTextsCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const TokensAddCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const TokensListCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const TokensEndCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NeighbourListCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const SyncCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const CheckCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const PublishCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ReviseCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const RetractCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const EraseCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ErasureListCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ErasureStatusCommand& command, const Options& options, Output& output);
Outcome<ExitCode>
run(const ErasureReceiptsCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const RefuseCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const DraftDeleteCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const HistoryCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const DiffCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LineageCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const InboxCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ReportCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ImportCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ListCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ShowCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ExportCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const TemplateCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const NewCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const SearchCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const FilesCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const StatusCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const DoctorCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const SupportCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const VerifyCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ConfigShowCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const ConfigCheckCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const CommandsCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const CompletionsCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const WatchCommand& command, const Options& options, Output& output);
Outcome<ExitCode> run(const LogCommand& command, const Options& options, Output& output);

} // namespace staffroom::cli
