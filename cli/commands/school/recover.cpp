#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/keys/chain_call.hpp"
#include "cli/keys/node_at_work.hpp"
#include "cli/keys/own_keys.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/settings/folder_owner.hpp"
#include "cli/settings/settings_text.hpp"
#include "node/runtime/system_random.hpp"
#include "protocol/base/text.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/files/posix_files.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace staffroom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds rejoin_patience{90};
constexpr std::chrono::hours copy_patience{2}; // over a slow line, everything of a school

/// Stands in a folder while a school is on its way back into it.
fs::path mark_path(const fs::path& folder) {
    return folder / "recovering";
}

bool is_under_way(const fs::path& folder) {
    std::error_code error;
    return fs::exists(mark_path(folder), error);
}

/// A recovery begins in an empty folder, or in one that has nothing but the file `identity` of a
/// backup. What else is there is somebody's.
std::optional<Failure> why_not_there(const fs::path& folder) {
    if (is_under_way(folder))
        return std::nullopt;
    if (storage::is_node_folder(folder))
        return Failure{
            folder.string() + " already holds a school.",
            "use this folder as it is, or give `recover` an empty one with --data.",
            ExitCode::failed,
            "recover.folder-used"};
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const auto name = entry.path().filename();
        if (name != "identity" && name != "lost+found")
            return Failure{
                folder.string() + " is not empty: " + name.string() + " is in it.",
                "give `recover` an empty folder with --data.",
                ExitCode::failed,
                "recover.folder-used"};
    }
    return std::nullopt;
}

/// What is known of the school before anything is written.
struct KnownSchool {
    Bytes chain;
    std::string name;    // empty: nobody has said it
    std::string network; // empty: the chain comes from the folder
    bool is_linked = false;
};

Outcome<KnownSchool> read_chain(const fs::path& folder) {
    std::ifstream file(folder / "identity", std::ios::binary);
    if (!file)
        return Failure{
            "The phrase alone does not say which school it is: its chain of keys has to come from "
            "a "
            "neighbour, or from a backup's file `identity` in " +
                folder.string() + ".",
            "name a school of the network with --from HOST:PORT and a code of it with "
            "--network-code CODE.",
            ExitCode::usage,
            "recover.no-source"};
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return KnownSchool{to_bytes(as_view(bytes)), {}, {}};
}

Outcome<std::string>
typed_code(const RecoverCommand& command, const Options& options, Output& out) {
    std::string code = command.code;
    if (code == "-")
        std::getline(std::cin, code);
    else if (code.empty() && may_ask(options))
        code = ask_line(out, "The code that you were given: ").value_or("");
    if (code.empty() || code == "-")
        return Failure{
            "No code was given.",
            "ask a coordinator of the network for one, and give it with --network-code CODE.",
            ExitCode::usage};
    return code;
}

Outcome<KnownSchool> find_school(
    const RecoverCommand& command,
    const std::string& code,
    const fs::path& folder,
    const RootKeys& keys
) {
    if (command.from.empty())
        return read_chain(folder);
    auto found = ask_for_chain({command.from, code}, keys);
    if (!found)
        return found.failure();
    return KnownSchool{
        std::move(found->chain), found->school_name, found->network_name, found->is_linked};
}

void say_what_comes_back(Output& output) {
    output.say(
        "What comes back: the school with its id, its networks, and everything of its own that"
    );
    output.say("neighbours hold. What does not: drafts, unfinished texts and accounts, and what no"
    );
    output.say("neighbour had fetched yet. These come only from a backup of the data folder.");
}

/// Asks about an old server that still runs: what it writes from now on would be lost.
std::optional<Failure> why_not_yet(
    const KnownSchool& school, const std::string& from, const Options& options, Output& out
) {
    if (!school.is_linked)
        return std::nullopt;
    const std::string sentence =
        "A server of this school is linked with " + from +
        " at this moment, or was a minute ago. What it writes from now on will not count.";
    const auto consent = ask_first(options, out, sentence + " Go on?");
    if (consent == Consent::given)
        return std::nullopt;
    return Failure{
        sentence,
        "stop the old server, wait two minutes and run the command again; if it was stolen, add "
        "--yes.",
        ExitCode::refused,
        "recover.old-server-runs"};
}

/// Makes the folder: new keys, certified by the root key. From here on the command goes on where it
/// was.
Outcome<ExitCode> settle_folder(
    const RecoverCommand& command,
    const KnownSchool& school,
    const RootKeys& keys,
    const fs::path& folder
) {
    crypto::SodiumVerifier verifier;
    const auto checked = identity::IdentityChain::parse(school.chain, verifier);
    if (!checked)
        return failure_from_error(
            {checked.error().code, "The file `identity` of this folder cannot be used."}, "read it"
        );
    const auto root = key_in_force(*checked, keys);
    if (!root)
        return root.failure();
    InitCommand wanted = command.settings;
    if (wanted.school.empty())
        wanted.school = school.name;
    const auto settings = settings_text(wanted);
    if (!settings)
        return settings.failure();
    runtime::SystemRandom random;
    const storage::FolderKeys node = storage::make_folder_keys(random);
    const auto chain =
        identity::certify(school.chain, *root, storage::certificate_of(node, random), verifier);
    if (!chain)
        return failure_from_error(chain.error(), "certify this machine");
    std::error_code error;
    if (fs::create_directory(folder, error))
        fs::permissions(folder, fs::perms::owner_all, error);
    storage::PosixFileSystem files;
    if (auto marked = storage::replace_file_durably(files, mark_path(folder).string(), {}); !marked)
        return failure_from_error(marked.error(), "begin in the data folder");
    if (auto made = storage::adopt_node_folder(folder, *settings, node, *chain); !made)
        return failure_from_error(made.error(), "make the data folder");
    return ExitCode::done;
}

Outcome<std::size_t> count_networks(Client& client) {
    const auto answer = client.get("/api/v1/networks");
    if (!answer)
        return answer.failure();
    return list_at(*answer, "networks").size();
}

/// Joins with the code as any school does; this one is a member already and is answered as such.
Outcome<ExitCode> rejoin(Client& client, const std::string& from, const std::string& code) {
    const boost::json::object body{{"code", code}, {"address", from}};
    const auto answer =
        client.post("/api/v1/networks/join", boost::json::serialize(body), rejoin_patience);
    if (!answer)
        return answer.failure();
    return ExitCode::done;
}

struct Recovered {
    OwnKeys keys;
    std::size_t ended;
    std::vector<std::string> unreached;
};

/// Brings everything, ends the keys that were lost, and lets neighbours know.
Outcome<Recovered> bring_back(
    const RecoverCommand& command, const std::string& code, const RootKeys& roots, Client& client
) {
    const auto networks = count_networks(client);
    if (!networks)
        return networks.failure();
    if (*networks == 0 && !command.from.empty())
        if (auto joined = rejoin(client, command.from, code); !joined)
            return joined.failure();
    const bool has_network = *networks > 0 || !command.from.empty();
    std::vector<std::string> unreached;
    if (has_network)
        if (auto synced = sync_all(client, copy_patience); !synced)
            return synced.failure();
    auto keys = ask_for_keys(client);
    if (!keys)
        return keys.failure();
    std::size_t ended = 0;
    if (has_network) {
        const auto root = key_in_force(keys->chain, roots);
        if (!root)
            return root.failure();
        const auto done = end_other_keys(client, *keys, *root);
        if (!done)
            return done.failure();
        ended = *done;
        auto told = sync_all(client, rejoin_patience);
        if (!told)
            return told.failure();
        unreached = std::move(*told);
    }
    return Recovered{std::move(*keys), ended, std::move(unreached)};
}

Outcome<ExitCode> report_recovered(
    const Recovered& recovered,
    const boost::json::value& status,
    const fs::path& folder,
    Output& output
) {
    const auto school = to_base32(recovered.keys.chain.school());
    const auto records = count_at(field_at(status, "store"), "records");
    boost::json::array networks;
    for (const auto& network : list_at(status, "networks"))
        networks.push_back(boost::json::object{
            {"id", text_at(network, "id")},
            {"name", text_at(network, "name")},
            {"digest", text_at(network, "digest")}});
    if (output.json()) {
        output.document(boost::json::object{
            {"id", school},
            {"name", recovered.keys.name},
            {"data", folder.string()},
            {"networks", std::move(networks)},
            {"records", records},
            {"ended_keys", recovered.ended},
            {"not_told",
             boost::json::array(recovered.unreached.begin(), recovered.unreached.end())}});
        return ExitCode::done;
    }
    output.line("School    " + recovered.keys.name + "  " + school);
    for (const auto& network : networks)
        output.line("Network   " + text_at(network, "name"));
    output.line("Records   " + std::to_string(records));
    output.line("Ended     " + counted(recovered.ended, "older key"));
    if (networks.empty())
        output.say("Its old key still counts. Join its network, then run `staffroom key rotate`.");
    output.say("Next: start the node with `staffroomd --data " + folder.string() + "`.");
    return ExitCode::done;
}

} // namespace

Outcome<ExitCode> run(const RecoverCommand& command, const Options& options, Output& output) {
    const fs::path& folder = options.data;
    const auto keys = read_phrase(command.phrase_file);
    if (!keys)
        return keys.failure();
    if (auto failure = why_not_there(folder))
        return *failure;
    if (auto failure = check_folder_owner(folder, "recover --phrase-file FILE"))
        return *failure;
    Outcome<std::string> code = std::string();
    if (!command.from.empty())
        code = typed_code(command, options, output);
    if (!code)
        return code.failure();
    say_what_comes_back(output);
    if (!storage::is_node_folder(folder)) {
        const auto school = find_school(command, *code, folder, *keys);
        if (!school)
            return school.failure();
        const std::string name = school->name.empty() ? "the school" : school->name;
        if (options.dry_run)
            return report_dry_run(
                output,
                boost::json::object{
                    {"dry_run", true},
                    {"name", school->name},
                    {"network", school->network},
                    {"data", folder.string()}},
                "bring back " + name + " in " + folder.string()
            );
        if (auto failure = why_not_yet(*school, command.from, options, output))
            return *failure;
        if (auto settled = settle_folder(command, *school, *keys, folder); !settled)
            return settled;
        output.say("Found " + name + "; now everything of its own comes from the neighbours.");
    }
    if (options.dry_run)
        return report_dry_run(
            output,
            boost::json::object{{"dry_run", true}, {"data", folder.string()}},
            "go on bringing back the school in " + folder.string()
        );
    Client client(folder);
    const auto node = NodeAtWork::find_or_start(client);
    if (!node)
        return node.failure();
    const auto recovered = bring_back(command, *code, *keys, client);
    if (!recovered)
        return recovered.failure();
    const auto status = client.get("/api/v1/status");
    if (!status)
        return status.failure();
    storage::PosixFileSystem files;
    if (auto ended = files.remove(mark_path(folder).string()); !ended)
        return failure_from_error(ended.error(), "finish in the data folder");
    return report_recovered(*recovered, *status, folder, output);
}

} // namespace staffroom::cli
